"""The catalogue's file: finds, reads and checks it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar, cast, get_args

from dtm_mapper.catalogue import (
    DEPTHS,
    TEXT_LIMIT,
    Catalogue,
    Choice,
    Depth,
    Example,
    Field,
    FieldType,
    Section,
    Texts,
    Translations,
    Visibility,
)
from dtm_mapper.errors import FileProblems, Problem, Unusable
from dtm_mapper.files import describe_emptiness, source_of, typed_path
from dtm_mapper.format_line import describe_format
from dtm_mapper.i18n import _
from dtm_mapper.yamlfile import Document, Entries, Items, Node, Text, read_document, unknown_word

FORMAT = "dtm-catalogue/1"

T = TypeVar("T")

#: Words that stand for something else in a place such as `un-agencies/other/1/levels`.
RESERVED = {"response", "country", "prepared_by", "menu", "review", "confirm", "other"}
#: What an id looks like.
ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
#: Keys of a data user that are no field.
FIELD_RESERVED = {"name", "verified"}
#: What an HXL hashtag looks like.
HASHTAG = re.compile(r"#[a-z][a-z0-9_]*(?:\+[a-z][a-z0-9_]*)*")


def default_path() -> Path:
    """The catalogue that comes with the program: inside an installed package, or at a checkout's top."""
    package = Path(__file__).parent
    installed = package / "data" / "categories.yaml"
    return installed if installed.is_file() else package.parents[1] / "data" / "categories.yaml"


def catalogue_path(given: Path | None) -> Path:
    """The catalogue in use: the one given, else `DTM_MAP_CATALOGUE`'s, else the program's own."""
    if given is not None:
        return given
    named = os.environ.get("DTM_MAP_CATALOGUE")
    return typed_path(named) if named else default_path()


def load(given: Path | None = None) -> Catalogue:
    """Reads the catalogue in use; its translations are read when they are first needed. Raises Unusable or
    FileProblems."""
    path = catalogue_path(given)
    try:
        source = source_of(path)
    except OSError as error:
        raise Unusable(
            str(path),
            _("the catalogue cannot be read ({why})").format(why=error.strerror),
            _("Check the name after --catalogue, or in DTM_MAP_CATALOGUE, or leave both out."),
        ) from None
    if what := describe_emptiness(source):
        raise Unusable(str(path), what, _("Name another catalogue with --catalogue."))
    catalogue, problems = parse(source)
    if catalogue is None:
        raise FileProblems(str(path), problems)
    untranslated = catalogue

    def read(warnings: list[str]) -> Iterable[Texts]:
        from dtm_mapper.catalogue_texts import read_texts

        return read_texts(path, untranslated, warnings)

    return catalogue.translated(Translations(read))


def parse(source: bytes) -> tuple[Catalogue | None, list[Problem]]:
    """Reads a catalogue; with any error among the problems there is none."""
    return read_document(source, FORMAT, lambda document: _Reader(document).catalogue())


