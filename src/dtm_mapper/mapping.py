"""What an operator recorded for one response. Frozen: every change makes a new mapping."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from dtm_mapper.catalogue import Catalogue, Depth, Field
from dtm_mapper.texts import folded

State = Literal["mapped", "not_applicable", "pending", "open"]
#: An answer to a field: text, the id of a choice, or ids of choices and other text.
Detail = str | tuple[str, ...]

#: The item under which a section keeps the data users that no example foresaw.
OTHER = "other"

NAME_LIMIT = 200
DETAIL_LIMIT = 2_000


@dataclass(frozen=True)
class DataUser:
    """A local counterpart. `details` holds answers by field id, none empty; `verified` is an ISO date."""

    name: str
    details: dict[str, Detail] = field(default_factory=dict)
    verified: str = ""

    def values(self, field_id: str) -> tuple[str, ...]:
        """The answers to a field, whether it takes one or several."""
        detail = self.details.get(field_id, ())
        return (detail,) if isinstance(detail, str) else detail

    def inactive(self, catalogue: Catalogue) -> bool:
        """Whether it left the response: kept and listed apart, not counted."""
        return any(
            asked.id in self.details and not asked.inactive.isdisjoint(self.values(asked.id))
            for asked in catalogue.fields_to_leave
        )

    def with_detail(self, field_id: str, detail: Detail, today: str) -> "DataUser":
        """The same data user with one answer changed, or taken away where `detail` is empty."""
        details = {key: value for key, value in self.details.items() if key != field_id}
        if detail:
            details[field_id] = detail
        return self if details == self.details else replace(self, details=details, verified=today)


@dataclass(frozen=True)
class Row:
    """One example inside a mapping. Reason and note are '' where none was given, None in another state."""

    example: str
    section: str
    label: str
    users: tuple[DataUser, ...] = ()
    not_applicable: str | None = None
    pending: str | None = None
    verified: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is recorded. The file leaves such a row out."""
        return not self.users and self.not_applicable is None and self.pending is None

    def state(self, catalogue: Catalogue) -> State:
        """Return the row's state. A row whose data users have all left the response is open."""
        if any(not user.inactive(catalogue) for user in self.users):
            return "mapped"
        if self.not_applicable is not None:
            return "not_applicable"
        return "open" if self.pending is None else "pending"


