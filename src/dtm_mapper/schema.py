"""JSON Schemas (draft 2020-12) of mappings and catalogues, by which editors complete and check as one types.

They say what the readers of mappingfile.py and catalogue_file.py say, as far as a schema can: not that an id
stands twice, nor that an example's interest is among the choices. They do not allow a field or a choice that
the catalogue no longer has, which the reader keeps with a warning.
Text is text to them, as the readers see every scalar; an editor takes some words without quotes for numbers,
or for nothing, and says so. Spaces in quotes around a word, which the readers take away, they do not allow.
Nor do they allow a choice's label in place of its id, or a country's name in place of its code: the readers
accept both, and an editor suggests what the next save writes.

What does not depend on a catalogue is in the files beside this one, mapping.schema.json and
catalogue.schema.json; the words in them are translated like all others.
"""

import json
from importlib import resources
from typing import Any

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.i18n import _

Schema = dict[str, Any]


def mapping_schema(catalogue: Catalogue) -> Schema:
    """The schema of mappings made with a catalogue."""
    schema = _read("mapping.schema.json")
    schema["title"] = schema["title"].format(title=catalogue.title)
    about, definitions = schema["properties"], schema["$defs"]
    about["catalogue"]["properties"]["id"]["const"] = catalogue.id
    about["sections"]["items"]["properties"]["id"]["anyOf"][:0] = [
        _word(section.id, section.title, section.note) for section in catalogue.sections
    ]
    definitions["example"]["anyOf"][:0] = [
        _word(example.id, example.name, section.title)
        for section in catalogue.sections
        for example in section.examples
    ]
    details = {asked.id: _detail(asked) for asked in catalogue.fields}
    definitions["data_user"]["properties"].update(details)
    return schema


def catalogue_schema() -> Schema:
    """The schema of catalogues."""
    return _read("catalogue.schema.json")


def _read(name: str) -> Schema:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    schema: Schema = json.loads(text, object_hook=_translated)
    return schema


def _translated(part: Schema) -> Schema:
    """Translate what editors show."""
    shown = {"title", "description", "patternErrorMessage"} & part.keys()
    return part | {key: _(part[key]) for key in shown if isinstance(part[key], str)}


def _detail(asked: Field) -> Schema:
    about = {"title": asked.label, "description": asked.question}
    text = {"$ref": "#/$defs/text"}
    if asked.type == "text":
        return about | text
    known = [_word(choice.id, choice.label, choice.hint) for choice in asked.choices]
    answer = {"anyOf": [*known, text if asked.or_other else {"type": "string", "maxLength": 0}]}
    if asked.type == "select_one":
        return about | answer
    # It may also be left empty, without brackets.
    empty = {"pattern": "^$", "patternErrorMessage": _("a list")}
    return {**about, "type": ["array", "string"], **empty, "items": answer}


def _word(word: str, title: str, more: str = "") -> Schema:
    """A word of ours. Editors show its title where it stands, and the description while it is chosen."""
    return {"const": word, "title": title, "description": f"{title} – {more}" if more else title}
