"""A file that is not valid YAML is explained in the terms of the person who edited it, on the right line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dtm_mapper.errors import Problem
from dtm_mapper.mappingfile import parse
from dtm_mapper.yaml_mistakes import find_mistake
from strategies import CATALOGUE
from test_cli import run

EXAMPLE = (Path(__file__).parents[1] / "examples" / "coxs-bazar.yaml").read_text(encoding="utf-8")
FILE = """\
format: dtm-mapping/1
response: Test response
country: BGD
depth: standard
created: '2026-11-22'
updated: '2026-11-22'
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: un-agencies
  rows:
  - example: wfp
    label: WFP
    users:
    - name: WFP Office
      needs: [food]
      verified: '2026-11-22'
  - example: unhcr
    label: UNHCR
    pending: Ask
"""
#: Lines that a merge leaves. They are put together here, or tools would take this file for one of theirs.
OURS, BASE, MIDDLE, THEIRS = "<" * 7 + " HEAD", "|" * 7 + " base", "=" * 7, ">" * 7 + " feature"
NAMED_TWICE = f"{OURS}\n    - name: WFP Office\n{MIDDLE}\n    - name: WFP Country Office\n{THEIRS}"


@pytest.fixture(params=["the C parser", "the Python parser"])
def parser(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of PyYAML's parsers, whose words are not the same."""
    if request.param == "the Python parser":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


def changed(old: str, new: str) -> str:
    assert FILE.count(old) == 1
    return FILE.replace(old, new)


def errors_in(source: str) -> list[Problem]:
    _mapping, problems = parse(source.encode(), CATALOGUE)
    return sorted(problem for problem in problems if not problem.warning)


