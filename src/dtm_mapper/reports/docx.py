"""The Word report, which is the worksheet, filled; and the worksheet, blank. Documents to edit on.

What reads such a document back (`intake`) finds in both:

- The paragraph in the style Subtitle is the response's name. The blank worksheet has a first table of labels
  and values, without a header row, instead: Response, Country, Prepared by.
- A section is a paragraph in the style Heading 1 that Word numbers: its text is the section's title alone.
  The section's table is the first one after it, of two columns, with a repeated header row. The second
  one, of details, has a heading of its own (Heading 2) and a header row that begins with "Data user".
- The first cell of a row is the example's name. What stands behind the name in the character style Aside,
  in brackets (its interests, or that the catalogue no longer has it), is no part of it. A first cell of
  "Other data user", or an empty one, is a row for an other data user.
- The second cell holds one data user a paragraph. A paragraph in the style "Data user" is a name as typed,
  but for what is in the style Aside ("left:"). A paragraph in the style "Row state" is a state: "not
  applicable" or "pending", then ": " and the reason or the note where there is one (line breaks are
  w:br), or "open". Styles say so only until somebody edits the document, which its mark (`marks`) tells:
  after that, n/a and TBC are states in any style.
- Names of styles are fixed, words are the language's. What XML cannot hold shows as U+FFFD, in names too.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from statistics import mean

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _
from dtm_mapper.reports.document import WIDTH, Cell, Piece, packed, paragraph, table
from dtm_mapper.reports.view import COUNTED, Line, SectionView, Turned, View, in_words

#: In twips: a column of text, without long words broken.
_NARROWEST = 1650
#: Empty rows for other data users at the end of a blank table.
_SPARE_ROWS = 3
#: In twips: room to write by hand.
_BLANK_HEIGHT = 420


def render(view: View) -> bytes:
    """The report, the same bytes each time."""
    blocks = [
        *_head(view),
        *_progress(view),
        *(block for section in view.sections for block in _section(view, section)),
        *(block for turned in view.turned for block in _turned(turned)),
        *_unfinished(view),
        *_inactive(view),
    ]
    return packed(view, view.name, blocks)


def worksheet(view: View) -> bytes:
    """The worksheet of an empty mapping's view, with an empty second column and how to fill it."""
    # Stars stand around what is to be typed.
    fill = [
        _("Write one name a line in the second column: who that is in your response."),
        _("Where there is none in your response, write *n/a*, or say why: *n/a: merged into the ISCG*"),
        _("Where you do not know yet, write *TBC* and whom to ask: *TBC: ask the ISCG*"),
        _("What you leave empty stays open."),
        _("Who else uses the data goes into a section's last rows. Tab in the last cell makes another row."),
        _("Save it as a Word document and send it back: *dtm-map import* reads it into the mapping."),
    ]
    labels = (_("Response"), _("Country"), _("Prepared by"))
    blocks = [
        paragraph("Title", view.catalogue.title),
        paragraph("", view.catalogue.purpose),
        _about([(label, "") for label in labels], _BLANK_HEIGHT),
        paragraph("Heading2", _("How to fill this in")),
        *(paragraph("ListBullet", *_starred(words)) for words in fill),
        *(block for section in view.sections for block in _blank(section)),
    ]
    return packed(view, view.catalogue.title, blocks)


def _starred(text: str) -> list[Piece]:
    return [(part, "Strong") if at % 2 else part for at, part in enumerate(text.split("*"))]


def _head(view: View) -> Iterator[str]:
    yield paragraph("Title", view.catalogue.title)
    yield paragraph("Subtitle", view.name)
    about = [*view.about, (_("Progress"), view.done)]
    if view.left_out:
        about.append((_("Left out of this report"), "; ".join(view.left_out)))
    yield _about(about)
    if view.catalogue.purpose:
        yield paragraph("Note", view.catalogue.purpose)


def _progress(view: View) -> Iterator[str]:
    yield paragraph("Heading1", _("Progress"))
    *sections, total = view.counts
    rows: list[list[Cell]] = []
    for (title, counts), style in [*((counted, "") for counted in sections), (total, "Strong")]:
        numbers = ([paragraph("TableNumber", (str(number), style))] for number in counts)
        rows.append([_cell((title, style)), *numbers])
    yield table([3138, *[1300] * 5], (_("Section"), *COUNTED), rows, numbers=range(1, 6))


def _section(view: View, section: SectionView) -> Iterator[str]:
    yield from _opened(section)
    rows: list[list[Cell]] = []
    # The data users of a row stand in one cell, or the state of one without; other data users in one each.
    for example, lines in groupby(section.lines, key=attrgetter("example_id")):
        found = list(lines)
        if example:
            rows.append([_example(section, found[0]), [_said(line) for line in found]])
        else:
            rows.extend([_other(), [_said(line)]] for line in found)
    if section.lines:
        yield _mapped(rows)
    yield from _details(view, section)
    yield from _closed(section)


