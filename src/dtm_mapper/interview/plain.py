"""Asks line by line: one line out, one line in. For screen readers, dumb terminals and scripts."""

import codecs
import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from dtm_mapper.i18n import _
from dtm_mapper.interview.answers import SIGNS
from dtm_mapper.interview.question import Kept, Key, Line, Question, Reply, Tone
from dtm_mapper.screen import visible


class PlainAsker:
    """Reads lines from one stream and writes lines to another."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self.source, self.target = source, target
        #: The number of the line that was read last; None if somebody types at a terminal.
        self.script_line: int | None = None if source.isatty() else 0
        self._read_out: set[frozenset[str]] = set()
        self._hinted: set[str] = set()

    def held(self) -> AbstractContextManager[None]:
        return nullcontext()

    def ask(self, question: Question) -> Reply:
        # A list of choices is read out once, because its numbers never change.
        listed = frozenset(question.choices.by_id)
        if question.kind in ("menu", "search") or (listed and listed not in self._read_out):
            self._choices(question)
        self._read_out.add(listed)
        self._write(self._words(question))
        line = self._read_line()
        if not line:
            return Key("end")
        if self.script_line is not None:
            self.script_line += 1
        text = line.strip()
        if text == question.shown and question.kind in ("text", "names"):
            return Kept()
        # Files that were put together have such marks between them.
        text = text.lstrip("\ufeff").strip()
        if SIGNS.get(text) == "help" and listed:
            self._choices(question)
        return Line(text) if text else Kept()

    def _read_line(self) -> str:
        try:
            if self.script_line == 0 and isinstance(self.source, io.TextIOWrapper):
                _set_encoding(self.source)
            return self.source.readline()
        except UnicodeDecodeError:
            return "\udc80"
        except OSError:
            if self.script_line is not None:
                raise
            # The terminal is gone: its window was closed, or its connection ended.
            return ""

    def say(self, text: str, tone: Tone = "text") -> None:
        self._write(f"== {text} ==" if tone == "heading" else text)

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        for name, words in rows:
            self._write(f"{name}: {words}" if name else words)

    def _choices(self, question: Question) -> None:
        entries = question.choices.entries
        # In the catalogue's order, without the interests first.
        for entry in sorted(entries, key=lambda entry: entry.number) if question.starred else entries:
            hint = f" ({entry.hint})" if entry.hint else ""
            if entry.id:
                self._write(f"{entry.number or entry.id} {entry.label}{hint}")

    def _words(self, question: Question) -> str:
        parts = [f"[{question.id}] {question.title}"]
        if question.about:
            parts.append(f"({question.about})")
        if question.hint and question.hint not in self._hinted:
            self._hinted.add(question.hint)
            parts.append(f"({question.hint})")
        if question.draft:
            parts.append(_("Typed so far: {text}.").format(text=question.draft))
        if question.starred:
            starred = (question.choices.by_id[id] for id in question.starred)
            parts.append("* = " + ", ".join(f"{entry.number} {entry.label}" for entry in starred) + ".")
        if question.shown_words:
            said = (
                _("Enter: {words}")
                if question.kind in ("yes", "menu", "search")
                else _("Enter keeps: {words}")
            )
            parts.append(said.format(words=question.shown_words))
        return " ".join(parts)

    def _write(self, text: str) -> None:
        self.target.write(visible(text) + "\n")
        self.target.flush()


def _set_encoding(script: io.TextIOWrapper) -> None:
    """Read a file or a pipe as UTF-16 if it begins with that encoding's mark, and otherwise as UTF-8. Bytes
    that are not such text become single surrogates, which the interview refuses."""
    beginning = script.buffer.peek(2)[:2]  # type: ignore[attr-defined]
    if beginning in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        script.reconfigure(encoding="utf-16", errors="surrogatepass")
    else:
        script.reconfigure(encoding="utf-8", errors="surrogateescape")
