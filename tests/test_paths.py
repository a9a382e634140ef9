"""Paths that the operator types, and commands that name them: `~` at the beginning is the home folder."""

import sys
from pathlib import Path

import pytest

from dtm_mapper.catalogue_file import default_path
from dtm_mapper.screen import windows_command
from pseudoterminal import Pseudoterminal
from test_cli import MAPPING, SMALL, files_in, run

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs users or a pseudo-terminal of POSIX")
ENTER = "\r"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a mapping, a catalogue and a table to import."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "mali.yaml").write_text(MAPPING, encoding="utf-8")
    (home / "small.yaml").write_text(SMALL, encoding="utf-8")
    (home / "source.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    return home


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The working folder, which stays empty."""
    here = tmp_path / "here"
    here.mkdir()
    return here


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ("new --plain ~/new.yaml", "new.yaml"),
        ("edit --plain ~/mali.yaml --at response", "mali.yaml"),
        ("report ~/mali.yaml", "mali.md"),
        ("report ~/mali.yaml -o ~/out.docx", "out.docx"),
        ("report ~/mali.yaml --out=~/out.html", "out.html"),
        ("worksheet -o ~/worksheet.xlsx", "worksheet.xlsx"),
        ("import ~/source.csv ~/imported.yaml --yes", "imported.yaml"),
        ("status ~/mali.yaml ~/mali.yaml", ""),
        ("check ~/mali.yaml ~/small.yaml", ""),
        ("catalogue --catalogue ~/small.yaml", ""),
        ("schema mapping --catalogue=~/small.yaml", ""),
    ],
)
def test_tilde_is_the_home_folder(home: Path, here: Path, arguments: str, written: str) -> None:
    variables = {"HOME": str(home), "USERPROFILE": str(home)}
    result = run(*arguments.split(), cwd=here, given="Mali\n", **variables)
    assert result.code == 0
    assert not written or (home / written).is_file()
    assert files_in(here) == {}


def test_tilde_in_the_variable(home: Path, here: Path) -> None:
    variables = {"HOME": str(home), "USERPROFILE": str(home), "DTM_MAP_CATALOGUE": "~/small.yaml"}
    assert "(small," in run("catalogue", cwd=here, **variables).out


@posix
def test_tilde_and_the_name_of_a_user(here: Path) -> None:
    import pwd

    user = next(user for user in pwd.getpwall() if len(user.pw_dir) > 1)
    result = run("check", f"~{user.pw_name}/no-such-mapping.yaml", cwd=here)
    assert result.err.startswith(f"dtm-map: {user.pw_dir}/no-such-mapping.yaml: ")


def test_the_name_of_an_unknown_user_stays_as_typed(here: Path) -> None:
    result = run("new", "--plain", "~no-such-user/mali.yaml", cwd=here)
    assert (result.code, result.out) == (2, "")
    assert "~no-such-user" in result.err
    assert "does not exist" in result.err


@pytest.mark.parametrize("name", ["a~b.yaml", "~$mali.yaml", "./~x.yaml", "folder/~/x.yaml", "./~/x.yaml"])
def test_any_other_tilde_is_a_part_of_the_name(home: Path, here: Path, name: str) -> None:
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    variables = {"HOME": str(home), "USERPROFILE": str(home)}
    assert run("new", "--plain", name, cwd=here, given="Mali\n", **variables).code == 0
    assert (here / name).is_file()


@posix
def test_tilde_in_the_name_of_a_new_mapping_in_the_list_of_mappings(home: Path, here: Path) -> None:
    (here / "dtm-mapping.yaml").write_text(MAPPING, encoding="utf-8")
    before = files_in(here)
    environment = {"HOME": str(home), "DTM_MAP_CATALOGUE": str(default_path())}
    with Pseudoterminal(cwd=here, environment=environment) as terminal:
        terminal.wait_for("Which mapping?")
        terminal.send("2" + ENTER)
        terminal.wait_for("A name for its file")
        terminal.send("~/new" + ENTER)
        terminal.wait_for("Which response")
        terminal.send("Mali" + ENTER)
        terminal.wait_for("Which country")
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130
    assert "response: Mali\n" in (home / "new.yaml").read_text(encoding="utf-8")
    assert files_in(here) == before


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("dtm-map", "edit", r"C:\Work\mali.yaml"), r"dtm-map edit C:\Work\mali.yaml"),
        (("dtm-map", "edit", "R&D.yaml"), 'dtm-map edit "R&D.yaml"'),
        (("dtm-map", "edit", "Cox's.yaml"), 'dtm-map edit "Cox\'s.yaml"'),
        (("dtm-map", "edit", "$HOME's.yaml"), "dtm-map edit '$HOME''s.yaml'"),
        ((r"D:\Ana Lopez\dtm-map", "edit"), r'& "D:\Ana Lopez\dtm-map" edit'),
    ],
)
def test_a_command_for_windows_keeps_its_words(words: tuple[str, ...], command: str) -> None:
    assert windows_command(*words) == command


@posix
def test_a_name_that_no_file_should_have_is_asked_again_in_the_list_of_mappings(here: Path) -> None:
    (here / "dtm-mapping.yaml").write_text(MAPPING, encoding="utf-8")
    with Pseudoterminal(cwd=here, environment={"DTM_MAP_CATALOGUE": str(default_path())}) as terminal:
        terminal.wait_for("Which mapping?")
        terminal.send("2" + ENTER)
        for name, words in (
            ("mali\\", "must not end with"),
            ("mali/", "does not exist"),
            ("no/mali", "not exist"),
        ):
            terminal.wait_for("A name for its file")
            terminal.send(name + ENTER)
            terminal.wait_for(words)
        terminal.wait_for("A name for its file")
        terminal.send("mali" + ENTER)
        terminal.wait_for("Which response")
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130
