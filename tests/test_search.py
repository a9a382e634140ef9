"""Places found by what an operator remembers of them."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtm_mapper.interview.search import find, place_index
from dtm_mapper.interview.walk import REVIEW, Place, Walk
from dtm_mapper.mapping import DataUser, Mapping, Row
from dtm_mapper.texts import folded
from strategies import CATALOGUE, mappings, texts


def row(example: str, *names: str, **states: str) -> Row:
    known = CATALOGUE.example_by_id[example]
    users = tuple(DataUser(name) for name in names)
    return Row(example, CATALOGUE.section_of_example[example], known.name, users, **states)


WALK = Walk(
    CATALOGUE,
    Mapping(
        CATALOGUE.id,
        CATALOGUE.version,
        created="2026-11-22",
        response="Réponse au Tchad",
        country="TCD",
        rows={
            recorded.example: recorded
            for recorded in (
                row("unhcr", "HCR Sous-délégation d'Abéché", "CNARR"),
                row("hct", "Équipe humanitaire pays"),
                row("nrc", "المجلس النرويجي للاجئين"),
                row("drc", "丹麦难民理事会"),
                row("iccg", not_applicable="Fusionné avec l'ICC"),
                row("imwg", pending="Demander à OCHA, Éric"),
            )
        },
        others={"ngos": (DataUser("Straßenhilfe"), DataUser("İnsan Vakfı"))},
    ),
)


def found(words: str, walk: Walk = WALK) -> list[str]:
    return [str(place) for place in find(walk, words)]


# What is exact wins


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("unhcr", "un-agencies/unhcr"),
        ("UNHCR", "un-agencies/unhcr"),
        ("who", "un-agencies/who"),
        ("hi", "ngos/hi"),
        ("iom-energy", "iom/iom-energy"),
        ("un-agencies/ocha", "un-agencies/ocha"),
        ("ngos/other", "ngos/other"),
        ("un-agencies/unhcr/2/levels", "un-agencies/unhcr/2/levels"),
        ("ngos/other/1/needs", "ngos/other/1/needs"),
        ("response", "response"),
        ("country", "country"),
        ("prepared_by", "prepared_by"),
        ("review", "review"),
        ("Prime Minister Cabinet", "government/prime-minister"),
        ("  municipalities ", "government/municipalities"),
        ("CNARR", "un-agencies/unhcr"),
    ],
)
def test_an_exact_id_or_name_is_the_only_one_found(words: str, place: str) -> None:
    assert found(words) == [place]


@settings(max_examples=20)
@given(mappings())
def test_every_place_is_found_by_what_a_question_shows_as_its_id(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    for place in walk.order():
        assert find(walk, str(place)) == (place,)


def test_the_place_printed_when_leaving_at_the_review_is_found_again() -> None:
    assert find(WALK, str(REVIEW)) == (REVIEW,)


@pytest.mark.parametrize(
    "words",
    [
        *("un-agencies/unhcr/0/levels", "un-agencies/unhcr/3/levels", "un-agencies/ocha/1/levels"),
        *("un-agencies/ocha/0/verified", "ngos/other/0/verified", "un-agencies/unhcr/1/nothing"),
        *("un-agencies/unhcr/1", "un-agencies/unhcr/1/levels/more", "un-agencies/nobody", "nothing/other"),
        *("un-agencies/unhcr/²/levels", f"un-agencies/unhcr/{'9' * 5000}/levels", "//", "a//b/c"),
    ],
)
def test_a_place_that_is_not_there_is_not_found(words: str) -> None:
    assert found(words) == []


# Sections


@pytest.mark.parametrize("section", CATALOGUE.sections, ids=lambda section: section.id)
def test_a_section_is_found_by_its_id_and_by_its_title(section: object) -> None:
    known = next(known for known in CATALOGUE.sections if known is section)
    first = [f"{known.id}/{known.examples[0].id}"]
    assert found(known.id) == found(known.id.upper()) == first
    assert found(known.title) == found(known.title.casefold()) == first


def test_a_section_without_examples_is_found_at_its_other_data_users() -> None:
    emptied = tuple(
        section._replace(examples=()) if section.id == "iom" else section for section in CATALOGUE.sections
    )
    walk = Walk(replace(CATALOGUE, sections=emptied), replace(WALK.mapping, rows={}))
    assert found("iom", walk) == ["iom/other"]


def test_a_word_of_a_sections_title_finds_its_rows() -> None:
    rows = [f"government/{example.id}" for example in CATALOGUE.section_by_id["government"].examples]
    assert found("authorities") == [*rows, "government/other"]


# Any part, accents and capitals folded, any script


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("abeche", "un-agencies/unhcr"),
        ("ABÉCHÉ", "un-agencies/unhcr"),
        (unicodedata.normalize("NFD", "délégation"), "un-agencies/unhcr"),
        ("equipe", "coordination/hct"),
        ("fusionne", "coordination/iccg"),
        ("eric", "coordination/imwg"),
        ("النرويجي", "ngos/nrc"),
        ("难民", "ngos/drc"),
        ("strassen", "ngos/other"),
        ("insan", "ngos/other"),
        ("energ", "iom/iom-energy"),
        ("reponse", "response"),
        ("tcd", "country"),
        ("chad", "country"),
        ("pays humanitaire", "coordination/hct"),
        ("cnarr abeche", "un-agencies/unhcr"),
        ("+ cnarr", "un-agencies/unhcr"),
    ],
)
def test_a_part_of_what_stands_there_finds_the_row(words: str, place: str) -> None:
    assert found(words) == [place]


def test_a_part_that_stands_in_several_places_finds_them_in_the_order_of_the_walk() -> None:
    assert found("danish council") == ["ngos/drc"]
    assert found("refugee council") == ["ngos/nrc", "ngos/drc"]


@pytest.mark.parametrize("words", ["", "   ", "zzz", "unhcr zzz", "?", "日本", "\N{COMBINING ACUTE ACCENT}"])
def test_nothing_matching_finds_nothing(words: str) -> None:
    assert found(words) == []


@settings(max_examples=20)
@given(mappings(), texts() | st.text())
def test_what_is_found_is_there_and_in_order(mapping: Mapping, words: str) -> None:
    walk = Walk(CATALOGUE, mapping)
    places = find(walk, words)
    assert all(walk.exists(place) for place in places)
    assert len(set(places)) == len(places)
    names = [place for place in walk.names() if place in places]
    assert len(places) == 1 or list(places) == names


@settings(max_examples=20)
@given(mappings())
def test_every_data_user_is_found_by_name(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    for section, item, _number, user in mapping.every_user(CATALOGUE):
        if folded(user.name).strip() and "/" not in user.name:
            places = find(walk, user.name)
            assert Place(section, item) in places or len(places) == 1


@given(st.text())
def test_folding_forgets_accents_and_how_they_are_typed(text: str) -> None:
    once = folded(text)
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, text)) == once
    assert not any(unicodedata.combining(char) for char in folded(once))


# The list to search in


def test_a_line_of_the_list_says_the_row_what_is_recorded_and_its_section() -> None:
    line = place_index(WALK).by_id["un-agencies/unhcr"]
    assert line.label == "UNHCR"
    assert "HCR Sous-délégation d'Abéché; CNARR" in line.hint
    assert "UN Agencies" in line.hint


def test_rows_have_the_same_number_as_in_the_interview_and_nothing_else_has_one() -> None:
    entries = place_index(WALK).entries
    numbered = [entry.id for entry in entries if entry.number]
    assert numbered == [str(place) for place in WALK.rows()]
    assert [place_index(WALK).by_id[id].number for id in numbered] == list(range(1, 59))
    assert found("17") == [numbered[16]]
    assert found("59") == []
