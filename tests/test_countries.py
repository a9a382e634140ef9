"""Countries as an operator types them."""

import unicodedata

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper.countries import code_of, name_of, names, near

ALPHA_3 = [country.alpha_3 for country in pycountry.countries]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("BGD", ["Bangladesh", "bangladesh", "BD", "bgd", " Bangladesh "]),
        ("NOR", ["NO", "no", "Norway", "Norvège", "Noruega"]),
        ("SYR", ["Syria", "Syrian Arab Republic", "Syrie", "Siria"]),
        ("SDN", ["Sudan", "Soudan", "Sudán", "السودان", "السّودان"]),
        ("SSD", ["South Sudan", "Soudan du Sud", "Sudán del Sur", "جنوب السودان"]),
        ("COG", ["Congo", "Republic of the Congo", "République du Congo"]),
        ("TCD", ["Chad", "Tchad"]),
        ("CAF", ["Central African Republic", "République centrafricaine", "República Centroafricana"]),
        ("TUR", ["Türkiye", "Turkiye", "Turquie", "Turquía"]),
        ("HTI", ["Haiti", "Haïti", "Haití"]),
        ("YEM", ["Yemen", "Yémen", "اليمن"]),
        ("LBY", ["Libya", "Libye", "Libia", "ليبيا"]),
        ("IRQ", ["Iraq", "Irak", "العراق"]),
        ("VEN", ["Venezuela", "Vénézuela", "Bolivarian Republic of Venezuela"]),
        ("MMR", ["Myanmar", "Birmanie"]),
        ("NER", ["Niger", "Níger"]),
        ("NGA", ["Nigeria", "Nigéria"]),
    ],
)
def test_a_country_is_known_by_its_codes_and_names_in_four_languages(code: str, names: list[str]) -> None:
    assert {name: code_of(name) for name in names} == dict.fromkeys(names, code)


@pytest.mark.parametrize(
    "name",
    [
        "Democratic Republic of the Congo",
        "the Democratic Republic of the Congo",
        "Congo, The Democratic Republic of the",
        "République démocratique du Congo",
        "República Democrática del Congo",
    ],
)
def test_names_of_the_list_are_known_in_the_order_that_people_write_them(name: str) -> None:
    assert code_of(name) == "COD"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "COD",
            [
                "RDC",
                "DRC",
                "rdc",
                "DR Congo",
                "RD Congo",
                "RD del Congo",
                "Congo-Kinshasa",
                "الكونغو الديمقراطية",
            ],
        ),
        ("COG", ["Congo-Brazzaville", "Congo Brazzaville", "Republic of Congo"]),
        ("CAF", ["RCA", "CAR", "Centrafrique", "Centroáfrica", "أفريقيا الوسطى"]),
        ("SSD", ["RSS", "rss"]),
        ("SYR", ["سوريا", "سورية"]),
        (
            "PSE",
            ["oPt", "OPT", "Occupied Palestinian Territory", "Territoires palestiniens occupés", "فلسطين"],
        ),
        ("CIV", ["Ivory Coast", "Cote d Ivoire"]),
        ("MMR", ["Burma"]),
        ("TUR", ["Turkey", "تركيا"]),
        ("GNB", ["Guinée Bissau", "Guinea Bissau"]),
        ("TLS", ["Timor Leste", "East Timor"]),
        ("LCA", ["St. Lucia", "St Lucia"]),
        ("GBR", ["UK", "Great Britain"]),
        ("ARE", ["UAE"]),
        ("BGD", ["بنغلاديش"]),
    ],
)
def test_a_country_is_known_by_the_names_that_missions_use(code: str, names: list[str]) -> None:
    assert {name: code_of(name) for name in names} == dict.fromkeys(names, code)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("COD", "Democratic Republic of the Congo"),
        ("PSE", "State of Palestine"),
        ("VIR", "U.S. Virgin Islands"),
        ("BES", "Bonaire, Sint Eustatius and Saba"),
    ],
)
def test_a_name_is_shown_in_the_order_that_people_write_it(code: str, name: str) -> None:
    assert name_of(code) == name


def test_every_suggested_name_is_known_in_each_language() -> None:
    assert [name for name in names() if code_of(name) is None] == []
    assert {"South Sudan", "Soudan du Sud", "Sudán del Sur", "جنوب السودان"} <= set(names())


@pytest.mark.parametrize("name", ["Palestine", "State of Palestine", "Palestina"])
def test_a_name_is_known_without_what_the_list_adds_after_a_comma(name: str) -> None:
    assert code_of(name) == "PSE"


@pytest.mark.parametrize("name", ["Côte d'Ivoire", "Cote d'Ivoire", "COTE D’IVOIRE", "côte  d'ivoire"])
def test_accents_capitals_and_the_shape_of_an_apostrophe_do_not_matter(name: str) -> None:
    assert code_of(name) == code_of(unicodedata.normalize("NFD", name)) == "CIV"


@pytest.mark.parametrize("name", ["Korea", "Virgin Islands"])
def test_a_name_that_two_countries_share_is_none(name: str) -> None:
    assert code_of(name) is None


def test_every_code_and_every_english_name_is_known() -> None:
    for country in pycountry.countries:
        for kind in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            if name := getattr(country, kind, ""):
                assert code_of(name) == country.alpha_3, name


@given(st.sampled_from(ALPHA_3))
def test_the_name_that_is_shown_for_a_code_can_be_typed(code: str) -> None:
    assert code_of(name_of(code)) == code


@given(st.text())
def test_any_text_is_a_known_country_or_none(text: str) -> None:
    assert code_of(text) in {None, *ALPHA_3}
    assert near(text) in {"", *map(name_of, ALPHA_3)}


@pytest.mark.parametrize("text", ["", " ", "?", "Atlantis", "Cox's Bazar", "XX", "ZZZ"])
def test_what_is_no_country_has_no_code(text: str) -> None:
    assert code_of(text) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("Bangaldesh", "Bangladesh"), ("Ukrain", "Ukraine"), ("Turky", "Türkiye")),
        *(("Philipines", "Philippines"), ("Ivory Cost", "Côte d'Ivoire")),
    ],
)
def test_a_mistyped_name_suggests_the_one_that_was_likely_meant(typed: str, meant: str) -> None:
    assert near(typed) == meant


@pytest.mark.parametrize("text", ["xyz", "Kosovo", ""])
def test_nothing_is_suggested_where_nothing_is_near(text: str) -> None:
    assert near(text) == ""


def test_a_code_that_is_none_is_its_own_name() -> None:
    assert name_of("XKX") == "XKX"
    assert name_of("SYR") == "Syria"
