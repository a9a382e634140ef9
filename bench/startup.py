"""How long an operator waits for the first sign of life."""

import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.programs import dtm_map, environment, python
from bench.ratio import Ratio, Timed, in_turn
from bench.terminal import Terminal
from dtm_mapper.catalogue_file import load
from dtm_mapper.interview.asking import question_at
from dtm_mapper.interview.walk import FIRST, Walk
from dtm_mapper.mapping import Mapping

_BARE = """
import typer, questionary, yaml, rich
questionary.text({title!r}).ask()
"""


def version(quick: bool) -> list[Ratio]:
    """`--version` against the import that no command can do without."""
    commands = dtm_map("--version"), python("import typer")
    ours, theirs = in_turn([_run(command) for command in commands], 10 if quick else 25)
    return [Ratio("--version", ours, "python -c 'import typer'", theirs, 1.15)]


def first_question(quick: bool) -> list[Ratio]:
    """`new` in an empty folder against the smallest program with the same libraries and one question.

    The terminal answers when it is asked where the cursor is.
    """
    catalogue, today = load(), date.today().isoformat()
    walk = Walk(catalogue, Mapping(catalogue.id, catalogue.version, today, today))
    title = question_at(walk, FIRST).title
    commands = dtm_map("new"), python(_BARE.format(title=title))
    ours, theirs = in_turn([_ask(command, title) for command in commands], 8 if quick else 20)
    return [Ratio("first question, terminal that answers", ours, "bare program's", theirs, 1.15)]


def _run(command: Sequence[str]) -> Timed:
    def timed() -> float:
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment())
        return time.perf_counter() - began

    return timed


def _ask(command: Sequence[str], title: str) -> Timed:
    def timed() -> float:
        with (
            tempfile.TemporaryDirectory() as folder,
            Terminal(command, Path(folder), answers=True) as terminal,
        ):
            return terminal.wait_for(title) - terminal.began

    return timed
