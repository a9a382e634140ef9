"""The Markdown report: GitHub-flavoured, and pleasant to read as plain text."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from dtm_mapper.i18n import _
from dtm_mapper.reports.view import COUNTED, STATES, Line, SectionView, Turned, View

#: Columns are padded up to this many characters, so that a long cell does not stretch all lines.
_PADDED = 40

_SPECIAL = re.compile(
    r"""[\\`*\[\]<>|~$]        # signs that mean something anywhere
    | (?<![^\W_])_ | _(?![^\W_])   # _ but inside a word, where it means nothing and addresses have it
    | &(?=[#\w]+;)             # an entity
    | !(?=\[)                  # an image
    | \#+$                     # what closes a heading
    | ^[#+=-] | ^\d{1,9}(?=[.)])  # what opens a heading or a list at the beginning of a line
    """,
    re.VERBOSE,
)
#: GitHub links a bare address as it stands in the source: one with escapes in it must not be taken for one.
_LINKED = re.compile(r"(?i:(?<=https)|(?<=http)|(?<=ftp)|(?<=www))[:.](?=[^ ]*\\)")


@lru_cache(maxsize=20_000)
def escape(text: str) -> str:
    """Text that shows in Markdown as it was typed, on one line: no cell, link, image, HTML or heading
    comes of it; bare web and mail addresses are linked by those renderers that do so by themselves."""
    lines = re.split(r"\r\n|\r|\n", text)
    escaped = (_SPECIAL.sub(_escaped, line.strip()) for line in lines)
    return "<br>".join(_LINKED.sub(r"\\\g<0>", line) for line in escaped)


def _escaped(match: re.Match[str]) -> str:
    found = match.group()
    return found + "\\" if found[0].isdigit() else "\\" + found


def render(view: View) -> bytes:
    """The report, in UTF-8, ending with a line break."""
    blocks = [
        *_head(view),
        *_progress(view),
        "## " + _("Data users"),
        *(block for section in view.sections for block in _section(view, section)),
        *(block for turned in view.turned for block in _turned(turned)),
        *_unfinished(view),
        *_inactive(view),
        *_reminders(view),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def _head(view: View) -> Iterator[str]:
    yield f"# {escape(view.catalogue.title)}: {escape(view.name)}"
    lines = [f"- {label}: {escape(text)}" for label, text in view.about]
    yield "\n".join([*lines, f"- {view.done}"])
    if view.left_out:
        yield _("Left out of this report: {fields}.").format(fields=", ".join(map(escape, view.left_out)))


def _progress(view: View) -> Iterator[str]:
    yield "## " + _("Progress")
    rows = [(escape(title), *map(str, counted)) for title, counted in view.counts]
    yield table((_("Section"), *COUNTED), rows, numbers=range(1, 6))


def _section(view: View, section: SectionView) -> Iterator[str]:
    yield f"### {escape(section.title)}"
    columns = section.answered(view.shown)
    header = [_("Example"), _("Data user"), *(escape(asked.label) for asked in columns)]
    rows = []
    before = ""
    for line in section.lines:
        example = "" if line.user and line.example and line.example == before else _example(line)
        before = line.example
        details = (escape(line.said(asked)) for asked in columns)
        rows.append([example, _said(line), *details])
    yield table(header, rows)


def _example(line: Line) -> str:
    if not line.example:
        return "*" + _("other data user") + "*"
    gone = _(" (no longer in the catalogue)") if line.gone else ""
    return escape(line.example) + gone


def _said(line: Line) -> str:
    """The data user of a line, or the state of a row without one."""
    if line.user:
        return ("*" + _("left:") + "* " if line.inactive else "") + escape(line.user)
    return f"*{STATES[line.state]}*" + (f": {escape(line.words)}" if line.words else "")


def _turned(turned: Turned) -> Iterator[str]:
    yield "## " + _("{field}: which organisations").format(field=escape(turned.label))
    if not turned.answers:
        yield _("Nothing is recorded yet.")
        return
    header = (escape(turned.label), _("Number"), _("Organisations"))
    rows = [
        (escape(label), str(len(names)), "; ".join(escape(name) for name in names))
        for label, names in turned.answers
    ]
    yield table(header, rows, numbers=[1])


def _unfinished(view: View) -> Iterator[str]:
    if view.unfinished:
        yield "## " + _("Still to do")
    for words, lines in view.unfinished:
        yield words
        yield "\n".join(
            f"- {escape(line.example)}" + (f": {escape(line.words)}" if line.words else "") for line in lines
        )


def _inactive(view: View) -> Iterator[str]:
    if view.inactive:
        yield "## " + _("Left the response")
        yield "\n".join(f"- {escape(name)}" for name in view.inactive)


def _reminders(view: View) -> Iterator[str]:
    reminders = [(section.title, section.reminder) for section in view.sections if section.reminder]
    if reminders:
        yield "## " + _("Reminders")
        yield "\n".join(f"- {escape(title)}: {escape(reminder)}" for title, reminder in reminders)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[int] = ()) -> str:
    """A table of escaped cells. `numbers` are the columns, from 0, that hold numbers."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(3, *(_width(cell) for cell in column)) for column in zip(*lines, strict=True)]
    rule = [("-" * (width - 1) + ":") if at in numbers else "-" * width for at, width in enumerate(widths)]
    return "\n".join(_row(cells, widths, numbers) for cells in (lines[0], rule, *lines[1:]))


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Collection[int]) -> str:
    padded = []
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * max(0, width - _columns(cell))
        padded.append(space + cell if at in numbers else cell + space)
    return "| " + " | ".join(padded).rstrip() + " |"


def _width(cell: str) -> int:
    columns = _columns(cell)
    return columns if columns <= _PADDED else 3


def _columns(cell: str) -> int:
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len

    return cell_len(cell)
