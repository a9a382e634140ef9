"""The translations of a catalogue: complete, compared with the terms, and read only when they are needed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.catalogue_file import parse as parse_catalogue
from dtm_mapper.catalogue_texts import own_texts, parse, texts_beside
from dtm_mapper.checking import problems_in
from dtm_mapper.errors import Problem
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.search import find
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import Mapping
from interviews import BEGUN, NEEDS, held, hold
from strategies import CATALOGUE, damaged, sources
from test_catalogue import ALIASES, table
from test_cli import run

LANGUAGES = ("en", "fr", "es", "ar")
TERMS = {id: dict(zip(LANGUAGES, words, strict=True)) for id, *words, _basis in table("terms.tsv")}
OTHERS = LANGUAGES[1:]
EXAMPLES = default_path().parent.parent / "examples"

SMALL = """\
format: dtm-catalogue/1
id: small
version: '3'
title: A small catalogue
fields:
- id: needs
  label: Needs
  question: What?
  type: select_multiple
  depth: standard
  or_other: true
  interests: true
  choices:
  - {id: food, label: Food}
  - {id: cash, label: Cash, hint: money}
sections:
- id: agencies
  title: Agencies
  examples:
  - {id: wfp, name: WFP, aliases: [World Food Programme], interests: [food]}
"""
FRENCH = """\
format: dtm-catalogue-texts/1
catalogue: small
language: fr
texts:
  title: Un petit catalogue
  fields/needs: Besoins
  fields/needs#question: Quoi ?
  fields/needs/food: Alimentation
  fields/needs/cash: Transferts monétaires
  fields/needs/cash#hint: argent
  sections/agencies: Agences
  examples/wfp: Programme alimentaire mondial
aliases:
  wfp: [PAM]
