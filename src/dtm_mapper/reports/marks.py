"""Marks in a report by which the program knows later whether somebody edited it."""

import re
from collections.abc import Callable
from typing import NamedTuple

from dtm_mapper.sharing import digest, is_shared


class Mark(NamedTuple):
    """`put` gives a report with its mark, `unbroken` says whether a marked report is as it was written."""

    put: Callable[[bytes], bytes]
    unbroken: Callable[[bytes], bool]


_COMMENT = re.compile(rb"\n<!-- dtm-map ([0-9a-f]{64}) -->\n\Z")


def _put_comment(content: bytes) -> bytes:
    return content + f"\n<!-- dtm-map {digest(content)} -->\n".encode()


def _comment_unbroken(marked: bytes) -> bool:
    # An editor, or a copy over a network, may have changed the line breaks alone.
    marked = marked.replace(b"\r\n", b"\n")
    found = _COMMENT.search(marked)
    return found is not None and digest(marked[: found.start()]) == found.group(1).decode()


#: A last line of its own, in formats with comments such as HTML's.
COMMENT = Mark(_put_comment, _comment_unbroken)

_ARCHIVE = re.compile(rb"PK\x05\x06.{16}\x4c\0(dtm-map: ([0-9a-f]{64})   )\Z", re.DOTALL)


# The comment's length stands before it, as two bytes: 76.
def _put_archive_comment(content: bytes) -> bytes:
    # The last two bytes of an archive without a comment are the length of its comment.
    comment = f"dtm-map: {digest(content)}   ".encode()
    return content[:-2] + len(comment).to_bytes(2, "little") + comment


def _archive_unbroken(marked: bytes) -> bool:
    found = _ARCHIVE.search(marked)
    return found is not None and digest(marked[: found.start(1) - 2] + b"\0\0") == found.group(2).decode()


#: The comment of a zip archive, which office documents are; their programs drop it when they save.
ARCHIVE = Mark(_put_archive_comment, _archive_unbroken)

#: The sign of a mapping to hand on. `reports/shared.py` has already put it there.
SIGN = Mark(bytes, is_shared)
