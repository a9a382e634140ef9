"""Who left the response stays gone: kept and shown, never renamed, and the row is open again."""

import subprocess
import sys
from pathlib import Path

import docx
import pytest

from dtm_mapper import reports
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import DataUser, Mapping, progress
from dtm_mapper.store.store import Store
from interviews import FILE, OTHERS, ROW, hold, mapping_of, read, row
from strategies import CATALOGUE
from test_cli import run

OLD = DataUser("Old Forum", {"engagement": "left", "contact": "old@example.org"}, "2026-01-02")
NEW = DataUser("New Forum", {"area": "East"}, "2026-01-02")
ALL_LEFT = mapping_of(row("unhcr", OLD), others={"un-agencies": (OLD,)}, depth="full")
ONE_LEFT = mapping_of(row("unhcr", OLD, NEW), depth="full")


def users(mapping: Mapping, at: str) -> list[tuple[str, dict[str, object]]]:
    section, item = at.split("/")
    return [(user.name, dict(user.details)) for user in mapping.users(section, item)]


@pytest.mark.parametrize("at", [ROW, OTHERS])
@pytest.mark.parametrize("typed", ["New Forum", "+ New Forum", "Old Forums"])
def test_a_name_on_a_row_that_everybody_left_is_a_new_data_user(tmp_path: Path, at: str, typed: str) -> None:
    talk = hold(tmp_path, typed, begun=ALL_LEFT, at=at)
    assert len(talk.ids) == 2
    name = typed.removeprefix("+ ")
    assert sorted(users(talk.mapping, at)) == sorted([(name, {}), ("Old Forum", dict(OLD.details))])


def test_the_name_of_who_left_is_a_new_data_user_too(tmp_path: Path) -> None:
    talk = hold(tmp_path, "Old Forum", begun=ALL_LEFT, at=ROW)
    assert users(talk.mapping, ROW) == [("Old Forum", dict(OLD.details)), ("Old Forum", {})]


def test_who_left_is_shown_and_is_not_in_the_line_to_edit(tmp_path: Path) -> None:
    talk = hold(tmp_path, begun=ALL_LEFT, at=ROW)
    assert "left: Old Forum)" in talk.asked[0]
    assert "Enter keeps" not in talk.asked[0]
    talk = hold(tmp_path, begun=ONE_LEFT, at=ROW)
    assert "left: Old Forum)" in talk.asked[0]
    assert talk.asked[0].endswith("Enter keeps: New Forum")


def test_another_name_renames_who_is_there_and_not_who_left(tmp_path: Path) -> None:
    talk = hold(tmp_path, "New Forum Mali", begun=ONE_LEFT, at=ROW)
    assert users(talk.mapping, ROW) == [
        ("Old Forum", dict(OLD.details)),
        ("New Forum Mali", dict(NEW.details)),
    ]


def test_the_guard_of_a_bullet_does_not_count_who_left(tmp_path: Path) -> None:
    talk = hold(tmp_path, "- New Forum Mali", begun=ALL_LEFT, at=ROW)
    assert "UNHCR: what does" in talk.asked[1]
    assert "UNHCR has" not in talk.asked[1]


