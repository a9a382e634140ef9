"""The parity of both askers in real terminals: a Linux terminal and both kinds of Windows console."""

import re
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from dtm_mapper.mapping import DataUser, Mapping, Row
from dtm_mapper.store.store import Store
from keys import BACKSPACE, DOWN, ENTER, F1, SHIFT_TAB, UP, Key, ctrl
from pseudoterminal import Pseudoterminal
from test_parity import PASTE, SMALL, SMALL_CATALOGUE, TODAY, Start, Step, in_terminal, interviewed, plainly
from windows_console import Kind, WindowsConsole, has_windows_python

FILE = "mapping.yaml"
ARGUMENTS = ["edit", FILE]
ENVIRONMENT = {"DTM_MAP_CATALOGUE": "catalogue.yml"}
#: Several answers and commands on every kind of question, in different ways.
SCRIPTS = {
    "names": [
        *(
            (line, 0)
            for line in (":go hct", "HCT Mali; OCHA", "- Not here", "2", "UNHCR", ":undo", "=A1", ":na")
        ),
        *(
            (line, 1)
            for line in (":back", ":later Ask", ":bogus", "+ WFP", ":go wfp", "TBC", "y", ":depth full")
        ),
        *((line, 2) for line in (":show", "NGO forum", ":go hct", "?", ":clear", "y", ":review", ":quit")),
    ],
    "details": [
        *((line, 0) for line in (":go un-agencies/unhcr/1/levels", "1, 3", "*, own words", "North", "2")),
        *(
            (line, 1)
            for line in (":back", "weekly", "a@example.org", ":back", ":clear", ":go unhcr", "UNHCR; BRAC")
        ),
        *(
            (line, 3)
            for line in (":go un-agencies/unhcr/2/levels", "1, 2", "cash, 3", ":undo", ":skip", ":redo")
        ),
    ],
}
KEYS = [BACKSPACE, DOWN, ENTER, F1, SHIFT_TAB, UP, *map(ctrl, "cdgu")]
_SEQUENCES = {key.sequence: key for key in KEYS}
_EACH = re.compile("|".join(map(re.escape, _SEQUENCES)))


def start() -> Start:
    user = DataUser("UNHCR Mali", {"levels": ("strategic",), "needs": ("food", "Own words")}, "2024-02-29")
    rows = {"unhcr": Row("unhcr", "un-agencies", "UNHCR", (user,))}
    mapping = Mapping(SMALL.id, SMALL.version, "2024-02-29", "2024-02-29", rows=rows, depth="full")
    return Start(mapping, "menu", report=False)


def split(pressed: str) -> list[Key | str]:
    """Return the keys of a keyboard that send these sequences."""
    assert PASTE not in pressed
    texts, sequences = _EACH.split(pressed), _EACH.findall(pressed)
    keys: list[Key | str] = [texts[0]]
    for sequence, text in zip(sequences, texts[1:], strict=True):
        keys += [_SEQUENCES[sequence], text]
    return [key for key in keys if key]


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_same_answers_give_the_same_mapping_in_every_terminal(name: str, tmp_path: Path) -> None:
    script = [Step(line, "", (0,), way) for line, way in SCRIPTS[name]]
    _operator, plain = interviewed(plainly, script, start(), tmp_path)
    operator, terminal = interviewed(in_terminal, script, start(), tmp_path)
    assert plain == terminal
    expected = plain[FILE].decode().replace(TODAY, date.today().isoformat())
    (tmp_path / "catalogue.yml").write_bytes(SMALL_CATALOGUE)
    given = start().mapping
    assert given is not None

    def prepare() -> None:
        for path in tmp_path.glob("mapping*.yaml"):
            path.unlink()
        Store(tmp_path / FILE, SMALL).save(given)

    if sys.platform != "win32":
        prepare()
        with Pseudoterminal(*ARGUMENTS, cwd=tmp_path, environment=ENVIRONMENT) as linux:
            linux.wait_for("Enter choose")
            linux.send("".join(operator.pressed))
            linux.wait_for_exit()
        assert (tmp_path / FILE).read_text(encoding="utf-8") == expected
    for kind in get_args(Kind) if has_windows_python() else ():
        prepare()
        command = ["-m", "dtm_mapper", *ARGUMENTS]
        with WindowsConsole(*command, folder=tmp_path, kind=kind, environment=ENVIRONMENT) as windows:
            windows.wait_for("Enter choose")
            windows.send(*split("".join(operator.pressed)))
            windows.wait_for_exit()
        assert (tmp_path / FILE).read_text(encoding="utf-8") == expected
