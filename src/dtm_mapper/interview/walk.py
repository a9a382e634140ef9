"""Where the operator stands: next, back, go to, undo. Pure; knows no terminal and no file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Row, State

#: What is asked of the mapping itself, in its order.
ABOUT = ("response", "country", "prepared_by")


class Place(NamedTuple):
    """Where a question stands, made of stable ids: `response`, `un-agencies/unhcr`, `un-agencies/other`,
    `un-agencies/unhcr/2/levels` (of its second data user)."""

    section: str
    item: str
    user: int = 0
    field: str = ""

    def __str__(self) -> str:
        parts = [part for part in (self.section, self.item) if part]
        if self.field:
            parts += [str(self.user), self.field]
        return "/".join(parts)

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place that is written so; None where it is not written like one."""
        section, item, user, field, *more = (*text.split("/"), "", "", "")
        if not item:
            return cls("", section)
        if any(more) or ((user or field) and not (user.isdecimal() and len(user) < 6 and field)):
            return None
        return cls(section, item, int(user or 0), field)

    @property
    def group(self) -> "Place":
        """The row, or the section's other data users, that a detail belongs to."""
        return Place(self.section, self.item)


#: The field of a place where a data user is verified; with user 0, where a row without any is.
VERIFIED = "verified"
FIRST = Place("", ABOUT[0])
REVIEW = Place("", "review")


