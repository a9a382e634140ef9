"""What importing promises: what went out comes back the same, what is unclear is said, nothing is lost."""

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from rich.console import Console, RenderableType

from dtm_mapper import reports
from dtm_mapper.catalogue import Choice, Field
from dtm_mapper.errors import DtmMapError, Refused, Unusable
from dtm_mapper.importing import Options, bring_in
from dtm_mapper.intake.details import Details
from dtm_mapper.intake.lines import said
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row, organisation
from dtm_mapper.reports import flat
from dtm_mapper.reports.marks import ARCHIVE
from dtm_mapper.store.store import Store
from strategies import CATALOGUE, but_nul, mappings, texts

TODAY = date.today().isoformat()


class Import:
    """A folder with a mapping's file, and imports into it."""

    def __init__(self, folder: Path, mapping: Mapping | None = None) -> None:
        self.folder = folder
        self.file = folder / "mapping.yaml"
        if mapping is not None:
            Store(self.file, CATALOGUE).save(mapping)
        self.shown = ""
        self.asked: list[str] = []

    def __call__(
        self,
        content: bytes | str,
        name: str = "source.csv",
        yes: bool = True,
        answer: Callable[[str], bool] | None = None,
        split: str = "",
        section: str = "",
    ) -> Mapping:
        """The mapping after an import."""
        source = self.folder / name
        source.write_bytes(content.encode() if isinstance(content, str) else content)

        def show(shown: RenderableType) -> None:
            console = Console(width=200, file=io.StringIO(), highlight=False)
            with console.capture() as capture:
                console.print(shown)
            self.shown = capture.get()

        def confirm(question: str) -> bool:
            self.asked.append(question)
            return answer is not None and answer(question)

        asking = None if answer is None else confirm
        options = Options(None, split, section, yes)
        bring_in(source, self.file, options, show, self.asked.append, asking)
        return self.mapping

    @property
    def mapping(self) -> Mapping:
        return Store(self.file, CATALOGUE).load()[0]


@pytest.fixture
def into(tmp_path: Path) -> Import:
    """Imports into a mapping that is not there yet."""
    return Import(tmp_path)


def as_reported(mapping: Mapping) -> Mapping:
    """A mapping as reports have all of it: the date of a mapped row is that of its data users."""
    rows = {id: replace(row, verified="") if row.users else row for id, row in mapping.rows.items()}
    return replace(mapping, rows=rows)


def mapping_of(*rows: Row, others: dict[str, tuple[DataUser, ...]] | None = None) -> Mapping:
    by_example = {row.example: row for row in rows}
    return Mapping(
        CATALOGUE.id, CATALOGUE.version, "2020-01-01", "2020-01-02", rows=by_example, others=others or {}
    )


def row_of(example: str, *users: DataUser | str, **more: str) -> Row:
    known = tuple(DataUser(user, verified="2020-01-01") if isinstance(user, str) else user for user in users)
    section = CATALOGUE.section_of_example[example]
    return Row(example, section, CATALOGUE.example_by_id[example].name, known, **more)


def names_of(mapping: Mapping) -> dict[str, list[str]]:
    """The names of each row that has some, and of each section's others."""
    places = [*((row.example, row.users) for row in mapping.rows.values()), *mapping.others.items()]
    return {place: [user.name for user in users] for place, users in places if users}


def book(*rows: Sequence[object], title: str = "Sheet") -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(name: str, content: bytes) -> bytes:
    """An archive with one part in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def repacked(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """An archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            found = before.read(name)
            after.writestr(name, found.replace(old, new) if name == part else found)
    return out.getvalue()


