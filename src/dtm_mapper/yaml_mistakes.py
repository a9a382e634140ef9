"""Explain why a text is not valid YAML, in the terms of the person who edited it.

The parser often stops in the line after the mistake. Both lines are searched for the most common mistakes.
For everything else, both lines are quoted, with a caret and the parser's words.
"""

import re
from typing import NamedTuple

import yaml

from dtm_mapper.errors import Problem
from dtm_mapper.files import line_number
from dtm_mapper.i18n import _
from dtm_mapper.screen import visible

#: At most this many characters of a line are quoted.
_QUOTED = 76
#: At most this many characters above the parser's line are searched.
_REACH = 100_000

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_CONFLICT = re.compile(r"(?:^|(?<=[\r\n]))(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)")
_CLOSING = {"[": "]", "{": "}"}
_QUOTED_TEXT = re.compile(r"'[^'\r\n]*'|\"[^\"\r\n]*\"")

#: Characters that look like a space, but are not the one that YAML accepts.
_SPACES = "\xa0\u1680\u2000-\u200b\u202f\u205f\u3000"
_INDENTATION = re.compile(rf"[ \t]*([{_SPACES}])")
_TAB = re.compile(r" *\t[ \t]*[^ \t]")
_BULLET = re.compile(rf"[ ]*([–—−‐‑•])[ {_SPACES}]")
_DASH = re.compile(rf"[ ]*-([{_SPACES}]?)[\w'\"][^:]*:(?:[ {_SPACES}]|\Z)")
_APOSTROPHE = re.compile(r"[ ]*(?:-[ ]+)*[\w-]+:[ ]+'(?:[^']|'')*'(?!')[^ \t\r\n,]")
_SPACED_ENTRY = re.compile(rf"(?:^|(?<=[\r\n]))[ \t]*[{_SPACES}][ {_SPACES}]*(?:- |\w+:)")
_OPEN_QUOTE = re.compile(r"(?:^|(?<=[\r\n]))[ ]*(?:-[ ]+)*[\w-]+:[ ]+(['\"])(?:(?!\1)[^\r\n])*(?=[\r\n])")
_KEY = re.compile(rf"[ ]*(?:-[ ]+)*([A-Za-z_][\w-]*)[ ]*([{_SPACES}]?)([:：﹕∶︓])(?!//)([^ \t\r\n])?")


class _Line(NamedTuple):
    number: int
    start: int
    text: str


def diagnose(text: str, error: yaml.MarkedYAMLError) -> list[Problem]:
    """Describe what made the parser stop, on the line where the mistake is."""
    if conflicts := _find_conflicts(text):
        return conflicts
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(text.rstrip())) if mark else 0
    line = _line_at(text, index)
    before = _line_before(text, line)
    context = error.context or ""
    words = error.problem or context
    first = None
    # The parser was in the middle of this. A block may begin far above, so it says little.
    if error.context_mark and not context.startswith("while parsing a block"):
        first = _line_at(text, error.context_mark.index)
        if context == "while scanning a quoted scalar" and words.startswith("found unexpected"):
            return [_describe_open(text, error.context_mark.index)]
    if bracket := _find_open_bracket(text, error, line, index):
        return [bracket]
    if text[index : index + 1] == "\t" and not _TAB.match(line.text):
        return [Problem(line.number, _("there is a tab in this line; replace it with a space"))]
    for suspect in (first, before, line):
        if suspect and (what := find_mistake(suspect.text)):
            return [Problem(suspect.number, what)]
    if first and context == "while scanning a simple key" and ":" not in first.text:
        what = _("a colon is missing in this line; a key and its value are written as “key: value”")
        return [Problem(first.number, what)]
    return [_find_above(text, line) or _quote_parser(words, before, line, index - line.start)]


def find_mistake(line: str) -> str:
    """Name the mistake at the beginning of a line, or of a text that should be a key with a value.

    Return '' if the beginning looks right.
    """
    if match := _INDENTATION.match(line):
        what = _("this line begins with {space}, which only looks like a space; type ordinary spaces")
        return what.format(space=_space_name(match[1]))
    if _TAB.match(line):
        return _("this line begins with a tab; replace it with spaces")
    if match := _BULLET.match(line):
        return _("this line begins with “{sign}”; begin it with a hyphen and a space").format(sign=match[1])
    if match := _DASH.match(line):
        if match[1]:
            return _("there is {space} after the “-”; type an ordinary space").format(
                space=_space_name(match[1])
            )
        return _("a space is missing after the “-” at the beginning of this line")
    if _APOSTROPHE.match(line):
        return _("a text in '…' ends at the first '; write '' for an apostrophe inside it")
    match = _KEY.match(line)
    if match is None:
        return ""
    key, space, colon, after = match.groups()
    if space:
        what = _("there is {space} after “{key}”; delete it")
        return what.format(space=_space_name(space), key=key)
    if colon != ":":
        what = _("“{key}” is followed by a wide colon (“{colon}”); type an ordinary colon and a space")
        return what.format(key=key, colon=colon)
    if after and re.match(f"[{_SPACES}]", after):
        what = _("there is {space} after “{key}:”; type an ordinary space")
        return what.format(space=_space_name(after), key=key)
    return _("a space is missing after “{key}:”").format(key=key) if after else ""


