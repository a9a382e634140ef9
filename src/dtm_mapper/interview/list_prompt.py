"""Shows a list in a terminal, and reads its keys. What the keys do is in lists.py."""

from collections.abc import Callable
from typing import Any, NamedTuple

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, VerticalAlign, Window
from prompt_toolkit.layout.processors import BeforeInput
from wcwidth import clip, width, wrap

from dtm_mapper.i18n import _
from dtm_mapper.interview import answers
from dtm_mapper.interview.choice_index import Entry
from dtm_mapper.interview.lists import ChoiceList
from dtm_mapper.interview.question import Kept, Key, Line, Question, Reply
from dtm_mapper.screen import visible

#: How many of the values that are ticked are named above the filter.
_NAMED = 6


class Signs(NamedTuple):
    """What stands before an answer, and before a value that is ticked or not."""

    prompt: str
    ticked: str
    unticked: str


SIGNS = Signs("›", "●", "○")


def signs_in(encoding: str) -> Signs:
    """Return signs that can be shown in an encoding."""
    try:
        "".join(SIGNS).encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return Signs(">", "[x]", "[ ]")
    return SIGNS


class ListPrompt:
    """One question that is answered from a list."""

    def __init__(
        self, question: Question, room: Callable[[], int], columns: Callable[[], int], signs: Signs = SIGNS
    ) -> None:
        """`room` is how many lines the list may take, `columns` how wide they are."""
        self.question, self._signs = question, signs
        self._room, self._columns = room, columns
        many, ticked, typed = question.kind == "many", question.recorded, question.draft or ""
        if many and typed[:1] != ":":
            ticked, typed = answers.known_choices(typed, question)
        self.list = ChoiceList(question.choices, many, question.other, ticked, typed=typed).begun()
        document = Document(typed)
        self.buffer = Buffer(multiline=False, document=document, on_text_changed=self._text_changed)
        self._top = 0

    def _text_changed(self, buffer: Buffer) -> None:
        if "\n" in buffer.text or "\t" in buffer.text:
            # What was pasted from a column or a table is one line of words.
            buffer.document = Document(" ".join(buffer.text.split()))
        self._now(self.list.with_text(buffer.text))

    def _now(self, changed: ChoiceList) -> None:
        """Show the list as it is after a key."""
        self.list = changed
        if self.buffer.text != changed.typed:
            self.buffer.text = changed.typed

    def application(
        self, title: Callable[[], StyleAndTextTuples], bindings: KeyBindings, setting: dict[str, Any]
    ) -> Application[Reply]:
        """The list below the question's title, with the keys of lists beside the `bindings` of every
        question. `setting` are further arguments of the application."""
        self._bind(bindings)
        before = BeforeInput(f"{self._signs.prompt} ", style="class:prompt")
        filter_line = BufferControl(self.buffer, input_processors=[before])
        windows = HSplit(
            [
                Window(FormattedTextControl(title), dont_extend_height=True),
                Window(FormattedTextControl(self._ticked), dont_extend_height=True),
                Window(filter_line, height=1),
                Window(FormattedTextControl(self._rows), dont_extend_height=True),
                Window(FormattedTextControl(self._message), dont_extend_height=True),
                Window(FormattedTextControl(self._key_line), height=1),
            ],
            align=VerticalAlign.TOP,
        )
        layout = Layout(windows, filter_line)
        return Application(layout=layout, key_bindings=bindings, **setting)

    def draft(self) -> str | None:
        """What is ticked and not yet recorded, as a line; None if nothing changed."""
        if not self.list.many or set(self.list.ticked) == set(self.question.recorded):
            return None
        return answers.typed_choices(self.list.ticked, self.question)

    def _reply(self) -> Reply:
        """What Enter says."""
        ticked, recorded = self.list.ticked, self.question.recorded
        if set(ticked) == set(recorded):
            return Kept()
        if not ticked:
            return Line(":clear")
        value = ticked[-1]
        if self.question.kind in ("menu", "search") or not self.question.empties:
            return Line(value)
        return Line(answers.typed_choices(ticked, self.question, self.list.exact))

    def _bind(self, bindings: KeyBindings) -> None:
        @Condition
        def nothing_typed() -> bool:
            return not self.buffer.text

        for key, step in (("up", -1), ("down", 1), ("pageup", -10), ("pagedown", 10)):

            @bindings.add(key, eager=True)
            def _move(event: KeyPressEvent, step: int = step) -> None:
                self._now(self.list.move(step))

        @bindings.add("enter", eager=True)
        def _enter(event: KeyPressEvent) -> None:
            typed = self.list.typed.strip()
            if self.list.is_command or typed in answers.SIGNS:
                event.app.exit(result=Line(typed, self.draft()))
                return
            self._now(self.list.enter())
            if self.list.ended:
                event.app.exit(result=self._reply())

        for key in ("escape", "c-u"):
            bindings.add(key)(lambda _event: self._now(self.list.with_text("")))
        bindings.add("c-j", eager=True)(lambda _event: None)

        if self.list.many:
            bindings.add(" ", eager=True, filter=nothing_typed)(lambda _event: self._now(self.list.space()))

            @bindings.add("*", eager=True, filter=nothing_typed)
            def _star(event: KeyPressEvent) -> None:
                empty = _("There are no interests here to add with *.")
                self._now(self.list.add(self.question.starred, empty))

            @bindings.add("=", eager=True, filter=nothing_typed)
            def _equals(event: KeyPressEvent) -> None:
                empty = _("The previous data user has no answer here to repeat.")
                self._now(self.list.add(self.question.before, empty))

        for sign in "?؟":

            @bindings.add(sign, eager=True, filter=nothing_typed)
            def _help(event: KeyPressEvent) -> None:
                event.app.exit(result=Key("help", self.draft()))

    def _ticked(self) -> StyleAndTextTuples:
        """What is ticked, the latest first."""
        if not self.list.many or not self.list.ticked:
            return []
        entries = self.question.choices.by_id
        latest = [entries[id].label if id in entries else f"“{id}”" for id in reversed(self.list.ticked)]
        named = ", ".join(latest[:_NAMED]) + (", …" if len(latest) > _NAMED else "")
        words = _("Ticked ({count}): {names}").format(count=len(latest), names=named)
        return [("class:answer", "  " + _begin(visible(words), self._columns() - 2))]

    def _rows(self) -> StyleAndTextTuples:
        """As many entries as there is room for, with the pointer among them."""
        listed = self.list
        count = len(listed.visible) + listed.offers_other
        self._top = self._first_shown(count)
        drawn: StyleAndTextTuples = []
        room = self._room()
        for position in range(self._top, count):
            lines = self._lines_at(position)
            if len(lines) > room and drawn:
                break
            room -= len(lines)
            pointed = position == listed.pointer
            ticked = self.list.many and lines[0].startswith(self._signs.ticked)
            style = "class:highlighted" if pointed else "class:selected" if ticked else ""
            drawn.append(("class:pointer" if pointed else "", " » " if pointed else "   "))
            drawn += [(style, "\n   ".join(lines)), ("", "\n")]
        return drawn[:-1]

    def _first_shown(self, count: int) -> int:
        """The first entry to show: the one shown first before, unless the pointer would be out of sight, or
        room would stay empty at the end of the list."""
        pointer = self.list.pointer or 0
        top = 0 if self.list.pointer is None else min(self._top, pointer)
        return min(max(top, self._first_to_fit(pointer)), self._first_to_fit(count - 1))

    def _first_to_fit(self, last: int) -> int:
        """The first of the entries for which there is room if `last` is the last one."""
        room = self._room()
        first = last
        while first > 0 and (room := room - len(self._lines_at(first))) >= len(self._lines_at(first - 1)):
            first -= 1
        return max(0, first)

    def _lines_at(self, position: int) -> list[str]:
        """The lines of the entry at a position; the one for other text follows the visible ones."""
        if position < len(self.list.visible):
            return self._lines(self.list.visible[position])
        text = answers.unquoted(self.list.typed.strip()) or self.list.typed.strip()
        return self._wrapped("", _("Add “{text}” as other text").format(text=text))

    def _lines(self, entry: Entry) -> list[str]:
        tick = ""
        if self.list.many:
            tick = f"{self._signs.ticked if entry.id in self.list.ticked else self._signs.unticked} "
        number = f"{entry.number:>2} " if entry.number else "   "
        mark = "* " if entry.marked else "  " if self.question.starred else ""
        hint = f" · {entry.hint}" if entry.hint else ""
        return self._wrapped(tick + number + mark, f"{entry.label}{hint}")

    def _wrapped(self, start: str, text: str) -> list[str]:
        text, indent = visible(text), width(start)
        room = max(4, self._columns() - 3 - indent)
        lines = wrap(text, room, break_on_hyphens=False) if width(text) > room else [text]
        return [start + lines[0], *(" " * indent + line for line in lines[1:])]

    def _message(self) -> StyleAndTextTuples:
        words = self.list.message
        if not words and (self.list.has_filter or len(self.list.visible) > self._room()):
            words = self.list.count_words
        style = "class:warning" if self.list.message else "class:quiet"
        return [(style, "  " + _begin(visible(words), self._columns() - 2))] if words else []

    def _key_line(self) -> StyleAndTextTuples:
        """As many keys as fit on one line. What Enter does stands first, and the last key is always there."""
        keys = [("Enter", self.list.enter_words)]
        others = list(self.question.keys)
        if self.list.typed:
            keys.append(("Esc", _("whole list")))
            # After some text, these signs are text.
            others = [("F1" if key == "?" else key, words) for key, words in others if key not in ("*", "=")]
        else:
            keys += [("Space", _("tick"))] if self.list.many and self.list.pointed else []
            keys.append(("abc", _("filter")))
        keys.append(("↑↓", _("move")))
        return key_line([*keys, *others], self._columns())


def key_line(keys: list[tuple[str, str]], columns: int) -> StyleAndTextTuples:
    """As many of the keys as fit on one line; the last one leads to all others and is always there."""
    *others, last = keys or [("?", _("help"))]
    room = columns - width(f" {last[0]} {last[1]} ")
    fitting = []
    for key, words in others:
        cells = width(f" {key} {words} ")
        if cells <= room:
            room -= cells
            fitting.append((key, words))
    line: StyleAndTextTuples = []
    for key, words in (*fitting, last):
        line += [("class:key", f" {key}"), ("", f" {words} ")]
    return line


def _begin(text: str, cells: int) -> str:
    return text if width(text) <= cells else clip(text, 0, cells - 1).rstrip() + "…"
