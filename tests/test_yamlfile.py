"""YAML as text, with line numbers; and texts as YAML that every reader takes for the same text."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dtm_mapper.comments import lost_comments
from dtm_mapper.files import MAX_BYTES
from dtm_mapper.yamlfile import (
    MAX_DEPTH,
    MAX_PROBLEMS,
    Document,
    Items,
    Node,
    NotYaml,
    Text,
    entry,
    flow,
    scalar,
    unknown_word,
)
from strategies import AWKWARD, damaged, sources, texts

#: All that a file in UTF-8 can hold.
any_text = st.text(st.characters(codec="utf-8"))
readers: list[Any] = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def plain(node: Node) -> object:
    """A node as Python's own values."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.nodes]
    return {key: plain(value) for key, value in node.nodes.items()}


def read(source: str) -> object:
    document = Document(source.encode())
    assert not document.problems
    return plain(document.root)


def refusal(source: bytes) -> tuple[int, str]:
    """Line and words of why a source is not read."""
    with pytest.raises(NotYaml) as caught:
        Document(source)
    (problem,) = caught.value.problems
    return problem.line, problem.what


@pytest.mark.parametrize(
    "word",
    [
        *(
            "NO",
            "no",
            "y",
            "on",
            "True",
            "~",
            "null",
            "010",
            "0x1F",
            "1_000",
            "1e3",
            ".inf",
            "-.5",
        ),
        *("12:30:45", "2026-11-22", "2026-11-22T10:00:00Z", "=", "''", '""'),
    ],
)
def test_every_scalar_is_the_text_that_was_typed(word: str) -> None:
    assert read(f"a: {word}\n{word}: b\n") == {"a": word.strip("'\""), word.strip("'\""): "b"}


def test_an_empty_value_is_an_empty_text() -> None:
    assert read("a:\nb: [c, '', d]\n") == {"a": "", "b": ["c", "", "d"]}


def test_a_key_merged_from_elsewhere_is_a_key_like_any_other() -> None:
    assert read("<<: {a: b}\n") == {"<<": {"a": "b"}}


def test_every_repeated_key_is_named_with_both_lines_and_the_first_value_stays() -> None:
    document = Document(b"a: 1\nb:\n- {c: 2,\n   c: 3}\na:\n  d: 4\na: 5\n")
    assert [problem.line for problem in sorted(document.problems)] == [4, 5, 7]
    firsts = ["the key “c” is repeated; it stands first in line 3"]
    firsts += ["the key “a” is repeated; it stands first in line 1"] * 2
    assert [problem.what for problem in sorted(document.problems)] == firsts
    assert plain(document.root) == {"a": "1", "b": [{"c": "2"}]}
    assert len(document.errors) == 3


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (b"a: 1\nb: &x 2\n", 2, "anchors"),
        (b"a: 1\n&x b: 2\n", 2, "anchors"),
        (b"a: 1\nb: &x\n  c: 2\n", 2, "anchors"),
        (b"a: 1\nb: *x\n", 2, "anchors"),
        (b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "tags"),
        (b"a: 1\nb: !x 2\n", 2, "tags"),
        (b"a: 1\nb: ! 2\n", 2, "tags"),
        (b"a: 1\n---\nb: 2\n", 2, "second document"),
        (b"a: 1\n...\n---\n", 3, "second document"),
        (b"a: 1\n? [b]\n: 2\n", 2, "a key must be text"),
        (b"a: 1\n? {b: c}\n: 2\n", 2, "a key must be text"),
        (b"a: 1\nb: [2\nc: 3\n", 2, "“[” is not closed"),
        (b"a: 1\n\tb: 2\n", 2, "begins with a tab"),
        (b"a: 1\nb: 'c\n", 2, "' that opens here is not closed"),
        (b"a: 1\nb: @c\n", 2, "not valid YAML"),
        (b"a: 1\nb: \0\n", 2, "U+0000"),
        (b"a: 1\nb: \xff\n", 2, "UTF-8"),
        (b"a: 1\nb: \xed\xa0\x80\n", 2, "UTF-8"),
        ("a: 1\nb: 2\n".encode("utf-16"), 1, "UTF-16"),
        (b"\xfe\xff" + "a: 1\n".encode("utf-16-be"), 1, "UTF-16"),
        ("a: 1\nb: 2\n".encode("utf-16-le"), 1, "U+0000"),
        (b"a: 1\nb: \x07\n", 2, "control character"),
        ("b: \ufffe\n".encode(), 1, "control character"),
        (b"#" * (MAX_BYTES + 1), 0, "8 MB"),
        (b"[" + b"a," * 500_000 + b"]", 0, "500000 parts"),
    ],
)
def test_what_is_no_plain_document_is_refused_with_its_line(source: bytes, line: int, words: str) -> None:
    where, what = refusal(source)
    assert words in what
    assert where == line


