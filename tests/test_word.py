"""The Word report and the blank worksheet: documents to edit on, in which any text shows as typed."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from hypothesis import example, given, settings

from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue, Section
from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Row
from programs import need
from strategies import mappings, texts

CATALOGUE = load(default_path())
ARABIC = "وزارة الصحة"
HEADER = ["Examples from other contexts", "Potential data user in your response"]


def row_of(item: str, *users: DataUser, na: str | None = None, pending: str | None = None) -> Row:
    label = CATALOGUE.example_by_id[item].name
    return Row(item, CATALOGUE.section_of_example[item], label, users, na, pending)


def mapping_of(*rows: Row, **others: tuple[DataUser, ...]) -> Mapping:
    mapping = Mapping(CATALOGUE.id, CATALOGUE.version, "2026-11-22", response="A response")
    return replace(mapping, rows={row.example: row for row in rows}, others=others)


def word_of(mapping: Mapping, catalogue: Catalogue = CATALOGUE, public: bool = False) -> DocumentType:
    content = reports.render(mapping, catalogue, "docx", personal=not public, public=public)
    return Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def blank() -> DocumentType:
    return Document(io.BytesIO(reports.worksheet(CATALOGUE, Path("w.docx"))))


NOTED = "Ask the ISCG\n\n- by Monday"
FULL = mapping_of(
    row_of("hct", DataUser("SEG", {"levels": ("strategic", "operational"), "needs": ("food", "Boats")})),
    row_of("iccg", DataUser("ISCG", {"area": "North\nSouth", "notes": "x" * 2000}), DataUser("ROCT")),
    row_of("cash-wg", pending=NOTED),
    row_of("imwg", na="None here"),
    row_of("gis-wg", na=""),
    row_of("wfp", DataUser("Gone NGO", {"engagement": "left"}), DataUser(f"{ARABIC} (WFP)")),
    Row("gone", "coordination", "No longer there", (DataUser("Somebody", {"contact": "a@b.example"}),)),
    coordination=(DataUser("UNRCO"), DataUser("NGO Forum", verified="2026-11-23")),
)


def said(cell: _Cell) -> list[str]:
    return [paragraph.text for paragraph in cell.paragraphs]


def rows_of(table: Table) -> dict[str, list[str]]:
    """What stands in the second cell of each row, a line a paragraph, by the text of the first."""
    found: dict[str, list[str]] = {}
    for row in table.rows:
        first, second = row.cells
        found.setdefault(first.text, []).extend(said(second))
    return found


def named(document: DocumentType) -> list[Table]:
    """The tables of two columns, one a section."""
    return [table for table in document.tables if [cell.text for cell in table.rows[0].cells] == HEADER]


def headed(document: DocumentType, first: str) -> list[Table]:
    return [table for table in document.tables if table.cell(0, 0).text == first]


def paragraphs(document: DocumentType, style: str) -> list[str]:
    return [found.text for found in document.paragraphs if style_of(found) == style]


def style_of(paragraph: Paragraph) -> str:
    assert paragraph.style is not None
    return str(paragraph.style.name)


def every_paragraph(document: DocumentType) -> Iterator[Paragraph]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def test_a_heading_a_section_in_the_catalogues_order_with_details_a_level_below() -> None:
    document = word_of(FULL)
    titles = [section.title for section in CATALOGUE.sections]
    assert paragraphs(document, "Title") == [CATALOGUE.title]
    assert paragraphs(document, "Subtitle") == ["A response"]
    assert paragraphs(document, "Heading 1") == [
        "Progress",
        *titles,
        "Information needs: which organisations",
        "Level of use: which organisations",
        "Still to do",
        "Left the response",
    ]
    headings = [found.text for found in document.paragraphs if style_of(found).startswith("Heading")]
    assert headings[1:3] == [titles[0], "Details"]
    # Only where details are known.
    assert headings.count("Details") == 2


def test_the_sections_alone_are_numbered() -> None:
    for document in (word_of(FULL), Document(io.BytesIO(reports.worksheet(CATALOGUE, Path("w.docx"))))):
        numbered = [found.text for found in document.paragraphs if found._p.pPr is not None
                    and found._p.pPr.numPr is not None]  # fmt: skip
        assert numbered == [section.title for section in CATALOGUE.sections]


def with_interests(example: str) -> str:
    """How an example stands in the first column."""
    interests = ", ".join(choice.label for choice in CATALOGUE.interests_of(example))
    return CATALOGUE.example_by_id[example].name + (f" ({interests})" if interests else "")


def test_the_two_columns_hold_one_name_a_paragraph_and_the_states_with_their_words() -> None:
    coordination, _clusters, agencies, *_rest = map(rows_of, named(word_of(FULL)))
    label = {item: with_interests(item) for item in CATALOGUE.example_by_id}
    assert coordination == {
        HEADER[0]: [HEADER[1]],
        label["inter-ministerial"]: ["open"],
        label["hct"]: ["SEG"],
        label["iccg"]: ["ISCG", "ROCT"],
        label["cash-wg"]: [f"pending: {NOTED}"],
        label["imwg"]: ["not applicable: None here"],
        label["needs-assessment-wg"]: ["open"],
        label["population-data-wg"]: ["open"],
        label["gis-wg"]: ["not applicable"],
        "No longer there (no longer in the catalogue)": ["Somebody"],
        "Other data user": ["UNRCO", "NGO Forum"],
    }
    _header, wfp, *_others = agencies.values()
    assert wfp == ["left: Gone NGO", f"{ARABIC} (WFP)"]


def test_interests_stand_in_brackets_behind_the_example_also_in_the_blank_worksheet(
    blank: DocumentType,
) -> None:
    for document in (word_of(FULL), blank):
        (first, *_rest) = [row.cells[0].paragraphs[0] for row in named(document)[2].rows][1:]
        assert [run.text for run in first.runs] == ["WFP", " (Food, Cash)"]
        assert first.runs[1].style.name == "Aside"


def test_all_that_is_known_of_the_mapping_stands_before_the_sections() -> None:
    mapping = replace(FULL, country="BGD", prepared_by="NPM")
    document = word_of(mapping, public=True)
    assert rows_of(document.tables[0]) == {
        "Country": ["Bangladesh"],
        "Prepared by": ["NPM"],
        "Last changed": ["2026-11-23"],
        "Progress": ["7 organisations; of 59 rows 4 mapped, 2 not applicable, 1 pending, 52 open"],
        "Left out of this report": ["Engagement; Contact; Notes; Reason or note"],
    }
    progress = [[cell.text for cell in row.cells] for row in headed(document, "Section")[0].rows]
    assert progress[0][1:] == ["Mapped", "Not applicable", "Pending", "Open", "Other data users"]
    assert progress[1] == [CATALOGUE.sections[0].title, "3", "2", "1", "3", "2"]
    assert progress[-1] == ["All sections", "4", "2", "1", "52", "2"]


def test_details_have_columns_and_what_goes_further_is_labelled() -> None:
    (coordination, agencies) = headed(word_of(FULL), "Data user")
    cells = [[said(cell) for cell in row.cells] for row in coordination.rows]
    hct, iccg = (CATALOGUE.example_by_id[item].name for item in ("hct", "iccg"))
    assert cells == [
        [["Data user"], ["Level of use"], ["Information needs"], ["Further details"]],
        [["SEG", hct], ["Strategic; Operational"], ["Food; Boats"], [""]],
        [["ISCG", iccg], [""], [""], ["Area: North\nSouth", "Notes: " + "x" * 2000]],
        [["Somebody", "No longer there"], [""], [""], ["Contact: a@b.example"]],
    ]
    assert [cell.text for cell in agencies.rows[0].cells] == ["Data user", "Engagement"]


def test_who_needs_what_and_what_is_still_to_do_follow() -> None:
    document = word_of(FULL)
    (needs,) = headed(document, "Information needs")
    assert [[cell.text for cell in row.cells] for row in needs.rows] == [
        ["Information needs", "Number", "Organisations"],
        ["Food", "1", "SEG"],
        ["Boats", "1", "SEG"],
    ]
    items = paragraphs(document, "List Bullet")
    assert items[0] == f"{CATALOGUE.example_by_id['cash-wg'].name}: {NOTED}"
    # A pending row, 52 open ones, and who left the response.
    assert len(items) == 54
    assert items[-1] == "Gone NGO"


def test_notes_stand_before_their_table_and_reminders_after_it(blank: DocumentType) -> None:
    for document in (word_of(mapping_of()), blank):
        body = document.element.body
        tables = [body.index(table._tbl) for table in named(document)]
        for section, place in zip(CATALOGUE.sections, tables, strict=True):
            before, after = Paragraph(body[place - 1], document), Paragraph(body[place + 1], document)
            assert before.text == (section.note or section.title)
            assert (after.text == f"Remember: {section.reminder}") == bool(section.reminder)


def test_header_rows_are_repeated_and_only_long_rows_break_across_pages(blank: DocumentType) -> None:
    document = word_of(FULL)
    breaking = []
    for table in [
        *named(document),
        *named(blank),
        *headed(document, "Data user"),
        *headed(document, "Section"),
    ]:
        header, *rows = [row._tr for row in table.rows]
        assert header.find(f".//{qn('w:tblHeader')}") is not None
        assert not any(row.find(f".//{qn('w:tblHeader')}") is not None for row in rows)
        breaking += [row for row in rows if row.find(f".//{qn('w:cantSplit')}") is None]
    assert breaking
    assert all("x" * 2000 in "".join(row.itertext()) for row in breaking)


def test_the_paper_is_a4_the_language_british_english_and_pages_are_numbered(blank: DocumentType) -> None:
    for document in (word_of(FULL), blank):
        (page,) = document.sections
        assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
        assert page.left_margin == page.right_margin == page.top_margin == page.bottom_margin
        assert abs((page.left_margin or 0) - Mm(20)) < Mm(1)
        language = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
        assert language.get(qn("w:val")) == "en-GB"
        assert document.core_properties.language == "en-GB"
        for footer in (page.first_page_footer, page.footer):
            words = footer._element.iter(qn("w:t"))
            assert "".join(word.text for word in words) == "Page 1 of 1"
            fields = footer._element.findall(f".//{qn('w:fldSimple')}")
            assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]
    assert word_of(FULL).sections[0].header.paragraphs[0].text == "A response"


def test_every_style_in_use_is_one_of_the_documents_own(blank: DocumentType) -> None:
    for document in (word_of(FULL), blank):
        known = {style.style_id: style.type for style in document.styles}
        for tag, kind in (
            ("pStyle", WD_STYLE_TYPE.PARAGRAPH),
            ("rStyle", WD_STYLE_TYPE.CHARACTER),
            ("tblStyle", WD_STYLE_TYPE.TABLE),
        ):
            used = {found.get(qn("w:val")) for found in document.element.iter(qn(f"w:{tag}"))}
            assert used
            assert {known.get(style) for style in used} == {kind}


def test_the_properties_are_the_mappings() -> None:
    about = word_of(replace(FULL, prepared_by="NPM")).core_properties
    assert (about.title, about.author) == (f"{CATALOGUE.title}: A response", "NPM")
    assert about.created == datetime(2026, 11, 22, tzinfo=timezone.utc)
    assert about.modified == datetime(2026, 11, 23, tzinfo=timezone.utc)


def test_without_a_date_the_properties_have_none(blank: DocumentType) -> None:
    for document in (blank, word_of(Mapping(CATALOGUE.id, CATALOGUE.version, created="0999-01-31"))):
        assert (document.core_properties.created, document.core_properties.modified) == (None, None)


def test_the_blank_worksheet_says_how_to_fill_it_and_has_room_for_others(blank: DocumentType) -> None:
    assert rows_of(blank.tables[0]) == {"Response": [""], "Country": [""], "Prepared by": [""]}
    told = " ".join(paragraphs(blank, "List Bullet"))
    assert all(word in told for word in ("one name a line", "n/a", "TBC", "dtm-map import"))
    for section, table in zip(CATALOGUE.sections, named(blank), strict=True):
        cells = [[cell.text for cell in row.cells] for row in table.rows][1:]
        assert len(cells) == len(section.examples) + 3
        assert all(
            name.startswith(known.name) for (name, _), known in zip(cells, section.examples, strict=False)
        )
        assert [name for name, _empty in cells[-3:]] == ["Other data user"] * 3
        assert not any(counterpart for _name, counterpart in cells)


class Read(NamedTuple):
    """A row as the contract at the top of the module says that it is read: the data users, or the state."""

    example: str
    users: tuple[str, ...]
    state: tuple[str, ...]


def unstyled(paragraph: Paragraph) -> str:
    return "".join(run.text for run in paragraph.runs if run.style.name != "Aside")


def read(document: DocumentType) -> list[list[Read]]:
    found = []
    for table in named(document):
        lines = []
        for row in table.rows[1:]:
            first, second = row.cells
            example = "" if first.text == "Other data user" else unstyled(first.paragraphs[0])
            users = [unstyled(one) for one in second.paragraphs if style_of(one) == "Data user"]
            states = [one.text for one in second.paragraphs if style_of(one) == "Row state"]
            lines.append(Read(example, tuple(users), tuple(states)))
        found.append(lines)
    return found


def shown(text: str) -> str:
    """XML has no place for two characters."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def recorded(mapping: Mapping, section: str) -> Iterator[Read]:
    for item in mapping.examples(CATALOGUE, section):
        row = mapping.row(CATALOGUE, item)
        words = row.not_applicable or row.pending or ""
        state = row.state(CATALOGUE).replace("_", " ") + (f": {words}" if words else "")
        states = () if state == "mapped" else (shown(state),)
        yield Read(shown(row.label), tuple(shown(user.name) for user in row.users), states)
    for user in mapping.users(section, OTHER):
        yield Read("", (shown(user.name),), ())


