"""Asks in a terminal: typed lines with questionary, lists with list_prompt.py."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from itertools import zip_longest
from typing import Any

import questionary
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.application import application as application_module
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Always, Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Dimension, FormattedTextControl, HSplit, Layout, VerticalAlign, Window
from prompt_toolkit.output import ColorDepth, Output, create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.renderer import print_formatted_text
from wcwidth import clip, ljust, width, wrap

from dtm_mapper.i18n import _
from dtm_mapper.interview import answers
from dtm_mapper.interview.list_prompt import ListPrompt, Signs, key_line, signs_in
from dtm_mapper.interview.question import Interrupted, Kept, Key, KeyName, Line, Question, Reply, Tone
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
    *("VTE_VERSION", "WEZTERM_PANE", "WT_SESSION"),
)

#: Keys that in a shell or an editor search, stop, quote, suspend or repeat; here they do nothing.
_SHELL_KEYS = ("c-o", "c-q", "c-r", "c-s", "c-v", "c-z")


class _Names(AutoSuggest):
    """Offers, in grey behind the cursor, the rest of a name that begins with what is typed."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names

    @cached_property
    def _folded(self) -> list[tuple[str, str]]:
        return [(name, folded(name)) for name in self._names()]

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        typed = document.text.rpartition(";")[2].lstrip()
        if not typed:
            return None
        begun = folded(typed)
        for name, name_folded in self._folded:
            # Folding may make a text longer: it says only that the name may begin so.
            if not name_folded.startswith(begun) or len(name) <= len(typed):
                continue
            if folded(name[: len(typed)]) == begun:
                return Suggestion(answers.typed_names([name])[len(typed) :])
        return None


def open_terminal() -> "TerminalAsker":
    """Return an asker at the terminal of the standard streams."""
    source = create_input()
    if sys.platform == "win32":
        from dtm_mapper.interview.windows_input import read_whole_input

        read_whole_input(source)
    return TerminalAsker(source, create_output())


