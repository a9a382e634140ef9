"""Word documents: paragraphs and tables in few styles, and the file that they make.

Written as WordprocessingML (ISO/IEC 29500-1, part 17) and packed by python-docx, whose own paragraphs and
tables are slower (`python -m bench`).
"""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from unicodedata import bidirectional
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from dtm_mapper.i18n import _
from dtm_mapper.reports.archive import settled

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section as Page

#: Text, or text in a character style.
Piece: TypeAlias = "str | tuple[str, str]"
#: The paragraphs of a cell.
Cell: TypeAlias = Sequence[str]

LANGUAGE = "en-GB"
#: Twips, of which a point has 20: the width of a line of A4 between margins of 20 mm.
WIDTH = 9638
#: About what a letter takes, to know which rows are too long to be kept on one page.
_LETTER = 100
_LONGEST_ROW = 25

_TAG = re.compile("<[^>]*>")
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RIGHT_TO_LEFT = {"L": False, "R": True, "AL": True, "AN": True}


class About(NamedTuple):
    """What a document says of itself. `name` stands over its pages; days are ISO dates."""

    title: str
    name: str
    author: str
    created: str
    updated: str


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


def packed(about: About, blocks: Iterable[str]) -> bytes:
    """The file of these paragraphs and tables, the same bytes each time."""
    part = Document().part
    # A new whole: to move many elements into the template's takes a time that grows with their square.
    part._element = _parsed("document", f"<w:body>{''.join(blocks)}<w:sectPr/></w:body>")
    document = part.document
    _furnish(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    page.header_distance = page.footer_distance = Mm(10)
    _margins(page, about.name)
    _describe(document, about)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _furnish(document: "DocumentType") -> None:
    """Puts our few styles and lists in place of the template's many, and settings of today."""
    for links in (document.part.package.rels, document.part.rels):
        for key in [key for key, link in links.items() if link.reltype.endswith(_LEFT_OFF)]:
            del links[key]
    styles = document.styles.element
    latent = styles.findall(qn("w:latentStyles"))
    defaults, *ours = _parsed("styles", _STYLES)
    styles[:] = [defaults, *latent, *ours]
    document.part.numbering_part.element[:] = _parsed("numbering", _LISTS)
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), LANGUAGE)
    settings.find(qn("w:zoom")).attrib.update({qn("w:val"): "none", qn("w:percent"): "100"})
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")


def _margins(page: "Page", name: str) -> None:
    """The name over every page but the first, which has it as its title, and page numbers under all."""
    page.different_first_page_header_footer = True
    fields = {"page": "PAGE", "pages": "NUMPAGES"}
    for footer in (page.first_page_footer, page.footer):
        # The number stands there until it is counted.
        words = (
            f'<w:fldSimple w:instr="{fields[part]}">{_run("1")}</w:fldSimple>'
            if part in fields
            else _run(part)
            for part in re.split(r"{(page|pages)}", _("Page {page} of {pages}"))
            if part
        )
        footer.is_linked_to_previous = False
        footer._element[:] = _parsed(
            "ftr", f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{"".join(words)}</w:p>'
        )
    page.header.is_linked_to_previous = False
    page.header._element[:] = _parsed("hdr", paragraph("Header", name))


def _parsed(tag: str, content: str) -> "BaseOxmlElement":
    element: BaseOxmlElement = parse_xml(f"<w:{tag} {nsdecls('w', 'r')}>{content}</w:{tag}>")
    return element


def _describe(document: "DocumentType", about: About) -> None:
    """The document's properties; those hold 255 characters, and dates only that programs count from."""
    said = document.core_properties
    said.title = _shown(about.title)[:255]
    said.author = said.last_modified_by = _shown(about.author)[:255]
    said.comments = ""
    said.language = LANGUAGE
    for key, date in (("created", about.created), ("modified", about.updated)):
        element = said._element.find(qn(f"dcterms:{key}"))
        element.text = f"{date}T00:00:00Z"
        if date < "1601":
            said._element.remove(element)


#: What our documents leave out of the template, such as a picture of an empty page.
_LEFT_OFF = ("/thumbnail", "/extended-properties", "/stylesWithEffects", "/customXml")

_HEADING = '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/>'

