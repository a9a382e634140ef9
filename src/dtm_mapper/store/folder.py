"""The mappings in a folder, and their bytes."""

import contextlib
import glob
from pathlib import Path

from dtm_mapper.errors import Unusable
from dtm_mapper.files import MAX_BYTES, describe_emptiness, hint_if_open, patiently, source_of
from dtm_mapper.format_line import WINDOW, head_length
from dtm_mapper.i18n import _
from dtm_mapper.mappingfile import looks_like_mapping, subject
from dtm_mapper.screen import shell_command
from dtm_mapper.sharing import has_sign, is_shared
from dtm_mapper.store.names import OWN_COPY

DEFAULT_NAME = "dtm-mapping.yaml"


def read(path: Path) -> bytes:
    """The bytes of a file that the operator named. Raises Unusable."""
    try:
        source = source_of(path)
    except FileNotFoundError:
        raise Unusable(str(path), _("there is no such file"), _other_mappings(path)) from None
    except OSError as error:
        what = _("the file cannot be read ({why})").format(why=error.strerror)
        mend = hint_if_open(path, _("Check its name, and that you may read it."))
        raise Unusable(str(path), what, mend) from None
    if what := describe_emptiness(source):
        mend = _("List its backups with: {command}\n  If it has none, delete the file and start again.")
        raise Unusable(str(path), what, mend.format(command=shell_command("dtm-map", "restore", str(path))))
    return source


def mappings_in(folder: Path) -> list[Path]:
    """List the mappings in a folder by name, without their copies. Those that were written to be handed on
    are listed only if there are no others, as in the folder of whoever receives one."""
    mappings: list[Path] = []
    shared: list[Path] = []
    for path in sorted(folder.glob("*.y*ml")):
        with contextlib.suppress(OSError):
            beginning = _beginning(path)
            if looks_like_mapping(beginning):
                is_for_others = has_sign(beginning) and is_shared(path.read_bytes())
                (shared if is_for_others else mappings).append(path)
    listed = mappings or shared
    copies = {path for mapping in listed for path in listed if _is_copy(path, mapping)}
    return [path for path in listed if path not in copies]


def copies_beside(file: Path) -> list[Path]:
    """List the copies of a mapping beside it: second copies, last-resort copies, and those that OneDrive,
    Dropbox, Syncthing and browsers make, such as `mali-LAPTOP.yaml` and `mali (1).yaml`."""
    others = sorted(file.parent.glob(f"*{glob.escape(file.suffix)}"))
    return [path for path in others if _is_copy(path, file)]


def _is_copy(path: Path, mapping: Path) -> bool:
    added = path.stem.removeprefix(mapping.stem)
    if path.suffix != mapping.suffix or added in ("", path.stem) or added[0].isalnum():
        return False
    if OWN_COPY.fullmatch(added):
        return True
    with contextlib.suppress(OSError, Unusable):
        copy, original = source_of(path), source_of(mapping)
        if looks_like_mapping(copy) and has_sign(copy) == has_sign(original):
            return subject(copy) == subject(original) is not None
    return False


def holds_mapping(path: Path) -> bool:
    """Return whether a file is a mapping, other than one that was written to be handed on. Raise OSError."""
    beginning = _beginning(path)
    return looks_like_mapping(beginning) and not has_sign(beginning)


def _beginning(path: Path) -> bytes:
    """The comments at the top of a file, and some more."""
    # To open a pipe would wait for whoever writes to it.
    if not path.is_file():
        return b""
    with patiently(lambda: path.open("rb")) as file:
        begun = file.read(WINDOW)
        # The comments at the top may be longer than the window, or end within the line of the format.
        return begun + file.read(MAX_BYTES if head_length(begun) == len(begun) else WINDOW)


def _other_mappings(path: Path) -> str:
    names = ", ".join(found.name for found in mappings_in(path.parent)) if path.parent.is_dir() else ""
    if names:
        return _("In that folder there is: {names}").format(names=names)
    return _("“dtm-map new” starts a mapping.")
