"""Which texts can be recorded: those that every file, screen and report can hold as they were typed."""

import re
import unicodedata
from datetime import date

from dtm_mapper.i18n import _


class _Unmarked(dict[int, int | None]):
    """Each character for itself, and nothing for one that is put on another; filled as texts come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def folded(text: str) -> str:
    """Text without accents and capitals, for comparing in any script."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_UNMARKED).casefold()


def folded_words(text: str) -> str:
    """Return the words of a text as `folded` does, with one space between them, to compare whole texts."""
    return " ".join(folded(text).split())


_WORD = re.compile(r"[^\W_]+")
#: The article before a word in Arabic, which nobody thinks of when searching.
_ARTICLE = "ال"


def search_text(*texts: str) -> str:
    """Return the words of some texts for `has_words`: folded, each after a space, and those that begin with
    an Arabic article without it, too."""
    words = _WORD.findall(folded(" ".join(texts)))
    bare = [word.removeprefix(_ARTICLE) for word in words if word.startswith(_ARTICLE)]
    return "".join(f" {word}" for word in (*words, *bare))


def has_words(search: str, typed: str) -> bool:
    """Return whether there are typed words and each begins a word of a text that `search_text` returned."""
    words = _WORD.findall(folded(typed))
    return bool(words) and all(
        f" {word}" in search
        or ((bare := word.removeprefix(_ARTICLE)) and bare != word and f" {bare}" in search)
        for word in words
    )


_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d.*)?")


def iso_date(text: str) -> str:
    """A date as an ISO date, with a time behind it left off; '' where it is none."""
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1]).isoformat() if found else ""
    except ValueError:
        return ""


_FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def text_problem(text: str, limit: int, lines: bool = False) -> str | None:
    """Why a text cannot be recorded, or None. `lines`: whether it may have line breaks."""
    if len(text) > limit:
        return _("this is {count} characters long; at most {limit} are kept").format(
            count=len(text), limit=limit
        )
    if (found := _FORBIDDEN.search(text)) is not None:
        if "\ud800" <= found.group() <= "\udfff":
            return _("character {number} is broken and cannot be kept").format(number=found.start() + 1)
        return _("character {number} is a control character and cannot be kept").format(
            number=found.start() + 1
        )
    if "\t" in text:
        return _("there is a tab in it; put a space instead, or ; between names")
    if not lines and "\n" in text:
        return _("there is a line break in it; put it on one line")
    return None