class TestRoundTrips:
    @pytest.mark.parametrize("format_name", ["csv", "xlsx", "json"])
    @settings(max_examples=25)
    @given(mapping=mappings(), hxl=st.booleans())
    def test_what_went_out_with_every_field_comes_back_as_the_same_mapping(
        self, format_name: str, mapping: Mapping, hxl: bool
    ) -> None:
        content = reports.render(
            mapping, CATALOGUE, format_name, personal=True, hxl=hxl and format_name != "json"
        )
        with TemporaryDirectory() as folder:
            into = Import(Path(folder))
            if mapping.rows or mapping.others:
                assert into(content, f"source.{format_name}") == as_reported(mapping)

    @pytest.mark.parametrize("format_name", ["csv", "xlsx", "json", "docx"])
    @settings(max_examples=20)
    @given(mapping=mappings(), personal=st.booleans())
    def test_what_went_out_and_comes_back_into_its_mapping_changes_nothing(
        self, format_name: str, mapping: Mapping, personal: bool
    ) -> None:
        content = reports.render(mapping, CATALOGUE, format_name, personal)
        with TemporaryDirectory() as folder:
            into = Import(Path(folder), mapping)
            before = into.file.read_bytes()
            into(content, f"source.{format_name}")
            assert into.file.read_bytes() == before, into.shown

    @settings(max_examples=30)
    @given(mapping=mappings())
    def test_word_brings_back_names_and_states(self, mapping: Mapping) -> None:
        def once(users: tuple[DataUser, ...]) -> tuple[DataUser, ...]:
            found: dict[str, DataUser] = {}
            for user in users:
                # What XML cannot hold does not come back.
                if not set("\ufffe\uffff") & set(user.name):
                    found.setdefault(organisation(user.name), DataUser(user.name))
            return tuple(found.values())

        rows = {}
        for row in mapping.rows.values():
            users = once(row.users)
            if row.example in CATALOGUE.example_by_id and (users or not row.users):
                rows[row.example] = replace(row, users=users)
        others = {id: once(users) for id, users in mapping.others.items() if id in CATALOGUE.section_by_id}
        mapping = replace(mapping, rows=rows, others={id: users for id, users in others.items() if users})
        report = ARCHIVE.put(reports.render(mapping, CATALOGUE, "docx"))
        with TemporaryDirectory() as folder:
            into = Import(Path(folder))
            back = into(report, "source.docx") if rows or mapping.others else mapping
        assert names_of(back) == names_of(mapping)
        assert {
            id: (row.state(CATALOGUE), row.not_applicable, row.pending) for id, row in back.rows.items()
        } == {id: (row.state(CATALOGUE), row.not_applicable, row.pending) for id, row in mapping.rows.items()}

    @pytest.mark.parametrize("format_name", ["csv", "xlsx", "json"])
    def test_what_is_longer_than_a_cell_comes_back(self, into: Import, format_name: str) -> None:
        needs = tuple(f"{number} {'x' * 1_990}" for number in range(80))
        mapping = mapping_of(
            row_of("wfp", DataUser("A", {"needs": needs}, "2020-01-01")), row_of("ocha", "B")
        )
        assert into(reports.render(mapping, CATALOGUE, format_name), f"a.{format_name}") == mapping

    def test_a_blank_worksheet_for_excel_comes_back_filled(self, into: Import) -> None:
        made = load_workbook(io.BytesIO(reports.worksheet(CATALOGUE, Path("worksheet.xlsx"))))
        sheet = made["Data users"]
        columns = {cell.value: at for at, cell in enumerate(sheet[1], start=1)}
        ids = {sheet.cell(row, columns["Example id"]).value: row for row in range(2, sheet.max_row + 1)}
        sheet.cell(ids["wfp"], columns["Data user"], "WFP Mali; WFP Logistics")
        sheet.cell(ids["wfp"], columns["Level of use"], "Strategic; Operational")
        sheet.cell(ids["unhcr"], columns["State"], "not applicable")
        sheet.cell(ids["unhcr"], columns["Reason or note"], "No refugees here")
        sheet.cell(ids["ocha"], columns["Data user"], "TBC: ask the ISCG")
        sheet.cell(ids["undp"] + 1, columns["Data user"], "UN Women")
        mapping = into(saved(made), "filled.xlsx")
        levels: dict[str, Detail] = {"levels": ("strategic", "operational")}
        assert mapping.rows["wfp"].users == (
            DataUser("WFP Mali", levels, TODAY),
            DataUser("WFP Logistics", levels, TODAY),
        )
        assert mapping.rows["unhcr"].not_applicable == "No refugees here"
        assert mapping.rows["ocha"].pending == "ask the ISCG"
        assert mapping.others == {"un-agencies": (DataUser("UN Women", {}, TODAY),)}

    def test_columns_in_another_order_and_language_come_back_by_their_names(self, tmp_path: Path) -> None:
        mapping = mapping_of(row_of("wfp", DataUser("WFP; VAM", {"area": "Gao", "contact": "x@y.example"})))
        made = load_workbook(io.BytesIO(reports.render(mapping, CATALOGUE, "xlsx", personal=True)))
        for cell in made["Data users"][1]:
            cell.value = f"Colonne {cell.column}"
        assert Import(tmp_path)(saved(made), "other.xlsx") == mapping


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "names"),
        [
            ("WFP", "WFP"),
            ("WFP; FAO", "WFP|FAO"),
            ("WFP\nFAO\n\n UNDP ", "WFP|FAO|UNDP"),
            ("• WFP\n•FAO\n- UNDP\n1. OCHA\n(2) IOM\na) WHO", "WFP|FAO|UNDP|OCHA|IOM|WHO"),
            ("\uf0b7 WFP\n\uf0b7\tFAO", "WFP|FAO"),
            (r"A\; B; C", "A; B|C"),
            ("Food, cash and more", "Food, cash and more"),
            ("Médecins sans frontières / MSF", "Médecins sans frontières / MSF"),
            ("WFP; WFP", "WFP"),
            ("WFP; n/a", "WFP"),
            ("WFP؛ FAO", "WFP|FAO"),
            ("NRC - Norwegian Refugee Council", "NRC - Norwegian Refugee Council"),
            ("Dept. of Health\nSt. Mary's", "Dept. of Health|St. Mary's"),
            ("UNICEF (Cox's Bazar) field office", "UNICEF (Cox's Bazar) field office"),
            ("Dr. Rahman; Programme – Dakar", "Dr. Rahman|Programme – Dakar"),
            ("✓ WFP\n➢ FAO", "WFP|FAO"),
            ("-WFP Bamako\n-WFP Gao", "WFP Bamako|WFP Gao"),
            ("1- HCR\n2- HCR Gao", "HCR|HCR Gao"),
            ("3-W Group\n4-W Group", "3-W Group|4-W Group"),
            ("98.7 FM\n99.9 FM", "98.7 FM|99.9 FM"),
            ("1.5 Degrees Hub\n2.0 Hub", "1.5 Degrees Hub|2.0 Hub"),
            ("-\nHCR", "HCR"),
            ("• –\n• UNDP", "UNDP"),
            ("Médecins Sans Frontières\n(MSF)", "Médecins Sans Frontières (MSF)"),
            ("UNHCR,\nIOM,\nWFP", "UNHCR|IOM|WFP"),
            ("UNHCR ,\nIOM،\nWFP,", "UNHCR|IOM|WFP"),
            ("UNHCR,; IOM", "UNHCR|IOM"),
            ("UNHCR,", "UNHCR,"),
            ("The 0 ,", "The 0 ,"),
            ("برنامج الأغذية،", "برنامج الأغذية،"),
            ("TBC (The Border Consortium)", "TBC (The Border Consortium)"),
            ("1.- UNICEF Bogotá\n2.- UNICEF Cali", "UNICEF Bogotá|UNICEF Cali"),
            ("OCHA (IM unit; access unit); WFP", "OCHA (IM unit; access unit)|WFP"),
            ("CWG (co-led by WFP\nand CRS)\nISCG", "CWG (co-led by WFP and CRS)|ISCG"),
            ("ASK (Ain o Salish Kendra)", "ASK (Ain o Salish Kendra)"),
            ("BRAC\nASK – Ain o Salish Kendra", "BRAC|ASK – Ain o Salish Kendra"),
            ("\u200fبرنامج الأغذية\u200f", "برنامج الأغذية"),
            ("OCHA; …", "OCHA"),
        ],
    )
    def test_several_names_in_a_cell_come_in_as_several(self, cell: str, names: str) -> None:
        assert said(cell).names == tuple(names.split("|"))

    def test_commas_and_slashes_part_names_when_told_so(self) -> None:
        assert said("WFP, FAO/UNDP; OCHA", ", /").names == ("WFP", "FAO", "UNDP", "OCHA")
        assert said("IOM (DTM, NPM), WFP", ",").names == ("IOM (DTM, NPM)", "WFP")

    @pytest.mark.parametrize("cell", ["WFP\nN/A", "WFP; n/a", "WFP/FAO; n/a: gone", "- WFP\n- n/a"])
    def test_what_stands_for_a_state_is_not_parted(self, cell: str) -> None:
        found = said(cell, "/")
        assert found.names[0] == "WFP"
        assert "N" not in found.names
        assert found.beside.lower().startswith("n/a")

    @given(
        st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=";؛\\"), min_size=1), texts()
    )
    def test_a_name_that_begins_with_a_capital_letter_comes_in_whole(self, first: str, rest: str) -> None:
        name = f"The {first} {rest}".strip()
        seen = unicodedata.category(name[-1]) != "Cf"
        if seen and not set(";؛\\\v\f") & set(name) and "\n" not in name:
            assert said(name).names == (name,)

    @pytest.mark.parametrize(
        ("cell", "state", "words"),
        [
            ("n/a", "not_applicable", ""),
            ("N/A", "not_applicable", ""),
            ("Néant", "not_applicable", ""),
            ("no aplica", "not_applicable", ""),
            ("لا يوجد", "not_applicable", ""),
            ("-", "not_applicable", ""),
            ("n/a: merged into the ISCG", "not_applicable", "merged into the ISCG"),
            ("N/A (merged)", "not_applicable", "merged"),
            ("N/A - merged, as of 2024", "not_applicable", "merged, as of 2024"),
            ("n/a\nmerged into the ISCG", "not_applicable", "merged into the ISCG"),
            ("Not applicable: a\nb", "not_applicable", "a\nb"),
            ("TBC", "pending", ""),
            ("?", "pending", ""),
            ("à confirmer", "pending", ""),
            ("TBC: ask the ISCG", "pending", "ask the ISCG"),
            ("ask the ISCG", "pending", "ask the ISCG"),
            ("pending: who?", "pending", "who?"),
            ("pending: =", "pending", "="),
            ("ask the ISCG (mail)", "pending", "ask the ISCG (mail)"),
            ("N.A.", "not_applicable", ""),
            ("n/a in this response", "not_applicable", "in this response"),
            ("Not applicable here", "not_applicable", ""),
            ("TBC with OCHA", "pending", "with OCHA"),
            ("To be confirmed by the ISCG", "pending", "by the ISCG"),
            ("t.b.c. with OCHA", "pending", "with OCHA"),
            ("a confirmer avec OCHA", "pending", "avec OCHA"),
            ("TBC؟", "pending", ""),
            (r"- TBC: ask A\; B", "pending", "ask A; B"),
            ("TBC; ask A; ask B", "pending", "ask A; ask B"),
            ("tbc?", "pending", ""),
            ("Non applicable", "not_applicable", ""),
            ("No hay", "not_applicable", ""),
            ("(tbc)", "pending", ""),
            ("[N/A]", "not_applicable", ""),
            ("\u200fلا ينطبق\u200f", "not_applicable", ""),
            ("TBC\u200b", "pending", ""),
            ("لا ينطبق، لا توجد مجموعة", "not_applicable", "لا توجد مجموعة"),
            ("n/a (no mines). Ask UNMAS", "not_applicable", "(no mines). Ask UNMAS"),
            ("No se aplica", "not_applicable", ""),
            ("Pendiente", "pending", ""),
            ("---", "not_applicable", ""),
            ("open", "open", ""),
            ("", "", ""),
        ],
    )
    def test_words_for_a_state_come_in_as_states(self, cell: str, state: str, words: str) -> None:
        assert (said(cell).names, said(cell).state, said(cell).words) == ((), state, words)

    @given(st.text())
    def test_any_cell_gives_names_or_one_state_and_no_name_is_blank(self, cell: str) -> None:
        found = said(cell, ",/")
        assert all(name == name.strip() and name for name in found.names)
        assert not (found.names and found.state)


