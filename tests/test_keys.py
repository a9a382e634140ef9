"""How few keys an answer takes in a terminal, where each key is one press."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dtm_mapper.catalogue import Depth
from dtm_mapper.interview.recorder import Recorder
from dtm_mapper.interview.session import Session
from dtm_mapper.interview.terminal import TerminalAsker
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row
from dtm_mapper.store.store import Store
from strategies import CATALOGUE

DAY = "2026-11-22"
ENTER = "\r"
UNHCR, NEXT_ROW = Place("un-agencies", "unhcr"), Place("un-agencies", "ocha")
INTERESTS = CATALOGUE.example_by_id["unhcr"].interests


def mapping_of(*users: DataUser, depth: Depth = "standard") -> Mapping:
    """A mapping with data users on one row."""
    row = Row(UNHCR.item, UNHCR.section, "UNHCR", users)
    rows = {UNHCR.item: row} if users else {}
    return Mapping(CATALOGUE.id, CATALOGUE.version, DAY, DAY, depth=depth, rows=rows)


def pressed(folder: Path, keys: Sequence[str], at: Place, mapping: Mapping) -> tuple[Mapping, Place]:
    """What is on disk after these keys, pressed from one place on, and where the operator stands."""
    walk = walked(folder, keys, at, mapping)
    return Store(folder / "mapping.yaml", CATALOGUE).load()[0], walk.at


def walked(folder: Path, keys: Sequence[str], at: Place, mapping: Mapping) -> Walk:
    """The walk after these keys, pressed from one place on."""
    store = Store(folder / "mapping.yaml", CATALOGUE)
    store.save(mapping)
    with create_pipe_input() as keyboard:
        asker = TerminalAsker(keyboard, DummyOutput())
        keyboard.send_text("".join(keys))
        # After the last key the terminal is gone, and the interview ends.
        keyboard.close()
        walk = Walk(CATALOGUE, mapping).to(at)
        recorder = Recorder(asker, store, walk, mapping, DAY)
        Session(asker, recorder, lambda _mapping, _format, _may_replace: None).run(menu=False)
    return recorder.walk


def users(mapping: Mapping) -> tuple[DataUser, ...]:
    return mapping.users(UNHCR.section, UNHCR.item)


def detail_of(number: int, field: str) -> Place:
    return UNHCR._replace(user=number, field=field)


# A row


@pytest.mark.parametrize("text", ["W", "UNHCR", "Équipe santé", "مجموعة العمل", "WFP;IOM"])
def test_a_row_costs_its_text_and_one_enter(tmp_path: Path, text: str) -> None:
    keys = [*text, ENTER]
    made, at = pressed(tmp_path, keys, UNHCR, mapping_of())
    assert len(keys) == len(text) + 1
    assert [user.name for user in users(made)] == text.split(";")
    assert at == NEXT_ROW


def test_a_row_that_is_right_as_it_is_costs_one_key(tmp_path: Path) -> None:
    there = mapping_of(DataUser("UNHCR"))
    assert pressed(tmp_path, [ENTER], UNHCR, there) == (there, NEXT_ROW)


@pytest.mark.parametrize("there", [(), (DataUser("UNHCR"),)], ids=["open", "mapped"])
def test_not_applicable_costs_two_keys_and_where_data_users_go_a_yes(
    tmp_path: Path, there: tuple[DataUser, ...]
) -> None:
    made, at = pressed(tmp_path, ["-", ENTER, *("y" if there else "")], UNHCR, mapping_of(*there))
    assert made.rows["unhcr"].state(CATALOGUE) == "not_applicable"
    assert at == NEXT_ROW


def test_a_reason_costs_na_and_its_text(tmp_path: Path) -> None:
    reason = "Merged into the ISCG"
    made, at = pressed(tmp_path, [*":na ", *reason, ENTER], UNHCR, mapping_of())
    assert made.rows["unhcr"].not_applicable == reason
    assert at == NEXT_ROW


@pytest.mark.parametrize("there", [(), (DataUser("UNHCR"),), (DataUser("UNHCR"), DataUser("RRRC"))])
def test_one_more_name_costs_a_plus_a_space_its_text_and_enter(
    tmp_path: Path, there: tuple[DataUser, ...]
) -> None:
    made, at = pressed(tmp_path, [*"+ ", *"IOM", ENTER], UNHCR, mapping_of(*there))
    assert [user.name for user in users(made)] == [*(user.name for user in there), "IOM"]
    assert at == NEXT_ROW


# A detail


@pytest.mark.parametrize("numbers", [[2], [1, 3]])
def test_a_choice_costs_its_number_and_an_enter(tmp_path: Path, numbers: list[int]) -> None:
    there, place = mapping_of(DataUser("A")), detail_of(1, "levels")
    keys = [key for number in numbers for key in (str(number), ENTER)]
    made, at = pressed(tmp_path, [*keys, ENTER], place, there)
    choices = CATALOGUE.field_by_id["levels"].choices
    assert set(users(made)[0].values("levels")) == {choices[number - 1].id for number in numbers}
    assert at == detail_of(1, "needs")


@pytest.mark.parametrize(("field", "number"), [("engagement", 2), ("frequency", 3)])
def test_one_choice_of_a_list_costs_its_number_and_an_enter(tmp_path: Path, field: str, number: int) -> None:
    there = mapping_of(DataUser("A"), depth="full")
    made, _at = pressed(tmp_path, [str(number), ENTER], detail_of(1, field), there)
    choices = CATALOGUE.field_by_id[field].choices
    assert users(made)[0].values(field) == (choices[number - 1].id,)


def test_an_empty_detail_costs_one_key(tmp_path: Path) -> None:
    there = mapping_of(DataUser("A"))
    assert pressed(tmp_path, [ENTER], detail_of(1, "levels"), there) == (there, detail_of(1, "needs"))


def test_the_examples_interests_together_cost_one_key(tmp_path: Path) -> None:
    made, _at = pressed(tmp_path, ["*", ENTER], detail_of(1, "needs"), mapping_of(DataUser("A")))
    assert set(users(made)[0].details["needs"]) == set(INTERESTS)


@pytest.mark.parametrize(("field", "answer"), [("needs", ("refugees", "Shelters")), ("frequency", "monthly")])
def test_the_same_as_before_costs_one_key_and_an_enter(tmp_path: Path, field: str, answer: Detail) -> None:
    there = mapping_of(DataUser("A", {field: answer}), DataUser("B"), depth="full")
    made, at = pressed(tmp_path, ["=", ENTER], detail_of(2, field), there)
    assert users(made)[1].details[field] == answer
    assert at != detail_of(2, field)


# A paste


PASTE = "\x1b[200~{}\x1b[201~"
NAMES = [DataUser("UNHCR Mali", {"area": "Gao"}), DataUser("CNARR")]


@pytest.mark.parametrize("begun", ["", "; "])
@pytest.mark.parametrize("pasted", ["WFP\nIOM", "\nWFP\nIOM\n"])
def test_lines_pasted_on_a_row_that_has_data_users_are_names_of_their_own(
    tmp_path: Path, begun: str, pasted: str
) -> None:
    keys = [begun, PASTE.format(pasted), ENTER, ENTER]
    mapping, _at = pressed(tmp_path, keys, UNHCR, mapping_of(*NAMES))
    assert [user.name for user in users(mapping)] == ["UNHCR Mali", "CNARR", "WFP", "IOM"]
    assert users(mapping)[:2] == tuple(NAMES)


# A list


def test_a_command_that_is_refused_over_ticks_stays_to_be_edited(tmp_path: Path) -> None:
    place = detail_of(1, "levels")
    walk = walked(tmp_path, ["2", ENTER, ":zzz", ENTER], place, mapping_of(*NAMES))
    assert users(walk.mapping)[0].values("levels") == ("programmatic",)
    assert walk.drafts == {place: ":zzz"}
