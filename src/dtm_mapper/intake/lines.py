"""What every format that is read back in gives: lines, each with what it says of one example."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from dtm_mapper.interview.answers import BULLET, meaning
from dtm_mapper.mapping import DETAIL_LIMIT, Detail, State
from dtm_mapper.reports.flat import split
from dtm_mapper.reports.view import STATES
from dtm_mapper.texts import folded


class Line(NamedTuple):
    """One line of a source. `where` is its place there, in words; `section` and `example` stand as written,
    `example_id` where the source knows ids. `cell` holds names as written, or words for a state, which where
    `names_only` are names too. `details` are answers by field id; `verified` is an ISO date, '',
    or None where the source does not say; `table` tells the tables of a source apart.

    What was understood of a line: `names`, and no longer the source's own `state` and `words`. `own`: it is
    as a report of this program has it, a data user by itself also where another one has its name."""

    where: str
    cell: str
    details: dict[str, Detail]
    section: str = ""
    example: str = ""
    example_id: str = ""
    names_only: bool = False
    state: State | Literal[""] = ""
    words: str = ""
    verified: str | None = None
    table: int = 0
    names: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Source:
    """What was read from a file. `kind` says what it is, `about` what it says of the mapping under the ids of
    `reports.flat.ABOUT` (with one line for each country), `notes` what its reader should know, such
    as a hidden sheet, `problems` what could not be taken, each with its place. `ours`: it is a report of this
    program, or its worksheet for Excel."""

    kind: str
    lines: tuple[Line, ...]
    about: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    ours: bool = False


#: Longer labels are no example's.
_LONGEST_LABEL = 400


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """What two spellings of a label have in common: no capitals, accents, blanks or punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", folded(text)).split())


@lru_cache(maxsize=16)
def keys(listed: str) -> frozenset[str]:
    """Return the keys of listed words. Spaces and semicolons separate them; `_` is a space inside one."""
    return frozenset(key(word.replace("_", " ")) for word in listed.replace(";", " ").split())


def bare(label: str) -> str:
    """A label without the interests that the worksheet has in brackets behind it."""
    return re.sub(r"\s*\([^()]*\)\s*\Z", "", label) if len(label) <= _LONGEST_LABEL else label


class Said(NamedTuple):
    """What a cell says: names, or a state with its reason or note. `above`: the same as above it; `beside`:
    words for a state that stand behind names."""

    names: tuple[str, ...] = ()
    state: State | Literal[""] = ""
    words: str = ""
    above: bool = False
    beside: str = ""


