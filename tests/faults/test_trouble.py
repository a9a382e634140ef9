"""Trouble while an interview goes on: it is told in one line, every next answer tries again, and on leaving
all that was typed is somewhere."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dtm_mapper.mapping import Mapping
from dtm_mapper.mappingfile import parse
from strategies import CATALOGUE

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not of Windows", allow_module_level=True)

import resource

from pseudoterminal import Pseudoterminal

TOLD = "could not be saved ("
AGAIN = "Everything is saved again"
ROWS = ("inter-ministerial", "hct", "iccg", "cash-wg", "imwg")
EMPTY_LINE, CTRL_C = "\x15", "\x03"


def run(*command: str | Path) -> None:
    """Runs a command of the system; where it may not be run, the test is skipped with its reason."""
    program = shutil.which(str(command[0]))
    if program is None:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{command[0]}: {done.stderr.strip()}")


class Trouble:
    """Something that goes wrong with the folder of a mapping, and is mended."""

    words: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, terminal: Pseudoterminal) -> None:
        raise NotImplementedError

    def end(self, terminal: Pseudoterminal) -> None:
        raise NotImplementedError


class FullDisk(Trouble):
    """A disk of its own, a small one, that somebody else fills."""

    words = "No space left"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder)

    def begin(self, terminal: Pseudoterminal) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    def end(self, terminal: Pseudoterminal) -> None:
        (self.folder / "filler").unlink()


class Quota(Trouble):
    """The system lets the program write no file any longer."""

    words = "too large"

    def begin(self, terminal: Pseudoterminal) -> None:
        if not hasattr(resource, "prlimit"):
            pytest.skip("this system cannot change the limits of a program that runs")
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def end(self, terminal: Pseudoterminal) -> None:
        resource.prlimit(
            terminal.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )


class ReadOnly(Trouble):
    """The folder's file system becomes one to read only, as a damaged disk does."""

    words = "Read-only"

    def begin(self, terminal: Pseudoterminal) -> None:
        run("mount", "--bind", self.folder, self.folder)
        run("mount", "-o", "remount,ro,bind", self.folder)

    def end(self, terminal: Pseudoterminal) -> None:
        run("umount", self.folder)


class NoPermission(Trouble):
    """The right to write to the folder is taken away, from root too."""

    words = "ermi"  # Permission denied, or Operation not permitted

    def begin(self, terminal: Pseudoterminal) -> None:
        if os.geteuid():
            self.folder.chmod(0o500)
        else:
            run("chattr", "+i", self.folder)

    def end(self, terminal: Pseudoterminal) -> None:
        if os.geteuid():
            self.folder.chmod(0o700)
        else:
            run("chattr", "-i", self.folder)


class Gone(Trouble):
    """The folder goes away, as a stick or a network drive does, and comes back."""

    words = "No such file"

    def begin(self, terminal: Pseudoterminal) -> None:
        self.folder.rename(self.folder.with_name("away"))

    def end(self, terminal: Pseudoterminal) -> None:
        self.folder.with_name("away").rename(self.folder)


class Protected(Trouble):
    """Somebody takes the right to write to the file away."""

    words = "Permission denied"

    def begin(self, terminal: Pseudoterminal) -> None:
        (self.folder / "mapping.yaml").chmod(0o444)

    def end(self, terminal: Pseudoterminal) -> None:
        (self.folder / "mapping.yaml").chmod(0o644)


