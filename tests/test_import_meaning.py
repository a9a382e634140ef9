"""An import records only what its source means: names of data users, once each, and nothing else."""

import json
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from dtm_mapper import reports
from dtm_mapper.errors import Unusable
from dtm_mapper.mapping import DataUser, Detail
from strategies import CATALOGUE
from test_cli import run
from test_intake import TODAY, Import, book, mapping_of, names_of, row_of, saved
from test_intake_worksheet import packed, write

#: A register as it may be published: codes and names of organisations; two of the codes are examples.
REGISTER = "code,description\n" + "\n".join(
    f"{code},{name}"
    for code, name in (
        ("unicef", "United Nations Children's Fund"),
        ("wfp", "World Food Programme"),
        *((f"org{number}", f"Organisation number {number}") for number in range(108)),
    )
)


@pytest.fixture
def into(tmp_path: Path) -> Import:
    """Imports into a mapping that is not there yet."""
    return Import(tmp_path)


def shown(into: Import) -> str:
    """What an import showed, on one line."""
    return " ".join(into.shown.split())


def document(*rows: tuple[str, ...]) -> bytes:
    made = Document()
    table = made.add_table(len(rows), len(rows[0]))
    for texts, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(texts, row.cells, strict=True):
            write(cell, text)
    return packed(made)


class TestColumnsUnderUnknownHeaders:
    @pytest.mark.parametrize("section", [[], ["--section", "ngos"]])
    def test_a_register_with_some_codes_that_are_examples_is_refused(
        self, tmp_path: Path, section: list[str]
    ) -> None:
        (tmp_path / "register.csv").write_text(REGISTER)
        result = run("import", "register.csv", "mali.yaml", "--yes", *section, cwd=tmp_path)
        assert (result.code, result.out) == (2, "")
        assert "no table with a column of examples" in result.err
        assert not (tmp_path / "mali.yaml").exists()

    @pytest.mark.parametrize(
        "table",
        [
            "Quién,En Mali\nWFP,PAM\nFAO,FAO Mali\nUNHCR,HCR\n",
            "UNHCR,HCR\nFAO,FAO Mali\nUN Women,UN Women Mali\nWFP,PAM\n",
            "Our partners,\nUN Agencies,\nWFP,PAM\nFAO,FAO Mali\nUN Women,ONU Femmes\nUNHCR,HCR\n",
        ],
    )
    def test_examples_in_the_first_row_or_in_half_of_them_make_it_a_table_of_examples(
        self, into: Import, table: str
    ) -> None:
        names = names_of(into(table, section="ngos"))
        assert (names["wfp"], names["unhcr"]) == (["PAM"], ["HCR"])

    def test_a_sheet_that_sums_up_another_one_is_not_read(self, into: Import) -> None:
        made = book(["Example", "Organisation"], ["UNICEF", "UNICEF Mali"])
        pivot = made.create_sheet("Pivot")
        for row in (["Row Labels", "Count"], ["UNICEF", 12], ["INGO", 31], ["Grand Total", 43]):
            pivot.append(row)
        assert names_of(into(saved(made), "a.xlsx")) == {"unicef": ["UNICEF Mali"]}
        assert "Sheet “Pivot” was not read" in into.shown

    @pytest.mark.parametrize("header", ["Structure,Point focal", "Organismo,Persona", "الجهة,الشخص"])
    def test_persons_under_an_unknown_header_beside_organisations_are_not_read(
        self, into: Import, header: str
    ) -> None:
        with pytest.raises(Unusable, match="no table with a column of examples"):
            into(f"{header}\nWFP,Person One\nUNHCR,Person Two\n")

    def test_few_examples_do_not_say_which_section_all_the_others_are_of(self, into: Import) -> None:
        rows = "".join(f"Org {number},Name {number}\n" for number in range(5))
        assert names_of(into(f"Example,Data user\nWFP,PAM\nUNHCR,HCR\n{rows}")) == {
            "wfp": ["PAM"],
            "unhcr": ["HCR"],
        }
        assert "“Org 4”, Name 4: it says no section, and is left out" in into.shown


