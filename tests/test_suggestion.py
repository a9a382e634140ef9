"""A first word that is not a command: the command that was meant is named, and nothing is done."""

import sys
from pathlib import Path

import pytest

from test_cli import MAPPING, Result, files_in, run

posix = pytest.mark.skipif(sys.platform == "win32", reason="the shells of Windows quote in another way")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two mappings, a report and a table to import."""
    for name in ("mali.yaml", "old.yml", "Cox's Bazar.yaml", "plain"):
        (tmp_path / name).write_text(MAPPING, encoding="utf-8")
    for name in ("mali.md", "source.csv", "worksheet.docx"):
        (tmp_path / name).write_text("Any text\n", encoding="utf-8")
    (tmp_path / "folder.d").mkdir()
    return tmp_path


def said(folder: Path, *arguments: str) -> str:
    """What is said about arguments that do not begin with a command."""
    before = files_in(folder)
    result = run(*arguments, cwd=folder)
    first, second = result.err.splitlines()
    assert (result.code, result.out) == (2, "")
    assert first == f"dtm-map: {arguments[0]}: this is not a command of dtm-map"
    assert files_in(folder) == before
    return second.strip()


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        # A mapping that is there is edited, any other is new.
        ("mali.yaml", "edit mali.yaml"),
        ("old.yml", "edit old.yml"),
        ("plain", "edit plain"),
        ("mali", "edit mali.yaml"),
        ("niger.yaml", "new niger.yaml"),
        ("niger.yml --depth full", "new niger.yml --depth full"),
        ("niger.YAML", "new niger.YAML"),
        ("niger.yalm", "new niger.yalm"),
        ("folder.d/niger.yaml", "new folder.d/niger.yaml"),
        ("mali.yaml --plain --at unhcr", "edit mali.yaml --plain --at unhcr"),
        # Other kinds of files.
        ("source.csv", "import source.csv"),
        ("worksheet.docx mali.yaml", "import worksheet.docx mali.yaml"),
        ("mali.md", "report -o mali.md"),
        ("mali.html", "report -o mali.html"),
        # A command with a mistake in it.
        ("nwe", "new"),
        ("repotr mali.yaml -f docx", "report mali.yaml -f docx"),
        ("STATUS mali.yaml", "status mali.yaml"),
    ],
)
def test_the_command_that_was_meant_is_named(folder: Path, arguments: str, meant: str) -> None:
    assert said(folder, *arguments.split()) == f"Did you mean “dtm-map {meant}”?"


@posix
def test_what_is_named_can_be_copied_into_the_shell(folder: Path) -> None:
    assert said(folder, "Cox's Bazar.yaml") == """Did you mean “dtm-map edit 'Cox'"'"'s Bazar.yaml'”?"""


@pytest.mark.parametrize("word", ["xyzzy", "folder.d", "", "."])
def test_if_nothing_is_like_it_the_help_is_named(folder: Path, word: str) -> None:
    assert said(folder, word) == "“dtm-map --help” lists the commands."


def test_a_file_with_the_name_of_a_command_does_not_hide_it(folder: Path) -> None:
    (folder / "status").write_text(MAPPING, encoding="utf-8")
    result = run("status", "mali.yaml", cwd=folder)
    assert (result.code, result.err) == (0, "")


def test_an_unknown_option_is_named(folder: Path) -> None:
    result = run("--plain", "mali.yaml", cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert "--plain" in result.err


def test_control_characters_are_shown_as_their_codes(folder: Path) -> None:
    result = run("\x1b[31mred.yaml", cwd=folder)
    quoted = '"<1B>[31mred.yaml"' if sys.platform == "win32" else "'<1B>[31mred.yaml'"
    assert result == Result(
        2,
        "",
        "dtm-map: <1B>[31mred.yaml: this is not a command of dtm-map\n"
        f"  Did you mean “dtm-map new {quoted}”?\n",
    )
