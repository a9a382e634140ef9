"""YAML as text with line numbers, read from the parser's events; and the writer.

Every scalar is text: `NO` is Norway, `010` is `010`, a date is what was typed. Nothing is composed or
constructed, so that no tag is run, no alias is followed and no nesting reaches the interpreter's stack.
"""

import re
from collections.abc import Callable, Collection, Iterator, Set
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar, final

import yaml

from dtm_mapper.errors import Problem
from dtm_mapper.files import MAX_BYTES, line_number
from dtm_mapper.format_line import find_newer
from dtm_mapper.i18n import _
from dtm_mapper.texts import text_problem

T = TypeVar("T")

MAX_DEPTH = 20
MAX_EVENTS = 500_000
#: Of errors, and of warnings: more than anybody reads.
MAX_PROBLEMS = 500
MAX_WORDS = 1_000

#: What the parser refuses: all but YAML's printable characters, and a byte-order mark inside a file.
_NOT_YAML = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"

#: A scalar is the parser's own event: `value` is its text.
Text = yaml.ScalarEvent


@final
class Items:
    """A sequence of nodes."""

    __slots__ = ("nodes", "start_mark")

    def __init__(self, start_mark: Any) -> None:
        self.nodes: list[Node] = []
        self.start_mark = start_mark


@final
class Entries:
    """A mapping from keys to nodes, and the parser's mark of each key."""

    __slots__ = ("key_marks", "nodes", "start_mark")

    def __init__(self, start_mark: Any) -> None:
        self.nodes: dict[str, Node] = {}
        self.key_marks: dict[str, Any] = {}
        self.start_mark = start_mark


Node: TypeAlias = Text | Items | Entries


class NotYaml(Exception):
    """The source cannot be read further as one plain YAML document; with all problems found until then."""

    def __init__(self, problem: Problem, *before: Problem) -> None:
        super().__init__(problem, *before)
        self.problems = [*before, problem]


def read_document(
    source: bytes, format: str, read: "Callable[[Document], T]"
) -> tuple[T | None, list[Problem]]:
    """Return what `read` makes of a file of this format, None if there is an error, and every problem."""
    if newer := find_newer(source, format):
        return None, [newer]
    try:
        document = Document(source)
        value = read(document)
    except NotYaml as error:
        return None, error.problems
    return (None if document.errors else value), document.problems


