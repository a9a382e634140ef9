"""Countries by name or code, as ISO 3166-1 alpha-3 codes; the list and its translations are pycountry's."""

import gettext
from functools import cache

import pycountry

#: The languages whose country names an operator may type, beside English.
_LANGUAGES = ("fr", "es", "ar")


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for key in ("alpha_3", "alpha_2", "name", "common_name", "official_name"):
            if name := getattr(country, key, None):
                codes.setdefault(name.casefold(), country.alpha_3)
    for language in _LANGUAGES:
        names = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        for country in pycountry.countries:
            codes.setdefault(names.gettext(country.name).casefold(), country.alpha_3)
    return codes


def code_of(typed: str) -> str | None:
    """The code of a country by its code or name in English, French, Spanish or Arabic."""
    return _codes().get(" ".join(typed.casefold().split()))


def near(typed: str) -> str:
    """The name of a country that was likely meant, or ''."""
    import difflib

    found = difflib.get_close_matches(typed.casefold(), _codes(), n=1)
    return name_of(_codes()[found[0]]) if found else ""


def name_of(code: str) -> str:
    """The name of a country by its code; the code itself where it is none."""
    country = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name)) if country else code
