"""Asks in a terminal, with questionary; the only file that imports it."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

import questionary
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.application import application as application_module
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Always, Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalMargin,
    Dimension,
    FormattedTextControl,
    HSplit,
    Layout,
    ScrollbarMargin,
    VerticalAlign,
    Window,
)
from prompt_toolkit.output import ColorDepth, create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.renderer import print_formatted_text
from questionary.prompts.common import InquirerControl
from wcwidth import clip, ljust, width, wrap

from dtm_mapper.catalogue import Choice
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers
from dtm_mapper.interview.question import ENTRY_KEYS, Kept, Key, KeyName, Line, Question, Reply, Tone
from dtm_mapper.interview.search import matching
from dtm_mapper.screen import visible
from dtm_mapper.texts import folded

# Each prompt would make the toolkit's hundreds of key bindings anew, which is half of its time; they are the
# same for all. Where a later toolkit has another name for them, it only is as slow again.
with suppress(AttributeError):
    application_module.load_key_bindings = cache(application_module.load_key_bindings)  # type: ignore[attr-defined]

#: Only the terminal's own colours, and only those that are readable on light and on dark backgrounds.
_STYLE = questionary.Style(
    [
        ("title", "bold"),
        ("prompt", "fg:ansicyan bold"),
        ("answer", "noinherit"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "bold"),
        ("selected", "fg:ansicyan"),
        ("key", "bold"),
        ("auto-suggestion", "fg:ansibrightblack italic"),
        ("heading", "fg:ansicyan bold"),
        ("quiet", "dim"),
        ("warning", "fg:ansiyellow"),
    ]
)
_KEYS: dict[str, KeyName] = {
    "s-tab": "back",
    "c-g": "go",
    "f1": "help",
    "c-d": "end",
    "c-c": "interrupt",
}


#: Set by terminals that break their lines anew where they get narrower, the ones above the cursor too.
REFLOWING = (
    *("ALACRITTY_WINDOW_ID", "ITERM_SESSION_ID", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "TMUX"),
    *("VTE_VERSION", "WEZTERM_PANE"),
)

#: Keys that in a shell or an editor search, stop, quote, suspend or repeat; here they do nothing.
_SHELL_KEYS = ("c-o", "c-q", "c-r", "c-s", "c-v", "c-z")


class _Opened(NamedTuple):
    """In a list, a key opened a line to type on, which begins with a text; with what was chosen so far."""

    text: str
    chosen: tuple[str, ...] = ()


class _Names(AutoSuggest):
    """Offers, in grey behind the cursor, the rest of a name that begins with what is typed."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._folded: list[str] = []

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        typed = document.text.rpartition(";")[2].lstrip()
        if not typed:
            return None
        begun = typed.casefold()
        self._folded = self._folded or [name.casefold() for name in self.names]
        for name, name_folded in zip(self.names, self._folded, strict=True):
            # Folding may make a text longer: it says only that the name may begin so.
            if not name_folded.startswith(begun) or len(name) <= len(typed):
                continue
            if name[: len(typed)].casefold() == begun:
                return Suggestion(answers.typed_names([name])[len(typed) :])
        return None


