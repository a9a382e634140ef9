"""Finds the choices of a list by what is typed: a number, an id, a label or the beginnings of its words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from dtm_mapper.catalogue import by_words
from dtm_mapper.texts import folded_words, has_words, search_texts, typed_words


class Entry(NamedTuple):
    """One choice of a list. `number` never changes, and 0 is none; `marked`: it is an interest."""

    id: str
    label: str
    hint: str = ""
    number: int = 0
    marked: bool = False


#: Returns the labels and hints of a choice, by its id, in the languages that are not in use.
Translations = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class ChoiceIndex:
    """The entries of a list. Their texts are folded once, when something is first typed."""

    entries: tuple[Entry, ...]
    translations: Translations = field(default=lambda _id: (), compare=False, repr=False)

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def _translated(self) -> list[tuple[str, ...]]:
        return [tuple(self.translations(entry.id)) if entry.id else () for entry in self.entries]

    @cached_property
    def _searched(self) -> list[str]:
        texts = zip(self.entries, self._translated, strict=True)
        return search_texts([" ".join((entry.label, entry.hint, *others)) for entry, others in texts])

    @cached_property
    def _matching(self) -> dict[str, tuple[Entry, ...]]:
        return {}

    @cached_property
    def _by_label(self) -> dict[str, Entry | None]:
        """The entry with each whole label, in any language; None if several have it."""
        texts = zip(self.entries, self._translated, strict=True)
        return by_words((text, entry) for entry, others in texts for text in (entry.label, *others))

    def matching(self, typed: str) -> tuple[Entry, ...]:
        """Return the entries in which every typed word begins a word, and the one with a typed number."""
        # A list asks twice for each key, and again when the text is shortened.
        if typed not in self._matching:
            number, words = number_in(typed), typed_words(typed)
            self._matching[typed] = tuple(
                entry
                for entry, text in zip(self.entries, self._searched, strict=True)
                if (number and entry.number == number) or has_words(text, words)
            )
        return self._matching[typed]

    def named(self, typed: str) -> Entry | None:
        """Return the entry with this number, id or whole label; None if there is none, or more than one."""
        if number := number_in(typed):
            return next((entry for entry in self.entries if entry.number == number), None)
        return self.by_id.get(typed.strip().casefold()) or self.labelled(typed)

    def labelled(self, typed: str) -> Entry | None:
        """Return the entry with this whole label, in any language; None if none or more than one has it."""
        return self._by_label.get(folded_words(typed))


def number_in(typed: str) -> int:
    """Return the number that a text is; 0 if it is none."""
    text = typed.strip()
    return int(text) if text.isdecimal() and len(text) < 6 else 0
