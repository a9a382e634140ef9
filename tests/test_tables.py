"""What the CSV and the Excel report promise: one line a data user, and every text comes back as typed."""

import csv
import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import hxl as libhxl  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dtm_mapper.catalogue import Catalogue, Choice, Field
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row, progress
from dtm_mapper.reports import csvfile, excel, flat, workbook
from dtm_mapper.reports.view import View, view
from dtm_mapper.store.store import Store
from programs import need
from strategies import CATALOGUE, but_nul, mappings

EXAMPLE = Path(__file__).parent.parent / "examples" / "coxs-bazar.yaml"

#: One line by the ids of its columns.
Cells = dict[str, str]

#: Signs that make a formula of a cell in one spreadsheet or another.
SIGNS = tuple("=+-@＝＋－＠\t\r")
FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(1)", "＝1+1", "－1", "=HYPERLINK(\"http://b.example\")", "=cmd|'/c calc'!A0"),
    *("'=1", "''=1", "' =1", "a;=1+1", "a; -1", "a;'=1", "a\n=1+1", "a\n'=1", "-", "'", "#N/A", "#REF!"),
    *("1-2", "010", "1E5", "12:30", "2026-11-22", "TRUE", "+880 1700"),
]  # fmt: skip
HARD = [
    *("#N/A", "#REF!", "#N/A WFP", "_x0023_N/A"),
    *FORMULAS,
    *("_x0041_", "_x000D_", "_x005F_x000D_", "_xFFFE_", "a\ufffeb", "\uffff", "<b>&amp;", "]]>", "{0}", "%s"),
    *("a;b", "a\\;b", "a\\", "\\", "\\\\", ";", '"', '""', '"Food"', "Food", "food", " ", "a\u2028b"),
    *("a,b", 'a"b', "سلام", "👩‍🚀", "\ufeff=1", "#adm1", "a\n\nb", "a\n- b", "a\u0085b"),
]  # fmt: skip

#: Any text, with what a format may stumble over more often than chance has it.
any_text = st.lists(st.sampled_from(HARD) | st.text(but_nul, max_size=5), max_size=4).map("".join)
_NOT_RECORDED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
#: Texts as they are recorded: line breaks are the only control characters, and no blanks stand around.
recorded = any_text.map(lambda text: _NOT_RECORDED.sub("", text).strip()).filter(bool)


def of_csv(report: bytes, fields: Sequence[Field]) -> list[Cells]:
    """The lines of a CSV report, by the labels over them."""
    header, *rows = csv.reader(io.StringIO(report.decode("utf-8-sig"), newline=""))
    ids = {column.label: column.id for column in (*flat.columns(fields), *flat.ABOUT)}
    keys = [ids[csvfile.unescape(label)] for label in header]
    assert len(set(keys)) == len(keys)
    return [dict(zip(keys, map(csvfile.unescape, row), strict=True)) for row in rows]


def opened(report: bytes) -> Workbook:
    return load_workbook(io.BytesIO(report))


