"""The toolkit's own worksheet, filled in Word, comes in complete; and no document does harm."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.table import _Cell
from openpyxl import Workbook

from dtm_mapper import reports
from dtm_mapper.errors import Unusable
from dtm_mapper.intake import archive
from dtm_mapper.mapping import DataUser
from strategies import CATALOGUE
from test_cli import run
from test_intake import TODAY, Import, names_of

#: The worksheet's sections, with its own spelling of their examples.
SECTIONS = {
    "1. Humanitarian Coordination of Response": """
Governmental / Inter-ministerial Coordination entity
HCT or other coordination body for the response
ICCG or other coordination body for the response
Multisectoral Cash Working Groups
IMWG (Information Management Working Group)
Need Assessment Working Groups
Population Data Working Group
GIS Sub-Working Groups""",
    "2. Clusters, AoRs and Working Groups": """
CCCM Cluster / Site Management and Coordination working group
Counter Trafficking taskforce
Child Protection AoR/ working group
Disability Inclusion Working Group
Education Cluster /working group
Food Security Cluster / working group
GBV AoR/ working group
Health Cluster/ working group
Mine Action AoR/ working group
Nutrition Cluster / working group
Protection Cluster /working group
Shelter and NFIs Cluster/ working group
WASH Cluster/ working group""",
    "3. UN Agencies": """
WFP (food/cash)
UNHCR (refugees, returnees, protection services, info on Place of Origin)
OCHA (Inter-sectoral info, humanitarian access)
UNICEF (gender and age breakdown of population, children on the move, education, Child Protection)
UNMAS (Impact of Explosive Ordnance on displaced population)
UNFPA (gender and age break down of population and GBV services)
WHO (gender and age break down of population access to health, health-seeking behaviours)
UNDP (barriers to accessing livelihood)""",
    "4. NGOs & Local Civil Society": """
HI -Humanity and Inclusion (e.g., persons with disabilities)
Save the Children (e.g., Education and children on the move)
National Red Cross and Crescent Societies – (for service provision, incl. for migrants)
IFRC (services provision incl. for migrants)
ICRC (family tracing)
NRC - Norwegian Refugee Council- (access to land and property, evictions threats…)
DRC - Danish Refugee Council (protection service provision)
Help Age (elderly persons)
National NGOs
Local and National associations
Non-for-profit service providers
National Universities""",
    "5. IOM programmes /Units": """
Protection/GBV/Child Protection
Counter Trafficking
AVRR
TRD – Transition and Peace Building
TRD – Durable Solutions & Recovery
Disaster Risk Reduction and Environmental Degradation
Energy""",
    "6. Government & Authorities": """
