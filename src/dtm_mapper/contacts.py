"""Mail addresses and telephone numbers in a text."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import islice

#: A telephone number has at least this many digits.
_DIGITS = 7

_DIGIT = re.compile(r"\d")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

# These patterns are for a text after `_simplified`, which has only ASCII digits, spaces and hyphens.
_BETWEEN = r"(?: {1,3}| ?- ?|\.)"
_AREA = r"\([0-9]{1,5}\)"
_NEXT = rf"{_BETWEEN}?(?:{_AREA}{_BETWEEN}?)?[0-9]"
_ENDS = f"(?!{_NEXT})"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"  # also a month
_YEAR = "(?:19|20)[0-9]{2}"
_DATE = f"(?:{_YEAR}[.-]{_DAY}[.-]{_DAY}|{_DAY}[.-]{_DAY}[.-]{_YEAR})"
_SUM = "[1-9][0-9]{0,2}(?:[ .,'’][0-9]{3})+(?:[.,][0-9]+)?"
_NO_PHONES = (
    r"(?:https?://|www\.)[^\s,;<>()]+",
    # Dates such as 2026-11-22, also directly before a telephone number.
    rf"{_DATE}(?![.-]?[0-9])",
    # Years, alone or as in 2025-2026 and 22-25.11.2026.
    rf"(?:(?:{_DAY}|{_YEAR}){_BETWEEN})*{_YEAR}(?:{_BETWEEN}(?:{_DAY}|{_YEAR}))*{_ENDS}",
    # Sums such as 1 234 567, ranges of sums and of round numbers, and decimals such as coordinates.
    rf"{_SUM}(?: ?- ?{_SUM})?{_ENDS}",
    rf"[1-9][0-9]*00 ?- ?[1-9][0-9]*00{_ENDS}",
    rf"[0-9]{{1,3}}[.,][0-9]{{5,}}{_ENDS}",
)
_PHONE = rf"(?:\+ ?|0[0-9]{{2,4}}/ ?)?(?:{_AREA}|[0-9])(?:{_NEXT})*"
#: Digits after a letter, as in BGD12345678 or ABC-1234567, are an identifier.
_NUMBER = (
    rf"(?<![\w+])(?:{'|'.join(_NO_PHONES)})"
    rf"|(?:(?<![\w$€£#])(?<![^\W\d_]-)|(?=\+))(?P<phone>{_PHONE})(?![\w@])"
)


@cache
def _number() -> re.Pattern[str]:
    # Compiled with the first text that has enough digits, because it takes long.
    return re.compile(_NUMBER)


def find_contact(text: str) -> str:
    """Return the first mail address or telephone number in a text, or '' if there is none."""
    start, end = _span(text)
    return text[start:end]


def without_contact(text: str) -> tuple[str, str]:
    """Return a text without its first contact, and that contact, or '' if there is none.

    Brackets and separators that only belonged to the contact are removed, too.
    """
    start, end = _span(text)
    if start == end:
        return text, ""
    return _joined(text[:start], text[end:]), text[start:end]


def without_contacts(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without any contacts, and the contacts."""
    contacts: list[str] = []
    while (found := without_contact(text))[1]:
        text, contact = found
        contacts.append(contact)
    return text, tuple(contacts)


def _span(text: str) -> tuple[int, int]:
    """Return where the first contact begins and ends, or (0, 0) if there is none."""
    found = [(len(text), 0)]
    if "@" in text and (mail := _MAIL.search(text)):
        found.append(mail.span())
    if _digits(text) >= _DIGITS:
        phones = (
            match for match in _number().finditer(_simplified(text)) if _digits(match["phone"]) >= _DIGITS
        )
        found.extend(match.span() for match in islice(phones, 1))
    start, end = min(found, key=lambda span: span[0])
    return (start, end) if end else (0, 0)


def _digits(text: str | None) -> int:
    return len(_DIGIT.findall(text or ""))


def _simplified(text: str) -> str:
    """Replace each digit, space, hyphen, bracket and plus sign by the ASCII one."""
    return text if text.isascii() else "".join(map(_simple, text))


@lru_cache(maxsize=1_000)
def _simple(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    kinds = {"Zs": " ", "Cf": " ", "Pd": "-"}
    simple = {"−": "-", "＋": "+", "（": "(", "）": ")"}
    return simple.get(character) or kinds.get(unicodedata.category(character), character)


_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "（": "）"}
_SEPARATORS = " ,;:/|-–—،؛"


def _joined(before: str, after: str) -> str:
    """Join the text around a contact. A rest without letters and digits becomes ''."""
    before, after = before.rstrip(" "), after.lstrip(" ")
    while after and _BRACKETS.get(before[-1:]) == after[0]:
        before, after = before[:-1].rstrip(" "), after[1:].lstrip(" ")
    if after[:1] in {"", "\n", ".", *_SEPARATORS, *_BRACKETS.values()}:
        before = before.rstrip(_SEPARATORS)
    if before[-1:] in {"", "\n", *_BRACKETS}:
        after = after.lstrip(_SEPARATORS + ".").removeprefix("\n")
    glue = "" if before[-1:] in {"\n", *_BRACKETS} or re.match(r"[\n.,;:،؛)\]}>）]", after) else " "
    rest = f"{before}{glue}{after}".strip()
    return rest if any(map(str.isalnum, rest)) else ""
