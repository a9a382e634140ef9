"""An import recognises examples, sections, columns and answers in every language, and by other names."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from dtm_mapper.mapping import OTHER
from strategies import CATALOGUE
from test_catalogue import ALIASES
from test_catalogue_texts import LANGUAGES, TERMS
from test_intake import Import


def table_of(*rows: Sequence[str]) -> str:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_recognised_by_its_name_in_every_language(tmp_path: Path, language: str) -> None:
    names = [(TERMS[f"examples/{id}"][language], f"User of {id}") for id in CATALOGUE.example_by_id]
    mapping = Import(tmp_path)(table_of(("Example", "Data user"), *names))
    assert {id: [user.name for user in row.users] for id, row in mapping.rows.items()} == {
        id: [f"User of {id}"] for id in CATALOGUE.example_by_id
    }
    assert mapping.others == {}


def test_every_example_is_recognised_by_its_other_names(tmp_path: Path) -> None:
    names = [(name, f"{id} {number}") for id in ALIASES for number, name in enumerate(ALIASES[id])]
    mapping = Import(tmp_path)(table_of(("Example", "Data user"), *names))
    for id, known in ALIASES.items():
        assert [user.name for user in mapping.rows[id].users] == [f"{id} {at}" for at in range(len(known))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_columns_and_answers_are_recognised_in_every_language(tmp_path: Path, language: str) -> None:
    def term(id: str) -> str:
        return TERMS[id][language]

    header = (
        "Section",
        "Example",
        "Data user",
        term("fields/needs"),
        term("fields/levels"),
        term("fields/area"),
    )
    needs = "; ".join(term(f"fields/needs/{id}") for id in ("refugees", "water-sources"))
    first = (term("sections/ngos"), "", "An NGO", needs, term("fields/levels/strategic").upper(), "North")
    mapping = Import(tmp_path)(table_of(header, first))
    (user,) = mapping.users("ngos", OTHER)
    assert user.details == {"needs": ("refugees", "water-sources"), "levels": ("strategic",), "area": "North"}


def test_several_answers_in_another_language_may_stand_with_commas_between(tmp_path: Path) -> None:
    rows = (
        ("Example", "Data user", "Information needs"),
        ("HCR", "UNHCR Mali", "Réfugiés, Retournés / Énergie"),
    )
    mapping = Import(tmp_path)(table_of(*rows))
    assert mapping.rows["unhcr"].users[0].values("needs") == ("refugees", "returnees", "energy")


def test_a_name_in_brackets_may_be_another_name(tmp_path: Path) -> None:
    into = Import(tmp_path)
    rows = (("Example", "Data user"), ("Agence des réfugiés (HCR)", "UNHCR Mali"))
    mapping = into(table_of(*rows), yes=False, answer=lambda _question: True)
    assert "“Agence des réfugiés (HCR)”: is that “UNHCR”?" in into.asked
    assert [user.name for user in mapping.rows["unhcr"].users] == ["UNHCR Mali"]
