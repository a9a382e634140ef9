"""Workbooks of text: sheets, tables and names, written so that every text comes back as it was.

openpyxl makes all but the rows: with its rows, a report of 1,000 data users takes 1.4 times as long.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple
from xml.sax.saxutils import escape as xml_escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from dtm_mapper.i18n import _
from dtm_mapper.reports.archive import settled

#: What a cell holds, in the units of UTF-16.
CELL_LIMIT = 32_767
LAST_ROW = 1_048_576
#: The height of a row can be this, in points.
_HIGHEST = 409

_NO_XML = "[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"
_ESCAPE = re.compile(rf"{_NO_XML}|_(?=x[0-9A-Fa-f]{{4}}(?:_|{_NO_XML}))")
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f]|005[Ff]|[Dd][89A-Fa-f][0-9A-Fa-f]{2}|[Ff]{3}[EFef])_")
#: A cell that begins so would become something else when somebody edits it, without a quote prefix.
_SIGNS = frozenset("=+-@＝＋－＠'\t\r\n ")

Value = str | int


def escape(text: str) -> str:
    """Text as Excel keeps it: what XML cannot hold, and what looks like such an escape, as `_xHHHH_`."""
    return _ESCAPE.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def unescape(cell: str) -> str:
    """The text that `escape` made this cell from."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), cell)


def name_of(id: str, part: int = 1) -> str:
    """The defined name of a column or a cell. A name cannot have an id's hyphens; it has `..` for them."""
    return "dtm." + id.replace("-", "..") + (f".{part}" if part > 1 else "")


def place(sheet: Worksheet, cells: str) -> str:
    """Cells of a sheet, as formulas and names refer to them."""
    return f"{quote_sheetname(sheet.title)}!{cells}"


class Head(NamedTuple):
    """The head of a column: its label, an HXL hashtag, and the id that it is known by with the number of
    its part. It is as wide as its texts, between the two widths; with the last 0 it is hidden."""

    label: str
    tag: str = ""
    id: str = ""
    widths: tuple[int, int] = (8, 44)
    part: int = 1


def _font(size: int = 11, bold: bool = False, italic: bool = False, color: str = "000000") -> Font:
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)


_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="top", horizontal="center")


def _styles() -> Iterator[NamedStyle]:
    line = Border(bottom=Side(style="thin", color="7F7F7F"))
    looks = {
        "text": (_font(), ""),
        "to fill": (_font(), "FFF9E5"),
        "header": (_font(bold=True), "D9E2F3"),
        "hashtag": (_font(italic=True, color="595959"), "F2F2F2"),
        "label": (_font(bold=True), ""),
        "title": (_font(size=16, bold=True), ""),
    }
    for name, (font, colour) in looks.items():
        fill, border = (PatternFill("solid", fgColor=colour), line) if colour else (None, None)
        # Text from right to left would run out at the left of the sheet.
        alignment = Alignment(horizontal="left") if name == "title" else _TOP
        yield NamedStyle(f"dtm-map {name}", font, fill, border, alignment, number_format="@")
    yield NamedStyle("dtm-map number", _font(), alignment=_MIDDLE)
    yield NamedStyle("dtm-map total", _font(bold=True), border=Border(top=line.bottom), alignment=_MIDDLE)


