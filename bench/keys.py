"""How many keys and prompts the example of a real response takes, at each depth."""

import contextlib
import io
import tempfile
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import accumulate, product
from pathlib import Path
from typing import NamedTuple

from prompt_toolkit.input import DummyInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from dtm_mapper.catalogue import DEPTHS, Catalogue, Depth
from dtm_mapper.catalogue_file import load
from dtm_mapper.interview import answers
from dtm_mapper.interview.choice_index import Entry
from dtm_mapper.interview.question import Question, Reply, Tone
from dtm_mapper.interview.recorder import Recorder
from dtm_mapper.interview.session import Session
from dtm_mapper.interview.terminal import TerminalAsker
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.store.store import Store

_EXAMPLE = Path(__file__).parent.parent / "examples" / "coxs-bazar.yaml"
_ENTER, _UP = "\r", "\x1b[A"


class Keys(NamedTuple):
    """What was pressed for an answer: the keys one by one, and how many of them are text to be recorded."""

    pressed: tuple[str, ...]
    text: int = 0


class Count(NamedTuple):
    """One line of the table. `signs`: lists were answered with `*`, `=` and numbers, too, and not with words
    alone."""

    depth: Depth
    signs: bool
    prompts: int
    beyond: int
    keys: int


class _Operator:
    """Answers a real terminal asker's questions with keys, and counts both. The lines are those of the
    example; what it leaves empty at greater depths is passed with Enter."""

    def __init__(self, catalogue: Catalogue, lines: Sequence[str], signs: bool) -> None:
        self._signs = signs
        self._asker = TerminalAsker(DummyInput(), DummyOutput())
        self._lines = deque(lines)
        self.script_line = None
        self._answered = {field.id for field in catalogue.asked_at("standard")}
        self._reviewed = False
        self.prompts = self.keys = self.text = 0

    def held(self) -> AbstractContextManager[None]:
        return self._asker.held()

    def say(self, text: str, tone: Tone = "text") -> None:
        self._asker.say(text, tone)

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            self._asker.listing(rows)

    def ask(self, question: Question) -> Reply:
        with create_pipe_input() as keyboard:
            self._asker.input = keyboard
            self._asker.setting.update(input=keyboard, output=self._asker.output)
            pressed, text = self._reply(question)
            keyboard.send_text("".join(pressed))
            # Keys that are no whole reply would wait for more.
            keyboard.close()
            self.prompts += 1
            self.keys += len(pressed)
            self.text += text
            return self._asker.ask(question)

    def _reply(self, question: Question) -> Keys:
        place = question.id.split("/")
        self._reviewed = self._reviewed or question.id == "review"
        if self._reviewed or (len(place) == 4 and place[-1] not in self._answered):
            return Keys((_ENTER,))
        # Where the example is answered from its file, a guard gets Enter and has no line.
        if question.id in ("confirm", "choose") and self._lines[0] not in ("y", "n"):
            return Keys((_ENTER,))
        return fewest(self._lines.popleft(), question, self._signs)


def counts(quick: bool) -> Iterator[Count]:
    """The whole example at each depth, from the first question to the end; `quick`: but the last, which
    takes longest. Raises ValueError where another mapping comes of it."""
    catalogue = load()
    example, _warnings = Store(_EXAMPLE, catalogue).load()
    lines = _EXAMPLE.with_suffix(".answers").read_text(encoding="utf-8").splitlines()
    played = [(depth, signs) for depth in DEPTHS for signs in (False, True)][1 : 4 if quick else None]
    for depth, signs in played:
        operator = _Operator(catalogue, lines, signs)
        begun = Mapping(catalogue.id, catalogue.version, example.created, depth=depth)
        with tempfile.TemporaryDirectory() as folder, operator.held():
            store = Store(Path(folder) / _EXAMPLE.name, catalogue)
            recorder = Recorder(operator, store, Walk(catalogue, begun), None, example.last_change)
            Session(operator, recorder, lambda _mapping, _format, _may_replace: _EXAMPLE).run(menu=False)
            made, _warnings = store.load()
        wanted = _names_of(example) if depth == "names" else example
        if replace(made, depth=example.depth) != wanted:
            raise ValueError(f"at depth {depth} the keys do not give the example")
        yield Count(depth, signs, operator.prompts, operator.keys - operator.text, operator.keys)


def _names_of(mapping: Mapping) -> Mapping:
    def bare(users: tuple[DataUser, ...]) -> tuple[DataUser, ...]:
        return tuple(replace(user, details={}) for user in users)

    return replace(
        mapping,
        rows={id: replace(row, users=bare(row.users)) for id, row in mapping.rows.items()},
        others={section: bare(users) for section, users in mapping.others.items()},
    )


def fewest(line: str, question: Question, signs: bool) -> Keys:
    """The fewest keys that say a line of the example."""
    if question.kind == "yes":
        return Keys((line,))
    if question.kind == "names" and line == "-":
        return Keys((line, _ENTER))
    for command in (":na ", ":later "):
        if question.kind == "names" and line.startswith(command):
            return _texts(command, line.removeprefix(command))
    if question.kind == "names" and line:
        first, *more = (name.text for name in answers.names(line))
        return _texts("", first, *(part for name in more for part in (";", name)))
    if question.kind == "many":
        return _choosing(answers.choices(line, question).values, question, signs)
    return Keys((*line, _ENTER), len(line))


def _texts(*parts: str) -> Keys:
    """Keys, text, keys, text …, and Enter."""
    return Keys((*"".join(parts), _ENTER), sum(map(len, parts[1::2])))


def _choosing(wanted: Sequence[str], question: Question, signs: bool) -> Keys:
    """What a line says, chosen in the list by the shortest words that leave one choice, and as other text; or
    with fewer keys by `*`, `=` and numbers."""
    ticked: dict[str, Collection[str]] = {"*": question.starred, "=": question.before} if signs else {}
    begun = [("", frozenset[str]())]
    begun += [
        (sign, frozenset(values)) for sign, values in ticked.items() if values and set(values) <= set(wanted)
    ]
    begun += [("*=", begun[1][1] | begun[2][1])] if len(begun) == 3 else []
    ways = []
    for keys, values in begun:
        left = [question.choices.by_id.get(value) or value for value in wanted if value not in values]
        texts = [text for text in left if isinstance(text, str)]
        chosen = [key for entry in left if isinstance(entry, Entry) for key in _tick(entry, question, signs)]
        typed = [key for text in texts for key in (*text, _UP, _ENTER)]
        ways.append(Keys((*keys, *chosen, *typed, _ENTER), sum(map(len, texts))))
    return min(ways, key=lambda way: len(way.pressed) - way.text)


def _tick(entry: Entry, question: Question, signs: bool) -> tuple[str, ...]:
    """The fewest keys that tick a choice: the beginnings of one or two of its words, or its number."""
    begun = [text for word in entry.label.split() for text in accumulate(word)]
    words = [*begun, *(f"{one} {other}" for one, other in product(begun, begun))]
    leaving_one = [text for text in words if question.choices.matching(text) == (entry,)]
    numbers = [str(entry.number)] if signs else []
    return (*min((*numbers, *leaving_one, entry.label), key=len), _ENTER)
