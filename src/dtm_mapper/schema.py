"""JSON Schemas (draft 2020-12) of mappings and catalogues, by which editors complete and check as one types.

They say what the readers of mappingfile.py and catalogue_file.py say, as far as a schema can: not that an id
stands twice, nor that an example's interest is among the choices. They do not allow a field or a choice that
the catalogue no longer has, which the reader keeps with a warning.
Text is text to them, as the readers see every scalar; an editor takes some words without quotes for numbers,
or for nothing, and says so. Spaces in quotes around a word, which the readers take away, they do not allow.
Nor do they allow a choice's label in place of its id, or a country's name in place of its code: the readers
accept both, and an editor suggests what the next save writes.
"""

import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

from dtm_mapper import mappingfile
from dtm_mapper.catalogue import DEPTHS, Catalogue, Field
from dtm_mapper.i18n import _
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: What no text has, beside tabs.
_CONTROL = r"\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f"
_NOTHING: Schema = {"type": "string", "maxLength": 0}


def mapping_schema(catalogue: Catalogue) -> Schema:
    """The schema of mappings made with a catalogue."""
    of_catalogue = {"id": {"const": catalogue.id}, "version": _ref("line")}
    about: dict[str, Schema] = {
        "format": {"const": mappingfile.FORMAT},
        "response": _ref("line", _("The humanitarian response that this mapping is for")),
        "country": _country(),
        "prepared_by": _ref("line", _("Who made this mapping")),
        "depth": {
            "description": _("How much is asked of each data user"),
            "anyOf": [{"enum": list(DEPTHS)}, _NOTHING],
        },
        "created": _ref("date", _("The day it was begun")),
        "updated": _ref("date", _("The day it was last changed")),
        "catalogue": _entries(of_catalogue, of_catalogue),
        "sections": _list(_section(catalogue)),
    }
    return {
        "$schema": _DRAFT,
        "title": _("Mapping: {title}").format(title=catalogue.title),
        **_entries(about, ("format", "catalogue")),
        "$defs": {
            "data_user": _data_user({asked.id: _detail(asked) for asked in catalogue.fields}),
            "name": _line(NAME_LIMIT, empty=False),
            "line": _line(DETAIL_LIMIT),
            "text": _lines(DETAIL_LIMIT),
            "example": {
                "anyOf": [
                    *(
                        _word(example.id, example.name, section.title)
                        for section in catalogue.sections
                        for example in section.examples
                    ),
                    _ref("line"),
                ]
            },
            "date": _date(),
        },
    }


def _section(catalogue: Catalogue) -> Schema:
    ids = [_word(section.id, section.title, section.note) for section in catalogue.sections]
    data_users = _list(_ref("data_user"))
    row = {
        "example": _ref("example", _("The id of one of the catalogue's examples")),
        "label": _ref("line", _("The example's name")),
        "users": {"description": _("The local counterparts of the example"), **data_users},
        "not_applicable": _ref("text", _("A reason, or ''")),
        "pending": _ref("text", _("A note, or ''")),
        "verified": _ref("date"),
    }
    states = [{"required": [state]} for state in ("users", "not_applicable", "pending")]
    parts: dict[str, Schema] = {
        "id": {"anyOf": [*ids, _ref("line")]},
        "rows": _list({**_entries(row, ["example"]), "oneOf": states}),
        "others": {"description": _("Data users that no example foresaw"), **data_users},
    }
    return _entries(parts, ["id"])


def _data_user(details: dict[str, Schema]) -> Schema:
    verified = _ref("date", _("The day it was last entered, changed or confirmed"))
    return _entries(
        {"name": _ref("name", _("The data user's name")), **details, "verified": verified}, ["name"]
    )


def _detail(asked: Field) -> Schema:
    said = {"title": asked.label, "description": asked.question}
    if asked.type == "text":
        return {**said, **_ref("text")}
    known = [_word(choice.id, choice.label, choice.hint) for choice in asked.choices]
    answer = {"anyOf": [*known, _ref("text") if asked.or_other else _NOTHING]}
    return {**said, **(_list(answer) if asked.type == "select_multiple" else answer)}


def catalogue_schema() -> Schema:
    """The schema of catalogues. It is in English, like the keys that it describes."""
    text = resources.files(__package__).joinpath("catalogue.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def _entries(properties: dict[str, Schema], required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    """Return the schema of a list, which may also be left empty, without brackets."""
    wanted = {"pattern": "^$", "patternErrorMessage": _("a list")}
    return {"type": ["array", "string"], **wanted, "items": items}


def _ref(name: str, description: str = "") -> Schema:
    return {**({"description": description} if description else {}), "$ref": f"#/$defs/{name}"}


def _word(word: str, title: str, more: str = "") -> Schema:
    """A word of ours. Editors show its title where it stands, and the description while it is chosen."""
    return {"const": word, "title": title, "description": f"{title} – {more}" if more else title}


def _line(limit: int, empty: bool = True) -> Schema:
    """A text on one line, as texts.py lets it pass. Its last line break is that of a block in YAML."""
    begin = "" if empty else rf"[^\S\t\n]*[^\s{_CONTROL}]"
    pattern = rf"^{begin}[^{_CONTROL}\t\n]*\n*$"
    return _pattern(pattern, _("a text on one line, without tabs and control characters"), limit)


def _lines(limit: int) -> Schema:
    """A text that may have line breaks."""
    return _pattern(rf"^[^{_CONTROL}\t]*$", _("a text without tabs and control characters"), limit)


def _pattern(pattern: str, wanted: str, limit: int | None = None) -> Schema:
    """`wanted` is what editors say where the pattern does not fit."""
    length = {} if limit is None else {"maxLength": limit}
    return {"type": "string", **length, "pattern": pattern, "patternErrorMessage": wanted}


def _country() -> Schema:
    wanted = _("an ISO 3166-1 code of three letters such as BGD")
    return {"description": wanted, "anyOf": [_pattern("^[A-Z]{3}$", wanted), _NOTHING]}


def _date() -> Schema:
    date = _pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", _("a date such as 2026-11-22"))
    return {"anyOf": [{**date, "format": "date"}, _NOTHING]}