class TestPersonsAndOrganisations:
    @pytest.mark.parametrize(
        ("example", "name", "organisation"),
        [
            ("Example", "Name", "Agency"),
            ("Example", "Names", "NGO"),
            ("Example", "Name", "Implementing partners"),
            ("Example", "Name", "Organization name"),
            ("Example", "Name", "Lead Org."),
            ("Exemple", "Nom", "Structure"),
            ("Exemple", "Noms", "Nom de l'institution"),
            ("Exemple", "NOM", "Agence de mise en œuvre"),
            ("Ejemplo", "Nombre", "Institución"),
            ("Ejemplo", "Nombre", "Socio implementador"),
            ("Ejemplo", "Nombres", "Nombre de la ONG"),
            ("مثال", "الاسم", "المؤسسة"),
            ("مثال", "الاسم", "اسم الشريك المنفذ"),
        ],
    )
    @pytest.mark.parametrize("name_first", [True, False])
    def test_a_bare_name_is_that_of_a_person_where_another_column_says_organisation(
        self, into: Import, example: str, name: str, organisation: str, name_first: bool
    ) -> None:
        rows = [[example, name, organisation], ["UNHCR", "Person One", "HCR Mali"]]
        rows += [[example, name, organisation], ["WFP", "Person Two", "PAM"]]
        if not name_first:
            rows = [[row[0], row[2], row[1]] for row in rows]
        mapping = into("\n".join(map(",".join, rows)))
        assert names_of(mapping) == {"unhcr": ["HCR Mali"], "wfp": ["PAM"]}
        assert f"The names were taken from the column “{organisation}”, not from “{name}”" in shown(into)

    @pytest.mark.parametrize(
        "further",
        [
            "Organisation type",
            "Agency code",
            "Partner?",
            "Nombre d'organisations",
            "Tipo de socio",
            "نوع المنظمة",
        ],
    )
    def test_what_is_said_of_an_organisation_is_not_its_name(self, into: Import, further: str) -> None:
        assert names_of(into(f"Example,Name,{further}\nUNHCR,HCR Mali,UN\n")) == {"unhcr": ["HCR Mali"]}

    def test_a_data_user_stays_the_name_beside_its_partner(self, into: Import) -> None:
        for header in ("Partner,Data user", "Implementing partner,Potential data user in your response"):
            assert names_of(into(f"Example,{header}\nUNHCR,Oxfam,HCR Mali\n")) == {"unhcr": ["HCR Mali"]}

    def test_a_contact_list_in_word_and_excel_gives_its_organisations(self, into: Import) -> None:
        rows = (("Example", "Name", "Agency"), ("UNHCR", "Person One", "HCR Mali"))
        assert names_of(into(document(*rows), "a.docx")) == {"unhcr": ["HCR Mali"]}
        assert names_of(into(saved(book(*rows)), "a.xlsx")) == {"unhcr": ["HCR Mali"]}


NOT_NAMES = {
    "a number": ["0", "12", "1 234,5", "50%", "-3", "٣", "1.5E+06", "2026-11-22", "22/11/2026"],
    "a mark": [
        "x",
        "X",
        "Yes",
        "no",
        "Y",
        "TRUE",
        "Oui",
        "NON",
        "VRAI",
        "faux",
        "Sí",
        "VERDADERO",
        "نعم",
        "خطأ",
    ],
    "an error value": [
        "#N/A",
        "#REF!",
        "#NAME?",
        "#NV",
        "#NOM?",
        "#¡VALOR!",
        "#ССЫЛКА!",
        "#DIV/0!",
        "Err:502",
    ],
    "a total": ["Total", "Grand Total", "Sous-total", "Total général", "Total: 12", "المجموع الكلي"],
    "an address": [
        "https://www.acted.org",
        "www.wfp.org/mali",
        "health.gov.ml",
        "im@un.example",
        "Web: www.a.org",
    ],
}


