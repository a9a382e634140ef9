"""What only looks like a terminal on Windows, or does not look like one: the null device, and Git Bash."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dtm_mapper.store.store import Store
from keys import ctrl
from strategies import CATALOGUE
from test_cli import environment
from test_storage import PENDING
from test_streams import ARGUMENTS
from windows_console import WindowsConsole, needs_windows_python

FILE = "mali.yaml"
EDITED = b"Edited by somebody\n"
windows = pytest.mark.skipif(sys.platform != "win32", reason="Windows alone does this")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Store(tmp_path / FILE, CATALOGUE).save(PENDING)
    (tmp_path / "mali.md").write_bytes(EDITED)
    return tmp_path


def run(folder: Path, *arguments: str, **streams: Any) -> "subprocess.CompletedProcess[bytes]":
    variables = environment(**streams.pop("variables", {}))
    command = [sys.executable, "-m", "dtm_mapper", *arguments]
    return subprocess.run(command, cwd=folder, env=variables, timeout=60, **streams)


@pytest.mark.parametrize("command", ["", "--help", *ARGUMENTS.values()])
def test_no_command_waits_or_fails_with_the_null_device_for_its_streams(folder: Path, command: str) -> None:
    null = subprocess.DEVNULL
    done = run(folder, *command.split(), stdin=null, stdout=null, stderr=subprocess.PIPE)
    assert b"mistake in dtm-map" not in done.stderr
    assert done.returncode in (0, 1, 2)


@pytest.mark.parametrize("command", [["new", "niger.yaml"], ["edit", FILE]])
def test_the_null_device_is_no_terminal_for_an_interview(folder: Path, command: list[str]) -> None:
    null = subprocess.DEVNULL
    done = run(folder, *command, stdin=null, stdout=null, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"Run it in a terminal, or add --plain." in done.stderr
    assert {path.name for path in folder.iterdir()} == {FILE, "mali.md"}


def test_a_report_that_somebody_edited_is_left_as_it_is_if_nobody_can_be_asked(folder: Path) -> None:
    done = run(folder, "report", FILE, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 2
    assert b"--yes" in done.stderr
    assert (folder / "mali.md").read_bytes() == EDITED


def test_a_report_for_word_goes_to_the_null_device(folder: Path) -> None:
    null = subprocess.DEVNULL
    done = run(
        folder, "report", FILE, "-f", "docx", "-o", "-", stdin=null, stdout=null, stderr=subprocess.PIPE
    )
    assert (done.returncode, done.stderr) == (0, b"")


@needs_windows_python
@pytest.mark.parametrize(("command", "code"), [("new niger.yaml", 2), (f"report {FILE}", 2), ("", 0)])
def test_a_console_without_input_does_not_wait_for_keys(folder: Path, command: str, code: int) -> None:
    program = [
        "import subprocess, sys",
        f"command = [sys.executable, '-m', 'dtm_mapper', *{command.split()}]",
        "sys.exit(subprocess.call(command, stdin=subprocess.DEVNULL))",
    ]
    with WindowsConsole("-c", "; ".join(program), folder=folder) as console:
        assert console.wait_for_exit() == code
    assert (folder / "mali.md").read_bytes() == EDITED


GIT_BASH = {"MSYSTEM": "MINGW64", "TERM": "xterm-256color"}


@windows
@pytest.mark.parametrize("command", [["new", "niger.yaml"], ["edit", FILE]])
def test_git_bash_hears_what_helps_there(folder: Path, command: list[str]) -> None:
    done = run(folder, *command, variables=GIT_BASH, capture_output=True, input=b"")
    assert done.returncode == 2
    assert b"In Git Bash, put winpty before the command, use PowerShell, or add --plain." in done.stderr


@windows
def test_git_bash_hears_how_to_choose_a_mapping(folder: Path) -> None:
    done = run(folder, variables=GIT_BASH, capture_output=True, input=b"")
    assert done.returncode == 0
    assert b"Usage" in done.stdout
    assert b"type winpty dtm-map, or use PowerShell" in done.stderr


@needs_windows_python
def test_git_bash_with_a_console_holds_the_interview(folder: Path) -> None:
    # Since 2020 it can have one, and with winpty it has one.
    with WindowsConsole(
        "-m", "dtm_mapper", "new", "niger.yaml", folder=folder, environment=GIT_BASH
    ) as console:
        console.wait_for("Which response")
        console.send(ctrl("d"))
        assert console.wait_for_exit() == 0
