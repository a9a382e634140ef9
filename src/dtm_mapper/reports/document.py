"""Word documents: paragraphs and tables in few styles, and the file that they make.

The styles, the lists, the paper and the settings are those of template.docx; CONTRIBUTING.md says how to
change it. Paragraphs and tables are written as WordprocessingML (ISO/IEC 29500-1, part 17), since python-docx
has no text from right to left, and is slower (`python -m bench`).
"""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import bidirectional
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from dtm_mapper.i18n import _
from dtm_mapper.reports.archive import settled
from dtm_mapper.reports.view import View

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section as Page

#: Text, or text in a character style.
Piece: TypeAlias = "str | tuple[str, str]"
#: The paragraphs of a cell.
Cell: TypeAlias = Sequence[str]

#: Twips, of which a point has 20: the width of a line of A4 between the margins of the template, 20 mm each.
WIDTH = 9638
#: About what a letter takes, to know which rows are too long to be kept on one page.
_LETTER = 100
_LONGEST_ROW = 25

_TAG = re.compile("<[^>]*>")
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RIGHT_TO_LEFT = {"L": False, "R": True, "AL": True, "AN": True}


def _shown(text: str) -> str:
    """Text as XML can hold it."""
    return _NO_XML.sub("\ufffd", text)


def paragraph(style: str, *pieces: Piece, numbered: bool = False) -> str:
    """A paragraph in a paragraph style, '' for the normal one."""
    styled = [(piece, "") if isinstance(piece, str) else piece for piece in pieces]
    rightward = _from_right("".join(text for text, _style in styled))
    about = [f'<w:pStyle w:val="{style}"/>'] if style else []
    if numbered:
        about.append('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>')
    if rightward:
        about.append("<w:bidi/>")
    runs = (
        _run(part, character_style, from_right)
        for text, character_style in styled
        for part, from_right in _directed(text, rightward)
        if part
    )
    return f"<w:p><w:pPr>{''.join(about)}</w:pPr>{''.join(runs)}</w:p>"


def _run(text: str, style: str = "", from_right: bool = False) -> str:
    """A run of text: the one way for words into a document."""
    about = (f'<w:rStyle w:val="{style}"/>' if style else "") + ("<w:rtl/>" if from_right else "")
    words = escape(_shown(text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{about}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def _from_right(text: str) -> bool:
    """Whether the first letter of a text is one that is written from right to left."""
    if text.isascii():
        return False
    return next(
        (_RIGHT_TO_LEFT[kind] for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), False
    )


def _directed(text: str, rightward: bool) -> Iterator[tuple[str, bool]]:
    """Text in pieces of one direction, which Word does not find by itself. Signs without one take it from
    both neighbours, or from the paragraph where those differ; a combining mark stays with its letter."""
    if text.isascii() and not rightward:
        yield text, False
        return
    sides: list[bool | None] = []
    for char in text:
        kind = bidirectional(char)
        sides.append(sides[-1] if kind == "NSM" and sides else _RIGHT_TO_LEFT.get(kind))
    groups = [(side, len(list(group))) for side, group in groupby(sides)]
    bounded = [rightward, *(side for side, _length in groups), rightward]
    start = 0
    found: list[tuple[str, bool]] = []
    for at, (side, length) in enumerate(groups):
        if side is None:
            side = rightward if bounded[at] != bounded[at + 2] else bool(bounded[at])
        part = text[start : start + length]
        start += length
        if found and found[-1][1] == side:
            part = found.pop()[0] + part
        found.append((part, side))
    yield from found


def table(
    widths: Sequence[int],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    height: int = 0,
    numbers: Collection[int] = (),
) -> str:
    """A table in which no row breaks across pages, unless it is long, and whose header row is repeated.
    `numbers` are the columns, from 0, that hold numbers."""
    look = 'w:val="0420" w:firstRow="1"' if header else 'w:val="0400" w:firstRow="0"'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = []
    if header:
        styles = ["NumberHeading" if at in numbers else "TableHeading" for at in range(len(header))]
        cells = [[paragraph(style, words)] for style, words in zip(styles, header, strict=True)]
        lines.append(_row(widths, cells, "<w:cantSplit/><w:tblHeader/>"))
    tall = f'<w:trHeight w:val="{height}"/>' if height else ""
    for row in rows:
        kept = "" if _is_long(widths, row) else "<w:cantSplit/>"
        lines.append(_row(widths, row, kept + tall))
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="MappingTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook {look} w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _row(widths: Sequence[int], cells: Sequence[Cell], about: str) -> str:
    filled = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        # Word takes no cell without a paragraph.
        f"{''.join(paragraphs) or paragraph('TableText')}</w:tc>"
        for width, paragraphs in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr>{about}</w:trPr>{''.join(filled)}</w:tr>"


def _is_long(widths: Sequence[int], cells: Sequence[Cell]) -> bool:
    """Whether a row is so long that keeping it whole would leave a hole, or that no page could hold it."""
    for width, paragraphs in zip(widths, cells, strict=True):
        written = "".join(paragraphs)
        letters = len(_TAG.sub("", written))
        if len(paragraphs) + written.count("<w:br/>") + letters * _LETTER // width > _LONGEST_ROW:
            return True
    return False


def packed(view: View, name: str, blocks: Iterable[str]) -> bytes:
    """The file of these paragraphs and tables, the same bytes each time; `name` stands over its pages."""
    document = Document(io.BytesIO(resources.files(__package__).joinpath("template.docx").read_bytes()))
    page = document.sections[0]
    _margins(page, name)
    # A new whole: to move many elements into the template's takes a time that grows with their square.
    document.part._element = _parsed("document", f"<w:body>{''.join(blocks)}</w:body>")
    document.part._element[0].append(page._sectPr)
    said = document.core_properties
    # Properties hold 255 characters.
    title = view.catalogue.title
    said.title = _shown(title if name == title else f"{title}: {name}")[:255]
    said.author = said.last_modified_by = _shown(view.mapping.prepared_by)[:255]
    # Programs count dates from 1601 on.
    if view.mapping.created >= "1601":
        said.created = datetime.fromisoformat(view.mapping.created)
    if (last_change := view.mapping.last_change) >= "1601":
        said.modified = datetime.fromisoformat(last_change)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _margins(page: "Page", name: str) -> None:
    """The name over every page but the first, which has it as its title, and page numbers under all."""
    fields = {"page": "PAGE", "pages": "NUMPAGES"}
    # The number stands there until it is counted.
    words = "".join(
        f'<w:fldSimple w:instr="{fields[part]}">{_run("1")}</w:fldSimple>' if part in fields else _run(part)
        for part in re.split(r"{(page|pages)}", _("Page {page} of {pages}"))
        if part
    )
    for footer in (page.first_page_footer, page.footer):
        footer._element[:] = _parsed("ftr", f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{words}</w:p>')
    page.header._element[:] = _parsed("hdr", paragraph("Header", name))


def _parsed(tag: str, content: str) -> "BaseOxmlElement":
    element: BaseOxmlElement = parse_xml(f"<w:{tag} {nsdecls('w', 'r')}>{content}</w:{tag}>")
    return element
