"""The exit codes that the README promises, each from the real program."""

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from pseudoterminal import Pseudoterminal
from test_cli import MAPPING, Running, environment, run
from test_streams import limit_files

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs rights, signals or terminals of POSIX")
ENTER = "\r"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a mapping, a table to import, and what cannot be read."""
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8", newline="\n")
    (tmp_path / "faulty.yaml").write_text(MAPPING.replace("BGD", "Atlantis"), encoding="utf-8")
    (tmp_path / "source.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        *("--version", "--help", "new --help", "catalogue", "schema mapping"),
        *("report mali.yaml", "status mali.yaml", "check mali.yaml", "worksheet"),
        *("import source.csv mali.yaml --yes", "new --plain x.yaml", "edit --plain mali.yaml"),
    ],
)
def test_0_done(folder: Path, arguments: str) -> None:
    assert run(*arguments.split(), cwd=folder).code == 0


@pytest.mark.parametrize("given", ["Mali\n:quit\n", "Mali\n", ""])
def test_0_an_interview_that_was_left(folder: Path, given: str) -> None:
    assert run("new", "--plain", "x.yaml", cwd=folder, given=given).code == 0


def test_1_check_finds_a_problem(folder: Path) -> None:
    assert run("check", "faulty.yaml", "mali.yaml", cwd=folder).code == 1


def test_1_nobody_can_agree_to_the_preview_of_an_import(folder: Path) -> None:
    result = run("import", "source.csv", "mali.yaml", cwd=folder)
    assert result.code == 1
    assert "add --yes" in result.err
    assert (folder / "mali.yaml").read_text(encoding="utf-8") == MAPPING


@posix
@pytest.mark.parametrize(("answer", "code"), [(ENTER, 1), ("n" + ENTER, 1), ("y" + ENTER, 0)])
def test_1_the_preview_of_an_import_is_declined(folder: Path, answer: str, code: int) -> None:
    with Pseudoterminal("import", "source.csv", "mali.yaml", cwd=folder) as terminal:
        terminal.wait_for("[y/N]")
        terminal.send(answer)
        assert terminal.wait_for_exit() == code
    assert ("UNHCR Mali" in (folder / "mali.yaml").read_text(encoding="utf-8")) == (code == 0)


@posix
def test_1_the_mapping_had_to_be_saved_in_another_place(folder: Path) -> None:
    (folder / "inner").mkdir()
    with Running("new", "--plain", "inner/x.yaml", cwd=folder) as interview:
        interview.wait_for("response")
        (folder / "inner").rename(folder / "gone")
        _out, err = interview.process.communicate("Mali\n", timeout=60)
        assert interview.process.returncode == 1
    assert "The whole mapping is in" in err
    assert "response: Mali\n" in (folder / "x-unsaved.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        # Wrong usage.
        *("nwe", "new --dept full", "schema", "status --stale -1", "report mali.yaml -f pdf", "new"),
        # A file that cannot be read or written.
        *(
            "report none.yaml",
            "check none.yaml",
            "check folder",
            "status faulty.yaml",
            "edit --plain faulty.yaml",
        ),
        *("report mali.yaml -o none/x.md", "catalogue --catalogue none.yaml", "import none.docx"),
        # One of several files.
        *("check mali.yaml none.yaml faulty.yaml", "status mali.yaml none.yaml"),
        # Refused.
        *("report mali.yaml -f md -o mali.yaml --yes", "report mali.yaml -o edited.md", "new --plain x.docx"),
    ],
)
def test_2_nothing_was_done(folder: Path, arguments: str) -> None:
    (folder / "edited.md").write_text("Edited by hand.\n", encoding="utf-8")
    result = run(*arguments.split(), cwd=folder)
    assert result.code == 2
    assert result.err


def test_2_answers_stop_at_a_line_that_is_refused(folder: Path) -> None:
    result = run("new", "--plain", "x.yaml", cwd=folder, given="Mali\nAtlantis\nNPM\n")
    assert result.code == 2
    assert "response: Mali\n" in (folder / "x.yaml").read_text(encoding="utf-8")


@posix
def test_2_replacing_an_edited_report_is_declined(folder: Path) -> None:
    (folder / "mali.md").write_text("Edited by hand.\n", encoding="utf-8")
    with Pseudoterminal("report", "mali.yaml", cwd=folder) as terminal:
        terminal.wait_for("[y/N]")
        terminal.send(ENTER)
        assert terminal.wait_for_exit() == 2
    assert (folder / "mali.md").read_text(encoding="utf-8") == "Edited by hand.\n"


@posix
def test_2_a_file_that_may_not_be_written(folder: Path) -> None:
    (folder / "mali.yaml").chmod(0o444)
    assert run("edit", "--plain", "mali.yaml", cwd=folder).code == 2


@pytest.mark.parametrize("room", [pytest.param(0, marks=posix), None])
def test_2_a_mistake_in_dtm_map(folder: Path, room: int | None) -> None:
    # A broken library looks like a mistake in the program. Without room, its details are printed.
    (folder / "yaml.py").write_text("raise RuntimeError('broken')\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dtm_mapper", "status", "mali.yaml"],
        cwd=folder,
        env=environment(PYTHONPATH=str(folder), TMPDIR=str(folder), TEMP=str(folder)),
        capture_output=True,
        encoding="utf-8",
        preexec_fn=None if room is None else partial(limit_files, room),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dtm-map: this is a mistake in dtm-map, not yours.")
    saved = "".join(path.read_text(encoding="utf-8") for path in folder.glob("dtm-map-*.txt"))
    assert "RuntimeError: broken" in (done.stderr if room == 0 else saved)


def test_3_the_mapping_is_open_in_another_dtm_map(folder: Path) -> None:
    with Running("edit", "--plain", "mali.yaml", "--at", "unhcr", cwd=folder) as interview:
        interview.wait_for("un-agencies/unhcr")
        assert run("edit", "--plain", "mali.yaml", cwd=folder).code == 3
        assert run("import", "source.csv", "mali.yaml", "--yes", cwd=folder).code == 3
        assert run("report", "mali.yaml", cwd=folder).code == 0


@posix
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize("options", [[], ["--plain"]])
def test_129_130_143_a_signal_ends_an_interview(
    folder: Path, name: str, code: int, options: list[str]
) -> None:
    with Pseudoterminal("new", "x.yaml", *options, cwd=folder) as terminal:
        terminal.wait_for("Which response")
        terminal.send(f"Mali{ENTER}")
        terminal.wait_for("Which country")
        terminal.process.send_signal(getattr(signal, name))
        assert terminal.wait_for_exit() == code
        assert "dtm-map edit x.yaml" in terminal.history()
    assert "response: Mali\n" in (folder / "x.yaml").read_text(encoding="utf-8")


@posix
def test_143_a_signal_at_the_list_of_mappings(folder: Path) -> None:
    with Pseudoterminal(cwd=folder) as terminal:
        terminal.wait_for("Which mapping?")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 143
        assert terminal.echoes()


@posix
def test_130_ctrl_c_at_a_question(folder: Path) -> None:
    with Pseudoterminal("import", "source.csv", "mali.yaml", cwd=folder) as terminal:
        terminal.wait_for("[y/N]")
        assert terminal.interrupt() == 130
    with Pseudoterminal("new", "x.yaml", cwd=folder) as terminal:
        terminal.wait_for("Which response")
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130


@posix
@pytest.mark.parametrize("options", [[], ["--plain"]])
def test_129_the_window_is_closed(folder: Path, options: list[str]) -> None:
    with Pseudoterminal("new", "x.yaml", *options, cwd=folder) as terminal:
        terminal.wait_for("Which response")
        terminal.send(f"Mali{ENTER}")
        terminal.wait_for("Which country")
        terminal.close_window()
        assert terminal.process.wait(20) == 129
    assert "response: Mali\n" in (folder / "x.yaml").read_text(encoding="utf-8")