@settings(max_examples=25)
@given(mapping=mappings())
def test_names_and_states_of_any_mapping_are_read_as_typed(mapping: Mapping) -> None:
    rows = [list(recorded(mapping, section)) for section in mapping.section_ids(CATALOGUE)]
    assert read(word_of(mapping)) == rows


@settings(max_examples=25)
@given(name=texts(), words=texts(lines=True))
@example(name="a\uffffb", words="\ufffe")
@example(name="👩‍🚀🇧🇩 <b>&amp;</b> ]]> {page}", words="=1+1\n\n  x\n- y")
def test_any_text_shows_as_typed_in_every_place(name: str, words: str) -> None:
    user = DataUser(name, {"needs": (name,), "frequency": name, "area": words, "contact": words})
    section = Section("one", words, words, words, CATALOGUE.sections[0].examples)
    short = replace(CATALOGUE, title=words, purpose=words, sections=(section,))
    mapping = replace(mapping_of(row_of("hct", user)), response=name, prepared_by=name)
    document = word_of(mapping, short)
    name, words = shown(name), shown(words)
    assert paragraphs(document, "Title") == [words]
    assert paragraphs(document, "Subtitle") == [name]
    assert document.sections[0].header.paragraphs[0].text == name
    assert words in paragraphs(document, "Heading 1")
    assert paragraphs(document, "Note") == [words, words]
    assert paragraphs(document, "Reminder") == [f"Remember: {words}"]
    assert rows_of(document.tables[0])["Prepared by"] == [name]
    (details,) = headed(document, "Data user")
    first, *others = details.rows[1].cells
    assert said(first)[0] == name
    assert [line for cell in others for line in said(cell)] == [
        name,
        name,
        f"{CATALOGUE.field_by_id['area'].label}: {words}",
        f"{CATALOGUE.field_by_id['contact'].label}: {words}",
    ]
    (needs,) = headed(document, "Information needs")
    assert [cell.text for cell in needs.rows[1].cells] == [name, "1", name]