@pytest.mark.parametrize(
    "before", ["é" * 50, "العربية\n", "a\u2028b\u0085"], ids=["French", "Arabic", "line separators"]
)
def test_the_line_of_a_control_character_is_right_whatever_stands_before_it(before: str) -> None:
    source = f"# {before}\na: \x07\n" + "b: c\n" * 50
    assert refusal(source.encode())[0] == source.count("\n", 0, source.index("\x07")) + 1


def test_one_byte_order_mark_is_no_part_of_the_text() -> None:
    assert plain(Document(b"\xef\xbb\xbfa: 1\n").root) == {"a": "1"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(end: str) -> None:
    document = Document(f"a: |-{end}  x{end}  y{end}b: 2{end}b: 3{end}".encode())
    assert plain(document.root) == {"a": "x\ny", "b": "2"}
    assert [problem.line for problem in document.problems] == [5]


def test_lines_are_counted_as_editors_do_although_libyaml_counts_more() -> None:
    document = Document("# \u0085 \u2028 \u2029\na: '\u2028'\nb: 1\nb: 2\n".encode())
    assert [(problem.line, problem.what[-6:]) for problem in document.problems] == [(4, "line 3")]


def test_a_file_as_deep_as_allowed_is_read_and_one_deeper_is_not() -> None:
    assert Document(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).problems == []
    assert "nested more than" in refusal(b"\n" + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))[1]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 999, 1_000, 1_001, 1_500])
@pytest.mark.parametrize(
    "nested",
    [
        lambda depth: b"[" * depth + b"]" * depth,
        lambda depth: b"[\n" * depth,
        lambda depth: b"a: " + b"[" * depth,
        lambda depth: b"a: " + b"{b: " * depth,
        lambda depth: b"a: " + b"[{b: " * depth,
        lambda depth: b"a:\n" + b"- " * depth,
        lambda depth: b"".join(b" " * level + b"a:\n" for level in range(depth)),
    ],
    ids=["brackets", "brackets on lines", "open brackets", "braces", "mixed", "lists", "keys"],
)
def test_our_bound_on_nesting_is_reported_and_never_the_parsers_own(
    nested: Callable[[int], bytes], depth: int
) -> None:
    """Some versions of libyaml have a limit of 1,000, which they meet while they read ahead."""
    assert "nested more than 20 deep" in refusal(nested(depth))[1]


@pytest.mark.parametrize("bracket", [b"[", b"{a: ", b"- ", b"? ", b"[{a: "])
def test_a_hundred_thousand_open_brackets_are_a_problem_and_no_crash(bracket: bytes) -> None:
    assert refusal(bracket * 100_000)[0] == 1


def test_an_alias_bomb_is_a_problem_at_its_first_anchor() -> None:
    bomb = ["z: 1", "a0: &a0 [x, x]"]
    bomb += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 40)]
    assert refusal("\n".join(bomb).encode())[0] == 2


