"""The catalogue: sections, their examples, and the fields asked of each data user. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple, TypeVar, get_args

from dtm_mapper.texts import folded_words

T = TypeVar("T")

Depth = Literal["names", "standard", "full"]
FieldType = Literal["text", "select_one", "select_multiple"]
Visibility = Literal["public", "internal", "personal"]

TEXT_LIMIT = 2_000
DEPTHS: tuple[Depth, ...] = get_args(Depth)


class Choice(NamedTuple):
    """One answer of a field. `inactive`: a data user with it is kept and listed apart, not counted. `empties`
    are the ids of fields that this answer offers to empty; `since` is the version of the catalogue that added
    it, or ''."""

    id: str
    label: str
    hint: str = ""
    inactive: bool = False
    empties: tuple[str, ...] = ()
    since: str = ""


@dataclass(frozen=True)
class Field:
    """A question asked of each data user, from `depth` on, and only if the field `relevant` has an answer.
    `hxl` is the hashtag of its column, `since` the version of the catalogue that added it, or ''.
    `translations` returns the labels and hints of a choice, by its id, in other languages."""

    id: str
    label: str
    question: str
    type: FieldType
    depth: Depth
    visibility: Visibility
    choices: tuple[Choice, ...] = ()
    or_other: bool = False
    interests: bool = False
    relevant: str = ""
    hxl: str = ""
    since: str = ""
    translations: Callable[[str], tuple[str, ...]] = field(
        default=lambda _choice: (), compare=False, repr=False
    )

    @property
    def tag(self) -> str:
        """The HXL hashtag of its column: its own, or one made of its id."""
        # HXL has no hashtag for what a catalogue may ask; an attribute has letters, digits and _ only.
        several = "+list" if self.type == "select_multiple" else ""
        return self.hxl or f"#meta+{self.id.replace('-', '_')}{several}"

    @cached_property
    def labels(self) -> dict[str, str]:
        """Each choice's label by its id."""
        return {choice.id: choice.label for choice in self.choices}

    def labelled(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """Answers, choices by their labels."""
        return tuple([self.labels.get(value, value) for value in values]) if self.choices else values

    def choice_called(self, words: str) -> str:
        """Return the id of the choice with this id, or with this label in any language, without regard to
        capitals and accents; '' if there is none or several."""
        key = folded_words(words)
        ids = self._id_by_words if key in self._id_by_words else self._id_by_translation
        return ids.get(key) or ""

    @cached_property
    def _id_by_words(self) -> dict[str, str | None]:
        return by_words((text, choice.id) for choice in self.choices for text in choice[:2])

    @cached_property
    def _id_by_translation(self) -> dict[str, str | None]:
        return by_words((text, choice.id) for choice in self.choices for text in self.translations(choice.id))

    @cached_property
    def choice_by_id(self) -> dict[str, Choice]:
        return {choice.id: choice for choice in self.choices}

    @cached_property
    def inactive(self) -> frozenset[str]:
        """The ids of the choices that take a data user out of the counts."""
        return frozenset(choice.id for choice in self.choices if choice.inactive)


def by_words(named: Iterable[tuple[str, T]]) -> dict[str, T | None]:
    """Return what each text names, without regard to capitals and accents; None if it names several."""
    things: dict[str, T | None] = {}
    for text, thing in named:
        key = folded_words(text)
        things[key] = thing if things.get(key, thing) == thing else None
    return things


class Example(NamedTuple):
    """A data user from other contexts. `interests` are ids of the interests field's choices, `aliases` its
    other names, `since` the version of the catalogue that added it, or ''."""

    id: str
    name: str
    interests: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    since: str = ""


class Section(NamedTuple):
    """One category of the catalogue. `note` is shown before it, `reminder` after it."""

    id: str
    title: str
    note: str
    reminder: str
    examples: tuple[Example, ...]


class Texts(NamedTuple):
    """A catalogue in another language: its texts by their ids, and other names of examples by the examples'
    ids."""

    texts: dict[str, str]
    aliases: dict[str, tuple[str, ...]]


class Translations:
    """A catalogue in other languages. `read` is called when something is first looked up, with the list to
    which it adds warnings."""

    def __init__(self, read: Callable[[list[str]], Iterable[Texts]] = lambda _warnings: ()) -> None:
        self._read = read
        self._warnings: list[str] = []

    @cached_property
    def _languages(self) -> tuple[Texts, ...]:
        return tuple(self._read(self._warnings))

    def texts(self, *ids: str) -> tuple[str, ...]:
        """Return the texts with these ids in all other languages."""
        return tuple(known.texts[id] for known in self._languages for id in ids if id in known.texts)

    def names(self, example: str) -> tuple[str, ...]:
        """Return the names of an example in all other languages."""
        aliases = (name for known in self._languages for name in known.aliases.get(example, ()))
        return (*self.texts(f"examples/{example}"), *aliases)

    def take_warnings(self) -> list[str]:
        """Return what was wrong with the files that were read, each time only what is new."""
        taken, self._warnings = self._warnings, []
        return taken


@dataclass(frozen=True)
class Catalogue:
    """The instrument that an interview follows."""

    id: str
    version: str
    title: str
    purpose: str
    fields: tuple[Field, ...]
    sections: tuple[Section, ...]
    translations: Translations = field(default_factory=Translations, compare=False, repr=False)

    def translated(self, translations: Translations) -> "Catalogue":
        """Return the catalogue with its translations."""

        def of_field(field_id: str) -> Callable[[str], tuple[str, ...]]:
            id = f"fields/{field_id}/"
            return lambda choice: translations.texts(f"{id}{choice}", f"{id}{choice}#hint")

        fields = tuple(replace(asked, translations=of_field(asked.id)) for asked in self.fields)
        return replace(self, fields=fields, translations=translations)

    def other_names(self, example: str) -> tuple[str, ...]:
        """Return the aliases of an example, and its names in other languages."""
        known = self.example_by_id.get(example)
        return (*(known.aliases if known else ()), *self.translations.names(example))

    def section(self, id: str) -> Section:
        """Return a section. One that the catalogue no longer has is called by its id, and has no examples."""
        return self.section_by_id.get(id) or Section(id, id, "", "", ())

    @cached_property
    def section_by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def example_by_id(self) -> dict[str, Example]:
        return {example.id: example for section in self.sections for example in section.examples}

    @cached_property
    def section_of_example(self) -> dict[str, str]:
        """The id of the section that lists each example."""
        return {example.id: section.id for section in self.sections for example in section.examples}

    @cached_property
    def field_by_id(self) -> dict[str, Field]:
        return {field.id: field for field in self.fields}

    @cached_property
    def interests_field(self) -> Field | None:
        """The field whose choices an example's interests are taken from."""
        return next((field for field in self.fields if field.interests), None)

    @cached_property
    def fields_to_leave(self) -> tuple[Field, ...]:
        """The fields with a choice that takes a data user out of the counts."""
        return tuple(field for field in self.fields if field.inactive)

    @cached_property
    def contact_field(self) -> Field | None:
        """The field for an address or a telephone number: of those for personal text, the one that makes
        another field relevant, or else the one with a hashtag for contacts, or else the last one, because
        catalogues ask about a contact after the person or the role."""
        needed = {field.relevant for field in self.fields}
        personal = [field for field in self.fields if (field.visibility, field.type) == ("personal", "text")]
        return max(
            reversed(personal),
            key=lambda field: (field.id in needed, field.hxl.startswith("#contact")),
            default=None,
        )

    def asked_at(self, depth: Depth) -> tuple[Field, ...]:
        """The fields that are asked at a depth, in their order."""
        reach = DEPTHS.index(depth)
        return tuple(field for field in self.fields if DEPTHS.index(field.depth) <= reach)

    def interests_of(self, example: str) -> tuple[Choice, ...]:
        """The interests of an example, in its order; none where the catalogue does not have it."""
        field = self.interests_field
        known = self.example_by_id.get(example)
        if field is None or known is None:
            return ()
        return tuple([field.choice_by_id[interest] for interest in known.interests])