class TestTables:
    def test_any_table_with_examples_and_names_comes_in(self, into: Import) -> None:
        mapping = into("Name,Example\nWFP Mali,WFP\nHCR Mali,unhcr\n")
        assert names_of(mapping) == {"wfp": ["WFP Mali"], "unhcr": ["HCR Mali"]}
        assert {row.users[0].verified for row in mapping.rows.values()} == {TODAY}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_csv_in_any_encoding_and_with_any_delimiter(
        self, into: Import, encoding: str, delimiter: str
    ) -> None:
        text = f"Exemple{delimiter}Nom\r\nWFP{delimiter}Société Élan\r\n"
        assert names_of(into(text.encode(encoding))) == {"wfp": ["Société Élan"]}

    def test_accents_side_by_side_are_no_arabic(self, into: Import) -> None:
        text = "Exemple;Nom\r\nWFP;ÉÈÀ créée à Bogotá, ações\r\n"
        assert names_of(into(text.encode("cp1252"))) == {"wfp": ["ÉÈÀ créée à Bogotá, ações"]}

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
    def test_csv_as_saved_on_a_windows_in_arabic(self, into: Import, encoding: str) -> None:
        text = "مثال;الاسم\r\nWFP;برنامج الأغذية العالمي\r\nUNHCR;المفوضية السامية (HCR)\r\n"
        assert names_of(into(text.encode(encoding))) == {
            "wfp": ["برنامج الأغذية العالمي"],
            "unhcr": ["المفوضية السامية (HCR)"],
        }

    @pytest.mark.parametrize(
        "header",
        [
            "Example,Data user",
            "exemples,Utilisateurs de données",
            "Ejemplo,Nombre",
            "مثال,الاسم",
            "EXAMPLES ,Organisation:",
        ],
    )
    def test_headers_in_other_languages(self, into: Import, header: str) -> None:
        assert names_of(into(f"{header}\nWFP,WFP Mali\n")) == {"wfp": ["WFP Mali"]}

    def test_a_column_of_states_says_them_in_any_words(self, into: Import) -> None:
        mapping = into(
            "Example,Data user,Status,Reason\nWFP,,N/A,closed\nUNHCR,,TBC: ask OCHA,\nOCHA,,Active,\n"
            "UNICEF,,Active,\nIFRC,n/a,,in another country\n"
        )
        assert (mapping.rows["wfp"].not_applicable, mapping.rows["unhcr"].pending) == ("closed", "ask OCHA")
        assert into.shown.count("“Active” is no state") == 1

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("WFP,PAM,pending,", "PAM: the state “pending” beside it is left out"),
            ("WFP,✓,,", "“✓” does not contain a name"),
            ("WFP,PAM; n/a,,", "“n/a” in the same cell is left out"),
            ("WFP,PAM,,Ask Jan", "“Ask Jan” is left out"),
            ("WFP,,,Ask Jan", "“Ask Jan” is left out"),
            ("WFP,n/a: closed,,See minutes", "not applicable: closed: “See minutes” beside it is left out"),
            ("WFP,TBC ask Ann,not applicable,", "the state “not applicable” beside it is left out"),
            ('WFP,"open, NRC leads",,', "“NRC leads” is left out"),
            (",TBC (ask NRC),,", "“TBC (ask NRC)”: no example and no name stands beside it"),
            ("WFP,PAM,,\nUNHCR,same as above; NRC,,", "PAM: “NRC” in the same cell is left out"),
            ("WFP,PAM,,\nWFP,n/a: closed,,", "PAM stays; the source says not applicable: closed"),
        ],
    )
    def test_nothing_that_a_source_says_is_dropped_without_a_word(
        self, into: Import, line: str, words: str
    ) -> None:
        into(f"Example,Data user,Status,Reason\n{line}\nOCHA,OCHA Mali,,\n")
        assert words in " ".join(into.shown.split())

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ("Example,Data user\nWFP,PAM,WFP Gao", "row 2: “WFP Gao” stands in a column without a header"),
            (",Example,Data user\nFAO,WFP,PAM", "row 2: “FAO” stands in a column without a header"),
            ("Example,Data user,Budget\nWFP,PAM,12", "were left out: Budget"),
            ("Examples,Who in Mali?\nWFP,PAM", "The column “Who in Mali?” was taken for that of the names"),
            ("Quién,En Mali\nWFP,PAM", "row 1: “Quién”, “En Mali”: taken for the header of the table"),
        ],
    )
    def test_columns_without_a_header_that_is_known_are_said(
        self, into: Import, table: str, words: str
    ) -> None:
        assert names_of(into(table)) == {"wfp": ["PAM"]}
        assert words in " ".join(into.shown.split())

    @pytest.mark.parametrize(
        "top", ["Data users of DTM\n", "UN Agencies,\n", "Country,Mali\nPrepared by,Jean\n"]
    )
    def test_what_stands_above_the_header_is_no_line(self, into: Import, top: str) -> None:
        mapping = into(f"{top}Example,Name\nUNHCR,HCR Mali\nWFP,PAM\n")
        assert names_of(mapping) == {"unhcr": ["HCR Mali"], "wfp": ["PAM"]}
        assert "taken for the header" not in into.shown

    @pytest.mark.parametrize("header", ["Agency,Focal point", "Organisation,Present in Gao"])
    def test_a_table_of_something_else_is_not_read_for_the_examples_in_it(
        self, into: Import, header: str
    ) -> None:
        with pytest.raises(Unusable, match="no table with a column of examples"):
            into(f"{header}\nWFP,Jean Dupont\nUNHCR,Awa Diallo\n")

    def test_a_section_that_is_not_known_is_not_taken_for_another(self, into: Import) -> None:
        source = "Section,Example,Name\nAgences ONU,UNHCR,HCR\n,FAO,FAO Mali\nSecteur privé,Telco,Orange\n"
        assert names_of(into(source)) == {"unhcr": ["HCR"], "un-agencies": ["FAO Mali"]}
        assert "“Telco”, Orange: “Secteur privé” is no section, and it is left out" in into.shown
        assert names_of(into(source, section="ngos"))["ngos"] == ["FAO Mali", "Orange"]

    def test_a_cell_before_the_first_header_is_said_also_on_a_short_row(self, into: Import) -> None:
        into(",Example,Name\nFAO,WFP\n,UNHCR,HCR\n")
        assert "row 2: “FAO” stands in a column without a header" in into.shown

    def test_a_title_above_a_table_without_a_header_that_begins_further_right(self, into: Import) -> None:
        assert names_of(into("Data users\n,WFP,PAM\n,UNHCR,HCR\n")) == {"wfp": ["PAM"], "unhcr": ["HCR"]}
        assert "row 1: “Data users”: taken for the header of the table" in into.shown

    def test_what_two_tables_say_of_the_mapping_is_taken_from_both(self, into: Import) -> None:
        made = book(["Response", "Example", "Name"], ["Mali", "WFP", "PAM"])
        made.create_sheet("More").append(["Country", "Example", "Name"])
        made["More"].append(["Mali", "UNHCR", "HCR"])
        mapping = into(saved(made), "a.xlsx")
        assert (mapping.response, mapping.country) == ("Mali", "MLI")

    def test_a_table_that_lost_its_header_and_whose_first_example_was_reworded(self, into: Import) -> None:
        mapping = into("UNICEFF,UNICEF Mali\nWFP,PAM\n", section="un-agencies")
        assert names_of(mapping) == {"wfp": ["PAM"], "un-agencies": ["UNICEF Mali"]}

    def test_of_persons_and_organisations_the_organisations_are_the_names(self, into: Import) -> None:
        mapping = into("Example,Name,Organisation\nWFP,Ann,PAM\n")
        assert names_of(mapping) == {"wfp": ["PAM"]}
        assert "were left out: Name" in into.shown

    def test_names_on_rows_of_their_own_between_examples_are_said_to_become_others(
        self, into: Import
    ) -> None:
        mapping = into("Example,Name\nUNHCR,HCR\n,HCR Gao\nWFP,PAM\n,UN Women\n")
        assert names_of(mapping)["un-agencies"] == ["HCR Gao", "UN Women"]
        assert "row 3: HCR Gao: no example stands beside it; it becomes an other data user" in into.shown
        assert "row 5" not in into.shown

    def test_examples_behind_numbers_are_known_and_those_in_brackets_asked_about(self, into: Import) -> None:
        mapping = into(
            "Example,Name\n1. UNICEF,UNICEF Mali\nThe food agency (WFP),PAM\n",
            yes=False,
            answer=lambda question: True,
        )
        assert into.asked[0] == "“The food agency (WFP)”: is that “WFP”?"
        assert names_of(mapping) == {"unicef": ["UNICEF Mali"], "wfp": ["PAM"]}

    def test_a_state_beside_what_no_example_fits_is_said_to_be_left_out(self, into: Import) -> None:
        into("Example,Name\nWFP,PAM\nCroix-Bleue,à confirmer\n")
        assert "“Croix-Bleue”: no example fits it, and “à confirmer” beside it is left out" in into.shown

    def test_a_reason_in_its_own_column_is_the_states(self, into: Import) -> None:
        mapping = into("Example,Data user,Reason\nWFP,n/a,Closed in 2024\n")
        assert mapping.rows["wfp"].not_applicable == "Closed in 2024"

    def test_two_states_of_one_row_are_the_last_one_however_often_they_come_in(self, into: Import) -> None:
        source = "Example,Data user\nWFP,n/a\nWFP,TBC\n"
        once = into(source)
        assert once.rows["wfp"].state(CATALOGUE) == "pending"
        assert into(source) == once
        assert "not applicable" in into.shown

    def test_the_same_as_above_is_what_stands_right_above(self, into: Import) -> None:
        mapping = into(
            "Example,Data user\nWFP,PAM\nUNHCR,same\nOCHA,n/a\nUNICEF,idem\nUNFPA,\nUN Women,same as above\n"
        )
        assert names_of(mapping) == {"wfp": ["PAM"], "unhcr": ["PAM"]}
        assert mapping.rows["unicef"].state(CATALOGUE) == "not_applicable"
        assert all("PAM" not in str(row) for id, row in mapping.rows.items() if id not in ("wfp", "unhcr"))

    def test_an_example_is_known_in_whichever_section_it_stands(self, into: Import) -> None:
        mapping = into("Section,Example,Name\nIOM,UNHCR,HCR\n,WFP,PAM\nUN Agencies,,\n,New one,Foo\n")
        assert names_of(mapping) == {"unhcr": ["HCR"], "wfp": ["PAM"], "un-agencies": ["Foo"]}

    def test_what_several_lines_say_of_one_data_user_is_the_last_however_often_it_comes_in(
        self, into: Import
    ) -> None:
        source = "Example,Data user,Area\nUNHCR,WFP,North\nUNHCR,WFP,South\n"
        once = into(source)
        assert [user.details for user in once.rows["unhcr"].users] == [{"area": "South"}]
        assert into(source) == once

    def test_a_section_written_once_is_that_of_the_rows_below_it(self, into: Import) -> None:
        mapping = into("Section,Example,Name\nUN Agencies,WFP,PAM\n,,UNMAS\nNGOs,,BRAC\n,,Sajida\n")
        assert names_of(mapping)["un-agencies"] == ["UNMAS"]

    @pytest.mark.parametrize("sheet", ["UN Agencies", "un-agencies"])
    def test_a_sheet_named_like_a_section_is_of_that_section(self, into: Import, sheet: str) -> None:
        book = Workbook()
        assert book.active is not None
        book.active.title = sheet
        for cells in (("Example", "Data user"), ("UNOPS", "UNOPS Mali")):
            book.active.append(cells)
        assert names_of(into(saved(book), "source.xlsx")) == {"un-agencies": ["UNOPS Mali"]}

    @pytest.mark.parametrize("change", ["delete_cols", "insert_cols"])
    def test_a_report_whose_columns_were_moved_is_read_by_its_header(self, into: Import, change: str) -> None:
        mapping = mapping_of(row_of("wfp", "PAM", "WFP Mali"), row_of("unhcr", pending="Ask OCHA"))
        book = load_workbook(io.BytesIO(reports.render(mapping, CATALOGUE, "xlsx")))
        sheet = next(sheet for sheet in book if sheet["A1"].value == "Section")
        at = next(cell.column for cell in sheet[1] if cell.value == "State")
        getattr(sheet, change)(at)
        assert names_of(into(saved(book), "source.xlsx")) == {"wfp": ["PAM", "WFP Mali"]}

    def test_columns_that_were_moved_behind_the_names_are_read_by_their_header_too(
        self, into: Import
    ) -> None:
        user = DataUser("PAM", {"levels": ("strategic",), "area": "North"}, "2020-01-01")
        report = reports.render(mapping_of(row_of("wfp", user)), CATALOGUE, "xlsx")
        book = load_workbook(io.BytesIO(report))
        sheet = next(sheet for sheet in book if sheet["A1"].value == "Section")
        sheet.insert_cols(next(cell.column for cell in sheet[1] if cell.value == "Level of use"))
        (found,) = into(saved(book), "source.xlsx").rows["wfp"].users
        assert found.details == user.details

    def test_choices_may_stand_between_commas_and_other_text_may_hold_them(self, into: Import) -> None:
        mapping = into('Example,Data user,Needs\nWFP,PAM,"Food, place of origin"\nUNHCR,HCR,"Food, roads"\n')
        assert mapping.rows["wfp"].users[0].details["needs"] == ("food", "place-of-origin")
        assert mapping.rows["unhcr"].users[0].details["needs"] == ("Food, roads",)

    def test_details_are_shown_before_they_are_taken(self, into: Import) -> None:
        into("Example,Data user,Level of use,Area\nWFP,PAM,strategic,Gao\n")
        assert "PAM: Level of use Strategic, Area Gao" in " ".join(into.shown.split())

    def test_choices_in_a_list_are_read_and_words_for_nothing_are_no_choice(self, into: Import) -> None:
        mapping = into('Example,Data user,Needs\nWFP,PAM,"• Food\n• Place of origin"\nUNHCR,HCR,n/a\n')
        assert mapping.rows["wfp"].users[0].details["needs"] == ("food", "place-of-origin")
        assert not mapping.rows["unhcr"].users[0].details
        assert "“n/a” is no answer to Information needs, and is left out" in into.shown

    def test_a_choice_that_reads_like_no_answer_is_one(self) -> None:
        choices = (Choice("none", "None"), Choice("open", "Open"))
        asked = Details(Field("access", "Access", "", "select_one", "full", "public", choices))
        assert (asked.read("None", False), asked.read("open", False)) == (("none", ""), ("open", ""))
        assert asked.read("n/a", False)[0] == ""

    def test_a_cell_is_understood_as_its_own_table_has_it(self) -> None:
        asked = Details(CATALOGUE.field_by_id["needs"])
        assert asked.read("TBC", True) == (("TBC",), "")
        assert asked.read("TBC", False)[0] == ""

    def test_an_address_or_a_number_alone_is_no_name_and_names_with_one_are_shown(self, into: Import) -> None:
        mapping = into(
            'Example,Name\nOCHA,"OCHA Mali\nTel: +223 76 12 34 56\nj@un.example"\nWFP,Ann a@x.example\n'
        )
        assert names_of(mapping) == {"ocha": ["OCHA Mali"], "wfp": ["Ann a@x.example"]}
        assert "“j@un.example” is left out: it is an address or a telephone number, not a name" in into.shown
        assert "which reports will show: Ann a@x.example" in into.shown

    @pytest.mark.parametrize("name", ["Mobile", "Mail", "1219 helpline", "Radio 98.7 FM", "(IOM)"])
    def test_a_name_that_reads_a_little_like_an_address_is_a_name(self, into: Import, name: str) -> None:
        assert names_of(into(f"Example,Name\nWFP,{name}\n")) == {"wfp": [name]}

    def test_fields_come_in_by_their_labels_and_what_is_no_choice_is_listed(self, into: Import) -> None:
        mapping = into(
            "Example,Data user,Level of use,information NEEDS,Area,Budget\n"
            'WFP,WFP Mali,"strategic, Operational",Food; Roads,Gao,12\n'
            "UNHCR,HCR,Tactical,,,\n"
        )
        details: dict[str, Detail] = {
            "levels": ("strategic", "operational"),
            "needs": ("food", "Roads"),
            "area": "Gao",
        }
        assert mapping.rows["wfp"].users == (DataUser("WFP Mali", details, TODAY),)
        assert mapping.rows["unhcr"].users == (DataUser("HCR", {}, TODAY),)
        assert "row 3: unknown choice of Level of use: “Tactical”" in into.shown
        assert "Budget" in into.shown

    @pytest.mark.parametrize(
        "label",
        [
            "mine  action AOR/working group",
            "Mine Action AoR / working group (e.g., maps)",
            "MÍNE ACTION AOR - WORKING GROUP",
        ],
    )
    def test_an_example_is_known_however_it_is_spaced_and_capitalised(self, into: Import, label: str) -> None:
        assert names_of(into(f'Example,Name\n"{label}",UNMAS Mali\n')) == {"mine-action-aor": ["UNMAS Mali"]}

    @pytest.mark.parametrize("name", ["IOM", "UN Agencies", "government", "#Defend"])
    def test_a_name_that_reads_like_a_section_or_a_hashtag_is_a_name(self, into: Import, name: str) -> None:
        mapping = into(f"Section,Example,Name\nUN Agencies,WFP,PAM\n,,{name}\n,,UNMAS\n")
        assert names_of(mapping) == {"wfp": ["PAM"], "un-agencies": [name, "UNMAS"]}

    def test_what_no_example_fits_becomes_an_other_data_user_of_its_section(self, into: Import) -> None:
        mapping = into(
            "Section,Example,Name\nUN Agencies,Radio,UN Radio\n4. NGOs & Local civil society,,Plan\n"
        )
        assert names_of(mapping) == {"un-agencies": ["UN Radio"], "ngos": ["Plan"]}
        assert "“Radio”: no example fits it; UN Radio becomes an other data user of UN Agencies" in into.shown

    def test_what_has_no_section_is_left_out_and_listed_unless_told_where_it_goes(self, into: Import) -> None:
        table = "Example,Name\nWFP,WFP Mali\nGIS Sub-Working Groups,GIS WG\nRadio,UN Radio\n"
        assert names_of(into(table)) == {"wfp": ["WFP Mali"], "gis-wg": ["GIS WG"]}
        assert "row 4: “Radio”, UN Radio: it says no section, and is left out" in into.shown
        assert names_of(into(table, section="ngos"))["ngos"] == ["UN Radio"]

    def test_near_misses_are_asked_about(self, into: Import) -> None:
        mapping = into("Example,Name\nUNHRC,HCR Mali\n", yes=False, answer=lambda question: True)
        assert names_of(mapping) == {"unhcr": ["HCR Mali"]}
        assert into.asked[0] == "“UNHRC”: is that “UNHCR”?"

    @pytest.mark.parametrize("yes", [True, False])
    def test_a_near_miss_without_a_yes_becomes_an_other_data_user(self, into: Import, yes: bool) -> None:
        mapping = into(
            "Example,Name\nUNHRC,HCR Mali\n", yes=yes, answer=lambda question: "is that" not in question
        )
        assert names_of(mapping) == {"un-agencies": ["HCR Mali"]}
        assert "“UNHRC” is nearly “UNHCR”, and not taken for it" in into.shown

    def test_the_same_as_above_is_the_names_above(self, into: Import) -> None:
        mapping = into("Example,Name\nWFP,A; B\nUNHCR,same as above\nOCHA,idem\n")
        assert names_of(mapping) == {"wfp": ["A", "B"], "unhcr": ["A", "B"], "ocha": ["A", "B"]}

    def test_a_table_for_several_responses_is_refused(self, into: Import) -> None:
        with pytest.raises(Unusable, match="more than one response: Mali; Niger"):
            into("Response,Example,Name\nMali,WFP,A\nNiger,WFP,B\n")
        assert not into.file.exists()

    def test_what_it_is_about_comes_in_where_nothing_is_recorded(self, tmp_path: Path) -> None:
        table = "Response,Country,Example,Name\nMali response,Mali,WFP,A\n"
        assert Import(tmp_path)(table).country == "MLI"
        (tmp_path / "other").mkdir()
        into = Import(tmp_path / "other", replace(mapping_of(), response="Niger response"))
        assert into(table).response == "Niger response"
        assert "Niger response stays; the source says Mali response" in into.shown

    @pytest.mark.parametrize("split", ["and", "/1", ", y"])
    def test_letters_and_digits_part_no_names(self, into: Import, split: str) -> None:
        with pytest.raises(Unusable, match="--split"):
            into("Example,Name\nWFP,A and B\n", split=split)


