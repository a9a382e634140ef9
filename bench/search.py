"""How long the list of all rows takes to open, and to be filtered by one key."""

import contextlib
import json
import tempfile
import time
from pathlib import Path

from bench import samples
from bench.programs import dtm_map
from bench.ratio import Ratio, Timed, in_turn
from bench.terminal import Terminal
from dtm_mapper.catalogue import load
from dtm_mapper.interview.asking import question_at
from dtm_mapper.interview.walk import Walk
from dtm_mapper.storage import Store

_CTRL_G, _SHIFT_TAB = "\x07", "\x1b[Z"
#: In the list beside the rows: what the mapping is about, and the section's other data users.
_NO_ROWS = 4
#: What the later half of the rows is named, with a letter that the earlier half does not have.
_FILTER, _FOUND, _OTHER = "z", "Zulu", "Alfa"


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
        """Seconds from a letter until the first of the rows that have it is on the screen."""
        self._terminal.type(_CTRL_G)
        self._terminal.wait_for(self._all)
        self._terminal.rest()
        began = time.perf_counter()
        self._terminal.type(_FILTER)
        took = self._terminal.wait_for(_FOUND) - began
        self._leave()
        return took

    def _leave(self) -> None:
        self._terminal.rest()
        self._terminal.type(_SHIFT_TAB)
        self._terminal.wait_for(self._row)
        self._terminal.rest()


def go_list(quick: bool) -> list[Ratio]:
    """With a data user in each of 1,000 rows, against an empty mapping with no more rows than fill the
    screen, before and after they are filtered: whatever the list holds, drawing a screen costs the same."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        many, few = (_Side(stack, folder, *sizes) for sizes in ((1_000, 1_000), (40, 0)))
        sides: list[Timed] = [many.opening, few.opening, many.filtering, few.filtering]
        opened, opened_empty, filtered, filtered_empty = in_turn(sides, 10 if quick else 30)
    return [
        Ratio("the go list opens, 1,000 rows", opened, "empty mapping's", opened_empty, 2.0),
        Ratio("one key filters the go list, 1,000 rows", filtered, "empty mapping's", filtered_empty, 2.0),
    ]


def _catalogue(rows: int) -> dict[str, object]:
    """A catalogue with a number of examples in one section, and no fields."""
    half = (rows + 1) // 2
    return {
        "format": "dtm-catalogue/1",
        "id": "many-rows",
        "version": "1",
        "title": "A catalogue of many examples",
        "sections": [
            {
                "id": "partners",
                "title": "Partners",
                "examples": [
                    {"id": f"row-{number}", "name": f"{_OTHER if number <= half else _FOUND} {number}"}
                    for number in range(1, rows + 1)
                ],
            }
        ],
    }