def sheet_of(book: Workbook, title: str) -> Worksheet:
    sheet = book[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def view_of(*users: DataUser, catalogue: Catalogue = CATALOGUE) -> View:
    """A view of the first example's row with these data users, personal fields included."""
    example = CATALOGUE.sections[0].examples[0]
    row = Row(example.id, CATALOGUE.sections[0].id, example.name, users)
    mapping = Mapping(catalogue.id, catalogue.version, "2026-11-22", rows={row.example: row})
    return view(mapping, catalogue, personal=True)


def named(book: Workbook, id: str, part: int = 1) -> tuple[Worksheet, int, int] | None:
    """The sheet, the row and the column, from 1, of what has a name."""
    found = book.defined_names.get(workbook.name_of(id, part))
    if found is None:
        return None
    ((title, cell),) = found.destinations
    place = sheet_of(book, title)[cell.replace("$", "")]
    return sheet_of(book, title), place.row, place.column


def text_of(value: object) -> str:
    assert value is None or isinstance(value, str), value
    return workbook.unescape(value or "")


def of_excel(report: bytes, fields: Sequence[Field], hxl: bool = False) -> list[Cells]:
    """The lines of an Excel report, by the names of its columns, with what it says of itself."""
    book = opened(report)
    about = {column.id: text_named(book, column.id) for column in flat.ABOUT}
    lines: list[Cells] = []
    for column in flat.columns(fields):
        parts = [found for part in range(1, 30) if (found := named(book, column.id, part))]
        sheet, header, _at = parts[0]
        first = header + (2 if hxl else 1)
        lines = lines or [dict(about) for _row in range(first, sheet.max_row + 1)]
        for number, line in enumerate(lines, start=first):
            line[column.id] = "".join(text_of(sheet.cell(number, at).value) for _sheet, _row, at in parts)
    return lines


def text_named(book: Workbook, id: str) -> str:
    found = named(book, id)
    assert found
    sheet, row, column = found
    return text_of(sheet.cell(row, column).value)


def expected(shown: View) -> list[Cells]:
    """The lines as the view has them, with answers as they are recorded."""
    mapping = shown.mapping
    about = {
        **{id: getattr(mapping, id) for id in ("response", "prepared_by", "depth", "created")},
        "updated": mapping.last_change,
        "country": shown.country,
        "country_code": mapping.country,
        "catalogue_id": mapping.catalogue,
        "catalogue_version": mapping.catalogue_version,
        "left_out": "; ".join(shown.left_out),
    }
    return [
        {
            **about,
            "section": section.title,
            "section_id": section.id,
            "example": line.example or "other data user",
            "example_id": line.example_id,
            "state": line.state.replace("_", " "),
            "user": line.user,
            "words": line.words,
            **{f"field.{asked.id}": repr(line.values.get(asked.id, ())) for asked in shown.shown},
            "verified": line.verified,
        }
        for section in shown.sections
        for line in section.lines
    ]


def understood(lines: list[Cells], fields: Sequence[Field]) -> list[Cells]:
    """Lines with their names and answers read."""
    answers = {column.id: column.answers for column in flat.columns(fields) if column.answers}
    for line in lines:
        (line["user"],) = flat.split(line["user"]) or ("",)
        line.update({id: repr(reader.values(line[id])) for id, reader in answers.items()})
    return lines


@settings(max_examples=30)
@given(mapping=mappings(), hxl=st.booleans())
def test_every_line_of_any_mapping_comes_back_from_both_formats(mapping: Mapping, hxl: bool) -> None:
    shown = view(mapping, CATALOGUE, personal=True)
    lines = expected(shown)
    from_csv = of_csv(csvfile.render(shown, hxl), shown.shown)
    if hxl:
        assert all(cell.startswith("#") for cell in from_csv.pop(0).values())
    assert understood(from_csv, shown.shown) == lines
    assert understood(of_excel(excel.render(shown, hxl), shown.shown, hxl), shown.shown) == lines


def mapping_with(text: str) -> Mapping:
    """A mapping with a text in every place that takes one."""
    details: dict[str, Detail] = {
        asked.id: text if asked.type == "text" else (text,) if asked.type == "select_multiple" else text
        for asked in CATALOGUE.fields
        if asked.or_other or asked.type == "text"
    }
    rows = [
        Row("hct", "coordination", CATALOGUE.example_by_id["hct"].name, (DataUser(text, details),)),
        Row("iccg", "coordination", CATALOGUE.example_by_id["iccg"].name, not_applicable=text),
        Row("gone", "gone-section", text, pending=text),
    ]
    mapping = Mapping(CATALOGUE.id, CATALOGUE.version, "2026-11-22", text, prepared_by=text)
    return replace(mapping, rows={row.example: row for row in rows})


#: The first section alone, for what is tried with many texts.
SHORT = replace(CATALOGUE, sections=CATALOGUE.sections[:1])


def assert_comes_back(text: str) -> None:
    shown = view(mapping_with(text), SHORT, personal=True)
    assert understood(of_csv(csvfile.render(shown, False), shown.shown), shown.shown) == expected(shown)
    assert understood(of_excel(excel.render(shown, False), shown.shown), shown.shown) == expected(shown)


@pytest.mark.parametrize("text", sorted({text for text in HARD if text.strip()}))
def test_a_hard_text_comes_back_from_every_cell(text: str) -> None:
    assert_comes_back(text)


@settings(max_examples=30)
@given(text=recorded)
def test_any_recorded_text_comes_back_from_every_cell(text: str) -> None:
    assert_comes_back(text)


class TestCells:
    """Several answers in one cell."""

    @given(texts=st.lists(any_text.map(str.strip).filter(bool)))
    @example(texts=["a\\", ";b"])
    def test_joined_texts_come_apart_as_they_were(self, texts: list[str]) -> None:
        assert flat.split(flat.joined(texts)) == tuple(texts)

    def test_what_somebody_types_needs_no_escapes(self) -> None:
        assert flat.split("OCHA;UNHCR ;; C:\\data ; a\\b") == ("OCHA", "UNHCR", "C:\\data", "a\\b")

    labels = st.sampled_from(["Food", "food", "a", "b", "c", "Food [a]", "b [c]", '"b"', 'b"', "a;b", "x\\"])

    @given(labels=st.lists(labels, min_size=1, max_size=4), data=st.data(), texts=st.lists(labels | recorded))
    def test_answers_come_back_whatever_the_choices_are_called(
        self, labels: list[str], texts: list[str], data: st.DataObject
    ) -> None:
        choices = tuple(map(Choice, "abcd", labels))
        asked = Field("f", "F", "F", "select_multiple", "standard", "public", choices, or_other=True)
        ids = [choice.id for choice in choices]
        chosen = data.draw(st.lists(st.sampled_from(ids)))
        values = tuple(dict.fromkeys([*chosen, *(text.strip() for text in texts)]))
        answers = flat.Answers(asked)
        assert answers.values(answers.cell(values)) == values
        assert [answers.values(cell) for cell in answers.choices] == [(id,) for id in ids]

    def test_a_choice_may_be_typed_in_any_way_that_names_one_alone(self) -> None:
        asked = CATALOGUE.field_by_id["needs"]
        typed = 'place-of-origin; FOOD ;  children  on the move; Latrines; "Cash"'
        values = ("place-of-origin", "food", "children-on-the-move", "Latrines", "Cash")
        assert flat.Answers(asked).values(typed) == values

    @given(
        labels=st.lists(
            st.sampled_from(["A", "a", "State", "Verified", "A [x]", "A [field]", "Response", "="])
        )
    )
    def test_no_two_columns_have_one_label(self, labels: list[str]) -> None:
        fields = [Field(f"f{at}", label, "", "text", "full", "public") for at, label in enumerate(labels)]
        heads = [column.label.casefold() for column in (*flat.columns(fields), *flat.ABOUT)]
        assert len(set(heads)) == len(heads)


class TestCsv:
    @given(text=any_text)
    def test_the_escape_is_undone_exactly(self, text: str) -> None:
        assert csvfile.unescape(csvfile.escape(text)) == text

    def test_only_what_may_become_a_formula_is_changed(self) -> None:
        for text in ("'a", "it's", "a - b", "UN-Habitat", "a;b", "a\n\nb", "#N/A", "é"):
            assert csvfile.escape(text) == text
        assert csvfile.escape("=1+1") == "'=1+1"

    @given(text=any_text)
    def test_no_cell_begins_like_a_formula_whatever_parts_them(self, text: str) -> None:
        """A spreadsheet of another country takes semicolons, or tabs, for the ends of cells."""
        shown = view(mapping_with(text), SHORT, personal=True)
        report = csvfile.render(shown, False).decode("utf-8-sig", "surrogatepass")
        for delimiter in ",;\t":
            for row in csv.reader(io.StringIO(report, newline=""), delimiter=delimiter):
                assert not [cell for cell in row if cell.lstrip().startswith(SIGNS)]

    def test_excel_on_windows_finds_the_encoding_and_the_lines(self) -> None:
        report = csvfile.render(view(mapping_with("é\nè"), SHORT), False)
        assert report.startswith(b"\xef\xbb\xbfSection,")
        assert report.endswith(b"\r\n")
        assert "é\nè".encode() in report
        assert b"\n" not in report.replace("é\nè".encode(), b"").replace(b"\r\n", b"")

    # `list` asks libhxl for an iterator once. A comprehension in Python 3.13.5 asks that iterator for its own
    # iterator too, and libhxl's has none.

    def test_a_library_for_hxl_reads_it(self, tmp_path: Path) -> None:
        shown = view(mapping_with('Ünïcode, "quoted"'), CATALOGUE, personal=True)
        file = tmp_path / "report.csv"
        file.write_bytes(csvfile.render(shown, True))
        with libhxl.data(str(file), libhxl.InputOptions(allow_local=True, encoding="utf-8")) as source:
            tags = [column.display_tag for column in source.columns]
            rows = [row.values for row in list(source)]
        assert tags == [column.tag for column in (*flat.columns(shown.shown), *flat.ABOUT)]
        assert len(tags) == len(set(tags))
        lines = of_csv(csvfile.render(shown, False), shown.shown)
        assert rows == [[csvfile.escape(cell) for cell in line.values()] for line in lines]

    def test_tools_for_hxl_find_the_data_user_by_the_standards_tag(self, tmp_path: Path) -> None:
        file = tmp_path / "report.csv"
        file.write_bytes(csvfile.render(view(mapping_with("A name"), CATALOGUE), True))
        with libhxl.data(str(file), libhxl.InputOptions(allow_local=True, encoding="utf-8")) as source:
            names = {row.get("#org") for row in list(source)}
        assert names == {"A name", None}


def listed(book: Workbook, sheet: Worksheet) -> dict[int, tuple[list[str], bool]]:
    """The texts to choose from in each column that has some, and whether nothing else may be typed."""
    found = {}
    for one in sheet.data_validations.dataValidation:
        assert one.type == "list"
        title, _mark, cells = str(one.formula1).rpartition("!")
        texts = [text_of(cell.value) for (cell,) in sheet_of(book, title.strip("'"))[cells.replace("$", "")]]
        (area,) = one.sqref.ranges
        assert area.max_row > 1_000_000
        found[area.min_col] = texts, bool(one.showErrorMessage)
    return found


class TestExcel:
    @given(text=any_text)
    @example(text="_x000D\r")
    @example(text="_x005F_x000D_")
    def test_the_escape_is_undone_exactly(self, text: str) -> None:
        assert workbook.unescape(workbook.escape(text)) == text

    @pytest.mark.parametrize("text", [text for text in FORMULAS if text[0] in SIGNS])
    def test_what_begins_like_a_formula_is_text_and_stays_text_when_edited(self, text: str) -> None:
        book = opened(excel.render(view_of(DataUser(text)), False))
        sheet, _row, column = named(book, "user") or pytest.fail("no column of data users")
        cell = sheet.cell(2, column)
        assert (cell.value, cell.data_type) == (flat.joined([text]), "s")
        assert cell.quotePrefix
        assert cell.number_format == "@"

    @pytest.mark.parametrize("hxl", [False, True])
    def test_the_header_stays_in_sight_and_has_a_filter_over_every_line(self, hxl: bool) -> None:
        shown = view_of(DataUser("One"), DataUser("Two"))
        book = opened(excel.render(shown, hxl))
        assert book.sheetnames == [
            "Data users", "Lists", "Information needs", "Level of use", "Progress", "About"
        ]  # fmt: skip
        assert sheet_of(book, "Lists").sheet_state == "hidden"
        sheet = sheet_of(book, "Data users")
        top, last = (2 if hxl else 1), get_column_letter(len(flat.columns(shown.shown)))
        assert sheet.freeze_panes == f"A{top + 1}"
        assert sheet.auto_filter.ref == f"A{top}:{last}{top + len(expected(shown))}"
        for title in ("Information needs", "Level of use", "Progress"):
            assert sheet_of(book, title).freeze_panes == "A2"
            assert sheet_of(book, title).auto_filter.ref

    def test_texts_wrap_in_columns_that_fit_and_ids_are_folded_away(self) -> None:
        shown = view_of(DataUser("A name " * 20, {"notes": "Some words\n" * 30, "area": "Here"}))
        sheet = sheet_of(opened(excel.render(shown, False)), "Data users")
        assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row if cell.value)
        labels = [str(cell.value) for cell in sheet[1]]
        widths = {
            label: sheet.column_dimensions[get_column_letter(at)] for at, label in enumerate(labels, start=1)
        }
        assert {label for label, column in widths.items() if column.hidden} == {"Section id", "Example id"}
        assert all(10 < column.width <= 44 for column in widths.values() if not column.hidden)
        assert sheet.row_dimensions[2].height is not None
        assert sheet.row_dimensions[2].height > 400

    def test_cells_of_states_and_of_fields_with_choices_have_lists(self) -> None:
        details: dict[str, Detail] = {asked.id: "x" for asked in CATALOGUE.fields}
        shown = view_of(DataUser("One", details))
        book = opened(excel.render(shown, False))
        heads = flat.columns(shown.shown)
        lists = {
            heads[column - 1].id: texts
            for column, texts in listed(book, sheet_of(book, "Data users")).items()
        }
        assert lists.pop("state") == (["mapped", "not applicable", "pending", "open"], True)
        labels = {
            f"field.{asked.id}": (
                [choice.label for choice in asked.choices],
                asked.type == "select_one" and not asked.or_other,
            )
            for asked in CATALOGUE.fields
            if asked.choices
        }
        assert lists == labels

    def test_what_is_longer_than_a_cell_goes_on_in_further_columns(self) -> None:
        needs = tuple(f"{number:02d}" + "😀\ufffe" * 999 for number in range(40))
        shown = view_of(DataUser("One", {"needs": needs, "notes": "n"}), DataUser("Two"))
        report = excel.render(shown, False)
        assert understood(of_excel(report, shown.shown), shown.shown) == expected(shown)
        sheet = sheet_of(opened(report), "Data users")
        for row in sheet.iter_rows():
            for cell in row:
                assert len(str(cell.value or "").encode("utf-16-le")) // 2 <= 32_767
        labels = [cell.value for cell in sheet[1]]
        assert labels.count("Information needs (continued)") > 1
        assert labels.count("Notes (continued)") == 0

    def test_progress_and_needs_are_numbers_that_hold(self) -> None:
        mapping = Store(EXAMPLE, CATALOGUE).load()[0]
        shown = view(mapping, CATALOGUE)
        book = opened(excel.render(shown, False))
        rows = list(sheet_of(book, "Progress").iter_rows(min_row=2, values_only=True))
        counted = [
            (section.title, *progress(mapping, CATALOGUE, section.id)) for section in CATALOGUE.sections
        ]
        assert rows == [*counted, ("All sections", *progress(mapping, CATALOGUE))]
        for turned in shown.turned:
            answers = list(sheet_of(book, turned.label).iter_rows(min_row=2, values_only=True))
            assert answers == [(label, len(names), "; ".join(names)) for label, names in turned.answers]

    def test_about_says_what_the_mapping_is_and_what_was_left_out(self) -> None:
        gone = DataUser("Gone; NGO", {"engagement": "left", "contact": "A person"}, "2026-11-23")
        mapping = replace(mapping_with("A name"), country="BGD", others={"ngos": (gone,)})
        book = opened(excel.render(view(mapping, CATALOGUE), False))
        about = {
            str(label): text for label, text in sheet_of(book, "About").iter_rows(min_row=2, values_only=True)
        }
        assert (
            about.items()
            >= {
                "Response": "A name",
                "Country": "Bangladesh",
                "Country code": "BGD",
                "Prepared by": "A name",
                "Depth": "standard",
                "Created": "2026-11-22",
                "Last changed": "2026-11-23",
                "Catalogue": "dtm-data-users",
                "Catalogue version": "2",
                "Left out": "Focal point; Contact",
                "Left the response": "Gone\\; NGO",
            }.items()
        )
        assert "HDX" in str(about["UN Agencies"])
        assert book.properties.modified == datetime(2026, 11, 23)

    @pytest.mark.parametrize(
        "label",
        [
            "a/b: c*?[x]\\",
            "'quoted'",
            "History",
            "lists",
            "Data users",
            "n" * 26 + "'" * 3 + "n",
            "=1",
            "\uffff",
            "'",
        ],
    )
    def test_a_field_may_be_called_what_no_sheet_can_be(self, label: str) -> None:
        asked = Field("f", label, label, "select_multiple", "standard", "public", (Choice("c", label),))
        catalogue = replace(CATALOGUE, fields=(asked,))
        shown = view_of(DataUser("One", {"f": ("c",)}), catalogue=catalogue)
        report = excel.render(shown, False)
        titles = opened(report).sheetnames
        assert len({title.casefold() for title in titles}) == 5
        assert all(len(title) <= 31 and title.casefold() != "history" for title in titles)
        assert not any(title.startswith("'") or title.endswith("'") for title in titles)
        assert understood(of_excel(report, shown.shown), shown.shown) == expected(shown)


