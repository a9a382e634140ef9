"""The headers of tables: which column each one names, in English, French, Spanish and Arabic."""

import re
from collections.abc import Sequence
from functools import lru_cache

from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import key, keys

#: Headers by the id of their column in the flat table. `_ORGANISATION` matches those of organisations.
_WORDS = {
    "section": "section category group; catégorie groupe; sección categoría grupo; القسم الفئة المجموعة",
    "example": (
        "example examples examples_from_other_contexts; exemple exemples exemples_d'autres_contextes; "
        "ejemplo ejemplos ejemplos_de_otros_contextos; مثال المثال أمثلة الأمثلة أمثلة_من_سياقات_أخرى"
    ),
    "state": "state status; état statut; estado; الحالة",
    "user": (
        "data_user data_users potential_data_user potential_data_users local_counterpart counterpart; "
        "utilisateur utilisateurs utilisateur_de_données utilisateurs_de_données "
        "utilisateur_des_données utilisateurs_des_données; "
        "usuario usuarios usuario_de_datos usuarios_de_datos; مستخدم_البيانات مستخدمو_البيانات"
    ),
    "words": "reason_or_note reason; motif raison; motivo razón; السبب",
    "verified": "verified; vérifié; verificado; تم_التحقق",
    "response": "response; réponse; respuesta; الاستجابة",
    "country": "country; pays; país; البلد",
    "prepared_by": "prepared_by; préparé_par; preparado_por; إعداد",
}
#: Headers of names, whether of organisations or of persons.
_NAME = "name names; nom noms; nombre nombres; اسم أسماء"
#: Beginnings of the worksheet's headers, for headers to which somebody added words.
_BEGINNINGS = {
    "examples from": "example",
    "exemples d": "example",
    "exemples tires d": "example",
    "exemples issus d": "example",
    "ejemplos de": "example",
    "potential data user": "user",
    "utilisateur potentiel": "user",
    "utilisateurs potentiels": "user",
    "usuario potencial": "user",
    "usuarios potenciales": "user",
    "usuario de datos potencial": "user",
    "usuarios de datos potenciales": "user",
    "مستخدم البيانات": "user",
    "مستخدمو البيانات": "user",
}

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
#: With one of these words, a header is not that of names of organisations, but of their types, for example.
_SOMETHING_ELSE = (
    "type types kind category sector code codes id acronym acronyms abbreviation abbr website web site url "
    "link email mail phone telephone tel mobile address contact contacts focal person persons staff role "
    "position title function level status date year since mandate logo number numbers no count total many "
    "present presence active economic; "
    "categorie secteur acronyme acronymes sigle sigles abreviation lien courriel adresse personne personnes "
    "poste fonction niveau statut annee depuis mandat nb nbre numero; "
    "tipo tipos categoria codigo acronimo acronimos sigla siglas abreviatura enlace correo telefono movil "
    "direccion contacto persona personas cargo puesto funcion nivel estado fecha ano desde mandato cantidad "
    "presencia economico; "
    "نوع فئة قطاع رمز كود اختصار مختصر موقع رابط بريد هاتف عنوان اتصال مسؤول نقطة شخص عدد تاريخ"
)
#: Words that join others in a header.
_JOINING = "the of de la le les l d du des del el los las full complet completo"
#: The hashtags of the HXL standard, without `#` and numbers.
_HXL = (
    "access activity adm affected beneficiary capacity cause channel contact country crisis currency date "
    "delivery description event frequency geo group impact indicator inneed item loc meta modality need "
    "operations org output population reached region respondee sector service severity status subsector "
    "targeted value"
)
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
    words = {word: id for id, listed in _WORDS.items() for word in keys(listed)}
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
    standard = (tag[2] or tag[1].lower() in _keys(_HXL) or tag[1].lower().startswith("x_") for tag in tags)
    return len(tags) == len(filled) and any(standard)
