"""The `format:` line, in which a file says what it is and which version of its format it has."""

import re

from dtm_mapper.errors import Problem
from dtm_mapper.i18n import _

#: The format is looked for in this many bytes after the comments at the top of a file.
WINDOW = 2_000

_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\r\n]*|%[^\r\n]*|---[ \t]*(?:#[^\r\n]*)?)?(?:[\r\n]+|\Z))*"
)
_FORMAT = re.compile(rb"^[^\w#]{0,3}format['\"]?\s*:\s*['\"]?(dtm-[a-z-]+/[^\s'\",}]*)", re.MULTILINE)
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9})*")


def head_length(source: bytes) -> int:
    """Count the bytes of the comments and blank lines at the top of a file."""
    match = _HEAD.match(source)
    return match.end() if match else 0


def declared_format(source: bytes) -> str:
    """Return the format that a file says it has, such as `dtm-mapping/1`; '' if it does not say."""
    match = _search(source)
    return match[1].decode("utf-8", "replace") if match else ""


def find_newer(source: bytes, known: str) -> Problem | None:
    """Report a file whose format is newer than the one that this program reads.

    Only the `format:` line is read, because nobody knows what the rest of a newer file looks like.
    """
    name = declared_format(source)
    match = _search(source)
    if match is None or not _is_newer(name, known):
        return None
    above = source[: head_length(source) + match.start(1)]
    return Problem(len(re.findall(rb"\r\n|\n|\r", above)) + 1, describe_format(name, known))


def describe_format(name: str, known: str) -> str:
    """Say that a format cannot be read, and what to do."""
    if _is_newer(name, known):
        what = _(
            "the file was written by a newer dtm-map: its format is “{name}”, and this dtm-map reads "
            "“{known}”; update dtm-map to use it"
        )
    else:
        what = _("the format is “{name}”, and this dtm-map reads “{known}”")
    return what.format(name=name, known=known)


def _search(source: bytes) -> re.Match[bytes] | None:
    start = head_length(source)
    return _FORMAT.search(source[start : start + WINDOW].replace(b"\r", b"\n"))


def _is_newer(name: str, known: str) -> bool:
    kind, _slash, version = name.partition("/")
    known_kind, _slash, known_version = known.partition("/")
    if kind != known_kind or not _VERSION.fullmatch(version):
        return False
    return _numbers(version) > _numbers(known_version)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]