@dataclass(frozen=True)
class Mapping:
    """One response's data users. `rows` has an entry for each row that is not open, by example id;
    `others` the data users that no example foresaw, by section id. Dates are ISO dates as text."""

    catalogue: str
    catalogue_version: str
    created: str
    response: str = ""
    country: str = ""
    prepared_by: str = ""
    depth: Depth = "standard"
    rows: dict[str, Row] = field(default_factory=dict)
    others: dict[str, tuple[DataUser, ...]] = field(default_factory=dict)

    @property
    def last_change(self) -> str:
        """The day of the last change: the latest on which something was begun, recorded or confirmed."""
        days = [user.verified for user in self.recorded_users()]
        return max([self.created, *days, *(row.verified for row in self.rows.values())])

    def recorded_users(self) -> Iterator[DataUser]:
        """Yield every data user, whatever the catalogue's order."""
        for users in (*(row.users for row in self.rows.values()), *self.others.values()):
            yield from users

    def users(self, section: str, item: str) -> tuple[DataUser, ...]:
        """The data users of a row, or of a section's others where `item` is OTHER."""
        if item == OTHER:
            return self.others.get(section, ())
        return self.rows[item].users if item in self.rows else ()

    def with_about(self, item: str, text: str) -> "Mapping":
        """The same mapping with what it says of itself under `item` changed."""
        change: dict[str, Any] = {item: text}
        return replace(self, **change)

    def with_row(self, row: Row) -> "Mapping":
        """Return the mapping with one row changed; an empty row is removed."""
        rows = {**self.rows, row.example: row}
        if row.is_empty:
            del rows[row.example]
        return replace(self, rows=rows)

    def with_users(
        self, catalogue: Catalogue, section: str, item: str, users: tuple[DataUser, ...]
    ) -> "Mapping":
        """The same mapping with the data users of a row, or of a section's others, changed."""
        if item != OTHER:
            row = self.row(catalogue, item)
            if users and users == row.users:
                return self
            return self.with_row(replace(row, users=users, not_applicable=None, pending=None, verified=""))
        others = {**self.others, section: users}
        if not users:
            del others[section]
        return replace(self, others=others)

    def active_users(self, catalogue: Catalogue, section: str, item: str) -> tuple[DataUser, ...]:
        """Return the data users of a row, or of a section's others, who have not left the response."""
        return tuple(user for user in self.users(section, item) if not user.inactive(catalogue))

    def with_active_users(
        self, catalogue: Catalogue, section: str, item: str, users: tuple[DataUser, ...]
    ) -> "Mapping":
        """Return the mapping with those data users changed. Those who left the response stay in place."""
        result = list(users)
        for index, user in enumerate(self.users(section, item)):
            if user.inactive(catalogue):
                result.insert(index, user)
        return self.with_users(catalogue, section, item, tuple(result))

    def row(self, catalogue: Catalogue, example: str) -> Row:
        """The row of an example, open where nothing is recorded. Raises KeyError for one that neither has."""
        if example in self.rows:
            return self.rows[example]
        known = catalogue.example_by_id[example]
        return Row(example, catalogue.section_of_example[example], known.name)

    def section_ids(self, catalogue: Catalogue) -> tuple[str, ...]:
        """The catalogue's sections, then those that only this mapping has."""
        ids = dict.fromkeys(catalogue.section_by_id)
        ids.update(dict.fromkeys(row.section for row in self.rows.values()))
        ids.update(dict.fromkeys(self.others))
        return tuple(ids)

    def examples(self, catalogue: Catalogue, section: str) -> tuple[str, ...]:
        """A section's examples in the catalogue's order, then those that the catalogue no longer has."""
        ids = tuple([example.id for example in catalogue.section(section).examples])
        if self.rows.keys() <= catalogue.example_by_id.keys():
            return ids
        gone = (row for row in self.rows.values() if row.example not in catalogue.example_by_id)
        return (*ids, *(row.example for row in gone if row.section == section))

    def every_user(self, catalogue: Catalogue) -> Iterator[tuple[str, str, int, DataUser]]:
        """Each data user with its section, its item and its number there, in the catalogue's order."""
        for section in self.section_ids(catalogue):
            for item in (*self.examples(catalogue, section), OTHER):
                for number, user in enumerate(self.users(section, item), start=1):
                    yield section, item, number, user


class Progress(NamedTuple):
    """How many rows are in each state, and how many other data users there are."""

    mapped: int
    not_applicable: int
    pending: int
    open: int
    others: int

    @property
    def rows(self) -> int:
        return self.mapped + self.not_applicable + self.pending + self.open


def progress(mapping: Mapping, catalogue: Catalogue, *sections: str) -> Progress:
    """The progress of the named sections, or of the whole mapping."""
    states: dict[State, int] = {"mapped": 0, "not_applicable": 0, "pending": 0, "open": 0}
    others = 0
    for section in sections or mapping.section_ids(catalogue):
        for example in mapping.examples(catalogue, section):
            states[mapping.row(catalogue, example).state(catalogue)] += 1
        others += sum(not user.inactive(catalogue) for user in mapping.users(section, OTHER))
    return Progress(**states, others=others)


def has_personal(mapping: Mapping, catalogue: Catalogue) -> bool:
    """Whether any data user has an answer to a personal field."""
    personal = {field.id for field in catalogue.fields if field.visibility == "personal"}
    return any(not personal.isdisjoint(user.details) for user in mapping.recorded_users())


