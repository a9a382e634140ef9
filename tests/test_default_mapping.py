"""Without FILE, a command that reads a mapping uses dtm-mapping.yaml, or else the only one in the folder."""

import sys
from pathlib import Path

import pytest

from pseudoterminal import Pseudoterminal
from test_cli import MAPPING, SMALL, Result, files_in, run

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
#: Every command that reads a mapping. A new one needs a line here.
COMMANDS = [
    "edit --plain --at response",
    "report -o -",
    "import source.csv --yes",
    "status",
    "restore",
    "check",
]
USING = "Using mali.yaml, the only mapping in this folder.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without a mapping, but with other files in YAML."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "shopping.yaml").write_text("- bread\n", encoding="utf-8")
    (tmp_path / "source.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    return tmp_path


def put(folder: Path, name: str, response: str) -> None:
    """Put a mapping with a backup into the folder."""
    backups = folder / f"{name.removesuffix('.yaml')}-backups"
    backups.mkdir()
    for path in (folder / name, backups / "2026-11-22 10.00.00.yaml"):
        path.write_text(MAPPING.replace("Test response", response), encoding="utf-8")


def use(command: str, folder: Path) -> Result:
    return run(*command.split(), cwd=folder)


@pytest.mark.parametrize("command", COMMANDS)
def test_dtm_mapping_yaml_is_used_whatever_else_is_there(folder: Path, command: str) -> None:
    for name in ("dtm-mapping.yaml", "a.yaml", "mali.yaml"):
        put(folder, name, name)
    others = {name: (folder / name).read_bytes() for name in ("a.yaml", "mali.yaml")}
    result = use(command, folder)
    assert result.code == 0
    assert "Using" not in result.err
    assert "dtm-mapping" in result.out + result.err
    assert {name: (folder / name).read_bytes() for name in others} == others


@pytest.mark.parametrize("command", COMMANDS)
def test_else_the_only_mapping_is_used_and_named(folder: Path, command: str) -> None:
    put(folder, "mali.yaml", "Response in Mali")
    result = use(command, folder)
    assert result.code == 0
    assert result.err.startswith(USING)
    assert "mali" in result.out.lower()
    assert not (folder / "dtm-mapping.yaml").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_several_are_listed_and_nothing_is_done(folder: Path, command: str) -> None:
    put(folder, "mali.yaml", "Mali")
    put(folder, "niger.yaml", "Niger")
    before = files_in(folder)
    assert use(command, folder) == Result(
        2,
        "",
        "dtm-map: this folder: it has several mappings, and none of them is dtm-mapping.yaml\n"
        "  Name one of them: mali.yaml, niger.yaml\n",
    )
    assert files_in(folder) == before


@pytest.mark.parametrize("command", ["edit --plain", "report", "status"])
def test_without_any_the_message_says_how_to_begin(folder: Path, command: str) -> None:
    result = use(command, folder)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("dtm-map: dtm-mapping.yaml: there is no such file\n")
    assert "dtm-map new" in result.err


def test_without_any_an_import_makes_dtm_mapping_yaml_and_check_checks_the_catalogue(folder: Path) -> None:
    assert "categories.yaml: no problems\n" in use("check", folder).out
    assert use("import source.csv --yes", folder).code == 0
    assert "UNHCR Mali" in (folder / "dtm-mapping.yaml").read_text(encoding="utf-8")


def test_new_and_a_blank_worksheet_take_no_other_mapping(folder: Path) -> None:
    put(folder, "mali.yaml", "Mali")
    mapping = (folder / "mali.yaml").read_bytes()
    result = run("new", "--plain", cwd=folder, given="Niger\n")
    assert (result.code, (folder / "mali.yaml").read_bytes()) == (0, mapping)
    assert "response: Niger\n" in (folder / "dtm-mapping.yaml").read_text(encoding="utf-8")
    (folder / "dtm-mapping.yaml").rename(folder / "niger.yaml")
    assert use("worksheet", folder) == Result(0, "worksheet.docx\n", "")


def test_a_lost_mapping_is_restored_rather_than_another_one(folder: Path) -> None:
    put(folder, "mali.yaml", "Mali")
    put(folder, "dtm-mapping.yaml", "Lost response")
    (folder / "dtm-mapping.yaml").unlink()
    assert use("restore --put 1", folder).code == 0
    assert "Lost response" in (folder / "dtm-mapping.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("left", [None, b""])
def test_the_only_mapping_is_restored_also_if_it_is_lost_or_empty(folder: Path, left: bytes | None) -> None:
    put(folder, "mali.yaml", "Mali")
    (folder / "mali.yaml").unlink()
    if left is not None:
        (folder / "mali.yaml").write_bytes(left)
    result = use("restore --put 1", folder)
    assert (result.code, result.err) == (0, USING)
    assert "response: Mali" in (folder / "mali.yaml").read_text(encoding="utf-8")


def test_which_of_several_is_to_be_restored_must_be_said(folder: Path) -> None:
    put(folder, "mali.yaml", "Mali")
    put(folder, "niger.yaml", "Niger")
    (folder / "mali.yaml").unlink()
    before = files_in(folder)
    result = use("restore --put 1", folder)
    assert (result.code, result.out) == (2, "")
    assert "mali.yaml, niger.yaml" in result.err
    assert files_in(folder) == before


@posix
def test_an_interview_in_the_terminal_says_which_mapping_it_uses(folder: Path) -> None:
    put(folder, "mali.yaml", "Mali")
    with Pseudoterminal("edit", cwd=folder) as terminal:
        terminal.wait_for("The mapping is saved in mali.yaml")
        assert USING.strip() in terminal.history()
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130
