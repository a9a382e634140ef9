"""Interviews line by line over streams, with a real file on disk, for tests of every kind of answer."""

import contextlib
import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dtm_mapper.interview.opening import interview
from dtm_mapper.interview.session import Ending
from dtm_mapper.interview.walk import Place
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Row
from dtm_mapper.store.store import Store
from strategies import CATALOGUE

#: A line that the operator types, or what happens meanwhile before the line is typed.
Typed = str | Callable[[], str]

FILE = "dtm-mapping.yaml"


@dataclass
class Talk:
    """What an interview said before each question, the line of the question, and what was on disk then."""

    file: Path
    said: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    on_disk: list[bytes | None] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    ending: Ending | None = None

    @property
    def ids(self) -> list[str]:
        """The ids of the questions, as they stand in square brackets."""
        return [re.match(r"\[([^\]]*)\]", line).group(1) for line in self.asked]  # type: ignore[union-attr]

    @property
    def all_said(self) -> str:
        return "\n".join(line for lines in [*self.said, self.last] for line in lines)

    @property
    def mapping(self) -> Mapping:
        """What the file holds at the end."""
        return read(self.file)

    def at(self, number: int) -> Mapping:
        """What the file held when a question was asked."""
        found = self.on_disk[number]
        assert found is not None
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.yaml"
            copy.write_bytes(found)
            return read(copy)


class _Operator(io.TextIOBase):
    """Types the lines, and notes at each what was said since the one before and what is on disk. A `script`
    is not typed at a terminal, but read from a file or a pipe."""

    def __init__(self, talk: Talk, lines: Sequence[Typed], output: io.StringIO, script: bool) -> None:
        super().__init__()
        self.talk, self.lines, self.output, self.script = talk, iter(lines), output, script

    def isatty(self) -> bool:
        return not self.script

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        *said, question = self.output.getvalue().splitlines()
        self.output.seek(0)
        self.output.truncate()
        self.talk.said.append(said)
        self.talk.asked.append(question)
        self.talk.on_disk.append(self.talk.file.read_bytes() if self.talk.file.exists() else None)
        typed = next(self.lines, None)
        if typed is None:
            return ""
        return f"{typed if isinstance(typed, str) else typed()}\n"


@contextlib.contextmanager
def stdin_is(stream: Any) -> Iterator[None]:
    before, sys.stdin = sys.stdin, stream
    try:
        yield
    finally:
        sys.stdin = before


def hold(
    folder: Path,
    *lines: Typed,
    begun: Mapping | str | None = None,
    at: str | None = None,
    depth: str | None = None,
    walked: Any = "all",
    script: bool = False,
) -> Talk:
    """An interview in a folder in which these lines are typed, then the input ends. `begun` is the mapping
    that is there before."""
    talk = Talk(folder / FILE)
    if isinstance(begun, str):
        talk.file.write_text(begun, encoding="utf-8", newline="")
    elif begun is not None:
        talk.file.unlink(missing_ok=True)
        Store(talk.file, CATALOGUE).save(begun)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), stdin_is(_Operator(talk, lines, output, script)):
        talk.ending = interview(talk.file, depth, True, None, False, at, walked)
    talk.last = output.getvalue().splitlines()
    return talk


def read(file: Path) -> Mapping:
    mapping, warnings = Store(file, CATALOGUE).load()
    assert not [said for said in warnings if "kept" not in said.what]
    return mapping


def row(example: str, *users: DataUser | str, **states: str) -> Row:
    known = CATALOGUE.example_by_id[example]
    made = tuple(DataUser(user) if isinstance(user, str) else user for user in users)
    return Row(example, CATALOGUE.section_of_example[example], known.name, made, **states)


def mapping_of(*rows: Row, others: dict[str, tuple[DataUser, ...]] | None = None, **about: Any) -> Mapping:
    return Mapping(
        CATALOGUE.id,
        CATALOGUE.version,
        created="2026-01-02",
        rows={row.example: row for row in rows},
        others=others or {},
        **about,
    )


def held(mapping: Mapping, place: str) -> str:
    """What a mapping holds at a place, in short."""
    where = Place.parse(place)
    assert where is not None
    if not where.section:
        return str(getattr(mapping, where.item))
    users = mapping.users(where.section, where.item)
    if where.field:
        return ", ".join(users[where.user - 1].values(where.field))
    if where.item == OTHER or users:
        return "; ".join(user.name for user in users)
    recorded = mapping.row(CATALOGUE, where.item)
    words = recorded.pending if recorded.state(CATALOGUE) == "pending" else recorded.not_applicable
    return f"{recorded.state(CATALOGUE)}: {words}" if words else recorded.state(CATALOGUE)


SEG = DataUser("SEG", {"levels": ("strategic",), "engagement": "contacted", "needs": ("food",)}, "2026-01-02")
UNHCR = DataUser("UNHCR", {"levels": ("operational",), "area": "East"}, "2026-01-02")
BEGUN = mapping_of(
    row("hct", SEG),
    row("unhcr", UNHCR, "CNARR"),
    row("ocha", "OCHA"),
    row("wfp", pending="Ask Jan"),
    row("undp", not_applicable="Not here"),
    others={"un-agencies": (DataUser("UN-Habitat"),)},
    response="Response in Chad",
    country="TCD",
    depth="full",
)

ROW = "un-agencies/unhcr"
OTHERS = "un-agencies/other"
MANY = "un-agencies/unhcr/1/levels"
NEEDS = "un-agencies/unhcr/2/needs"
ONE = "un-agencies/unhcr/1/engagement"
TEXT = "un-agencies/unhcr/1/area"