TROUBLES = [FullDisk, Quota, ReadOnly, NoPermission, Gone, Protected]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The folder that the mapping is in, in which a trouble may be; put right again at the end."""
    folder = tmp_path / "disk"
    folder.mkdir()
    yield folder
    if os.geteuid():
        for path in (folder, folder.with_name("away")):
            if path.exists():
                path.chmod(0o700)
    else:
        for command in ("umount", "umount", "chattr -i"):
            if shutil.which(command.split()[0]):
                subprocess.run([*command.split(), folder], check=False, capture_output=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that the operator stands in."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def start(disk: Path, home: Path) -> Callable[[], Pseudoterminal]:
    """Starts an interview on a mapping in the folder."""
    environment = {"HOME": str(home), "TMPDIR": str(home)}
    return lambda: Pseudoterminal(
        "new", str(disk / "mapping.yaml"), cwd=home, columns=200, rows=50, environment=environment
    )


def answer(terminal: Pseudoterminal, text: str) -> None:
    """Types an answer, and waits for the line that says that it was recorded."""
    terminal.send(f"{EMPTY_LINE}{text}\r")
    terminal.wait_for(f": {text}\n")


def begin(terminal: Pseudoterminal) -> None:
    """Answers all that stands before the first row."""
    terminal.wait_for("? help")
    answer(terminal, "The response")
    terminal.send("\r\r")
    terminal.wait_for("1/58 ")


def mapping_in(file: Path) -> Mapping:
    mapping, problems = parse(file.read_bytes(), CATALOGUE)
    assert mapping is not None
    assert not problems
    return mapping


def names_in(file: Path) -> list[str]:
    """The data users of the first rows, in their order."""
    mapping = mapping_in(file)
    assert mapping.response == "The response"
    return [user.name for row in ROWS for user in mapping.users("coordination", row)]


@pytest.mark.parametrize("kind", TROUBLES)
def test_trouble_is_told_in_one_line_and_every_next_answer_tries_again(
    disk: Path, start: Callable[[], Pseudoterminal], kind: type[Trouble]
) -> None:
    trouble = kind(disk)
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        trouble.begin(terminal)
        answer(terminal, "Two")
        (line,) = [line for line in terminal.history().splitlines() if TOLD in line]
        assert trouble.words in line
        assert "every next answer tries again" in line
        answer(terminal, "Three")
        answer(terminal, "Four")
        assert terminal.history().count(TOLD) == 1
        assert AGAIN not in terminal.history()
        trouble.end(terminal)
        assert names_in(disk / "mapping.yaml") == ["One"]
        answer(terminal, "Five")
        assert terminal.history().count(AGAIN) == 1
        assert names_in(disk / "mapping.yaml") == ["One", "Two", "Three", "Four", "Five"]
        terminal.send(":quit\r")
        assert terminal.wait_for_exit() == 0
        assert "Traceback" not in terminal.history()
    assert {path.name for path in disk.iterdir()} <= {"mapping.yaml", "mapping-backups"}


@pytest.mark.parametrize(
    ("kind", "leaving"),
    [
        *((kind, ":quit\r") for kind in TROUBLES if kind is not Quota),
        *((Gone, how) for how in (CTRL_C, signal.SIGTERM, signal.SIGHUP)),
    ],
)
def test_on_leaving_in_trouble_the_whole_mapping_is_written_elsewhere_and_the_place_is_printed(
    disk: Path,
    home: Path,
    start: Callable[[], Pseudoterminal],
    kind: type[Trouble],
    leaving: str | signal.Signals,
) -> None:
    trouble = kind(disk)
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        trouble.begin(terminal)
        answer(terminal, "Two")
        answer(terminal, "Three")
        if isinstance(leaving, str):
            terminal.send(leaving)
        else:
            terminal.process.send_signal(leaving)
        code = terminal.wait_for_exit()
        assert code == {":quit\r": 1, CTRL_C: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}[leaving]
        # Where only the file is protected, its folder is still the best place.
        place = (disk if kind is Protected else home) / "mapping-unsaved.yaml"
        said = terminal.history().replace("\n", "")
        assert "The whole mapping is in" in said
        assert str(place if kind is Protected else place.name) in said
        assert "Traceback" not in said
        trouble.end(terminal)
    assert names_in(place) == ["One", "Two", "Three"]
    assert os.access(place, os.W_OK)
    assert names_in(disk / "mapping.yaml") == ["One"]


def test_what_could_not_be_saved_is_on_the_disk_even_if_the_program_is_killed(
    disk: Path, home: Path, start: Callable[[], Pseudoterminal]
) -> None:
    trouble = Gone(disk)
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        trouble.begin(terminal)
        answer(terminal, "Two")
        answer(terminal, "Three")
        terminal.process.kill()
        terminal.wait_for_exit()
        trouble.end(terminal)
    assert [path.name for path in home.glob("*.yaml")] == ["mapping-unsaved.yaml"]
    assert names_in(home / "mapping-unsaved.yaml") == ["One", "Two", "Three"]


def test_where_nothing_can_be_written_anywhere_the_whole_mapping_is_on_the_screen(
    disk: Path, home: Path, start: Callable[[], Pseudoterminal]
) -> None:
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        Quota(disk).begin(terminal)
        answer(terminal, "Two")
        terminal.send(":quit\r")
        assert terminal.wait_for_exit() != 0
        shown = terminal.history().partition("saved nowhere")[2]
        assert "The mapping is in" not in terminal.history()
    begun = shown.index("format: ")
    (home / "copied.yaml").write_text(shown[begun:].partition("\n\n")[0] + "\n", encoding="utf-8")
    assert names_in(home / "copied.yaml") == ["One", "Two"]


def test_a_window_that_is_closed_in_trouble_costs_nothing(
    disk: Path, home: Path, start: Callable[[], Pseudoterminal]
) -> None:
    trouble = Gone(disk)
    with start() as terminal:
        begin(terminal)
        answer(terminal, "One")
        trouble.begin(terminal)
        answer(terminal, "Two")
        # Nobody is left at the other end of the terminal: to write to it fails from here on.
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), terminal._master)
        terminal.process.wait(20)
        trouble.end(terminal)
    assert names_in(home / "mapping-unsaved.yaml") == ["One", "Two"]