def test_an_organisation_that_left_another_row_is_not_renamed_there(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", DataUser("Old Forum")), row("cccm", OLD))
    talk = hold(tmp_path, "Old Forum Mali", begun=begun, at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    assert users(talk.mapping, "clusters/cccm") == [("Old Forum", dict(OLD.details))]


def test_another_name_for_who_left_while_verifying_is_a_new_data_user(tmp_path: Path) -> None:
    talk = hold(tmp_path, "New Forum", begun=mapping_of(row("unhcr", OLD)), walked="verify")
    assert users(talk.mapping, ROW) == [("Old Forum", dict(OLD.details)), ("New Forum", {})]


@pytest.mark.parametrize("typed", ["-", ":later ask", ":clear"])
def test_only_a_yes_removes_who_left(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "", begun=ALL_LEFT, at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert talk.mapping == ALL_LEFT
    assert not users(hold(tmp_path, typed, "y", begun=ALL_LEFT, at=ROW).mapping, ROW)


def test_clearing_a_row_keeps_who_left_it_before(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":clear", "y", begun=ONE_LEFT, at=ROW)
    assert users(talk.mapping, ROW) == [("Old Forum", dict(OLD.details))]


def test_a_row_that_everybody_left_is_open_and_its_details_are_not_missing() -> None:
    walk = Walk(CATALOGUE, ALL_LEFT)
    assert ROW in [str(place) for place in walk.rows("open")]
    missing = [str(place) for place in walk.missing()]
    assert ROW in missing
    assert not [place for place in missing if place.startswith((f"{ROW}/", f"{OTHERS}/"))]
    counts = progress(ALL_LEFT, CATALOGUE, "un-agencies")
    assert (counts.mapped, counts.open, counts.others) == (0, 8, 0)


def test_the_review_lists_a_row_that_everybody_left_as_open(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":review", begun=ALL_LEFT, at=ROW)
    listed = next(line for line in talk.said[1] if line.startswith("UN Agencies, open: "))
    assert "UNHCR (left: Old Forum);" in listed


def test_status_lists_a_row_that_everybody_left_as_open(tmp_path: Path) -> None:
    Store(tmp_path / FILE, CATALOGUE).save(ALL_LEFT)
    shown = run("status", cwd=tmp_path).out
    assert "UNHCR (left: Old Forum)" in [
        line.strip() for line in shown.partition("\nOpen (58)\n")[2].splitlines()
    ]


def test_status_does_not_ask_to_verify_who_left(tmp_path: Path) -> None:
    Store(tmp_path / FILE, CATALOGUE).save(ONE_LEFT)
    stale = run("status", "--stale", "30", cwd=tmp_path).out.partition("\nNot verified since ")[2]
    assert "New Forum" in stale
    assert "Old Forum" not in stale


@pytest.mark.parametrize(
    ("format_name", "shown"), [("md", "*left:* Old Forum"), ("html", "left:</i> <b><bdi>Old Forum")]
)
def test_a_report_names_who_left_a_row_as_the_interview_does(format_name: str, shown: str) -> None:
    assert shown in reports.render(ONE_LEFT, CATALOGUE, format_name).decode()


@pytest.mark.parametrize("format_name", ["md", "html", "csv", "json"])
@pytest.mark.parametrize("public", [False, True])
def test_a_report_has_a_row_that_everybody_left_as_open(format_name: str, public: bool) -> None:
    text = reports.render(mapping_of(row("unhcr", OLD)), CATALOGUE, format_name, public=public).decode()
    assert ("Old Forum" in text) != public
    said = {"md": "58 open", "json": '"open": 58', "html": 'data-state="open"', "csv": ",open,"}
    assert said[format_name] in text
    if format_name == "csv":
        lines = [line for line in text.splitlines() if "unhcr" in line and "UNHCR" in line]
        assert ["open" in line for line in lines] == [True] + [False] * (not public)


VERIFIED_ROW, VERIFIED_USER = "un-agencies/undp/0/verified", f"{ROW}/1/verified"
NOT_APPLICABLE = mapping_of(row("unhcr", NEW), row("undp", not_applicable="Not here"), depth="full")


@pytest.mark.parametrize(
    ("at", "typed", "said"),
    [
        (VERIFIED_ROW, "left", "UNDP has no data user who could have left"),
        (VERIFIED_ROW, "Left the response", "UNDP has no data user who could have left"),
        (VERIFIED_ROW, "2", "There is no choice 2; there is only 1"),
        (VERIFIED_USER, "3", "There is no choice 3; they go from 1 to 2"),
    ],
)
def test_an_answer_that_verifying_does_not_offer_is_not_a_name(
    tmp_path: Path, at: str, typed: str, said: str
) -> None:
    talk = hold(tmp_path, f":go {at}", typed, begun=NOT_APPLICABLE, walked="verify")
    assert said in talk.all_said
    assert talk.ids[1:] == [at, at]
    assert talk.mapping == NOT_APPLICABLE


@pytest.mark.parametrize("name", ["left", "3"])
def test_in_quotation_marks_it_is_a_name(tmp_path: Path, name: str) -> None:
    talk = hold(tmp_path, f":go {VERIFIED_ROW}", f'"{name}"', begun=NOT_APPLICABLE, walked="verify")
    assert users(talk.mapping, "un-agencies/undp") == [(name, {})]


def test_an_address_is_moved_from_the_new_name_and_not_from_who_left(tmp_path: Path) -> None:
    old = DataUser("Forum a@example.org", {"engagement": "left"}, "2026-01-02")
    talk = hold(tmp_path, old.name, "y", begun=mapping_of(row("unhcr", old), depth="full"), at=ROW)
    assert users(talk.mapping, ROW) == [
        (old.name, dict(old.details)),
        ("Forum", {"contact": "a@example.org"}),
    ]


@pytest.mark.parametrize("edited", [False, True])
def test_a_word_report_does_not_bring_back_who_left(tmp_path: Path, edited: bool) -> None:
    report = tmp_path / "report.docx"
    report.write_bytes(reports.render(ONE_LEFT, CATALOGUE, "docx"))
    if edited:
        document = docx.Document(str(report))
        document.add_paragraph("Checked in January")
        document.save(str(report))
    command = [sys.executable, "-m", "dtm_mapper", "import", "report.docx", "new.yaml", "--yes"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert users(read(tmp_path / "new.yaml"), ROW) == [("New Forum", {})]
