"""Whole interviews in a terminal, as an operator sees them."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtm_mapper.catalogue_file import load
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.store.store import Store

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not of Windows", allow_module_level=True)

from programs import need
from pseudoterminal import PATIENCE, Pseudoterminal

SMALL = """\
format: dtm-catalogue/1
id: small
version: '1'
title: A small catalogue
purpose: To be asked through in a few seconds.
fields:
- id: levels
  label: Level of use
  question: At which levels does this data user use data?
  type: select_multiple
  depth: standard
  visibility: public
  choices:
  - {id: strategic, label: Strategic, hint: interventions and response strategies}
  - {id: operational, label: Operational}
- id: needs
  label: Information needs
  question: What does this data user need to know?
  type: select_multiple
  or_other: true
  interests: true
  depth: standard
  visibility: public
  choices:
  - {id: refugees, label: Refugees}
  - {id: explosive-ordnance, label: Impact of explosive ordnance on displaced population}
- id: area
  label: Area
  question: Where does this data user work?
  type: text
  depth: full
  visibility: public
sections:
- id: agencies
  title: Agencies
  note: Agencies of the United Nations, and others like them.
  examples:
  - {id: unhcr, name: UNHCR, interests: [refugees, explosive-ordnance]}
  - {id: wfp, name: WFP}
- id: clusters
  title: Clusters
  examples:
  - {id: shelter, name: Shelter cluster}
  - {id: wash, name: WASH cluster}
- id: government
  title: Government
  reminder: Ask again after an election.
  examples:
  - {id: statistics, name: Statistics office}
  - {id: ministry, name: Ministry in charge of displacement}
