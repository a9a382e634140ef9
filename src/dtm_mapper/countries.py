"""Countries by name or code, as ISO 3166-1 alpha-3 codes; the list and its translations are pycountry's."""

import gettext
import re
from collections.abc import Iterator
from functools import cache

import pycountry

from dtm_mapper.texts import folded

#: The languages whose country names an operator may type, beside English.
_LANGUAGES = ("fr", "es", "ar")


def _folded(name: str) -> str:
    """A name without accents, capitals, kinds of apostrophe and a leading article."""
    plain = " ".join(folded(name.replace("’", "'")).split())
    return re.sub(r"^the ", "", plain)


def _spellings(name: str) -> Iterator[str]:
    """A name as the list has it, the right way round, and last without what stands behind its comma."""
    yield _folded(name)
    first, comma, rest = name.partition(",")
    if comma:
        yield _folded(f"{rest} {first}")


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    translations = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        for language in _LANGUAGES
    ]
    for country in pycountry.countries:
        keys = ("alpha_3", "alpha_2", "name", "common_name", "official_name")
        names = [name for key in keys if (name := getattr(country, key, None))]
        names += [translation.gettext(name) for translation in translations for name in names]
        for name in names:
            for spelling in _spellings(name):
                codes.setdefault(spelling, country.alpha_3)
            short.setdefault(_folded(name.partition(",")[0]), set()).add(country.alpha_3)
    for name, found in short.items():
        # Of two Congos or two Koreas, the part before the comma names neither.
        if len(found) == 1:
            codes.setdefault(name, *found)
    return codes


def code_of(typed: str) -> str | None:
    """The code of a country by its code or name in English, French, Spanish or Arabic."""
    return _codes().get(_folded(typed))


def near(typed: str) -> str:
    """The name of a country that was likely meant, or ''."""
    import difflib

    names = [name for name in _codes() if len(name) > 3]
    found = difflib.get_close_matches(_folded(typed), names, n=1)
    return name_of(_codes()[found[0]]) if found else ""


def name_of(code: str) -> str:
    """The name of a country by its code; the code itself where it is none."""
    country = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name)) if country else code
