"""Where the operator stands, as pure states: next, back, go to, undo."""

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dtm_mapper.catalogue import DEPTHS, Catalogue, Choice, Depth, Example, Field, Section
from dtm_mapper.interview.walk import FIRST, REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Detail, Mapping, Row
from strategies import CATALOGUE, mappings, texts

ABOUT = [Place("", "response"), Place("", "country"), Place("", "prepared_by")]


def mapping_of(*rows: Row, depth: Depth = "standard", **others: tuple[DataUser, ...]) -> Mapping:
    return Mapping(
        CATALOGUE.id,
        CATALOGUE.version,
        created="2026-11-22",
        depth=depth,
        rows={row.example: row for row in rows},
        others=others,
    )


def row(example: str, *names: str, **states: str) -> Row:
    known = CATALOGUE.example_by_id[example]
    users = tuple(DataUser(name) for name in names)
    return Row(example, CATALOGUE.section_of_example[example], known.name, users, **states)


def walk_of(*rows: Row, depth: Depth = "standard", **others: tuple[DataUser, ...]) -> Walk:
    return Walk(CATALOGUE, mapping_of(*rows, depth=depth, **others))


def to_the_end(walk: Walk) -> list[str]:
    """Where Enter leads, from where one stands to the review."""
    places = [str(walk.at)]
    while walk.at != REVIEW:
        walk = walk.to(walk.forward())
        places.append(str(walk.at))
    return places


# The order


def test_the_walk_begins_with_what_the_mapping_is_about() -> None:
    assert walk_of().at == FIRST
    assert [str(place) for place in walk_of().order()][:4] == [
        "response",
        "country",
        "prepared_by",
        "coordination/inter-ministerial",
    ]


def test_names_come_first_section_by_section_with_the_other_data_users_last() -> None:
    expected = ["response", "country", "prepared_by"]
    for section in CATALOGUE.sections:
        expected += [f"{section.id}/{example.id}" for example in section.examples]
        expected.append(f"{section.id}/other")
    assert to_the_end(walk_of()) == [*expected, "review"]


def test_details_come_after_all_names_data_user_by_data_user() -> None:
    walk = walk_of(row("unhcr", "UNHCR", "RRRC"), row("hct", "SEG"), iom=(DataUser("DTM"),))
    assert to_the_end(walk.to(Place("government", OTHER))) == [
        "government/other",
        "coordination/hct/1/levels",
        "coordination/hct/1/needs",
        "un-agencies/unhcr/1/levels",
        "un-agencies/unhcr/1/needs",
        "un-agencies/unhcr/2/levels",
        "un-agencies/unhcr/2/needs",
        "iom/other/1/levels",
        "iom/other/1/needs",
        "review",
    ]


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_depth_says_which_details_are_asked(depth: Depth) -> None:
    asked = [field.id for field in CATALOGUE.asked_at(depth) if not field.relevant]
    walk = walk_of(row("unhcr", "UNHCR"), depth=depth).to(Place("government", OTHER))
    assert to_the_end(walk)[1:-1] == [f"un-agencies/unhcr/1/{field}" for field in asked]


def test_a_row_that_the_catalogue_no_longer_has_stands_at_the_end_of_its_section() -> None:
    walk = walk_of(Row("unhrc", "un-agencies", "UNHRC", (DataUser("X"),)))
    assert to_the_end(walk.to(Place("un-agencies", "undp")))[:3] == [
        "un-agencies/undp",
        "un-agencies/unhrc",
        "un-agencies/other",
    ]