def up_to_date(mapping: Mapping, catalogue: Catalogue) -> Mapping:
    """The mapping under the version of the catalogue in use, once nothing in it is left over from another.

    While something is, the version that knew it stays, or the next reading would take it for a mistake.
    """
    if mapping.catalogue_version == catalogue.version:
        return mapping
    left_over = any(
        key not in catalogue.field_by_id or _left_over(user, catalogue.field_by_id[key])
        for _section, _item, _number, user in mapping.every_user(catalogue)
        for key in user.details
    )
    return mapping if left_over else replace(mapping, catalogue_version=catalogue.version)


def _left_over(user: DataUser, asked: Field) -> bool:
    if isinstance(user.details[asked.id], tuple) != (asked.type == "select_multiple"):
        return True
    if asked.type == "text" or asked.or_other:
        return False
    return any(value not in asked.labels for value in user.values(asked.id))


def organisation(name: str) -> str:
    """What two data users of one organisation have in common: the name, however spaced and capitalised."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


#: Words that initials leave out: HCT, CICR, OIM.
_SMALL_WORDS = {
    *("a", "and", "for", "in", "of", "on", "the", "to"),
    *("au", "aux", "d", "de", "des", "du"),
    *("en", "et", "l", "la", "le", "les", "pour"),
    *("del", "el", "las", "los", "para", "por", "y"),
}


def alike(one: str, other: str) -> bool:
    """Return whether two names probably mean the same organisation: they have the same words apart from
    brackets, one begins with the other, one is the other's initials, or they are similar."""
    import difflib

    first, second = folded(one).strip(), folded(other).strip()
    if first.startswith(second) or second.startswith(first):
        return True
    if _words(first) == _words(second) or set(_WORD.findall(first)) == set(_WORD.findall(second)):
        return True
    if _letters(first) in _initials(second) or _letters(second) in _initials(first):
        return True
    return difflib.SequenceMatcher(None, first, second).ratio() >= _SIMILAR


_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SIMILAR = 0.6


def _words(text: str) -> list[str]:
    return _WORD.findall(_IN_BRACKETS.sub(" ", text))


def _letters(text: str) -> str:
    return "".join(_words(text))


def _initials(text: str) -> set[str]:
    """Return the initials of a name of several words, with its small words and without them."""
    words = _words(text)
    telling = [word for word in words if word not in _SMALL_WORDS]
    return {"".join(word[0] for word in each) for each in (words, telling) if len(each) > 1}


class Pairing(NamedTuple):
    """How the data users of a row become those of the names that were typed."""

    users: tuple[DataUser, ...]
    #: Data users whose name was changed, old and new.
    renamed: tuple[tuple[DataUser, DataUser], ...]
    #: Data users that are no longer there.
    removed: tuple[DataUser, ...]


def paired(users: tuple[DataUser, ...], names: tuple[str, ...], today: str) -> Pairing:
    """Give each name its data user: equal names keep their details; of the rest, old and new ones are
    paired by position if there are as many of both, and otherwise the old ones are removed. Data users who
    left the response are not among `users`."""
    left = list(users)
    kept: dict[int, DataUser] = {}
    for index, name in enumerate(names):
        same = next((user for user in left if user.name == name), None)
        if same is not None:
            left.remove(same)
            kept[index] = same
    new = [index for index in range(len(names)) if index not in kept]
    renamed = []
    if len(new) == len(left):
        for index, user in zip(new, left, strict=True):
            kept[index] = replace(user, name=names[index], verified=today)
            renamed.append((user, kept[index]))
        left = []
    result = tuple(
        kept[index] if index in kept else DataUser(name, verified=today) for index, name in enumerate(names)
    )
    return Pairing(result, tuple(renamed), tuple(left))


def tidy(asked: Field, values: tuple[str, ...]) -> tuple[str, ...]:
    """Answers to a field with choices: each once, choices in the catalogue's order, then other text."""
    known = [choice.id for choice in asked.choices if choice.id in values]
    return (*known, *dict.fromkeys(value for value in values if value not in asked.labels))