def direction(paragraph: Paragraph) -> tuple[bool, list[tuple[str, bool]]]:
    """Whether a paragraph goes from right to left, and each of its runs."""
    properties = paragraph._p.pPr
    bidi = properties is not None and properties.find(qn("w:bidi")) is not None
    return bidi, [
        (run.text, run._r.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None) for run in paragraph.runs
    ]


@pytest.mark.parametrize(
    ("name", "rightward", "runs"),
    [
        ("WFP (food)", False, [("WFP (food)", False)]),
        ("Médecins 4", False, [("Médecins 4", False)]),
        (ARABIC, True, [(ARABIC, True)]),
        (f"{ARABIC} (WFP) 4", True, [(f"{ARABIC} (", True), ("WFP", False), (") 4", True)]),
        (f"Ministry ({ARABIC})", False, [("Ministry (", False), (ARABIC, True), (")", False)]),
        ("שָׁלוֹם", True, [("שָׁלוֹם", True)]),
        ("👩‍🚀", False, [("👩‍🚀", False)]),
    ],
)
def test_text_from_right_to_left_is_marked_as_such(
    name: str, rightward: bool, runs: list[tuple[str, bool]]
) -> None:
    document = word_of(mapping_of(row_of("hct", DataUser(name))))
    (found,) = [one for one in every_paragraph(document) if style_of(one) == "Data user"]
    assert direction(found) == (rightward, runs)


