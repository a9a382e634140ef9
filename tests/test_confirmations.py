"""Guards and follow-ups without an asker: what an answer leads to, or the question that decides it."""

import pytest

from dtm_mapper.interview import guards, name_guards
from dtm_mapper.interview.answers import NotUnderstood
from dtm_mapper.interview.confirmations import Answered, Confirmation, Outcome
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import DataUser, Mapping, alike
from interviews import OTHERS, ROW, UNHCR, mapping_of, row
from strategies import CATALOGUE

TODAY = "2026-11-22"
EMPTY = mapping_of()
TWO = mapping_of(row("unhcr", UNHCR, "CNARR"))


def at(mapping: Mapping, place: str = ROW) -> Walk:
    where = Place.parse(place)
    assert where is not None
    return Walk(CATALOGUE, mapping, at=where, today=TODAY)


def names_in(outcome: Outcome | None, place: str = ROW) -> list[str]:
    assert outcome is not None
    return [user.name for user in outcome.mapping.users(*place.split("/"))]


def question(answered: Answered) -> Confirmation:
    assert isinstance(answered, Confirmation)
    return answered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Strategic Executive Group (SEG)", "Strategic Executive Group"),
        ("SEG (Strategic Executive Group)", "Strategic Executive Group [SEG]"),
        ("UNHCR", "UNHCR Mali"),
        ("ISCG", "Inter Sector Coordination Group"),
        ("CICR", "Comité international de la Croix-Rouge"),
        ("ICRC", "International Committee of the Red Cross"),
        ("Médecins Sans Frontières", "medecins sans frontieres"),
        ("Ministry of Health", "Ministery of Health"),
        ("منظمة الصحة العالمية", "منظمة الصحة العالمية - مالي"),
    ],
)
def test_names_that_probably_mean_one_organisation_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("UNHCR", "WFP"), ("Danish Refugee Council", "UNICEF"), ("Oxfam", "Save the Children"), ("HCR", "DRC")],
)
def test_other_names_are_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)


def test_pasted_lines_on_an_open_row_are_several_data_users_or_one() -> None:
    asked = question(name_guards.pasted_names(at(EMPTY), "- Ministry of Health\n- and Hygiene\n"))
    assert asked.title == "UNHCR: how should the pasted lines be recorded?"
    assert [option.label for option in asked.options] == [
        "2 data users: “Ministry of Health”, “and Hygiene”",
        "One data user: “Ministry of Health and Hygiene”",
        "Cancel",
    ]
    several, one, cancel = (option.outcome for option in asked.options)
    assert names_in(several) == ["Ministry of Health", "and Hygiene"]
    assert names_in(one) == ["Ministry of Health and Hygiene"]
    assert cancel is None


def test_pasted_lines_on_a_row_with_data_users_are_added_or_replace_them() -> None:
    asked = question(name_guards.pasted_names(at(TWO), "OCHA\nCNARR\nTBC\n"))
    assert asked.title == (
        "UNHCR has “UNHCR”, “CNARR”. What should happen to the 2 pasted names “OCHA”, “CNARR”?"
        " Left out, because they are not names: “TBC”."
    )
    assert [option.label for option in asked.options] == [
        "Add to “UNHCR”, “CNARR”",
        "Replace “UNHCR”, “CNARR”. “UNHCR” will be removed, with all details.",
        "Cancel",
    ]
    added, replaced, _cancel = (option.outcome for option in asked.options)
    assert names_in(added) == ["UNHCR", "CNARR", "OCHA"]
    assert names_in(replaced) == ["OCHA", "CNARR"]
    assert replaced is not None
    assert [user.details for user in replaced.mapping.rows["unhcr"].users] == [{}, {}]


@pytest.mark.parametrize("text", ["TBC\nn/a\n", "- \n•\n", "\n\n"])
def test_pasted_lines_without_a_name_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="Type a name"):
        name_guards.pasted_names(at(EMPTY), text)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("UNHCR; CNARR; OCHA", ["UNHCR", "CNARR", "OCHA"]),
        ("CNARR; UNHCR", ["CNARR", "UNHCR"]),
        ("UNHCR Mali; Commission", ["UNHCR Mali", "Commission"]),
        ("UNHCR; UNHCR", ["UNHCR"]),
    ],
)
def test_an_answer_that_can_be_read_in_one_way_meets_no_guard(typed: str, names: list[str]) -> None:
    outcome = name_guards.typed_names(at(TWO), typed)
    assert isinstance(outcome, Outcome)
    assert names_in(outcome) == names


@pytest.mark.parametrize(
    ("typed", "choice", "enter"),
    [
        ("WFP; CNARR", True, 0),
        ("- OCHA; WFP", True, 0),
        ("- OCHA", False, 1),
        ("CNARR", False, 1),
        ("n/a", False, 1),
        ("same", False, 1),
        ("UNHCR; CNARR; TBC", False, 0),
        ("OCHA; TBC", False, 1),
        ("OCHA; WFP; TBC", True, 0),
    ],
)
def test_an_answer_meets_one_guard_and_its_enter_loses_nothing(typed: str, choice: bool, enter: int) -> None:
    asked = question(name_guards.typed_names(at(TWO), typed))
    assert (asked.choice, asked.enter) == (choice, enter)
    outcome = asked.options[asked.enter].outcome
    kept = TWO if outcome is None else outcome.mapping
    assert UNHCR.details in [user.details for user in kept.rows["unhcr"].users]


def test_many_names_are_counted_and_only_the_first_are_listed() -> None:
    users = tuple(DataUser(f"NGO {number}", {"area": "East"}) for number in range(30))
    asked = question(guards.cleared_row(at(mapping_of(row("unhcr", *users)))))
    assert asked.title == (
        "“NGO 0”, “NGO 1”, “NGO 2”, “NGO 3”, “NGO 4”, and 25 more will be removed, with all details. "
        "Continue?"
    )


def test_a_word_among_other_data_users_is_left_out() -> None:
    asked = question(name_guards.typed_names(at(EMPTY, OTHERS), "none"))
    assert asked.title == "“none” is not a name. Leave it out?"
    assert asked.options[0].outcome == Outcome(EMPTY)
    assert names_in(asked.options[1].outcome, OTHERS) == ["none"]
