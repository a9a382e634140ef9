"""A mapping in memory: states, progress, order, and how data users become those of the names typed."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.mapping import (
    DETAIL_LIMIT,
    NAME_LIMIT,
    OTHER,
    DataUser,
    Mapping,
    Progress,
    Row,
    has_personal,
    organisation,
    paired,
    progress,
    tidy,
)
from dtm_mapper.mappingfile import Writer, parse
from dtm_mapper.texts import text_problem
from strategies import CATALOGUE, data_users, mappings, texts

EMPTY = Mapping(CATALOGUE.id, CATALOGUE.version, "2026-11-22")
HCT = Row("hct", "coordination", CATALOGUE.example_by_id["hct"].name)
SEG = DataUser("Strategic Executive Group", {"levels": ("strategic",)}, "2026-11-22")
TODAY = "2026-12-01"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (HCT, "open"),
        (replace(HCT, users=(SEG,)), "mapped"),
        (replace(HCT, not_applicable=""), "not_applicable"),
        (replace(HCT, not_applicable="Merged"), "not_applicable"),
        (replace(HCT, pending=""), "pending"),
        (replace(HCT, pending="Ask the ISCG"), "pending"),
    ],
)
def test_mapped_not_applicable_pending_and_open_are_four_states(row: Row, state: str) -> None:
    assert row.state(CATALOGUE) == state
    assert EMPTY.with_row(row).row(CATALOGUE, "hct").state(CATALOGUE) == state


def test_a_row_that_is_open_again_leaves_nothing_behind() -> None:
    assert EMPTY.with_row(replace(HCT, pending="x")).with_row(HCT) == EMPTY
    mapped = EMPTY.with_users(CATALOGUE, "coordination", "hct", (SEG,))
    assert mapped.with_users(CATALOGUE, "coordination", "hct", ()) == EMPTY
    others = EMPTY.with_users(CATALOGUE, "iom", OTHER, (SEG,))
    assert others.with_users(CATALOGUE, "iom", OTHER, ()) == EMPTY


def test_data_users_take_the_place_of_what_was_said_of_the_row() -> None:
    said = replace(HCT, verified=TODAY)
    for row in (replace(said, pending="Ask"), replace(said, not_applicable="Merged")):
        mapping = EMPTY.with_row(row).with_users(CATALOGUE, "coordination", "hct", (SEG,))
        assert mapping.rows == {"hct": replace(HCT, users=(SEG,))}


@given(mappings(), data_users())
def test_a_change_makes_another_mapping_and_leaves_the_one_before(mapping: Mapping, user: DataUser) -> None:
    before = Writer(CATALOGUE).text(mapping)
    mapping.with_users(CATALOGUE, "iom", OTHER, (user,)).with_users(CATALOGUE, "coordination", "hct", (user,))
    mapping.with_row(replace(HCT, pending="x")).with_row(HCT).with_about("response", "x")
    assert Writer(CATALOGUE).text(mapping) == before


def test_an_example_that_neither_the_mapping_nor_the_catalogue_has_is_no_row(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        EMPTY.row(catalogue, "unhrc")


def test_an_answer_that_is_emptied_is_taken_away_and_each_change_is_dated() -> None:
    changed = SEG.with_detail("area", "Ukhia", TODAY)
    assert changed == DataUser(SEG.name, {"levels": ("strategic",), "area": "Ukhia"}, TODAY)
    assert changed.with_detail("area", "", TODAY).with_detail("levels", (), TODAY).details == {}
    assert SEG.details == {"levels": ("strategic",)}


def test_one_answer_and_several_are_read_alike(catalogue: Catalogue) -> None:
    user = DataUser("A", {"levels": ("strategic", "operational"), "engagement": "left"})
    assert user.values("levels") == ("strategic", "operational")
    assert user.values("engagement") == ("left",)
    assert user.values("area") == ()
    assert user.inactive(catalogue)
    assert not SEG.inactive(catalogue)
    assert not replace(user, details={"engagement": "contacted"}).inactive(catalogue)


@given(mappings())
def test_a_mapping_holds_personal_data_where_any_data_user_has_some(mapping: Mapping) -> None:
    users = [user for _section, _item, _number, user in mapping.every_user(CATALOGUE)]
    assert has_personal(mapping, CATALOGUE) == any(
        not {"focal_point", "contact", "consent"}.isdisjoint(user.details) for user in users
    )


@given(mappings())
def test_progress_counts_every_row_once_and_the_sections_add_up(mapping: Mapping) -> None:
    whole = progress(mapping, CATALOGUE)
    states = Counter(row.state(CATALOGUE) for row in mapping.rows.values())
    gone = len(mapping.rows.keys() - CATALOGUE.example_by_id.keys())
    assert whole.rows == 58 + gone
    assert (whole.mapped, whole.not_applicable, whole.pending) == tuple(
        states[state] for state in ("mapped", "not_applicable", "pending")
    )
    # A row that everybody left is open, although the mapping keeps it.
    assert whole.rows - whole.open == len(mapping.rows) - states["open"]
    others = (user for users in mapping.others.values() for user in users)
    assert whole.others == sum(not user.inactive(CATALOGUE) for user in others)
    parts = [progress(mapping, CATALOGUE, section) for section in mapping.section_ids(CATALOGUE)]
    assert Progress(*(sum(counts) for counts in zip(*parts, strict=True))) == whole
    assert progress(mapping, CATALOGUE, *CATALOGUE.section_by_id).rows <= whole.rows


def test_an_empty_mapping_is_open_throughout(catalogue: Catalogue) -> None:
    assert progress(EMPTY, catalogue) == Progress(0, 0, 0, 58, 0)
    assert progress(EMPTY, catalogue, "iom", "clusters") == Progress(0, 0, 0, 20, 0)


@given(mappings())
def test_every_data_user_is_met_once_in_the_catalogues_order(mapping: Mapping) -> None:
    met = list(mapping.every_user(CATALOGUE))
    assert all(mapping.users(section, item)[number - 1] is user for section, item, number, user in met)
    assert len({place[:3] for place in met}) == len(met)
    count = sum(len(row.users) for row in mapping.rows.values())
    assert len(met) == count + sum(len(users) for users in mapping.others.values())
    order = [
        (section.id, item)
        for section in CATALOGUE.sections
        for item in (*(example.id for example in section.examples), OTHER)
    ]
    known = [order.index(place[:2]) for place in met if place[:2] in order]
    assert known == sorted(known)


@given(
    st.lists(st.tuples(data_users(), st.sampled_from("ABCx")), max_size=5),
    st.lists(st.sampled_from("ABCD"), max_size=5),
)
def test_each_name_typed_gets_its_data_user(users: list[tuple[DataUser, str]], names: list[str]) -> None:
    old = tuple(replace(user, name=name) for user, name in users)
    pairing = paired(old, tuple(names), TODAY)
    # The result has the names that were typed, in that order.
    assert [user.name for user in pairing.users] == names
    # Equal names keep their details, the first one first.
    for name in {*names}:
        had = [user for user in old if user.name == name]
        got = [user for user in pairing.users if user.name == name]
        assert all(user in got for user in had[: len(got)])
    kept = Counter(user.name for user in old) & Counter(names)
    left_old, left_new = len(old) - kept.total(), len(names) - kept.total()
    if left_old == left_new:
        # The others are paired by their position, and every one is accounted for.
        assert pairing.removed == ()
        assert len(pairing.renamed) == left_old
        for before, after in pairing.renamed:
            assert after == replace(before, name=after.name, verified=TODAY)
        order = [[user is before for user in old].index(True) for before, _after in pairing.renamed]
        assert order == sorted(order)
    else:
        assert pairing.renamed == ()
        assert len(pairing.removed) == left_old
        assert sum(user == DataUser(user.name, verified=TODAY) for user in pairing.users) >= left_new


def test_the_rest_is_paired_by_position_only_where_the_counts_match() -> None:
    one, two, three = (DataUser(name, {"area": name}) for name in ("One", "Two", "Three"))
    swapped = paired((one, two, three), ("Three", "Eins", "Zwei"), TODAY)
    assert swapped.users == (
        three,
        DataUser("Eins", {"area": "One"}, TODAY),
        DataUser("Zwei", {"area": "Two"}, TODAY),
    )
    assert [(before, after.name) for before, after in swapped.renamed] == [(one, "Eins"), (two, "Zwei")]
    fewer = paired((one, two, three), ("Two", "Eins"), TODAY)
    assert fewer == ((two, DataUser("Eins", verified=TODAY)), (), (one, three))


@pytest.mark.parametrize(
    ("one", "other"),
    [("UNHCR", "unhcr"), ("Save the  Children", " save the children "), ("Médecins", "Me\u0301decins")],
)
def test_one_organisation_is_known_however_spaced_and_capitalised(one: str, other: str) -> None:
    assert organisation(one) == organisation(other)


def test_organisations_of_other_names_are_others() -> None:
    assert organisation("Médecins") != organisation("Medecins")


def test_choices_come_in_the_catalogues_order_each_once_and_other_text_behind(catalogue: Catalogue) -> None:
    needs = catalogue.field_by_id["needs"]
    answers = ("cash", "Age of the shelters", "food", "cash", "Age of the shelters", "Rents")
    assert tidy(needs, answers) == ("food", "cash", "Age of the shelters", "Rents")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "line break"),
        ("a\tb", "tab"),
        ("a\0b", "character 2 is a control"),
        ("ab\x1b[31m", "character 3 is a control"),
        ("a\rb", "character 2 is a control"),
        ("a\x7f", "character 2 is a control"),
        ("a\ud800", "character 2 is broken"),
        ("a" * (NAME_LIMIT + 1), f"{NAME_LIMIT + 1} characters"),
    ],
)
def test_a_name_that_cannot_be_recorded_is_told_why(text: str, words: str) -> None:
    assert words in (text_problem(text, NAME_LIMIT) or "")


def test_a_detail_may_have_line_breaks_and_is_limited_too() -> None:
    assert text_problem("a\nb", DETAIL_LIMIT, lines=True) is None
    assert text_problem("a" * DETAIL_LIMIT, DETAIL_LIMIT, lines=True) is None
    assert text_problem("a" * (DETAIL_LIMIT + 1), DETAIL_LIMIT, lines=True)


@given(texts())
def test_a_name_in_any_script_can_be_recorded(name: str) -> None:
    assert text_problem(name, NAME_LIMIT) is None or "\x7f" in name


@given(st.text(min_size=1) | texts(lines=True) | st.text(st.sampled_from("a\n\t\r \x85\u2028\x00\ud800\x1c")))
def test_whatever_may_be_recorded_is_read_back_as_it_was(text: str) -> None:
    text = text.strip()
    name_fits = bool(text) and text_problem(text, NAME_LIMIT) is None
    detail_fits = bool(text) and text_problem(text, DETAIL_LIMIT, lines=True) is None
    user = DataUser(
        name=text if name_fits else "A",
        details={"needs": ("food", text), "frequency": text, "area": text} if detail_fits else {},
    )
    mapping = EMPTY.with_users(CATALOGUE, "iom", OTHER, (user,))
    if detail_fits:
        mapping = mapping.with_row(replace(HCT, pending=text))
    assert parse(Writer(CATALOGUE).text(mapping).encode(), CATALOGUE) == (mapping, [])
