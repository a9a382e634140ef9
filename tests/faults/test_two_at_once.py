"""Two hands on one mapping: two sessions, or a session and a colleague, an editor, a sync."""

import getpass
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dtm_mapper.mapping import Mapping
from dtm_mapper.mappingfile import Writer, parse
from strategies import CATALOGUE

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not of Windows", allow_module_level=True)

from pseudoterminal import Pseudoterminal

EMPTY_LINE = "\x15"
FILE = "mapping.yaml"
SECOND = "mapping-second-copy.yaml"
THEIRS = Mapping(CATALOGUE.id, CATALOGUE.version, "2026-11-22", response="Theirs")
BEFORE = replace(THEIRS, response="As it was")

Start = Callable[[], Pseudoterminal]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts an interview on the mapping."""
    return lambda: Pseudoterminal("new", FILE, cwd=tmp_path, columns=160)


def answer(terminal: Pseudoterminal, text: str) -> None:
    """Types an answer, and waits for the line that says that it was recorded."""
    terminal.send(f"{EMPTY_LINE}{text}\r")
    terminal.wait_for(f": {text}\n")


def begin(terminal: Pseudoterminal) -> None:
    """Answers the first question, and goes on to the first row."""
    terminal.wait_for("? help")
    answer(terminal, "Mine")
    terminal.send("\r\r")
    terminal.wait_for("1/58 ")


def left(terminal: Pseudoterminal) -> str:
    """Leaves; all that was said."""
    terminal.send(":quit\r")
    assert terminal.wait_for_exit() == 0
    return " ".join(terminal.history().split())


def mapping_in(file: Path) -> Mapping:
    mapping, problems = parse(file.read_bytes(), CATALOGUE)
    assert mapping is not None
    assert not problems
    return mapping


def names_in(file: Path) -> list[str]:
    mapping = mapping_in(file)
    return [user.name for row in mapping.rows.values() for user in row.users]


def edited(file: Path, by_renaming: bool) -> bytes:
    """Somebody else's mapping in the place of ours, as an editor or as a sync puts it there."""
    content = Writer(CATALOGUE).text(THEIRS).encode()
    if by_renaming:
        file.with_name("incoming").write_bytes(content)
        file.with_name("incoming").replace(file)
    else:
        file.write_bytes(content)
    return content


def second_session(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dtm_mapper", "edit", FILE, "--plain"],
        cwd=folder,
        input=":quit\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_second_session_is_told_who_has_the_mapping_and_since_when(tmp_path: Path, start: Start) -> None:
    with start() as terminal:
        begin(terminal)
        before = (tmp_path / FILE).read_bytes()
        second = second_session(tmp_path)
        assert second.returncode == 3
        who = f"{getpass.getuser()} on {socket.gethostname()}"
        assert re.search(rf"{re.escape(who)}, since \d{{4}}-\d\d-\d\d \d\d:\d\d", second.stderr)
        assert second.stdout == ""
        assert (tmp_path / FILE).read_bytes() == before
        answer(terminal, "One")
        left(terminal)
    assert names_in(tmp_path / FILE) == ["One"]
    assert second_session(tmp_path).returncode == 0


@pytest.mark.parametrize("command", [["report"], ["status"], ["check"]])
def test_a_mapping_that_is_open_can_be_read(tmp_path: Path, start: Start, command: list[str]) -> None:
    with start() as terminal:
        begin(terminal)
        done = subprocess.run(
            [sys.executable, "-m", "dtm_mapper", *command, FILE],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0


def test_a_session_that_was_killed_keeps_nobody_out(tmp_path: Path, start: Start) -> None:
    with start() as terminal:
        begin(terminal)
        terminal.process.send_signal(signal.SIGKILL)
        terminal.wait_for_exit()
    assert (tmp_path / f".{FILE}.lock").exists()
    assert second_session(tmp_path).returncode == 0


@pytest.mark.parametrize("by_renaming", [False, True], ids=["written over", "put in its place"])
def test_an_edit_before_our_save_stays_and_the_session_goes_on_in_a_second_file(
    tmp_path: Path, start: Start, by_renaming: bool
) -> None:
    (tmp_path / FILE).write_text(Writer(CATALOGUE).text(BEFORE), encoding="utf-8")
    with Pseudoterminal("edit", FILE, "--at", "hct", cwd=tmp_path, columns=160) as terminal:
        terminal.wait_for("? help")
        theirs = edited(tmp_path / FILE, by_renaming)
        answer(terminal, "One")
        answer(terminal, "Two")
        said = left(terminal)
    assert said.count("was changed by somebody else") == 1
    assert f"It stays as it is; this session is now in {SECOND}" in said
    assert f"The mapping is in {SECOND}" in said
    assert (tmp_path / FILE).read_bytes() == theirs
    assert names_in(tmp_path / SECOND) == ["One", "Two"]


@pytest.mark.parametrize("by_renaming", [False, True], ids=["written over", "put in its place"])
def test_an_edit_between_two_saves_stays_and_the_session_goes_on_in_a_second_file(
    tmp_path: Path, start: Start, by_renaming: bool
) -> None:
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        theirs = edited(tmp_path / FILE, by_renaming)
        answer(terminal, "Two")
        answer(terminal, "Three")
        said = left(terminal)
    assert said.count("was changed by somebody else") == 1
    assert (tmp_path / FILE).read_bytes() == theirs
    assert names_in(tmp_path / SECOND) == ["One", "Two", "Three"]


def test_an_edit_after_our_last_save_stays_and_what_it_wrote_over_is_in_a_second_file(
    tmp_path: Path, start: Start
) -> None:
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        theirs = edited(tmp_path / FILE, by_renaming=True)
        said = left(terminal)
    assert said.count("was changed by somebody else") == 1
    assert f"The mapping is in {SECOND}" in said
    assert (tmp_path / FILE).read_bytes() == theirs
    assert names_in(tmp_path / SECOND) == ["One"]


def test_an_edit_while_a_session_changes_nothing_stays_alone(tmp_path: Path, start: Start) -> None:
    (tmp_path / FILE).write_text(Writer(CATALOGUE).text(BEFORE), encoding="utf-8")
    with Pseudoterminal("edit", FILE, "--at", "hct", cwd=tmp_path, columns=160) as terminal:
        terminal.wait_for("? help")
        theirs = edited(tmp_path / FILE, by_renaming=False)
        left(terminal)
    assert (tmp_path / FILE).read_bytes() == theirs
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_second_file_too_is_not_written_over_once_somebody_else_changed_it(
    tmp_path: Path, start: Start
) -> None:
    with start() as terminal:
        begin(terminal)
        theirs = edited(tmp_path / FILE, by_renaming=False)
        answer(terminal, "One")
        assert names_in(tmp_path / SECOND) == ["One"]
        edited(tmp_path / SECOND, by_renaming=False)
        answer(terminal, "Two")
        left(terminal)
    assert (tmp_path / FILE).read_bytes() == (tmp_path / SECOND).read_bytes() == theirs
    (third,) = [path for path in tmp_path.glob("*.yaml") if path.name not in (FILE, SECOND)]
    assert names_in(third) == ["One", "Two"]


def test_a_pipe_that_took_the_place_of_the_file_holds_nothing_up(tmp_path: Path, start: Start) -> None:
    with start() as terminal:
        begin(terminal)
        (tmp_path / FILE).unlink()
        os.mkfifo(tmp_path / FILE)
        answer(terminal, "One")
        left(terminal)
    assert names_in(tmp_path / SECOND) == ["One"]
