"""Office documents as archives: what must not be opened is refused before a library opens it."""

import io
import zipfile
import zlib

from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _

#: How large all parts of a document may be, unpacked; and how many times smaller a large part may be packed.
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 200
_LARGE = 4 * 1024 * 1024
_MAX_PARTS = 5_000


def checked(where: str, source: bytes) -> zipfile.ZipFile:
    """A document's archive that is whole, of a bearable size, and defines no entities, which an honest
    document never does. Raises Unusable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source))
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            what = _("the file is encrypted")
            raise Unusable(where, what, _("Open it with its password, and save it without one."))
        large = [part for part in parts if part.file_size > _LARGE]
        if (
            len(parts) > _MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED
            or any(part.file_size > MAX_RATIO * part.compress_size for part in large)
        ):
            what = _("unpacked, the file is larger than any worksheet; it was not opened")
            raise Unusable(where, what, _("Check where it comes from."))
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                # In UTF-16 each character has a zero byte beside it.
                content = archive.read(part)
                if b"<!DOCTYPE" in content or b"<\0!\0D\0O\0" in content or b"\0<\0!\0D\0O" in content:
                    what = _("the file defines entities, as no office program does; it was not opened")
                    raise Unusable(where, what, _("Check where it comes from."))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise broken(where) from None
    return archive


def broken(where: str) -> Unusable:
    """What is said of a document that is damaged."""
    what = _("the file is damaged: it ends too early, or something else is in it than its kind of file has")
    return Unusable(where, what, _("Open it in its own program, save it there again, and try with that."))