class Document:
    """One YAML document as nodes, and the problems found so far in reading and checking it.

    The readers below take a node and give what it should hold; where it holds something else they
    report that, with its line, and give an empty value, so that one run finds every problem.
    """

    def __init__(self, source: bytes) -> None:
        """Reads `source`. Raises NotYaml where it is not one plain YAML document in UTF-8."""
        self.problems: list[Problem] = []
        #: How many errors and warnings there were.
        self._told = {False: 0, True: 0}
        self.source = _decode(source)
        #: How far lines were counted, and how many: a table of all would weigh more than the file.
        self._counted = 0, 1
        self.root = self._parse()

    def line(self, mark: Any) -> int:
        """The line of a mark, counted from 1 as editors do (libyaml counts U+0085 and U+2028 too)."""
        start, line = self._counted if self._counted[0] <= mark.index else (0, 1)
        line += line_number(self.source, mark.index, start) - 1
        self._counted = mark.index, line
        return line

    def report(self, at: Any, what: str, warning: bool = False) -> None:
        """Notes a problem at a node, or at a key's mark."""
        mark = getattr(at, "start_mark", at)
        self._told[warning] += 1
        if self._told[warning] > MAX_PROBLEMS:
            return
        what = what if len(what) <= MAX_WORDS else what[:MAX_WORDS] + "…"
        self.problems.append(Problem(self.line(mark), what, warning))
        if self._told[warning] == MAX_PROBLEMS:
            more = _("there may be more; these are the first {count} problems").format(count=MAX_PROBLEMS)
            if not warning:
                raise NotYaml(Problem(0, more), *self.problems)
            self.problems.append(Problem(0, more, warning))

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the file from being used."""
        return [problem for problem in self.problems if not problem.warning]

    def text(self, node: Node, where: str) -> str:
        """The text of a scalar."""
        if isinstance(node, Text):
            return node.value
        what = _("“{where}” must be text, not {kind}").format(where=where, kind=_kind(node))
        self.report(node, what)
        return ""

    def checked_text(self, node: Node, where: str, limit: int, lines: bool = False) -> str:
        """The text of a scalar that can be recorded, without spaces around it. `lines`: with line breaks."""
        text = self.text(node, where).strip()
        if problem := text_problem(text, limit, lines):
            self.report(node, f"{where}: {problem}")
        return text

    def once(self, word: str, node: Node, seen: "dict[str, Node]", repeated: str) -> None:
        """Report a word that another node has, too. `repeated` says so."""
        first = seen.setdefault(word, node)
        if first is not node:
            self.report(node, repeated.format(id=word.rstrip("/"), line=self.line(first.start_mark)))

    def items(self, node: Node, where: str, hint: str = "") -> "list[Node]":
        """Return the nodes of a list. `hint` says how to write a text that was given instead of a list."""
        if isinstance(node, Items):
            return node.nodes
        what = _("“{where}” must be a list, not {kind}").format(where=where, kind=_kind(node))
        if isinstance(node, Entries):
            hint = _mistake_in(next(iter(node.key_marks), "") + ": ") or _("begin each entry with “- ”")
        self.report(node, f"{what}; {hint}" if hint else what)
        return []

    def entries(
        self,
        node: Node,
        where: str,
        known: Set[str],
        required: Collection[str] = (),
        unknown: Callable[[Entries, str], bool] = lambda node, key: False,
        hint: str = "",
    ) -> "dict[str, Node]":
        """Return the entries of a mapping under known keys. `unknown` says whether to keep another one, too;
        `hint` says how to write a text that was given instead of a mapping."""
        if not isinstance(node, Entries):
            what = _("“{where}” must be keys with values, not {kind}").format(where=where, kind=_kind(node))
            hint = (isinstance(node, Text) and _mistake_in(node.value)) or hint
            self.report(node, f"{what}; {hint}" if hint else what)
            return {}
        found = node.nodes
        if not found.keys() <= known:
            found = {}
            for key, value in node.nodes.items():
                if key in known or unknown(node, key):
                    found[key] = value
                else:
                    # To the parser, some mistakes at the beginning of a line are part of a key.
                    what = _mistake_in(f"{key}: ") or unknown_word(_("key"), key, known)
                    self.report(node.key_marks[key], what)
        for key in required:
            if key not in node.nodes:
                self.report(node, _("“{where}” has no “{key}”").format(where=where, key=key))
        return found

    def _parse(self) -> Node:
        """Build nodes from the parser's events, without recursion."""
        try:
            return self._nodes(events(self.source))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if mark and (deep := _first_too_deep(self.source[: mark.index])):
                raise self._too_deep(deep) from None
            from dtm_mapper.yaml_mistakes import diagnose

            *more, last = diagnose(self.source, error)
            raise NotYaml(last, *self.problems, *more) from None
        except yaml.reader.ReaderError:
            # Where libyaml says that it is, it counts bytes.
            found = next(re.finditer(_NOT_YAML, self.source))
            what = _("there is a control character here (U+{code:04X}); remove it")
            what = what.format(code=ord(found.group()))
            line = line_number(self.source, found.start())
            raise NotYaml(Problem(line, what), *self.problems) from None

    def _nodes(self, next_event: Callable[[], Any]) -> Node:
        root: Node | None = None
        parent: Items | Entries | None = None
        key: str | None = None
        # The containers around `parent`.
        around: list[Items | Entries | None] = []
        for _count in range(MAX_EVENTS):
            event = next_event()
            kind = type(event)
            if kind is _SCALAR or kind is _MAP or kind is _LIST:
                if event.tag is not None or event.anchor is not None:
                    raise self._refused(event)
                if kind is _SCALAR:
                    # Nobody asks where a scalar ends, and in a large file these marks weigh a third.
                    event.end_mark = None
                    node = event
                else:
                    node = Entries(event.start_mark) if kind is _MAP else Items(event.start_mark)
                if type(parent) is not Entries:
                    if parent is None:
                        root = node
                    else:
                        parent.nodes.append(node)
                elif key is not None:
                    parent.nodes.setdefault(key, node)
                    key = None
                elif kind is not _SCALAR:
                    raise self._stop(event, _("a key must be text"))
                else:
                    key = event.value
                    if parent.key_marks.setdefault(key, event.start_mark) is not event.start_mark:
                        self._repeated(parent, event)
                if kind is not _SCALAR:
                    if len(around) >= MAX_DEPTH:
                        raise self._too_deep(event)
                    around.append(parent)
                    parent = node
            elif kind is _MAP_END or kind is _LIST_END:
                parent = around.pop()
            elif kind is yaml.AliasEvent:
                raise self._refused(event)
            elif kind is yaml.DocumentStartEvent:
                if root is not None:
                    raise self._stop(event, _("a second document begins here; one file holds one"))
            elif kind is yaml.StreamEndEvent:
                return root if root is not None else Items(event.start_mark)
        raise NotYaml(Problem(0, _("the file holds more than {count} parts").format(count=MAX_EVENTS)))

    def _stop(self, event: Any, what: str) -> NotYaml:
        return NotYaml(Problem(self.line(event.start_mark), what), *self.problems)

    def _too_deep(self, event: Any) -> NotYaml:
        return self._stop(event, _("the file is nested more than {depth} deep").format(depth=MAX_DEPTH))

    def _refused(self, event: Any) -> NotYaml:
        what = _("anchors, aliases and tags (&, * and !) are not used here; write the text out")
        return self._stop(event, what)

    def _repeated(self, parent: Entries, event: Any) -> None:
        first = self.line(parent.key_marks[event.value])
        what = _("the key “{key}” is repeated; it stands first in line {line}")
        self.report(event.start_mark, what.format(key=event.value, line=first))