#: The styles by which people change how the document looks. Sizes and bold are there twice: the second is for
#: scripts such as Arabic.
_STYLES = f"""
<w:docDefaults>
  <w:rPrDefault><w:rPr>
    <w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Arial"/>
    <w:sz w:val="21"/><w:szCs w:val="21"/>
    <w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/>
  </w:rPr></w:rPrDefault>
  <w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault>
</w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
  <w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>
</w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal">
  <w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>
  <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
    <w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
    <w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
</w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList">
  <w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/>
</w:style>
<w:style w:type="paragraph" w:styleId="Title">
  <w:name w:val="Title"/>{_HEADING}
  <w:pPr><w:keepNext/><w:spacing w:after="60" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:rPr><w:b/><w:bCs/><w:color w:val="1F3864"/><w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Subtitle">
  <w:name w:val="Subtitle"/>{_HEADING}
  <w:pPr><w:keepNext/><w:spacing w:after="200" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:rPr><w:color w:val="2F5496"/><w:sz w:val="30"/><w:szCs w:val="30"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Heading1">
  <w:name w:val="heading 1"/>{_HEADING}
  <w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>
  <w:rPr><w:b/><w:bCs/><w:color w:val="1F3864"/><w:sz w:val="30"/><w:szCs w:val="30"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Heading2">
  <w:name w:val="heading 2"/>{_HEADING}
  <w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="1"/></w:pPr>
  <w:rPr><w:b/><w:bCs/><w:color w:val="2F5496"/><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Header">
  <w:name w:val="header"/><w:basedOn w:val="Normal"/><w:uiPriority w:val="99"/>
  <w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:rPr><w:color w:val="595959"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Footer">
  <w:name w:val="footer"/><w:basedOn w:val="Header"/><w:uiPriority w:val="99"/>
  <w:pPr><w:jc w:val="right"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:styleId="ListBullet">
  <w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/><w:qFormat/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="40"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="ListOpening">
  <w:name w:val="List opening"/><w:basedOn w:val="Normal"/><w:next w:val="ListBullet"/><w:qFormat/>
  <w:pPr><w:keepNext/><w:spacing w:before="120" w:after="40"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Note">
  <w:name w:val="Note"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>
  <w:pPr>
    <w:keepNext/><w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="8EAADB"/></w:pBdr>
    <w:spacing w:before="120"/><w:ind w:left="227"/>
  </w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Reminder">
  <w:name w:val="Reminder"/><w:basedOn w:val="Note"/><w:next w:val="Normal"/><w:qFormat/>
  <w:pPr><w:keepNext w:val="0"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText">
  <w:name w:val="Table text"/><w:basedOn w:val="Normal"/><w:qFormat/>
  <w:pPr><w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableNumber">
  <w:name w:val="Table number"/><w:basedOn w:val="TableText"/><w:qFormat/><w:pPr><w:jc w:val="right"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableHeading">
  <w:name w:val="Table heading"/><w:basedOn w:val="TableText"/><w:qFormat/>
  <w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/><w:bCs/><w:color w:val="1F3864"/></w:rPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="NumberHeading">
  <w:name w:val="Number heading"/><w:basedOn w:val="TableHeading"/><w:qFormat/>
  <w:pPr><w:jc w:val="right"/></w:pPr>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="DataUser">
  <w:name w:val="Data user"/><w:basedOn w:val="TableText"/><w:qFormat/>
</w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="RowState">
  <w:name w:val="Row state"/><w:basedOn w:val="TableText"/><w:qFormat/>
  <w:rPr><w:i/><w:iCs/><w:color w:val="595959"/></w:rPr>
</w:style>
<w:style w:type="character" w:styleId="Strong">
  <w:name w:val="Strong"/><w:qFormat/><w:rPr><w:b/><w:bCs/></w:rPr>
</w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Aside">
  <w:name w:val="Aside"/><w:qFormat/><w:rPr><w:color w:val="595959"/></w:rPr>
</w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="MappingTable">
  <w:name w:val="Mapping table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
    <w:left w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
    <w:bottom w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
    <w:right w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
    <w:insideV w:val="single" w:sz="4" w:space="0" w:color="8496B0"/>
  </w:tblBorders></w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/><w:vAlign w:val="bottom"/></w:tcPr>
  </w:tblStylePr>
</w:style>
"""

#: 1: bullets; 2: the numbers of the sections.
_LISTS = """
<w:abstractNum w:abstractNumId="1">
  <w:multiLevelType w:val="singleLevel"/>
  <w:lvl w:ilvl="0">
    <w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/>
    <w:lvlJc w:val="left"/><w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr>
  </w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
  <w:multiLevelType w:val="singleLevel"/>
  <w:lvl w:ilvl="0">
    <w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>
    <w:lvlJc w:val="left"/><w:pPr><w:ind w:left="454" w:hanging="454"/></w:pPr>
  </w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
"""