@settings(max_examples=25)
@given(mappings())
def test_the_order_has_each_place_once_and_the_review_last(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    places = list(walk.order())
    assert len(set(places)) == len(places)
    assert len({str(place) for place in places}) == len(places)
    assert places[:3] == ABOUT
    assert places[-1] == REVIEW
    assert all(walk.exists(place) for place in places)
    kinds = [bool(place.field) for place in places[:-1]]
    assert kinds == sorted(kinds)
    for part in (False, True):
        sections = [place.section for place in places[3:-1] if bool(place.field) is part]
        together = [section for section, _places in groupby(sections)]
        assert len(set(together)) == len(together)


@settings(max_examples=25)
@given(mappings())
def test_every_row_and_every_detail_of_every_data_user_is_in_the_order(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    places = set(walk.order())

    def fields(user: DataUser) -> list[str]:
        asked = CATALOGUE.asked_at(mapping.depth)
        return [field.id for field in asked if not field.relevant or field.relevant in user.details]

    for example, recorded in mapping.rows.items():
        assert Place(recorded.section, example) in places
        for number, user in enumerate(recorded.users, start=1):
            assert places >= {Place(recorded.section, example, number, field) for field in fields(user)}
    for section, users in mapping.others.items():
        assert Place(section, OTHER) in places
        for number, user in enumerate(users, start=1):
            assert places >= {Place(section, OTHER, number, field) for field in fields(user)}


# Forward and back


@settings(max_examples=25)
@given(mappings())
def test_forward_then_back_is_where_one_was(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    for place in walk.order():
        here = walk.to(place)
        if place != REVIEW:
            assert here.to(here.forward()).back() == place
        if place != FIRST:
            assert here.to(here.back()).forward() == place


def test_back_from_the_first_question_and_forward_from_the_review_stay() -> None:
    assert walk_of().back() == FIRST
    assert walk_of().to(REVIEW).forward() == REVIEW


def test_back_from_the_first_row_of_a_section_goes_to_the_section_before() -> None:
    walk = walk_of()
    before = ABOUT[-1]
    for section in CATALOGUE.sections:
        assert walk.to(Place(section.id, section.examples[0].id)).back() == before
        before = Place(section.id, OTHER)


def test_back_after_a_jump_goes_to_the_question_before_in_the_order() -> None:
    walk = walk_of().to(Place("clusters", "cccm")).to(Place("un-agencies", "ocha"))
    assert walk.back() == Place("un-agencies", "unhcr")


def test_back_from_the_first_detail_goes_to_the_last_names() -> None:
    walk = walk_of(row("unhcr", "UNHCR")).to(Place("un-agencies", "unhcr", 1, "levels"))
    assert walk.back() == Place("government", OTHER)


def test_from_a_detail_that_the_depth_does_not_ask_one_comes_back_into_the_walk() -> None:
    walk = walk_of(row("unhcr", "UNHCR"), row("ocha", "OCHA")).to(Place("un-agencies", "unhcr", 1, "notes"))
    assert walk.back() == Place("un-agencies", "unhcr")
    assert walk.forward() == Place("un-agencies", "ocha", 1, "levels")


@settings(max_examples=25)
@given(mappings())
def test_past_a_data_user_is_the_first_detail_of_the_next(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    details = list(walk.details())
    for index, place in enumerate(details):
        rest = [other for other in details[index:] if other[:3] != place[:3]]
        assert walk.to(place).past_user() == (rest[0] if rest else REVIEW)


def test_past_a_data_user_visited_from_the_review_is_the_review() -> None:
    walk = walk_of(row("unhcr", "UNHCR", "RRRC")).to(REVIEW)
    assert walk.visiting(Place("un-agencies", "unhcr", 1, "levels")).past_user() == REVIEW


def test_a_row_visited_from_the_review_leads_back_to_the_review_once() -> None:
    walk = walk_of().to(REVIEW).visiting(Place("un-agencies", "unhcr"))
    assert walk.forward() == REVIEW
    assert walk.to(walk.back()).forward() == Place("un-agencies", "unhcr")


# A fixed list of places


@settings(max_examples=15)
@given(mappings(), st.data())
def test_along_a_fixed_list_one_can_always_go_back_to_what_was_just_filled(
    mapping: Mapping, data: st.DataObject
) -> None:
    walk = Walk(CATALOGUE, mapping)
    track = data.draw(st.sampled_from([walk.empty_details(), walk.rows("open", "pending"), walk.missing()]))
    assume(track)
    walk = walk.along(track)
    assert walk.at == track[0]
    for place in track:
        assert walk.at == place
        if place.field:
            users = list(walk.mapping.users(place.section, place.item))
            users[place.user - 1] = users[place.user - 1].with_detail(place.field, "filled", "2026-11-22")
        else:
            users = [DataUser("Filled")]
        walk = walk.changed(walk.mapping.with_users(CATALOGUE, place.section, place.item, tuple(users)))
        walk = walk.to(walk.forward())
        assert walk.back() == place
    assert walk.at == REVIEW


def test_along_a_list_without_places_is_the_review() -> None:
    walk = walk_of().along(())
    assert walk.at == REVIEW
    assert walk.forward() == walk.back() == REVIEW


def test_details_of_a_data_user_that_was_taken_out_are_passed_over() -> None:
    walk = walk_of(row("unhcr", "UNHCR", "RRRC"), row("ocha", "OCHA"))
    walk = walk.along(walk.empty_details()).to(Place("un-agencies", "unhcr", 1, "needs"))
    walk = walk.changed(walk.mapping.with_users(CATALOGUE, "un-agencies", "unhcr", (DataUser("UNHCR"),)))
    assert walk.forward() == Place("un-agencies", "ocha", 1, "levels")


def test_a_jump_out_of_the_list_goes_on_in_the_whole_order() -> None:
    walk = walk_of().along((Place("un-agencies", "wfp"), Place("ngos", "nrc")))
    assert walk.to(Place("ngos", "nrc")).back() == Place("un-agencies", "wfp")
    assert walk.to(Place("ngos", "drc")).back() == Place("ngos", "nrc")
    assert walk.to(Place("ngos", "drc")).forward() == Place("ngos", "helpage")


# Undo


def test_undo_stands_where_the_change_was_made_with_the_mapping_before_it() -> None:
    walk = walk_of()
    first = walk.to(Place("un-agencies", "unhcr"))
    changed = first.changed(first.mapping.with_row(row("unhcr", "UNHCR")))
    elsewhere = changed.to(Place("government", "municipalities"))
    undone = elsewhere.undone()
    assert undone is not None
    assert (undone.at, undone.mapping) == (first.at, walk.mapping)
    assert undone.undone() is None


def test_there_is_nothing_to_undo_before_the_first_change() -> None:
    assert walk_of().to(Place("un-agencies", "unhcr")).undone() is None


# Half-typed text


def test_half_typed_text_is_there_when_one_comes_forward_again() -> None:
    walk = walk_of().to(Place("un-agencies", "unhcr"))
    walk = walk.with_draft(walk.at, "UNHC")
    walk = walk.to(walk.back())
    walk = walk.with_draft(walk.at, "W")
    walk = walk.to(walk.forward())
    assert walk.drafts == {Place("un-agencies", "unhcr"): "UNHC", Place("un-agencies", "wfp"): "W"}
    assert walk.with_draft(walk.at, None).drafts == {Place("un-agencies", "wfp"): "W"}


def test_what_is_recorded_takes_the_place_of_half_typed_text() -> None:
    walk = walk_of().to(Place("un-agencies", "unhcr"))
    walk = walk.with_draft(walk.at, "UNHC")
    assert walk.changed(walk.mapping.with_row(row("unhcr", "UNHCR"))).drafts == {}


# Lists of places


@settings(max_examples=25)
@given(mappings())
def test_rows_by_state_are_every_row_once(mapping: Mapping) -> None:
    walk = Walk(CATALOGUE, mapping)
    by_state = [walk.rows(state) for state in ("mapped", "not_applicable", "pending", "open")]
    assert sorted(place for places in by_state for place in places) == sorted(walk.rows())
    assert set(walk.missing()) == {*by_state[2], *by_state[3], *walk.empty_details(also_irrelevant=True)}


def test_empty_details_are_those_of_the_depth_that_have_no_answer() -> None:
    users = (DataUser("UNHCR", {"levels": ("strategic",)}),)
    walk = walk_of(replace(row("unhcr"), users=users), row("ocha", "OCHA"))
    assert [str(place) for place in walk.empty_details()] == [
        "un-agencies/unhcr/1/needs",
        "un-agencies/ocha/1/levels",
        "un-agencies/ocha/1/needs",
    ]


# Any sequence of steps

SMALL = Catalogue(
    id="small",
    version="1",
    title="Small",
    purpose="",
    fields=(
        Field("levels", "Levels", "?", "select_multiple", "standard", "public", (Choice("a", "A"),)),
        Field("area", "Area", "?", "text", "standard", "public"),
        Field("notes", "Notes", "?", "text", "full", "internal"),
    ),
    sections=(
        Section("one", "One", "", "", (Example("x", "X"), Example("y", "Y"))),
        Section("two", "Two", "", "", ()),
        Section("three", "Three", "", "", (Example("z", "Z"),)),
    ),
)
BEGUN = Row("x", "one", "X", (DataUser("A"), DataUser("B")))
GONE = Row("gone", "two", "Gone", (DataUser("Kept"),))

#: What the model holds: the about texts, each row's state, each group's data users and their details.
Model = dict[tuple[str, ...], object]
GROUPS = [*(("one", "x"), ("one", "y"), ("one", OTHER), ("two", "gone"), ("two", OTHER))]
GROUPS += [("three", "z"), ("three", OTHER)]
ASKED = {"names": [], "standard": ["levels", "area"], "full": ["levels", "area", "notes"]}


class AnySequence(RuleBasedStateMachine):
    """Recording, going and taking back in any order, against a model of plain values: what is recorded,
    the fixed list that is walked, if any, and whether the next step goes back to the review."""

    def __init__(self) -> None:
        super().__init__()
        mapping = Mapping("small", "1", created="", rows={"x": BEGUN, "gone": GONE})
        self.walk = Walk(SMALL, mapping)
        self.model: Model = {("one", "x"): [("A", {}), ("B", {})], ("two", "gone"): [("Kept", {})]}
        self.before: list[tuple[Model, Place]] = []
        self.track: list[Place] | None = None
        self.visiting = False

    def change(self, mapping: Mapping, key: tuple[str, ...], value: object) -> None:
        self.before.append((dict(self.model), self.walk.at))
        self.walk = self.walk.changed(mapping)
        self.model.pop(key, None)
        if value:
            self.model[key] = value

    def users(self, group: tuple[str, ...]) -> list[tuple[str, dict[str, Detail]]]:
        found = self.model.get(group, [])
        return list(found) if isinstance(found, list) else []

    def places(self) -> list[Place]:
        """The whole order as the design says it, the review left out."""
        details = [
            Place(section, item, number, field)
            for section, item in GROUPS
            for number in range(1, len(self.users((section, item))) + 1)
            for field in ASKED[self.walk.mapping.depth]
        ]
        return [*ABOUT, *(Place(*group) for group in GROUPS), *details]

    def order(self) -> list[Place]:
        if self.track is None:
            return [*self.places(), REVIEW]
        return [*filter(self.there, self.track), REVIEW]

    def there(self, place: Place) -> bool:
        return place.user <= len(self.users(place[:2]))

    def went(self, place: Place, visiting: bool = False) -> None:
        assert self.walk.at == place
        if self.track is not None and place not in (*self.track, REVIEW) and not visiting:
            self.track = None
        self.visiting = visiting

    # Recording

    @precondition(lambda self: self.walk.at in ABOUT)
    @rule(text=texts() | st.just(""))
    def about(self, text: str) -> None:
        item = self.walk.at.item
        self.change(self.walk.mapping.with_about(item, text), ("", item), text)

    @precondition(lambda self: self.walk.at.section and not self.walk.at.field)
    @rule(names=st.lists(st.sampled_from("ABC"), max_size=3, unique=True))
    def names(self, names: list[str]) -> None:
        at = self.walk.at
        # An emptied row that the catalogue does not have is no place any more: the session leaves it.
        assume(names or at.item != "gone")
        kept = dict(self.users(at[:2]))
        old = {user.name: user for user in self.walk.mapping.users(at.section, at.item)}
        users = tuple(old.get(name, DataUser(name)) for name in names)
        mapping = self.walk.mapping.with_users(SMALL, at.section, at.item, users)
        self.change(mapping, at[:2], [(name, kept.get(name, {})) for name in names])

    @precondition(lambda self: self.walk.at.section and not self.walk.at.field and self.walk.at.item != OTHER)
    @rule(words=texts() | st.just(""), pending=st.booleans())
    def state(self, words: str, pending: bool) -> None:
        at = self.walk.at
        old = replace(self.walk.mapping.row(SMALL, at.item), users=())
        new = replace(old, pending=words if pending else None, not_applicable=None if pending else words)
        self.change(self.walk.mapping.with_row(new), at[:2], ("pending" if pending else "not here", words))

    @precondition(lambda self: self.walk.at.field not in ("", VERIFIED))
    @rule(text=texts() | st.just(""))
    def detail(self, text: str) -> None:
        at = self.walk.at
        answer: Detail = ((text,) if text else ()) if at.field == "levels" else text
        users = list(self.walk.mapping.users(at.section, at.item))
        users[at.user - 1] = users[at.user - 1].with_detail(at.field, answer, "")
        mapping = self.walk.mapping.with_users(SMALL, at.section, at.item, tuple(users))
        modelled = self.users(at[:2])
        name, details = modelled[at.user - 1]
        details = {key: value for key, value in details.items() if key != at.field}
        modelled[at.user - 1] = (name, {**details, at.field: answer} if answer else details)
        self.change(mapping, at[:2], modelled)

    @rule(depth=st.sampled_from(DEPTHS))
    def depth(self, depth: Depth) -> None:
        # It changes what is asked, not what is recorded.
        self.before.append((dict(self.model), self.walk.at))
        self.walk = self.walk.changed(replace(self.walk.mapping, depth=depth))

    # Going

    @rule()
    def forward(self) -> None:
        order, at = self.order(), self.walk.at
        to = self.walk.forward()
        if self.visiting:
            assert to == REVIEW
        elif at in order:
            assert to == order[min(order.index(at) + 1, len(order) - 1)]
        self.walk = self.walk.to(to)
        self.went(to)

    @rule()
    def back(self) -> None:
        order, at = self.order(), self.walk.at
        to = order[max(order.index(at) - 1, 0)] if at in order else at.group
        if self.visiting and self.track is not None and at not in self.track:
            to = REVIEW
        self.walk = self.walk.to(self.walk.back())
        self.went(to)

    @precondition(lambda self: self.walk.at.field)
    @rule()
    def past_the_data_user(self) -> None:
        before = self.walk.at
        self.walk = self.walk.to(self.walk.past_user())
        self.went(self.walk.at)
        assert self.walk.at[:3] != before[:3]

    @rule(data=st.data(), visit=st.booleans())
    def go(self, data: st.DataObject, visit: bool) -> None:
        place = data.draw(st.sampled_from([*self.places(), REVIEW]))
        self.walk = self.walk.visiting(place) if visit else self.walk.to(place)
        self.went(place, visit)

    @rule(data=st.data())
    def walk_a_list(self, data: st.DataObject) -> None:
        some = st.lists(st.sampled_from(self.places()), max_size=6, unique=True).map(tuple)
        lists = [self.walk.missing(), self.walk.empty_details(), self.walk.to_verify()]
        lists += [tuple(self.places())] * 3
        track = data.draw(some | st.sampled_from(lists))
        self.walk = self.walk.along(track)
        self.track = list(track)
        self.went(track[0] if track else REVIEW)

    @rule()
    def walk_all(self) -> None:
        self.walk = replace(self.walk, track=None)
        self.track = None

    @rule(text=texts())
    def half_typed(self, text: str) -> None:
        self.walk = self.walk.with_draft(self.walk.at, text)
        assert self.walk.drafts[self.walk.at] == text

    # Taking back

    @rule(times=st.integers(1, 5))
    def undo(self, times: int) -> None:
        for _ in range(times):
            undone = self.walk.undone()
            assert (undone is None) == (not self.before)
            if undone is not None:
                self.walk = undone
                self.model, place = self.before.pop()
                self.went(place, self.track is not None and place not in (*self.track, REVIEW))

    # What always holds

    @invariant()
    def the_mapping_is_what_the_model_says(self) -> None:
        mapping = self.walk.mapping
        found: Model = {("", item): getattr(mapping, item) for item in ("response", "country", "prepared_by")}
        for recorded in mapping.rows.values():
            words = ("pending", recorded.pending)
            if recorded.not_applicable is not None:
                words = ("not here", recorded.not_applicable)
            users = [(user.name, user.details) for user in recorded.users]
            found[recorded.section, recorded.example] = users or words
        for section, others in mapping.others.items():
            found[section, OTHER] = [(user.name, user.details) for user in others]
        assert {key: value for key, value in found.items() if value} == self.model

    @invariant()
    def where_one_stands_is_a_place(self) -> None:
        for place in (self.walk.at, self.walk.forward(), self.walk.back()):
            assert self.walk.exists(place)
            assert self.there(place)


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=120, deadline=None)