def _space_name(space: str) -> str:
    if space in "\xa0\u202f":
        return _("a non-breaking space")
    return _("a special space (U+{code:04X})").format(code=ord(space))


def _find_conflicts(text: str) -> list[Problem]:
    """Find the first line of each conflict that a merge left in the file."""
    what = _(
        "a merge conflict begins here; keep one of the two versions and delete the lines that begin with "
        "<<<<<<<, ======= and >>>>>>>"
    )
    problems: list[Problem] = []
    inside = False
    for match in _CONFLICT.finditer(text):
        if match[0][0] == "<" or not inside:
            problems.append(Problem(line_number(text, match.start()), what))
        inside = match[0][0] != ">"
        if len(problems) == 20:
            break
    return problems


def _find_above(text: str, line: _Line) -> Problem | None:
    """Find a mistake that the parser notices only many lines below."""
    start = max(0, line.start - _REACH)
    for spaced in list(_SPACED_ENTRY.finditer(text, start, line.start))[-1:]:
        return Problem(line_number(text, spaced.start()), find_mistake(spaced[0]))
    for opened in list(_OPEN_QUOTE.finditer(text, start, line.start))[-1:]:
        # The text continues to the next quotation mark, and the parser stops after that.
        if opened[1] not in text[opened.end() : line.start]:
            return _describe_open(text, opened.start(1))
    return None


def _describe_open(text: str, quote: int) -> Problem:
    what = _("the quotation mark {mark} that opens here is not closed; add {mark} at the end of the text")
    return Problem(line_number(text, quote), what.format(mark=text[quote]))


def _find_open_bracket(text: str, error: yaml.MarkedYAMLError, line: _Line, index: int) -> Problem | None:
    context = error.context or ""
    if not context.startswith(("while parsing a flow", "while scanning for the next token")):
        return None
    start = error.context_mark.index if error.context_mark else index
    if text[start : start + 1] not in _CLOSING:
        start = _last_open(text, index)
    if start < 0:
        return None
    bracket = text[start]
    # The brackets up to the end of the line where the parser stopped, without those inside quoted texts.
    passed = _QUOTED_TEXT.sub("", text[start : line.start + len(line.text)])
    if passed.count(bracket) <= passed.count(_CLOSING[bracket]):
        return None
    what = _("the bracket “{open}” is not closed; add “{close}” after its last entry")
    return Problem(line_number(text, start), what.format(open=bracket, close=_CLOSING[bracket]))


def _last_open(text: str, index: int) -> int:
    """Find the bracket that is open at an index; -1 if there is none."""
    depth = 0
    for at in range(index - 1, max(-1, index - _REACH), -1):
        if text[at] in "]}":
            depth += 1
        elif text[at] in "[{":
            # After anything else, the bracket is part of a text.
            if not depth and text[max(0, at - 20) : at].rstrip()[-1:] in (":", "-", ",", "[", "{"):
                return at
            depth = max(0, depth - 1)
    return -1


def _line_at(text: str, index: int) -> _Line:
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    end = _LINE_BREAK.search(text, index)
    return _Line(line_number(text, start), start, text[start : end.start() if end else len(text)])


def _line_before(text: str, line: _Line) -> _Line | None:
    """Find the line before another one that is neither blank nor a comment."""
    for _step in range(50):
        end = len(text[: line.start].rstrip())
        if not end:
            return None
        line = _line_at(text, end)
        if not line.text.lstrip().startswith("#"):
            return line
    return None


def _quote_parser(words: str, before: _Line | None, line: _Line, column: int) -> Problem:
    quote = _quote(before, line, column)
    if words.startswith("mapping values are not allowed"):
        if ": " in line.text[:column]:
            quote += (_("If the text contains a colon and a space, put it in quotation marks."),)
        elif before and _indentation(before) < _indentation(line):
            quote += (_("This line is indented further than the line above, which already has a value."),)
    return Problem(line.number, _("this is not valid YAML: {problem}").format(problem=words), quote=quote)


def _indentation(line: _Line) -> int:
    return len(line.text) - len(line.text.lstrip(" "))


def _quote(before: _Line | None, line: _Line, column: int) -> tuple[str, ...]:
    from rich.cells import cell_len

    width = len(str(line.number))
    first = max(0, column - _QUOTED * 3 // 4)
    shown, until = line.text[first : first + _QUOTED], line.text[first:column]
    cut = "…" if first else ""
    quote = [f"{line.number} | {cut}{visible(shown)}"]
    quote.append(f"{'':{width}} | {' ' * cell_len(cut + visible(until))}^")
    if before:
        quote.insert(0, f"{before.number:{width}} | {visible(before.text[:_QUOTED])}")
    return tuple(quote)