"""


def text_file(language: str) -> Path:
    return default_path().with_name(f"categories.{language}.yaml")


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str], Catalogue]:
    """Loads the small catalogue with a French translation beside it."""

    def translated(french: str) -> Catalogue:
        (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
        (tmp_path / "small.fr.yaml").write_text(french, encoding="utf-8")
        return load(tmp_path / "small.yaml")

    return translated


# The default catalogue and the example


def test_the_catalogues_own_texts_are_the_english_terms() -> None:
    assert own_texts(CATALOGUE) == {id: words["en"] for id, words in TERMS.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_the_term_of_its_language(language: str) -> None:
    texts, problems = parse(text_file(language).read_bytes(), CATALOGUE, language)
    assert problems == []
    assert texts is not None
    assert texts.texts == {id: words[language] for id, words in TERMS.items()}
    assert all(set(names) <= set(ALIASES[id]) for id, names in texts.aliases.items())


def test_the_translations_are_those_of_three_languages() -> None:
    assert {file.name for file in texts_beside(default_path())} == {f"categories.{id}.yaml" for id in OTHERS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_found_by_its_label_in_every_language(language: str) -> None:
    for asked in CATALOGUE.fields:
        entries = [Entry(choice.id, choice.label, choice.hint) for choice in asked.choices]
        index = ChoiceIndex(tuple(entries), asked.translations)
        for choice in asked.choices:
            label = TERMS[f"fields/{asked.id}/{choice.id}"][language]
            assert asked.choice_called(label.upper()) == choice.id
            assert index.labelled(label) == index.by_id[choice.id]
            assert index.by_id[choice.id] in index.matching(label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_found_by_its_names_in_every_language(language: str) -> None:
    walk = Walk(CATALOGUE, Mapping(CATALOGUE.id, CATALOGUE.version, ""))
    for id in CATALOGUE.example_by_id:
        for name in (TERMS[f"examples/{id}"][language], *ALIASES[id]):
            assert id in [place.item for place in find(walk, name)], name
    for section in CATALOGUE.sections:
        (place,) = find(walk, TERMS[f"sections/{section.id}"][language])
        assert place.section == section.id


def test_the_example_of_a_catalogue_is_sound_and_its_translation_complete() -> None:
    assert problems_in(EXAMPLES / "education.yaml", None) == []
    assert problems_in(EXAMPLES / "education.fr.yaml", None) == []
    catalogue = load(EXAMPLES / "education.yaml")
    assert catalogue.field_by_id["needs"].choice_called("Écoles") == "schools"
    assert "Éducation nationale" in catalogue.other_names("ministry")


# When they are read


def test_nothing_is_read_before_something_is_looked_up(
    small: Callable[[str], Catalogue], tmp_path: Path
) -> None:
    catalogue = small(FRENCH)
    needs = catalogue.field_by_id["needs"]
    assert needs.choice_called("FOOD") == "food"
    # It was not read yet.
    (tmp_path / "small.fr.yaml").write_text(FRENCH.replace("Alimentation", "Vivres"), encoding="utf-8")
    assert needs.choice_called("vivres") == "food"
    assert needs.choice_called("alimentation") == ""
    assert needs.choice_called("transferts monetaires") == "cash"
    assert catalogue.other_names("wfp") == ("World Food Programme", "Programme alimentaire mondial", "PAM")


def test_a_copy_of_a_catalogue_is_not_taken_for_a_translation(tmp_path: Path) -> None:
    for name in ("my.yaml", "my.old.yaml", "my.2026.yaml", "my-fr.yaml", "other.fr.yaml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    assert texts_beside(tmp_path / "my.yaml") == []


# Mistakes


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("catalogue: small", "catalogue: dtm-data-users", 2, ["“catalogue”", "“small”", "“dtm-data-users”"]),
        ("language: fr", "language: es", 3, ["“language”", "“fr”", "“es”"]),
        ("texts/1", "texts/2", 1, ["newer dtm-map"]),
        ("texts/1", "texts/0", 1, ["“format”", "dtm-catalogue-texts/1"]),
        ("language: fr\n", "", 1, ["no “language”"]),
        ("fields/needs/food", "fields/needs/fod", 8, ["unknown key “fields/needs/fod”", "/food”?"]),
        ("examples/wfp", "examples/who", 12, ["unknown key “examples/who”"]),
        ("  wfp: [PAM]", "  wpf: [PAM]", 14, ["unknown key “wpf”", "“wfp”?"]),
        ("[PAM]", "PAM", 14, ["“wfp” must be a list, not text"]),
        ("[PAM]", "[[PAM]]", 14, ["“wfp” must be text, not a list"]),
        ("Besoins", "[Besoins]", 6, ["“fields/needs” must be text"]),
        ("Besoins", "\"Be\\tsoins\"", 6, ["there is a tab in it"]),
        ("Besoins", "x: y", 6, ["not valid YAML"]),
        ("Besoins", "\"x", 6, ["quotation mark"]),
        ("Besoins", "x" * 2_001, 6, ["2001 characters"]),
        ("title: Un petit catalogue", "\ttitle: x", 5, ["tab"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_the_translation_is_not_used(
    small: Callable[[str], Catalogue], tmp_path: Path, old: str, new: str, line: int, words: list[str]
) -> None:
    assert FRENCH.count(old) == 1
    catalogue = small(FRENCH.replace(old, new))
    file = tmp_path / "small.fr.yaml"
    errors = [problem for problem in problems_in(file, None) if not problem.warning]
    assert errors[0].line == line
    assert all(word in errors[0].what for word in words), errors
    assert catalogue.field_by_id["needs"].choice_called("alimentation") == ""
    (warning,) = catalogue.translations.take_warnings()
    assert warning.startswith(f"{file}:{line}: {errors[0].what}")
    assert "This translation is not used" in warning
    assert catalogue.field_by_id["needs"].choice_called("food") == "food"
    assert catalogue.other_names("wfp") == ("World Food Programme",)
    assert catalogue.translations.take_warnings() == []


def test_check_names_every_missing_and_unknown_text(
    tmp_path: Path, small: Callable[[str], Catalogue]
) -> None:
    small(FRENCH.replace("  fields/needs: Besoins\n", "").replace("Alimentation", "''"))
    done = run("check", "small.fr.yaml", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    own = "has no text; the catalogue's own is used"
    assert done.out == (
        f"small.fr.yaml:5: warning: “fields/needs” {own}\n"
        f"small.fr.yaml:7: warning: “fields/needs/food” {own}\n"
    )
    small(FRENCH.replace("examples/wfp", "examples/who").replace("needs/cash#", "needs/csh#"))
    done = run("check", "small.fr.yaml", cwd=tmp_path)
    assert done.code == 1
    assert "small.fr.yaml:10: unknown key “fields/needs/csh#hint”; did you mean" in done.out
    assert "small.fr.yaml:12: unknown key “examples/who”" in done.out


def test_a_missing_text_leaves_the_other_texts_in_use(small: Callable[[str], Catalogue]) -> None:
    catalogue = small(FRENCH.replace("  fields/needs/cash#hint: argent\n", ""))
    assert catalogue.field_by_id["needs"].choice_called("alimentation") == "food"
    assert catalogue.translations.take_warnings() == []


def test_a_translation_without_a_catalogue_beside_it_is_checked_against_the_one_in_use(
    tmp_path: Path,
) -> None:
    shutil.copy(text_file("fr"), tmp_path / "texts.yaml")
    assert run("check", "texts.yaml", cwd=tmp_path).out == "texts.yaml: no problems\n"


def test_a_folder_in_the_place_of_a_translation_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "small.fr.yaml").mkdir()
    catalogue = load(tmp_path / "small.yaml")
    assert catalogue.other_names("wfp") == ("World Food Programme",)
    (warning,) = catalogue.translations.take_warnings()
    assert "folder" in warning


@given(sources() | damaged(FRENCH.encode()))
def test_any_bytes_are_texts_or_problems_with_their_lines(source: bytes) -> None:
    catalogue = parse_catalogue(SMALL.encode())[0]
    assert catalogue is not None
    texts, problems = parse(source, catalogue, "fr")
    assert (texts is None) == any(not problem.warning for problem in problems)
    assert all(isinstance(problem, Problem) and problem.what for problem in problems)
    assert all(0 <= problem.line <= len(source.splitlines()) + 1 for problem in problems)


@settings(max_examples=15)
@given(st.sampled_from(OTHERS).flatmap(lambda language: damaged(text_file(language).read_bytes())))
def test_a_damaged_translation_of_the_default_catalogue_is_texts_or_problems(source: bytes) -> None:
    texts, problems = parse(source, CATALOGUE, "")
    assert (texts is None) == any(not problem.warning for problem in problems)


# In a session


def test_an_interview_says_once_that_a_translation_is_broken(
    small: Callable[[str], Catalogue], tmp_path: Path
) -> None:
    small(FRENCH.replace("catalogue: small", "catalogue: big"))
    typed = (
        "DTM\n\n\n:go world food\nWFP\n:go agencies/wfp/1/needs\nfood, argent\n:go agencies\n:go wfp\n:quit\n"
    )
    done = run("new", "mali.yaml", "--plain", "--catalogue", "small.yaml", cwd=tmp_path, given=typed)
    assert done.code == 0
    assert (done.out + done.err).count("small.fr.yaml:2: ") == 1
    assert "This translation is not used" in done.out


def test_a_mapping_is_read_and_reported_without_a_word_about_a_translation_that_it_does_not_need(
    small: Callable[[str], Catalogue], tmp_path: Path
) -> None:
    small("broken: [")
    (tmp_path / "mali.yaml").write_text(
        "format: dtm-mapping/1\ncatalogue: {id: small, version: '3'}\nsections:\n- id: agencies\n  rows:\n"
        "  - example: wfp\n    users:\n    - {name: WFP, needs: [food]}\n",
        encoding="utf-8",
    )
    done = run("report", "mali.yaml", "-o", "-", "--catalogue", "small.yaml", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")


def test_other_text_that_is_nearly_a_label_in_another_language_is_asked_about(tmp_path: Path) -> None:
    talk = hold(tmp_path, "Alimentaton", "y", begun=BEGUN, at=NEEDS)
    assert "Use the choice “Food” for “Alimentaton”?" in talk.asked[1]
    assert held(talk.mapping, NEEDS) == "food"
