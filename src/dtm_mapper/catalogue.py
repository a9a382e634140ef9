"""The catalogue: sections, their examples, and the fields asked of each data user. Pure."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

Depth = Literal["names", "standard", "full"]
FieldType = Literal["text", "select_one", "select_multiple"]
Visibility = Literal["public", "internal", "personal"]

DEPTHS: tuple[Depth, ...] = get_args(Depth)


class Choice(NamedTuple):
    """One answer of a field. `inactive`: a data user with it is kept and listed apart, not counted."""

    id: str
    label: str
    hint: str = ""
    inactive: bool = False


@dataclass(frozen=True)
class Field:
    """A question asked of each data user, from `depth` on."""

    id: str
    label: str
    question: str
    type: FieldType
    depth: Depth
    visibility: Visibility
    choices: tuple[Choice, ...] = ()
    or_other: bool = False
    interests: bool = False

    @cached_property
    def labels(self) -> dict[str, str]:
        """Each choice's label by its id."""
        return {choice.id: choice.label for choice in self.choices}

    def labelled(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """Answers, choices by their labels."""
        return tuple([self.labels.get(value, value) for value in values]) if self.choices else values

    def choice_called(self, words: str) -> str:
        """Return the id of the choice with this id or label, in any case; '' if there is none or several."""
        return self._id_by_words.get(" ".join(words.casefold().split()), "")

    @cached_property
    def _id_by_words(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        for choice in self.choices:
            for word in {" ".join(word.casefold().split()) for word in (choice.id, choice.label)}:
                ids[word] = choice.id if ids.get(word, choice.id) == choice.id else ""
        return ids

    @cached_property
    def choice_by_id(self) -> dict[str, Choice]:
        return {choice.id: choice for choice in self.choices}

    @cached_property
    def inactive(self) -> frozenset[str]:
        """The ids of the choices that take a data user out of the counts."""
        return frozenset(choice.id for choice in self.choices if choice.inactive)


class Example(NamedTuple):
    """A data user from other contexts. `interests` are ids of the interests field's choices."""

    id: str
    name: str
    interests: tuple[str, ...] = ()


class Section(NamedTuple):
    """One category of the catalogue. `note` is shown before it, `reminder` after it."""

    id: str
    title: str
    note: str
    reminder: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Catalogue:
    """The instrument that an interview follows."""

    id: str
    version: str
    title: str
    purpose: str
    fields: tuple[Field, ...]
    sections: tuple[Section, ...]

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
        """The field for an address or a telephone number: the last one for personal text, because catalogues
        ask about a contact after the person or the role."""
        personal = [field for field in self.fields if (field.visibility, field.type) == ("personal", "text")]
        return personal[-1] if personal else None

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
