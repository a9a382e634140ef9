"""Find countries by name or code, as ISO 3166-1 alpha-3 codes; names and translations are pycountry's."""

import gettext
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

import pycountry

from dtm_mapper.texts import folded

#: The languages whose country names an operator may type, beside English.
_LANGUAGES = ("fr", "es", "ar")


def _folded(name: str) -> str:
    """Return a name without accents, capitals, punctuation and a leading “the”, and with “saint” in full."""
    plain = " ".join(re.sub(r"[\W_]+", " ", folded(name)).split())
    return re.sub(r"\bst\b", "saint", re.sub(r"^the ", "", plain))


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as the list has it, and with what stands behind its comma first."""
    yield name
    first, comma, rest = name.partition(", ")
    if comma:
        yield f"{rest} {first}"


def _translations() -> list[gettext.NullTranslations]:
    return [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        for language in _LANGUAGES
    ]


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    translations = _translations()
    # What missions, their partners and everyday language call countries and the list does not.
    text = resources.files(__package__).joinpath("countries.json").read_text(encoding="utf-8")
    other_names: dict[str, list[str]] = json.loads(text)
    for country in pycountry.countries:
        keys = ("alpha_3", "alpha_2", "name", "common_name", "official_name")
        names = [name for key in keys if (name := getattr(country, key, None))]
        names += [translation.gettext(name) for translation in translations for name in names]
        names += other_names.get(country.alpha_3, [])
        for name in names:
            for spelling in _spellings(name):
                codes.setdefault(_folded(spelling), country.alpha_3)
            short.setdefault(_folded(name.partition(",")[0]), set()).add(country.alpha_3)
    for name, found in short.items():
        # Of two Congos or two Koreas, the part before the comma names neither.
        if len(found) == 1:
            codes.setdefault(name, *found)
    return codes


def code_of(typed: str) -> str | None:
    """Return the code of a country by its code or name in English, French, Spanish or Arabic."""
    return _codes().get(_folded(typed))


def near(typed: str) -> str:
    """Return the name of the country that was probably meant, or ''."""
    import difflib

    names = [name for name in _codes() if len(name) > 3]
    found = difflib.get_close_matches(_folded(typed), names, n=1)
    return name_of(_codes()[found[0]]) if found else ""


def name_of(code: str) -> str:
    """Return the name of a country by its code; the code itself if no country has it."""
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        return code
    name = str(getattr(country, "common_name", country.name))
    *_, turned = _spellings(name)
    # “Palestine, State of” is turned, and “Bonaire, Sint Eustatius and Saba” is not.
    return turned.removeprefix("The ") if re.search(r" of |^British |^U\.S\. ", turned) else name


def names() -> tuple[str, ...]:
    """Return the names to suggest while one is typed: the English ones first, from the shortest on."""
    english = sorted((name_of(country.alpha_3) for country in pycountry.countries), key=len)
    names = [getattr(country, "common_name", country.name) for country in pycountry.countries]
    translated = [translation.gettext(name) for translation in _translations() for name in names]
    # Nobody types the vowel signs that the list has in Arabic.
    return tuple(dict.fromkeys(re.sub("[\u064b-\u0652]", "", name) for name in (*english, *translated)))