"""
ROWS = {
    "unhcr": "1/6 UNHCR",
    "wfp": "2/6 WFP",
    "shelter": "3/6 Shelter cluster",
    "wash": "4/6 WASH cluster",
    "statistics": "5/6 Statistics office",
    "ministry": "6/6 Ministry in charge",
}
NAMES = [
    "مفوضية الأمم المتحدة لشؤون اللاجئين",
    "联合国难民署",
    "Coordinación Nacional de Refugiados – « Réfugiés »",
    "e\N{COMBINING ACUTE ACCENT}cole",
    "🏳️‍🌈 👩‍👩‍👧 🇲🇱",
    "हिन्दी ไทย 한국어",
    "[wip] :warning: <b>|`$HOME` %s {0}",
    r"C:\new\table",
]
REFUSED = [
    (":bakc", "Did you mean :back"),
    (":go nowhere", "Nothing here has “nowhere” in it"),
    (":go cluster", "places"),
    (":go protection/gbv/child", "Nothing here has"),
    ("a" * 201, "201 characters"),
    (";", "Type a name"),
    ("+", "After + type one more name"),
]
SIZES = [(80, 24), (50, 20), (40, 15), (20, 10)]
MAPPING = "dtm-mapping.yaml"
ENTER, DELETE, DOWN, RIGHT = "\r", "\x7f", "\x1b[B", "\x1b[C"
SHIFT_TAB, CTRL_C, CTRL_D, CTRL_G, EMPTY_LINE = "\x1b[Z", "\x03", "\x04", "\x07", "\x15"
F1 = "\x1bOP"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"
OTHERS = "Other data users in"

Start = Callable[..., Pseudoterminal]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder, which holds nothing yet."""
    (tmp_path / "catalogue.yml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def alone(folder: Path) -> Start:
    """Starts the program in the folder, on the small catalogue."""

    def start(*arguments: str, environment: dict[str, str] | None = None, **window: Any) -> Pseudoterminal:
        small = {"DTM_MAP_CATALOGUE": str(folder.parent / "catalogue.yml")}
        return Pseudoterminal(*arguments, cwd=folder, environment={**small, **(environment or {})}, **window)

    return start


@pytest.fixture
def start(alone: Start) -> Start:
    """Starts an interview in the folder, on the small catalogue, unless the arguments say otherwise."""
    return lambda *arguments, **window: alone(*(arguments or ["new"]), **window)


def recorded(folder: Path, name: str = MAPPING) -> Mapping:
    mapping, warnings = Store(folder / name, load(folder.parent / "catalogue.yml")).load()
    assert not warnings
    return mapping


def write(folder: Path, name: str, **about: Any) -> None:
    """Puts a mapping into the folder."""
    catalogue = load(folder.parent / "catalogue.yml")
    Store(folder / name, catalogue).save(Mapping("small", "1", "2026-11-22", **about))


def names_of(mapping: Mapping) -> dict[str, list[str]]:
    """The names of the data users in each row that has any."""
    return {row.example: [user.name for user in row.users] for row in mapping.rows.values() if row.users}


def to_first_row(terminal: Pseudoterminal) -> None:
    terminal.wait_for("Which response")
    terminal.send("Mali" + ENTER * 3)
    terminal.wait_for("1/6 UNHCR")


def ended(terminal: Pseudoterminal, code: int) -> str:
    """Everything that was on the screen of a program that ended with this code, and without a mistake."""
    assert terminal.wait_for_exit() == code, terminal.history()
    shown = terminal.history()
    assert "Traceback" not in shown
    assert "mistake in dtm-map" not in shown
    return shown


# From the first question to the report


def test_a_country_is_suggested_while_it_is_typed_and_shown_by_its_name(start: Start, folder: Path) -> None:
    with start() as terminal:
        terminal.wait_for("Which response")
        terminal.send("Juba" + ENTER)
        terminal.wait_for("Which country")
        terminal.send("Soudan du")
        assert "Soudan du Sud" in terminal.wait_for("takes the name")
        terminal.send(RIGHT + ENTER)
        assert "Country: South Sudan" in terminal.wait_for("Who prepares")
        terminal.send(SHIFT_TAB)
        assert "› South Sudan" in terminal.wait_for("Which country")
        terminal.send(EMPTY_LINE + "RCA" + ENTER)
        assert "Country: Central African Republic" in terminal.wait_for("Who prepares")
    assert recorded(folder).country == "CAF"


def test_an_interview_goes_from_the_first_question_over_a_stop_and_a_return_to_the_report(
    start: Start, folder: Path
) -> None:
    with start() as terminal:
        terminal.wait_for("Which response")
        terminal.send("Mali response" + ENTER)
        terminal.wait_for("Which country")
        terminal.send("mali" + ENTER)
        terminal.wait_for("Who prepares")
        terminal.send("DTM team" + ENTER)
        terminal.wait_for("1/6 UNHCR")
        terminal.send("UNHCR Mali; UNHCR Niger" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":na Merged into FAO" + ENTER)
        terminal.wait_for(OTHERS)
        terminal.send("MSF" + ENTER)
        terminal.wait_for("3/6 Shelter")
        terminal.send("half ty")
        terminal.wait_for("half ty")
        terminal.send(CTRL_C)
        shown = ended(terminal, 130)
    assert "To go on here: dtm-map edit" in shown
    mapping = recorded(folder)
    assert (mapping.response, mapping.country, mapping.prepared_by) == ("Mali response", "MLI", "DTM team")
    assert names_of(mapping) == {"unhcr": ["UNHCR Mali", "UNHCR Niger"]}
    assert mapping.rows["wfp"].not_applicable == "Merged into FAO"
    assert [user.name for user in mapping.others["agencies"]] == ["MSF"]

    with start() as terminal:
        assert "Mali response" in terminal.wait_for("Go on at the first open row")
        terminal.send(ENTER)
        terminal.wait_for("3/6 Shelter")
        terminal.send(":later ask OCHA" + ENTER)
        terminal.wait_for("4/6 WASH")
        terminal.send(ENTER)
        terminal.wait_for(OTHERS)
        terminal.send(ENTER)
        terminal.wait_for("5/6 Statistics")
        terminal.send("INSTAT" + ENTER)
        terminal.wait_for("6/6 Ministry")
        terminal.send(ENTER)
        terminal.wait_for(OTHERS)
        terminal.send(ENTER)
        terminal.wait_for("Go on with their details?")
        terminal.send("y")
        terminal.wait_for("UNHCR Mali · Level of use")
        terminal.send("2" + ENTER * 2)
        terminal.wait_for("UNHCR Mali · Information needs")
        terminal.send("*" + ENTER)
        terminal.wait_for("UNHCR Niger · Level of use")
        terminal.send("=" + ENTER)
        terminal.wait_for("UNHCR Niger · Information needs")
        terminal.send("Roads" + DOWN + ENTER * 2)
        terminal.wait_for("MSF · Level of use")
        terminal.send(":review" + ENTER)
        terminal.wait_for("Enter writes the report")
        terminal.send(ENTER)
        terminal.wait_for("for Word too?")
        terminal.send(ENTER)
        shown = ended(terminal, 0)
    for report in ("dtm-mapping.md", "dtm-mapping.html", "dtm-mapping.docx"):
        assert f"The report is in {report}" in shown
    assert "INSTAT" in (folder / "dtm-mapping.md").read_text(encoding="utf-8")
    mapping = recorded(folder)
    assert mapping.rows["shelter"].pending == "ask OCHA"
    assert [user.details for user in mapping.rows["unhcr"].users] == [
        {"levels": ("operational",), "needs": ("refugees", "explosive-ordnance")},
        {"levels": ("operational",), "needs": ("Roads",)},
    ]


@pytest.mark.parametrize(("key", "code"), [(CTRL_C, 130), (CTRL_D, 0)])
def test_the_command_that_is_printed_comes_back_to_the_same_question(
    start: Start, folder: Path, key: str, code: int
) -> None:
    """… with the file and the catalogue that it began with."""
    options = ["--catalogue", str(folder.parent / "catalogue.yml")]
    with start(
        "new", "le Mali.yaml", *options, columns=300, environment={"DTM_MAP_CATALOGUE": ""}
    ) as terminal:
        to_first_row(terminal)
        terminal.send(ENTER * 4)
        terminal.wait_for("4/6 WASH")
        terminal.send(key)
        command = re.search(r"^To go on here: dtm-map (.*)$", ended(terminal, code), re.MULTILINE)
    assert command is not None
    with start(*shlex.split(command[1]), environment={"DTM_MAP_CATALOGUE": ""}) as terminal:
        terminal.wait_for("4/6 WASH")


def test_each_answer_is_in_the_file_before_the_next_question_shows(start: Start, folder: Path) -> None:
    with start() as terminal:
        to_first_row(terminal)
        for (row, _title), after in zip(ROWS.items(), [*list(ROWS.values())[1:], OTHERS], strict=True):
            terminal.send(f"Who is {row}" + ENTER)
            if row in ("wfp", "wash"):
                terminal.wait_for(OTHERS)
                terminal.send(ENTER)
            terminal.wait_for(after)
            assert names_of(recorded(folder))[row] == [f"Who is {row}"]


def test_the_whole_worksheet_typed_in_one_go_is_recorded_row_by_row(tmp_path: Path) -> None:
    names = [f"Local {number}" for number in range(1, 59)]
    after_section = (8, 21, 29, 41, 48, 58)
    keys = "".join(
        name + ENTER * (2 if number in after_section else 1) for number, name in enumerate(names, 1)
    )
    with Pseudoterminal("new", "--depth", "names", cwd=tmp_path) as terminal:
        terminal.wait_for("Which response")
        terminal.send("Everything" + ENTER * 3 + keys + ENTER + "n")
        shown = ended(terminal, 0)
    assert "58/58" not in shown.rpartition("The mapping is in")[2]
    mapping, _warnings = Store(tmp_path / MAPPING, load()).load()
    assert [user.name for *_place, user in mapping.every_user(load())] == names
    assert "Local 58" in (tmp_path / "dtm-mapping.md").read_text(encoding="utf-8")


# dtm-map alone


def test_alone_in_an_empty_folder_it_starts_a_mapping(alone: Start) -> None:
    with alone() as terminal:
        terminal.wait_for("Which response")
        terminal.send("Mali" + ENTER)
        terminal.wait_for("Which country")
        terminal.send(CTRL_C)
        assert MAPPING in ended(terminal, 130)


def test_alone_it_offers_the_mappings_in_the_folder_and_a_new_one(alone: Start, folder: Path) -> None:
    write(folder, "chad.yaml", response="Chad response")
    write(folder, MAPPING, response="Mali response")
    before = (folder / MAPPING).read_bytes()
    with alone() as terminal:
        shown = terminal.wait_for("A new mapping")
        assert "chad.yaml · Chad response: " in shown
        terminal.send("2" + ENTER)
        assert "Mali response" in terminal.wait_for("Go on at the first open row")
        terminal.send(CTRL_C)
        ended(terminal, 130)
    assert (folder / MAPPING).read_bytes() == before
    with alone() as terminal:
        terminal.wait_for("A new mapping")
        terminal.send("3" + ENTER)
        terminal.wait_for("A name for its file")
        terminal.send("niger" + ENTER)
        terminal.wait_for("Which response")
        terminal.send("Niger response" + ENTER)
        terminal.wait_for("Which country")
        assert recorded(folder, "niger.yaml").response == "Niger response"
        terminal.send(CTRL_C)
        ended(terminal, 130)


def test_back_from_the_name_of_a_new_file_leads_to_the_list_of_mappings(alone: Start, folder: Path) -> None:
    write(folder, MAPPING)
    with alone() as terminal:
        terminal.wait_for("A new mapping")
        terminal.send("2" + ENTER)
        terminal.wait_for("A name for its file")
        terminal.send(SHIFT_TAB)
        terminal.wait_for("A new mapping")
        terminal.send(CTRL_C)
        ended(terminal, 130)


@pytest.mark.parametrize("keys", [CTRL_G, SHIFT_TAB, ":review" + ENTER, ":go unhcr" + ENTER])
def test_what_has_no_meaning_at_the_list_of_mappings_does_not_end_it(
    alone: Start, folder: Path, keys: str
) -> None:
    write(folder, MAPPING)
    with alone() as terminal:
        terminal.wait_for("A new mapping")
        terminal.send(keys + "2" + ENTER)
        terminal.wait_for("A name for its file")
        terminal.send(CTRL_C)
        ended(terminal, 130)


@pytest.mark.parametrize(("key", "code"), [(CTRL_C, 130), (CTRL_D, 0)])
def test_leaving_the_list_of_mappings_writes_nothing(alone: Start, folder: Path, key: str, code: int) -> None:
    write(folder, MAPPING)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with alone() as terminal:
        terminal.wait_for("A new mapping")
        terminal.send(key)
        ended(terminal, code)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_is_echoed_while_the_chosen_mapping_is_read(alone: Start, folder: Path) -> None:
    many = tuple(DataUser(f"Somebody {number}") for number in range(10_000))
    write(folder, MAPPING, others={"agencies": many})
    with alone() as terminal:
        terminal.wait_for("A new mapping")
        terminal.send("1" + ENTER)
        echoed = []

        def come_back(text: str) -> bool:
            echoed.append(terminal.echoes())
            return "Go on at the first open row" in text

        terminal.wait_for(come_back)
        assert not any(echoed)


# The screen


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_question_and_what_is_typed_are_seen_in_every_window(
    start: Start, folder: Path, columns: int, rows: int
) -> None:
    with start("new", "--depth", "full", columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        for title in ROWS.values():
            terminal.wait_for(unwrapped(title))
            terminal.send("A local name")
            assert title.split()[0] in terminal.wait_for("A local name")
            terminal.send(ENTER)
            if title[0] in "246":
                terminal.wait_for(unwrapped(OTHERS))
                terminal.send("Somebody else")
                terminal.wait_for("Somebody else")
                terminal.send(ENTER)
        terminal.wait_for("y yes")
        terminal.send(ENTER)
        for _user in range(2):
            terminal.wait_for(unwrapped("Level of use", "Strategic"))
            terminal.send("1")
            terminal.wait_for("› 1")
            terminal.send(ENTER)
            terminal.wait_for("Ticked (1): Strategic"[: columns - 4])
            terminal.send(ENTER)
            terminal.wait_for(unwrapped("Information needs", "Refugees"))
            terminal.send("shelters")
            terminal.wait_for(unwrapped("› shelters", "Add “shelters”"))
            terminal.send(DOWN + ENTER)
            terminal.wait_for("Ticked (1): “shelters”"[: columns - 4])
            terminal.send(ENTER)
            terminal.wait_for(unwrapped("· Area"))
            terminal.send("in the north")
            terminal.wait_for("› in the north")
            terminal.send(ENTER)
        terminal.wait_for(unwrapped("Level of use", "Strategic"))
        terminal.send(":review" + ENTER)
        terminal.wait_for(unwrapped("Enter writes the report"))
        terminal.send(ENTER)
        terminal.wait_for(unwrapped("Word too?"))
        terminal.send("n")
        ended(terminal, 0)
    users = [user for *_place, user in recorded(folder).every_user(load(folder.parent / "catalogue.yml"))]
    answered = {"levels": ("strategic",), "needs": ("shelters",), "area": "in the north"}
    assert [user.details for user in users] == [answered] * 2 + [{}] * 7


def unwrapped(*words: str) -> Callable[[str], bool]:
    """Whether a screen shows all of these, be they broken over its lines."""
    return lambda text: all(" ".join(word.split()) in " ".join(text.split()) for word in words)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_going_back_and_forth_leaves_nothing_behind(start: Start, columns: int, rows: int) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        terminal.send("United Nations High Commissioner for Refugees" + ENTER)
        terminal.wait_for("2/6 WFP")
        before = terminal.history()
        for _time in range(3):
            terminal.send(SHIFT_TAB)
            terminal.wait_for("1/6 UNHCR")
            terminal.wait_for(lambda text: "2/6 WFP" not in text)
            terminal.send(ENTER)
            terminal.wait_for(lambda _text: terminal.history() == before)
        terminal.send(CTRL_C)
        assert "›" not in ended(terminal, 130)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_search_leaves_nothing_behind(start: Start, columns: int, rows: int) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send("displ")
        terminal.wait_for("1 of 12")
        terminal.send("zzz")
        terminal.wait_for("0 of 12")
        terminal.send(DELETE * 3)
        terminal.wait_for("1 of 12")
        terminal.send(ENTER)
        terminal.wait_for("6/6 Ministry")
        shown = terminal.history()
        assert "Where to?" not in shown
        assert "1 of 12" not in shown
        assert "»" not in shown


def test_commands_and_keys_work_in_the_search(start: Start) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send(":go wfp" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(CTRL_G + CTRL_G + "displ")
        terminal.wait_for("1 of 12")
        terminal.send(SHIFT_TAB)
        terminal.wait_for("2/6 WFP")
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send(":review" + ENTER)
        terminal.wait_for("Enter writes the report")
        terminal.send(CTRL_C)
        ended(terminal, 130)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (":review" + ENTER, "Enter writes the report"),
        (":go wash" + ENTER, "4/6 WASH"),
        (CTRL_G, "Where to?"),
        (SHIFT_TAB, OTHERS),
        ("n", "Enter writes the report"),
    ],
)
def test_one_may_go_anywhere_before_the_details(start: Start, folder: Path, keys: str, shown: str) -> None:
    write(folder, MAPPING, others={"government": (DataUser("INSTAT"),)})
    with start("edit", "--at", "government/other") as terminal:
        terminal.wait_for(OTHERS)
        terminal.send(ENTER)
        terminal.wait_for("Go on with their details?")
        terminal.send(keys)
        terminal.wait_for(shown)
        terminal.send(CTRL_C)
        ended(terminal, 130)


def test_a_name_longer_than_the_window_can_be_typed_to_its_end(start: Start, folder: Path) -> None:
    name = " ".join(f"word{number}" for number in range(28))
    with start(columns=20, rows=10) as terminal:
        to_first_row(terminal)
        terminal.send(name)
        terminal.wait_for("word27")
        terminal.send(ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(SHIFT_TAB)
        terminal.wait_for("1/6 UNHCR")
        terminal.wait_for("word27")
        terminal.send("!" + ENTER)
        terminal.wait_for("2/6 WFP")
    assert names_of(recorded(folder)) == {"unhcr": [name + "!"]}


def test_the_field_is_seen_under_the_longest_name(start: Start) -> None:
    with start("new", "--depth", "full", columns=20, rows=10) as terminal:
        to_first_row(terminal)
        terminal.send("Name " * 39 + "of it" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/area" + ENTER)
        terminal.wait_for(unwrapped("of it · Area"))
        terminal.send("In the north " * 40 + "!")
        terminal.wait_for(unwrapped("of it · Area", "! ? help"))


@pytest.mark.parametrize("columns", [80, 40, 24])
def test_no_choice_and_no_hint_above_a_list_is_broken_within_a_word(start: Start, columns: int) -> None:
    with start(columns=columns, rows=30) as terminal:
        to_first_row(terminal)
        terminal.send("UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
        for field, hint, choice in (
            ("levels", "At which levels does this", "· interventions and response strategies"),
            ("needs", "What does this data user", "Impact of explosive ordnance on displaced population"),
        ):
            terminal.send(f":go agencies/unhcr/1/{field}" + ENTER)
            terminal.wait_for(unwrapped(hint, choice))


def test_only_keys_that_work_are_shown(start: Start) -> None:
    with start() as terminal:
        assert "Shift-Tab" not in terminal.wait_for("Which response")
        terminal.send("Mali" + ENTER)
        assert "Shift-Tab back" in terminal.wait_for("Which country")
        terminal.send(ENTER * 2)
        terminal.wait_for("1/6 UNHCR")
        terminal.send("UNHCR Mali; UNHCR Niger" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/levels" + ENTER)
        assert "= as before" not in terminal.wait_for("UNHCR Mali · Level of use")
        terminal.send("1" + ENTER * 2)
        assert "= as before" not in terminal.wait_for("UNHCR Mali · Information needs")
        terminal.send(ENTER)
        assert "= as before" in terminal.wait_for("UNHCR Niger · Level of use")


def test_the_key_line_says_what_enter_does_now(start: Start) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send("UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/levels" + ENTER)
        assert "Enter continue" in terminal.wait_for("abc filter")
        terminal.send("s")
        terminal.wait_for("Enter add")
        terminal.send("tx")
        terminal.wait_for("Enter show how many match")
        terminal.send(ENTER)
        terminal.wait_for("No match.")
        terminal.send(EMPTY_LINE + DOWN)
        terminal.wait_for("Space tick")
        terminal.send(ENTER)
        terminal.wait_for("Space ticks it. Enter continues without it.")
        terminal.send(EMPTY_LINE + ":ski")
        terminal.wait_for("Enter run this command")
        terminal.send(EMPTY_LINE + ":go agencies/unhcr/1/needs" + ENTER)
        assert "* add the interests" in terminal.wait_for("abc filter")
        terminal.send("r")
        assert "add the interests" not in terminal.wait_for("Esc whole list").rpartition("Enter add")[2]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 15)])
def test_the_list_of_all_rows_shows_what_each_holds(start: Start, columns: int, rows: int) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send("displacement")
        shown = terminal.wait_for("1 of 12")
        assert re.search("^ »  6 Ministry in charg", shown, re.MULTILINE)


def test_what_was_just_recorded_stands_above_in_one_line(start: Start) -> None:
    with start(columns=40, rows=15) as terminal:
        to_first_row(terminal)
        for name in (*NAMES, "长" * 60, "اسم " * 20, "many words " * 9, "word" * 30):
            before = terminal.wait_for("1/6 UNHCR").partition("1/6 UNHCR")[0].splitlines()
            terminal.send(EMPTY_LINE + name + ENTER)
            above = terminal.wait_for("2/6 WFP").partition("2/6 WFP")[0].splitlines()
            assert above[-1].startswith("  UNHCR: ")
            assert above[-2] == before[-1]
            terminal.send(SHIFT_TAB)


@pytest.mark.parametrize("columns", [80, 40])
def test_the_longest_choices_can_be_read(start: Start, columns: int) -> None:
    with start(columns=columns) as terminal:
        to_first_row(terminal)
        terminal.send("UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/needs" + ENTER)
        terminal.wait_for("Information needs")
        terminal.wait_for(unwrapped("Impact of explosive ordnance on displaced population"))


def test_a_list_that_is_seen_whole_does_not_say_that_there_is_more(start: Start) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send("UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/needs" + ENTER)
        shown = terminal.wait_for("Impact of explosive")
        assert "choices" not in shown


@pytest.mark.parametrize(("columns", "rows"), SIZES[:3])
def test_the_way_to_help_is_always_on_the_screen(start: Start, columns: int, rows: int) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        terminal.wait_for("? help")


def test_a_window_may_change_its_size_in_the_middle_of_a_question(start: Start, folder: Path) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send("United Nations High Commissioner")
        terminal.wait_for("High Commissioner")
        for columns, rows in ((60, 24), (30, 30), (120, 40), (80, 24)):
            terminal.resize(columns, rows)
            terminal.wait_for(unwrapped("1/6 UNHCR"))
        terminal.send(" for Refugees")
        terminal.wait_for("for Refugees")
        terminal.send(ENTER)
        terminal.wait_for("2/6 WFP")
        assert names_of(recorded(folder)) == {"unhcr": ["United Nations High Commissioner for Refugees"]}
        terminal.send(":go agencies/unhcr/1/levels" + ENTER)
        terminal.wait_for("Level of use")
        terminal.send("2" + ENTER)
        terminal.wait_for("●  2 Operational")
        terminal.resize(50, 20)
        terminal.send(DOWN * 2)
        terminal.wait_for(lambda text: "»" in text)
        terminal.send(ENTER)
        terminal.wait_for("Information needs")
        terminal.send(CTRL_C)
        ended(terminal, 130)
    assert recorded(folder).rows["unhcr"].users[0].details == {"levels": ("operational",)}


def test_signs_that_the_encoding_lacks_are_written_in_ascii(start: Start) -> None:
    with start(environment={"PYTHONIOENCODING": "latin-1"}) as terminal:
        to_first_row(terminal)
        terminal.send("UNHCR Mali")
        terminal.wait_for("> UNHCR Mali")
        terminal.send(ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send(":go agencies/unhcr/1/levels" + ENTER)
        terminal.wait_for("[ ]  1 Strategic")
        terminal.send("2" + ENTER)
        terminal.wait_for("[x]  2 Operational")


@pytest.mark.parametrize("named", [["TMUX=1"], ["--unset=TMUX", "WT_SESSION=1"]], ids=["tmux", "Windows"])
def test_a_terminal_that_breaks_its_lines_anew_keeps_no_old_ones(folder: Path, named: list[str]) -> None:
    # Windows Terminal, too, moves the lines above the cursor as tmux does.
    tmux = [need("tmux"), "-S", str(folder.parent / "tmux"), "-f", os.devnull, "-u"]
    environment = {**os.environ, "DTM_MAP_CATALOGUE": str(folder.parent / "catalogue.yml")}
    write(folder, MAPPING, response="Mali", depth="full")

    def run(*arguments: str) -> str:
        command = [*tmux, *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment).stdout.decode()

    def drawn(typed: str) -> str:
        """What tmux shows once all is drawn, and stays: with a text, and a key line that is not broken."""
        end, before = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            shown = run("capture-pane", "-p").rstrip()
            whole = typed in "".join(shown.split()) and re.search(r"\n Enter next .*\? help\Z", shown)
            if whole and shown == before:
                return shown
            before = shown
            time.sleep(0.2)
        raise AssertionError(f"tmux does not show {typed!r} and the keys:\n{shown}")

    program = ["env", *named, sys.executable, "-m", "dtm_mapper", "edit", "--at", "ministry"]
    run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(folder), shlex.join(program))
    try:
        drawn("6/6")
        typed = f"Ministry of Solidarity{', and its offices' * 5}"
        run("send-keys", "-l", typed)
        for columns in ("80", "60", "35", "24"):
            run("resize-window", "-x", columns, "-y", "24")
            shown = drawn("".join(typed.split()))
            assert shown.count("6/6") == 1, shown
    finally:
        run("kill-server")


@pytest.mark.parametrize(("columns", "rows"), SIZES[1:3])
def test_a_text_that_would_fill_the_window_leaves_room_for_what_is_said_of_it(
    start: Start, columns: int, rows: int
) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        terminal.send("a" * 900 + ENTER)
        terminal.wait_for(lambda text: "900 characters" in " ".join(text.split()) and "? help" in text)
        terminal.send(EMPTY_LINE)
        terminal.wait_for(lambda text: "aaaa" not in text.split("1/6")[-1] and "? help" in text)
        terminal.send("UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")


# What is typed


@pytest.mark.parametrize("columns", [80, 20])
def test_names_in_any_script_are_what_the_file_holds(start: Start, folder: Path, columns: int) -> None:
    with start(columns=columns) as terminal:
        to_first_row(terminal)
        for name in NAMES:
            terminal.send(EMPTY_LINE + name + ENTER)
            terminal.wait_for("2/6 WFP")
            assert names_of(recorded(folder)) == {"unhcr": [name]}
            terminal.send(SHIFT_TAB)
            terminal.wait_for("1/6 UNHCR")
            terminal.send("!" + ENTER)
            terminal.wait_for("2/6 WFP")
            assert names_of(recorded(folder)) == {"unhcr": [name + "!"]}
            terminal.send(SHIFT_TAB)
            terminal.wait_for("1/6 UNHCR")
        terminal.send(CTRL_C)
        ended(terminal, 130)


def test_keys_typed_ahead_are_neither_lost_nor_echoed(tmp_path: Path) -> None:
    with Pseudoterminal("new", cwd=tmp_path, rows=50) as terminal:
        terminal.wait_for("Which response")
        terminal.send("Mali" + ENTER * 3)
        terminal.send("".join(f"Name{number}{ENTER}" for number in range(1, 12)))
        shown = terminal.wait_for("11/58")
    # Rows 1 to 8, the section's other data users, then rows 9 and 10.
    mapping, _warnings = Store(tmp_path / MAPPING, load()).load()
    assert [user.name for *_place, user in mapping.every_user(load())] == [f"Name{n}" for n in range(1, 12)]
    # What the program says of a name is set in from the edge; an echo would begin there.
    assert [line for line in shown.splitlines() if "Name" in line and not line.startswith("  ")] == []


@pytest.mark.parametrize("answers", [1, 4, 6])
def test_ctrl_c_right_behind_the_answers_loses_none_and_shows_no_traceback(
    start: Start, folder: Path, answers: int
) -> None:
    keys = [f"Who is {row}" + ENTER * (2 if row in ("wfp", "wash") else 1) for row in ROWS][:answers]
    with start() as terminal:
        to_first_row(terminal)
        terminal.send("".join(keys) + "half" + CTRL_C * 3)
        ended(terminal, 130)
    assert names_of(recorded(folder)) == {row: [f"Who is {row}"] for row in list(ROWS)[:answers]}


def test_a_pasted_column_of_names_becomes_one_rows_data_users_after_a_question(
    start: Start, folder: Path
) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send(f"{PASTE}- UNHCR Mali\r\n2. UNHCR Niger\r\n• IOM\r\n{PASTED}")
        terminal.wait_for("IOM")
        assert names_of(recorded(folder)) == {}
        terminal.send(ENTER)
        shown = terminal.wait_for("3 Cancel")
        assert "1 3 data users: “UNHCR Mali”, “UNHCR Niger”, “IOM”" in shown
        assert "2 One data user: “UNHCR Mali UNHCR Niger IOM”" in shown
        assert names_of(recorded(folder)) == {}
        terminal.send(ENTER)
        terminal.wait_for("2/6 WFP")
    assert names_of(recorded(folder)) == {"unhcr": ["UNHCR Mali", "UNHCR Niger", "IOM"]}


def test_a_name_recorded_before_is_offered_and_taken_by_the_right_arrow(start: Start, folder: Path) -> None:
    with start() as terminal:
        to_first_row(terminal)
        terminal.send("Norwegian Refugee Council" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send("norw")
        terminal.wait_for("› norwegian Refugee Council")
        terminal.send(ENTER)
        terminal.wait_for(OTHERS)
        terminal.send("Norw")
        terminal.wait_for("› Norwegian Refugee Council")
        terminal.send(RIGHT + ENTER)
        terminal.wait_for("3/6 Shelter")
    mapping = recorded(folder)
    assert names_of(mapping)["wfp"] == ["norw"]
    assert [user.name for user in mapping.others["agencies"]] == ["Norwegian Refugee Council"]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (20, 14)])
def test_what_cannot_be_taken_is_said_and_stays_to_be_mended(
    start: Start, folder: Path, columns: int, rows: int
) -> None:
    with start(columns=columns, rows=rows) as terminal:
        to_first_row(terminal)
        for typed, said in REFUSED:
            terminal.send(EMPTY_LINE + typed + ENTER)
            terminal.wait_for(unwrapped(said, f"› {typed[:15]}" if len(typed) < 100 else "aaaa"))
        terminal.send(EMPTY_LINE + "UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
    assert names_of(recorded(folder)) == {"unhcr": ["UNHCR Mali"]}


@pytest.mark.parametrize("keys", ["?", F1, ":go nowhere" + ENTER + EMPTY_LINE, ":show" + ENTER])
def test_what_is_ticked_outlasts_help_and_commands(start: Start, folder: Path, keys: str) -> None:
    write(folder, MAPPING, others={"agencies": (DataUser("INSTAT"),)})
    with start("edit", "--at", "agencies/other/1/levels") as terminal:
        terminal.wait_for("○  2 Operational")
        terminal.send("2" + ENTER)
        terminal.wait_for("●  2 Operational")
        terminal.send(keys + ENTER)
        terminal.wait_for("INSTAT · Information needs")
    assert recorded(folder).others["agencies"][0].details == {"levels": ("operational",)}


# Every terminal


def colours(output: bytes) -> set[str]:
    """The colours that the output asks for, by their codes."""
    codes = {code for found in re.findall(rb"\x1b\[([\d;]*)m", output) for code in found.decode().split(";")}
    return {code for code in codes if re.fullmatch(r"[349][0-8]|10[0-7]", code)}


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_respected(start: Start, environment: dict[str, str], coloured: bool) -> None:
    with start(environment=environment) as terminal:
        to_first_row(terminal)
        terminal.send(":bakc" + ENTER)
        terminal.wait_for("Did you mean :back")
        terminal.send(EMPTY_LINE + "UNHCR Mali" + ENTER)
        terminal.wait_for("2/6 WFP")
        terminal.send("UN")
        terminal.wait_for("› UNHCR Mali")
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send(SHIFT_TAB)
        terminal.wait_for("2/6 WFP")
        terminal.send(EMPTY_LINE + ":go agencies/unhcr/1/levels" + ENTER)
        terminal.wait_for("Level of use")
        terminal.send("1" + ENTER)
        terminal.wait_for("●  1")
        terminal.send(CTRL_C)
        ended(terminal, 130)
    assert bool(colours(terminal.output)) is coloured


def test_a_dumb_terminal_is_asked_line_by_line(start: Start, folder: Path) -> None:
    with start(environment={"TERM": "dumb"}) as terminal:
        terminal.wait_for("[response]")
        terminal.send("Mali\n\n\n")
        terminal.wait_for("[agencies/unhcr]")
        terminal.send("UNHCR Mali\n")
        terminal.wait_for("[agencies/wfp]")
        assert names_of(recorded(folder)) == {"unhcr": ["UNHCR Mali"]}
        terminal.send(CTRL_C)
        ended(terminal, 130)
    assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("answers", [True, False])
def test_no_terminal_is_waited_for_to_say_where_its_cursor_is(start: Start, answers: bool) -> None:
    with start(answers_cursor=answers) as terminal:
        to_first_row(terminal)
        terminal.send(CTRL_G)
        terminal.wait_for("Where to?")
        terminal.send(CTRL_C)
        ended(terminal, 130)
    assert b"\x1b[6n" not in terminal.output


def test_the_terminal_is_left_as_it_was_found(start: Start) -> None:
    for keys, code in ((CTRL_C, 130), (":quit" + ENTER, 0), (":review" + ENTER * 2 + "n", 0)):
        with start() as terminal:
            before = terminal.modes()
            to_first_row(terminal) if keys == CTRL_C else terminal.wait_for("Go on at the first")
            terminal.send(keys)
            ended(terminal, code)
            assert terminal.modes() == before
        shown_or_hidden = re.findall(rb"\x1b\[\?(?:25|2004|7|1049)[hl]", terminal.output)
        left = {setting[:-1]: setting[-1:] for setting in shown_or_hidden}
        assert left == {b"\x1b[?25": b"h", b"\x1b[?2004": b"l", b"\x1b[?7": b"h"}


# What is asked before a file is brought in


@pytest.mark.parametrize(("near", "sure"), [("y", "y"), ("n", "y"), ("", ""), ("y", "n"), ("n", CTRL_C)])
def test_an_import_asks_of_near_misses_and_then_before_it_changes_anything(
    alone: Start, folder: Path, near: str, sure: str
) -> None:
    lines = ["Example,Data user", "Statistic ofice,Institut national", "WFP,PAM"]
    (folder / "filled.csv").write_text("\n".join(lines), encoding="utf-8")
    with alone("import", "filled.csv") as terminal:
        terminal.wait_for(unwrapped("“Statistic ofice”: is that “Statistics office”? [y/N]:"))
        assert not (folder / MAPPING).exists()
        terminal.send(near + ENTER)
        terminal.wait_for(unwrapped(f"Change {MAPPING} so? [y/N]:"))
        assert not (folder / MAPPING).exists()
        terminal.send(sure + ENTER)
        ended(terminal, {"y": 0, CTRL_C: 130}.get(sure, 1))
    assert (folder / MAPPING).exists() == (sure == "y")
    if sure == "y":
        found = {"statistics": ["Institut national"], "wfp": ["PAM"]}
        assert names_of(recorded(folder)) == (found if near == "y" else {"wfp": ["PAM"]})
