"""What an asker is given, and what it gives back."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from dtm_mapper.interview.choice_index import ChoiceIndex

#: text: a line of any text; names: data users; one, many: choices; yes: yes or no; menu: one thing to do;
#: search: one of many choices, filtered by any part of them.
Kind = Literal["text", "names", "one", "many", "yes", "menu", "search"]


class Question(NamedTuple):
    """One question. `about` says what is known of what it asks about, `hint` how to answer. `shown` is
    the stored answer as the line that would give it again, `shown_words` the same for reading; `draft` is
    half-typed text that takes its place. `suggestions` returns names that may be meant while one is typed,
    and `keys` is what the key line says. A list has `choices`, the `recorded` values, the ids that `*` stands
    for (`starred`), and the values that `=` stands for (`before`). `empties`: `-` takes the answer away."""

    id: str
    kind: Kind
    title: str
    about: str = ""
    hint: str = ""
    shown: str = ""
    shown_words: str = ""
    draft: str | None = None
    choices: ChoiceIndex = ChoiceIndex(())
    recorded: tuple[str, ...] = ()
    other: bool = False
    starred: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    suggestions: Callable[[], tuple[str, ...]] = tuple
    empties: bool = True
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Kept:
    """The shown answer was kept."""


@dataclass(frozen=True)
class Line:
    """A line was typed, or choices were made that this line says; `draft` says what was ticked in a list
    before a command was typed."""

    text: str
    draft: str | None = field(default=None, compare=False)


#: The keys that leave a question: Shift-Tab, Ctrl-G, F1, Ctrl-D, Ctrl-C.
KeyName = Literal["back", "go", "help", "end", "interrupt"]


@dataclass(frozen=True)
class Key:
    """A key left the question, with the text that was typed so far; None where it was not touched."""

    name: KeyName
    draft: str | None = None


Reply = Kept | Line | Key


class Interrupted(SystemExit):
    """A signal ended the program at a list. `draft` says what was ticked in it, as in a reply."""

    def __init__(self, code: object, draft: str | None) -> None:
        super().__init__(code)
        self.draft = draft


#: heading: opens a section; note: the catalogue's words; quiet: what was recorded; warning: what to mend;
#: text: all else that is said.
Tone = Literal["heading", "note", "quiet", "warning", "text"]


class Asker(Protocol):
    """Asks one question at a time, and says things between them. `script_line` is the number of the line
    that was read last from a file or a pipe; None if somebody types."""

    @property
    def script_line(self) -> int | None: ...

    def held(self) -> AbstractContextManager[None]:
        """Keeps the terminal for the whole interview."""

    def ask(self, question: Question) -> Reply:
        """Shows a question and waits for the reply."""

    def say(self, text: str, tone: Tone = "text") -> None:
        """Says a line or a paragraph."""

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        """Says pairs of a name and what stands beside it."""