class TestWhatIsNoName:
    @pytest.mark.parametrize(
        ("kind", "text"), [(kind, text) for kind, listed in NOT_NAMES.items() for text in listed]
    )
    def test_it_is_listed_with_its_place_and_not_recorded(self, into: Import, kind: str, text: str) -> None:
        mapping = into(f'Example,Organisation\nUNHCR,HCR\nWHO,"{text}"\n,"{text}"\n', section="ngos")
        assert names_of(mapping) == {"unhcr": ["HCR"]}
        assert f"row 3, row 4: “{text}” is left out: it is {kind}" in shown(into)

    @pytest.mark.parametrize(
        "name",
        [
            *("3W", "4 Humanity", "Total SA", "YES Network", "No Peace Without Justice", "X-Aid", "#Defend"),
            *("Humanitarian.id", "Change.org", "Totalview", "Radio 98.7", "WFP (www.wfp.org)", "Error: Aid"),
        ],
    )
    def test_a_name_that_only_begins_or_ends_so_is_a_name(self, into: Import, name: str) -> None:
        assert names_of(into(f"Example,Organisation\nWHO,{name}\n")) == {"who": [name]}

    def test_a_line_of_totals_is_listed_once(self, into: Import) -> None:
        mapping = into("Example,Organisation\nUNHCR,HCR\nTotal,12 organisations\n", section="ngos")
        assert names_of(mapping) == {"unhcr": ["HCR"]}
        assert "1 not recognised" in into.shown

    def test_the_names_in_the_same_cell_and_a_state_beside_it_are_taken(self, into: Import) -> None:
        mapping = into("Example,Organisation,Status,Reason\nUNHCR,HCR; 2; x,,\nWHO,0,pending,Ask OCHA\n")
        assert names_of(mapping) == {"unhcr": ["HCR"]}
        assert mapping.rows["who"].pending == "Ask OCHA"

    def test_in_excel_and_word_as_in_csv(self, into: Import) -> None:
        into("Example,Organisation\nUNHCR,HCR\n")
        before = into.mapping
        made = book(["Example", "Organisation"], ["WHO", True], ["UNDP", 12], ["WFP", 0.5], ["OCHA", "#NV"])
        assert into(saved(made), "a.xlsx") == before
        assert "Sheet, row 2: “True” is left out: it is a mark" in shown(into)
        assert (
            into(document(("Examples from other contexts", "Organisation"), ("WHO", "x")), "a.docx") == before
        )
        assert "table 1, row 2: “x” is left out: it is a mark" in shown(into)

    def test_errors_of_formulas_are_named_with_their_cells(self, into: Import) -> None:
        made = book(["Example", "Organisation"], ["UNHCR", "HCR"], ["WHO", "#N/A"], ["WFP", "#REF!"])
        assert names_of(into(saved(made), "a.xlsx")) == {"unhcr": ["HCR"]}
        assert "2 formulas with an error or without a value count as empty: B3, B4" in shown(into)

    def test_an_error_value_is_no_detail_either(self, into: Import) -> None:
        mapping = into("Example,Organisation,Area,Needs\nUNHCR,HCR,#REF!,#N/A\n")
        assert mapping.rows["unhcr"].users == (DataUser("HCR", {}, TODAY),)
        assert "row 2: “#REF!” in Area is an error value of a spreadsheet" in shown(into)

    @pytest.mark.parametrize("format_name", ["csv", "xlsx", "json"])
    def test_a_report_brings_back_every_name_as_it_was_typed(self, into: Import, format_name: str) -> None:
        names = ["TBC", "2", "x", "Yes", "TRUE", "Total", "#N/A", "www.wfp.org", "Name", "12%", "#org"]
        others = {"ngos": tuple(DataUser(name) for name in names)}
        mapping = mapping_of(row_of("wfp", *names), others=others)
        assert into(reports.render(mapping, CATALOGUE, format_name), f"a.{format_name}") == mapping

    def test_a_name_that_the_mapping_has_stays_known(self, tmp_path: Path) -> None:
        before = mapping_of(row_of("wfp", "2"))
        assert Import(tmp_path, before)("Example,Organisation\nWFP,2\n") == before


class TestHashtags:
    @pytest.mark.parametrize(
        "tags", [",#org+name", ",#ORG", "#meta+example,#org +name +en", "#x_example,#org"]
    )
    def test_a_row_of_hashtags_under_the_header_is_passed_over(self, into: Import, tags: str) -> None:
        mapping = into(f"Example,Organisation\n{tags}\n,Oxfam\nUNHCR,HCR\n", section="ngos")
        assert names_of(mapping) == {"unhcr": ["HCR"], "ngos": ["Oxfam"]}
        assert "#" not in into.shown

    def test_a_name_that_begins_like_a_hashtag_is_a_name(self, into: Import) -> None:
        table = "Example,Organisation\n,#Defend\n,Oxfam\n,#org\n"
        assert names_of(into(table, section="ngos")) == {"ngos": ["#Defend", "Oxfam", "#org"]}