class TestMerging:
    def test_nothing_is_ever_deleted(self, tmp_path: Path) -> None:
        user = DataUser("WFP Mali", {"area": "Gao", "levels": ("strategic",)}, "2020-01-01")
        before = mapping_of(
            row_of("wfp", user, "VAM"), row_of("unhcr", "HCR"), others={"ngos": (DataUser("Plan"),)}
        )
        into = Import(tmp_path, before)
        after = into(
            "Example,Name,Area,Level of use\nWFP,FAO,,\nWFP,wfp  mali,,\nUNHCR,n/a: closed,,\nOCHA,,,\n"
        )
        assert after.rows["wfp"].users == (*before.rows["wfp"].users, DataUser("FAO", {}, TODAY))
        assert after.rows["unhcr"] == before.rows["unhcr"]
        assert after.others == before.others
        assert "HCR stays; the source says not applicable: closed" in into.shown
        assert "In the mapping and not in the source, and kept: VAM; HCR; Plan" in into.shown

    def test_details_fill_and_change_and_are_dated_today(self, tmp_path: Path) -> None:
        user = DataUser("WFP Mali", {"area": "Gao", "notes": "x"}, "2020-01-01")
        into = Import(tmp_path, mapping_of(row_of("wfp", user)))
        after = into("Example,Name,Area,Focal point\nWFP,WFP Mali,Kidal,Head of VAM\n")
        details: dict[str, Detail] = {"area": "Kidal", "notes": "x", "focal_point": "Head of VAM"}
        assert after.rows["wfp"].users == (DataUser("WFP Mali", details, TODAY),)
        assert after.last_change == TODAY
        assert "Area Gao → Kidal" in into.shown

    def test_a_state_is_filled_and_changed_and_names_take_its_place(self, tmp_path: Path) -> None:
        before = mapping_of(row_of("wfp", pending="ask"), row_of("unhcr", pending="ask"))
        after = Import(tmp_path, before)("Example,Name\nWFP,WFP Mali\nUNHCR,n/a\nOCHA,TBC\n")
        assert [after.rows[id].state(CATALOGUE) for id in ("wfp", "unhcr", "ocha")] == [
            "mapped",
            "not_applicable",
            "pending",
        ]
        assert after.rows["unhcr"].verified == TODAY

    def test_a_state_without_words_keeps_the_words_that_are_there(self, tmp_path: Path) -> None:
        before = mapping_of(row_of("wfp", not_applicable="closed", verified="2020-01-01"))
        assert Import(tmp_path, before)("Example,Name\nWFP,n/a\n") == before

    def test_the_file_before_an_import_is_kept_as_a_backup(self, tmp_path: Path) -> None:
        into = Import(tmp_path, mapping_of(row_of("wfp", "A")))
        before = into.file.read_bytes()
        into("Example,Name\nWFP,B\n")
        assert [path.read_bytes() for path in Store(into.file, CATALOGUE).backups.paths()] == [before]

    def test_a_large_import_that_could_not_be_opened_again_is_refused(self, into: Import) -> None:
        notes = ["x" * 2000 for _number in range(3)]
        lines = (",".join(("WFP", f"Name {number}", *notes)) for number in range(1_450))
        table = "Example,Name,Area,Focal point,Notes\n" + "\n".join(lines)
        with pytest.raises(Refused, match="larger than 8 MB"):
            into(table)
        assert not into.file.exists()


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "content", "what"),
        [
            ("a.csv", "", "the file is empty"),
            ("a.csv", "Name,Age\nJane,7\n", "found was: “Name”, “Age”"),
            ("a.xls", "<html><table><tr><td>Example</td></tr></table>", "this is a web page"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted, or of an old kind"),
            ("a.pdf", b"%PDF-1.7", "this is a PDF"),
            ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no text"),
            ("a.xlsx", b"PK\3\4 xl/workbook", "damaged"),
            ("a.docx", b"PK\3\4 word/document", "damaged"),
            ("a.zip", b"PK\3\4 nothing", "no Word or Excel document"),
            ("a.zip", packed("a.docx", packed("word/document.xml", b"")), "no Word or Excel document"),
            ("a.odt", packed("mimetype", b"application/vnd.oasis.opendocument.text"), "an OpenDocument file"),
            ("a.csv", b"\xff\xfea", "no text in utf-16"),
            ("a.csv", 'Example,Name\nWFP,"PAM\nUNHCR,HCR\n', "cannot be read as CSV"),
            ("a.csv", 'Example,Name\nWFP,"PAM" Mali\n', "line 2 cannot be read as CSV"),
            ("a.json", "{", "cannot be read as JSON"),
            ("a.json", "[" * 200_000, "cannot be read as JSON"),
            ("a.json", "{}", "no JSON report of dtm-map"),
            ("a.md", "# Data users\n", "this is a Markdown report"),
            ("a.txt", "| Example | Name |\n| --- | --- |\n| WFP | A |\n", "this is a Markdown report"),
            ("a.yaml", "format: dtm-mapping/1\n", "a mapping or a catalogue itself"),
        ],
    )
    def test_one_message_says_what_it_is_and_nothing_is_written(
        self, into: Import, name: str, content: str | bytes, what: str
    ) -> None:
        with pytest.raises(Unusable) as caught:
            into(content, name)
        assert what in str(caught.value)
        assert caught.value.mend
        assert [path.name for path in into.folder.iterdir()] == [name]

    @given(content=st.binary() | st.text().map(str.encode))
    def test_any_bytes_are_read_or_refused(self, content: bytes) -> None:
        for name in ("a.csv", "a.json"):
            with TemporaryDirectory() as folder:
                into = Import(Path(folder))
                with suppress(DtmMapError):
                    into(content, name)
                assert not into.file.exists() or into.mapping.rows or into.mapping.others

    @given(data=st.data())
    def test_a_damaged_json_report_is_read_or_refused(self, data: st.DataObject) -> None:
        mapping = mapping_of(row_of("wfp", DataUser("A", {"levels": ("strategic",), "area": "Gao"})))
        report = json.loads(reports.render(mapping, CATALOGUE, "json", personal=True))
        found = report["sections"][2]["rows"][0]
        at = data.draw(
            st.sampled_from(
                [report, report["sections"][2], found, found["users"][0], found["users"][0]["details"]]
            )
        )
        at[data.draw(st.sampled_from(sorted(at)))] = data.draw(
            st.sampled_from(
                [None, 1, [], {}, [1], [[]], {"id": 1}, "x", "\0", "x" * 3000, [{"label": "x"}], [{}]]
            )
        )
        with TemporaryDirectory() as folder:
            into = Import(Path(folder))
            with suppress(Unusable):
                into(json.dumps(report), "a.json")
            # What was written can be read again.
            assert not into.file.exists() or into.mapping.catalogue == CATALOGUE.id

    @given(data=st.data(), ours=st.booleans())
    def test_whatever_stands_in_the_cells_the_mapping_can_be_read_again(
        self, data: st.DataObject, ours: bool
    ) -> None:
        odd = st.sampled_from(["x" * 2_001, "a\tb", "a\nb", "a\x07b", "gone-x"]) | st.text(but_nul)
        often = {
            "section_id": ["un-agencies"],
            "example_id": ["wfp", "gone-x"],
            "state": ["", "mapped", "not applicable", "pending"],
            "example": ["WFP", "gone"],
            "user": ["", "PAM", "n/a", "TBC: ask", "same"],
        }
        columns = [
            column for column in flat.columns(CATALOGUE.fields) if ours or not column.id.endswith("_id")
        ]
        known = st.tuples(*[st.sampled_from(often.get(column.id, [""])) for column in columns])
        lines = [list(line) for line in data.draw(st.lists(known, min_size=1, max_size=5))]
        for line in lines:
            line[data.draw(st.sampled_from(range(len(columns))))] = data.draw(odd)
        out = io.StringIO()
        csv.writer(out).writerows([[column.label for column in columns], *lines])
        with TemporaryDirectory() as folder:
            into = Import(Path(folder))
            with suppress(DtmMapError):
                into(out.getvalue().encode(errors="replace"))
            assert not into.file.exists() or into.mapping.catalogue == CATALOGUE.id

    @pytest.mark.parametrize("format_name", ["csv", "xlsx", "json"])
    @pytest.mark.parametrize(("id", "label"), [("gone", "x\ny"), ("gone", "x" * 3000), ("gone" * 900, "x")])
    def test_an_example_that_is_gone_comes_in_so_that_the_mapping_can_be_read_again(
        self, into: Import, format_name: str, id: str, label: str
    ) -> None:
        gone = Row(id, "un-agencies", label, (DataUser("A"),))
        report = reports.render(
            replace(mapping_of(row_of("wfp", "B")), rows={id: gone}), CATALOGUE, format_name
        )
        assert "A" in {
            name for names in names_of(into(report, f"a.{format_name}")).values() for name in names
        }

    def test_what_cannot_be_recorded_is_left_out_and_listed(self, into: Import) -> None:
        mapping = into(f"Example,Name,Area\nWFP,{'x' * 201},\nWFP,A\tB,Gao\x07\nUNHCR,\x07,\nOCHA,,Gao\n")
        assert mapping.rows["wfp"].users == (DataUser("A B", {}, TODAY),)
        assert "201 characters long" in into.shown
        assert "row 5: there are details in it, but no name that they are of" in into.shown

    @pytest.mark.parametrize("reason", ["a\x07b", "x" * 2_001])
    def test_a_reason_that_cannot_be_recorded_is_left_out_and_listed(self, into: Import, reason: str) -> None:
        mapping = into(f"Example,Name,Reason\nWFP,n/a,{reason}\nOCHA,TBC,a\tb\n")
        assert (mapping.rows["wfp"].not_applicable, mapping.rows["ocha"].pending) == ("", "a b")
        assert f"“{reason[:40]}” is left out" in into.shown.replace("<07>", "\x07")

    def test_a_report_of_another_catalogue_is_refused(self, into: Import) -> None:
        report = reports.render(replace(mapping_of(row_of("wfp", "A")), catalogue="other"), CATALOGUE, "csv")
        with pytest.raises(Unusable, match="made with the catalogue “other”"):
            into(report)


