"""How long a list takes to open and to be filtered by one key, against one that fills the screen."""

import contextlib
import json
import tempfile
import time
from pathlib import Path

from bench import samples
from bench.programs import dtm_map
from bench.ratio import Ratio, Timed, in_turn
from bench.terminal import Terminal
from dtm_mapper.catalogue_file import load
from dtm_mapper.interview.asking import question_at
from dtm_mapper.interview.walk import Walk
from dtm_mapper.store.store import Store

_CTRL_G, _CTRL_U, _SHIFT_TAB = "\x07", "\x15", "\x1b[Z"
#: In the key line, below the list, while nothing is typed, and after that.
_WHOLE, _FILTERED = "abc filter", "whole list"
#: How many entries fill a screen of 24 lines; the list says how many it has if one more does not fit.
_FILLING = 16
#: In the list beside the rows: what the mapping is about, and the section's other data users.
_NO_ROWS = 4
#: What all rows and choices are named, and a letter that leaves all of them.
_NAME, _INITIAL = "Zulu", "z"


class _Side:
    """An interview with a number of rows, and data users in some of them."""

    def __init__(self, stack: contextlib.ExitStack, folder: Path, rows: int, users: int) -> None:
        file, catalogue = folder / f"{rows}.yaml", folder / f"{rows}.catalogue.yaml"
        # JSON is YAML, too.
        catalogue.write_text(json.dumps(_catalogue(rows)), encoding="utf-8")
        used = load(catalogue)
        walk = Walk(used, samples.spread(used, users))
        Store(file, used).save(walk.mapping)
        first, *_rest = walk.rows()
        command = dtm_map("edit", str(file), "--at", str(first), "--catalogue", str(catalogue))
        self._terminal = stack.enter_context(Terminal(command, folder, answers=True))
        self._row = question_at(walk, first).title
        self._all = f"{rows + _NO_ROWS} of {rows + _NO_ROWS}"
        self._terminal.wait_for(self._row)

    def opening(self) -> float:
        """Seconds from Ctrl-G until the list is on the screen."""
        self._terminal.rest()
        began = time.perf_counter()
        self._terminal.type(_CTRL_G)
        took = self._terminal.wait_for(self._all) - began
        self._leave()
        return took

    def filtering(self) -> float:
        """Seconds from a letter, which leaves all rows, until the list is drawn again. Another letter was
        typed before, because the list folds its texts at the first one."""
        self._terminal.type(_CTRL_G)
        self._terminal.wait_for(self._all)
        _filtered(self._terminal, "q", "0 of")
        took = _filtered(self._terminal, _INITIAL, _FILTERED)
        self._leave()
        return took

    def _leave(self) -> None:
        self._terminal.rest()
        self._terminal.type(_SHIFT_TAB)
        self._terminal.wait_for(self._row)
        self._terminal.rest()


class _Choices:
    """An interview at a list of a number of choices."""

    def __init__(self, stack: contextlib.ExitStack, folder: Path, choices: int) -> None:
        file, catalogue = folder / f"choices-{choices}.yaml", folder / f"choices-{choices}.catalogue.yaml"
        catalogue.write_text(json.dumps(_catalogue(1, choices)), encoding="utf-8")
        used = load(catalogue)
        Store(file, used).save(samples.spread(used, 1))
        at = f"partners/row-1/1/{used.fields[0].id}"
        command = dtm_map("edit", str(file), "--at", at, "--catalogue", str(catalogue))
        self._terminal = stack.enter_context(Terminal(command, folder, answers=True))
        self._terminal.wait_for(_WHOLE)

    def filtering(self) -> float:
        """Seconds from a letter, which leaves all choices, until the list is drawn again."""
        _filtered(self._terminal, "q", "0 of")
        return _filtered(self._terminal, _INITIAL, _FILTERED)


def _filtered(terminal: Terminal, letter: str, shown: str) -> float:
    """Seconds from a letter until a text is on the screen."""
    terminal.rest()
    began = time.perf_counter()
    terminal.type(letter)
    took = terminal.wait_for(shown) - began
    terminal.rest()
    terminal.type(_CTRL_U)
    terminal.wait_for(_WHOLE)
    return took


def lists(quick: bool) -> list[Ratio]:
    """The list of 1,000 rows with a data user in each, against that of as many rows as fill the screen; and
    a list of 60 choices against one that fills the screen: whatever a list holds, a key costs the same."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        many, few = (_Side(stack, folder, *sizes) for sizes in ((1_000, 1_000), (_FILLING - _NO_ROWS, 0)))
        choices, filling = _Choices(stack, folder, 60), _Choices(stack, folder, _FILLING)
        sides: list[Timed] = [many.opening, few.opening, many.filtering, few.filtering]
        sides += [choices.filtering, filling.filtering]
        opened, opened_few, filtered, filtered_few, typed, typed_few = in_turn(sides, 10 if quick else 30)
    return [
        Ratio("the go list opens, 1,000 rows", opened, "a list that fills the screen", opened_few, 2.0),
        Ratio(
            "one key in the go list, 1,000 rows", filtered, "a list that fills the screen", filtered_few, 1.5
        ),
        Ratio("one key in a list of 60 choices", typed, "a list that fills the screen", typed_few, 1.5),
    ]


def _catalogue(rows: int, choices: int = 0) -> dict[str, object]:
    """A catalogue with a number of examples in one section, and one field with a number of choices."""
    names = [(number, f"{_NAME} {number}") for number in range(1, max(rows, choices) + 1)]
    asked = {"id": "needs", "label": "Needs", "type": "select_multiple", "depth": "standard"}
    labels = [{"id": f"choice-{number}", "label": name} for number, name in names[:choices]]
    return {
        "format": "dtm-catalogue/1",
        "id": "many-rows",
        "version": "1",
        "title": "A catalogue of many examples",
        "fields": [{**asked, "choices": labels}] if choices else [],
        "sections": [
            {
                "id": "partners",
                "title": "Partners",
                "examples": [{"id": f"row-{number}", "name": name} for number, name in names[:rows]],
            }
        ],
    }
