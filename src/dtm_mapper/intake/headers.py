"""The headers of tables: which column each one names, in English, French, Spanish and Arabic."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import key, keys

#: Words that headers consist of, in the four languages. Spaces separate them; `_` is a space inside one.
#: `columns` has the headers of each column of the flat table, by its id; `_ORGANISATION` matches those of
#: organisations. `beginnings` are those of the worksheet's headers, to which somebody may have added words.
#: With a word of `something_else`, a header is not that of names of organisations, but of their types, for
#: example. `hxl` has the hashtags of the HXL standard, without `#` and numbers.
_KNOWN = json.loads(resources.files(__package__).joinpath("headers.json").read_text(encoding="utf-8"))
_SOMETHING_ELSE = " ".join(_KNOWN["something_else"].values())
_BEGINNINGS = {beginning: id for id, listed in _KNOWN["beginnings"].items() for beginning in listed}

#: Headers of names, whether of organisations or of persons.
_NAME = "name names; nom noms; nombre nombres; اسم أسماء"
_SPANISH = (
    r"organizaci\w+|organismos?|agencias?|soci[oa]s?|asociad[oa]s?|instituci\w+|estructuras?|entidad(?:es)?"
)
_NGO = r"(?:[iln]?ngo|ong|ongi|ongn|cso|osc)s?"
#: Words for an organisation, without accents and the Arabic article.
_ORGANISATION = re.compile(
    rf"organi[sz]ations?|organismes?|orgs?|agenc(?:y|ies|es?)|partners?|partenaires?|institut(?:e|ion)?s?"
    rf"|structures?|entit(?:y|ies|es?)|{_SPANISH}|{_NGO}"
    r"|منظمة|منظمات|وكالة|وكالات|شريك|شركاء|موسسة|موسسات|هيية|هييات|جهة|جهات"
)
#: Words that join others in a header.
_JOINING = "the of de la le les l d du des del el los las full complet completo"
_TAG = re.compile(r"#([a-z_]+)[0-9]*((?:\s*\+\s*[a-z]\w*)*)", re.IGNORECASE)
#: A longer header is a question or an instruction.
_MOST_WORDS = 6


@lru_cache(maxsize=8)
def _keys(listed: str) -> frozenset[str]:
    """Return the keys of listed words without the Arabic article."""
    return frozenset(" ".join(map(_without_article, words.split())) for words in keys(listed))


def _without_article(word: str) -> str:
    return re.sub(r"\A(?:ال|لل)(?=\w{3})", "", word)


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    columns = _KNOWN["columns"].items()
    words = {word: id for id, listed in columns for word in keys(" ".join(listed.values()))}
    words[key(_("Examples from other contexts"))] = "example"
    words[key(_("Potential data user in your response"))] = "user"
    return words


def column_of(header: str) -> str:
    """Return the id of the column with a known header; '' for any other text."""
    word = key(header)
    begun = (id for beginning, id in _BEGINNINGS.items() if word.startswith(beginning))
    of_names = is_bare_name(header) or _is_organisation(word)
    return _words().get(word) or next(begun, "") or ("user" if of_names else "")


def is_bare_name(header: str) -> bool:
    """Return whether a header says “name” without saying of what."""
    return _without_article(key(header)) in _keys(_NAME)


def _is_organisation(word: str) -> bool:
    """Return whether a header says “organisation”, and nothing else. “NGOs” alone may be the title of a part
    of a table."""
    if re.fullmatch(_NGO, word) or not says_organisation(word):
        return False
    words = {_without_article(each) for each in word.split()} - _keys(_NAME) - _keys(_JOINING)
    return all(_ORGANISATION.fullmatch(each) for each in words)


def says_organisation(header: str) -> bool:
    """Return whether a header says, perhaps among other words, that its column has names of organisations.

    The text has to be a header: many of these names contain such words, too.
    """
    words = key(header).split()
    if len(words) > _MOST_WORDS:
        return False
    words = [_without_article(each) for each in words]
    organisations = [each for each in words if _ORGANISATION.fullmatch(each)]
    if not organisations or not _keys(_SOMETHING_ELSE).isdisjoint(words):
        return False
    # In French, “nombre” is a number; in Spanish, it is a name.
    spanish = "d" not in words and any(re.fullmatch(f"{_SPANISH}|{_NGO}", each) for each in organisations)
    return spanish or "nombre" not in words


def certainty(header: str) -> int:
    """Rate how certain it is that a header is that of data users, to choose among several columns."""
    organisation = says_organisation(header)
    if organisation and header.rstrip().endswith(("?", "؟")):
        # The column of a question has its answers, such as yes and no.
        return 0
    if is_bare_name(header):
        return 1
    if column_of(header) != "user":
        return 2
    if not organisation:
        return 4
    return 5 if key(header).startswith(("organis", "organiz", "المنظم")) else 3


def is_hxl(filled: Sequence[str]) -> bool:
    """Return whether the filled cells of a row are hashtags of the HXL standard."""
    if not all(cell.startswith("#") for cell in filled):
        return False
    tags = [tag for cell in filled if (tag := _TAG.fullmatch(cell))]
    standard = (
        tag[2] or tag[1].lower() in _keys(_KNOWN["hxl"]) or tag[1].lower().startswith("x_") for tag in tags
    )
    return len(tags) == len(filled) and any(standard)