@dataclass(frozen=True)
class Walk:
    """A mapping, where its operator stands in it, and how to undo what was done.

    `track` is a list of places fixed when it was begun, None for the whole order. `drafts` holds the
    half-typed text of places that were left. `returns`: the next step goes back to the review. `past`
    holds the mappings before each change, `undone_changes` those after each change that was taken back,
    both with the place where the change was made. `today` is the date of a change, in ISO format.
    """

    catalogue: Catalogue
    mapping: Mapping
    at: Place = FIRST
    track: tuple[Place, ...] | None = None
    past: tuple[tuple[Mapping, Place], ...] = ()
    undone_changes: tuple[tuple[Mapping, Place], ...] = ()
    drafts: dict[Place, str] = field(default_factory=dict)
    returns: bool = False
    today: str = ""

    def users(self, place: Place | None = None) -> tuple[DataUser, ...]:
        """Return the data users of a row or of a section's others, by default where the operator stands."""
        return self.mapping.users(*(place or self.at)[:2])

    def active_users(self, place: Place | None = None) -> tuple[DataUser, ...]:
        """Return those of the data users who have not left the response."""
        return tuple(user for user in self.users(place) if not user.inactive(self.catalogue))

    def user(self, place: Place | None = None) -> DataUser:
        """Return the data user whose detail a place is."""
        place = place or self.at
        return self.users(place)[place.user - 1]

    def row(self, place: Place | None = None) -> Row:
        """Return the row that a place belongs to."""
        return self.mapping.row(self.catalogue, (place or self.at).item)

    def with_users(self, users: tuple[DataUser, ...]) -> Mapping:
        """Return the mapping with other data users where the operator stands."""
        return self.mapping.with_users(self.catalogue, *self.at[:2], users)

    def with_active_users(self, users: tuple[DataUser, ...]) -> Mapping:
        """Return the mapping with these data users in place of the active ones."""
        return self.mapping.with_active_users(self.catalogue, *self.at[:2], users)

    def with_user(self, user: DataUser) -> Mapping:
        """Return the mapping with another data user where the operator stands."""
        users = list(self.users())
        users[self.at.user - 1] = user
        return self.with_users(tuple(users))

    def names(self) -> Iterator[Place]:
        """What the mapping is about, then each section's rows and its other data users."""
        for item in ABOUT:
            yield Place("", item)
        for section in self.mapping.section_ids(self.catalogue):
            for example in self.mapping.examples(self.catalogue, section):
                yield Place(section, example)
            yield Place(section, OTHER)

    def details(self, also_irrelevant: bool = False) -> Iterator[Place]:
        """Each data user's relevant fields at the mapping's depth."""
        fields = self.catalogue.asked_at(self.mapping.depth)
        for section, item, number, user in self.mapping.every_user(self.catalogue):
            for asked in fields:
                place = Place(section, item, number, asked.id)
                # The place where the operator stands is always in the order.
                relevant = not asked.relevant or asked.relevant in user.details or place == self.at
                if relevant or also_irrelevant:
                    yield place

    def order(self) -> Iterator[Place]:
        """Every place in the walk's order, the review last."""
        if self.track is None:
            yield from self.names()
            yield from self.details()
        else:
            yield from filter(self._is_asked, self.track)
        yield REVIEW

    def exists(self, place: Place) -> bool:
        """Whether there is something to ask at a place."""
        if not place.section:
            return place == REVIEW or place.item in ABOUT
        if place.section not in self.mapping.section_ids(self.catalogue):
            return False
        if place.item != OTHER and place.item not in self.mapping.examples(self.catalogue, place.section):
            return False
        if not place.field or place.user == 0:
            # One that was just corrected still stands in the list that is walked, to go back to.
            listed = place in (self.track or ()) or place.group in self.rows("not_applicable")
            return not place.field or (place.field == VERIFIED and listed)
        is_asked = place.field == VERIFIED or place.field in self.catalogue.field_by_id
        return 1 <= place.user <= len(self.users(place)) and is_asked

    def _is_asked(self, place: Place) -> bool:
        """Whether a place of the track is there, and its field relevant."""
        asked = self.catalogue.field_by_id.get(place.field)
        if not self.exists(place) or asked is None or not asked.relevant or place == self.at:
            return self.exists(place)
        return asked.relevant in self.user(place).details

    def forward(self) -> Place:
        """The place after this one; at the review, the review."""
        if self.returns:
            return REVIEW
        places = self.order()
        for place in places:
            if place == self.at:
                return next(places, REVIEW)
        if self.track is not None and self.at in self.track:
            behind = self.track[self.track.index(self.at) + 1 :]
            return next(filter(self._is_asked, behind), REVIEW)
        # A detail that this depth does not ask: on to what follows its data user.
        seen = False
        for place in self.order():
            if place.field and place.group == self.at.group and place.user <= self.at.user:
                seen = True
            elif seen:
                return place
        return REVIEW

    def back(self) -> Place:
        """The place before this one; at the first, the first."""
        if self.returns and self.track is not None and self.at not in self.track:
            return REVIEW
        before: Place | None = None
        for place in self.order():
            if place == self.at:
                return before or place
            before = place
        return self.at.group

    def past_user(self) -> Place:
        """The place after the rest of this data user's details."""
        place = self.at
        while place[:3] == self.at[:3]:
            place = replace(self, at=place).forward()
        return place

    def to(self, place: Place) -> "Walk":
        """Standing at another place; one outside the track ends the track."""
        track = self.track if self.track is None or place in (*self.track, REVIEW) else None
        return replace(self, at=place, track=track, returns=False)

    def visiting(self, place: Place) -> "Walk":
        """Standing at another place, for this one question; then back to the review."""
        return replace(self, at=place, returns=True)

    def along(self, places: tuple[Place, ...]) -> "Walk":
        """Standing at the first of a fixed list of places, and walking that list."""
        return replace(self, at=places[0] if places else REVIEW, track=places, returns=False)

    def changed(self, mapping: Mapping) -> "Walk":
        """The same place in a changed mapping; the change can be undone."""
        past = (*self.past, (self.mapping, self.at))
        return replace(self, past=past, undone_changes=()).amended(mapping)

    def amended(self, mapping: Mapping) -> "Walk":
        """Stay at the same place in a mapping that was changed further, as a part of the last change."""
        walk = replace(self, mapping=mapping).with_draft(self.at, None)
        # An example that the catalogue no longer has loses its row once the row is emptied.
        return walk if walk.exists(self.at) else replace(walk, at=self.back())

    def undone(self) -> "Walk | None":
        """Return the walk before the last change, at its place; None if this session changed nothing."""
        if not self.past:
            return None
        *past, (mapping, place) = self.past
        undone_changes = (*self.undone_changes, (self.mapping, place))
        return replace(self, past=tuple(past), undone_changes=undone_changes)._changed_at(place, mapping)

    def redone(self) -> "Walk | None":
        """Return the walk after the change that was undone last, at its place; None if there is none."""
        if not self.undone_changes:
            return None
        *undone_changes, (mapping, place) = self.undone_changes
        past = (*self.past, (self.mapping, place))
        return replace(self, past=past, undone_changes=tuple(undone_changes))._changed_at(place, mapping)

    def _changed_at(self, place: Place, mapping: Mapping) -> "Walk":
        listed = self.track is None or place in (*self.track, REVIEW)
        walk = replace(self, mapping=mapping)
        walk = (walk.to(place) if listed else walk.visiting(place)).with_draft(place, None)
        return walk if walk.exists(place) else replace(walk, at=self.back())

    def with_draft(self, place: Place, text: str | None) -> "Walk":
        """Keep a half-typed text for a place; None if there is none."""
        others = {other: draft for other, draft in self.drafts.items() if other != place}
        return replace(self, drafts=others if text is None else {**others, place: text})

    def rows(self, *states: State) -> tuple[Place, ...]:
        """The rows in any of these states; all rows where none is named."""
        rows = (place for place in self.names() if place.section and place.item != OTHER)
        return tuple(place for place in rows if not states or self.row(place).state(self.catalogue) in states)

    def empty_details(self, also_irrelevant: bool = False) -> tuple[Place, ...]:
        """Return the details at the mapping's depth that have no answer, except of data users who left."""
        return tuple(
            place
            for place in self.details(also_irrelevant)
            if place.field not in self.user(place).details and not self.user(place).inactive(self.catalogue)
        )

    def missing(self) -> tuple[Place, ...]:
        """The pending and open rows, and the details that have no answer, also those that an answer on the
        way may make relevant."""
        return (*self.rows("pending", "open"), *self.empty_details(also_irrelevant=True))

    def to_verify(self) -> tuple[Place, ...]:
        """Each data user and each row that is not applicable, to be verified one by one."""
        without_users = self.rows("not_applicable")
        places: list[Place] = []
        for place in self.names():
            users = len(self.users(place))
            places += [place._replace(user=number, field=VERIFIED) for number in range(1, users + 1)]
            if place in without_users:
                places.append(place._replace(field=VERIFIED))
        return tuple(places)