@given(sources() | damaged(b"a: [b, {c: 'd'}]\ne: |-\n  f\n\n  g\n# h\n\"i\": j\n"))
@example(b"")
@example(b"---\n")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_a_document_or_one_problem(source: bytes) -> None:
    try:
        document = Document(source)
        problems = document.problems
        plain(document.root)
    except NotYaml as error:
        problems = error.problems
    assert all(0 <= problem.line <= len(source.splitlines()) + 1 and problem.what for problem in problems)


def test_what_was_found_before_a_document_broke_off_is_told_too() -> None:
    with pytest.raises(NotYaml) as caught:
        Document(b"a: 1\na: 2\nb: &x 3\n")
    assert [problem.line for problem in caught.value.problems] == [2, 3]


def test_problems_without_end_are_told_up_to_a_number_that_one_can_read() -> None:
    with pytest.raises(NotYaml) as caught:
        Document(b"a: 1\n" * 10_000)
    assert len(caught.value.problems) <= MAX_PROBLEMS + 1
    assert "may be more" in caught.value.problems[-1].what


def test_warnings_without_end_are_told_up_to_a_number_too_and_do_not_hide_the_errors() -> None:
    document = Document(b"a: 1\n")
    for number in range(10_000):
        document.report(document.root.start_mark, f"warning {number}", True)
    document.report(document.root.start_mark, "error")
    assert len(document.problems) == MAX_PROBLEMS + 2
    assert [problem.what for problem in document.errors] == ["error"]
    assert any("may be more" in problem.what and problem.warning for problem in document.problems)


def test_unknown_keys_are_told_in_the_order_of_the_file() -> None:
    document = Document(b"known: x\n" + b"".join(b"k%d: v\n" % number for number in range(1_000)))
    with pytest.raises(NotYaml) as caught:
        document.entries(document.root, "it", {"known"})
    assert [problem.line for problem in caught.value.problems] == [*range(2, MAX_PROBLEMS + 2), 0]


def test_keys_that_are_not_known_are_left_out_and_the_others_stay_in_their_order() -> None:
    document = Document(b"b: 1\nx: 2\na: 3\ny: 4\n")
    found = document.entries(document.root, "it", {"a", "b"}, unknown=lambda _node, key: key == "y")
    assert list(found) == ["b", "a", "y"]
    assert [problem.line for problem in document.problems] == [2]


def test_a_problem_is_told_in_words_that_one_can_read_however_long_the_text_is() -> None:
    document = Document(b"a: 1\na: 2\n")
    document.report(document.root.start_mark, "x" * 100_000)
    assert max(len(problem.what) for problem in document.problems) < 2_000


@given(sources() | damaged(b"a: b # c\n'd # e': f\n# g\nh: |-\n  # i\n"))
@example(b"# a # b\n'c # d' # e\n")
@example(b"# a: [")
@example(b"\xff #")
@example(b"a: 'b # c")
def test_the_comments_of_any_bytes_are_lines_of_them(source: bytes) -> None:
    lines = lost_comments(source)
    assert lines == sorted(set(lines) & set(range(1, len(source.splitlines()) + 2)))


def test_comments_below_the_first_key_are_told_with_their_lines_and_signs_in_a_text_are_none() -> None:
    source = """\
# above the first key

a: b # three
c: 'd # e'
"f # g": h#i
j: |-
  # k
# eight
l: [m, #nine
  n]
o: p
  # twelve
"""
    assert lost_comments(source.encode()) == [3, 8, 9, 12]
    assert lost_comments(("\ufeff" + source.replace("\n", "\r\n")).encode()) == [3, 8, 9, 12]
    assert lost_comments(b"a: b\n") == []


def test_any_number_of_comments_is_told() -> None:
    assert lost_comments(b"a: b\n" + b"# c\n" * 10_000) == list(range(2, 10_002))