class TestWorkbooks:
    HEAD: tuple[object, ...] = ("Example", "Name")

    def test_a_table_on_a_hidden_sheet_alone_is_said_to_be_there(self, into: Import) -> None:
        made = Workbook()
        hidden = made.create_sheet("Old")
        hidden.append(list(self.HEAD))
        hidden.append(["WFP", "B"])
        hidden.sheet_state = "hidden"
        with pytest.raises(Unusable, match="hidden sheets: Old"):
            into(saved(made), "source.xlsx")

    def test_a_sheet_that_is_not_understood_is_named(self, into: Import) -> None:
        made = book(list(self.HEAD), ["WFP", "A"])
        made.create_sheet("NGOs").append(["NGO type", "Name in Mali", "Since"])
        into(saved(made), "a.xlsx")
        assert "Sheet “NGOs” was not read" in into.shown
        assert "“NGO type”, “Name in Mali”, “Since”" in into.shown

    def test_hidden_sheets_are_left_out_and_named(self, into: Import) -> None:
        made = book(list(self.HEAD), ["WFP", "A"])
        hidden = made.create_sheet("Old")
        hidden.append(list(self.HEAD))
        hidden.append(["WFP", "B"])
        hidden.sheet_state = "hidden"
        assert names_of(into(saved(made), "a.xlsx")) == {"wfp": ["A"]}
        assert "The hidden sheet “Old” was left out" in into.shown

    def test_a_merged_cell_says_the_same_in_each_of_its_rows(self, into: Import) -> None:
        made = book(["List of users", None], list(self.HEAD), ["WFP", "A"], [None, "B"], ["UNHCR", "C"])
        sheet = made["Sheet"]
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A3:A4")
        assert names_of(into(saved(made), "a.xlsx")) == {"wfp": ["A", "B"], "unhcr": ["C"]}

    def test_formulas_with_errors_or_without_a_value_count_as_empty(self, into: Import) -> None:
        made = book(list(self.HEAD), ["WFP", "A"], ["UNHCR", "#REF!"], ["OCHA", "=1+1"])
        assert names_of(into(saved(made), "a.xlsx")) == {"wfp": ["A"]}
        assert "Sheet “Sheet”: 2 formulas with an error or without a value count as empty" in into.shown

    def test_the_csv_report_saved_as_a_workbook_comes_back_without_the_signs_that_guard_it(
        self, tmp_path: Path
    ) -> None:
        mapping = mapping_of(row_of("wfp", DataUser("-WFP Gao", {"contact": "+223 1", "notes": "a\n- b"})))
        report = reports.render(mapping, CATALOGUE, "csv", personal=True).decode("utf-8-sig")
        made = book(*csv.reader(io.StringIO(report, newline="")))
        assert "'-WFP Gao" in {cell.value for row in made["Sheet"] for cell in row}
        before = Import(tmp_path, mapping)
        before(saved(made), "a.xlsx")
        assert before.mapping == mapping, before.shown

    def test_what_the_library_warns_of_is_not_for_the_operator(
        self, into: Import, recwarn: pytest.WarningsRecorder
    ) -> None:
        made = repacked(saved(book(list(self.HEAD), ["WFP", "A"])), "xl/styles.xml", b"cellStyles", b"other")
        assert names_of(into(made, "a.xlsx")) == {"wfp": ["A"]}
        assert not recwarn.list

    @pytest.mark.parametrize("formula", ["", "#DIV/0!"])
    def test_names_that_look_like_errors_are_names(self, tmp_path: Path, formula: str) -> None:
        mapping = mapping_of(row_of("wfp", "#N/A", "#REF!"), row_of("ocha", "B"))
        made = load_workbook(io.BytesIO(reports.render(mapping, CATALOGUE, "xlsx")))
        sheet = made["Data users"]
        assert {"#N/A", "#REF!"} <= {cell.value for row in sheet for cell in row}
        for cell in (cell for row in sheet for cell in row if cell.value in ("#N/A", "#REF!")):
            cell.data_type = "s"
        sheet.cell(2, 30, formula or None)
        assert names_of(Import(tmp_path)(saved(made), "a.xlsx")) == names_of(mapping)

    def test_numbers_and_dates_come_in_as_text(self, into: Import) -> None:
        made = book([*self.HEAD, "Area", "Verified"], ["WFP", "A", 12.0, date(2024, 2, 29)])
        (user,) = into(saved(made), "a.xlsx").rows["wfp"].users
        assert user == DataUser("A", {"area": "12"}, "2024-02-29")

    def test_a_date_is_taken_with_its_time_and_nothing_else(self, into: Import) -> None:
        made = book([*self.HEAD, "Verified"], ["WFP", "A", "2024-02-29 10:30"], ["OCHA", "B", "2024-02-28?"])
        rows = into(saved(made), "a.xlsx").rows
        assert (rows["wfp"].users[0].verified, rows["ocha"].users[0].verified) == ("2024-02-29", TODAY)
        assert "“2024-02-28?” is no date" in into.shown

    def test_a_workbook_with_a_document_inside_is_a_workbook(self, into: Import) -> None:
        out = io.BytesIO(saved(book(list(self.HEAD), ["WFP", "A"])))
        with zipfile.ZipFile(out, "a") as packed:
            packed.writestr("xl/embeddings/a.docx", b"PK\3\4 word/document.xml")
        assert names_of(into(out.getvalue(), "a.xlsx")) == {"wfp": ["A"]}

    def test_a_stray_cell_far_away_costs_nothing(self, into: Import) -> None:
        made = book(list(self.HEAD), ["WFP", "A"])
        made["Sheet"]["XFD1048576"] = "x"
        assert names_of(into(saved(made), "a.xlsx")) == {"wfp": ["A"]}

    def test_what_was_looked_for_and_found_is_said(self, into: Import) -> None:
        with pytest.raises(Unusable, match="“Budget”, “2024”"):
            into(saved(book(["Budget", 2024])), "a.xlsx")