def _mistake_in(line: str) -> str:
    # Imported only here, because most files have no mistakes.
    from dtm_mapper.yaml_mistakes import find_mistake

    return find_mistake(line)


def events(text: str) -> Callable[[], Any]:
    """Return a function that gives the parser's next event, from libyaml if PyYAML was built with it."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    next_event: Callable[[], Any] = loader(text).get_event
    return next_event


def _first_too_deep(text: str) -> Any:
    """Return the event that nests deeper than MAX_DEPTH, or None.

    The parser reads up to 1,024 characters ahead of the event that it returns. Libyaml may meet its own limit
    on nesting there, and refuse the file before we see an event that exceeds ours.
    """
    depth = 0
    with suppress(yaml.YAMLError):
        next_event = events(text)
        while (kind := type(event := next_event())) is not yaml.StreamEndEvent:
            depth += (kind in (_MAP, _LIST)) - (kind in (_MAP_END, _LIST_END))
            if depth > MAX_DEPTH:
                return event
    return None


def unknown_word(kind: str, word: str, known: Collection[str]) -> str:
    """`unknown KIND “word”`, with what was likely meant."""
    import difflib

    word = word[:200]
    said = _("unknown {kind} “{word}”").format(kind=kind, word=word)
    near = difflib.get_close_matches(word, known, n=1) if known else []
    if near:
        return said + _("; did you mean “{near}”?").format(near=near[0])
    if 0 < len(known) <= 12:
        listed = sorted(known) if isinstance(known, Set) else known
        return said + _("; known are {known}").format(known=", ".join(listed))
    return said


def _kind(node: Node) -> str:
    if isinstance(node, Text):
        return _("text")
    return _("a list") if isinstance(node, Items) else _("keys with values")


def _decode(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        raise NotYaml(Problem(0, _("the file is larger than 8 MB")))
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotYaml(Problem(1, _("the file is in UTF-16; save it as UTF-8")))
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise NotYaml(Problem(line, _("a character here is not UTF-8; save the file as UTF-8"))) from None


_SCALAR, _MAP, _LIST = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
_MAP_END, _LIST_END = yaml.MappingEndEvent, yaml.SequenceEndEvent


_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/&'.,+-]*[\w)/&'.,+-])?")
#: Words that other readers of YAML take for something else than text.
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
_UNPRINTABLE = "\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_SINGLE = re.compile(f"[^{_UNPRINTABLE}]*")
_ESCAPED = re.compile(f'["\\\\{_UNPRINTABLE}]')
_LITERAL = re.compile(f"(?=[^ \n])(?:[^{_UNPRINTABLE}]*\n)*[^{_UNPRINTABLE}]+")


def scalar(text: str, flow: bool = False) -> str:
    """`text` as a scalar on one line that every YAML reader takes for this text. `flow`: inside brackets."""
    if _PLAIN.fullmatch(text) and not (flow and "," in text) and text.lower() not in _TAKEN:
        return text
    if _SINGLE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in '"\\':
        return "\\" + char
    if char == "\n":
        return "\\n"
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"


def flow(value: dict[str, str] | tuple[str, ...]) -> str:
    """Keys with texts, or a list of texts, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {scalar(text, True)}" for key, text in value.items()) + "}"
    return "[" + ", ".join(scalar(text, True) for text in value) + "]"


def entry(indent: str, key: str, value: str | tuple[str, ...] | dict[str, str]) -> Iterator[str]:
    """The lines of one key and its value, each ended by a line break."""
    if not isinstance(value, str):
        yield f"{indent}{key}: {flow(value)}\n"
    elif "\n" in value and _LITERAL.fullmatch(value):
        yield f"{indent}{key}: |-\n"
        for line in value.split("\n"):
            yield f"{indent}  {line}\n" if line else "\n"
    else:
        yield f"{indent}{key}: {scalar(value)}\n"
