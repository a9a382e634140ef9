"""The HTML report: one page that loads nothing, with pictures first and the tables behind them."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import accumulate
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.mapping import Progress
from dtm_mapper.reports.view import COUNTED, STATES, Turned, View

#: Organisations side by side on a sheet of paper; with more of them the matrix is printed in parts.
_ON_PAPER = 66
#: With more organisations than this a matrix is no picture any more, and the page says so.
_IN_MATRIX = 400

#: With more fields than this, tables scroll in their own place, and are printed across.
_FITTING = 4

#: About how many letters of a name there is room for in the head of a matrix.
_SEEN = 20

#: What may be the short name that a long one ends with, as in "Inter Sector Coordination Group (ISCG)".
_SHORT = re.compile(r"\s\(([^()\s]{2,12})\)\Z")

# All text is escaped by the environment; only our own style and script go in as they are.
_environment = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def _typed(text: str) -> Markup:
    """A text as it was typed, escaped, and in its own direction."""
    return Markup("<bdi>" + str(escape(text)) + "</bdi>" if text else "")


def _all_typed(texts: Sequence[str]) -> Markup:
    # Escaped together, since pages have many of them; no text that can be recorded has a NUL in it.
    return Markup(str(_typed("\0".join(texts))).replace("\0", "</bdi>; <bdi>"))


_environment.filters |= {"typed": _typed, "all_typed": _all_typed}
_environment.globals |= {"_": _, "ngettext": ngettext}


def _ours(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


_template = _environment.from_string(_ours("report.html.j2"))


class Segment(NamedTuple):
    """A part of a progress bar: a state, how many rows are in it, and its place in percent."""

    state: str
    label: str
    rows: int
    start: float
    width: float


class Column(NamedTuple):
    """An organisation in a matrix: its name, the short form where no other has the same, that as its head,
    cut in the middle where others begin like it, the number of the section where it stands first, whether it
    is the first there, and its needs."""

    name: str
    short: str
    head: str
    section: int
    first: bool
    needs: frozenset[str]


class Matrix(NamedTuple):
    """Who needs what. `shared` and `single` are the needs of several organisations with their number, and
    of one with that one; `parts` are the columns in as many parts as paper takes; `without` is the number of
    organisations without needs; `drawn`: they are not too many for a picture."""

    turned: Turned
    columns: tuple[Column, ...]
    parts: tuple[tuple[Column, ...], ...]
    shared: tuple[tuple[str, int], ...]
    single: tuple[tuple[str, Column], ...]
    without: int
    drawn: bool


def render(view: View) -> bytes:
    """The page, in UTF-8."""
    script = _ours("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = _template.render(
        view=view,
        style=Markup(_ours("report.css")),
        script=Markup(script),
        script_digest=digest,
        states=STATES,
        counted=COUNTED,
        bars=[_bar(section.progress) for section in view.sections],
        levels=[(turned, _dots(turned)) for turned in view.turned if not turned.asked.interests],
        matrices=[_matrix(view, turned) for turned in view.turned if turned.asked.interests],
        across=any(len(section.answered(view.shown)) > _FITTING for section in view.sections),
        reminders=[section for section in view.sections if section.reminder],
    )
    return page.encode()


def _bar(progress: Progress) -> list[Segment]:
    widths = [100 * count / max(1, progress.rows) for count in progress]
    starts = accumulate(widths, initial=0.0)
    # The last number, of other data users, counts no rows.
    found = zip(STATES, COUNTED, progress, starts, widths, strict=False)
    return [
        Segment(state, label, count, round(start, 3), round(width, 3))
        for state, label, count, start, width in found
        if count
    ]


def _dots(turned: Turned) -> list[list[tuple[int, float]]]:
    """The counts of each section with the radius of a dot whose area stands for the count."""
    most = max((count for counts in turned.by_section for count in counts), default=0) or 1
    return [
        [(count, round(11 * (count / most) ** 0.5, 2)) for count in counts] for counts in turned.by_section
    ]


def _matrix(view: View, turned: Turned) -> Matrix:
    columns = tuple(_columns(view, turned.asked))
    parts = -(-len(columns) // _ON_PAPER) or 1
    size = -(-len(columns) // parts) or 1
    return Matrix(
        turned=turned,
        columns=columns,
        parts=tuple(columns[at : at + size] for at in range(0, len(columns), size)),
        shared=tuple((label, len(names)) for label, names in turned.answers if len(names) > 1),
        single=tuple(
            (label, next(column for column in columns if label in column.needs))
            for label, names in turned.answers
            if len(names) == 1
        ),
        without=view.organisations - len(columns),
        drawn=len(columns) <= _IN_MATRIX,
    )


def _columns(view: View, asked: Field) -> Iterator[Column]:
    """The organisations that have needs, each at the section where it stands first."""
    found: dict[str, tuple[str, int, set[str]]] = {}
    for number, lines in enumerate(view.counted):
        for key, line in lines:
            if asked.id in line.values:
                found.setdefault(key, (line.user, number, set()))[2].update(line.answers(asked))
    names = [name for name, _number, _needs in found.values()]
    shorts = [_short(name) for name in names]
    times = Counter([*shorts, *names])
    fits = [short if short and times[short] == 1 else name for name, short in zip(names, shorts, strict=True)]
    begun = Counter(fit[:_SEEN] for fit in fits)
    before = -1
    for (name, number, needs), fit in zip(found.values(), fits, strict=True):
        head = fit
        if begun[fit[:_SEEN]] > 1 and len(fit) > _SEEN:
            head = f"{fit[: _SEEN // 3].rstrip()}…{fit[-_SEEN // 2 :].lstrip()}"
        yield Column(name, fit, head, number, number != before, frozenset(needs))
        before = number


def _short(name: str) -> str:
    """The short name in brackets at the end of a name, which has capitals, or ''."""
    found = _SHORT.search(name)
    return found[1] if found and sum(map(str.isupper, found[1])) > 1 else ""
