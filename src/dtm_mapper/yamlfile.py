"""YAML as text with line numbers, read from the parser's events; and the writer.

Every scalar is text: `NO` is Norway, `010` is `010`, a date is what was typed. Nothing is composed or
constructed, so that no tag is run, no alias is followed and no nesting reaches the interpreter's stack.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import yaml

from dtm_mapper.errors import Problem
from dtm_mapper.i18n import _

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 20
MAX_EVENTS = 500_000


class Text(NamedTuple):
    """A scalar. `at` is the character of the source where it begins."""

    value: str
    at: int


class Items(NamedTuple):
    """A sequence of nodes."""

    nodes: "list[Node]"
    at: int


class Entries(NamedTuple):
    """A mapping from keys to nodes, with the place of each key."""

    nodes: "dict[str, Node]"
    keys_at: dict[str, int]
    at: int


Node = Text | Items | Entries


class NotYaml(Exception):
    """The source cannot be read as one plain YAML document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Document:
    """One YAML document as nodes, and the problems found so far in reading and checking it.

    The readers below take a node and give what it should hold; where it holds something else they
    report that, with its line, and give an empty value, so that one run finds every problem.
    """

    def __init__(self, source: bytes) -> None:
        """Reads `source`. Raises NotYaml where it is not one plain YAML document in UTF-8."""
        self.problems: list[Problem] = []
        self.source = _decode(source)
        self.root = _Parser(self).parse()

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.source))]

    def line(self, at: int) -> int:
        """The line, counted from 1 as editors do, of a character of the source."""
        return bisect_right(self._line_starts, at)

    def report(self, at: int, what: str, warning: bool = False) -> None:
        """Notes a problem at a character of the source."""
        self.problems.append(Problem(self.line(at), what, warning))

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the file from being used."""
        return [problem for problem in self.problems if not problem.warning]

    def text(self, node: Node, where: str) -> str:
        """The text of a scalar."""
        if isinstance(node, Text):
            return node.value
        self.report(node.at, _("“{where}” must be text, not {kind}").format(where=where, kind=_kind(node)))
        return ""

    def items(self, node: Node, where: str) -> "list[Node]":
        """The nodes of a list."""
        if isinstance(node, Items):
            return node.nodes
        self.report(node.at, _("“{where}” must be a list, not {kind}").format(where=where, kind=_kind(node)))
        return []

    def entries(
        self,
        node: Node,
        where: str,
        known: Collection[str],
        required: Collection[str] = (),
        unknown: Callable[[str], bool] = lambda key: False,
    ) -> "dict[str, Node]":
        """The entries of a mapping under known keys. `unknown` says whether to keep another one too."""
        if not isinstance(node, Entries):
            what = _("“{where}” must be keys with values, not {kind}")
            self.report(node.at, what.format(where=where, kind=_kind(node)))
            return {}
        found = node.nodes
        if not found.keys() <= _as_set(known):
            for key in [key for key in found if key not in known]:
                if not unknown(key):
                    self.report(node.keys_at[key], unknown_word(_("key"), key, known))
                    found = {name: value for name, value in found.items() if name != key}
        for key in required:
            if key not in node.nodes:
                self.report(node.at, _("“{where}” has no “{key}”").format(where=where, key=key))
        return found


def unknown_word(kind: str, word: str, known: Collection[str]) -> str:
    """`unknown KIND “word”`, with what was likely meant."""
    import difflib

    said = _("unknown {kind} “{word}”").format(kind=kind, word=word)
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return said + _("; did you mean “{near}”?").format(near=near[0])
    if 0 < len(known) <= 12:
        return said + _("; known are {known}").format(known=", ".join(known))
    return said


def _as_set(known: Collection[str]) -> Collection[str]:
    return known if isinstance(known, (set, frozenset, dict)) else set(known)


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
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise NotYaml(Problem(line, _("a character here is not UTF-8; save the file as UTF-8"))) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise NotYaml(Problem(line, _("the file holds NUL characters; it is no text file")))
    return text


class _Parser:
    """Builds nodes from the parser's events, without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def parse(self) -> Node:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return self._nodes(loader(self.document.source).get_event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.index if mark else 0
            what = _("this is not YAML: {problem}").format(problem=error.problem or error.context)
            raise self._stop(at, what) from None
        except yaml.reader.ReaderError as error:
            at = error.position if isinstance(error.position, int) else 0
            raise self._stop(at, _("a control character here is not allowed in YAML")) from None

    def _stop(self, at: int, what: str) -> NotYaml:
        return NotYaml(Problem(self.document.line(at), what))

    def _nodes(self, next_event: Callable[[], Any]) -> Node:
        root: Node | None = None
        open_nodes: list[Items | Entries] = []
        keys: list[str | None] = []
        documents = 0
        for _count in range(MAX_EVENTS):
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                at = event.start_mark.index
                if event.anchor is not None or event.tag is not None:
                    raise self._stop(at, _("anchors and tags (& and !) are not used here; remove them"))
                node: Node = Text(event.value, at)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                at = event.start_mark.index
                if event.anchor is not None or event.tag is not None:
                    raise self._stop(at, _("anchors and tags (& and !) are not used here; remove them"))
                if len(open_nodes) >= MAX_DEPTH:
                    raise self._stop(at, _("the file is nested more than {depth} deep").format(depth=MAX_DEPTH))
                node = Entries({}, {}, at) if kind is yaml.MappingStartEvent else Items([], at)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                open_nodes.pop()
                keys.pop()
                continue
            elif kind is yaml.AliasEvent:
                raise self._stop(event.start_mark.index, _("aliases (*) are not used here; write the text out"))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._stop(event.start_mark.index, _("a second document begins here; one file holds one"))
                continue
            elif kind is yaml.StreamEndEvent:
                return root if root is not None else Text("", 0)
            else:
                continue

            if not open_nodes:
                root = node
            else:
                parent = open_nodes[-1]
                if type(parent) is Items:
                    parent.nodes.append(node)
                elif (key := keys[-1]) is None:
                    if type(node) is not Text:
                        raise self._stop(node.at, _("a key must be text"))
                    keys[-1] = node.value
                    self._key(parent, node)
                    continue
                else:
                    parent.nodes.setdefault(key, node)
                    keys[-1] = None
            if type(node) is not Text:
                open_nodes.append(node)
                keys.append(None)
        raise NotYaml(Problem(0, _("the file holds more than {count} parts").format(count=MAX_EVENTS)))

    def _key(self, parent: Entries, key: Text) -> None:
        first = parent.keys_at.setdefault(key.value, key.at)
        if first != key.at:
            what = _("the key “{key}” is repeated; it stands first in line {line}")
            self.document.report(key.at, what.format(key=key.value, line=self.document.line(first)))


_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/&'.,+-]*[\w)/&'.,+-])?")
_PLAIN_IN_FLOW = re.compile(r"[^\W\d_](?:[\w ()/&'.+-]*[\w)/&'.+-])?")
#: Words that other readers of YAML take for something else than text.
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
_UNPRINTABLE = "\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_SINGLE = re.compile(f"[^{_UNPRINTABLE}]*")
_ESCAPED = re.compile(f'["\\\\{_UNPRINTABLE}]')
_LITERAL = re.compile(f"(?=[^ \n])(?:[^{_UNPRINTABLE}]*\n)*[^{_UNPRINTABLE}]+")


def scalar(text: str, flow: bool = False) -> str:
    """`text` as a scalar on one line that every YAML reader takes for this text. `flow`: inside brackets."""
    if (_PLAIN_IN_FLOW if flow else _PLAIN).fullmatch(text) and text.lower() not in _TAKEN:
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
