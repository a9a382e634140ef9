"""An interview that is interrupted at a guard: what Enter takes is on disk."""

import errno
import signal
import sys
from pathlib import Path

import pytest

from dtm_mapper.interview.opening import leaving_on_signals
from dtm_mapper.store.store import Store
from interviews import BEGUN, FILE, held, hold, read
from pseudoterminal import Pseudoterminal
from strategies import CATALOGUE

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pseudo-terminals of POSIX")
BULLET = "- UNHCR Mali"


@posix
@pytest.mark.parametrize("options", [[], ["--plain"]])
def test_a_window_that_is_closed_at_a_guard_counts_as_enter(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / FILE
    Store(file, CATALOGUE).save(BEGUN)
    with Pseudoterminal("edit", FILE, "--at", "iccg", *options, cwd=tmp_path) as terminal:
        terminal.wait_for("ICCG")
        terminal.send(f"{BULLET}\r")
        terminal.wait_for("1 The name")
        terminal.close_window()
        assert terminal.process.wait(20) == 129
    assert held(read(file), "coordination/iccg") == "UNHCR Mali"


def test_a_terminal_that_is_gone_without_a_signal_is_the_end_of_input(tmp_path: Path) -> None:
    def read_of_no_terminal() -> str:
        raise OSError(errno.EIO, "Input/output error")

    talk = hold(tmp_path, "SEG", BULLET, read_of_no_terminal, at="coordination/hct")
    assert talk.ending is not None
    assert talk.ending.how == "left"
    assert held(talk.mapping, "coordination/hct") == "SEG"
    assert held(talk.mapping, "coordination/iccg") == "UNHCR Mali"


def test_a_script_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    def read_of_a_broken_disk() -> str:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        hold(tmp_path, "SEG", read_of_a_broken_disk, at="coordination/hct", script=True)
    assert held(read(tmp_path / FILE), "coordination/hct") == "SEG"


@posix
def test_a_second_signal_does_not_stop_what_the_first_one_saves() -> None:
    # A closed window often sends two: one comes from the terminal and one from the shell.
    with leaving_on_signals():
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL


DOWN = "\x1b[B"


@posix
@pytest.mark.parametrize(("ending", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("closed window", 129)])
def test_what_is_ticked_is_kept_when_a_signal_or_a_closed_window_ends_a_list(
    tmp_path: Path, ending: str, code: int
) -> None:
    file = tmp_path / FILE
    Store(file, CATALOGUE).save(BEGUN)
    with Pseudoterminal("edit", FILE, "--at", "coordination/hct/1/levels", cwd=tmp_path) as terminal:
        terminal.wait_for("Programmatic")
        terminal.send(f"{DOWN}{DOWN} ")
        terminal.wait_for("Ticked (2)")
        if ending == "closed window":
            terminal.close_window()
        else:
            terminal.process.send_signal(getattr(signal, ending))
            terminal.wait_for_exit()
        assert terminal.process.wait(20) == code
    assert held(read(file), "coordination/hct/1/levels") == "strategic, programmatic"