class TestCountries:
    @pytest.mark.parametrize(
        "countries", [("Chad", "Niger", "Mali"), ("Tchad; Niger", "", "Mali"), ("Chad/Niger/Mali", "", "")]
    )
    def test_a_source_about_several_countries_gives_none(
        self, tmp_path: Path, countries: tuple[str, str, str]
    ) -> None:
        lines = zip(countries, ("UNHCR,HCR", "WHO,OMS", "WFP,PAM"), strict=True)
        table = "Country,Example,Organisation\n" + "\n".join(map(",".join, lines))
        (tmp_path / "a.csv").write_text(table)
        result = run("import", "a.csv", "mali.yaml", "--yes", cwd=tmp_path)
        assert result.code == 0
        assert "the source names 3 countries, so none is recorded: Chad, Niger, Mali" in " ".join(
            result.out.split()
        )
        assert "country:" not in (tmp_path / "mali.yaml").read_text()

    def test_several_sheets_name_several_countries(self, into: Import) -> None:
        made: Workbook = book(["Country", "Example", "Name"], ["Mali", "WFP", "PAM"])
        made.create_sheet("Niger").append(["Country", "Example", "Name"])
        made["Niger"].append(["Niger", "UNHCR", "HCR"])
        assert into(saved(made), "a.xlsx").country == ""
        assert "the source names 2 countries" in into.shown

    def test_several_spellings_of_one_country_are_that_country(self, into: Import) -> None:
        table = "Pays,Exemple,Organisation\nTchad,UNHCR,HCR\nTCD,WHO,OMS\nChad,WFP,PAM\nRegional,OCHA,OCHA\n"
        assert into(table).country == "TCD"
        assert "country: “Regional” is no country's name or code" in into.shown

    def test_the_country_of_the_mapping_stays(self, tmp_path: Path) -> None:
        into = Import(tmp_path)
        into("Country,Example,Name\nMali,WFP,PAM\n")
        assert into("Country,Example,Name\nChad,WFP,PAM\nNiger,UNHCR,HCR\n").country == "MLI"


class TestBlankAndRepeatedAnswers:
    @pytest.mark.parametrize("blank", ["", " ", "\N{NBSP}", "\u200f"])
    def test_a_blank_answer_is_an_empty_one(self, into: Import, blank: str) -> None:
        header = "Example,Data user,Needs,Frequency,Area,Reason\n"
        mapping = into(
            f'{header}UNHCR,HCR,"{blank}","{blank}","{blank}",\nWHO,"{blank}",,,,\nWFP,n/a,,,,"{blank}"\n'
        )
        assert mapping.rows["unhcr"].users == (DataUser("HCR", {}, TODAY),)
        assert mapping.rows["wfp"].not_applicable == ""
        assert "who" not in mapping.rows
        assert ", 0 not recognised" in shown(into)

    def test_blanks_in_quotation_marks_are_no_choice(self, into: Import) -> None:
        mapping = into('Example,Data user,Needs\nUNHCR,HCR,"Food; "" "" ;;"\n')
        assert mapping.rows["unhcr"].users[0].details == {"needs": ("food",)}

    def test_a_blank_answer_in_json_is_an_empty_one(self, into: Import) -> None:
        report = report_with({"needs": [" ", "Roads", "\t"], "engagement": " ", "area": " \n"})
        assert into(report, "a.json").rows["wfp"].users[0].details == {"needs": ("Roads",)}
        assert ", 0 not recognised" in shown(into)

    def test_an_answer_that_occurs_twice_is_saved_once(self, into: Import) -> None:
        mapping = into(
            "Example,Data user,Needs,Frequency\n"
            'UNHCR,HCR; HCR;  hcr ,"Food; Roads; food; Roads ; "" Roads""",Monthly; monthly\n'
            "UNHCR,HCR,,\n"
        )
        details: dict[str, Detail] = {"needs": ("food", "Roads"), "frequency": "monthly"}
        assert mapping.rows["unhcr"].users == (DataUser("HCR", details, TODAY),)
        assert ", 0 not recognised" in shown(into)

    def test_an_answer_that_occurs_twice_in_json_is_saved_once(self, into: Import) -> None:
        food = {"id": "food", "label": "Food"}
        report = report_with(
            {"levels": ["strategic", "strategic"], "needs": [food, "Roads", "food", " Roads"]}
        )
        details = {"levels": ("strategic",), "needs": ("food", "Roads")}
        assert into(report, "a.json").rows["wfp"].users[0].details == details


def report_with(details: dict[str, object]) -> str:
    """A JSON report with one data user and these details, as somebody may have edited it."""
    report = json.loads(reports.render(mapping_of(row_of("wfp", "PAM")), CATALOGUE, "json"))
    (row,) = (row for section in report["sections"] for row in section["rows"] if row["users"])
    row["users"][0]["details"] = details
    return json.dumps(report)