class _Reader:
    """Checks the nodes of a catalogue while it builds one from them."""

    def __init__(self, document: Document) -> None:
        self.document, self.report = document, document.report
        self.ids: dict[str, Node] = {}
        self.need_ids: set[str] = set()
        #: The ids of the fields before this one.
        self.earlier: list[str] = []

    def catalogue(self) -> Catalogue:
        keys = {"format", "id", "version", "title", "purpose", "fields", "sections"}
        required = ("format", "id", "version", "title", "sections")
        found = self.document.entries(self.document.root, _("the catalogue"), keys, required)
        if "format" in found and (name := self.document.text(found["format"], "format")) != FORMAT:
            self.report(found["format"], describe_format(name, FORMAT))
        fields = self._fields(found)
        return Catalogue(
            id=self._id(found, "id"),
            version=self._text(found, "version"),
            title=self._text(found, "title"),
            purpose=self._text(found, "purpose", empty=True, lines=True),
            fields=fields,
            sections=self._sections(found),
        )

    def _fields(self, found: dict[str, Node]) -> tuple[Field, ...]:
        fields: list[Field] = []
        seen: dict[str, Node] = {}
        for node in self._items(found, "fields"):
            field = self._field(node)
            self._once(field.id, node, seen)
            if field.id in FIELD_RESERVED:
                self.report(node, _("a field cannot have the id “{id}”").format(id=field.id))
            if field.interests and any(other.interests for other in fields):
                self.report(node, _("only one field can have “interests: true”"))
            elif field.interests:
                self.need_ids = {choice.id for choice in field.choices}
            self.earlier.append(field.id)
            fields.append(field)
        return tuple(fields)

    def _field(self, node: Node) -> Field:
        keys = {"id", "label", "question", "type", "depth", "visibility", "choices", "or_other", "interests"}
        keys |= {"relevant", "hxl", "since"}
        found = self.document.entries(node, _("a field"), keys, ("id", "label", "type"))
        # Where the type itself is in doubt, what depends on it is not.
        kind = cast(FieldType | None, self._one_of(found, "type", get_args(FieldType), None))
        seen: dict[str, Node] = {}
        choices = tuple(self._choice(choice, seen) for choice in self._items(found, "choices"))
        if kind == "text" and choices:
            self.report(found["choices"], _("a field of type text has no choices"))
        if kind not in ("text", None) and not choices:
            self.report(node, _("a field of type {type} needs choices").format(type=kind))
        label = self._text(found, "label")
        field = Field(
            id=self._id(found, "id"),
            label=label,
            question=self._text(found, "question", empty=True) or label,
            type=kind or "text",
            depth=cast(Depth, self._one_of(found, "depth", DEPTHS, "full")),
            visibility=cast(Visibility, self._one_of(found, "visibility", get_args(Visibility), "internal")),
            choices=choices,
            or_other=self._yes(found, "or_other"),
            interests=self._yes(found, "interests"),
            relevant=self._earlier(found["relevant"]) if "relevant" in found else "",
            hxl=self._hashtag(found),
            since=self._text(found, "since", empty=True),
        )
        if field.interests and kind not in ("select_multiple", None):
            self.report(node, _("“interests: true” needs the type select_multiple"))
        if field.or_other and kind == "text":
            self.report(node, _("“or_other: true” needs choices"))
        return field

    def _choice(self, node: Node, seen: dict[str, Node]) -> Choice:
        keys = {"id", "label", "hint", "inactive", "empties", "since"}
        found = self.document.entries(node, _("a choice"), keys, ("id", "label"))
        id = self._id(found, "id")
        self._once(id, node, seen)
        return Choice(
            id=id,
            label=self._text(found, "label"),
            hint=self._text(found, "hint", empty=True),
            inactive=self._yes(found, "inactive"),
            empties=tuple(self._earlier(node) for node in self._items(found, "empties")),
            since=self._text(found, "since", empty=True),
        )

    def _earlier(self, node: Node) -> str:
        """The id of a field before this one."""
        word = self.document.text(node, _("the id of a field"))
        if isinstance(node, Text) and word not in self.earlier:
            self.report(node, unknown_word(_("earlier field"), word, self.earlier))
        return word

    def _hashtag(self, found: dict[str, Node]) -> str:
        tag = self._text(found, "hxl", empty=True)
        if tag and not HASHTAG.fullmatch(tag):
            what = _("“hxl” must be a hashtag such as #org+name, not “{text}”").format(text=tag)
            self.report(found["hxl"], what)
        return tag

    def _sections(self, found: dict[str, Node]) -> tuple[Section, ...]:
        sections = []
        for node in self._items(found, "sections"):
            keys = {"id", "title", "note", "reminder", "examples"}
            section = self.document.entries(node, _("a section"), keys, ("id", "title", "examples"))
            sections.append(
                Section(
                    id=self._new_id(section, "id"),
                    title=self._text(section, "title"),
                    note=self._text(section, "note", empty=True, lines=True),
                    reminder=self._text(section, "reminder", empty=True, lines=True),
                    examples=tuple(self._example(example) for example in self._items(section, "examples")),
                )
            )
        if "sections" in found and isinstance(found["sections"], Items) and not sections:
            self.report(found["sections"], _("“sections” is empty; a catalogue needs at least one"))
        return tuple(sections)

    def _example(self, node: Node) -> Example:
        keys = {"id", "name", "interests", "aliases", "since"}
        found = self.document.entries(node, _("an example"), keys, ("id", "name"))
        interests = []
        for interest in self._items(found, "interests"):
            word = self.document.text(interest, "interests")
            interests.append(word)
            if word not in self.need_ids:
                self.report(interest, unknown_word(_("interest"), word, self.need_ids))
        aliases = tuple(self._text({"aliases": alias}, "aliases") for alias in self._items(found, "aliases"))
        return Example(
            self._new_id(found, "id"),
            self._text(found, "name"),
            tuple(interests),
            aliases,
            self._text(found, "since", empty=True),
        )

    def _items(self, found: dict[str, Node], key: str) -> list[Node]:
        return self.document.items(found[key], key) if key in found else []

    def _text(self, found: dict[str, Node], key: str, empty: bool = False, lines: bool = False) -> str:
        if key not in found:
            return ""
        text = self.document.checked_text(found[key], key, TEXT_LIMIT, lines)
        if not text and not empty and not isinstance(found[key], (Items, Entries)):
            self.report(found[key], _("“{key}” is empty").format(key=key))
        return text

    def _id(self, found: dict[str, Node], key: str) -> str:
        word = self._text(found, key)
        if word and not ID.fullmatch(word):
            what = _("the id “{id}” must be small letters and digits, words joined by - or _")
            self.report(found[key], what.format(id=word))
        return word

    def _new_id(self, found: dict[str, Node], key: str) -> str:
        """An id of a section or an example: none of the words that a place is made of, and used once."""
        word = self._id(found, key)
        if word in RESERVED:
            self.report(found[key], _("the id “{id}” has a meaning of its own").format(id=word))
        if word:
            self._once(word, found[key], self.ids)
        return word

    def _once(self, word: str, node: Node, seen: dict[str, Node]) -> None:
        what = _("the id “{id}” is repeated; it stands first in line {line}")
        if word:
            self.document.once(word, node, seen, what)

    def _one_of(self, found: dict[str, Node], key: str, known: tuple[str, ...], default: T) -> str | T:
        if key not in found:
            return default
        word = self._text(found, key)
        if word and word not in known:
            self.report(found[key], unknown_word(key, word, known))
        return word if word in known else default

    def _yes(self, found: dict[str, Node], key: str) -> bool:
        if key not in found:
            return False
        word = self._text(found, key)
        if isinstance(found[key], Text) and word not in ("true", "false"):
            self.report(found[key], _("“{key}” is true or false").format(key=key))
        return word == "true"