class TerminalAsker:
    """Asks with questionary's prompts, which erase themselves, and says things above them."""

    #: There is no script, because somebody types.
    script_line = None

    def __init__(self, source: Input, target: Output) -> None:
        self.input, self.output = source, target
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
        if question.kind in ("text", "names"):
            return self._line(question, question.shown if question.draft is None else question.draft)
        return self._yes(question) if question.kind == "yes" else self._list(question)

    def _line(self, question: Question, text: str) -> Reply:
        """Asks for a line, which holds `text` to begin with."""
        opened = question.kind == "yes"
        if opened:
            question = question._replace(keys=_line_keys())
        suggest = _Names(question.suggestions)
        prompt = questionary.text(self._signs().prompt, text, qmark="", auto_suggest=suggest, **self.setting)
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

    def _list(self, question: Question) -> Reply:
        """Asks with a list."""
        prompt = ListPrompt(question, lambda: max(3, self._room() - 1), self._width, self._signs())
        leaving = self._leaving(prompt.draft)
        application = prompt.application(partial(self._title, question), leaving, self.setting)
        try:
            reply: Reply = self._shown(application, application.run)
        except SystemExit as signal:
            raise Interrupted(signal.code, prompt.draft()) from None
        # Also if the terminal is gone.
        return replace(reply, draft=prompt.draft()) if isinstance(reply, Key) else reply

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
                event.app.exit(result=sign)

        result = self._run(prompt, question, bindings, lambda: None)
        if result in (":", "?"):
            typed = self._line(question, result)
            return self._yes(question) if isinstance(typed, Kept) else typed
        return result if isinstance(result, (Key, Kept)) else Line("y" if result in (True, "y") else "n")

    def _run(
        self,
        prompt: questionary.Question,
        question: Question,
        bindings: KeyBindings,
        draft: Callable[[], str | None],
    ) -> Any:
        """Shows a prompt between the question's title and its keys, and gives what it was left with."""
        application = prompt.application
        asked, focused = application.layout.container, application.layout.current_window
        focused.height = lambda: Dimension(max=self._room())
        focused.dont_extend_height = Always()
        title = Window(FormattedTextControl(lambda: self._title(question)), dont_extend_height=True)
        keys = Window(FormattedTextControl(lambda: self._key_line(question)), height=1)
        # From the top: a text that gets shorter leaves its room below the keys.
        application.layout = Layout(HSplit([title, asked, keys], align=VerticalAlign.TOP), focused)
        own = application.key_bindings or KeyBindings()
        application.key_bindings = merge_key_bindings([own, bindings, self._leaving(draft)])
        return self._shown(application, prompt.unsafe_ask)

    def _leaving(self, draft: Callable[[], str | None]) -> KeyBindings:
        """The keys that leave a question of any kind, and keys of shells and editors that do nothing here."""
        bindings = KeyBindings()
        for key, name in _KEYS.items():

            @bindings.add(key, eager=True)
            def _leave(event: KeyPressEvent, name: KeyName = name) -> None:
                event.app.exit(result=Key(name, draft()))

        for alone in (*_SHELL_KEYS, *(("escape", sign) for sign in "0123456789-#")):
            bindings.add(*([alone] if isinstance(alone, str) else alone), eager=True)(lambda _event: None)
        return bindings

    def _shown(self, application: Application[Any], run: Callable[[], Any]) -> Any:
        """Runs an application, and gives what it was left with."""
        # Esc alone would otherwise wait for more keys of a sequence.
        application.ttimeoutlen = application.timeoutlen = 0.1
        if any(name in os.environ for name in REFLOWING):
            _erase_broken_lines(application)
        try:
            return run()
        except (EOFError, OSError):
            # The terminal is gone: its window was closed, or its connection ended.
            return Key("end")

    def _key_line(self, question: Question) -> StyleAndTextTuples:
        suggested = [("→", _("takes the name"))] if get_app().current_buffer.suggestion else []
        return key_line([*suggested, *question.keys], self._width())

    def _title(self, question: Question) -> StyleAndTextTuples:
        """The question's title, its hint and what is recorded, wrapped between words; what was typed
        once is clipped, to leave room for the answer."""
        room = self._width() * max(2, self.output.get_size().rows // 3)
        stored = question.shown_words if not question.shown and question.kind != "many" else ""
        now = _("now: {words}").format(words=stored) if stored else ""
        text: StyleAndTextTuples = [("class:title", self._wrapped(_clipped(question.title, room), ""))]
        for words in (_clipped(question.about, room), question.hint, _clipped(now, room)):
            if words:
                text.append(("", "\n" + self._wrapped(words, "  ")))
        return text

    def _width(self) -> int:
        """The cells of a line; the last one would make some terminals begin the next line."""
        return max(8, _columns(self.output) - 1)

    def _signs(self) -> Signs:
        encoding = self.output.encoding()
        if sys.platform == "win32" and "WT_SESSION" not in os.environ:
            # Windows' own consoles may have a font that only has the characters of the code page.
            encoding = os.device_encoding(1) or encoding
        return signs_in(encoding)

    def _room(self) -> int:
        """The lines of an answer, below its title and what was just recorded or refused."""
        return max(3, self.output.get_size().rows - 8)

    def _wrapped(self, text: str, indent: str) -> str:
        lines = wrap(visible(text), self._width() - len(indent), break_on_hyphens=False)
        return "\n".join(indent + line for line in lines)


def _columns(output: Output) -> int:
    """Return the columns of a terminal. On Windows, prompt_toolkit leaves out the last one."""
    return output.get_size().columns + (sys.platform == "win32")


def _erase_broken_lines(application: Application[Any]) -> None:
    """Has a narrower terminal begin to erase above the lines that it broke, which prompt_toolkit counts
    as they were drawn."""
    erase_and_draw = application._on_resize

    def resized() -> None:
        if screen := application.renderer.last_rendered_screen:
            cursor = screen.get_cursor_position(application.layout.current_window)
            columns = _columns(application.output)
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


def _line_keys() -> tuple[tuple[str, str], ...]:
    """The keys of a line that a list or a yes-or-no has opened."""
    return (
        ("Enter", _("next")),
        ("Shift-Tab", _("back")),
        ("Ctrl-U Enter", _("yes or no")),
        ("?", _("help")),
    )
