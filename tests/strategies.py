"""Texts, data users, rows and whole mappings against the program's own catalogue, for Hypothesis."""

from dataclasses import replace
from functools import cache
from typing import get_args

from hypothesis import strategies as st

from dtm_mapper.catalogue import DEPTHS, Catalogue, Choice, Example, Field, FieldType, Section
from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.mapping import NAME_LIMIT, DataUser, Detail, Mapping, Row

CATALOGUE = load(default_path())

#: Texts that a reader of YAML takes for something else, or that end where they should not.
AWKWARD = (
    *("NO", "no", "Yes", "on", "y", "~", "null", "None", "true", "010", "0x1F", "1_000", "1e3", ".inf"),
    *("12:30:45", "2026-11-22", "2026-11-22T10:00:00Z", "=", "<<", "---", "...", "- a", "? a", "a: b", "a:"),
    *("# a", "a #b", "[a]", "{a: b}", "a, b", "&a", "*a", "!a", "!!str", "%a", "@a", "`a", "|", ">-", "''"),
    *('"', "\\", "\\n", "it's", "a  b", "\N{NEXT LINE}", "\N{LINE SEPARATOR}", "\N{BOM}", "\N{NBSP}", "\x7f"),
    *("é", "العربية", "مجموعة العمل", "日本", "\N{COMBINING ACUTE ACCENT}", "\N{WAVING BLACK FLAG}", "𐍈"),
    *("<b>", "a|b", "[wip]", ":na", "a;b", "1", "-", "+", "\N{RIGHT-TO-LEFT OVERRIDE}"),
)  # fmt: skip

#: Any characters but NUL, which Python 3.10 can neither write to a CSV file nor read from one.
but_nul = st.characters(exclude_categories=["Cs"], exclude_characters="\0")

# Strategies are made once: making one costs as much as drawing from it.
dates = st.sampled_from(["", "2026-11-22", "0999-01-31", "2024-02-29"])

_characters = st.characters(exclude_categories=("Cs", "Cc"))
_parts = st.sampled_from([part for part in AWKWARD if part != "\x7f"]) | st.text(_characters, max_size=6)


@cache
def texts(lines: bool = False, limit: int = NAME_LIMIT) -> st.SearchStrategy[str]:
    """Texts as they are recorded: not blank, no space around them; with line breaks where `lines`."""
    between = st.sampled_from(["", " ", "  ", "\n", "\n\n", "\n  "] if lines else ["", " "])
    joined = st.builds("{}{}{}".format, _parts, between, _parts)
    return (_parts | joined).map(lambda text: text.strip()[:limit].strip()).filter(bool)


@cache
def details(asked: Field) -> st.SearchStrategy[Detail]:
    """Answers to a field."""
    if asked.type == "text":
        return texts(lines=True)
    answers = st.sampled_from([choice.id for choice in asked.choices])
    if asked.or_other:
        # Other text that is a choice's label is that choice.
        answers |= texts(lines=True).filter(lambda text: not asked.choice_called(text))
    if asked.type == "select_one":
        return answers
    return st.lists(answers, min_size=1, max_size=4, unique=True).map(tuple)


@cache
def data_users(catalogue: Catalogue = CATALOGUE) -> st.SearchStrategy[DataUser]:
    """Data users with some of their details."""
    answers = st.one_of([st.tuples(st.just(asked.id), details(asked)) for asked in catalogue.fields])
    return st.builds(DataUser, texts(), st.lists(answers, max_size=4).map(dict), dates)


@cache
def rows(example: str, section: str, label: str, catalogue: Catalogue = CATALOGUE) -> st.SearchStrategy[Row]:
    """Rows of one example in every state but open."""
    said = st.just("") | texts(lines=True)
    users = st.lists(data_users(catalogue), min_size=1, max_size=3).map(tuple)
    row = st.builds(Row, st.just(example), st.just(section), st.just(label), verified=dates)
    return st.one_of(
        st.builds(lambda row, users: replace(row, users=users), row, users),
        st.builds(lambda row, words: replace(row, not_applicable=words), row, said),
        st.builds(lambda row, words: replace(row, pending=words), row, said),
    )


def _row(catalogue: Catalogue, example: str) -> st.SearchStrategy[Row]:
    known = catalogue.example_by_id[example]
    return rows(example, catalogue.section_of_example[example], known.name, catalogue)


def _by_example(rows: list[Row]) -> dict[str, Row]:
    return {row.example: row for row in rows}


