"""Which texts can be recorded: those that every file, screen and report can hold as they were typed."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from dtm_mapper.i18n import _


def folded(text: str) -> str:
    """Text without accents and capitals, for comparing in any script."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    for mark in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(mark, "")
    return plain.casefold()


def folded_words(text: str) -> str:
    """Return the words of a text as `folded` does, with one space between them, to compare whole texts."""
    return " ".join(folded(text).split())


_WORD = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"(?:_|[^\w\n])+")
#: The article before a word in Arabic, which nobody thinks of when searching.
_ARTICLE = "ال"
_WITH_ARTICLE = re.compile(rf"\b{_ARTICLE}(\w+)")


def search_texts(texts: Sequence[str]) -> list[str]:
    """Return the words of each text for `has_words`: folded, each after a space, and those that begin with
    an Arabic article without it, too."""
    # To fold many texts together takes a tenth of the time.
    words = _NO_WORD.sub(" ", folded("\n".join(text.replace("\n", " ") for text in texts)))
    with_bare = _WITH_ARTICLE.sub(r"\g<0> \1", words)
    return [f" {line}" for line in with_bare.split("\n")] if texts else []


def typed_words(typed: str) -> list[tuple[str, ...]]:
    """Return, for each typed word, how it may begin in a text of `search_texts`."""
    words = _WORD.findall(folded(typed))
    bare = [word.removeprefix(_ARTICLE) for word in words]
    return [
        (f" {word}", f" {other}") if other else (f" {word}",) for word, other in zip(words, bare, strict=True)
    ]


def has_words(search: str, words: list[tuple[str, ...]]) -> bool:
    """Return whether there are typed words and each begins a word of a text of `search_texts`."""
    for spellings in words:
        for word in spellings:
            if word in search:
                break
        else:
            return False
    return bool(words)


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
        broken = "\ud800" <= found.group() <= "\udfff"
        what = _("character {number} is broken and cannot be kept")
        control = _("character {number} is a control character and cannot be kept")
        return (what if broken else control).format(number=found.start() + 1)
    if "\t" in text:
        return _("there is a tab in it; put a space instead, or ; between names")
    if not lines and "\n" in text:
        return _("there is a line break in it; put it on one line")
    return None
