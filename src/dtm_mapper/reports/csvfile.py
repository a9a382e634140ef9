"""The CSV report: the flat table, with what the mapping says of itself on every line.

UTF-8 with a byte order mark, by which Excel knows it, and quotes and line ends as RFC 4180 has them.

A spreadsheet takes a cell for a formula that begins with one of `= + - @`, with their full-width forms, or
with a tab or a line end, maybe behind blanks; and where it takes semicolons or tabs for the ends of cells,
also what stands behind one of them or a line end inside a cell. `escape` puts an apostrophe before all these,
and before what has one or more there by itself, so that `unescape` can take away just what was put.
"""

import re
from functools import cache

from dtm_mapper.reports import flat
from dtm_mapper.reports.view import View

_BLANKS = r"(?:['\ufeff]|[^\S\r\n])*"
_SIGN = "=+\\-@＝＋－＠"
_ANY = re.compile(rf"[{_SIGN}\t\r\n]")
_BEGINS = re.compile(rf"{_BLANKS}[{_SIGN}\t\r\n]")
_INSIDE = re.compile(rf"[;\t\r\n](?={_BLANKS}[{_SIGN}])")
_INSIDE_ESCAPED = re.compile(rf"([;\t\r\n])'(?={_BLANKS}[{_SIGN}])")
_QUOTED = re.compile(r'[",\r\n]')


def escape(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if not _ANY.search(text):
        return text
    cell = _INSIDE.sub(r"\g<0>'", text)
    return "'" + cell if _BEGINS.match(text) else cell


def unescape(cell: str) -> str:
    """The text that `escape` made this cell from; a cell that it makes of nothing is left as it is."""
    text = _INSIDE_ESCAPED.sub(r"\1", cell)
    return text[1:] if text[:1] == "'" and _BEGINS.match(text[1:]) else text


def render(view: View, hxl: bool) -> bytes:
    """The report; `hxl`: with a row of HXL hashtags under the header."""
    columns = flat.columns(view.shown)
    heads = (*columns, *flat.ABOUT)
    # Sections, states and choices come again on every line, and `csv.writer` would look at them each time.
    cell = cache(_cell)
    about = ",".join(map(cell, flat.about(view)))
    lines = [",".join([cell(head.label) for head in heads])]
    if hxl:
        lines.append(",".join([head.tag for head in heads]))
    lines += [f"{','.join(map(cell, row))},{about}" for row in flat.rows(view, columns)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _cell(text: str) -> str:
    """A cell as it stands in the file."""
    cell = escape(text)
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell
