"""The mapping's file format: text to Mapping, with every problem at once, and Mapping to text."""

import gc
import re
from collections.abc import Collection

from dtm_mapper.catalogue import DEPTHS, Catalogue, Depth, Field
from dtm_mapper.catalogue_file import ID
from dtm_mapper.errors import Problem
from dtm_mapper.format_line import declared_format, describe_format
from dtm_mapper.i18n import _
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT, OTHER, DataUser, Detail, Mapping, Row
from dtm_mapper.texts import iso_date
from dtm_mapper.yamlfile import (
    MAX_PROBLEMS,
    Document,
    Entries,
    Items,
    Node,
    NotYaml,
    Text,
    entry,
    flow,
    read_document,
    unknown_word,
)

FORMAT = "dtm-mapping/1"

_HEAD = ("response", "country", "prepared_by", "depth", "created")
#: Older files have `updated`, too, which the next save leaves out.
_KEYS = {"format", *_HEAD, "updated", "catalogue", "sections"}
_SECTION_KEYS = {"id", "rows", "others"}
_ROW_KEYS = {"example", "label", "users", "not_applicable", "pending", "verified"}
_COUNTRY = re.compile("[A-Z]{3}")


def looks_like_mapping(source: bytes) -> bool:
    """Whether a file says of itself, in its first lines, that it is a mapping of any version."""
    return declared_format(source).startswith("dtm-mapping/")


def parse(source: bytes, catalogue: Catalogue) -> tuple[Mapping | None, list[Problem]]:
    """Reads a mapping; with any error among the problems there is none."""
    # Nodes and rows make no cycles, and while they pile up the collector would go through them over and
    # over; the nodes are gone before it may look again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return read_document(source, FORMAT, lambda document: _Reader(document, catalogue).mapping())
    finally:
        if collecting:
            gc.enable()


def subject(source: bytes) -> tuple[str, str, str] | None:
    """Return the response of a mapping, the day it was begun and the id of its catalogue; None if the file
    cannot be read or has no response."""
    try:
        root = Document(source).root
    except NotYaml:
        return None
    keys = root.nodes if isinstance(root, Entries) else {}
    catalogue = keys.get("catalogue")
    ids = catalogue.nodes if isinstance(catalogue, Entries) else {}
    response, created, id = (
        getattr(node, "value", "") for node in (keys.get("response"), keys.get("created"), ids.get("id"))
    )
    return (response, created, id) if response else None


class _Reader:
    """Checks the nodes of a mapping while it builds one from them."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.document, self.report = document, document.report
        self.catalogue = catalogue
        #: Whether another version of the catalogue may have had what this one does not know.
        self.other_version = False
        self.user_keys = {"name", "verified", *catalogue.field_by_id}

    def mapping(self) -> Mapping | None:
        if not self._has_our_format(self.document.root):
            return None
        found = self.document.entries(self.document.root, _("the mapping"), _KEYS, ("format", "catalogue"))
        version = self._catalogue(found)
        self._date(found, "updated")
        mapping = Mapping(
            catalogue=self.catalogue.id,
            catalogue_version=version,
            created=self._date(found, "created"),
            response=self._line(found, "response"),
            country=self._country(found),
            prepared_by=self._line(found, "prepared_by"),
            depth=self._depth(found),
        )
        seen: dict[str, Node] = {}
        for node in self._items(found, "sections"):
            section = self.document.entries(node, _("a section"), _SECTION_KEYS, ("id",))
            self._section(mapping, section, seen)
        return mapping

    def _has_our_format(self, root: Node) -> bool:
        node = root.nodes.get("format") if isinstance(root, Entries) else None
        if not isinstance(node, Text) or not node.value.startswith("dtm-mapping/"):
            what = _("this is no mapping: it does not begin with “format: {format}”")
            self.report(root, what.format(format=FORMAT))
            return False
        if node.value != FORMAT:
            self.report(node, describe_format(node.value, FORMAT))
            return False
        return True

    def _catalogue(self, found: dict[str, Node]) -> str:
        if "catalogue" not in found:
            return self.catalogue.version
        keys = ("id", "version")
        named = self.document.entries(found["catalogue"], "catalogue", set(keys), keys)
        name = self._line(named, "id")
        if name != self.catalogue.id and isinstance(named.get("id"), Text):
            what = _("the mapping was made with the catalogue “{name}”; the one in use is “{known}”")
            self.report(named["id"], what.format(name=name, known=self.catalogue.id))
        version = self._line(named, "version")
        self.other_version = version != self.catalogue.version
        return version

    def _section(self, mapping: Mapping, found: dict[str, Node], seen: dict[str, Node]) -> None:
        section = self._line(found, "id")
        if "id" in found:
            if section not in self.catalogue.section_by_id:
                self._gone(_("section"), found["id"], self.catalogue.section_by_id)
            self._once(section + "/", found["id"], seen)
        for node in self._items(found, "rows"):
            row = self._row(node, section, seen)
            if not row.is_empty:
                mapping.rows[row.example] = row
        if users := tuple(self._user(node) for node in self._items(found, "others")):
            mapping.others[section] = users

    def _row(self, node: Node, section: str, seen: dict[str, Node]) -> Row:
        found = self.document.entries(node, _("a row"), _ROW_KEYS, ("example",))
        example = self._line(found, "example")
        known = self.catalogue.example_by_id.get(example)
        if "example" in found:
            self._once(example, found["example"], seen)
            if known is None:
                self._gone(_("example"), found["example"], self.catalogue.example_by_id)
        states = [key for key in ("users", "not_applicable", "pending") if key in found]
        if len(states) > 1:
            what = _("a row has one of these only: {states}")
            self.report(found[states[1]], what.format(states=", ".join(states)))
        label = self._line(found, "label")
        row = Row(
            example=example,
            section=self.catalogue.section_of_example.get(example, section),
            label=known.name if known else label or example,
            users=tuple([self._user(user) for user in self._items(found, "users")]),
            not_applicable=self._words(found, "not_applicable"),
            pending=self._words(found, "pending"),
            verified=self._date(found, "verified"),
        )
        if row.is_empty and "users" not in states:
            what = _("a row needs users, not_applicable or pending; leave an open row out")
            self.report(node, what)
        return row

    def _user(self, node: Node) -> DataUser:
        found = self.document.entries(
            node,
            _("a data user"),
            self.user_keys,
            ("name",),
            unknown=self._left_over,
            hint=_with_text(_("write “- name: {text}”"), node),
        )
        name = self._line(found, "name", NAME_LIMIT)
        if not name and type(found.get("name")) is Text:
            self.report(found["name"], _("the name is empty"))
        answers = {key: self._detail(found[key], key) for key in found if key not in ("name", "verified")}
        details = {key: answer for key, answer in answers.items() if answer}
        return DataUser(name, details, self._date(found, "verified"))

    def _left_over(self, node: Entries, key: str) -> bool:
        """Whether a field that the catalogue does not have is kept: one that another version may have had."""
        if not (self.other_version and ID.fullmatch(key)):
            return False
        what = _("the catalogue no longer has the field “{id}”; it is kept").format(id=key)
        self.report(node.key_marks[key], what, True)
        return True

    def _detail(self, node: Node, key: str) -> Detail:
        asked = self.catalogue.field_by_id.get(key)
        many = type(node) is Items
        if asked and many != (asked.type == "select_multiple"):
            if self.other_version:
                what = _("the catalogue now takes “{id}” in another way; it is kept").format(id=key)
                self.report(node, what, True)
                asked = None
            else:
                many = not many
        if not many:
            return self._answer(node, key, asked)
        items = self._list(node, key, _("write “{key}: [{text}]”"))
        values = dict.fromkeys(self._answer(item, key, asked) for item in items)
        return tuple(filter(None, values))

    def _answer(self, node: Node, key: str, asked: Field | None) -> str:
        value = self.document.checked_text(node, key, DETAIL_LIMIT, lines=True)
        if not value or asked is None or not asked.choices or value in asked.labels:
            return value
        if choice := asked.choice_called(value):
            return choice
        if not asked.or_other:
            if self.other_version:
                what = _("the catalogue no longer has the choice “{id}” of {field}; it is kept")
                self.report(node, what.format(id=value, field=key), True)
            else:
                what = unknown_word(_("choice of {field}:").format(field=key), value, tuple(asked.labels))
                self.report(node, what)
        return value

    def _gone(self, kind: str, node: Node, known: Collection[str]) -> None:
        # Finding what was meant takes long: not for more of them than anybody reads.
        known = known if len(self.document.problems) < MAX_PROBLEMS else ()
        what = unknown_word(kind, self.document.text(node, "id"), known) + _("; it is kept")
        self.report(node, what, True)

    def _once(self, key: str, node: Node, seen: dict[str, Node]) -> None:
        self.document.once(key, node, seen, _("“{id}” is repeated; it stands first in line {line}"))

    def _items(self, found: dict[str, Node], key: str) -> list[Node]:
        if key not in found:
            return []
        hint = _("write “- name: {text}” on the next line") if key in ("users", "others") else ""
        return self._list(found[key], key, hint)

    def _list(self, node: Node, key: str, hint: str) -> list[Node]:
        """Return the nodes of a list. A blank text is an empty one; `hint` says how to write another text."""
        if type(node) is Text and not node.value.strip():
            return []
        return self.document.items(node, key, _with_text(hint, node, key))

    def _line(self, found: dict[str, Node], key: str, limit: int = DETAIL_LIMIT) -> str:
        return self.document.checked_text(found[key], key, limit) if key in found else ""

    def _words(self, found: dict[str, Node], key: str) -> str | None:
        return self.document.checked_text(found[key], key, DETAIL_LIMIT, lines=True) if key in found else None

    def _date(self, found: dict[str, Node], key: str) -> str:
        text = self._line(found, key)
        if iso_date(text) != text:
            what = _("“{key}” must be a date such as 2026-11-22, not “{text}”")
            self.report(found[key], what.format(key=key, text=text))
        return text

    def _country(self, found: dict[str, Node]) -> str:
        text = self._line(found, "country")
        if not text or _COUNTRY.fullmatch(text):
            return text
        from dtm_mapper.countries import code_of, near

        named = text[:NAME_LIMIT]
        code = code_of(named)
        if code is None:
            what = _("“country” must be the name of a country or a code such as BGD, not “{text}”")
            what = what.format(text=named)
            if name := near(named):
                what += _("; did you mean “{near}”?").format(near=name)
            self.report(found["country"], what)
        return code or ""

    def _depth(self, found: dict[str, Node]) -> Depth:
        text = self._line(found, "depth")
        if text in DEPTHS:
            return text
        if text:
            self.report(found["depth"], unknown_word("depth", text, DEPTHS))
        return "standard"


def _with_text(hint: str, node: Node, key: str = "") -> str:
    """Complete a hint on how to write a text; '' if the node is not a text that can be shown in a line."""
    if type(node) is not Text or len(node.value) > NAME_LIMIT:
        return ""
    return hint.format(text=node.value.strip(), key=key)


class Writer:
    """Turns mappings into text. Keeps the text of each row, so that one changed answer costs one row."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        #: Keyed by identity: parts are frozen, and comparing them would cost as much as writing them.
        self._texts: dict[int, tuple[object, str]] = {}

    def text(self, mapping: Mapping) -> str:
        """The whole file."""
        parts = [f"format: {FORMAT}\n"]
        for key in _HEAD:
            if value := getattr(mapping, key):
                parts.extend(entry("", key, value))
        named = {"id": mapping.catalogue, "version": mapping.catalogue_version}
        parts.append(f"catalogue: {flow(named)}\n")
        body = [self._section(mapping, section) for section in mapping.section_ids(self.catalogue)]
        if any(body):
            parts.append("sections:\n")
            parts.extend(body)
        return "".join(parts)

    def _section(self, mapping: Mapping, section: str) -> str:
        rows = [
            self._text(mapping.rows[example])
            for example in mapping.examples(self.catalogue, section)
            if example in mapping.rows
        ]
        others = [self._text(user) for user in mapping.users(section, OTHER)]
        if not rows and not others:
            return ""
        text = "".join(entry("- ", "id", section))
        if rows:
            text += "  rows:\n" + "".join(rows)
        if others:
            text += "  others:\n" + "".join(others)
        return text

    def _text(self, part: Row | DataUser) -> str:
        if id(part) not in self._texts:
            lines = self._row(part) if isinstance(part, Row) else self._user(part, "  ")
            # The part is kept, too, or another one could get its identity.
            self._texts[id(part)] = part, "".join(lines)
        return self._texts[id(part)][1]

    def _row(self, row: Row) -> list[str]:
        lines = [*entry("  - ", "example", row.example), *entry("    ", "label", row.label)]
        if row.users:
            lines.append("    users:\n")
            for user in row.users:
                lines.extend(self._user(user, "    "))
        elif row.not_applicable is not None:
            lines.extend(entry("    ", "not_applicable", row.not_applicable))
        elif row.pending is not None:
            lines.extend(entry("    ", "pending", row.pending))
        if row.verified:
            lines.extend(entry("    ", "verified", row.verified))
        return lines

    def _user(self, user: DataUser, indent: str) -> list[str]:
        lines = [*entry(f"{indent}- ", "name", user.name)]
        for key in dict.fromkeys((*self.catalogue.field_by_id, *user.details)):
            if key in user.details:
                lines.extend(entry(f"{indent}  ", key, user.details[key]))
        if user.verified:
            lines.extend(entry(f"{indent}  ", "verified", user.verified))
        return lines