def test_without_any_answer_there_is_a_report_too() -> None:
    document = word_of(replace(mapping_of(), response=""))
    assert paragraphs(document, "Subtitle") == ["response not named yet"]
    assert {tuple(line.state) for lines in read(document) for line in lines} == {("open",)}


def test_libreoffice_makes_pages_of_it_on_which_all_is_there(tmp_path: Path) -> None:
    office, to_text = need("soffice"), need("pdftotext")
    mapping = FULL.with_about("response", "Réponse <b>&amp;</b> | *x* {page}")
    (tmp_path / "r.docx").write_bytes(reports.render(mapping, CATALOGUE, "docx", personal=True))
    settings = f"-env:UserInstallation={(tmp_path / 'settings').as_uri()}"
    subprocess.run(
        [office, settings, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "r.docx"],
        check=True,
        capture_output=True,
    )
    done = subprocess.run([to_text, "-layout", tmp_path / "r.pdf", "-"], check=True, capture_output=True)
    pages = done.stdout.decode().split("\f")[:-1]
    text = "\n".join(pages)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    # Over each page but the first, whose title it is.
    assert all("Réponse <b>&amp;</b> | *x* {page}" in page for page in pages)
    for number, section in enumerate(CATALOGUE.sections, start=1):
        assert f"{number}. {section.title}" in " ".join(text.split())
    words = (
        "SEG",
        "not applicable: None here",
        "pending: Ask the ISCG",
        "left: Gone NGO",
        "a@b.example",
    )
    assert all(word in text for word in words)
    assert text.count("x") >= 2000
