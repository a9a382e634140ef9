"""Office documents as archives that are the same, byte for byte, each time they are made."""

import io
import zipfile


def settled(document: bytes) -> bytes:
    """The same document without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as packed, zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(part, packed.read(name))
    return out.getvalue()