class TerminalAsker:
    """Asks with questionary's prompts, which erase themselves, and says things above them."""

    #: There is no script, because somebody types.
    script_line = None

    def __init__(self) -> None:
        self.input = create_input()
        self.output = create_output()
        if isinstance(self.output, Vt100_Output):
            # Where a terminal does not answer the request for the cursor's position, each prompt would
            # wait a second for it; nothing here needs the answer.
            self.output.enable_cpr = False
            # Where a question begins at the top, tmux would take erasing it for clearing the screen, and keep
            # a copy of each above: but not where one cell of the line is passed over.
            self.output.erase_down = lambda: self.output.write_raw(  # type: ignore[method-assign]
                "\x1b[K\x1b[C\x1b[J\x1b[D"
            )
        self.setting: dict[str, Any] = {
            "style": _STYLE,
            "input": self.input,
            "output": self.output,
            "erase_when_done": True,
            "color_depth": ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else ColorDepth.DEPTH_4_BIT,
        }

    @contextmanager
    def held(self) -> Iterator[None]:
        # Between two prompts the terminal would be cooked: keys would echo, and Ctrl-C would interrupt.
        with self.input.raw_mode():
            yield

    def say(self, text: str, tone: Tone = "text") -> None:
        indent = "" if tone in ("heading", "warning") else "  "
        if tone == "quiet":
            words = _clipped(indent + visible(text), self._width())
        else:
            words = self._wrapped(text, indent)
        self._print(tone, words)

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        room = self._width() - 4
        left = min(room // 2, max((1, *(width(visible(name)) for name, _words in rows))))
        lines = []
        for pair in rows:
            name, words = (
                wrap(visible(text), cells, break_on_hyphens=False)
                for text, cells in zip(pair, (left, room - left), strict=True)
            )
            lines += [
                f"  {ljust(one, left)}  {other}" for one, other in zip_longest(name, words, fillvalue="")
            ]
        self._print("text", "\n".join(line.rstrip() for line in lines))

    def _print(self, tone: Tone, words: str) -> None:
        above = "\n" if tone == "heading" else ""
        said = FormattedText([("", above), (f"class:{tone}", words), ("", "\n")])
        print_formatted_text(self.output, said, _STYLE, color_depth=self.setting["color_depth"])

    def ask(self, question: Question) -> Reply:
        if question.kind == "search":
            return self._search(question)
        if question.kind in ("text", "names"):
            return self._line(question, question.shown if question.draft is None else question.draft)
        if question.kind == "yes":
            return self._yes(question)
        ticked = _ticked(question)
        if ticked is None:
            # Half-typed text stands on a line again; emptied, it gives way to the list.
            typed = self._line(question, question.draft or "")
            if not isinstance(typed, Kept):
                return typed
            ticked = _shown(question)
        while True:
            ask = self._many if question.kind == "many" else self._one
            reply = ask(question, ticked)
            if isinstance(reply, Key) and reply.draft is None and question.draft is not None:
                # What was half typed before is no longer there.
                return replace(reply, draft=question.shown)
            if not isinstance(reply, _Opened):
                return reply
            typed = self._line(question, reply.text)
            ticked = reply.chosen
            if isinstance(typed, Line) and typed.text[:1] in (":", "?") and ticked != _shown(question):
                return replace(typed, draft=answers.typed_choices(ticked, question.choices))
            if not isinstance(typed, Kept):
                return typed

    def _line(self, question: Question, text: str) -> Reply:
        """Asks for a line, which holds `text` to begin with."""
        opened = question.kind not in ("text", "names")
        if opened:
            question = question._replace(keys=_line_keys())
        suggest = _Names(question.suggestions)
        prompt = questionary.text("›", text, qmark="", auto_suggest=suggest, **self.setting)
        buffer = prompt.application.current_buffer
        bindings = KeyBindings()

        @Condition
        def untouched() -> bool:
            return bool(question.shown) and buffer.text == question.shown and not buffer.complete_state

        @bindings.add("c-u", eager=True)
        def _empty(event: KeyPressEvent) -> None:
            # All its lines, and what stands behind the cursor too.
            buffer.document = Document()

        @Condition
        def empty() -> bool:
            return not buffer.text or untouched()

        @bindings.add("?", filter=empty)
        @bindings.add("؟", filter=empty)
        def _help(event: KeyPressEvent) -> None:
            event.app.exit(result=Key("help", draft()))

        for sign in (":", "+", "=", *(sign for sign, name in answers.SIGNS.items() if name == "none")):
            # The first key on a shown answer: the sign of a command takes the answer's place.
            @bindings.add(sign, filter=untouched)
            def _command(event: KeyPressEvent, sign: str = sign) -> None:
                buffer.document = Document(sign)

        @Condition
        def shown_names() -> bool:
            names = buffer.text.rstrip(f" {answers.NAME_SEPARATORS}")
            return question.kind == "names" and bool(names) and names == question.shown

        @bindings.add(Keys.BracketedPaste, filter=shown_names)
        def _paste(event: KeyPressEvent) -> None:
            # After the shown names, the first of several lines would become part of the last name.
            pasted = event.data.replace("\r\n", "\n").replace("\r", "\n")
            if "\n" in pasted:
                buffer.document = Document()
            buffer.insert_text(pasted)

        def draft() -> str | None:
            return None if buffer.text == question.shown else buffer.text

        result = self._run(prompt, question, bindings, draft)
        if isinstance(result, Key):
            return result
        if result.strip():
            return Kept() if result == question.shown and not opened else Line(result)
        return Line(":clear") if question.shown and not opened else Kept()

    def _search(self, question: Question) -> Reply:
        """Asks for one of many choices, which what is typed narrows down."""
        prompt = questionary.text("›", question.draft or "", qmark="", **self.setting)
        buffer = prompt.application.current_buffer
        texts = [
            " ".join((folded(choice.label), folded(choice.hint), choice.id)) for choice in question.choices
        ]
        start = next((at for at, choice in enumerate(question.choices) if choice.id == question.shown), 0)
        found, at = list(question.choices), start

        def narrow(buffer: Buffer) -> None:
            nonlocal found, at
            found = matching(question.choices, texts, buffer.text)
            at = 0 if buffer.text.strip() else start

        buffer.on_text_changed += narrow
        if question.draft:
            narrow(buffer)
        bindings = KeyBindings()

        @bindings.add("up", eager=True)
        def _up(event: KeyPressEvent) -> None:
            nonlocal at
            at = max(0, at - 1)

        @bindings.add("down", eager=True)
        def _down(event: KeyPressEvent) -> None:
            nonlocal at
            at = max(0, min(len(found) - 1, at + 1))

        @bindings.add("enter", eager=True)
        def _choose(event: KeyPressEvent) -> None:
            typed = buffer.text.strip()
            if typed in answers.SIGNS or typed[:1] == ":":
                event.app.exit(result=Line(buffer.text))
            elif found:
                event.app.exit(result=Line(found[at].id))

        def rows() -> StyleAndTextTuples:
            room = self._room()
            first = max(0, min(at - room // 2, len(found) - room))
            lines: StyleAndTextTuples = []
            for index, choice in enumerate(found[first : first + room], start=first):
                pointed = index == at
                lines.append(("class:pointer" if pointed else "", " » " if pointed else "   "))
                lines.append(("class:highlighted" if pointed else "", _beside(choice, self._width() - 3)))
                lines.append(("", "\n"))
            # Always as many lines, so that nothing below jumps while the list gets shorter.
            lines.append(("", "\n" * max(0, min(room, len(question.choices)) - len(found))))
            count = _("{found} of {all}").format(found=len(found), all=len(question.choices))
            return [*lines, ("", f"   {count}" if found else "   " + _("nothing has that in it"))]

        below = Window(FormattedTextControl(rows), dont_extend_height=True)
        result = self._run(prompt, question, bindings, lambda: buffer.text or None, below=[below])
        return result if isinstance(result, (Key, Line)) else Kept()

    def _yes(self, question: Question) -> Reply:
        default = question.shown == "y"
        prompt = questionary.confirm("", default=default, qmark="", instruction=" ", **self.setting)
        bindings = KeyBindings()
        for word, letter in (("y", _("yes")[:1]), ("n", _("no")[:1])):

            @bindings.add(letter, eager=True)
            def _answer(event: KeyPressEvent, word: str = word) -> None:
                event.app.exit(result=word)

        @bindings.add("enter", eager=True)
        def _keep(event: KeyPressEvent) -> None:
            event.app.exit(result=Kept())

        for sign in ":?":

            @bindings.add(sign, eager=True)
            def _open(event: KeyPressEvent, sign: str = sign) -> None:
                event.app.exit(result=_Opened(sign))

        result = self._run(prompt, question, bindings, lambda: None)
        if isinstance(result, _Opened):
            typed = self._line(question, result.text)
            return self._yes(question) if isinstance(typed, Kept) else typed
        return result if isinstance(result, (Key, Kept)) else Line("y" if result in (True, "y") else "n")

    def _many(self, question: Question, ticked: tuple[str, ...]) -> Reply | _Opened:
        """Asks with a list to tick."""
        prompt = questionary.checkbox(
            "",
            choices=_entries(question, ticked),
            qmark="",
            instruction=" ",
            use_jk_keys=False,
            **self.setting,
        )
        control = _control(prompt)

        def chosen() -> tuple[str, ...]:
            return tuple(str(choice.value) for choice in control.get_selected_values())

        def tick(ids: Sequence[str], others_too: bool = True) -> None:
            listed = {choice.value for choice in control.choices}
            control.choices += [questionary.Choice(_entry("", id), id) for id in ids if id not in listed]
            kept = control.selected_options if others_too else []
            control.selected_options = list(dict.fromkeys([*kept, *ids]))

        def toggle(index: int) -> None:
            value = control.choices[index].value
            if value in control.selected_options:
                control.selected_options.remove(value)
            else:
                control.selected_options.append(value)
            control.pointed_at = index

        def typed() -> str:
            return answers.typed_choices(chosen(), question.choices)

        bindings = _list_bindings(question, len(control.choices), toggle, chosen, typed)
        bindings.add("*", eager=True)(lambda _event: tick(question.starred))
        bindings.add("-", eager=True)(lambda _event: tick((), others_too=False))

        @bindings.add("=", eager=True)
        def _before(event: KeyPressEvent) -> None:
            before = _chosen_in(question.before, question)
            if before is None:
                event.app.exit(result=Line("=", draft()))
            else:
                tick(before, others_too=False)

        def draft() -> str | None:
            return None if set(chosen()) == set(_shown(question)) else typed()

        result = self._run(prompt, question, bindings, draft)
        if isinstance(result, (Key, Line, _Opened)):
            return result
        if set(result) == set(_shown(question)):
            return Kept()
        return Line(answers.typed_choices(result, question.choices) if result else ":clear")

    def _one(self, question: Question, ticked: tuple[str, ...]) -> Reply | _Opened:
        """Asks with a list to choose one of."""
        none = [] if question.kind == "menu" else [questionary.Choice(_entry("", question.nothing), "")]
        prompt = questionary.select(
            "",
            choices=[*_entries(question, ticked), *none],
            default=ticked[0] if ticked else "",
            qmark="",
            instruction=" ",
            use_jk_keys=False,
            **self.setting,
        )
        control = _control(prompt)

        def point(index: int) -> None:
            control.pointed_at = index

        def value() -> str:
            return str(control.get_pointed_at().value)

        def chosen() -> tuple[str, ...]:
            return (value(),) if value() else ()

        bindings = _list_bindings(question, len(control.choices) - len(none), point, chosen, lambda: "")
        if none and question.empties:
            bindings.add("-", eager=True)(lambda _event: point(len(control.choices) - 1))

        @bindings.add("=", eager=True)
        def _before(event: KeyPressEvent) -> None:
            event.app.exit(result=Line("=", draft()))

        def draft() -> str | None:
            return None if chosen() == _shown(question) else answers.typed_choices(chosen(), question.choices)

        result = self._run(prompt, question, bindings, draft)
        if isinstance(result, (Key, Line, _Opened)):
            return result
        if (result,) == (_shown(question) or ("",)):
            return Kept()
        return Line(answers.typed_choices((result,), question.choices) if result else ":clear")

    def _run(
        self,
        prompt: questionary.Question,
        question: Question,
        bindings: KeyBindings,
        draft: Callable[[], str | None],
        below: Sequence[Window] = (),
    ) -> Any:
        """Shows a prompt between the question's title and its keys, and gives what it was left with."""
        for key, name in _KEYS.items():

            @bindings.add(key, eager=True)
            def _leave(event: KeyPressEvent, name: KeyName = name) -> None:
                event.app.exit(result=Key(name, draft()))

        for alone in (*_SHELL_KEYS, *(("escape", sign) for sign in "0123456789-#")):
            bindings.add(*([alone] if isinstance(alone, str) else alone), eager=True)(lambda _event: None)
        application = prompt.application
        asked, focused = application.layout.container, application.layout.current_window
        for window in application.layout.find_all_windows():
            if isinstance(window.content, InquirerControl):
                # A list without the line above it, which the title has taken the place of.
                asked = focused = self._list(window.content)
            elif isinstance(window.content, BufferControl) and window is focused:
                window.height = lambda: Dimension(max=self._room())
                window.dont_extend_height = Always()
        title = Window(FormattedTextControl(lambda: self._title(question)), dont_extend_height=True)
        keys = Window(FormattedTextControl(lambda: _key_line(question)), height=1)
        # From the top: a text that gets shorter leaves its room below the keys.
        windows = HSplit([title, asked, *below, keys], align=VerticalAlign.TOP)
        application.layout = Layout(windows, focused)
        application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), bindings])
        if any(name in os.environ for name in REFLOWING):
            _erase_broken_lines(application)
        try:
            return prompt.unsafe_ask()
        except (EOFError, OSError):
            # The terminal is gone: its window was closed, or its connection ended.
            return Key("end")

    def _title(self, question: Question) -> StyleAndTextTuples:
        """The question's title, its hint and what is recorded, wrapped between words; what was typed
        once is clipped, to leave room for the answer."""
        room = self._width() * max(2, self.output.get_size().rows // 3)
        # What is ticked further down in a long list would not be seen.
        long = question.kind in ("one", "many") and len(question.choices) > self._room()
        stored = question.shown_words if long or not question.shown else ""
        now = _("now: {words}").format(words=stored) if stored else ""
        text: StyleAndTextTuples = [("class:title", self._wrapped(_clipped(question.title, room), ""))]
        for words in (_clipped(question.about, room), question.hint, _clipped(now, room)):
            if words:
                text.append(("", "\n" + self._wrapped(words, "  ")))
        return text

    def _width(self) -> int:
        """The cells of a line; the last one would make some terminals begin the next line."""
        return max(8, self.output.get_size().columns - 1)

    def _room(self) -> int:
        """The lines of an answer, below its title and what was just recorded or refused."""
        return max(3, self.output.get_size().rows - 8)

    def _wrapped(self, text: str, indent: str) -> str:
        lines = wrap(visible(text), self._width() - len(indent), break_on_hyphens=False)
        return "\n".join(indent + line for line in lines)

    def _list(self, control: InquirerControl) -> Window:
        """A list whose entries are wrapped between words, and which scrolls where it is long, to leave
        room above it for what was just recorded."""
        drawn = control.text
        # Behind the pointer, the box to tick and the key.
        begun = " " * ((5 if control.use_indicator else 3) + _KEY_CELLS)

        def entry(text: str) -> str:
            fits = len(begun) - _KEY_CELLS + width(text) <= self._width()
            return text if fits else text[:_KEY_CELLS] + self._wrapped(text[_KEY_CELLS:], begun)[len(begun) :]

        def longer() -> bool:
            return control.create_content(self._width(), None).line_count > self._room()

        control.text = lambda: [(style, entry(text)) for style, text, *_mouse in to_formatted_text(drawn)]
        # Arrows, for the bar itself is made of colours alone.
        bar = ConditionalMargin(ScrollbarMargin(display_arrows=True), Condition(longer))
        return Window(
            control, height=lambda: Dimension(max=self._room()), right_margins=[bar], always_hide_cursor=True
        )


def _erase_broken_lines(application: Application[Any]) -> None:
    """Has a narrower terminal begin to erase above the lines that it broke, which prompt_toolkit counts
    as they were drawn."""
    erase_and_draw = application._on_resize

    def resized() -> None:
        if screen := application.renderer.last_rendered_screen:
            cursor = screen.get_cursor_position(application.layout.current_window)
            columns = application.output.get_size().columns
            drawn = (screen.data_buffer[y] for y in range(cursor.y))
            ends = [
                max((x + cell.width for x, cell in row.items() if cell.char != " "), default=0)
                for row in drawn
            ]
            application.output.cursor_up(
                sum((end - 1) // columns for end in ends if end) + cursor.x // columns
            )
        erase_and_draw()

    application._on_resize = resized  # type: ignore[method-assign]


def _clipped(text: str, cells: int) -> str:
    """What does not fit gives way in the middle: what a text begins with, and its last words, stay."""
    end = width(text)
    if end <= cells:
        return text
    head = (cells - 3) // 3
    tail = end - cells + head + 3
    broken, blank, words = clip(text, tail - 1, end).partition(" ")
    last = words if blank and len(broken) < 12 else clip(text, tail, end)
    return f"{clip(text, 0, head).rstrip()} … {last}"


def _beside(choice: Choice, cells: int) -> str:
    """A choice and its hint on one line; where it is narrow, each gives way."""
    label, hint = visible(choice.label), visible(choice.hint)
    if hint:
        label = _begun(label, max(cells // 2, cells - width(hint) - 3))
    return _begun(f"{label} · {hint}" if hint else label, cells)


def _begun(text: str, cells: int) -> str:
    return text if width(text) <= cells else clip(text, 0, cells - 1).rstrip() + "…"


def _line_keys() -> tuple[tuple[str, str], ...]:
    """The keys of a line that a list or a yes-or-no has opened."""
    return (
        ("Enter", _("next")),
        ("Shift-Tab", _("back")),
        ("Ctrl-U Enter", _("the choices")),
        ("?", _("help")),
    )


def _key_line(question: Question) -> StyleAndTextTuples:
    """As many of the keys that work here as fit on one line."""
    room = get_app().output.get_size().columns - 1
    line: StyleAndTextTuples = []
    suggested = [("→", _("takes the name"))] if get_app().current_buffer.suggestion else []
    # The last key leads to all others: it is always there.
    *keys, last = (*suggested, *question.keys) or [("?", _("help"))]
    room -= width(f" {last[0]} {last[1]} ")
    fitting = []
    for key, words in keys:
        cells = width(f" {key} {words} ")
        if cells <= room:
            room -= cells
            fitting.append((key, words))
    for key, words in (*fitting, last):
        line += [("class:key", f" {key}"), ("", f" {words} ")]
    return line


def _entries(question: Question, ticked: Sequence[str]) -> list[questionary.Choice]:
    """The choices of a list, and what is ticked beside them, each behind its key."""
    choices = question.choices
    others = [value for value in ticked if value not in {choice.id for choice in choices}]
    labels = {choice.id: choice.label + (f" ({choice.hint})" if choice.hint else "") for choice in choices}
    labels |= {value: value for value in others}
    return [
        questionary.Choice(_entry(ENTRY_KEYS[at : at + 1], label), id, checked=id in ticked)
        for at, (id, label) in enumerate(labels.items())
    ]


#: What a key takes before its entry.
_KEY_CELLS = 3


def _entry(key: str, label: str) -> str:
    return visible(f"{key:>2} {label}")


def _control(prompt: questionary.Question) -> InquirerControl:
    controls = prompt.application.layout.find_all_controls()
    return next(control for control in controls if isinstance(control, InquirerControl))


def _list_bindings(
    question: Question,
    count: int,
    pick: Callable[[int], None],
    chosen: Callable[[], tuple[str, ...]],
    typed: Callable[[], str],
) -> KeyBindings:
    """The keys of every list. An entry's own key picks it; `:` and `?` open a line for a command; `+` opens
    one behind what is chosen; any other sign does too, and stands on it."""
    bindings = KeyBindings()

    def open_line(event: KeyPressEvent) -> None:
        text = event.data.strip()
        if text in ("?", ":"):
            event.app.exit(result=_Opened(text, chosen()))
        elif text and text.isprintable():
            text = "" if text == "+" and question.other else text
            begun = typed()
            event.app.exit(result=_Opened(f"{begun}, {text}" if begun else text, chosen()))

    # questionary binds a and i to keys of its own.
    for key in ("<any>", "a", "i"):
        bindings.add(key, eager=True)(open_line)
    for index, key in enumerate(ENTRY_KEYS[:count]):

        @bindings.add(key, eager=True)
        def _pick(event: KeyPressEvent, index: int = index) -> None:
            pick(index)

    return bindings


def _chosen_in(line: str, question: Question) -> tuple[str, ...] | None:
    """The answers that a line says; None where it does not say any."""
    try:
        return answers.choices(line, question.choices, question.starred, question.other).values
    except answers.NotUnderstood:
        return None


def _shown(question: Question) -> tuple[str, ...]:
    return _chosen_in(question.shown, question) or ()


def _ticked(question: Question) -> tuple[str, ...] | None:
    """What a list begins with; None where half-typed text must go on a line first."""
    # Such a sign alone is a key of the list.
    if question.draft is None or question.draft in tuple("?+=-*"):
        return _shown(question)
    chosen = _chosen_in(question.draft, question) if question.draft else ()
    if chosen is None or answers.typed_choices(chosen, question.choices) != question.draft:
        return None
    return chosen
