"""Reports: a mapping as something to read. A new format is one file and one line here."""

import hashlib
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.mapping import Mapping
from dtm_mapper.reports.view import view
from dtm_mapper.storage import write_whole


class Format(NamedTuple):
    """A kind of report. `module` has `render(View) -> str`."""

    name: str
    ending: str
    module: str


FORMATS = {
    "md": Format(_("Markdown"), ".md", "markdown"),
}


def format_of(name: str | None, out: Path | None) -> str:
    """The format asked for by name, else by the ending of the file, else Markdown. Raises Unusable."""
    if name is None and out is not None and out.suffix:
        found = [key for key, known in FORMATS.items() if known.ending == out.suffix.lower()]
        if found:
            return found[0]
    wanted = name or (out.suffix[1:] if out is not None and out.suffix else "md")
    if wanted not in FORMATS:
        known = ", ".join(f"{key} ({known.name})" for key, known in FORMATS.items())
        raise Unusable(
            wanted, _("this is no report format"), _("Use -f with one of these: {known}").format(known=known)
        )
    return wanted


def render(
    mapping: Mapping, catalogue: Catalogue, format_name: str, personal: bool = False, public: bool = False
) -> str:
    """A mapping as a report. `personal`: with personal fields; `public`: without internal ones."""
    module = importlib.import_module(f"dtm_mapper.reports.{FORMATS[format_name].module}")
    render_view: Callable[[object], str] = module.render
    return render_view(view(mapping, catalogue, personal, public))


def beside(file: Path, format_name: str) -> Path:
    """Where the report of a mapping's file goes by default."""
    out = file.with_suffix(FORMATS[format_name].ending)
    return out if out != file else file.with_name(f"{file.stem}-report{out.suffix}")


_MARK = re.compile(r"\n<!-- dtm-map ([0-9a-f]{64}) -->\n\Z")


def write(text: str, out: Path, may_replace: Callable[[Path], bool]) -> Path | None:
    """Writes a report whole, asking first where `out` is not a report as this program wrote it.

    Gives the path, or None where the answer was no. Raises OSError. A last line of its own tells later
    whether somebody edited it.
    """
    if out.exists() and not _as_written(out) and not may_replace(out):
        return None
    write_whole(out, f"{text}\n<!-- dtm-map {_digest(text)} -->\n".encode())
    return out


def _as_written(out: Path) -> bool:
    try:
        text = out.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return False
    mark = _MARK.search(text)
    return mark is not None and _digest(text[: mark.start()]) == mark.group(1)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
