"""Reads CSV back in: any usual encoding; commas, semicolons, tabs or bars."""

import csv
import io
import re
from collections.abc import Iterator

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.files import MAX_BYTES
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import Source
from dtm_mapper.intake.tables import Record, Tables
from dtm_mapper.reports.csvfile import unescape

#: What spreadsheet programs save plain CSV in, by the language of Windows.
_ANSI = ("Windows-1252", "Windows-1256")
_SIGNS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(where: str, source: bytes, catalogue: Catalogue) -> Source:
    """Raises Unusable where nothing in it is understood."""
    text, encoding = _decoded(where, source)
    notes = [_("Read as {encoding}, not UTF-8: check how the names are spelt").format(encoding=encoding)]
    wrong: list[Unusable] = []
    top = text[:5_000]
    # The likeliest delimiter comes first.
    for delimiter in sorted((",", ";", "\t", "|"), key=lambda sign: -top.count(sign)):
        tables = Tables(catalogue)
        try:
            tables.table(list(_rows(where, text, delimiter)), _("row"))
            return tables.source(where, _("CSV"), notes if encoding in _ANSI else [])
        except Unusable as error:
            if tables.understood:
                raise
            wrong.append(error)
    # What the likeliest delimiter leads to says most.
    raise wrong[0]


def _decoded(where: str, source: bytes) -> tuple[str, str]:
    encoding = next((name for sign, name in _SIGNS if source.startswith(sign)), "")
    if not encoding and b"\0" in source[:1000]:
        # Without a sign of its own: the zero bytes of Latin letters tell which half comes first.
        encoding = "utf-16-le" if source[1:1000:2].count(0) > source[:1000:2].count(0) else "utf-16-be"
    try:
        return source.decode(encoding or "utf-8"), encoding or "UTF-8"
    except UnicodeDecodeError:
        if encoding:
            what = _("the file is no text in {encoding}, as its first bytes say").format(encoding=encoding)
            raise Unusable(where, what, _("Save it again as “CSV UTF-8”.")) from None
    # Accented letters hardly ever stand side by side, Arabic ones do in every word.
    encoding = "Windows-1256" if re.search(rb"[\xc0-\xff]{4}", source) else "Windows-1252"
    return source.decode(encoding, "replace"), encoding


def _rows(where: str, text: str, delimiter: str) -> Iterator[Record]:
    # Many answers of one data user may stand in one cell, and be longer than the module's own limit.
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield Record(number, [unescape(cell) if "'" in cell else cell for cell in cells])
    except csv.Error as error:
        what = _("line {line} cannot be read as CSV ({why})").format(line=reader.line_num, why=error)
        mend = _("Open it in a spreadsheet program, and save it as “CSV UTF-8” or .xlsx.")
        raise Unusable(where, what, mend) from None