class TestWorksheet:
    @pytest.fixture
    def blank(self) -> Workbook:
        return opened(excel.worksheet(view(Mapping(CATALOGUE.id, CATALOGUE.version, ""), CATALOGUE)))

    def test_the_first_sheet_says_how_to_fill_it_in_and_asks_what_it_is_about(self, blank: Workbook) -> None:
        first = blank.worksheets[0]
        assert blank.active == first
        words = "\n".join(str(cell) for row in first.iter_rows(values_only=True) for cell in row if cell)
        assert "Data users" in words
        assert "dtm-map import" in words
        assert CATALOGUE.purpose in words
        for id in ("response", "country", "prepared_by"):
            place = named(blank, id)
            assert place
            assert place[0] == first
            assert first.cell(place[1], place[2]).value is None

    def test_every_example_has_a_line_and_every_section_lines_for_others(self, blank: Workbook) -> None:
        sheet = sheet_of(blank, "Data users")
        heads = [column.id for column in flat.columns(CATALOGUE.asked_at("standard"))]
        lines = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
        for section in CATALOGUE.sections:
            here = [line for line in lines if line["section_id"] == section.id]
            examples = [(one.id, one.name) for one in section.examples]
            asked = [(line["example_id"], line["example"]) for line in here]
            assert asked == [*examples, *[(None, flat.OTHER_LABEL)] * excel.OTHER_LINES]
            assert {line["section"] for line in here} == {section.title}
        filled = {id for line in lines for id, text in line.items() if text}
        assert filled == {"section", "section_id", "example", "example_id"}

    def test_it_has_lists_with_the_question_beside_the_cell(self, blank: Workbook) -> None:
        sheet = sheet_of(blank, "Data users")
        assert len(listed(blank, sheet)) == 1 + sum(
            bool(one.choices) for one in CATALOGUE.asked_at("standard")
        )
        prompts = [one.prompt for one in sheet.data_validations.dataValidation if one.prompt]
        assert any("At which level" in prompt and "put ; between" in prompt for prompt in prompts)