#: What somebody typed, the line with the mistake, and words that explain it.
MISTAKES = {
    "conflict markers": (
        "    - name: WFP Office",
        NAMED_TWICE,
        14,
        "a merge conflict begins here; keep one of",
    ),
    "a conflict marker left over": ("    - name: WFP Office\n", f"{MIDDLE}\n", 14, "a merge conflict begins"),
    "a tab": (
        "    label: WFP\n",
        "\tlabel: WFP\n",
        12,
        "this line begins with a tab; replace it with spaces",
    ),
    "a tab after spaces": ("      needs", "    \tneeds", 15, "this line begins with a tab"),
    "a tab after a hyphen": ("- name", "-\tname", 14, "there is a tab in this line"),
    "no space after the colon": (
        "name: WFP Office",
        "name:WFP Office",
        14,
        "a space is missing after “name:”",
    ),
    "no space in the last line": ("pending: Ask", "pending:Ask", 19, "a space is missing after “pending:”"),
    "no space before a quote": ("verified: '", "verified:'", 16, "a space is missing after “verified:”"),
    "no space after the hyphen": ("- example: unhcr", "-example: unhcr", 17, "missing after the “-”"),
    "no space in the first hyphen": ("- example: wfp", "-example: wfp", 11, "missing after the “-”"),
    "a full-width colon": ("name: WFP", "name： WFP", 14, "“name” is followed by a wide colon (“：”)"),
    "a non-breaking space": ("      needs", "\xa0 \xa0 \xa0 needs", 15, "begins with a non-breaking space"),
    "one in front of users": ("    users", "\xa0   users", 13, "begins with a non-breaking space"),
    "one among the spaces": ("      needs", "     \xa0needs", 15, "begins with a non-breaking space"),
    "one after the colon": ("name: WFP", "name:\xa0WFP", 14, "a non-breaking space after “name:”"),
    "one after the hyphen": ("- name", "-\xa0name", 14, "a non-breaking space after the “-”"),
    "another wide space": ("      needs", "\u3000  needs", 15, "begins with a special space (U+3000)"),
    "an unclosed bracket": ("[food]", "[food", 15, "the bracket “[” is not closed; add “]” after its last"),
    "a bracket open after a comma": ("[food]", "[food,", 15, "the bracket “[” is not closed"),
    "an unclosed brace": ("version: '2'}", "version: '2'", 7, "the bracket “{” is not closed; add “}”"),
    "a bracket that stays open to the end": ("pending: Ask", "users: [", 19, "the bracket “[” is not closed"),
    "a dash in place of a hyphen": ("- name", "– name", 14, "begins with “–”; begin it with a hyphen"),
    "an unclosed quotation mark": ("name: WFP", 'name: "WFP', 14, 'the quotation mark " that opens here'),
    "a quote that the next one closes": ("name: WFP", "name: 'WFP", 14, "the quotation mark ' that opens"),
    "an apostrophe": ("name: WFP", "name: 'WFP's'", 14, "write '' for an apostrophe inside it"),
    "no colon": ("    users:", "    users", 13, "a colon is missing in this line"),
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_on_its_line(old: str, new: str, line: int, words: str) -> None:
    (problem,) = errors_in(changed(old, new))
    assert problem.line == line
    assert words in problem.what
    assert problem.quote == ()


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_line_is_right_with_the_line_ends_of_any_system(end: str) -> None:
    for old, new, line, words in MISTAKES.values():
        (problem,) = errors_in(changed(old, new).replace("\n", end))
        assert (problem.line, words in problem.what) == (line, True), problem


def test_every_conflict_is_named(tmp_path: Path) -> None:
    label = (
        f"{OURS}\n    label: WFP\n{BASE}\n    label: PAM\n{MIDDLE}\n    label: World Food Programme\n{THEIRS}"
    )
    source = changed("    - name: WFP Office", NAMED_TWICE).replace("    label: WFP", label)
    assert [problem.line for problem in errors_in(source)] == [12, 20]
    (tmp_path / "mali.yaml").write_text(source, encoding="utf-8")
    result = run("check", "mali.yaml", cwd=tmp_path)
    assert (result.code, result.err) == (1, "")
    assert [line.partition(": a merge conflict")[0] for line in result.out.splitlines()] == [
        "mali.yaml:12",
        "mali.yaml:20",
    ]


def test_a_line_that_looks_like_a_conflict_in_a_sound_file_is_text() -> None:
    assert errors_in(changed("pending: Ask", f"pending: |-\n      {OURS}\n      {MIDDLE}")) == []


def test_curly_quotes_are_a_part_of_the_text() -> None:
    mapping, problems = parse(changed("[food]", "[“food”, “cash”]").encode(), CATALOGUE)
    assert mapping is not None
    assert problems == []
    assert mapping.rows["wfp"].users[0].values("needs") == ("“food”", "“cash”")


#: For a kind of mistake: how it gets into a line, and words that explain it.
KINDS: dict[str, tuple[Callable[[str], str], str]] = {
    "a tab": (lambda line: re.sub("^ +", "\t", line), "begins with a tab"),
    "non-breaking spaces": (lambda line: re.sub("^ +", "\xa0\xa0", line), "non-breaking space"),
    "no space": (lambda line: re.sub(r"^( *(?:- )?\w+): ", r"\1:", line), "a space is missing after"),
    "a wide colon": (lambda line: re.sub(r"^( *(?:- )?\w+): ", r"\1：", line), "followed by a wide colon"),
    "no space after a hyphen": (lambda line: re.sub("^( *)- ", r"\1-", line), "missing after the “-”"),
    "an open bracket": (lambda line: re.sub(r"[]}]$", "", line), "is not closed"),
    "an apostrophe": (lambda line: re.sub(r": (\w.*)$", r": 'It's \1'", line), "an apostrophe inside it"),
    "conflict markers": (lambda line: f"{OURS}\n{line}\n{MIDDLE}\n{line}s\n{THEIRS}", "a merge conflict"),
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("spoil", "words"), KINDS.values(), ids=KINDS)
def test_a_mistake_in_any_line_of_a_real_mapping_is_named_there(
    spoil: Callable[[str], str], words: str
) -> None:
    lines = EXAMPLE.splitlines()
    spoiled = [(at, spoil(line)) for at, line in enumerate(lines) if at > 1 and spoil(line) != line]
    assert len(spoiled) > 50
    for at, line in spoiled[::7]:
        found = errors_in("\n".join([*lines[:at], line, *lines[at + 1 :], ""]))
        assert any(problem.line == at + 1 and words in problem.what for problem in found), (line, found)


@pytest.mark.parametrize(
    ("old", "new", "line", "quote"),
    [
        (
            "name: WFP Office",
            "name: WFP: field office",
            14,
            (
                "13 |     users:",
                "14 |     - name: WFP: field office",
                "   |                ^",
                "If the text contains a colon and a space, put it in quotation marks.",
            ),
        ),
        (
            "      needs",
            "         needs",
            15,
            (
                "14 |     - name: WFP Office",
                "15 |          needs: [food]",
                "   |               ^",
                "This line is indented further than the line above, which already has a value.",
            ),
        ),
        (
            "name: WFP Office",
            "name: @WFP",
            14,
            ("13 |     users:", "14 |     - name: @WFP", "   |             ^"),
        ),
        (
            "    - name: WFP Office",
            "# their name\n\n    - name: \N{CJK UNIFIED IDEOGRAPH-65E5}e\N{COMBINING ACUTE ACCENT}: @",
            16,
            (
                "13 |     users:",
                "16 |     - name: \N{CJK UNIFIED IDEOGRAPH-65E5}e\N{COMBINING ACUTE ACCENT}: @",
                "   |                ^",
                "If the text contains a colon and a space, put it in quotation marks.",
            ),
        ),
    ],
)
def test_anything_else_is_quoted_with_the_line_before_and_a_caret(
    old: str, new: str, line: int, quote: tuple[str, ...]
) -> None:
    (problem,) = errors_in(changed(old, new))
    assert problem.line == line
    assert problem.what.startswith("this is not valid YAML: ")
    assert problem.quote == quote


def test_a_long_line_is_quoted_around_the_caret() -> None:
    (problem,) = errors_in(changed("name: WFP Office", f"name: {'x' * 5000} y: {'z' * 5000}"))
    _before, quoted, caret, _hint = problem.quote
    assert len(quoted) < 90
    assert quoted[caret.index("^")] == ":"


def test_check_and_every_other_command_show_the_quoted_lines(tmp_path: Path) -> None:
    file = tmp_path / "mali.yaml"
    source = changed("name: WFP Office", "name: WFP: field office")
    file.write_text(source, encoding="utf-8")
    for command in ("check", "status", "report", "edit --plain"):
        result = run(*command.split(), "mali.yaml", cwd=tmp_path)
        shown = (result.out + result.err).splitlines()
        assert result.code == (1 if command == "check" else 2)
        assert shown[0].endswith(
            "mali.yaml:14: this is not valid YAML: mapping values are not allowed in this context"
        )
        assert shown[1:4] == [
            "  13 |     users:",
            "  14 |     - name: WFP: field office",
            "     |                ^",
        ]
    assert file.read_text(encoding="utf-8") == source


@pytest.mark.parametrize(
    "line",
    [
        "",
        "WFP",
        "Camp-in-Charge",
        "12:30",
        "https://dtm.iom.int",
        "name: WFP",
        "- name:",
        "name :",
        "a 'b' c",
    ],
)
def test_a_line_without_a_mistake_is_none(line: str) -> None:
    assert find_mistake(line) == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (
            "- name: WFP Office\n      needs: [food]\n      verified: '2026-11-22'",
            "- name:WFP",
            14,
            "a space is",
        ),
        (
            "- name: WFP Office\n      needs: [food]\n      verified: '2026-11-22'",
            "- PAM",
            14,
            "write “- name: PAM”",
        ),
        (
            ":\n    - name: WFP Office\n      needs: [food]\n      verified: '2026-11-22'",
            ": PAM",
            13,
            "“users” must be a list, not text; write “- name: PAM” on the next line",
        ),
        (
            "- name: WFP Office",
            "  name: WFP Office",
            14,
            "“users” must be a list, not keys with values; begin each",
        ),
        ("needs: [food]", "needs: food, cash", 15, "must be a list, not text; write “needs: [food, cash]”"),
        ("pending: Ask", "pending\xa0: Ask", 19, "a non-breaking space after “pending”; delete it"),
        ("- id: un-agencies", "-id: un-agencies", 9, "a space is missing after the “-”"),
    ],
)
def test_a_mistake_that_is_valid_yaml_is_explained_too(old: str, new: str, line: int, words: str) -> None:
    problems = errors_in(changed(old, new))
    assert any(problem.line == line and words in problem.what for problem in problems), problems


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "the file is empty"),
        (b"\0" * 4096, "the file contains only zero bytes, as after a power cut"),
    ],
    ids=["no bytes", "blank lines", "zero bytes"],
)
def test_a_file_without_content_leads_to_its_backups(tmp_path: Path, content: bytes, words: str) -> None:
    run("new", "--plain", "a mali.yaml", cwd=tmp_path, given="Mali\n:quit\n")
    run("edit", "--plain", "a mali.yaml", "--at", "response", cwd=tmp_path, given="Mali 2027\n:quit\n")
    file = tmp_path / "a mali.yaml"
    file.write_bytes(content)
    for command in ("check", "status", "report", "new --plain", "edit --plain"):
        result = run(*command.split(), "a mali.yaml", cwd=tmp_path)
        assert (result.code, result.out) == (2, "")
        first, second, _third = result.err.splitlines()
        assert first == f"dtm-map: a mali.yaml: {words}"
        assert re.fullmatch(r"  List its backups with: dtm-map restore ['\"]a mali\.yaml['\"]", second)
        assert file.read_bytes() == content
    listed = run("restore", "a mali.yaml", cwd=tmp_path)
    assert listed.code == 0
    assert words in " ".join(listed.out.split())
    assert run("restore", "a mali.yaml", "--put", "1", cwd=tmp_path).code == 0
    assert "response: Mali\n" in file.read_text(encoding="utf-8")


def test_an_empty_catalogue_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"")
    result = run("catalogue", "--catalogue", "own.yaml", cwd=tmp_path)
    assert (result.code, result.err.splitlines()[0]) == (2, "dtm-map: own.yaml: the file is empty")