_STATES: dict[str, State] = {"na": "not_applicable", "later": "pending"}
_SIGNS: dict[str, State] = {
    **dict.fromkeys(("-", "--", "---", "–", "—"), "not_applicable"),
    **dict.fromkeys(("?", "??", "???"), "pending"),
}
#: A word for a state, and a reason or a note behind it: `N/A - merged into the ISCG`, `TBC (ask OCHA)`.
_WITH_WORDS = re.compile(r"([^:(\n]+?)\s*(?::|\(|,|،|\s[-–—](?=\s))\s*(.*)", re.DOTALL)
#: Words for a state that names may begin with, which without a sign behind them are names.
_BEGIN_NAMES = {"na", "none", "nil", "nobody", "unknown", "open", "pending", "same", "s.o", "n.a"}
#: A longer text is no state: no reason or note is as long.
_LONGEST = DETAIL_LIMIT + 100
#: What stands between names unasked: a semicolon, also the Arabic one.
_SEPARATORS = ";؛"
#: What stands before the lines of a list without a blank behind it, where it stands before each of them.
_TIGHT_BULLET = re.compile(
    r"\s*(?:[-–—*]|\(?(?P<number>[0-9]{1,2})(?:[.)]+-?|-(?=\s))|[ivx]{1,4}\))\s*(?=[^\W\d])"
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_WHOLE = rf"{_IN_BRACKETS.pattern}|"
#: Marks that nobody sees, such as those of direction that phones and web pages put around Arabic names.
_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
AROUND = f" \t\r\n{_UNSEEN}"
_BREAK = re.compile(r"\r\n?|\n|\v|\f")
#: What may part names that are nothing but names.
_PARTED = re.compile(r"[;\\\r\n\v\f]")


def state_named(text: str) -> State | Literal[""]:
    """The state that a word stands for, as reports write it; '' for any other word."""
    return _states().get(key(text), "")


@lru_cache(maxsize=1)
def _states() -> dict[str, State]:
    return {key(word): state for state, label in STATES.items() for word in (state, label)}


def said(
    cell: str, further: str = "", known: AbstractSet[str] = frozenset(), names_only: bool = False
) -> Said:
    """What a cell says. Names stand on lines of their own or behind `;`, or behind a sign of `further`;
    a name that is `known` stays whole. `names_only`: what looks like a state or a bullet is a name, and only
    `;` and line breaks stand between them."""
    if names_only:
        if not _PARTED.search(cell):
            return Said((cell,) if cell else ())
        return Said(tuple(dict.fromkeys(name for line in _BREAK.split(cell) for name in split(line))))
    text = cell.strip()
    if text in known:
        return Said((text,))
    if state := _state(text) or _state(text.strip(AROUND)):
        return state
    names: list[str] = []
    beside: list[str] = []
    lines = [_split(line, further, known) for line in _listed(text, known)]
    if sum(map(len, lines)) > 1:
        # In a list, a comma at the end of a name separates it from the next one.
        lines = [[part if part in known else part.rstrip(" ,،") for part in parts] for parts in lines]
    for at, parts in enumerate(lines):
        for number, part in enumerate(parts):
            state = None if part in known else _state(part)
            if state is None:
                names.append(part)
            elif names:
                beside.append(part)
            else:
                # A reason or a note may go on behind it.
                rest = ["; ".join(filter(None, (state.words, *parts[number + 1 :])))]
                rest += ["; ".join(parts) for parts in lines[at + 1 :]]
                return state._replace(words="\n".join(filter(None, rest)))
    return Said(tuple(dict.fromkeys(names)), beside="; ".join(beside))


def _listed(text: str, known: AbstractSet[str]) -> list[str]:
    """The lines of a cell, without the bullets that stand before all of them; one in brackets goes on."""
    lines = [line.strip() for line in _BREAK.split(text)]
    if known >= set(lines):
        return lines
    lines = _BREAK.split(_IN_BRACKETS.sub(lambda found: _BREAK.sub(" ", found[0]), text))
    # A bullet alone says nothing; what is in brackets alone belongs to the line above it.
    lines = [line for line in map(str.strip, lines) if line in known or re.search(r"\w", line)] or lines
    for at in range(len(lines) - 1, 0, -1):
        if _IN_BRACKETS.fullmatch(lines[at]) and lines[at] not in known and _state(lines[at]) is None:
            lines[at - 1 : at + 1] = [f"{lines[at - 1]} {lines[at]}"]
    bullets = [_TIGHT_BULLET.match(line) for line in lines]
    numbers = [bullet["number"] for bullet in bullets if bullet and bullet["number"]]
    counted = numbers in ([], [str(number) for number in range(1, len(lines) + 1)])
    if len(lines) == 1 or not all(bullets) or not counted:
        return lines
    return [line[bullet.end() :] for line, bullet in zip(lines, bullets, strict=True) if bullet]


def _split(line: str, further: str, known: AbstractSet[str]) -> list[str]:
    """The names and the words for a state in one line."""

    def whole(text: str) -> bool:
        return text in known or _state(text) is not None

    if whole(line):
        return [line]
    signs = further.replace(" ", "")
    # What is in brackets stays with the name before it.
    parts = split(BULLET.sub("", line.strip(AROUND)), _SEPARATORS, _WHOLE)
    names = [
        name
        for part in parts
        for name in ([part] if not signs or whole(part) else split(part, signs, _WHOLE))
    ]
    return [
        name if name in known else name.strip(AROUND)
        for name in names
        if whole(name) or re.search(r"\w", name)
    ]


def _state(text: str) -> Said | None:
    if sign := _SIGNS.get(text):
        return Said(state=sign)
    if len(text) <= _LONGEST and (match := _WITH_WORDS.fullmatch(text)) and (found := _word(match[1])):
        if found.words:
            # Whom to ask: the whole of it is the note.
            return found._replace(words=text)
        words = match[2].strip()
        if "(" in text[match.end(1) : match.start(2)]:
            initials = "".join(word[0] for word in words.split() if word[0].isupper())
            if len(initials) > 1 and initials == match[1].replace(".", ""):
                # An organisation and its name in full, as in "TBC (The Border Consortium)".
                return None
            words = words[:-1] if words.find(")") == len(words) - 1 else f"({words}"
        return found._replace(words=words)
    if found := _word(text) or _word(text.strip("()[]*!")):
        return found
    return _begun(text) if len(text) <= _LONGEST else None


def _begun(text: str) -> Said | None:
    """A word for a state, and a reason or a note behind it without a sign between: `TBC with OCHA`."""
    words = text.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        first = " ".join(words[:count])
        found = None if folded(first).rstrip(".") in _BEGIN_NAMES else _word(first)
        if found and found.state and not found.words:
            return found._replace(words=text.split(maxsplit=count)[count])
    return None


def _word(text: str) -> Said | None:
    if len(text) > _LONGEST:
        return None
    meant = meaning(text)
    # An organisation of that name.
    if meant and meant.words and (text[:4] == "ASK " or text[4:5] in "(-–—") and not text.isupper():
        return None
    if meant is not None:
        return Said(above=True) if meant.name == "above" else Said((), _STATES[meant.name], meant.words)
    state = state_named(text)
    return Said(state=state) if state and state != "mapped" else None
