"""What the reports promise: typed text shows as it was typed and does nothing else, and every count holds."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue, Choice, Example, Field, Section
from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row
from dtm_mapper.texts import text_problem
from strategies import mappings

CATALOGUE = load(default_path())
#: The first section alone, for what is tried with many texts.
SHORT = replace(CATALOGUE, sections=CATALOGUE.sections[:1])
NEEDS = {choice.label: choice.id for choice in CATALOGUE.field_by_id["needs"].choices}
LEVELS = {choice.label: choice.id for choice in CATALOGUE.field_by_id["levels"].choices}
EXAMPLES = [(section.id, one) for section in CATALOGUE.sections for one in section.examples]

PIECES = [
    *("|", "\\", "\\|", "`", "```", "*", "**", "_", "__", "~", "~~", "$x$", "#", "# ", " #", "> ", "- "),
    *("+ ", "1. ", "12) ", "===", "---", "| --- |", ":--", "[x]", "[ ] ", "![a](b)", "[a](http://b.example)"),
    *("<br>", "<b>", "</td>", "<!--", "-->", "<script>", "<http://b.example>", "&amp;", "&#124;", "&lt", "&"),
    *("https://b.example/", "www.b.example", "a_b@c.example", "{0}", "{name}", "%s", ":smile:", "@x", "!"),
    *("\u0085", "\u2028", "\u2029", "\u00a0", "\ufeff", "\u200b", "\u202b", "\u202e", "e\u0301"),
    *("שלום", "سلام", "😀", " ", "    ", "word", "Ünïcode", "7"),
]  # fmt: skip


def recordable(text: str, lines: bool) -> bool:
    return bool(text) and text_problem(text, 200, lines) is None


def typed(lines: bool = False) -> st.SearchStrategy[str]:
    """Texts that an interview records; `lines`: some with line breaks."""
    pieces = st.sampled_from([*PIECES, *(["\n", "\n\n", "\n- "] if lines else [])])
    letters = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
    texts = st.lists(pieces | letters, min_size=1, max_size=10).map("".join).map(str.strip)
    return texts.filter(lambda text: recordable(text, lines))


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Rendered(NamedTuple):
    """A report as a reader sees it. `structure` is all of it but its words."""

    headings: list[str]
    paragraphs: list[str]
    items: list[str]
    tables: list[list[list[str]]]
    structure: list[str]

    def table(self, *header: str) -> list[dict[str, str]]:
        """The rows, by column, of the tables whose first columns these are."""
        found = [table for table in self.tables if tuple(table[0][: len(header)]) == header]
        return [dict(zip(table[0], row, strict=True)) for table in found for row in table[1:]]


def rendered(markdown: str) -> Rendered:
    view = Rendered([], [], [], [], [])
    inside: list[str] = []
    for token in PARSER.parse(markdown):
        if token.type == "inline":
            words = said(token)
            if inside[-1] in ("th", "td"):
                view.tables[-1][-1].append(words)
            elif inside[-1].startswith("h"):
                view.headings.append(words)
            else:
                (view.items if "li" in inside else view.paragraphs).append(words)
            view.structure.extend(child.type for child in token.children or [] if not is_words(child))
            continue
        view.structure.append(f"{token.type} {token.tag}")
        if token.type == "table_open":
            view.tables.append([])
        elif token.type == "tr_open":
            view.tables[-1].append([])
        if token.nesting == 1:
            inside.append(token.tag)
        elif token.nesting == -1:
            inside.pop()
    return view


def said(inline: Token) -> str:
    """The words of an inline token; whatever is no text shows as its kind, which no text equals."""
    emphasis = ("em_open", "em_close")
    parts = []
    for child in inline.children or []:
        if child.type == "html_inline" and child.content == "<br>":
            parts.append("\n")
        elif is_words(child):
            parts.append(child.content)
        elif child.type not in emphasis:
            parts.append(f"\0{child.type}\0")
    return "".join(parts)


def is_words(child: Token) -> bool:
    line_break = child.type == "html_inline" and child.content == "<br>"
    return child.type in ("text", "text_special") or line_break


def tidy_lines(text: str) -> str:
    """A text as a reader sees it: no format shows blanks at the ends of lines."""
    return "\n".join(line.strip() for line in text.split("\n"))


def mapping_of(*rows: Row, **others: tuple[DataUser, ...]) -> Mapping:
    """A mapping with these rows, and other data users by section."""
    mapping = Mapping(CATALOGUE.id, CATALOGUE.version, "2026-11-22", response="A response")
    return replace(mapping, rows={row.example: row for row in rows}, others=others)


def row_of(item: str, *users: DataUser, na: str | None = None, pending: str | None = None) -> Row:
    """A row of the default catalogue."""
    label = CATALOGUE.example_by_id[item].name
    return Row(item, CATALOGUE.section_of_example[item], label, users, na, pending)


def markdown_of(mapping: Mapping, catalogue: Catalogue = CATALOGUE) -> str:
    return reports.render(mapping, catalogue, "md", personal=True).decode()


def mapping_with(name: str, words: str) -> Mapping:
    """A mapping with a text in every place that takes one; `words` where it may have line breaks."""
    details: dict[str, Detail] = {
        "levels": ("strategic",),
        "needs": ("food", name),
        "frequency": name,
        "area": words,
        "focal_point": name,
        "contact": words,
        "notes": words,
    }
    mapping = mapping_of(
        row_of("hct", DataUser(name, details)),
        row_of("iccg", na=words),
        row_of("imwg", pending=words),
        Row("gone", "coordination", name, pending=words),
        coordination=(DataUser(f"{name} II", {"area": words}),),
    )
    return replace(mapping, response=name, country=name, prepared_by=name)


def catalogue_with(words: str) -> Catalogue:
    """A catalogue with a text in every place that takes one."""
    need = Choice("need", f"Need {words}", hint=words)
    asked = Field("needs", words, words, "select_multiple", "standard", "public", (need,), interests=True)
    hidden = Field("secret", f"Secret {words}", words, "text", "full", "personal")
    section = Section("one", words, words, words, (Example("a", words, ("need",)), Example("b", words)))
    return Catalogue(CATALOGUE.id, CATALOGUE.version, words, words, (asked, hidden), (section,))


HARD = [
    *("a|b", "|", "\\", "\\|", "a\\", "a\\\\|b", "`a|b`", "**bold**", "_x_", "snake_case", "~~gone~~", "C #"),
    *("C ##", "# heading", "- item", "+ item", "* item", "1. item", "2) item", "> quote", "---", "==="),
    *("```", "    code", "<b>bold</b>", "<!-- a comment", "&amp; &copy; &#35;", "AT&T", "[a](http://b.example)"),
    *("![a](b.png)", "[ ] task", "[^1]", "<https://b.example>", "$x$", "a\u0085b", "a\u2028b"),
    *("‏עברית|سلام", "👩‍🚀|🇧🇩"),
    *("https://b.example/[a](http://c.example)", "www.b.example/![a](b.png)", "https://b.example/*a*"),
    *("https://b.example/`a`", "https://b.example/?a=1&amp;b=2", "https://b.example/\\*", "see http://b.example."),
]  # fmt: skip


@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_shows_as_typed_in_every_place(text: str) -> None:
    assert_shown_as_typed(text, f"{text}\n{text}\n\n- {text}")


@given(name=typed(), words=typed(lines=True))
@example(name="#", words="a\n#")
@example(name="x \\", words="|\n|")
def test_any_text_shows_as_typed_in_every_place(name: str, words: str) -> None:
    assert_shown_as_typed(name, words)


def assert_shown_as_typed(name: str, words: str) -> None:
    name, words = name.strip(), words.strip()
    page = rendered(markdown_of(mapping_with(name, words), SHORT))
    text = tidy_lines(words)

    assert page.headings[0] == f"{CATALOGUE.title}: {name}"
    assert {f"Country: {name}", f"Prepared by: {name}"} <= set(page.items)
    by_example = {row["Example"]: row for row in page.table("Example", "Data user")}
    assert by_example[CATALOGUE.example_by_id["hct"].name] == {
        "Example": CATALOGUE.example_by_id["hct"].name,
        "Data user": name,
        "Level of use": "Strategic",
        "Information needs": f"Food; {name}",
        "Frequency": name,
        "Area": text,
        "Focal point": name,
        "Contact": text,
        "Notes": text,
    }
    assert by_example[CATALOGUE.example_by_id["iccg"].name]["Data user"] == f"not applicable: {text}"
    assert by_example[CATALOGUE.example_by_id["imwg"].name]["Data user"] == f"pending: {text}"
    assert by_example[f"{name} (no longer in the catalogue)"]["Data user"] == f"pending: {text}"
    assert by_example["other data user"]["Data user"] == f"{name} II"
    assert {f"{CATALOGUE.example_by_id['imwg'].name}: {text}", f"{name}: {text}"} <= set(page.items)
    needs = {
        row["Information needs"]: row["Organisations"] for row in page.table("Information needs", "Number")
    }
    assert needs[name] == name


@given(name=typed(), words=typed(lines=True))
def test_no_link_image_html_heading_or_list_comes_of_typed_text(name: str, words: str) -> None:
    plain = rendered(markdown_of(mapping_with("plain", "plain"), SHORT))
    assert rendered(markdown_of(mapping_with(name, words), SHORT)).structure == plain.structure


@given(words=typed(lines=True))
@example(words="C #")
def test_a_catalogues_own_texts_show_as_written(words: str) -> None:
    catalogue = catalogue_with(words)
    user = DataUser("User", {"needs": ("need",), "secret": "x"})
    mapping = mapping_of(Row("a", "one", words, (user,)))
    page = rendered(markdown_of(mapping, catalogue))
    text = tidy_lines(words)

    assert page.headings[0] == f"{text}: A response"
    assert text in page.headings[1:]
    assert f"{text}: {text}" in page.items
    row, empty = page.table("Example", "Data user")
    assert row == {
        "Example": text,
        "Data user": "User",
        text: f"Need {text}",
        f"Secret {text}": "x",
    }
    assert empty["Example"] == text
    assert page.table(text, "Number") == [{text: f"Need {text}", "Organisations": "User", "Number": "1"}]
    plain = rendered(markdown_of(mapping, catalogue_with("plain")))
    assert page.structure == plain.structure
    left_out = rendered(reports.render(mapping, catalogue, "md").decode())
    assert any(f"Secret {text}" in said for said in left_out.paragraphs)


@pytest.mark.parametrize(
    "address",
    [
        "https://b.example/~user",
        "http://b.example/a_b_",
        "HTTPS://b.example/a*b",
        "www.b.example/$count",
        "https://b.example/?a=[1]",
        "<http://b.example>",
    ],
)
def test_a_bare_web_address_holds_no_escape_where_renderers_link_it(address: str) -> None:
    # GitHub takes such an address as it stands in the source: a backslash inside it would show.
    mapping = mapping_of(row_of("hct", DataUser("HCT", {"area": f"see {address} there"})))
    markdown = markdown_of(mapping)
    assert not re.search(r"(?:https?://|www\.)[^ \n<]*\\", markdown, re.IGNORECASE)
    assert f"see {address} there" in {row.get("Area") for row in rendered(markdown).table("Example")}


def counts(page: Rendered) -> list[int]:
    """The numbers that a report gives first: its organisations, its rows, and its rows in each state."""
    (line,) = (item for item in page.items if re.match(r"\d+ organisation", item))
    return [int(number) for number in re.findall(r"\d+", line)]


STATES = ("mapped", "not applicable", "pending", "open")


@given(states=st.lists(st.sampled_from(STATES), min_size=len(EXAMPLES), max_size=len(EXAMPLES)))
def test_progress_counts_every_row_of_every_section(states: list[str]) -> None:
    rows = []
    expected = {section.title: dict.fromkeys(STATES, 0) for section in CATALOGUE.sections}
    for (section, item), state in zip(EXAMPLES, states, strict=True):
        expected[CATALOGUE.section_by_id[section].title][state] += 1
        if state == "mapped":
            rows.append(row_of(item.id, DataUser("One"), DataUser("Two")))
        elif state == "not applicable":
            rows.append(row_of(item.id, na=""))
        elif state == "pending":
            rows.append(row_of(item.id, pending=""))
    page = rendered(markdown_of(mapping_of(*rows, ngos=(DataUser("Three"),))))

    table = {row["Section"]: row for row in page.table("Section", "Mapped")}
    for title, numbers in expected.items():
        others = "1" if title == CATALOGUE.section_by_id["ngos"].title else "0"
        assert table[title] == {
            "Section": title,
            **{state.capitalize(): str(number) for state, number in numbers.items()},
            "Other data users": others,
        }
    for state in STATES:
        assert table["All sections"][state.capitalize()] == str(states.count(state))
    assert counts(page)[1:] == [len(states), *(states.count(state) for state in STATES)]


def test_open_pending_and_not_applicable_rows_are_three_different_things() -> None:
    mapping = mapping_of(
        row_of("wfp", na=""),
        row_of("unhcr", na="Not in this country"),
        row_of("ocha", pending=""),
        row_of("unicef", pending="Ask the ISCG"),
    )
    page = rendered(markdown_of(mapping))
    said = {row["Example"]: row["Data user"] for row in page.table("Example", "Data user")}
    assert said["WFP"] == "not applicable"
    assert said["UNHCR"] == "not applicable: Not in this country"
    assert said["OCHA"] == "pending"
    assert said["UNICEF"] == "pending: Ask the ISCG"
    assert said["UNMAS"] == "open"
    assert {"OCHA", "UNICEF: Ask the ISCG", "UNMAS"} <= set(page.items)
    assert not {"WFP", "UNHCR"} & set(page.items)


@given(mapping=mappings())
def test_every_row_and_every_data_user_of_any_mapping_stands_in_a_table_once(mapping: Mapping) -> None:
    recorded = [user for _section, _item, _number, user in mapping.every_user(CATALOGUE)]
    names = Counter("left: " * user.inactive(CATALOGUE) + user.name for user in recorded)
    page = rendered(reports.render(mapping, CATALOGUE, "md", personal=True).decode())
    lines = page.table("Example", "Data user")
    users = Counter(line["Data user"] for line in lines)
    assert names <= users
    assert users.total() == names.total() + sum(
        mapping.row(CATALOGUE, example).state(CATALOGUE) != "mapped"
        for section in mapping.section_ids(CATALOGUE)
        for example in mapping.examples(CATALOGUE, section)
    )


def test_a_mapping_without_an_answer_has_a_report_too() -> None:
    page = rendered(markdown_of(replace(mapping_of(), response="")))
    assert len(page.table("Example", "Data user")) == len(EXAMPLES)
    assert {row["Data user"] for row in page.table("Example", "Data user")} == {"open"}


def test_several_data_users_of_a_row_stand_in_a_line_each_and_the_example_once() -> None:
    users = (DataUser("One", {"area": "North"}), DataUser("Two", {"area": "South"}))
    page = rendered(markdown_of(mapping_of(row_of("wfp", *users))))
    rows = page.table("Example", "Data user")
    at = [row["Example"] for row in rows].index("WFP")
    assert [(row["Example"], row["Data user"], row["Area"]) for row in rows[at : at + 2]] == [
        ("WFP", "One", "North"),
        ("", "Two", "South"),
    ]


def test_two_data_users_of_one_name_in_a_row_are_both_there() -> None:
    users = (DataUser("ISCG", {"area": "North"}), DataUser("ISCG", {"area": "South"}))
    page = rendered(markdown_of(mapping_of(coordination=users)))
    areas = [row["Area"] for row in page.table("Example", "Data user") if row["Data user"] == "ISCG"]
    assert areas == ["North", "South"]


def organisations(page: Rendered) -> int:
    """How many organisations a report says are mapped."""
    return counts(page)[0]


ORGANISATIONS = ["ISCG", "WFP Bangladesh", "Société Élan", "Ärzte", "منظمة"]
SPELLINGS: list[Callable[[str], str]] = [str, str.upper, str.lower, lambda name: name.replace(" ", "  ")]


class Drawn(NamedTuple):
    """One data user of a random mapping, and the organisation that it is."""

    user: DataUser
    organisation: str
    active: bool


@st.composite
def data_users(draw: st.DrawFn) -> Drawn:
    organisation = draw(st.sampled_from(ORGANISATIONS))
    active = draw(st.sampled_from([True, True, False]))
    details: dict[str, Detail] = {} if active else {"engagement": "left"}
    if needs := draw(st.lists(st.sampled_from([*list(NEEDS.values())[:4], "Latrines"]), unique=True)):
        details["needs"] = tuple(needs)
    if levels := draw(st.lists(st.sampled_from(list(LEVELS.values())), unique=True)):
        details["levels"] = tuple(levels)
    name = draw(st.sampled_from(SPELLINGS))(organisation)
    return Drawn(DataUser(name, details), organisation, active)


@given(drawn=st.lists(st.tuples(st.sampled_from(["wfp", "hct", "ngos", "iom"]), data_users()), max_size=12))
def test_every_answer_names_each_of_its_organisations_once(drawn: list[tuple[str, Drawn]]) -> None:
    placed: dict[str, tuple[DataUser, ...]] = {}
    for place, one in drawn:
        placed[place] = (*placed.get(place, ()), one.user)
    rows = [row_of(place, *placed[place]) for place in ("wfp", "hct") if place in placed]
    others = {place: placed[place] for place in ("ngos", "iom") if place in placed}
    page = rendered(markdown_of(mapping_of(*rows, **others)))

    active = [one for _place, one in drawn if one.active]
    for field, label, ids in (
        ("needs", "Information needs", NEEDS),
        ("levels", "Level of use", LEVELS),
    ):
        pairs = [
            (ids.get(row[label], row[label]), name.casefold().replace("  ", " "))
            for row in page.table(label, "Number")
            for name in row["Organisations"].split("; ")
        ]
        assert len(pairs) == len(set(pairs))
        assert set(pairs) == {
            (value, one.organisation.casefold()) for one in active for value in one.user.values(field)
        }
        for row in page.table(label, "Number"):
            assert int(row["Number"]) == len(row["Organisations"].split("; "))
    assert organisations(page) == len({one.organisation for one in active})


def test_the_needs_that_most_organisations_have_stand_first() -> None:
    one = DataUser("One", {"needs": ("food", "cash")})
    two = DataUser("Two", {"needs": ("cash",)})
    page = rendered(markdown_of(mapping_of(row_of("wfp", one, two))))
    assert [row["Information needs"] for row in page.table("Information needs", "Number")] == ["Cash", "Food"]


def test_who_left_the_response_is_listed_apart_and_not_counted() -> None:
    gone = DataUser("Gone NGO", {"needs": ("food",), "engagement": "left"})
    here = DataUser("Here NGO", {"needs": ("food",), "engagement": "contacted"})
    page = rendered(markdown_of(mapping_of(row_of("wfp", gone, here))))
    assert "Gone NGO" in page.items
    assert "Here NGO" not in page.items
    assert page.table("Information needs", "Number") == [
        {"Information needs": "Food", "Organisations": "Here NGO", "Number": "1"}
    ]
    assert organisations(page) == 1
    users = {row["Data user"] for row in page.table("Example", "Data user")}
    assert {"left: Gone NGO", "Here NGO"} <= users


def test_an_organisation_that_is_still_counted_is_not_listed_as_gone() -> None:
    left = row_of("wfp", DataUser("WFP", {"engagement": "left"}))
    page = rendered(markdown_of(mapping_of(left, row_of("food-security-cluster", DataUser("WFP")))))
    assert organisations(page) == 1
    assert "Left the response" not in page.headings


SECRETS = {
    "area": "public",
    "frequency": "internal",
    "notes": "internal",
    "focal_point": "personal",
    "contact": "personal",
}


def text_in(report: bytes) -> str:
    """All words of a report, also of one that is an archive of XML files."""
    if not report.startswith(b"PK"):
        return report.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(report)) as parts:
        texts = [parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml")]
    return "\n".join(re.sub("<[^>]*>", " ", text) for text in texts)


@pytest.mark.parametrize("format_name", reports.FORMATS)
@pytest.mark.parametrize(
    ("personal", "public", "hidden"),
    [
        (False, False, {"personal"}),
        (True, False, set[str]()),
        (False, True, {"personal", "internal"}),
    ],
)
def test_what_is_personal_or_internal_is_left_out_and_the_report_says_so(
    format_name: str, personal: bool, public: bool, hidden: set[str]
) -> None:
    details: dict[str, Detail] = {field: f"answer-of-{field}" for field in SECRETS}
    mapping = mapping_of(row_of("wfp", DataUser("WFP", details)), ngos=(DataUser("B", details),))
    report = text_in(reports.render(mapping, CATALOGUE, format_name, personal, public))
    for field, visibility in SECRETS.items():
        assert (f"answer-of-{field}" in report) == (visibility not in hidden)
        # It is named in both cases: over the column or as a key, or among what is left out.
        assert CATALOGUE.field_by_id[field].label in report or f" {field}: " in report


def test_nothing_is_said_of_fields_without_answers() -> None:
    page = rendered(markdown_of(mapping_of(row_of("wfp", DataUser("WFP")))))
    assert not any("Left out" in words for words in page.paragraphs)
    assert all(set(row) <= {"Example", "Data user", "Level of use", "Information needs"}
               for row in page.table("Example", "Data user"))  # fmt: skip


def test_an_internal_field_is_not_turned_round_in_a_public_report() -> None:
    fields = tuple(
        replace(field, visibility="internal") if field.id == "needs" else field for field in CATALOGUE.fields
    )
    catalogue = replace(CATALOGUE, fields=fields)
    mapping = mapping_of(row_of("wfp", DataUser("WFP", {"needs": ("Latrines",)})))
    assert b"Latrines" in reports.render(mapping, catalogue, "md")
    assert b"Latrines" not in reports.render(mapping, catalogue, "md", public=True)


@pytest.mark.parametrize("format_name", reports.FORMATS)
def test_a_public_report_does_not_say_who_left_the_response(format_name: str) -> None:
    left = DataUser("Gone NGO", {"engagement": "left"})
    mapping = mapping_of(row_of("hct", left), row_of("wfp", DataUser("PAM"), left), ngos=(left,))
    assert holds("Gone NGO", reports.render(mapping, CATALOGUE, format_name))
    public = reports.render(mapping, CATALOGUE, format_name, public=True)
    assert not holds("Gone NGO", public)
    assert holds("PAM", public)


def holds(words: str, report: bytes) -> bool:
    """Whether words stand anywhere in a report, also in one of parts that are packed."""
    if not report.startswith(b"PK"):
        return words.encode() in report
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        return any(words.encode() in archive.read(part) for part in archive.namelist())


@pytest.mark.parametrize("format_name", reports.FORMATS)
def test_the_same_mapping_gives_the_same_report(format_name: str) -> None:
    def report() -> bytes:
        return reports.render(mapping_with("A; B", "some\nwords"), load(default_path()), format_name)

    content = report()
    assert content == report()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def never(path: Path) -> bool:
    raise AssertionError(f"asked about {path}")


def report_of(response: str = "A response", format_name: str = "md") -> bytes:
    return reports.render(replace(mapping_of(), response=response), CATALOGUE, format_name)


def test_a_report_as_we_wrote_it_is_replaced_without_a_question(tmp_path: Path) -> None:
    out = tmp_path / "r.md"
    assert reports.write(report_of("Old"), out, "md", never) == out
    assert reports.write(report_of("New"), out, "md", never) == out
    assert rendered(out.read_text(encoding="utf-8")).headings[0].endswith(": New")
    assert list(tmp_path.iterdir()) == [out]


def test_the_mark_in_a_written_report_does_not_show(tmp_path: Path) -> None:
    out = tmp_path / "r.md"
    reports.write(report_of(), out, "md", never)
    with_mark, without = (rendered(text.decode()) for text in (out.read_bytes(), report_of()))
    assert with_mark._replace(structure=[]) == without._replace(structure=[])


@pytest.mark.parametrize("format_name", [name for name, known in reports.FORMATS.items() if known.mark])
def test_a_report_with_a_mark_is_replaced_unasked_until_somebody_edits_it(
    tmp_path: Path, format_name: str
) -> None:
    out = tmp_path / "report"
    assert reports.write(report_of("Old", format_name), out, format_name, never) == out
    assert reports.write(report_of("New", format_name), out, format_name, never) == out
    written = out.read_bytes()
    middle = len(written) // 2
    out.write_bytes(written[:middle] + bytes([written[middle] ^ 1]) + written[middle + 1 :])
    assert reports.write(report_of("Newer", format_name), out, format_name, lambda path: False) is None


@pytest.mark.parametrize("format_name", [name for name, known in reports.FORMATS.items() if not known.mark])
def test_a_report_without_a_mark_is_written_over_only_where_nothing_changes_or_with_a_yes(
    tmp_path: Path, format_name: str
) -> None:
    out = tmp_path / "report"
    assert reports.write(report_of("Old", format_name), out, format_name, never) == out
    assert reports.write(report_of("Old", format_name), out, format_name, never) == out
    assert reports.write(report_of("New", format_name), out, format_name, lambda path: False) is None
    assert reports.write(report_of("New", format_name), out, format_name, lambda path: True) == out


@given(text=typed(lines=True), more=typed(lines=True))
def test_line_ends_changed_by_an_editor_are_no_edit_and_any_word_is(
    tmp_path_factory: pytest.TempPathFactory, text: str, more: str
) -> None:
    out = tmp_path_factory.mktemp("report") / "r.md"
    report = markdown_of(mapping_with("Name", text), SHORT).encode()
    reports.write(report, out, "md", never)
    written = out.read_bytes()
    out.write_bytes(written.replace(b"\n", b"\r\n"))
    assert reports.write(report, out, "md", never) == out
    assert out.read_bytes() == written

    edited = more.encode() + written
    out.write_bytes(edited)
    assert reports.write(report, out, "md", lambda path: False) is None
    assert out.read_bytes() == edited


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"# Notes of my own\n", id="somebody's file"),
        pytest.param(b"", id="an empty file"),
        pytest.param(b"\xff\xfe\x00\x80", id="no text"),
        pytest.param(b"x\n<!-- dtm-map " + b"0" * 64 + b" -->\n", id="another report's mark"),
    ],
)
def test_a_file_that_is_not_ours_is_replaced_only_with_a_yes(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "r.md"
    out.write_bytes(content)
    asked = []

    def no(path: Path) -> bool:
        asked.append(path)
        return False

    assert reports.write(report_of(), out, "md", no) is None
    assert asked == [out]
    assert out.read_bytes() == content
    assert reports.write(report_of(), out, "md", lambda path: True) == out
    assert reports.write(report_of(), out, "md", never) == out
