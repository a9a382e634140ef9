"""Whole interviews line by line, over streams, with a real file on disk."""

import contextlib
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtm_mapper.interview.walk import Place
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.screen import visible
from interviews import (
    BEGUN,
    FILE,
    MANY,
    NEEDS,
    ONE,
    OTHERS,
    ROW,
    SEG,
    TEXT,
    UNHCR,
    held,
    hold,
    mapping_of,
    read,
    row,
)
from strategies import CATALOGUE, mappings

# Each command on each kind of question

STAYS = "stays"
KEPT = "kept"

INTERESTS = "place-of-origin, refugees, returnees, protection-services"

#: Where one is, what is typed there, where one stands then, what is recorded, and words that are said.
TABLE: list[tuple[str, str, str, str, str]] = [
    # What the mapping is about
    ("response", "Sahel", "country", "Sahel", "Sahel"),
    ("response", "", "country", KEPT, ""),
    ("response", ":na", STAYS, KEPT, ":na is for rows"),
    ("response", ":later", STAYS, KEPT, ":later is for rows"),
    ("response", "-", STAYS, KEPT, "is for rows"),
    ("response", ":clear", "country", "", "empty"),
    ("response", "=", STAYS, KEPT, "= is for details"),
    ("response", ":back", STAYS, KEPT, "the first question"),
    ("response", ":skip", STAYS, KEPT, ":skip is for details"),
    ("response", ":go unhcr", "un-agencies/unhcr", KEPT, ""),
    ("response", ":add X", STAYS, KEPT, ":add is for sections"),
    ("response", ":add", STAYS, KEPT, ":add is for sections"),
    ("response", ":undo", STAYS, KEPT, "nothing to take back"),
    ("response", ":show", STAYS, KEPT, "UN Agencies: 8 rows"),
    ("response", ":review", "review", KEPT, "== Review =="),
    ("response", ":help", STAYS, KEPT, ":quit"),
    ("response", "?", STAYS, KEPT, ":quit"),
    ("response", ":xyzzy", STAYS, KEPT, "no :xyzzy"),
    ("country", "Niger", "prepared_by", "NER", "Niger"),
    ("country", "Bangaldesh", STAYS, KEPT, "did you mean Bangladesh"),
    ("country", "-", STAYS, KEPT, "is for rows"),
    ("country", ":back", "response", KEPT, ""),
    ("prepared_by", "IM team", "coordination/inter-ministerial", "IM team", "IM team"),
    ("prepared_by", "-5: + x", "coordination/inter-ministerial", "-5: + x", ""),
    # A row
    (ROW, "UNHCR; CNARR; RRC", "un-agencies/ocha", "UNHCR; CNARR; RRC", "UNHCR; CNARR; RRC"),
    (ROW, "+ RRC; X", "un-agencies/ocha", "UNHCR; CNARR; RRC; X", "RRC"),
    (ROW, "+ CNARR", "un-agencies/ocha", KEPT, ""),
    (ROW, "+CNARR; UNHCR", "un-agencies/ocha", "+CNARR; UNHCR", ""),
    (ROW, "+", STAYS, KEPT, "After +"),
    (ROW, "", "un-agencies/ocha", KEPT, ""),
    (ROW, ":skip", STAYS, KEPT, ":skip is for details"),
    (ROW, "=", STAYS, KEPT, "= is for details"),
    (ROW, "=X; UNHCR", "un-agencies/ocha", "=X; UNHCR", ""),
    (ROW, ":back", "un-agencies/wfp", KEPT, ""),
    (ROW, ":go hct", "coordination/hct", KEPT, ""),
    (ROW, ":go clusters", "clusters/cccm", KEPT, ""),
    (ROW, ":go zzz", STAYS, KEPT, "Nothing here has “zzz”"),
    (ROW, ":go ministry", STAYS, KEPT, "6 places"),
    (ROW, ":go review", "review", KEPT, ""),
    (ROW, ":go un-agencies/unhcr/2/levels", "un-agencies/unhcr/2/levels", KEPT, ""),
    (ROW, ":add X", STAYS, KEPT, "UN-Habitat; X"),
    (ROW, ":add", OTHERS, KEPT, ""),
    (ROW, ":undo", STAYS, KEPT, "nothing to take back"),
    (ROW, ":show", STAYS, KEPT, "UNHCR; CNARR"),
    (ROW, ":review", "review", KEPT, ""),
    (ROW, "?", STAYS, KEPT, ":quit"),
    (ROW, ";", STAYS, KEPT, "Type a name"),
    (ROW, "x" * 201, STAYS, KEPT, "201 characters"),
    (ROW, "bell\a", STAYS, KEPT, "control character"),
    (ROW, "two\tcells", STAYS, KEPT, "tab"),
    (ROW, ":bakc", STAYS, KEPT, "Did you mean :back"),
    ("un-agencies/undp", "UNDP", OTHERS, "UNDP", "UNDP"),
    ("un-agencies/undp", ":later ask Jan", OTHERS, "pending: ask Jan", "pending: ask Jan"),
    ("un-agencies/undp", ":later", OTHERS, "pending", "pending"),
    ("un-agencies/undp", ":clear", OTHERS, "open", "open"),
    ("un-agencies/undp", ":na left in May", OTHERS, "not_applicable: left in May", "left in May"),
    ("un-agencies/undp", '"TBC"', OTHERS, "TBC", "TBC"),
    ("un-agencies/undp", "“Water; sanitation”; «?»", OTHERS, "Water; sanitation; ?", ""),
    ("un-agencies/undp", '" "', OTHERS, KEPT, ""),
    ("un-agencies/undp", "–", OTHERS, "not_applicable", "not applicable"),
    ("un-agencies/undp", "—", OTHERS, "not_applicable", "not applicable"),
    ("un-agencies/undp", "−", OTHERS, "not_applicable", "not applicable"),
    ("un-agencies/undp", "؟", STAYS, KEPT, ":quit"),
    ("un-agencies/undp", "-UNDP", OTHERS, "-UNDP", "-UNDP"),
    ("un-agencies/undp", "UNDP؛ PNUD", OTHERS, "UNDP; PNUD", ""),
    ("un-agencies/undp", "UNDP; UNDP;  UNDP ", OTHERS, "UNDP", ""),
    ("un-agencies/undp", "-", OTHERS, "not_applicable", "not applicable"),
    ("un-agencies/undp", ":na", OTHERS, "not_applicable", "not applicable"),
    ("un-agencies/ocha", ":clear", "un-agencies/unicef", "open", "open"),
    ("un-agencies/who", '::x; ";y"; --y', "un-agencies/undp", ":x; ;y; --y", ":x; ;y; --y"),
    # Other data users
    (OTHERS, "X; Y", "ngos/hi", "X; Y", "X; Y"),
    (OTHERS, "+ X", "ngos/hi", "UN-Habitat; X", "UN-Habitat; X"),
    (OTHERS, "", "ngos/hi", KEPT, ""),
    (OTHERS, ":na", STAYS, KEPT, ":na is for rows"),
    (OTHERS, "-", STAYS, KEPT, "is for rows"),
    (OTHERS, "- UN-Women; UN-Habitat", "ngos/hi", "UN-Women; UN-Habitat", ""),
    (OTHERS, ":later", STAYS, KEPT, ":later is for rows"),
    (OTHERS, ":clear", "ngos/hi", "", "empty"),
    (OTHERS, "=", STAYS, KEPT, "= is for details"),
    (OTHERS, ":skip", STAYS, KEPT, ":skip is for details"),
    (OTHERS, ":back", "un-agencies/undp", KEPT, ""),
    (OTHERS, ":add X", STAYS, "UN-Habitat; X", "UN-Habitat; X"),
    (OTHERS, ":show", STAYS, KEPT, "other: UN-Habitat"),
    # Details: several choices
    (MANY, "1, 2, -3", "un-agencies/unhcr/1/needs", "strategic, programmatic", "Strategic, Programmatic"),
    (MANY, "prog", "un-agencies/unhcr/1/needs", "programmatic, operational", "Programmatic"),
    (MANY, "-oper", "un-agencies/unhcr/1/needs", "", "empty"),
    (MANY, "-strategic", STAYS, KEPT, "“strategic” is not recorded here"),
    (MANY, "", "un-agencies/unhcr/1/needs", KEPT, ""),
    (MANY, "tactical", STAYS, KEPT, "none of the choices: 1 Strategic, 2 Programmatic"),
    (MANY, "4", STAYS, KEPT, "from 1 to 3"),
    (MANY, "+ strategic", "un-agencies/unhcr/1/needs", "strategic, operational", "Strategic"),
    (MANY, ":na", STAYS, KEPT, ":na is for rows"),
    (MANY, ":later", STAYS, KEPT, ":later is for rows"),
    (MANY, "-", STAYS, KEPT, "is for rows"),
    (MANY, ":clear", "un-agencies/unhcr/1/needs", "", "empty"),
    (MANY, "=", "un-agencies/unhcr/1/needs", "strategic, operational", "Strategic"),
    (MANY, "*", STAYS, KEPT, "no interests"),
    (MANY, ":back", "coordination/hct/1/notes", KEPT, ""),
    (MANY, ":skip", "un-agencies/unhcr/2/levels", KEPT, ""),
    (MANY, ":go hct", "coordination/hct", KEPT, ""),
    (MANY, ":add X", STAYS, KEPT, "UN-Habitat; X"),
    (MANY, ":add", OTHERS, KEPT, ""),
    (MANY, ":undo", STAYS, KEPT, "nothing to take back"),
    (MANY, ":show", STAYS, KEPT, "UNHCR: UNHCR; CNARR"),
    (MANY, ":review", "review", KEPT, ""),
    (MANY, "?", STAYS, KEPT, "1 Strategic (interventions and response strategies)"),
    (NEEDS, "*", "un-agencies/unhcr/2/sharing", INTERESTS, "Refugees"),
    (NEEDS, "24", "un-agencies/unhcr/2/sharing", "refugees", "Refugees"),
    (NEEDS, "*, Wood", "un-agencies/unhcr/2/sharing", f"{INTERESTS}, Wood", "Wood"),
    (NEEDS, "food, child", STAYS, KEPT, "“child” could mean 30 Children on the move, 37 Child protection"),
    (NEEDS, '"Own, words"، 24؛ " "', "un-agencies/unhcr/2/sharing", "refugees, Own, words", "Own, words"),
    (NEEDS, 'Wood, "Wood", Wood ', "un-agencies/unhcr/2/sharing", "Wood", "Wood"),
    (NEEDS, "=", STAYS, KEPT, "no answer here to repeat"),
    # Details: one choice
    (ONE, "2", "un-agencies/unhcr/1/frequency", "contacted", "Contacted"),
    (ONE, "left the response", "un-agencies/unhcr/1/frequency", "left", "Left the response"),
    (ONE, "", "un-agencies/unhcr/1/frequency", KEPT, ""),
    (ONE, "1, 2", STAYS, KEPT, "Only one"),
    (ONE, "=", "un-agencies/unhcr/1/frequency", "contacted", "Contacted"),
    (ONE, "-", STAYS, KEPT, "is for rows"),
    (ONE, ":na", STAYS, KEPT, ":na is for rows"),
    (ONE, ":skip", "un-agencies/unhcr/2/levels", KEPT, ""),
    (ONE, ":back", "un-agencies/unhcr/1/sharing", KEPT, ""),
    ("un-agencies/unhcr/1/frequency", "Twice a year", TEXT, "Twice a year", "Twice a year"),
    # Details: text
    (TEXT, "West", "un-agencies/unhcr/1/focal_point", "West", "West"),
    (TEXT, "+ and West; - East: = ?", "un-agencies/unhcr/1/focal_point", "+ and West; - East: = ?", ""),
    (TEXT, "", "un-agencies/unhcr/1/focal_point", KEPT, ""),
    (TEXT, "-", STAYS, KEPT, "is for rows"),
    (TEXT, '"-"', "un-agencies/unhcr/1/focal_point", "-", "-"),
    (TEXT, "–", STAYS, KEPT, "is for rows"),
    (TEXT, '" "', "un-agencies/unhcr/1/focal_point", KEPT, ""),
    (TEXT, "- West", "un-agencies/unhcr/1/focal_point", "- West", ""),
    (TEXT, "::x", "un-agencies/unhcr/1/focal_point", ":x", ":x"),
    (TEXT, ":clear", "un-agencies/unhcr/1/focal_point", "", "empty"),
    (TEXT, "=", STAYS, KEPT, "no answer here to repeat"),
    (TEXT, ":later", STAYS, KEPT, ":later is for rows"),
    (TEXT, "x" * 2001, STAYS, KEPT, "2001 characters"),
    (TEXT, ":skip", "un-agencies/unhcr/2/levels", KEPT, ""),
    (TEXT, ":show", STAYS, KEPT, "UNHCR: UNHCR; CNARR"),
    # The review
    ("review", "22", "un-agencies/wfp", KEPT, ""),
    ("review", "1", "coordination/inter-ministerial", KEPT, ""),
    ("review", "0", STAYS, KEPT, "There is no row 0. Type a number from 1 to 58"),
    ("review", "9999", STAYS, KEPT, "There is no row 9999"),
    ("review", "9" * 5000, STAYS, KEPT, "There is no row 9"),
    ("review", "cnarr", "un-agencies/unhcr", KEPT, ""),
    ("review", "zzz", STAYS, KEPT, "Nothing here has “zzz”"),
    ("review", "ministry", STAYS, KEPT, "6 places"),
    ("review", ":na", STAYS, KEPT, ":na is for rows"),
    ("review", ":later", STAYS, KEPT, ":later is for rows"),
    ("review", ":clear", STAYS, KEPT, "nothing to empty"),
    ("review", "-", STAYS, KEPT, "is for rows"),
    ("review", "=", STAYS, KEPT, "= is for details"),
    ("review", ":skip", STAYS, KEPT, ":skip is for details"),
    ("review", ":add X", STAYS, KEPT, ":add is for sections"),
    ("review", ":undo", STAYS, KEPT, "nothing to take back"),
    ("review", ":back", "un-agencies/other/1/notes", KEPT, ""),
    ("review", ":go unhcr", "un-agencies/unhcr", KEPT, ""),
    ("review", ":review", STAYS, KEPT, "== Review =="),
    ("review", ":show", STAYS, KEPT, "UN Agencies: 8 rows"),
    ("review", "?", STAYS, KEPT, ":quit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "typed", "then", "recorded", "said"),
    TABLE,
    ids=[f"{at} {typed[:20]}" for at, typed, *_rest in TABLE],
)
def test_what_is_typed_does_what_the_design_says(
    tmp_path: Path, at: str, typed: str, then: str, recorded: str, said: str
) -> None:
    talk = hold(tmp_path, typed, begun=BEGUN, at=at)
    assert talk.ids == [at, at if then == STAYS else then]
    assert said in "\n".join(talk.said[1])
    if at != "review":
        assert held(talk.mapping, at) == (held(BEGUN, at) if recorded == KEPT else recorded)
    if recorded == KEPT and not typed.startswith((":add", "+")):
        assert talk.mapping == BEGUN
        assert talk.on_disk[0] == talk.on_disk[1] == talk.file.read_bytes()


@pytest.mark.parametrize("at", ["response", ROW, OTHERS, MANY, ONE, TEXT, "review"])
@pytest.mark.parametrize("typed", [":quit", None])
def test_leaving_ends_where_one_stands(tmp_path: Path, at: str, typed: str | None) -> None:
    talk = hold(tmp_path, *([typed] if typed else []), begun=BEGUN, at=at)
    assert talk.ending is not None
    assert (talk.ending.how, str(talk.ending.at)) == ("left", at)
    assert hold(tmp_path, at=str(talk.ending.at)).ids == [at]


@pytest.mark.parametrize("at", ["response", ROW, OTHERS, MANY, ONE, TEXT])
@pytest.mark.parametrize("typed", [":xyzzy", "\x1b[31m", "x" * 2001])
def test_what_was_refused_is_still_there_with_the_question(tmp_path: Path, at: str, typed: str) -> None:
    talk = hold(tmp_path, typed, begun=BEGUN, at=at)
    assert talk.ids == [at, at]
    assert "Typed so far: " in talk.asked[1]
    assert typed.replace("\x1b", "<1B>") in talk.asked[1]
    assert len(talk.said[1]) == 1
    assert "\x1b" not in talk.all_said
    assert talk.mapping == BEGUN


# Yes or no

#: A row whose users are taken away only after a yes.
TAKE_OUT = (ROW, ":na")


def test_a_yes_or_no_says_what_enter_takes_and_enter_loses_nothing(tmp_path: Path) -> None:
    talk = hold(tmp_path, *TAKE_OUT[1:], "", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert talk.asked[1].endswith("Enter: no")
    assert "“UNHCR”, “CNARR”" in talk.asked[1]
    assert talk.said[2] == ["Nothing was changed"]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize("yes", ["y", "Yes", "YES"])
def test_a_yes_does_it(tmp_path: Path, yes: str) -> None:
    talk = hold(tmp_path, ":na Not here", yes, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "not_applicable: Not here"


@pytest.mark.parametrize("no", ["n", "No", ":back"])
def test_a_no_or_a_back_changes_nothing_and_says_so(tmp_path: Path, no: str) -> None:
    talk = hold(tmp_path, ":later", no, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert talk.said[2] == ["Nothing was changed"]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize(("typed", "then"), [(":go hct", "coordination/hct"), (":review", "review")])
def test_another_way_from_a_yes_or_no_changes_nothing(tmp_path: Path, typed: str, then: str) -> None:
    talk = hold(tmp_path, ":later", typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", then]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *(
            ("perhaps", "y for yes or n for no"),
            ("1", "y for yes"),
            ("+ x", "y for yes"),
            (":xyzzy", ":xyzzy"),
        ),
        *((text, "Answer this question first") for text in (":na", ":later", "-", ":clear", "=", ":skip")),
        *((text, "Answer this question first") for text in (":add X", ":redo", ":show", ":depth full")),
        *(("?", ":quit"), (":help", ":quit")),
    ],
)
def test_what_is_no_yes_or_no_is_answered_with_a_line_and_asked_again(
    tmp_path: Path, typed: str, said: str
) -> None:
    talk = hold(tmp_path, ":na", typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", "confirm"]
    assert said in "\n".join(talk.said[2])
    assert talk.mapping == BEGUN


@pytest.mark.parametrize("typed", [":quit", None])
def test_leaving_at_a_yes_or_no_changes_nothing(tmp_path: Path, typed: str | None) -> None:
    talk = hold(tmp_path, ":na", *([typed] if typed else []), begun=BEGUN, at=ROW)
    assert talk.ending is not None
    assert (talk.ending.how, str(talk.ending.at)) == ("left", ROW)
    assert talk.mapping == BEGUN


# The menu of coming back


def test_coming_back_opens_a_menu_with_the_first_open_row_as_default(tmp_path: Path) -> None:
    talk = hold(tmp_path, "", begun=BEGUN)
    assert talk.ids == ["menu", "coordination/inter-ministerial"]
    assert talk.said[0][-7:] == [
        "1 Go on at the first open row (Governmental / Inter-ministerial Coordination entity)",
        "2 Pending rows (1)",
        "3 Details still empty (40)",
        "4 A section",
        "5 The review",
        "6 The report",
        "7 Leave",
    ]
    assert "Response in Chad: 58 rows, 3 mapped, 1 not applicable, 1 pending, 53 open" in talk.asked[0]
    assert re.search(r"saved \d{4}-\d\d-\d\d \d\d:\d\d", talk.asked[0])
    assert talk.asked[0].endswith("Enter: Go on at the first open row")


@pytest.mark.parametrize(
    ("typed", "then", "said"),
    [
        ("1", "coordination/inter-ministerial", ""),
        ("go on", "coordination/inter-ministerial", ""),
        ("2", "un-agencies/wfp", ""),
        ("pending", "un-agencies/wfp", ""),
        ("3", "coordination/hct/1/sharing", ""),
        ("4", "menu", "3 UN Agencies"),
        ("review", "review", "== Review =="),
        ("6", "menu", "The report is in "),
        (":go unhcr", "un-agencies/unhcr", ""),
        (":review", "review", ""),
        (":go zzz", "menu", "Nothing here has “zzz”"),
        (":go ministry", "menu", "6 places"),
        ("9", "menu", "from 1 to 7"),
        ("the re", "menu", "5 The review, 6 The report"),
        ("xyz", "menu", "none of the choices"),
        ("?", "menu", ":quit"),
        (":xyzzy", "menu", "no :xyzzy"),
        *((text, "menu", "Answer this question first") for text in (":na", ":later", "-", ":clear", "=")),
        *((text, "menu", "Answer this question first") for text in (":skip", ":add X", ":redo", ":show")),
        (":undo", "menu", "nothing to take back"),
        ("+ x", "menu", "none of the choices"),
    ],
)
def test_the_menu_leads_where_it_says(tmp_path: Path, typed: str, then: str, said: str) -> None:
    talk = hold(tmp_path, typed, begun=BEGUN)
    assert talk.ids == ["menu", then]
    assert said in "\n".join(talk.said[1])
    assert talk.mapping == BEGUN


def test_back_in_the_menu_says_that_there_is_nothing_before(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":back", begun=BEGUN)
    assert talk.ids == ["menu", "menu"]
    listed = [line for line in talk.said[1] if re.match(r"\d ", line)]
    assert len(talk.said[1]) > len(listed)


@pytest.mark.parametrize("typed", ["7", "leave", ":quit", None])
def test_leaving_from_the_menu_changes_nothing(tmp_path: Path, typed: str | None) -> None:
    talk = hold(tmp_path, *([typed] if typed else []), begun=BEGUN)
    assert talk.ending is not None
    assert talk.ending.how == "left"
    assert talk.mapping == BEGUN


@pytest.mark.parametrize("typed", ["3", "un-agencies", "UN Agencies", "un ag"])
def test_a_section_of_the_menu_begins_at_its_first_row(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, "section", typed, begun=BEGUN)
    assert talk.ids == ["menu", "menu", "un-agencies/wfp"]


def test_back_from_the_list_of_sections_is_the_menu(tmp_path: Path) -> None:
    talk = hold(tmp_path, "section", ":back", "leave", begun=BEGUN)
    assert talk.ids == ["menu"] * 3


def test_pending_rows_of_the_menu_are_walked_one_after_the_other(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", pending=""), row("wfp", pending="Ask Jan"), row("nrc", pending=""))
    talk = hold(tmp_path, "pending", "SEG", ":back", "", "", "NRC", begun=begun)
    rows = ["coordination/hct", "un-agencies/wfp", "coordination/hct", "un-agencies/wfp", "ngos/nrc"]
    assert talk.ids == ["menu", *rows, "review"]


def test_empty_details_of_the_menu_are_walked_and_can_be_gone_back_to(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", SEG), row("ocha", "OCHA", "OCHA 2"))
    talk = hold(tmp_path, "details", "1", ":back", "2, -1", ":clear", ":skip", "x", begun=begun)
    first = ["un-agencies/ocha/1/levels", "un-agencies/ocha/1/needs"]
    second = ["un-agencies/ocha/2/levels", "un-agencies/ocha/2/needs"]
    assert talk.ids == ["menu", *first, *first, second[0], "review", "review"]
    assert held(talk.mapping, first[0]) == "programmatic"


def test_a_mapping_without_open_rows_offers_what_is_left(tmp_path: Path) -> None:
    rows = [row(example, not_applicable="") for example in CATALOGUE.example_by_id]
    talk = hold(tmp_path, "", begun=mapping_of(*rows))
    assert talk.said[0][-4:] == ["1 The review", "2 A section", "3 The report", "4 Leave"]
    assert talk.ids == ["menu", "review"]


# From the first question to the report


def test_a_new_mapping_begins_with_where_it_is_saved_and_what_it_is_about(tmp_path: Path) -> None:
    talk = hold(tmp_path, "Response in Chad", "tchad", "IM team", "None of that", ":na no such thing")
    assert str(tmp_path / FILE) in talk.said[0][0]
    assert talk.ids == [
        "response",
        "country",
        "prepared_by",
        "coordination/inter-ministerial",
        "coordination/hct",
        "coordination/iccg",
    ]
    mapping = talk.mapping
    assert (mapping.response, mapping.country, mapping.prepared_by) == ("Response in Chad", "TCD", "IM team")
    assert held(mapping, "coordination/inter-ministerial") == "None of that"
    assert held(mapping, "coordination/hct") == "not_applicable: no such thing"


def test_enter_alone_walks_every_row_and_section_to_the_report(tmp_path: Path) -> None:
    talk = hold(tmp_path, *[""] * 68, "n")
    expected = ["response", "country", "prepared_by"]
    for section in CATALOGUE.sections:
        expected += [f"{section.id}/{known.id}" for known in section.examples] + [f"{section.id}/other"]
    assert talk.ids == [*expected, "review", "confirm"]
    assert talk.ending is not None
    assert talk.ending.how == "finished"
    assert talk.ending.reports == (tmp_path / "dtm-mapping.md",)
    assert (tmp_path / "dtm-mapping.md").read_text(encoding="utf-8").startswith("# ")


def test_each_section_says_its_title_note_and_progress_before_and_its_reminder_after(tmp_path: Path) -> None:
    talk = hold(tmp_path, *[""] * 67)
    for section in CATALOGUE.sections:
        first = talk.ids.index(f"{section.id}/{section.examples[0].id}")
        before = "\n".join(talk.said[first])
        assert re.search(rf"^== \d/6 {re.escape(section.title)} ==$", before, re.MULTILINE)
        assert section.note in before
        assert f"{len(section.examples)} rows, {len(section.examples)} open" in before
        after = "\n".join(talk.said[talk.ids.index(f"{section.id}/other") + 1])
        assert f"{section.title}: " in after
        assert section.reminder in after


def test_a_row_says_its_number_its_name_and_its_interests(tmp_path: Path) -> None:
    talk = hold(tmp_path, at=ROW)
    assert talk.asked[0].startswith("[un-agencies/unhcr] 23/58 UNHCR (Refugees, Returnees, ")


def test_after_the_names_the_details_are_offered_and_then_asked_in_their_order(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", "SEG"), row("unhcr", "UNHCR", "CNARR"))
    talk = hold(tmp_path, "DTM; X", "y", "1", "food", ":skip", ":skip", begun=begun, at="government/other")
    assert (
        talk.ids
        == [
            "government/other",
            "confirm",
            "coordination/hct/1/levels",
            "coordination/hct/1/needs",
            "un-agencies/unhcr/1/levels",
            "un-agencies/unhcr/2/levels",
            "government/other/1/levels",
        ][: len(talk.ids)]
    )
    assert len(talk.ids) == 7


def test_the_details_may_be_left_for_another_time(tmp_path: Path) -> None:
    talk = hold(tmp_path, "", "n", begun=mapping_of(row("hct", "SEG")), at="government/other")
    assert talk.ids == ["government/other", "confirm", "review"]


@pytest.mark.parametrize(("typed", "then"), [(":back", "government/other"), (":go hct", "coordination/hct")])
def test_going_back_from_the_offer_of_details_keeps_the_last_names(
    tmp_path: Path, typed: str, then: str
) -> None:
    talk = hold(tmp_path, "DTM", typed, begun=mapping_of(row("hct", "SEG")), at="government/other")
    assert talk.ids == ["government/other", "confirm", then]
    assert held(talk.mapping, "government/other") == "DTM"
    assert "Nothing was changed" not in "\n".join(talk.said[2])
    assert "Typed so far" not in talk.asked[2]


def test_at_the_depth_of_names_no_details_are_asked(tmp_path: Path) -> None:
    talk = hold(tmp_path, "DTM", begun=mapping_of(depth="names"), at="government/other")
    assert talk.ids == ["government/other", "review"]


@pytest.mark.parametrize(("depth", "count"), [("names", 0), ("standard", 2), ("full", 9)])
def test_the_depth_says_how_many_details_are_asked(tmp_path: Path, depth: str, count: int) -> None:
    answers = ["DTM", *(["y"] if count else []), *[""] * count]
    talk = hold(tmp_path, *answers, at="government/other", depth=depth)
    fields = [known.id for known in CATALOGUE.fields if not known.relevant][:count]
    expected = [f"government/other/1/{known}" for known in fields]
    assert talk.ids == ["government/other", *(["confirm"] if count else []), *expected, "review"]


def test_the_review_says_progress_then_pending_and_open_rows_then_what_changed(tmp_path: Path) -> None:
    talk = hold(tmp_path, "RRC", ":review", begun=BEGUN, at="un-agencies/ocha")
    said = talk.said[2]
    assert said[0] == "== Review =="
    for section in CATALOGUE.sections:
        assert any(line.startswith(f"{section.title}: ") for line in said)
    title, changed = said.index("Pending and open rows"), said.index("Changed in this session")
    assert said[title + 1] == "22 WFP: pending: Ask Jan"
    assert said[title + 2].startswith(
        "Humanitarian Coordination of Response, open: 1\N{NO-BREAK SPACE}Governmental"
    )
    assert said[changed + 1 :] == ["OCHA: RRC"]


def test_the_review_says_the_first_of_many_changes_and_shows_all(tmp_path: Path) -> None:
    rows = [f"Body {number}" for number in range(12)]
    talk = hold(tmp_path, *rows, ":review", ":show", begun=BEGUN, at="coordination/iccg")
    reviewed, shown = (said for said in talk.said[-2:])
    assert reviewed[-1] == "and 4 more; :show lists all"
    assert [any(row in line for line in reviewed) for row in rows] == [True] * 8 + [False] * 4
    assert [any(row in line for line in shown) for row in rows] == [True] * 12


def test_what_the_review_refuses_stands_right_above_it(tmp_path: Path) -> None:
    talk = hold(tmp_path, "zzz", "999", "?", ":review", "1", "", begun=BEGUN, at="review")
    assert talk.ids[:5] == ["review"] * 5
    assert ["== Review ==" in said for said in talk.said] == [True, False, False, False, True, False, True]
    assert talk.said[1] == ["Nothing here has “zzz” in it. Try a shorter part"]
    assert len(talk.said[2]) == 1


def test_a_row_chosen_in_the_review_comes_back_to_the_review(tmp_path: Path) -> None:
    talk = hold(tmp_path, "22", "WFP", "1", "", "cnarr", ":back", begun=BEGUN, at="review")
    assert talk.ids == [
        *("review", "un-agencies/wfp", "review", "coordination/inter-ministerial", "review"),
        *("un-agencies/unhcr", "un-agencies/wfp"),
    ]
    assert held(talk.mapping, "un-agencies/wfp") == "WFP"


def test_finishing_writes_the_mapping_and_the_report(tmp_path: Path) -> None:
    talk = hold(tmp_path, "SEG", ":review", "", at="coordination/hct")
    assert talk.ending is not None
    assert talk.ending.how == "finished"
    (report,) = talk.ending.reports
    assert "SEG" in report.read_text(encoding="utf-8")


def test_who_finishes_is_offered_a_web_page_and_word_too(tmp_path: Path) -> None:
    talk = hold(tmp_path, "SEG", ":review", "", "", at="coordination/hct")
    assert talk.ending is not None
    assert (talk.ending.how, talk.ids[-1]) == ("finished", "confirm")
    names = ("dtm-mapping.md", "dtm-mapping.html", "dtm-mapping.docx")
    assert talk.ending.reports == tuple(tmp_path / name for name in names)
    assert all(report.stat().st_size for report in talk.ending.reports)


def test_back_from_the_offer_is_the_review_again(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":review", "", ":back", at="coordination/hct")
    assert talk.ids[-3:] == ["review", "confirm", "review"]


def test_finishing_with_open_rows_says_how_many_there_are(tmp_path: Path) -> None:
    talk = hold(tmp_path, "", begun=BEGUN, at="review")
    assert talk.ending is not None
    assert talk.ending.how == "finished"
    assert any("53" in line and "open" in line for line in talk.last)


def edited(folder: Path) -> str:
    """A report that was written and then edited."""
    hold(folder, "", begun=BEGUN, at="review")
    report = folder / "dtm-mapping.md"
    text = report.read_text(encoding="utf-8").replace("UNHCR", "HCR")
    report.write_text(text, encoding="utf-8")
    return text


def test_a_report_that_somebody_edited_is_not_overwritten_without_a_yes(tmp_path: Path) -> None:
    text = edited(tmp_path)
    talk = hold(tmp_path, "", "", "", "n", at="review")
    assert talk.ids == ["review", "confirm", "review", "confirm", "review"]
    assert talk.ending is not None
    assert (talk.ending.how, talk.ending.reports) == ("left", ())
    assert (tmp_path / "dtm-mapping.md").read_text(encoding="utf-8") == text


def test_with_a_yes_an_edited_report_is_overwritten(tmp_path: Path) -> None:
    text = edited(tmp_path)
    talk = hold(tmp_path, "", "y", at="review")
    assert talk.ending is not None
    assert talk.ending.how == "finished"
    assert (tmp_path / "dtm-mapping.md").read_text(encoding="utf-8") != text


def test_a_report_that_nobody_edited_is_written_again_without_a_question(tmp_path: Path) -> None:
    hold(tmp_path, "", begun=BEGUN, at="review")
    talk = hold(tmp_path, "", at="review")
    assert talk.ids == ["review", "confirm"]
    assert talk.ending is not None
    assert talk.ending.how == "finished"


def test_a_report_that_cannot_be_written_is_said_and_the_interview_goes_on(tmp_path: Path) -> None:
    (tmp_path / "dtm-mapping.md").mkdir()
    talk = hold(tmp_path, "", "y", "22", begun=BEGUN, at="review")
    assert "could not be written" in talk.all_said
    assert talk.ids[-1] == "un-agencies/wfp"


# Half-typed and refused text


def test_refused_text_is_there_when_one_comes_forward_again_and_gone_once_answered(tmp_path: Path) -> None:
    talk = hold(tmp_path, "bell\a", ":back", "", "RRC", ":back", at=ROW)
    assert talk.ids == [ROW, ROW, "un-agencies/wfp", ROW, "un-agencies/ocha", ROW]
    assert "Typed so far: bell<07>." in talk.asked[1]
    assert "Typed so far" not in talk.asked[2]
    assert "Typed so far: bell<07>." in talk.asked[3]
    assert "Typed so far" not in talk.asked[5]
    assert "Enter keeps: RRC" in talk.asked[5]


def test_enter_keeps_what_is_recorded_not_what_was_refused(tmp_path: Path) -> None:
    talk = hold(tmp_path, "bell\a", "", ":back", begun=BEGUN, at=ROW)
    assert "Typed so far" not in talk.asked[3]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize("typed", ["zzz", "9999", ":go zzz"])
def test_refused_text_of_the_review_is_gone_after_a_row_was_chosen(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "22", "", begun=BEGUN, at="review")
    assert talk.ids == ["review", "review", "un-agencies/wfp", "review"]
    assert "Typed so far" in talk.asked[1]
    assert "Typed so far" not in talk.asked[3]


@pytest.mark.parametrize("typed", [":undo", ":skip", "=", ":depth"])
@pytest.mark.parametrize("refused_before", [[], [":go zzz"]])
def test_a_refused_command_in_which_there_is_nothing_to_mend_does_not_stay(
    tmp_path: Path, typed: str, refused_before: list[str]
) -> None:
    talk = hold(tmp_path, *refused_before, typed, begun=BEGUN, at=ROW)
    assert talk.said[-1]
    assert talk.asked[-1] == talk.asked[0]


def test_a_command_that_was_refused_leaves_half_typed_text_as_it_was(tmp_path: Path) -> None:
    talk = hold(tmp_path, "bell\a", ":skip", at=ROW)
    assert "Typed so far: bell<07>." in talk.asked[2]


# Going anywhere


def test_go_alone_lists_all_rows_and_a_number_or_words_choose_one(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":go", "nrc", ":go", "1", ":go", "cnarr", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "go", "ngos/nrc", "go", "coordination/inter-ministerial", "go", ROW]
    listed = [line for line in talk.said[1] if re.match(r"[\w/-]+ ", line)]
    assert [line.split()[0] for line in listed if line[0].isdecimal()] == [
        str(number) for number in range(1, 59)
    ]
    assert [line.split()[0] for line in listed][:3] == ["response", "country", "prepared_by"]
    assert sum("/other " in line for line in listed) == 6
    assert any("UNHCR; CNARR" in line and "UN Agencies" in line for line in listed)


@pytest.mark.parametrize(("at", "then"), [(ROW, ROW), (MANY, ROW), ("review", "response")])
def test_enter_in_the_list_goes_to_the_row_that_one_is_at(tmp_path: Path, at: str, then: str) -> None:
    talk = hold(tmp_path, ":go", "", begun=BEGUN, at=at)
    assert talk.ids == [at, "go", then]
    assert talk.asked[1].endswith("Enter: Response" if at == "review" else "Enter: UNHCR")


@pytest.mark.parametrize(("typed", "then"), [(":back", ROW), ("zzz", "go"), ("ministry", "go")])
def test_where_nothing_is_chosen_of_the_list_one_stays(tmp_path: Path, typed: str, then: str) -> None:
    talk = hold(tmp_path, ":go", typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "go", then]
    assert "Typed so far: :go" not in talk.asked[2]
    assert talk.said[2]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize(
    ("typed", "then"), [(":go nrc", "ngos/nrc"), (":review", "review"), (":go zzz", ROW), (":go", "go")]
)
def test_from_the_list_one_can_go_another_way(tmp_path: Path, typed: str, then: str) -> None:
    talk = hold(tmp_path, ":go", typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "go", then]


@pytest.mark.parametrize(("typed", "then"), [("nrc", "ngos/nrc"), (":go nrc", "ngos/nrc"), (":back", "menu")])
def test_the_list_opens_from_the_menu_too(tmp_path: Path, typed: str, then: str) -> None:
    talk = hold(tmp_path, ":go", typed, begun=BEGUN)
    assert talk.ids == ["menu", "go", then]


@pytest.mark.parametrize("user", ["0", "3", "9" * 5000])
@pytest.mark.parametrize("row", [ROW, "un-agencies/who", OTHERS])
def test_a_place_without_a_data_user_is_no_place_to_go_to(tmp_path: Path, row: str, user: str) -> None:
    talk = hold(tmp_path, f":go {row}/{user}/levels", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, ROW]
    assert "Nothing here has" in talk.said[1][0]


# Taking back


def test_undo_takes_changes_back_one_by_one_as_far_as_this_session_began(tmp_path: Path) -> None:
    steps = ["Chad", ":go unhcr", "UNHCR; RRC", "-", "", ":undo", ":undo", ":undo", ":undo"]
    talk = hold(tmp_path, *steps)
    assert talk.ids[5:] == ["un-agencies/unmas", "un-agencies/ocha", ROW, "response", "response"]
    assert held(talk.at(6), "un-agencies/ocha") == "open"
    assert held(talk.at(6), ROW) == "UNHCR; RRC"
    assert held(talk.at(7), ROW) == "open"
    assert "Taken back" in talk.said[6][0]
    assert "nothing to take back" in talk.said[9][0]


@pytest.mark.parametrize(
    ("at", "typed"),
    [
        *((ROW, text) for text in ("UNHCR; CNARR; X", "+ X", "UNHCR Chad; B", ":add X")),
        *((MANY, text) for text in ("1", "=", ":clear", ":depth names")),
        *((OTHERS, text) for text in ("X", ":clear")),
        *(("response", text) for text in ("X", ":clear")),
        *(("un-agencies/undp", text) for text in ("X", ":later x", ":na x", ":clear")),
    ],
)
def test_every_change_can_be_taken_back(tmp_path: Path, at: str, typed: str) -> None:
    talk = hold(tmp_path, typed, ":undo", begun=BEGUN, at=at)
    assert talk.on_disk[0] != talk.on_disk[1]
    assert talk.on_disk[0] == talk.on_disk[2]
    assert talk.mapping == BEGUN
    assert "Taken back" in "\n".join(talk.said[2])


def test_undo_of_another_depth_says_the_depth(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":Depth FULL", ":undo", at=ROW)
    assert talk.said[1:] == [["Depth: full"], ["Taken back. Depth: standard"]]


def test_undo_of_a_rename_in_several_rows_takes_all_of_it_back(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", UNHCR), row("cccm", UNHCR))
    talk = hold(tmp_path, "HCR", "y", ":undo", begun=begun, at=ROW)
    assert talk.mapping == begun


# On disk

BY_HAND = """\
# laid out by hand
sections:
  - id: un-agencies
    rows:
      - {example: unhcr, label: UNHCR, users: [{name: "UNHCR", levels: [strategic]}]}   # the one
catalogue: {version: '2', id: dtm-data-users}
format: "dtm-mapping/1"
"""


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [":quit"],
        ["", "", ":back", ":show", "?", ":go ocha", ":review", ":quit"],
        ["section", "ngos", "", ":xyzzy", ":na x", ":undo", ":undo", ":quit"],
        [":go unhcr", "UNHCR", ":back", ":na", "n"],
        ["report", "leave"],
    ],
)
def test_a_session_that_changes_nothing_leaves_the_bytes(tmp_path: Path, lines: list[str]) -> None:
    hold(tmp_path, *lines, begun=BY_HAND)
    assert (tmp_path / FILE).read_bytes() == BY_HAND.encode()


def test_taking_everything_back_restores_the_bytes(tmp_path: Path) -> None:
    talk = hold(tmp_path, "HCR", ":add X", ":undo", ":undo", begun=BY_HAND, at=ROW)
    assert talk.on_disk[1] != talk.on_disk[0]
    assert talk.on_disk[4] == BY_HAND.encode()
    assert talk.file.read_bytes() == BY_HAND.encode()


@pytest.mark.parametrize("lines", [[], [":quit"], ["", "", ":review", ":quit"], [":go unhcr", "=", ":xyzzy"]])
def test_a_new_mapping_in_which_nothing_was_recorded_leaves_no_file(tmp_path: Path, lines: list[str]) -> None:
    talk = hold(tmp_path, *lines)
    assert talk.ending is not None
    assert not talk.ending.recorded
    assert list(tmp_path.iterdir()) == []


def test_every_answer_is_on_disk_before_the_next_question(tmp_path: Path) -> None:
    steps = [
        ("Chad", "response", "Chad"),
        ("TCD", "country", "TCD"),
        (":go unhcr", "", ""),
        ("UNHCR; RRC", ROW, "UNHCR; RRC"),
        (":na not here", "un-agencies/ocha", "not_applicable: not here"),
        (":later ask", "un-agencies/unicef", "pending: ask"),
        (":go un-agencies/unhcr/2/levels", "", ""),
        ("strategic", "un-agencies/unhcr/2/levels", "strategic"),
        ("*", "un-agencies/unhcr/2/needs", INTERESTS),
        (":undo", "un-agencies/unhcr/2/needs", ""),
    ]
    talk = hold(tmp_path, *(typed for typed, _place, _recorded in steps))
    for number, (_typed, place, recorded) in enumerate(steps, start=1):
        if place:
            assert held(talk.at(number), place) == recorded


def test_the_day_of_an_answer_is_kept_as_verified(tmp_path: Path) -> None:
    mapping = hold(tmp_path, "CNARR; HCR", begun=BEGUN, at=ROW).mapping
    kept, renamed = mapping.rows["unhcr"].users
    assert kept.verified == ""
    assert renamed.verified == mapping.last_change != "2026-01-02"


def test_the_end_of_input_saves_and_leaves(tmp_path: Path) -> None:
    talk = hold(tmp_path, "UNHCR", at=ROW)
    assert talk.ending is not None
    assert talk.ending.how == "left"
    assert held(talk.mapping, ROW) == "UNHCR"


@pytest.mark.parametrize("lines", [[], ["UNHCR"], [":na", "y", ":add X"]])
def test_an_interruption_saves_and_leaves(tmp_path: Path, lines: list[str]) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    talk = hold(tmp_path, *lines, interrupted, at=ROW)
    assert talk.ending is not None
    assert talk.ending.how == "interrupted"
    assert (talk.file.read_bytes() if talk.file.exists() else None) == talk.on_disk[-1]


# When saving fails


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to put a mapping in that cannot be saved in its own."""
    if sys.platform == "win32":
        pytest.skip("Windows removes no folder with an open file in it")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def vanishing(folder: Path, then: str) -> Callable[[], str]:
    """What is typed once the folder with the mapping was moved away."""

    def move_and_type() -> str:
        folder.rename(folder.with_name("moved"))
        return then

    return move_and_type


def coming_back(folder: Path, then: str) -> Callable[[], str]:
    def move_and_type() -> str:
        folder.with_name("moved").rename(folder)
        return then

    return move_and_type


def test_a_mapping_that_cannot_be_saved_is_said_once_and_put_elsewhere_at_the_end(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    talk = hold(folder, "A", vanishing(folder, "B"), "C", ":add D", ":undo", at="un-agencies/wfp")
    assert talk.ids[:5] == [
        "un-agencies/wfp",
        ROW,
        *["un-agencies/ocha", "un-agencies/unicef"],
        *["un-agencies/unicef"],
    ]
    assert talk.all_said.count("could not be saved") == 1
    assert "could not be saved" in "\n".join(talk.said[2])
    assert talk.ending is not None
    assert talk.ending.unsaved == elsewhere / "dtm-mapping-unsaved.yaml"
    rescued = read(talk.ending.unsaved)
    assert [held(rescued, place) for place in ("un-agencies/wfp", ROW, "un-agencies/ocha")] == ["A", "B", "C"]


def test_a_mapping_put_elsewhere_never_takes_the_place_of_another_one(elsewhere: Path) -> None:
    (elsewhere / "dtm-mapping-unsaved.yaml").write_text("of another day", encoding="utf-8")
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    talk = hold(folder, vanishing(folder, "B"), at=ROW)
    assert talk.ending is not None
    assert talk.ending.unsaved is not None
    assert held(read(talk.ending.unsaved), ROW) == "B"
    assert (elsewhere / "dtm-mapping-unsaved.yaml").read_text(encoding="utf-8") == "of another day"


def test_once_saving_works_again_everything_is_in_its_own_file(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    talk = hold(folder, "A", vanishing(folder, "B"), coming_back(folder, "C"), at="un-agencies/wfp")
    assert "Everything is saved again" in "\n".join(talk.said[3])
    assert talk.ending is not None
    assert talk.ending.unsaved is None
    assert held(talk.mapping, ROW) == "B"
    assert held(talk.mapping, "un-agencies/ocha") == "C"
    assert list(elsewhere.iterdir()) == []


def test_no_last_resort_copy_is_left_if_what_could_not_be_saved_was_taken_back(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    talk = hold(folder, "A", vanishing(folder, "B"), ":undo", at="un-agencies/wfp")
    assert talk.ending is not None
    assert talk.ending.unsaved is None
    assert list(elsewhere.iterdir()) == []


def test_personal_data_can_be_recorded_while_saving_fails(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    at = "un-agencies/unhcr/1/contact"
    talk = hold(folder, vanishing(folder, "im@example.org"), "agreed", "note", begun=BEGUN, at=at)
    fields = ("contact", "consent", "notes")
    assert talk.ids == [*(f"un-agencies/unhcr/1/{field}" for field in fields), "un-agencies/unhcr/2/levels"]
    assert talk.ending is not None
    assert talk.ending.unsaved is not None
    assert held(read(talk.ending.unsaved), at) == "im@example.org"


def test_finishing_while_saving_fails_puts_the_mapping_elsewhere(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()
    talk = hold(folder, vanishing(folder, "B"), ":review", "", ":quit", at=ROW)
    assert "could not be written" in talk.all_said
    assert talk.ending is not None
    assert talk.ending.unsaved is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_folder_that_became_read_only_is_said_and_nothing_is_lost(elsewhere: Path) -> None:
    folder = elsewhere.with_name("mapping")
    folder.mkdir()

    def shut() -> str:
        folder.chmod(0o500)
        with contextlib.suppress(OSError):
            (folder / "probe").touch()
            (folder / "probe").unlink()
            folder.chmod(0o700)
            pytest.skip("this user may write anywhere")
        return "B"

    try:
        talk = hold(folder, "A", shut, at="un-agencies/wfp")
    finally:
        folder.chmod(0o700)
    assert "could not be saved" in talk.all_said
    assert talk.ending is not None
    assert talk.ending.unsaved == elsewhere / "dtm-mapping-unsaved.yaml"


# How lists and questions are read out


def test_choices_are_read_out_once_and_again_when_asked_for(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", "SEG"), row("iccg", "ISCG"))
    talk = hold(tmp_path, "", "", "", "", "?", begun=begun, at="coordination/hct/1/levels")
    first = "1 Strategic (interventions and response strategies)"
    assert talk.ids[2] == "coordination/iccg/1/levels"
    assert [first in said for said in talk.said[:3]] == [True, False, False]
    talk = hold(tmp_path, ":skip", "?", at="coordination/hct/1/levels")
    assert [first in said for said in talk.said] == [True, False, True]


def test_hints_are_read_out_once_not_with_every_question(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", "SEG"), row("iccg", "ISCG"))
    talk = hold(tmp_path, "", "", "", "", begun=begun, at="coordination/hct/1/levels")
    hints = ["At which levels does this data user use DTM data?", "What does this data user need to know?"]
    for hint in hints:
        assert "\n".join([talk.all_said, *talk.asked]).count(hint) == 1
    talk = hold(tmp_path, "", *[""] * 13, begun=mapping_of(), at="coordination/other")
    assert talk.ids[14] == "clusters/other"
    assert "\n".join([talk.all_said, *talk.asked]).count("those that no example foresaw") == 1


def test_what_a_question_says_of_its_row_is_no_hint_and_stands_in_it_each_time(tmp_path: Path) -> None:
    talk = hold(tmp_path, "", ":back", at="ngos/national-societies")
    assert talk.ids == ["ngos/national-societies", "ngos/ifrc", "ngos/national-societies"]
    assert all("(Service provision incl. for migrants)" in asked for asked in talk.asked)
    talk = hold(tmp_path, "", ":back", begun=mapping_of(row("hct", "SEG", "X")), walked="verify")
    assert len(talk.asked) == 3
    assert all("never verified" in asked for asked in talk.asked)
    assert [re.search(r"\] (\d/\d) Is", asked)[1] for asked in talk.asked] == ["1/2", "2/2", "1/2"]  # type: ignore[index]


def test_a_choice_has_the_same_number_for_every_data_user(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", "UNHCR"), row("ocha", "OCHA"))
    talk = hold(tmp_path, "24", "", "24", begun=begun, at="un-agencies/unhcr/1/needs")
    assert talk.ids[2] == "un-agencies/ocha/1/needs"
    assert "* = 24 Refugees, 25 Returnees, " in talk.asked[0]
    assert not [line for line in talk.said[2] if line.startswith("24 ")]
    assert held(talk.mapping, "un-agencies/unhcr/1/needs") == "refugees"
    assert held(talk.mapping, "un-agencies/ocha/1/needs") == "refugees"


def test_a_question_shows_the_answer_that_enter_keeps(tmp_path: Path) -> None:
    for at, words in [
        ("response", "Response in Chad"),
        (ROW, "UNHCR; CNARR"),
        (OTHERS, "UN-Habitat"),
        (MANY, "Operational"),
        (TEXT, "East"),
        ("coordination/hct/1/engagement", "Contacted"),
        ("un-agencies/wfp", "pending: Ask Jan"),
    ]:
        assert hold(tmp_path, begun=BEGUN, at=at).asked[0].endswith(f"Enter keeps: {words}")


def test_what_was_recorded_is_said_in_one_line(tmp_path: Path) -> None:
    talk = hold(tmp_path, "A; B", at=ROW)
    assert talk.said[1] == ["UNHCR: A; B"]


def test_a_mark_at_the_beginning_and_line_ends_of_windows_are_no_part_of_an_answer(tmp_path: Path) -> None:
    talk = hold(tmp_path, "\ufeffChad\r", "\r", " NPM \r")
    mapping = talk.mapping
    assert (mapping.response, mapping.country, mapping.prepared_by) == ("Chad", "", "NPM")


def test_any_script_is_recorded_as_it_was_typed(tmp_path: Path) -> None:
    names = "منظمة الصحة العالمية; 国际移民组织; Médecins Sans Frontières; Ünïçödé 𐍈"
    talk = hold(tmp_path, names, at=ROW)
    assert held(talk.mapping, ROW) == names
    assert names in talk.said[1][0]


# Only what is missing, and verifying


def test_only_what_is_missing_is_asked_and_what_was_filled_can_be_gone_back_to(tmp_path: Path) -> None:
    rows = [row(example, not_applicable="") for example in CATALOGUE.example_by_id]
    begun = mapping_of(
        *rows, row("wfp", pending=""), row("ocha", DataUser("OCHA", {"levels": ("strategic",)}))
    )
    talk = hold(tmp_path, "WFP", ":back", "", "*", "", "n", begun=begun, walked="missing")
    filled = ["un-agencies/wfp", "un-agencies/ocha/1/needs"]
    assert talk.ids == [*filled, *filled, "review", "confirm"]
    assert talk.ending is not None
    assert talk.ending.how == "finished"


def test_back_from_the_first_of_what_is_missing_says_how_to_reach_the_rest(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":back", begun=mapping_of(row("inter-ministerial", "X")), walked="missing")
    assert talk.ids == ["coordination/hct"] * 2
    assert talk.said[1] == ["This is the first of these questions; :go leads to all others"]


def test_a_greater_depth_on_the_way_asks_for_more_of_what_is_missing(tmp_path: Path) -> None:
    rows = [row(example, not_applicable="") for example in CATALOGUE.example_by_id]
    levels = DataUser("OCHA", {"levels": ("strategic",), "needs": ("food",)})
    begun = mapping_of(*rows, row("wfp", pending=""), row("ocha", levels))
    talk = hold(tmp_path, ":depth full", "", begun=begun, walked="missing")
    assert talk.ids == ["un-agencies/wfp", "un-agencies/wfp", "un-agencies/ocha/1/sharing"]
    assert talk.mapping.depth == "full"


@pytest.mark.parametrize("typed", [":depth", ":depth deep", ":depth x"])
def test_a_depth_that_there_is_not_names_those_that_there_are(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, ROW]
    assert "names, standard, full" in talk.said[1][0]


def test_the_depth_that_is_there_already_is_said(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":depth full", begun=BEGUN, at=ROW)
    assert talk.said[1] == ["Depth: full"]
    assert talk.mapping == BEGUN


def test_verifying_asks_each_data_user_and_each_row_that_is_not_applicable(tmp_path: Path) -> None:
    talk = hold(tmp_path, *[""] * 6, begun=BEGUN, walked="verify")
    assert talk.ids == [
        "coordination/hct/1/verified",
        "un-agencies/unhcr/1/verified",
        "un-agencies/unhcr/2/verified",
        "un-agencies/ocha/1/verified",
        "un-agencies/undp/0/verified",
        "un-agencies/other/1/verified",
        "review",
    ]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize("yes", ["y", "yes", "1", "This is still right"])
def test_a_yes_stamps_the_day_and_nothing_else(tmp_path: Path, yes: str) -> None:
    talk = hold(tmp_path, yes, ":go un-agencies/undp/0/verified", yes, begun=BEGUN, walked="verify")
    mapping = talk.mapping
    assert mapping.rows["hct"].users == (replace(SEG, verified=mapping.last_change),)
    assert mapping.rows["undp"] == replace(BEGUN.rows["undp"], verified=mapping.last_change)
    assert mapping.rows["unhcr"] == BEGUN.rows["unhcr"]


def test_left_keeps_a_data_user_as_one_that_left_the_response(tmp_path: Path) -> None:
    mapping = hold(tmp_path, "left", begun=BEGUN, walked="verify").mapping
    (user,) = mapping.rows["hct"].users
    assert user.inactive(CATALOGUE)
    assert (user.name, user.values("levels")) == ("SEG", ("strategic",))


@pytest.mark.parametrize("name", ["Strategic Group", "IT", "Left Bank", "Yemen Relief", "Health, Welfare"])
def test_anything_else_corrects_the_name_and_keeps_the_details(tmp_path: Path, name: str) -> None:
    mapping = hold(tmp_path, name, begun=BEGUN, walked="verify").mapping
    assert mapping.rows["hct"].users == (replace(SEG, name=name, verified=mapping.last_change),)


@pytest.mark.parametrize("at", ["coordination/hct/1/verified", "un-agencies/undp/0/verified"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *(("=", "= is for details"), ("-", "is for rows")),
        *((":clear", "yes, left, or what is right"), (":na x", ":na is for rows"), (":later", "is for rows")),
        *((":undo", "nothing to take back"), ("?", ":quit"), (";", "Type a name"), (":show", " rows, ")),
    ],
)
def test_what_has_no_meaning_while_verifying_says_so(tmp_path: Path, at: str, typed: str, said: str) -> None:
    talk = hold(tmp_path, f":go {at}", typed, begun=BEGUN, walked="verify")
    assert talk.ids[1:] == [at, at]
    assert said in "\n".join(talk.said[2])
    assert talk.mapping == BEGUN


def test_a_data_user_can_be_added_while_verifying(tmp_path: Path) -> None:
    talk = hold(tmp_path, "+ ISCG", begun=BEGUN, walked="verify")
    assert held(talk.mapping, "coordination/hct") == "SEG; ISCG"
    assert talk.mapping.rows["hct"].users[0] == SEG


def test_a_row_that_was_not_applicable_is_corrected_by_its_data_users(tmp_path: Path) -> None:
    at = "un-agencies/undp/0/verified"
    talk = hold(tmp_path, f":go {at}", "UNDP; UNDP Chad", ":back", begun=BEGUN, walked="verify")
    assert talk.ids[-2:] == ["un-agencies/other/1/verified", at]
    assert held(talk.mapping, "un-agencies/undp") == "UNDP; UNDP Chad"


@pytest.mark.parametrize("at", ["coordination/hct/1/verified", "un-agencies/undp/0/verified"])
@pytest.mark.parametrize("typed", ["n", "No", "NO"])
def test_a_no_while_verifying_is_no_name(tmp_path: Path, typed: str, at: str) -> None:
    talk = hold(tmp_path, f":go {at}", typed, begun=BEGUN, walked="verify")
    assert talk.ids[-2:] == [at, at]
    assert talk.mapping == BEGUN


def test_the_review_does_not_end_what_is_being_verified(tmp_path: Path) -> None:
    talk = hold(
        tmp_path, "", "", ":review", ":back", ":review", "22", "", ":back", begun=BEGUN, walked="verify"
    )
    last = "un-agencies/other/1/verified"
    assert talk.ids[2:] == [
        *("un-agencies/unhcr/2/verified", "review", last),
        *("review", "un-agencies/wfp", "review", last),
    ]


def test_leaving_the_list_that_is_walked_is_said(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":go country", begun=BEGUN, walked="verify")
    assert talk.said[1] == ["You left these questions; from here on, all questions follow"]


@pytest.mark.parametrize("name", ["UNHCR", "UNHCR "])
def test_a_data_user_is_not_given_the_name_of_another_one_in_its_row(tmp_path: Path, name: str) -> None:
    talk = hold(tmp_path, ":go un-agencies/unhcr/2/verified", name, begun=BEGUN, walked="verify")
    assert talk.mapping == BEGUN
    assert talk.said[2] == ["“UNHCR” is already in this row"]


def test_a_rename_is_not_offered_for_a_row_that_has_the_new_name(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", "ACME", "Beta"), row("ocha", "ACME"), row("wfp", "ACME"))
    talk = hold(tmp_path, "Beta", "y", begun=begun, at="un-agencies/ocha")
    assert held(talk.mapping, "coordination/hct") == "ACME; Beta"
    assert [held(talk.mapping, f"un-agencies/{id}") for id in ("ocha", "wfp")] == ["Beta", "Beta"]


@pytest.mark.parametrize(
    ("typed", "what"), [("n/a", "not_applicable: n/a"), ("TBC", "pending: TBC"), ("same", "UNHCR; CNARR")]
)
def test_words_that_are_no_name_mean_the_same_while_verifying(tmp_path: Path, typed: str, what: str) -> None:
    first, second, *_rest = (example.id for example in CATALOGUE.section_by_id["un-agencies"].examples)
    begun = mapping_of(row(first, "UNHCR", "CNARR"), row(second, "UNICEF Chad"))
    lines = (f":go un-agencies/{second}/1/verified", typed, "y", "y", "y")
    talk = hold(tmp_path, *lines, begun=begun, walked="verify")
    assert held(talk.mapping, f"un-agencies/{second}") == what


def test_a_row_that_is_no_longer_not_applicable_is_verified_as_its_data_users_are(tmp_path: Path) -> None:
    at = ":go un-agencies/undp/0/verified"
    talk = hold(tmp_path, at, "UNDP Chad", at, "yes", begun=BEGUN, walked="verify")
    undp = talk.mapping.rows["undp"]
    assert (undp.verified, undp.users[0].verified) == ("", talk.mapping.last_change)
    assert f"UNDP: UNDP Chad, verified {talk.mapping.last_change}" in talk.all_said


def test_a_second_yes_on_one_day_is_said_too(tmp_path: Path) -> None:
    at = ":go coordination/hct/1/verified"
    talk = hold(tmp_path, at, "yes", at, "yes", begun=BEGUN, walked="verify")
    said = f"SEG: verified {talk.mapping.last_change}"
    assert [said in lines for lines in talk.said] == [False, False, True, False, True]


@pytest.mark.parametrize("away", [":go unfpa", ":review"])
def test_a_line_is_kept_where_one_goes_elsewhere_instead_of_answering_what_it_led_to(
    tmp_path: Path, away: str
) -> None:
    talk = hold(tmp_path, "ask Bob", away, ":go unicef", begun=BEGUN, at="un-agencies/unicef")
    assert talk.ids[1] == "confirm"
    assert "Typed so far: ask Bob." in talk.asked[-1]


def test_what_was_refused_at_a_question_that_is_no_place_is_there_again(tmp_path: Path) -> None:
    talk = hold(tmp_path, "zzz", begun=BEGUN)
    assert talk.ids == ["menu", "menu"]
    assert "Typed so far: zzz." in talk.asked[1]


def test_a_reason_is_kept_where_one_goes_back_from_what_it_led_to(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":na Merged", ":back", begun=BEGUN, at="coordination/hct")
    assert talk.ids == ["coordination/hct", "confirm", "coordination/hct"]
    assert "Typed so far: :na Merged." in talk.asked[-1]


def test_an_answer_that_was_recorded_is_no_half_typed_text(tmp_path: Path) -> None:
    last = CATALOGUE.sections[-1].id
    talk = hold(tmp_path, "X1", ":go wfp", f":go {last}/other", begun=BEGUN, at=f"{last}/other")
    assert talk.ids[1] == "confirm"
    assert held(talk.mapping, f"{last}/other") == "X1"
    assert "Typed so far" not in talk.asked[-1]


@pytest.mark.parametrize("typed", [":undo", ":add"])
def test_what_ends_a_list_that_is_walked_is_said(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, ":review", "1", "WFP", typed, ":review", ":back", begun=BEGUN, walked="verify")
    left = ["You left these questions; from here on, all questions follow"] in talk.said
    assert talk.ids[-1].endswith("/verified") != left


def test_the_name_as_it_stands_is_a_yes(tmp_path: Path) -> None:
    talk = hold(tmp_path, "SEG", begun=BEGUN, walked="verify")
    (user,) = talk.mapping.rows["hct"].users
    assert (user.name, user.verified) == ("SEG", talk.mapping.last_change)
    assert user.details == SEG.details


def test_back_from_the_sections_is_the_menu_again(tmp_path: Path) -> None:
    talk = hold(tmp_path, "section", ":back", begun=BEGUN)
    assert talk.ids == ["menu", "menu", "menu"]
    assert talk.asked[2] == talk.asked[0]
    assert not [line for line in talk.said[2] if "nothing before" in line]


def test_a_first_row_that_is_corrected_is_followed_by_the_next_to_verify(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", not_applicable=""), row("unhcr", UNHCR), row("nrc", not_applicable=""))
    talk = hold(tmp_path, "SEG", begun=begun, walked="verify")
    assert talk.ids == ["coordination/hct/0/verified", "un-agencies/unhcr/1/verified"]


# Any lines whatever

commands = st.sampled_from(
    [
        *(":back", ":back", ":skip", ":undo", ":undo", ":undo", ":clear", "-", "=", "*", "?", ":na", ":na x"),
        *(":later", ":later x", ":add", ":add X; Y", ":add same", "+ X", "+ UNHCR", "+", ":show", ":review"),
        *(":depth full", ":depth names", ":depth standard", ":xyzzy", ":", "::"),
    ]
)
jumps = st.sampled_from(
    [
        *(":go", ":go", ":go unhcr", ":go un-agencies/unhcr/1/levels", ":go un-agencies/unhcr/0/levels"),
        *(
            ":go un-agencies/other/1/contact",
            ":go government/other",
            ":go review",
            ":go ministry",
            ":go gone",
        ),
    ]
)
texts = st.sampled_from(
    [
        *("UNHCR", "UNHCR; OCHA", "OCHA; UNHCR; X", "A", "same", "same", "n/a", "TBC", "ask OCHA", "1", "2"),
        *("1, 2", "99", "strategic", "left", "Niger", "jan@example.org, Jan", "+880 1711 000000", "Fod"),
        *('"Fod"', "x" * 300, "\x1b[2J", "\udc80", "\ufeff", "\u2028", ";", "\\", '"', "9" * 5000),
    ]
)
yes_or_no = st.sampled_from(["y", "n"])
typed_lines = st.lists(st.one_of(st.just(""), commands, jumps, texts, yes_or_no, st.text()), max_size=40)


any_lines = given(
    begun=st.just(BEGUN) | mappings(), lines=typed_lines, at=st.sampled_from([None, ROW, MANY, "review"])
)


@pytest.mark.parametrize("walked", ["all", "missing", "verify"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@any_lines
def test_any_lines_end_in_a_file_that_can_be_read_and_holds_what_was_recorded(
    walked: str, begun: Mapping, lines: list[str], at: str | None
) -> None:
    any_lines_are_survived(walked, begun, lines, at)


@pytest.mark.campaign
@pytest.mark.parametrize("walked", ["all", "missing", "verify"])
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@any_lines
def test_any_lines_at_length(walked: str, begun: Mapping, lines: list[str], at: str | None) -> None:
    any_lines_are_survived(walked, begun, lines, at)


def any_lines_are_survived(walked: str, begun: Mapping, lines: list[str], at: str | None) -> None:
    at = at if at is None or at == "review" or begun is BEGUN else ROW
    lines = [re.sub(r"[\r\n]", " ", line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        talk = hold(Path(folder), *lines, begun=begun, at=at, walked=walked)
        assert talk.ending is not None
        assert talk.ending.unsaved is None
        read(talk.file)
        for number, (place, asked) in enumerate(zip(talk.ids, talk.asked, strict=True)):
            where = Place.parse(place)
            assert where is not None
            if where.section and not where.field:
                shown = [user.name for user in talk.at(number).users(where.section, where.item)]
                assert not shown or asked.endswith(visible(f"Enter keeps: {'; '.join(shown)}"))