@pytest.mark.parametrize(
    "source",
    [b"\n" * 500_000 + b"a: 1\na: 2\n", b"? " + b"a" * 500_000 + b"\n: b\n", b"a: " + b"b\n " * 200_000],
    ids=["line breaks", "a long key", "a long text"],
)
def test_a_hostile_file_takes_no_more_memory_than_a_reader_may(source: bytes) -> None:
    tracemalloc.start()
    try:
        document = Document(source)
        document.entries(document.root, "it", {"known"})
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # 200 MB for the largest file that is read at all.
    assert peak <= len(source) * (200_000_000 // MAX_BYTES)


@given(texts(lines=True))
@example("a # b")
@example("# a")
@example("a\n# b")
def test_no_text_that_is_written_looks_like_a_comment(text: str) -> None:
    source = "".join([*entry("", "a", text), *entry("", "b", (text, text))])
    assert lost_comments(source.encode()) == []


@given(any_text | st.sampled_from(AWKWARD) | texts(lines=True))
@example("")
@example(" a ")
@example("\ufeff")
@example("a\x85b\u2028c\u2029d\r\ne")
@example("a \x85 b")
@example("a \u2028 b")
@example("a \u2029 b")
def test_any_text_written_is_the_same_text_for_every_reader(text: str) -> None:
    block = f"- {scalar(text)}\n- a: {scalar(text)}\n"
    brackets = f"[{scalar(text, True)}, {{a: {scalar(text, True)}}}]\n"
    assert read(block) == read(brackets) == [text, {"a": text}]
    for reader in readers:
        assert yaml.load(block, reader) == yaml.load(brackets, reader) == [text, {"a": text}]
    assert "\n" not in scalar(text)


@given(any_text | texts(lines=True), st.sampled_from(["", "  ", "    "]))
@example("a\n \n  b", "  ")
@example("\n a", "")
@example("a\n\n", "")
def test_any_text_under_a_key_is_the_same_text_for_every_reader(text: str, indent: str) -> None:
    around = "".join(f"{' ' * at}x:\n" for at in range(0, len(indent), 2))
    source = around + "".join(entry(indent, "key", text)) + "".join(entry(indent, "after", ("b",)))
    expected: Any = {"key": text, "after": ["b"]}
    for _level in range(0, len(indent), 2):
        expected = {"x": expected}
    assert read(source) == expected
    for reader in readers:
        assert yaml.load(source, reader) == expected


@given(st.lists(texts(), max_size=4).map(tuple), texts())
def test_lists_and_keys_stand_on_one_line(items: tuple[str, ...], text: str) -> None:
    assert read(f"a: {flow(items)}\nb: {flow({'c': text, 'd': text})}\n") == {
        "a": list(items),
        "b": {"c": text, "d": text},
    }
    assert "\n" not in flow(items)


def test_lines_of_a_text_stand_under_each_other_so_that_people_can_read_them() -> None:
    assert list(entry("", "a", "Ask the ISCG.\n\nThen NPM.")) == [
        "a: |-\n",
        "  Ask the ISCG.\n",
        "\n",
        "  Then NPM.\n",
    ]


@pytest.mark.parametrize(
    "text", ["Cox's Bazar", "WFP (food/cash)", "Ministère de l'intérieur", "العربية", "a, b", "R&D"]
)
def test_an_ordinary_text_is_written_as_it_is(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("leevls", ["levels", "needs"], "unknown key “leevls”; did you mean “levels”?"),
        ("x", ["levels", "needs"], "unknown key “x”; known are levels, needs"),
        ("x", [], "unknown key “x”"),
        ("x", [f"word{number}" for number in range(13)], "unknown key “x”"),
    ],
)
def test_an_unknown_word_is_told_with_what_was_likely_meant(word: str, known: list[str], said: str) -> None:
    assert unknown_word("key", word, known) == said


def test_the_keys_that_are_known_are_told_in_the_same_order_each_time() -> None:
    document = Document(b"?: 1\n")
    document.entries(document.root, "it", {f"{letter}-word" for letter in "zyxwvut"})
    known = "t-word, u-word, v-word, w-word, x-word, y-word, z-word"
    assert [problem.what for problem in document.problems] == [f"unknown key “?”; known are {known}"]
