"""Reports: a mapping as something to read. A new format is one file and one line here."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable, office_missing
from dtm_mapper.files import patiently
from dtm_mapper.i18n import _
from dtm_mapper.mapping import Mapping
from dtm_mapper.reports.marks import ARCHIVE, COMMENT, SIGN, Mark
from dtm_mapper.reports.view import view
from dtm_mapper.store.atomic import write_whole


class Format(NamedTuple):
    """A kind of report. `module` has `render(View) -> bytes`, and where it takes HXL hashtags
    `render(View, hxl)`; with `blank`, also `worksheet(View) -> bytes` for an empty mapping. `mark` is how a
    report tells later whether somebody edited it; without one, a report that is there is never written
    over unasked. `needs` is a library that an extra installs."""

    name: str
    ending: str
    module: str
    mark: Mark | None = None
    hxl: bool = False
    blank: bool = False
    needs: str = ""


FORMATS = {
    "md": Format(_("Markdown"), ".md", "markdown", COMMENT),
    "docx": Format(_("Word"), ".docx", "docx", ARCHIVE, blank=True, needs="docx"),
    "html": Format(_("HTML"), ".html", "html", COMMENT),
    "xlsx": Format(_("Excel"), ".xlsx", "excel", ARCHIVE, hxl=True, blank=True, needs="openpyxl"),
    "csv": Format(_("CSV"), ".csv", "csvfile", hxl=True),
    "json": Format(_("JSON"), ".json", "jsonfile"),
    "yaml": Format(_("a mapping to hand on"), "-shared.yaml", "shared", SIGN),
}


def format_of(name: str | None, out: Path | None) -> str:
    """The format asked for by name, else by the ending of the file, else Markdown. Raises Unusable."""
    wanted = name or (out.suffix[1:].lower() if out else "") or "md"
    wanted = "yaml" if wanted == "yml" else wanted
    if wanted not in FORMATS:
        known = ", ".join(f"{key} ({known.name})" for key, known in FORMATS.items())
        raise Unusable(
            wanted, _("this is no report format"), _("Use -f with one of these: {known}").format(known=known)
        )
    return wanted


def render(
    mapping: Mapping,
    catalogue: Catalogue,
    format_name: str,
    personal: bool = False,
    public: bool = False,
    hxl: bool = False,
) -> bytes:
    """A mapping as a report. `personal`: with personal fields; `public`: without internal ones; `hxl`: with
    a row of HXL hashtags. Raises Unusable where the format has none, or a library is missing."""
    chosen = FORMATS[format_name]
    if hxl and not chosen.hxl:
        known = ", ".join(key for key, known in FORMATS.items() if known.hxl)
        what = _("this format has no row of HXL hashtags")
        raise Unusable(format_name, what, _("Use --hxl with one of these: {known}").format(known=known))
    module = _module(format_name)
    shown = view(mapping, catalogue, personal, public)
    content: bytes = module.render(shown, hxl) if chosen.hxl else module.render(shown)
    return content


def worksheet(catalogue: Catalogue, out: Path) -> bytes:
    """A blank worksheet of a catalogue, to fill in without this program. Raises Unusable."""
    known = {chosen.ending: name for name, chosen in FORMATS.items() if chosen.blank}
    name = known.get(out.suffix.lower())
    if name is None:
        what = _("there is no worksheet with this ending")
        mend = _("Use one of these endings: {known}").format(known=", ".join(known))
        raise Unusable(str(out), what, mend)
    empty = Mapping(catalogue.id, catalogue.version, created="")
    content: bytes = _module(name).worksheet(view(empty, catalogue))
    return content


def _module(format_name: str) -> ModuleType:
    chosen = FORMATS[format_name]
    if chosen.needs and importlib.util.find_spec(chosen.needs) is None:
        raise office_missing(format_name)
    return importlib.import_module(f"dtm_mapper.reports.{chosen.module}")


def beside(file: Path, format_name: str) -> Path:
    """Where the report of a mapping's file goes by default."""
    out = file.with_name(f"{file.stem}{FORMATS[format_name].ending}")
    return out if out != file else file.with_name(f"{file.stem}-report{out.suffix}")


def write(
    content: bytes, out: Path, format_name: str | None, may_replace: Callable[[Path], bool]
) -> Path | None:
    """Writes a report whole, asking first where `out` is not a report as this program wrote it. A file that
    is no report has no format.

    Gives the path, or None where the answer was no. Raises OSError.
    """
    mark = FORMATS[format_name].mark if format_name else None
    marked = mark.put(content) if mark else content
    if out.exists() and not _as_written(out, marked, mark) and not may_replace(out):
        return None
    write_whole(out, marked)
    return out


def _as_written(out: Path, new: bytes, mark: Mark | None) -> bool:
    """Return whether a report is as this program wrote it. Raise OSError."""
    there = patiently(out.read_bytes)
    return there == new or (mark is not None and mark.unbroken(there))
