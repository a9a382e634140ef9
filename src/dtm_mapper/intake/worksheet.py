"""Reads a filled Word worksheet: this program's, or any laid out as the toolkit's."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from docx import Document
from docx.oxml.ns import qn

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.intake.archive import broken, checked
from dtm_mapper.intake.lines import Source
from dtm_mapper.intake.tables import Columns, Record, Tables
from dtm_mapper.reports.flat import joined
from dtm_mapper.reports.marks import ARCHIVE
from dtm_mapper.reports.view import STATES

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

    Element: TypeAlias = BaseOxmlElement

_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{tag}") for tag in ("p", "tbl", "tr", "tc"))
_TEXT, _TAB, _HYPHEN = qn("w:t"), qn("w:tab"), qn("w:noBreakHyphen")
_BREAKS = {qn("w:br"), qn("w:cr")}
#: What is not part of the text as it stands: taken out while changes are tracked, second copies of text
#: boxes, and the properties of paragraphs, which have tabs of their own.
_PASSED_OVER = {
    *(qn(f"w:{tag}") for tag in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_VALUE = qn("w:val")
#: The largest number of columns that a cell may stand across.
_WIDEST = 63


#: The columns of `_lines`.
_LINE = Columns({"example": 0, "user": 1, "state": 2, "words": 3}, ours=True)


def read(where: str, source: bytes, catalogue: Catalogue) -> Source:
    """Raises Unusable where it is no worksheet."""
    with checked(where, source) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise broken(where)
        if "macroEnabled" in archive.read("[Content_Types].xml").decode("utf-8", "replace"):
            what = _("the document has macros; it was not opened")
            raise Unusable(where, what, _("Save it as .docx, a Word document without macros."))
    try:
        document = Document(io.BytesIO(source))
        body = document.element.body
    # The library raises what its own libraries do, of any kind.
    except Exception:
        raise broken(where) from None
    tables = Tables(catalogue)
    styles = {style.style_id: style.name for style in document.styles}
    # A report that nobody edited: its styles say what is a name, whatever the words.
    as_written = ARCHIVE.unbroken(source)
    # A report of this program has further tables, which say the same in another way.
    own = "Data user" in styles.values()
    number = 0
    for block in _blocks(body):
        if block.tag == _PARAGRAPH:
            text = _text(block)
            style = styles.get(_style(block), "")
            tables.heading(text, certain=style.lower() == "heading 1")
            if style == "Subtitle" and text != _("response not named yet"):
                tables.say_about("response", text)
            continue
        number += 1
        rows = [Record(at, cells) for at, cells in enumerate(_cells(block), start=1)]
        known = None
        if as_written and (lines := list(_lines(block))):
            rows, known = [*rows[:1], *lines], _LINE
        place = _("table {number}, row").format(number=number)
        taken = tables.table(rows, place, known) or tables.pairs(rows)
        if own and _head(rows) == _("Data user"):
            tables.notes.append(_("Of a Word report, names and states come back; its details are not read"))
        elif not (taken or (own and _says_again(_head(rows), catalogue))):
            tables.pass_over(rows, _("Table {number}").format(number=number))
    return tables.source(where, _("Word worksheet"))


def _head(rows: list[Record]) -> str:
    return rows[0].cells[0] if rows and rows[0].cells else ""


def _says_again(head: str, catalogue: Catalogue) -> bool:
    """Whether this is how a table of this program begins that says of the mapping what others say too."""
    about = {_("Response"), _("Country"), _("Prepared by"), _("Last changed"), _("Progress")}
    return head in {_("Section"), *about, *(asked.label for asked in catalogue.fields)}


def _lines(table: "Element") -> Iterator[Record]:
    """The rows of a section's table as this program wrote it, one for each paragraph beside an example."""
    for number, row in enumerate(_inside(table, _ROW), start=1):
        first, *_between, last = _inside(row, _CELL)
        example = "\n".join(_text(paragraph) for paragraph in _paragraphs(first))
        for paragraph in _paragraphs(last):
            style, text = _style(paragraph), _text(paragraph)
            if style == "DataUser" and text:
                yield Record(number, [example, joined([text]), STATES["mapped"], ""])
            elif style == "RowState":
                state, _colon, words = text.partition(": ")
                yield Record(number, [example, "", state, words])


def _blocks(parent: "Element") -> "Iterator[Element]":
    """The paragraphs and tables of a part, in their order, also those inside of controls."""
    for child in parent:
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag not in _PASSED_OVER:
            yield from _blocks(child)


def _style(paragraph: "Element") -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return found.get(_VALUE, "") if found is not None else ""


def _cells(table: "Element") -> list[list[str]]:
    """The texts of a table's cells by the columns of its grid: a cell that is merged downwards says the same
    in each of its rows, one across several columns stands in the first."""
    grid: list[list[str]] = []
    for row in _inside(table, _ROW):
        cells: list[str] = []
        for cell in _inside(row, _CELL):
            about = cell.find(qn("w:tcPr"))
            merged = about.find(qn("w:vMerge")) if about is not None else None
            span = about.find(qn("w:gridSpan")) if about is not None else None
            above = grid[-1] if grid else []
            if merged is not None and merged.get(_VALUE) != "restart" and len(cells) < len(above):
                cells.append(above[len(cells)])
            else:
                cells.append("\n".join(_text(block) for block in _paragraphs(cell)))
            wide = span.get(_VALUE, "1") if span is not None else "1"
            cells.extend([""] * min(int(wide) - 1 if wide.isdecimal() and len(wide) < 4 else 0, _WIDEST))
        grid.append(cells)
    return grid


def _inside(parent: "Element", tag: str) -> "Iterator[Element]":
    """The rows of a table or the cells of a row, also those inside of controls, but not of inner tables."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _PASSED_OVER and child.tag not in (_TABLE, _PARAGRAPH, _CELL):
            yield from _inside(child, tag)


def _paragraphs(cell: "Element") -> "Iterator[Element]":
    for block in _blocks(cell):
        if block.tag == _PARAGRAPH:
            yield block
        else:
            for row in _inside(block, _ROW):
                for inner in _inside(row, _CELL):
                    yield from _paragraphs(inner)


def _text(element: "Element") -> str:
    """The text of a paragraph as it stands; '' for a data user who left the response, whom a report shows
    with an aside and whose details it does not bring back."""
    left = _style(element) == "DataUser" and any(map(_is_aside, element))
    return "" if left else "".join(_pieces(element)).strip()


def _pieces(element: "Element") -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == _TAB:
            yield " "
        elif child.tag == _HYPHEN:
            yield "-"
        elif child.tag not in _PASSED_OVER and not _says_nothing(child):
            yield from _pieces(child)


def _says_nothing(element: "Element") -> bool:
    """Whether this is a control's request to click and type, or an aside of this program's own report."""
    return _is_aside(element) or element.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None


def _is_aside(element: "Element") -> bool:
    style = element.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
    return style is not None and style.get(_VALUE) == "Aside"
