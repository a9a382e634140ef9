"""Texts in a column of names that are not names: addresses, numbers, marks, error values and totals."""

import re

from dtm_mapper.contacts import without_contacts
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import key, keys

#: Words before an address or a number.
_CONTACT_WORDS = re.compile(
    r"(?i)\b(?:tel|tél|téléphone|teléfono|phone|mobile|cell|fax|whatsapp|e-?mail|mail|courriel|correo"
    r"|web|website|url)\b"
)
#: A web address. Without `http` or `www.`, only in lower case, because “Humanitarian.id” and “Change.org” are
#: names of organisations.
_WEB = re.compile(
    r"(?i:\b(?:https?|ftp)://\S+|\bwww\.\S+)"
    r"|(?<!\S)(?:[a-z0-9-]+\.)+(?:org|int|com|net|info|gov|gouv|gob|edu|ngo|ong)(?:\.[a-z]{2})?(?:/\S*)?(?!\S)"
)
#: An error value of a spreadsheet program in any language, or the signs for a number too wide for its column.
_ERROR = re.compile(
    r"#(?:[¡¿]?[^\W_a-z][^\Wa-z]*(?:/0)?[!?]|N/[ABD]!?|Н/Д!?|I/T|NV|YOK|GETTING_DATA|#+)"
    r"|(?:Err|Erreur|Error|Erro|Fehler) ?: ?[0-9]{3}"
)
#: Marks and words for yes and no.
_MARKS = """
x xx xxx v y n yes no true false ok oui non vrai faux sí verdadero falso نعم لا صحيح صح خطأ
"""
_TOTALS = """
total totals grand_total grand_totals overall_total sub_total sub_totals subtotal subtotals
totaux total_général sous_total sous_totaux somme_totale; totales total_general subtotales suma_total
مجموع المجموع إجمالي الإجمالي المجموع_الكلي الإجمالي_الكلي الإجمالي_العام المجموع_الفرعي
"""


def is_error(text: str) -> bool:
    """Return whether a text is the error value of a spreadsheet program."""
    return _ERROR.fullmatch(text) is not None


def is_total(text: str) -> bool:
    """Return whether a text is the label of a total, with or without a number."""
    return re.sub(r"[\d\s]+\Z", "", key(text)) in keys(_TOTALS)


def _is_number(text: str) -> bool:
    """Return whether a text is a number, or a date, a time or a percentage in digits."""
    if re.fullmatch(r"[-+]?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]+", text):
        return True
    return any(map(str.isnumeric, text)) and not any(map(str.isalpha, text))


def _is_address(text: str) -> bool:
    """Return whether a text contains nothing but mail and web addresses and telephone numbers."""
    without_web = _WEB.sub(" ", text)
    rest, contacts = without_contacts(without_web)
    has_address = bool(contacts) or without_web != text
    return has_address and not re.search(r"\w", _CONTACT_WORDS.sub("", rest))


def why_no_name(text: str) -> str:
    """Say why a text is not a name; '' if it may be one."""
    if _is_address(text):
        return _("it is an address or a telephone number, not a name")
    if _is_number(text):
        return _("it is a number, not a name")
    if key(text) in keys(_MARKS):
        return _("it is a mark, not a name")
    if is_error(text):
        return _("it is an error value of a spreadsheet, not a name")
    if is_total(text):
        return _("it is a total, not a name")
    return ""