class Book:
    """A workbook. `title`, `author` and `day` say what the document is, by whom and of when."""

    def __init__(self, title: str, author: str, day: str) -> None:
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        properties = self.book.properties
        properties.title, properties.creator = (re.sub(_NO_XML, "", text) for text in (title, author))
        properties.created = properties.modified = _time(day)
        for style in _styles():
            self.book.add_named_style(style)
        self._rows: dict[str, list[str]] = {}
        self._widths: dict[str, dict[int, int]] = {}
        self._style = cache(self._style_id)

    def sheet(self, title: str) -> Worksheet:
        """A new sheet; its title is cut and changed as far as Excel asks for it."""
        plain = re.sub(rf"{_NO_XML}|[\\*?:/\[\]\n]", " ", title).strip(" '")[:27].strip(" '")
        # Excel keeps this name for itself.
        sheet: Worksheet = self.book.create_sheet(
            f"{plain}_" if plain.casefold() == "history" else plain or "_"
        )
        self._rows[sheet.title], self._widths[sheet.title] = [], {}
        sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if sheet.oddFooter and sheet.oddFooter.center:
            sheet.oddFooter.center.text = "&P / &N"
        return sheet

    def column(self, sheet: Worksheet, number: int, width: int, hidden: bool = False) -> None:
        """Gives a column its width; what is typed into it later is text too, and no date or formula."""
        letter = get_column_letter(number)
        column = ColumnDimension(sheet, letter, width, hidden=hidden, outlineLevel=int(hidden))
        column.font, column.alignment, column.number_format = _font(), _TOP, "@"
        sheet.column_dimensions[letter] = column
        if not hidden:
            self._widths[sheet.title][number] = width

    def add(self, sheet: Worksheet, values: Iterable[Value], style: str = "text", first: str = "") -> int:
        """Adds a row and gives its number; `first` is another style for its first cell. It is as high as its
        texts are in columns that have a width by now."""
        rows, widths = self._rows[sheet.title], self._widths[sheet.title]
        number = len(rows) + 1
        cells = []
        look, lines = first or style, 1
        for at, value in enumerate(values, start=1):
            where = f'r="{get_column_letter(at)}{number}"'
            if isinstance(value, int):
                kind = self._style("number" if look == "text" else look)
                cells.append(f'<c {where} s="{kind}"><v>{value}</v></c>')
            elif value:
                kind = self._style(look, value[0] in _SIGNS)
                text = f'<is><t xml:space="preserve">{xml_escape(escape(value))}</t></is>'
                cells.append(f'<c {where} s="{kind}" t="inlineStr">{text}</c>')
                lines = max(lines, _lines(value, widths.get(at, len(value) + 1)))
            elif look != "text":
                cells.append(f'<c {where} s="{self._style(look)}"/>')
            look = style
        # Excel finds the height of a row by itself; LibreOffice does not.
        height = f' ht="{min(16 * lines, _HIGHEST)}"' if lines > 1 else ""
        rows.append(f'<row r="{number}"{height}>{"".join(cells)}</row>')
        return number

    def table(
        self, title: str, heads: Sequence[Head], lines: Iterable[Sequence[Value]], hxl: bool = False
    ) -> Worksheet:
        """A sheet with a table, whose header stays in sight and has filters. What is longer than a cell
        goes on, wherever it was cut, in further columns at the right end, with the same id."""
        heads, lines = _parted(heads, [list(line) for line in lines])
        sheet = self.sheet(title)
        for at, head in enumerate(heads, start=1):
            least, most = head.widths
            # Room for the filter's button beside the longest word of the label.
            least = max(least, *(len(word) + 5 for word in head.label.split()))
            longest = max((_width(line[at - 1]) for line in lines), default=0)
            self.column(sheet, at, max(least, min(longest + 2, most)), hidden=not most)
            if head.id:
                self.name(name_of(head.id, head.part), place(sheet, f"${get_column_letter(at)}$1"))
        self.add(sheet, [head.label for head in heads], "header")
        if hxl:
            self.add(sheet, [head.tag for head in heads], "hashtag")
        for line in lines:
            self.add(sheet, line)
        top = 2 if hxl else 1
        sheet.freeze_panes = f"A{top + 1}"
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(heads))}{top + len(lines)}"
        sheet.print_title_rows = f"1:{top}"
        sheet.print_options.gridLines = True
        return sheet

    def name(self, name: str, cells: str) -> None:
        """Gives cells a defined name."""
        self.book.defined_names[name] = DefinedName(name, attr_text=cells)

    def packed(self) -> bytes:
        """The file."""
        made = io.BytesIO()
        # Not by `save`, which dates the document.
        ExcelWriter(self.book, zipfile.ZipFile(made, "w")).save()
        rows = {sheet.path.lstrip("/"): "".join(self._rows[sheet.title]) for sheet in self.book.worksheets}
        return settled(
            made.getvalue(), lambda name, part: _filled(part, rows[name]) if name in rows else part
        )

    def _style_id(self, name: str, prefixed: bool = False) -> int:
        """A style's number in the file; `prefixed`: what is in the cell is text, also where it is edited."""
        cell = WriteOnlyCell(self.book.worksheets[0])
        cell.style = f"dtm-map {name}"
        cell.quotePrefix = prefixed
        return cell.style_id


def _filled(sheet: bytes, rows: str) -> bytes:
    """A sheet without rows, with these ones."""
    head, _data, tail = re.split(rb"(<sheetData\s*/>|<sheetData>\s*</sheetData>)", sheet)
    # It says how far an empty sheet reaches.
    head = re.sub(rb"<dimension[^>]*>", b"", head)
    return b"".join([head, b"<sheetData>", rows.encode(), b"</sheetData>", tail])


def _time(day: str) -> datetime:
    """A day as a file can have it; the first of them where there is none."""
    first = datetime(1980, 1, 1)
    try:
        return max(datetime.fromisoformat(day), first)
    except ValueError:
        return first


def _width(value: Value) -> int:
    text = str(value)
    return max(map(len, text.split("\n"))) if "\n" in text else len(text)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, more rather than less, since words are not cut."""
    if len(text) < width and "\n" not in text:
        return 1
    return sum(1 + len(line) * 11 // (10 * width) for line in text.split("\n"))


def _parted(heads: Sequence[Head], lines: list[list[Value]]) -> tuple[list[Head], list[list[Value]]]:
    """The table with all that is longer than a cell cut, and the rest in columns of its own."""
    heads = list(heads)
    for at, head in enumerate(tuple(heads)):
        texts = [str(line[at]) for line in lines]
        # An escape has seven characters for one.
        if max(map(len, texts), default=0) <= CELL_LIMIT // 7:
            continue
        pieces = [_pieces(text) for text in texts]
        most = max(map(len, pieces))
        for line, (first, *rest) in zip(lines, pieces, strict=True):
            line[at : at + 1] = [first]
            line.extend([*rest, *[""] * (most - 1 - len(rest))])
        label = _("{label} (continued)").format(label=head.label)
        heads.extend(head._replace(label=label, part=part) for part in range(2, most + 1))
    return heads, lines


def _pieces(text: str) -> list[str]:
    """A text in pieces that fit into cells."""
    if len(escape(text).encode("utf-16-le")) <= 2 * CELL_LIMIT:
        return [text]
    middle = len(text) // 2
    return [*_pieces(text[:middle]), *_pieces(text[middle:])]
