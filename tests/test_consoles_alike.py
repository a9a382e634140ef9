"""The same keys in a Linux terminal and in both Windows consoles: the same screens and the same files."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol, cast, get_args

from keys import (
    ALT_B,
    BACKSPACE,
    CTRL_LEFT,
    CTRL_RIGHT,
    DELETE,
    DOWN,
    END,
    ENTER,
    ESCAPE,
    F1,
    F2,
    HOME,
    LEFT,
    RIGHT,
    SHIFT_END,
    SHIFT_TAB,
    UP,
    Key,
    alt_gr,
    ctrl,
    text_of,
)
from pseudoterminal import Pseudoterminal
from test_parity import SMALL_CATALOGUE
from windows_console import Kind, WindowsConsole, has_windows_python

ENVIRONMENT = {"DTM_MAP_CATALOGUE": "catalogue.yml"}
#: What the script below leaves.
EXPECTED = Path(__file__).parent / "data" / "every-key.yaml"
#: The end of a line of keys.
KEY_LINE = re.compile(r"(\? help|F1 help|:quit leave|Shift-Tab back|Enter (yes|no))\Z")

Step = tuple[str, list[Key | str]]
#: Sessions: the arguments of each, and what is waited for before which keys.
SESSIONS: list[tuple[str, list[Step]]] = [
    (
        "new m.yaml --depth full",
        [
            ("Which response", ["Mali", HOME, "Le ", END, " x", LEFT, DELETE, BACKSPACE, ENTER]),
            ("Which country", ["mal"]),
            ("takes the name", [RIGHT, SHIFT_TAB]),
            ("› Le Mali", [ENTER]),
            ("› mali", [ENTER]),
            ("Who prepares", ["Équipe ñ ç œ « » ’ – ", *map(alt_gr, "@#[]{}\\~|€"), " وزارة 难民署", ENTER]),
            ("1/4 HCT", ["?"]),
            ("1/4 HCT", [F1]),
            ("1/4 HCT", ['HCT Mali; "OCHA; Mali 😀"', ENTER]),
            ("2/4 IMWG", ['"--"', ENTER]),
            ("Other data users in this section?", ["junk", ctrl("u"), "+ Forum", ENTER]),
            ("3/4 UNHCR", [":na Not here", ENTER]),
            ("4/4 WFP", [SHIFT_TAB]),
            ("3/4 UNHCR", [ctrl("g")]),
            ("Where to", ["unhcr", ENTER]),
            ("3/4 UNHCR", [":later Ask", ENTER]),
            ("4/4 WFP", [":undo", ENTER]),
            ("3/4 UNHCR", [ctrl("u"), "UNHCR Mali", ENTER]),
            ("4/4 WFP", [":go wfp", ENTER]),
            ("4/4 WFP", ["-", ENTER]),
            ("Other data users in this section?", [":show", ENTER]),
            ("Other data users in this section?", [ENTER]),
            ("Go on with", ["y"]),
            ("HCT Mali · Level", ["1", ENTER, DOWN, DOWN, " ", UP, UP, UP, " ", "oper"]),
            ("Enter add", [ESCAPE]),
            ("abc filter", ["prog", ENTER, ENTER]),
            ("HCT Mali · Information", ["*", "food", ENTER, "zzz", DOWN, ENTER, "1", ENTER, ENTER]),
            (
                "Mali · Area",
                ["North ", ALT_B, "The ", CTRL_LEFT, "x", BACKSPACE, CTRL_RIGHT, SHIFT_END, F2, ENTER],
            ),
            ("Mali · Engagement", ["1", ENTER]),
            ("Mali · Frequency", ["weekly", DOWN, ENTER]),
            ("Mali · Contact", [SHIFT_TAB]),
            ("Mali · Frequency", ["2", ENTER]),
            ("Mali · Contact", ["a@example.org", ENTER]),
            ("OCHA; Mali 😀 · Level", ["=", ENTER]),
            ("OCHA; Mali 😀 · Information", ["=", UP, " ", ENTER]),
            ("OCHA; Mali 😀 · Area", [":skip", ENTER]),
            ("-- · Level", [":review", ENTER]),
            ("Enter writes the report", [":show", ENTER, "2", ENTER]),
            ("2/4 IMWG", [":quit", ENTER]),
        ],
    ),
    ("edit m.yaml --at unhcr", [("3/4 UNHCR", [":bogus", ENTER]), ("› :bogus", [ctrl("c")])]),
    ("edit m.yaml --missing", [("OCHA; Mali 😀 · Area", ["South", ENTER]), ("Engagement", [ctrl("d")])]),
    ("edit m.yaml --verify", [("1/6 Is this still right?", ["1", ENTER]), ("2/6", [ctrl("c")])]),
    ("", [("Which mapping", ["1", ENTER]), ("Details still empty", ["leave", ENTER])]),
    (
        "edit m.yaml",
        [
            ("Details still empty", ["rev", ENTER]),
            ("Enter writes", [ENTER]),
            ("web page", ["y"]),
        ],
    ),
]


class Terminal(Protocol):
    """What a terminal of any kind does."""

    def send(self, *keys: Key | str) -> None: ...
    def wait_for(self, shown: Callable[[str], bool]) -> str: ...
    def wait_for_exit(self) -> int: ...


class LinuxTerminal(Pseudoterminal):
    """A pseudo-terminal that takes the keys of a keyboard."""

    def send(self, *keys: Key | str) -> None:
        super().send(text_of(*keys))


def play(kind: str, folder: Path, expected: list[str]) -> list[str]:
    """Press all keys in a terminal of a kind, and return each screen from what was waited for on.

    If screens are expected, wait for each of them.
    """
    folder.mkdir()
    (folder / "catalogue.yml").write_bytes(SMALL_CATALOGUE)
    screens: list[str] = []
    for arguments, steps in SESSIONS:
        with opened(kind, arguments.split(), folder) as terminal:
            for marker, keys in steps:
                wanted = expected[len(screens)] if expected else ""
                shown = terminal.wait_for(Condition(marker, wanted))
                screens.append(tail(shown, marker))
                terminal.send(*keys)
            assert terminal.wait_for_exit() in (0, 130)
    return screens


class Condition:
    """Whether a screen is drawn: it is the expected one, or it shows a text and stays the same."""

    def __init__(self, marker: str, expected: str) -> None:
        self._marker, self._expected, self._before = marker, expected, ""

    def __repr__(self) -> str:
        return repr(self._expected or self._marker)

    def __call__(self, text: str) -> bool:
        if self._expected:
            return tail(text, self._marker) == self._expected
        stays, self._before = text == self._before, text
        return stays and self._marker in text and bool(KEY_LINE.search(text))


def tail(text: str, marker: str) -> str:
    """Return a screen from a text on, without times and emoji: an old console shows only half of those."""
    shown, start = (re.sub("[😀\ud83d]", "?", each) for each in (text, marker))
    return re.sub(r"\d\d:\d\d", "00:00", "".join(shown.rpartition(start)[1:])) if start in shown else ""


@contextmanager
def opened(kind: str, arguments: list[str], folder: Path) -> Iterator[Terminal]:
    """Run the program in a terminal of a kind: "Linux", "vt" or "legacy"."""
    if kind == "Linux":
        terminal = LinuxTerminal(*arguments, cwd=folder, columns=80, rows=25, environment=ENVIRONMENT)
        with terminal:
            yield terminal
    else:
        command = ["-m", "dtm_mapper", *arguments]
        console = cast(Kind, kind)
        with WindowsConsole(*command, folder=folder, kind=console, environment=ENVIRONMENT) as opened_console:
            yield opened_console


def test_every_key_does_the_same_in_every_terminal(tmp_path: Path) -> None:
    kinds = ["Linux"] if sys.platform != "win32" else []
    if has_windows_python():
        kinds += get_args(Kind)
    mapping = EXPECTED.read_text(encoding="utf-8").replace("2026-12-01", date.today().isoformat())
    screens: list[str] = []
    for kind in kinds:
        screens = play(kind, tmp_path / kind, screens)
        assert (tmp_path / kind / "m.yaml").read_text(encoding="utf-8") == mapping
        for name in ("m.md", "m.html"):
            assert (tmp_path / kind / name).read_bytes() == (tmp_path / kinds[0] / name).read_bytes()
        assert (tmp_path / kind / "m.docx").exists()