def _blank(section: SectionView) -> Iterator[str]:
    yield from _opened(section)
    firsts = [*(_example(section, line) for line in section.lines), *[_other()] * _SPARE_ROWS]
    yield _mapped([[first, [paragraph("DataUser")]] for first in firsts], _BLANK_HEIGHT)
    yield from _closed(section)


def _opened(section: SectionView) -> Iterator[str]:
    yield paragraph("Heading1", section.title, numbered=True)
    if section.note:
        yield paragraph("Note", section.note)


def _closed(section: SectionView) -> Iterator[str]:
    if section.reminder:
        yield paragraph("Reminder", (_("Remember"), "Strong"), f": {section.reminder}")


def _mapped(rows: Iterable[Sequence[Cell]], height: int = 0) -> str:
    header = (_("Examples from other contexts"), _("Potential data user in your response"))
    return table([4400, WIDTH - 4400], header, rows, height)


def _example(section: SectionView, line: Line) -> Cell:
    interests = section.interests.get(line.example_id, ())
    asides = [f" ({', '.join(interests)})"] if interests else []
    if line.gone:
        asides.append(_(" (no longer in the catalogue)"))
    return _cell(line.example, *((aside, "Aside") for aside in asides))


def _other() -> Cell:
    return _cell((_("Other data user"), "Aside"))


def _said(line: Line) -> str:
    """The data user of a line, or the state of a row without one."""
    if line.user:
        aside = [(_("left:") + " ", "Aside")] if line.inactive else []
        return paragraph("DataUser", *aside, line.user)
    return paragraph("RowState", in_words(line.state, line.words))


def _details(view: View, section: SectionView) -> Iterator[str]:
    """A table of what is known of the section's data users beside their names; none where that is nothing."""
    detailed = [line for line in section.lines if line.values]
    if not detailed:
        return
    used = section.answered(view.shown)
    # More than three columns beside the name would be too narrow on A4.
    columns, further = (used, []) if len(used) <= 3 else (used[:2], used[2:])
    header = [_("Data user"), *(asked.label for asked in columns)]
    lengths = [_length(view, asked) for asked in columns]
    if further:
        header.append(_("Further details"))
        lengths.append(90)
    first = 2500 if further else 3300
    widths = [max(_NARROWEST, (WIDTH - first) * length // sum(lengths)) for length in lengths]
    rows: list[list[Cell]] = []
    for line in detailed:
        example = _cell((line.example, "Aside")) if line.example not in ("", line.user) else []
        cells: list[Cell] = [[*_cell((line.user, "Strong")), *example]]
        cells += [_cell(*_joined(line.answers(asked))) for asked in columns]
        if further:
            cells.append([_labelled(asked, line) for asked in further if asked.id in line.values])
        rows.append(cells)
    yield paragraph("Heading2", _("Details"))
    yield table([WIDTH - sum(widths), *widths], header, rows)


def _length(view: View, asked: Field) -> int:
    """How much room a field's answers want, the same in each section."""
    said = [line.said(asked) for section in view.sections for line in section.lines]
    return round(min(40.0, max(20.0, mean(len(words) for words in said if words))))


def _labelled(asked: Field, line: Line) -> str:
    return paragraph("TableText", (f"{asked.label}: ", "Strong"), *_joined(line.answers(asked)))


def _cell(*pieces: Piece) -> list[str]:
    """A cell with one paragraph."""
    return [paragraph("TableText", *pieces)]


def _joined(texts: Sequence[str]) -> Iterator[Piece]:
    # Pieces apart, so that names from right to left stay in their order.
    for at, text in enumerate(texts):
        if at:
            yield "; "
        yield text


def _turned(turned: Turned) -> Iterator[str]:
    yield paragraph("Heading1", _("{field}: which organisations").format(field=turned.label))
    if not turned.answers:
        yield paragraph("", _("Nothing is recorded yet."))
        return
    header = (turned.label, _("Number"), _("Organisations"))
    rows = [
        [_cell(label), [paragraph("TableNumber", str(len(names)))], _cell(*_joined(names))]
        for label, names in turned.answers
    ]
    yield table([2700, 1200, WIDTH - 3900], header, rows, numbers=[1])


def _unfinished(view: View) -> Iterator[str]:
    if view.unfinished:
        yield paragraph("Heading1", _("Still to do"))
    for words, lines in view.unfinished:
        yield paragraph("ListOpening", words)
        for line in lines:
            yield paragraph("ListBullet", line.example, f": {line.words}" if line.words else "")


def _inactive(view: View) -> Iterator[str]:
    if view.inactive:
        yield paragraph("Heading1", _("Left the response"))
        for name in view.inactive:
            yield paragraph("ListBullet", name)


def _about(lines: Sequence[tuple[str, str]], height: int = 0) -> str:
    """A table of labels and values, without a header row."""
    rows = [[_cell((label, "Strong")), _cell(words)] for label, words in lines]
    return table([2200, WIDTH - 2200], (), rows, height)
