"""The Excel report, and the blank worksheet to fill in with Excel.

An import knows them by their defined names, also with other words or columns moved: `name_of` a column of the
flat table is the cell of its header, `name_of` one of flat.ABOUT the cell of its text. openpyxl gives cells
as they are written; `workbook.unescape` makes the text of each, before those of a column's parts are joined.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _
from dtm_mapper.mapping import State
from dtm_mapper.reports import flat
from dtm_mapper.reports.view import COUNTED, STATES, Turned, View
from dtm_mapper.reports.workbook import LAST_ROW, Book, Head, Value, escape, name_of, place

#: Lines of a blank worksheet for the other data users of each section.
OTHER_LINES = 3

#: The least and the greatest width of the flat table's columns; hidden ones are there for an import.
_WIDTHS = {
    "section": (16, 28),
    "section_id": (0, 0),
    "example": (20, 36),
    "example_id": (0, 0),
    "state": (16, 16),
    "user": (30, 36),
    "words": (24, 36),
    "verified": (13, 13),
}
#: The colours of a line and its words.
_SHADES: dict[State, tuple[str, str]] = {
    "pending": ("FFF2CC", "000000"),
    "open": ("F2F2F2", "595959"),
    "not_applicable": ("FFFFFF", "707070"),
}


def render(view: View, hxl: bool) -> bytes:
    """The report; `hxl`: with a row of HXL hashtags under the header."""
    title = f"{view.catalogue.title}: {view.mapping.response}"
    book = Book(title, view.mapping.prepared_by, view.mapping.last_change)
    columns = flat.columns(view.shown)
    _data_users(book, view, columns, flat.rows(view, columns), hxl)
    for turned in view.turned:
        _turned(book, turned)
    _progress(book, view)
    _about(book, view)
    return book.packed()


def worksheet(view: View) -> bytes:
    """The worksheet of a view of an empty mapping."""
    book = Book(view.catalogue.title, "", "")
    columns = flat.columns(view.shown)
    _instructions(book, view)
    _data_users(book, view, columns, _blank(view, columns), asking=True)
    return book.packed()


def _blank(view: View, columns: Sequence[flat.Column]) -> Iterator[tuple[str, ...]]:
    """The lines of the table up to their states, and lines for other data users."""
    rows = flat.rows(view, columns)
    for section in view.sections:
        yield from (_line(row[:4], columns) for row in islice(rows, len(section.lines)))
        other = _line((section.title, section.id, flat.OTHER_LABEL), columns)
        yield from [other] * OTHER_LINES


def _line(cells: tuple[str, ...], columns: Sequence[flat.Column]) -> tuple[str, ...]:
    return (*cells, *[""] * (len(columns) - len(cells)))


def _data_users(
    book: Book,
    view: View,
    columns: Sequence[flat.Column],
    lines: Iterable[tuple[str, ...]],
    hxl: bool = False,
    asking: bool = False,
) -> None:
    """The sheet of the flat table, and one of its lists; `asking`: with the questions of fields."""
    heads = [
        Head(column.label, column.tag, column.id, _WIDTHS.get(column.id, (20, 40))) for column in columns
    ]
    sheet = book.table(_("Data users"), heads, lines, hxl)
    source = book.sheet(_("Lists"))
    source.sheet_state = "hidden"
    first = 3 if hxl else 2
    fields = {flat.FIELD + asked.id: asked for asked in view.shown}
    lists: list[tuple[str, ...]] = []
    for at, column in enumerate(columns, start=1):
        letter = get_column_letter(at)
        if column.id == "state":
            lists.append(tuple(STATES.values()))
            _shade(sheet, f"${letter}{first}", f"A{first}:{get_column_letter(len(heads))}{LAST_ROW}")
        elif column.answers and column.answers.choices:
            lists.append(column.answers.choices)
        else:
            continue
        choice = _choice(fields.get(column.id), asking)
        there = get_column_letter(len(lists))
        choice.formula1 = place(source, f"${there}$1:${there}${len(lists[-1])}")
        choice.add(f"{letter}{first}:{letter}{LAST_ROW}")
        sheet.add_data_validation(choice)
    for texts in zip_longest(*lists, fillvalue=""):
        book.add(source, texts)


def _choice(asked: Field | None, asking: bool) -> DataValidation:
    """A list to choose from; where one of it is all that fits, nothing else can be typed."""
    several = asked is not None and asked.type == "select_multiple"
    prompt = ""
    if asked and asking:
        hint = _("{question} Several: put ; between.") if several else "{question}"
        prompt = escape(hint.format(question=asked.question))
    return DataValidation(
        type="list",
        allow_blank=True,
        showErrorMessage=not several and not (asked and asked.or_other),
        showInputMessage=bool(prompt),
        prompt=prompt[:255] or None,
    )


def _shade(sheet: Worksheet, state: str, cells: str) -> None:
    """Shades lines by their state."""
    for known, (fill, colour) in _SHADES.items():
        label = STATES[known].replace('"', '""')
        look = DifferentialStyle(font=Font(color=colour), fill=PatternFill(bgColor=fill))
        sheet.conditional_formatting.add(cells, Rule("expression", dxf=look, formula=[f'{state}="{label}"']))


def _turned(book: Book, turned: Turned) -> None:
    heads = [
        Head(turned.label, widths=(24, 44)),
        Head(_("Number")),
        Head(_("Organisations"), widths=(40, 90)),
    ]
    lines: list[tuple[Value, ...]] = [
        (label, len(names), "; ".join(names)) for label, names in turned.answers
    ]
    book.table(turned.label, heads, lines or [(_("Nothing is recorded yet."), "", "")])


def _progress(book: Book, view: View) -> None:
    *lines, total = [(title, *counts) for title, counts in view.counts]
    heads = [Head(label) for label in (_("Section"), *COUNTED)]
    book.add(book.table(_("Progress"), heads, lines), total, "total")


def _about(book: Book, view: View) -> None:
    sheet = _pairs(book, _("About"), view.catalogue.title)
    for column, text in zip(flat.ABOUT, flat.about(view), strict=True):
        _named_pair(book, sheet, column, text)
    _pair(book, sheet, _("Organisations"), str(view.organisations))
    if view.inactive:
        _pair(book, sheet, _("Left the response"), flat.joined(view.inactive))
    for section in view.sections:
        if section.reminder:
            _pair(book, sheet, section.title, section.reminder)


def _instructions(book: Book, view: View) -> None:
    sheet = _pairs(book, _("How to fill this in"), view.catalogue.title)
    _pair(book, sheet, "", view.catalogue.purpose)
    _pair(book, sheet, "1", _("Write here what this is about; the country by its name or its code."))
    for column in flat.ABOUT:
        if column.id in ("response", "country", "prepared_by"):
            _named_pair(book, sheet, column, "", "to fill")
    for number, step in enumerate(_STEPS, start=2):
        _pair(book, sheet, str(number), step.format(sheet=_("Data users")))
    for section in view.sections:
        for text in filter(None, (section.note, section.reminder)):
            _pair(book, sheet, section.title, text)


_STEPS = (
    _("On the sheet “{sheet}”, write beside each example who that is in your response."),
    _("Where it is several, put ; between them, or copy the line so that each has its own."),
    _("Where an example is not applicable, choose that as its state; give the reason if there is one."),
    _("Where you have asked and wait for an answer, choose pending, and note whom you asked."),
    _("Data users that no example foresaw go into the last lines of their section; copy one for more."),
    _("Where a cell has a list, choose from it or type; where several fit, put ; between them."),
    _("Leave empty what you do not know: an empty line says nothing."),
    _("Send this file back. The command “dtm-map import” reads it, and asks before it changes anything."),
)


def _pairs(book: Book, title: str, heading: str) -> Worksheet:
    """A sheet of labels with a text each."""
    sheet = book.sheet(title)
    book.add(sheet, [heading], "title")
    book.column(sheet, 1, 28)
    book.column(sheet, 2, 90)
    return sheet


def _pair(book: Book, sheet: Worksheet, label: str, text: str, style: str = "text") -> int:
    return book.add(sheet, (label, text), style, "label")


def _named_pair(book: Book, sheet: Worksheet, column: flat.Column, text: str, style: str = "text") -> None:
    row = _pair(book, sheet, column.label, text, style)
    book.name(name_of(column.id), place(sheet, f"$B${row}"))
