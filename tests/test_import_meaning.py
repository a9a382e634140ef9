"""An import records only what its source means: names of data users, once each, and nothing else."""

from pathlib import Path

import pytest
from docx import Document

from test_intake import Import, book, names_of, saved
from test_intake_worksheet import packed, write


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
