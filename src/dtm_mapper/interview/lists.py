"""A list to choose from: what is typed to filter it, where the pointer is, and what is ticked. Pure.

Each key of a list is a method that returns the list as it is after that key."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dtm_mapper.i18n import _
from dtm_mapper.interview.answers import SIGNS, unquoted
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.mapping import DETAIL_LIMIT
from dtm_mapper.texts import text_problem


@dataclass(frozen=True)
class ChoiceList:
    """A list as it is now. `many`: its entries are ticked; otherwise one is chosen. `other`: the typed text
    can be added, too. `ticked` has the ids of entries and other texts, the latest last; `exact` are the texts
    that were typed in quotation marks. `pointer` is a position among `visible`, which the entry for other
    text follows. `ended`: Enter left the list."""

    index: ChoiceIndex = field(repr=False)
    many: bool
    other: bool = False
    ticked: tuple[str, ...] = ()
    exact: frozenset[str] = frozenset()
    typed: str = ""
    pointer: int | None = None
    message: str = ""
    moved: bool = False
    ended: bool = False

    def begun(self) -> "ChoiceList":
        """The list as it is shown first."""
        return replace(self, pointer=self._pointer_for_text())

    @cached_property
    def visible(self) -> tuple[Entry, ...]:
        """The entries that the typed text leaves; without one, other texts that are ticked, too."""
        if self.has_filter:
            return self.index.matching(self.typed)
        others = (value for value in self.ticked if value and value not in self.index.by_id)
        return (*self.index.entries, *(Entry(value, value) for value in others))

    @property
    def has_filter(self) -> bool:
        """Whether something is typed that is not a command."""
        return bool(self.typed.strip()) and not self.is_command

    @property
    def is_command(self) -> bool:
        """Whether a command or a sign is being typed."""
        return self.typed.lstrip()[:1] == ":" or self.typed.strip() in SIGNS

    @property
    def offers_other(self) -> bool:
        """Whether the last entry adds the typed text."""
        return self.other and self.has_filter and unquoted(self.typed.strip()) != ""

    @property
    def pointed(self) -> Entry | None:
        """The entry at the pointer; None if the pointer is nowhere, or at the entry for other text."""
        if self.pointer is None or self.pointer >= len(self.visible):
            return None
        return self.visible[self.pointer]

    @property
    def at_other(self) -> bool:
        """Whether the pointer is at the entry that adds the typed text."""
        return self.offers_other and self.pointer == len(self.visible)

    def with_text(self, typed: str) -> "ChoiceList":
        """The typed text changed."""
        if typed == self.typed:
            return self
        changed = replace(self, typed=typed, pointer=None, message="", moved=False)
        return replace(changed, pointer=changed._pointer_for_text())

    def _pointer_for_text(self) -> int | None:
        if not self.has_filter:
            return None if self.many or self.is_command else self._first_pointer()
        named = self.index.named(self.typed)
        if named is not None and named in self.visible:
            return self.visible.index(named)
        return 0 if len(self.visible) == 1 else None

    def _first_pointer(self) -> int:
        """Where a list of one choice begins: at what is recorded, or else at its first entry."""
        return next((index for index, entry in enumerate(self.visible) if entry.id in self.ticked), 0)

    def move(self, step: int) -> "ChoiceList":
        """Up and down move the pointer. From nowhere, down leads to the first entry, and up to the last."""
        count = len(self.visible) + self.offers_other
        if not count:
            return self
        start = self.pointer if self.pointer is not None else -1 if step > 0 else count
        return replace(self, pointer=max(0, min(count - 1, start + step)), message="", moved=True)

    def space(self) -> "ChoiceList":
        """Space ticks or unticks the entry at the pointer."""
        entry = self.pointed
        if entry is None:
            return replace(self, message=_("Move to a choice with the arrow keys, and Space ticks it."))
        if entry.id not in self.ticked:
            return replace(self, ticked=(*self.ticked, entry.id), message="", moved=False)
        ticked = tuple(value for value in self.ticked if value != entry.id)
        # Other text that is no longer ticked is no longer an entry.
        pointer = self.pointer if entry.id in self.index.by_id else None
        return replace(self, ticked=ticked, pointer=pointer, message="", moved=False)

    def enter(self) -> "ChoiceList":
        """Enter adds or chooses what the pointer is at. With nothing typed, it continues."""
        entry = self.pointed
        if self.at_other:
            text = self.typed.strip()
            inner = unquoted(text)
            if problem := text_problem(text if inner is None else inner, DETAIL_LIMIT):
                return replace(self, message=_("This is not recorded: {problem}").format(problem=problem))
            exact = self if inner is None else replace(self, exact=self.exact | {inner})
            return exact._chosen(text if inner is None else inner)
        if self.has_filter:
            return self._chosen(entry.id) if entry else replace(self, message=self._unclear())
        if not self.many:
            return replace(self, ticked=(entry.id,) if entry and entry.id else (), ended=True)
        if self.moved and entry is not None and entry.id not in self.ticked:
            message = _("Space ticks it. Enter continues without it.")
            return replace(self, message=message, moved=False)
        return replace(self, ended=True)

    def _chosen(self, value: str) -> "ChoiceList":
        if not self.many:
            return replace(self, ticked=(value,) if value else (), ended=True)
        ticked = (*(other for other in self.ticked if other != value), value)
        return replace(self, ticked=ticked, typed="", pointer=None, message="", moved=False)

    def _unclear(self) -> str:
        if count := len(self.visible):
            message = _("{count} match. Type more, or move with ↑ and ↓.")
            return message.format(count=count)
        if self.other:
            return _("No match. ↓ and Enter add it as other text.")
        return _("No match. Esc shows the whole list.")

    def add(self, values: Sequence[str], empty: str) -> "ChoiceList":
        """A sign ticks several entries at once; `empty` says why there are none."""
        if not values:
            return replace(self, message=empty)
        new = tuple(value for value in values if value not in self.ticked)
        return replace(self, ticked=(*self.ticked, *new), message="", moved=False)

    @property
    def enter_words(self) -> str:
        """What Enter does now, in few words."""
        if self.is_command:
            return _("run this command")
        if self.at_other:
            return _("add as other text")
        if self.has_filter and self.pointed is None:
            return _("show how many match")
        if self.has_filter and self.many:
            return _("add")
        return _("continue") if self.many else _("choose")

    @property
    def count_words(self) -> str:
        """How many entries there are, and how many of them the typed text leaves."""
        total = len(self.index.entries)
        shown = len(self.visible) if self.has_filter else total
        return _("{shown} of {total} choices").format(shown=shown, total=total)