Disaster Management Agencies (National and Local)
Prime Minister Cabinet
Ministry of Displacement
Ministry of Social Affairs
Ministry of Planning
Ministry of Health
Ministry of Education /Higher Education
Ministry in charge of water and sanitation
Municipalities
National Bureau of Statistics""",
}
EXAMPLES = [label for listed in SECTIONS.values() for label in listed.split("\n")[1:]]


def toolkit_worksheet(
    answers: dict[str, str], others: dict[str, str] | None = None, narrow: bool = False, header: bool = True
) -> bytes:
    """A worksheet laid out as the toolkit's, cell by cell. `others` are typed into the first empty row of a
    section; `narrow`: with an empty column before the two."""
    document = Document()
    document.add_paragraph("Identifying potential users of DTM data")
    document.add_paragraph("Use the following list of potential users of DTM data.")
    for title, listed in SECTIONS.items():
        document.add_paragraph(title)
        if title.startswith("2"):
            document.add_paragraph("Note: Global cluster may be represented differently at country level.")
        labels = listed.split("\n")[1:]
        head = [["Examples from other contexts", "Potential Data User in your Response"]] if header else []
        rows = [*head, *([label, answers.get(label, "")] for label in labels)]
        rows += [["", (others or {}).get(title, "")], ["", ""]]
        table = document.add_table(len(rows), 2 + narrow)
        for cells, row in zip(rows, table.rows, strict=True):
            for text, cell in zip(cells, row.cells[narrow:], strict=True):
                write(cell, text)
        if title.startswith("3"):
            document.add_paragraph("Remember to share DTM public datasets on HDX portal")
    return packed(document)


def write(cell: _Cell, text: str) -> None:
    """Types a text into a cell: a paragraph a line, and a line break within one for `|`."""
    first, *more = text.split("\n")
    cell.text = first.replace("|", "\n")
    for line in more:
        cell.add_paragraph(line.replace("|", "\n"))


def packed(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


@pytest.fixture
def into(tmp_path: Path) -> Import:
    """Imports into a mapping that is not there yet."""
    return Import(tmp_path)


def translated(*tables: tuple[str, str, str]) -> bytes:
    """A worksheet in another language: for each section its title, one example and its answer."""
    document = Document()
    for title, example, answer in tables:
        document.add_paragraph(title)
        document.add_paragraph("Remarque : à adapter.")
        table = document.add_table(2, 2)
        header = ("Exemples d'autres contextes", "Utilisateurs potentiels de données")
        for cells, row in zip((header, (example, answer)), table.rows, strict=True):
            for text, cell in zip(cells, row.cells, strict=True):
                write(cell, text)
    return packed(document)


class TestToolkitWorksheet:
    @pytest.mark.parametrize("narrow", [False, True])
    @pytest.mark.parametrize("header", [True, False])
    def test_a_filled_worksheet_comes_in_complete(self, into: Import, narrow: bool, header: bool) -> None:
        answers = {label: f"Local {number}" for number, label in enumerate(EXAMPLES)}
        others = {title: f"Other of {title[0]}" for title in SECTIONS}
        mapping = into(toolkit_worksheet(answers, others, narrow, header), "worksheet.docx")
        assert len(mapping.rows) == len(EXAMPLES) == 58
        in_order = zip(mapping.rows.values(), answers.values(), strict=True)
        assert all(row.users == (DataUser(name, {}, TODAY),) for row, name in in_order)
        assert [users[0].name for users in mapping.others.values()] == [f"Other of {n}" for n in range(1, 7)]
        assert "0 not recognised" in into.shown

    def test_several_names_states_and_empty_cells(self, into: Import) -> None:
        answers = {
            EXAMPLES[0]: "RRRC|ISCG; NGO platform\n• UN Women",
            EXAMPLES[1]: "n/a\nmerged into the ISCG",
            EXAMPLES[2]: "TBC - ask the ISCG",
            EXAMPLES[3]: "  ",
        }
        mapping = into(toolkit_worksheet(answers), "worksheet.docx")
        rows = list(mapping.rows.values())
        assert names_of(mapping) == {"inter-ministerial": ["RRRC", "ISCG", "NGO platform", "UN Women"]}
        assert [(row.not_applicable, row.pending) for row in rows[1:]] == [
            ("merged into the ISCG", None),
            (None, "ask the ISCG"),
        ]

    def test_what_was_taken_out_with_changes_tracked_is_not_read(self, into: Import) -> None:
        document = Document(io.BytesIO(toolkit_worksheet({EXAMPLES[0]: "Old"})))
        paragraph = document.tables[0].rows[1].cells[1].paragraphs[0]
        run = paragraph.runs[0]._r
        deleted, inserted, new = (OxmlElement(f"w:{tag}") for tag in ("del", "ins", "r"))
        run.addprevious(deleted)
        deleted.append(run)
        text = OxmlElement("w:t")
        text.text = "New"
        new.append(text)
        inserted.append(new)
        deleted.addnext(inserted)
        assert names_of(into(packed(document), "worksheet.docx")) == {"inter-ministerial": ["New"]}

    def test_merged_cells_and_cells_in_controls_are_read(self, into: Import) -> None:
        document = Document(io.BytesIO(toolkit_worksheet({EXAMPLES[0]: "A", EXAMPLES[1]: "B"})))
        table = document.tables[0]
        write(table.cell(2, 0), "")
        table.cell(1, 0).merge(table.cell(2, 0))
        paragraph = table.rows[2].cells[1].paragraphs[0]._p
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraph.addprevious(control)
        control.append(content)
        content.append(paragraph)
        assert names_of(into(packed(document), "worksheet.docx")) == {"inter-ministerial": ["A", "B"]}

    def test_a_request_to_click_and_type_is_no_name(self, into: Import) -> None:
        document = Document(
            io.BytesIO(toolkit_worksheet({EXAMPLES[0]: "Click or tap here", EXAMPLES[1]: "B"}))
        )
        run = document.tables[0].rows[1].cells[1].paragraphs[0].runs[0]._r
        control, about, content = (OxmlElement(f"w:{tag}") for tag in ("sdt", "sdtPr", "sdtContent"))
        about.append(OxmlElement("w:showingPlcHdr"))
        run.addprevious(control)
        control.extend([about, content])
        content.append(run)
        assert names_of(into(packed(document), "worksheet.docx")) == {"hct": ["B"]}

    def test_a_section_in_another_language_is_known_by_its_number(self, into: Import) -> None:
        mapping = into(translated(("3) Agences", "Agence", "PAM"), ("1. Entités", "Entité", "GTI")), "w.docx")
        assert names_of(mapping) == {"un-agencies": ["PAM"], "coordination": ["GTI"]}

    @pytest.mark.parametrize(
        "between",
        ["2 agencies have not answered.", "5 May 2025: updated by Jean", "1. Fill this in\n2. Send it"],
    )
    def test_numbers_that_are_no_section_leave_the_section_as_it_is(self, into: Import, between: str) -> None:
        document = Document(io.BytesIO(toolkit_worksheet({}, {"3. UN Agencies": "UN Women"})))
        title = next(each for each in document.paragraphs if each.text == "3. UN Agencies")
        for line in reversed(between.split("\n")):
            title._p.addnext(document.add_paragraph(line)._p)
        assert names_of(into(packed(document), "worksheet.docx")) == {"un-agencies": ["UN Women"]}

    def test_a_row_without_a_name_is_no_section(self, into: Import) -> None:
        document = Document(io.BytesIO(toolkit_worksheet({}, {"3. UN Agencies": "UN Women"})))
        table = document.tables[2]
        for at, text in ((0, "IOM"), (1, "FAO Mali")):
            table.add_row()  # type: ignore[no-untyped-call]
            write(table.rows[-1].cells[at], text)
        mapping = into(packed(document), "worksheet.docx")
        assert names_of(mapping) == {"un-agencies": ["UN Women", "FAO Mali"]}
        assert "“IOM”: no example fits it, and no name stands beside it" in into.shown

    def test_sections_in_another_language_are_known_by_their_order(self, into: Import) -> None:
        tables = [(f"Partie {at}", f"Exemple {at}", f"Nom {at}") for at in range(6)]
        names = names_of(into(translated(*tables), "w.docx"))
        assert names == {section.id: [f"Nom {at}"] for at, section in enumerate(CATALOGUE.sections)}

    def test_of_our_own_documents_only_what_is_lost_is_said(self, into: Import) -> None:
        document = Document(io.BytesIO(reports.worksheet(CATALOGUE, Path("w.docx"))))
        write(document.tables[1].rows[1].cells[1], "A")
        into(packed(document), "w.docx")
        assert "not read" not in into.shown
        user = DataUser("A", {"levels": ("strategic",)})
        mapping = into.mapping.with_users(CATALOGUE, "coordination", "hct", (user,))
        document = Document(io.BytesIO(reports.render(mapping, CATALOGUE, "docx")))
        document.add_table(1, 3).rows[0].cells[0].text = "Company"
        into(packed(document), "w.docx")
        assert into.shown.count("its details are not read") == 1
        assert into.shown.count("was not read") == 1

    def test_a_table_that_is_not_understood_is_named(self, into: Import) -> None:
        document = Document(io.BytesIO(toolkit_worksheet({EXAMPLES[0]: "A"})))
        for cell, text in zip(document.add_table(1, 3).rows[0].cells, ("NGO", "Who", "Since"), strict=True):
            write(cell, text)
        into(packed(document), "worksheet.docx")
        assert "Table 7 was not read" in into.shown

    def test_a_section_under_a_changed_title_is_known_by_its_examples(self, into: Import) -> None:
        content = toolkit_worksheet({}, {"3. UN Agencies": "UN Women"})
        document = Document(io.BytesIO(content))
        next(each for each in document.paragraphs if each.text == "3. UN Agencies").text = "3. The UN family"
        assert names_of(into(packed(document), "worksheet.docx")) == {"un-agencies": ["UN Women"]}


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A document with some of its parts changed, by the ends of their names, `__` for a full stop."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = [part for end, part in parts.items() if name.endswith(end.replace("__", "."))]
            new.writestr(name, changed[0] if changed else old.read(name))
    return out.getvalue()


def workbook() -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["Example", "Name"], ["WFP", "A"]):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


DOCUMENT = toolkit_worksheet({EXAMPLES[0]: "A"})
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


class TestDocumentsThatAreNotOpened:
    @pytest.mark.parametrize(
        ("name", "content", "what"),
        [
            ("a.docx", repacked(DOCUMENT, document__xml=BOMB), "defines entities"),
            ("a.docx", repacked(DOCUMENT, document__xml=BOMB.decode().encode("utf-16")), "defines entities"),
            ("a.xlsx", repacked(workbook(), sheet1__xml=BOMB), "defines entities"),
            (
                "a.docx",
                repacked(DOCUMENT, document__xml=b" " * (archive.MAX_UNPACKED + 1)),
                "larger than any",
            ),
            ("a.xlsx", repacked(workbook(), sheet1__xml=b" " * 5_000_000), "larger than any"),
            ("a.docx", repacked(DOCUMENT, document__xml=b"<w:document"), "damaged"),
            ("a.xlsx", repacked(workbook(), workbook__xml=b"<x/>"), "no table"),
            ("a.docx", DOCUMENT.replace(b"[Content_Types].xml", b"[Content_Types].xmm"), "damaged"),
            ("a.docx", DOCUMENT[: len(DOCUMENT) // 2], "damaged"),
            ("a.docx", DOCUMENT.replace(b"word/document.xml", b"word/document.xmm"), "damaged"),
            ("a.docx", workbook().replace(b"xl/workbook", b"xx/workbook"), "no Word or Excel document"),
        ],
    )
    def test_they_are_refused_with_what_is_wrong(
        self, into: Import, name: str, content: bytes, what: str
    ) -> None:
        with pytest.raises(Unusable) as caught:
            into(content, name)
        assert what in str(caught.value)
        assert not into.file.exists()

    def test_an_archive_with_a_password_is_refused(self, into: Import) -> None:
        content = bytearray(DOCUMENT)
        # The mark of an encrypted part, in the archive's own list of its parts.
        at = content.rindex(b"PK\1\2")
        content[at + 8] |= 1
        with pytest.raises(Unusable, match="encrypted"):
            into(bytes(content), "a.docx")

    def test_a_word_document_with_macros_is_refused(self, into: Import) -> None:
        with zipfile.ZipFile(io.BytesIO(DOCUMENT)) as old:
            kinds = old.read("[Content_Types].xml")
        main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        kinds = kinds.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(DOCUMENT)) as old, zipfile.ZipFile(out, "w") as new:
            for part in old.namelist():
                new.writestr(part, kinds if part == "[Content_Types].xml" else old.read(part))
        with pytest.raises(Unusable, match="has macros"):
            into(out.getvalue(), "a.docm")

    def test_of_a_workbook_with_macros_only_the_values_are_read(self, into: Import) -> None:
        out = io.BytesIO(workbook())
        with zipfile.ZipFile(out, "a") as packed_again:
            packed_again.writestr("xl/vbaProject.bin", b"never run")
        assert names_of(into(out.getvalue(), "a.xlsm")) == {"wfp": ["A"]}

    def test_a_document_that_is_no_worksheet_says_what_was_found(self, into: Import) -> None:
        document = Document()
        document.add_paragraph("Minutes")
        table = document.add_table(1, 2)
        write(table.cell(0, 0), "Agenda")
        with pytest.raises(Unusable, match=r"no table with a column of examples.*found was: “Agenda”"):
            into(packed(document), "a.docx")


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "w.docx").write_bytes(toolkit_worksheet({EXAMPLES[0]: "RRRC [wip]", EXAMPLES[1]: "n/a"}))
        return tmp_path

    def test_without_a_terminal_it_shows_what_would_change_and_changes_nothing(self, folder: Path) -> None:
        result = run("import", "w.docx", "mali.yaml", cwd=folder)
        assert result.code == 1
        assert "RRRC [wip]" in result.out
        assert "2 new, 0 different" in result.out
        assert "add --yes" in result.err
        assert [path.name for path in folder.iterdir()] == ["w.docx"]

    def test_with_yes_it_is_done_and_a_second_time_changes_nothing(self, folder: Path) -> None:
        result = run("import", "w.docx", "mali.yaml", "--yes", cwd=folder)
        assert (result.code, result.err) == (0, "The mapping is in mali.yaml\n")
        before = (folder / "mali.yaml").read_bytes()
        again = run("import", "w.docx", "mali.yaml", cwd=folder)
        assert (again.code, again.err) == (0, "Nothing to change.\n")
        assert (folder / "mali.yaml").read_bytes() == before
        assert run("check", "mali.yaml", cwd=folder).code == 0

    def test_a_source_that_is_not_there_or_is_a_folder(self, folder: Path) -> None:
        (folder / "folder").mkdir()
        for name, what in (("no.docx", "no such file"), ("folder", "this is a folder")):
            result = run("import", name, "mali.yaml", cwd=folder)
            assert (result.code, result.out) == (2, "")
            assert what in result.err

    def test_an_unknown_section_says_which_there_are(self, folder: Path) -> None:
        result = run("import", "w.docx", "mali.yaml", "--section", "ngo", cwd=folder)
        assert result.code == 2
        assert "did you mean “ngos”" in result.err
