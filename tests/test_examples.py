"""The example of a real response: made with the tool, sound, and fit to be shown to anyone."""

import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from dtm_mapper.catalogue_file import load
from dtm_mapper.mapping import Mapping, progress
from dtm_mapper.reports.marks import ARCHIVE
from dtm_mapper.store.store import Store

EXAMPLES = Path(__file__).parent.parent / "examples"
ANSWERS = EXAMPLES / "coxs-bazar.answers"
MAPPING = EXAMPLES / "coxs-bazar.yaml"
REPORT = EXAMPLES / "coxs-bazar.md"
WORD = EXAMPLES / "coxs-bazar.docx"
EXCEL = EXAMPLES / "coxs-bazar.xlsx"
CSV = EXAMPLES / "coxs-bazar.csv"
JSON = EXAMPLES / "coxs-bazar.json"
PAGE = EXAMPLES / "coxs-bazar.html"

DATE = re.compile(r"\d{4}-\d\d-\d\d")
MARK = re.compile(r"\n<!-- dtm-map [0-9a-f]{64} -->\n\Z")


def dtm_map(*words: str, cwd: Path = EXAMPLES, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """The real command, in English and with the default catalogue."""
    environment = {**os.environ, "LANGUAGE": "en"}
    environment.pop("DTM_MAP_CATALOGUE", None)
    return subprocess.run(
        [sys.executable, "-m", "dtm_mapper", *words],
        cwd=cwd,
        env=environment,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def undated(path: Path) -> str:
    """A file's text with every date alike, and without the report's last line."""
    return DATE.sub("DATE", MARK.sub("", path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return Store(MAPPING, load()).load()[0]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the answers were typed anew."""
    folder = tmp_path_factory.mktemp("example")
    done = dtm_map("new", MAPPING.name, "--plain", cwd=folder, typed=ANSWERS.read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stderr
    return folder


def test_the_answers_give_the_mapping(replayed: Path) -> None:
    assert undated(replayed / MAPPING.name) == undated(MAPPING)


def test_the_answers_give_the_report_beside_it(replayed: Path) -> None:
    assert undated(replayed / REPORT.name) == undated(REPORT)


def test_check_finds_nothing() -> None:
    done = dtm_map("check", MAPPING.name)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{MAPPING.name}: no problems\n", "")


def test_the_report_kept_is_the_one_of_the_mapping_kept() -> None:
    done = dtm_map("report", MAPPING.name, "-o", "-")
    text, marks = MARK.subn("", REPORT.read_text(encoding="utf-8"))
    assert marks == 1
    assert (done.returncode, done.stdout, done.stderr) == (0, text, "")


@pytest.mark.parametrize("kept", [JSON, CSV], ids=["json", "csv"])
def test_the_data_kept_are_those_of_the_mapping_kept(kept: Path) -> None:
    done = dtm_map("report", MAPPING.name, "-f", kept.suffix[1:], "-o", "-")
    assert (done.returncode, done.stdout, done.stderr) == (0, kept.read_text(encoding="utf-8"), "")


def test_the_word_report_kept_is_that_of_the_mapping_kept(tmp_path: Path) -> None:
    done = dtm_map("report", MAPPING.name, "-o", str(tmp_path / WORD.name))
    assert done.returncode == 0, done.stderr
    # The body alone: how an archive is packed is up to the libraries.
    kept, made = (ZipFile(path).read("word/document.xml") for path in (WORD, tmp_path / WORD.name))
    assert made == kept
    assert ARCHIVE.unbroken(WORD.read_bytes())


def test_the_excel_report_kept_is_that_of_the_mapping_kept(tmp_path: Path) -> None:
    done = dtm_map("report", MAPPING.name, "-o", str(tmp_path / EXCEL.name))
    assert done.returncode == 0, done.stderr
    # The cells alone: how the rest is written is up to the libraries.
    kept, made = (
        {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path).worksheets}
        for path in (EXCEL, tmp_path / EXCEL.name)
    )
    assert made == kept
    assert ARCHIVE.unbroken(EXCEL.read_bytes())


def test_the_page_kept_is_that_of_the_mapping_kept() -> None:
    done = dtm_map("report", MAPPING.name, "-f", "html", "-o", "-")
    text, marks = MARK.subn("", PAGE.read_text(encoding="utf-8"))
    assert marks == 1
    assert (done.returncode, done.stdout, done.stderr) == (0, text, "")


def test_nobody_edited_the_report(tmp_path: Path) -> None:
    """A report that somebody edited is not written over without a yes."""
    for file in (MAPPING, REPORT):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    done = dtm_map("report", MAPPING.name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_section_has_a_mapped_row(mapping: Mapping) -> None:
    catalogue = load()
    assert all(progress(mapping, catalogue, section.id).mapped for section in catalogue.sections)


def test_it_shows_every_state_of_a_row_and_other_data_users(mapping: Mapping) -> None:
    assert all(progress(mapping, load()))


def test_every_data_user_has_levels_and_needs_and_nothing_else(mapping: Mapping) -> None:
    details = [set(user.details) for *_place, user in mapping.every_user(load())]
    assert details
    assert all(found == {"levels", "needs"} for found in details)


@pytest.mark.parametrize("path", [ANSWERS, MAPPING, REPORT, JSON, CSV], ids=lambda path: path.suffix)
def test_no_address_and_no_telephone_number(path: Path) -> None:
    assert not re.search(r"@|\+ ?\d|\d[\d ()-]{4,}\d", undated(path))
