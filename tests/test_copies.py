"""Copies of a mapping that cloud services, browsers and dtm-map itself make are no mappings of their own."""

import sys
from pathlib import Path

import pytest

from dtm_mapper.store.folder import copies_beside, mappings_in
from test_cli import MAPPING, run

NAMES = [
    "mali-LAPTOP-7.yaml",  # OneDrive
    "mali (1).yaml",  # OneDrive in a browser, and downloads
    "mali (Amina's conflicted copy 2026-11-22).yaml",  # Dropbox
    "mali (conflicted copy 2026-11-22 101112).yaml",  # Nextcloud
    "mali_conf(2026-11-22-10-11-12).yaml",  # Google Drive
    "mali.sync-conflict-20261122-101112-ABCDEFG.yaml",  # Syncthing
    "mali - Copy.yaml",  # Explorer
    "mali-second-copy.yaml",
    "mali-second-copy-2-unsaved-3.yaml",
    "mali-unsaved.yaml",
]
#: The commands that look for the only mapping.
COMMANDS = ["edit --plain --at response", "report -o -", "import a.csv --yes", "status", "restore", "check"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "a.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    (tmp_path / "mali-backups").mkdir()
    (tmp_path / "mali-backups" / "2026-11-22 10.00.00.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_listed_under_its_mapping(folder: Path, name: str) -> None:
    (folder / name).write_text(MAPPING.replace("UN Women", "UNFPA"), encoding="utf-8")
    assert mappings_in(folder) == [folder / "mali.yaml"]
    assert copies_beside(folder / "mali.yaml") == [folder / name]


@pytest.mark.parametrize("command", COMMANDS)
def test_copies_do_not_count_where_the_only_mapping_is_meant(folder: Path, command: str) -> None:
    for name in ("mali (1).yaml", "mali-unsaved.yaml"):
        (folder / name).write_text(MAPPING, encoding="utf-8")
    result = run(*command.split(), cwd=folder)
    assert result.code == 0
    assert "Using mali.yaml, the only mapping in this folder.\n" in result.err
    assert "Copies of this mapping: mali (1).yaml, mali-unsaved.yaml\n" in result.err


def test_status_names_the_copies_of_each_mapping(folder: Path) -> None:
    (folder / "mali (1).yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "niger.yaml").write_text(MAPPING, encoding="utf-8")
    shown = run("status", "mali.yaml", "niger.yaml", cwd=folder).out
    assert (
        shown.count("Copies of this mapping: ") == shown.count("Copies of this mapping: mali (1).yaml\n") == 1
    )


def test_personal_answers_in_a_copy_are_told_when_the_backups_are_deleted(folder: Path) -> None:
    (folder / "mali (1).yaml").write_text(MAPPING, encoding="utf-8")
    result = run("restore", "mali.yaml", "--delete", "--yes", cwd=folder)
    assert "These copies still exist" in result.err
    assert "mali (1).yaml" in result.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mali (1).yaml", MAPPING.replace("Test response", "Another response")),
        ("mali (1).yaml", MAPPING.replace("dtm-data-users", "other-users")),
        ("mali (1).yaml", MAPPING.replace("country:", "country: [")),
        ("mali (1).yaml", MAPPING.replace("created: ", "created: '2020-02-02' # ")),
        ("mali2.yaml", MAPPING),
        ("malie-LAPTOP.yaml", MAPPING),
        ("mali (1).yml", MAPPING),
    ],
)
def test_another_mapping_counts(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    assert set(mappings_in(folder)) == {folder / "mali.yaml", folder / name}
    assert copies_beside(folder / "mali.yaml") == []
    assert "it has several mappings" in run("status", cwd=folder).err


def test_a_copy_without_its_mapping_counts(folder: Path) -> None:
    (folder / "mali.yaml").rename(folder / "mali-unsaved.yaml")
    assert mappings_in(folder) == [folder / "mali-unsaved.yaml"]


def test_a_mapping_that_was_handed_on_is_no_copy_but_a_second_one_is_a_copy_of_it(folder: Path) -> None:
    run("report", "mali.yaml", "-f", "yaml", cwd=folder)
    shared = folder / "mali-shared.yaml"
    assert copies_beside(folder / "mali.yaml") == []
    (folder / "mali.yaml").unlink()
    (folder / "mali-shared (1).yaml").write_bytes(shared.read_bytes())
    assert mappings_in(folder) == [shared]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
def test_the_menu_shows_copies_below_their_mapping(folder: Path) -> None:
    from pseudoterminal import Pseudoterminal

    for name in ("mali (1).yaml", "abc.yaml"):
        (folder / name).write_text(MAPPING, encoding="utf-8")
    with Pseudoterminal(cwd=folder) as terminal:
        shown = terminal.wait_for("A new mapping")
        assert shown.index("abc.yaml") < shown.index("mali.yaml") < shown.index("mali (1).yaml")
        assert "mali (1).yaml · a copy of the mapping above · Test response" in shown
        terminal.send("3\r")
        terminal.wait_for("Test response")
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130


def test_mappings_without_a_response_are_no_copies(folder: Path) -> None:
    for name in ("mali.yaml", "mali-gao.yaml"):
        (folder / name).write_text(MAPPING.replace("Test response", "''"), encoding="utf-8")
    assert set(mappings_in(folder)) == {folder / "mali.yaml", folder / "mali-gao.yaml"}
