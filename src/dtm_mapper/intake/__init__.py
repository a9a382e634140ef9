"""What comes back in: filled worksheets, tables and reports. A new format is one file and one line here."""

import importlib
import io
import re
import zipfile
from pathlib import Path

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable, office_missing
from dtm_mapper.files import hint_if_open, source_of
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import Source

#: How large a file may be: one with pictures is larger than a mapping.
MAX_BYTES = 32 * 1024 * 1024


#: The module of each format, which has `read(where, source, catalogue) -> Source`.
READERS = {"docx": "worksheet", "xlsx": "excel", "csv": "csvfile", "json": "jsonfile"}


def read(path: Path, catalogue: Catalogue) -> Source:
    """What a file says, by what is in it rather than by its name. Raises Unusable."""
    smaller = _("Take its pictures out, or copy the table alone into a new file.")
    try:
        source = source_of(path, MAX_BYTES, smaller)
    except FileNotFoundError:
        raise Unusable(str(path), _("there is no such file"), _("Check its name.")) from None
    except OSError as error:
        what = _("the file cannot be read ({why})").format(why=error.strerror)
        mend = hint_if_open(path, _("Check its name, and that you may read it."))
        raise Unusable(str(path), what, mend) from None
    name = _format_of(path, source)
    try:
        module = importlib.import_module(f"dtm_mapper.intake.{READERS[name]}")
    except ModuleNotFoundError:
        raise office_missing(name) from None
    result: Source = module.read(str(path), source, catalogue)
    return result


def _format_of(path: Path, source: bytes) -> str:
    """The format of a file. Raises Unusable for one that is read by nothing here."""
    mend = _(
        "Bring it as a filled Word worksheet (.docx), Excel (.xlsx), CSV, or the JSON report of dtm-map."
    )
    if source.startswith(b"PK\3\4"):
        parts = _parts(source)
        for name, part in (("docx", "word/document"), ("xlsx", "xl/workbook")):
            if any(found.startswith(part) for found in parts):
                return name
        if "mimetype" in parts:
            what = _("this is an OpenDocument file (.odt, .ods)")
            raise Unusable(str(path), what, _("Open it, and save it as .docx or .xlsx."))
        raise Unusable(str(path), _("this is an archive, but no Word or Excel document"), mend)
    signs = (
        (b"\xd0\xcf\x11\xe0", _("this is encrypted, or of an old kind (.doc, .xls)")),
        (b"%PDF", _("this is a PDF, out of which no tables can be read")),
        (b"{\\rtf", _("this is an RTF document")),
    )
    for sign, what in signs:
        if source.startswith(sign):
            raise Unusable(str(path), what, _("Save it as .docx or .xlsx, without a password."))
    start = source[:1000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        what = _("this is a web page or XML, whatever its name says")
        raise Unusable(str(path), what, _("Open it in a spreadsheet program, and save it as .xlsx."))
    if start.startswith((b"format: dtm-mapping/", b"format: dtm-catalogue/")):
        raise Unusable(str(path), _("this is a mapping or a catalogue itself, no worksheet or report"), mend)
    if path.suffix.lower() in (".md", ".markdown") or re.search(rb"^\|[ :]*---", source, re.MULTILINE):
        what = _("this is a Markdown report, out of which nothing can be read back")
        raise Unusable(str(path), what, _("Write it as Excel or JSON instead: dtm-map report -f xlsx"))
    if not source.strip():
        raise Unusable(str(path), _("the file is empty"), mend)
    if start.startswith((b"{", b"[")) or path.suffix.lower() == ".json":
        return "json"
    if b"\0" in source and not source.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(source):
        raise Unusable(str(path), _("this is no text, and no Word or Excel document"), mend)
    return "csv"


def _parts(source: bytes) -> list[str]:
    """The names of an archive's parts; of a broken one what is left of them, so that its reader says so."""
    try:
        return zipfile.ZipFile(io.BytesIO(source)).namelist()
    except zipfile.BadZipFile:
        return re.findall("word/document|xl/workbook", source.decode("latin-1"))


def _is_binary(source: bytes) -> bool:
    """Whether bytes with zeros among them are no UTF-16 either, where they stand in every second place."""
    top = source[:2000]
    return min(top[::2].count(0), top[1::2].count(0)) * 5 > max(top[::2].count(0), top[1::2].count(0))
