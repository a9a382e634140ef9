"""How long it takes to write a report of each format, but for the disk."""

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from bench import samples
from bench.ratio import Ratio, compared, timed
from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import load

#: How many times each number of data users is written.
TIMES = {100: 9, 1_000: 5, 10_000: 3}
BOUND = 1.5

#: A report's tables, each a list of rows of cells.
_Tables = list[list[list[str]]]


def formats(quick: bool) -> list[Ratio]:
    """Each that has a library against it alone, which writes the cells of the report and knows no mapping."""
    catalogue = load()
    return [_ratio(catalogue, name, size, quick) for name in ALONE for size in TIMES]


def _ratio(catalogue: Catalogue, name: str, size: int, quick: bool) -> Ratio:
    mapping = samples.spread(catalogue, size)
    against, read, write = ALONE[name]
    cells = read(reports.render(mapping, catalogue, name))
    return compared(
        f"report {name}, {size:,} data users",
        timed(lambda: reports.render(mapping, catalogue, name)),
        against,
        timed(lambda: write(cells)),
        BOUND,
        TIMES[size] // 2 + 1 if quick else TIMES[size],
    )


def _json_dumps(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _csv_cells(report: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(report.decode("utf-8-sig"), newline="")))


def _csv_writer(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


class _Cells(HTMLParser):
    """The tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: _Tables = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.tables[-1][-1][-1] += data


def _html_cells(report: bytes) -> _Tables:
    page = _Cells()
    page.feed(report.decode())
    return page.tables


_TEMPLATE = """<!DOCTYPE html><meta charset="utf-8"><title>Report</title>
{% for rows in tables %}<table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}"""


def _jinja2(tables: _Tables) -> bytes:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(_TEMPLATE).render(tables=tables).encode()


def _docx_cells(report: bytes) -> _Tables:
    from docx import Document

    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(report)).tables
    ]


def _python_docx(tables: _Tables) -> bytes:
    from docx import Document

    document = Document()
    for rows in tables:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _xlsx_cells(report: bytes) -> list[list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    return [list(sheet.values) for sheet in load_workbook(io.BytesIO(report), read_only=True).worksheets]


def _openpyxl(sheets: list[list[tuple[Any, ...]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


#: For each format its library, how to read the cells out of a report, and how the library writes them.
ALONE: dict[str, tuple[str, Callable[[bytes], Any], Callable[[Any], bytes]]] = {
    "html": ("jinja2", _html_cells, _jinja2),
    "docx": ("python-docx", _docx_cells, _python_docx),
    "xlsx": ("openpyxl", _xlsx_cells, _openpyxl),
    "csv": ("csv.writer", _csv_cells, _csv_writer),
    "json": ("json.dumps", json.loads, _json_dumps),
}