@cache
def mappings(catalogue: Catalogue = CATALOGUE) -> st.SearchStrategy[Mapping]:
    """Whole mappings, some with rows and sections that the catalogue does not have."""
    sections = st.sampled_from([*catalogue.section_by_id, "gone-section"])
    known = st.sampled_from(sorted(catalogue.example_by_id)).flatmap(lambda example: _row(catalogue, example))
    gone = st.one_of(
        rows("gone", "coordination", "No longer there", catalogue),
        rows("unhrc", "un-agencies", "NO", catalogue),
        rows("wfp-2", "gone-section", "wfp-2", catalogue),
    )
    others = st.lists(data_users(catalogue), min_size=1, max_size=2).map(tuple)
    return st.builds(
        Mapping,
        catalogue=st.just(catalogue.id),
        catalogue_version=st.just(catalogue.version),
        created=dates,
        response=st.just("") | texts(),
        country=st.sampled_from(["", "BGD", "NOR"]),
        prepared_by=st.just("") | texts(),
        depth=st.sampled_from(DEPTHS),
        rows=st.lists(st.one_of(known, known, known, gone), max_size=9).map(_by_example),
        others=st.dictionaries(sections, others, max_size=2),
    )


@st.composite
def later_versions(draw: st.DrawFn, catalogue: Catalogue = CATALOGUE) -> Catalogue:
    """The catalogue as a later version may have it: fields, choices, examples and sections taken away,
    fields of another type, names changed, the order turned round."""

    def some(of: tuple[str, ...]) -> set[str]:
        return draw(st.sets(st.sampled_from(of), max_size=3))

    gone = some(tuple(asked.id for asked in catalogue.fields))
    fields = tuple(draw(_later_field(asked)) for asked in catalogue.fields if asked.id not in gone)
    needs = {choice.id for asked in fields if asked.interests for choice in asked.choices}
    gone = some(tuple(catalogue.section_by_id)) | some(tuple(catalogue.example_by_id))
    renamed = some(tuple(catalogue.example_by_id))

    def later_example(example: Example) -> Example:
        interests = tuple(interest for interest in example.interests if interest in needs)
        name = example.name + (" (renamed)" if example.id in renamed else "")
        return example._replace(name=name, interests=interests)

    def later_section(section: Section) -> Section:
        kept = [later_example(example) for example in section.examples if example.id not in gone]
        return section._replace(examples=tuple(kept))

    sections = [later_section(section) for section in catalogue.sections if section.id not in gone]
    if draw(st.booleans()):
        sections.reverse()
    return replace(catalogue, version="3", fields=fields, sections=tuple(sections))


@st.composite
def _later_field(draw: st.DrawFn, asked: Field) -> Field:
    kind = draw(st.sampled_from([asked.type, asked.type, *get_args(FieldType)]))
    if kind == "text":
        return replace(asked, type=kind, choices=(), or_other=False, interests=False)
    choices = asked.choices or (Choice("one-choice", "The only choice"),)
    return replace(
        asked,
        type=kind,
        choices=choices[draw(st.integers(0, len(choices) - 1)) :],
        or_other=asked.or_other and draw(st.booleans()),
        interests=asked.interests and kind == "select_multiple",
    )


_TOKENS = (
    *(b"\n", b"\r", b"  ", b"- ", b": ", b", ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!str ", b"'", b'"'),
    *(b"#", b"\t", b"\0", b"\x07", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe", b"|"),
    *(b">", b"? ", b"---\n", b"...\n", b"%YAML 1.1\n", b"~", b"<<: ", b"\\x", b"\xed\xa0\x80", b"id: ", b"a"),
)


def sources() -> st.SearchStrategy[bytes]:
    """Any bytes, and bytes that look more like YAML."""
    return st.binary() | st.lists(st.sampled_from(_TOKENS), max_size=30).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn, source: bytes) -> bytes:
    """A file with bytes taken out and put in, and lines taken out, doubled or moved to the side."""
    for at, length, token in draw(
        st.lists(
            st.tuples(st.integers(0, len(source)), st.integers(0, 30), st.sampled_from((b"", *_TOKENS))),
            max_size=3,
        )
    ):
        source = source[:at] + token + source[at + length :]
    lines = source.splitlines(keepends=True)
    if not lines:
        return source
    for at, other, change in draw(
        st.lists(st.tuples(st.integers(0), st.integers(0), st.integers(0, 3)), max_size=2)
    ):
        here, there = at % len(lines), other % len(lines)
        lines[here] = (b"", lines[here] + lines[there], b"  " + lines[here], lines[here][2:])[change]
    return b"".join(lines)
