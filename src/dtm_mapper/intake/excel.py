"""Reads an Excel workbook back in: this program's, or any with a column of examples and one of names."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, get_column_letter, range_boundaries

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.intake.archive import broken, checked
from dtm_mapper.intake.lines import Source
from dtm_mapper.intake.tables import Columns, Record, Tables, known_columns
from dtm_mapper.reports.csvfile import unescape as unguarded
from dtm_mapper.reports.flat import ABOUT, columns
from dtm_mapper.reports.workbook import name_of, unescape

#: What is read of a cell whose formula ended in an error.
_ERROR = object()
#: A note names this many cells with an error.
_NAMED = 20
#: How many cells are looked at, empty ones between others included.
_MAX_CELLS = 4_000_000
#: A formula that no program has reckoned yet, as where a library wrote it.
_UNRECKONED = re.compile(rb"<f(?: [^>]*)?(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>")
_MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_REFERENCE = re.compile(r"'?(.+?)'?!\$?([A-Z]{1,3})(?:\$?([0-9]{1,7})|:.*)")


def read(where: str, source: bytes, catalogue: Catalogue) -> Source:
    """Reads the values of a workbook, never its formulas or macros. Raises Unusable."""
    with checked(where, source) as archive, warnings.catch_warnings():
        # The library warns of what it leaves out of a workbook, such as styles and drawings.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(source), read_only=True, data_only=True)
            return _Reader(where, book, archive, catalogue).source()
        except Unusable:
            raise
        # The library raises what its own libraries do, of any kind.
        except Exception:
            raise broken(where) from None


class _Reader:
    def __init__(self, where: str, book: Any, archive: zipfile.ZipFile, catalogue: Catalogue) -> None:
        self.where, self.archive, self.catalogue = where, archive, catalogue
        self.sheets = {sheet.title: sheet for sheet in book.worksheets}
        self.named = {name: found.attr_text or "" for name, found in book.defined_names.items()}
        self.tables = Tables(catalogue)
        self.notes: list[str] = []
        self.columns = columns(catalogue.fields)
        self.cells = 0

    def source(self) -> Source:
        hidden: list[str] = []
        for title, sheet in self.sheets.items():
            rows = self._rows(title, sheet)
            self._say_about(title, rows)
            if sheet.sheet_state != "visible":
                if Tables(self.catalogue).table(rows, ""):
                    hidden.append(title)
                continue
            self.tables.heading(title)
            known = self._known(title, rows)
            if known is None and any(self.tables.is_ours(row.cells) for row in rows[:10]):
                # The CSV report, opened by a program that kept the signs before what begins like a formula.
                rows = [Record(row.number, [unguarded(cell) for cell in row.cells]) for row in rows]
            taken = self.tables.table(rows, _("{title}, row").format(title=title), known)
            if not (taken or self.tables.pairs(rows) or self._is_ours()):
                self.tables.pass_over(rows, _("Sheet “{title}”").format(title=title))
        if hidden and not self.tables.understood:
            what = _("its tables are on hidden sheets: {titles}").format(titles="; ".join(hidden))
            raise Unusable(self.where, what, _("Unhide them in Excel, save the file, and import it again."))
        self.notes += [_("The hidden sheet “{title}” was left out").format(title=title) for title in hidden]
        return self.tables.source(self.where, _("Excel workbook"), self.notes)

    def _is_ours(self) -> bool:
        """Whether this is a workbook of this program, which has further sheets that say the same."""
        return any(name_of(column.id, 1) in self.named for column in self.columns)

    def _known(self, title: str, rows: list[Record]) -> Columns | None:
        """The columns of a sheet of this program's, by their names in the workbook."""
        places: dict[str, int] = {}
        for column in self.columns:
            parts = [at for at, _row in self._places(column.id, title)]
            if parts:
                places[column.id] = parts[0]
            for row in rows if len(parts) > 1 else ():
                if parts[0] < len(row.cells):
                    row.cells[parts[0]] = "".join(row.cells[at] for at in parts if at < len(row.cells))
        return known_columns(places)

    def _places(self, id: str, title: str) -> list[tuple[int, int]]:
        """The column, from 0, and the row, 0 for all of them, of each part of what the workbook names so."""
        found: list[tuple[int, int]] = []
        while match := _REFERENCE.fullmatch(self.named.get(name_of(id, len(found) + 1), "")):
            if match[1].replace("''", "'") != title:
                break
            found.append((column_index_from_string(match[2]) - 1, int(match[3] or 0)))
        return found

    def _say_about(self, title: str, rows: list[Record]) -> None:
        by_number = {row.number: row.cells for row in rows}
        for column in ABOUT:
            for at, number in self._places(column.id, title):
                self.tables.say_about(column.id, "".join(by_number.get(number, [])[at : at + 1]))

    def _rows(self, title: str, sheet: Any) -> list[Record]:
        """The texts of a sheet's cells; a cell that is merged downwards says the same in each of its rows."""
        sheet.reset_dimensions()
        rows: list[Record] = []
        errors: list[str] = []
        part = self.archive.read(sheet._worksheet_path)
        for number, values in enumerate(_values(sheet, part), start=1):
            self._count(len(values) + 1)
            cells = [_text(value) for value in values]
            if _ERROR in values:
                at = (at for at, value in enumerate(values, start=1) if value is _ERROR)
                errors += [f"{get_column_letter(column)}{number}" for column in at]
            if any(cells):
                rows.append(Record(number, cells))
        self._merge(rows, part)
        if count := len(errors) + len(_UNRECKONED.findall(part)):
            what = ngettext(
                "Sheet “{title}”: {count} formula with an error or without a value counts as empty",
                "Sheet “{title}”: {count} formulas with an error or without a value count as empty",
                count,
            ).format(title=title, count=count)
            more = ["…"] if len(errors) > _NAMED else []
            self.notes.append(f"{what}: {', '.join(errors[:_NAMED] + more)}" if errors else what)
        return rows

    def _merge(self, rows: list[Record], part: bytes) -> None:
        by_number = {row.number: row.cells for row in rows}
        for found in _MERGED.findall(part):
            first, top, _last, bottom = (bound or 1 for bound in range_boundaries(found.decode()))
            above = by_number.get(top, [])
            if bottom == top or first > len(above):
                continue
            for number in range(top + 1, min(bottom, rows[-1].number) + 1):
                self._count(first)
                if cells := by_number.get(number):
                    cells.extend([""] * (first - len(cells)))
                    cells[first - 1] = above[first - 1]

    def _count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > _MAX_CELLS:
            what = _("it has more than {count} cells").format(count=_MAX_CELLS)
            raise Unusable(self.where, what, _("Copy the table alone into a new workbook, and import that."))


def _values(sheet: Any, part: bytes) -> Iterator[tuple[Any, ...]]:
    """The values of a sheet's rows; where a formula ended in an error, that is told apart from such text."""
    if b't="e"' not in part:
        yield from sheet.iter_rows(values_only=True)
        return
    for row in sheet.iter_rows():
        yield tuple(_ERROR if cell.data_type == "e" else cell.value for cell in row)


def _text(value: object) -> str:
    """A cell's value as it is read."""
    if isinstance(value, str):
        return str(unescape(value))
    if value is None or value is _ERROR:
        return ""
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)
