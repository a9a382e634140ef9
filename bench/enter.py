"""How long it takes from Enter on an answered row to the next row's question, saving included."""

import contextlib
import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import samples
from bench.programs import dtm_map, python
from bench.ratio import Ratio, in_turn
from bench.terminal import Terminal
from dtm_mapper.catalogue_file import load
from dtm_mapper.interview.asking import question_at
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.store.store import Store

_BARE = """
import itertools, questionary
for number in itertools.count(1):
    questionary.text(f"Question {number}/").ask()
"""
#: Stands nowhere else on the screen: once it shows, all that was typed before it was taken.
_LAST_SIGN = "@"

#: What shows when the next question is asked, and what to type to be asked it: '' where Enter leads there.
_Step = tuple[str, str]


class _Side:
    """A program that asks one question after the other."""

    def __init__(self, terminal: Terminal, steps: Iterator[_Step]) -> None:
        self._terminal = terminal
        self._steps = steps
        self._numbers = itertools.count(1)
        title, _way = next(steps)
        terminal.wait_for(title)

    def timed(self) -> float:
        """Answers the question that is shown, and gives the seconds from Enter to the next one."""
        title, way = next(self._steps)
        while way:
            self._terminal.type(f"{way}\r")
            self._terminal.wait_for(title)
            title, way = next(self._steps)
        self._terminal.type(f"+ Team {next(self._numbers)}{_LAST_SIGN}")
        self._terminal.wait_for(_LAST_SIGN)
        self._terminal.rest()
        began = time.perf_counter()
        self._terminal.type("\r")
        return self._terminal.wait_for(title) - began


def next_question(quick: bool) -> list[Ratio]:
    """Against questionary asking in a loop, in a terminal that answers where the cursor is.

    Each answer adds a data user to a row. With 1,000 data users, a row has 17 already, and the next one's
    are shown; with 1,000 other data users, as much is saved, and the rows have none to show.
    """
    catalogue = load()
    mappings = {
        "10 data users": samples.spread(catalogue, 10),
        "1,000 data users": samples.spread(catalogue, 1_000),
        "1,000 others": samples.unforeseen(catalogue, 1_000),
    }
    cases = [(name, answers) for name in mappings for answers in (True, False)]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bare = stack.enter_context(Terminal(python(_BARE), folder, answers=True))
        sides = [_Side(bare, ((f"Question {number}/", "") for number in itertools.count(1)))]
        for number, (name, answers) in enumerate(cases):
            file = folder / f"{number}.yaml"
            walk = Walk(catalogue, mappings[name])
            Store(file, catalogue).save(walk.mapping)
            first, *_rest = walk.rows()
            command = dtm_map("edit", str(file), "--at", str(first))
            terminal = stack.enter_context(Terminal(command, folder, answers))
            sides.append(_Side(terminal, _steps(walk)))
        theirs, *taken = in_turn([side.timed for side in sides], 10 if quick else 30)
    return [
        Ratio(
            f"Enter to next question, {name}, {'answers' if answers else 'never answers'}",
            ours,
            "questionary's, answers",
            theirs,
            1.5,
        )
        for (name, answers), ours in zip(cases, taken, strict=True)
    ]


def _steps(walk: Walk) -> Iterator[_Step]:
    """From row to row; the end of a section, where more is shown, is stepped over."""
    before: Place | None = None
    for place in walk.rows():
        same_section = before is None or before.section == place.section
        yield question_at(walk, place).title, "" if same_section else f":go {place}"
        before = place