#: Data users with the hard texts, but for those that openpyxl reads as others where a spreadsheet saved them.
USERS = tuple(
    DataUser(text, {"notes": text, "needs": (text,)}) for text in HARD if text.strip() and "_x" not in text
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports as LibreOffice saves them, and a CSV with a formula that nobody escaped."""
    folder = tmp_path_factory.mktemp("calc")
    shown = view_of(*USERS)
    (folder / "excel.xlsx").write_bytes(excel.render(shown, False))
    (folder / "report.csv").write_bytes(csvfile.render(shown, False))
    (folder / "other.csv").write_text("a,b\n=1+1,c\n")
    # Comma, double quote, UTF-8; the last word has it reckon formulas, as Excel does.
    as_csv = "--infilter=CSV:44,34,76,1,,0,false,false,false,false,false,0,true"
    for words in (["excel.xlsx"], [as_csv, "report.csv", "other.csv"]):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [need("soffice"), "--headless", profile, "--convert-to", "xlsx", "--outdir", "saved"]
        done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "saved"


def kinds(file: Path) -> set[str]:
    """The kinds of the cells of a workbook: s for text, n for a number, f for a formula, e for an error."""
    rows = (row for sheet in load_workbook(file).worksheets for row in sheet.iter_rows())
    return {cell.data_type for row in rows for cell in row if cell.value is not None}


class TestLibreOffice:
    """Both formats in a spreadsheet program."""

    def test_what_it_saves_again_comes_back_the_same(self, saved: Path) -> None:
        shown = view_of(*USERS)
        report = (saved / "excel.xlsx").read_bytes()
        assert understood(of_excel(report, shown.shown), shown.shown) == expected(shown)

    def test_no_cell_becomes_a_formula(self, saved: Path) -> None:
        assert "f" in kinds(saved / "other.xlsx")
        assert kinds(saved / "excel.xlsx") == {"s", "n"}
        assert not kinds(saved / "report.xlsx") & {"f", "e"}

    def test_a_csv_shows_what_looks_like_a_formula_behind_an_apostrophe(self, saved: Path) -> None:
        header, *rows = load_workbook(saved / "report.xlsx").worksheets[0].iter_rows(values_only=True)
        shown = {row[header.index("Data user")] for row in rows}
        names = {flat.joined([user.name]) for user in USERS if user.name.startswith(SIGNS)}
        assert names
        assert shown >= {f"'{name}" for name in names if "\n" not in name}
