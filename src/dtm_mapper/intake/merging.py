"""What a source says + a mapping -> what would change, and the mapping with that. Nothing is ever deleted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from dtm_mapper.catalogue import DEPTHS, Catalogue
from dtm_mapper.i18n import _
from dtm_mapper.intake.matching import Incoming, Place
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Row, State, organisation
from dtm_mapper.reports.view import STATES

Kind = Literal["new", "different", "kept", "same"]


class Change(NamedTuple):
    """One thing that a source says of a place. new: the mapping says nothing of it; different: it says
    something else; kept: something else, which stays; same."""

    kind: Kind
    place: Place
    words: str


def merge(
    mapping: Mapping,
    found: dict[Place, list[Incoming]],
    about: dict[str, str],
    catalogue: Catalogue,
    today: str,
    new: bool = False,
) -> tuple[Mapping, list[Change]]:
    """The mapping with all that was found of its places, and how that differs from what it was. `about` is
    what the source says of the mapping itself, `today` an ISO date; `new`: there is no file of it yet."""
    changes: list[Change] = []
    rows, others = dict(mapping.rows), dict(mapping.others)
    for place, said in found.items():
        notes = _Notes(place, catalogue, changes)
        if place.item == OTHER:
            users = _users(others.get(place.section, ()), said, notes, today)
            if users:
                others[place.section] = users
        else:
            row = rows.get(place.item) or Row(place.item, place.section, place.label)
            rows[place.item] = _row(row, said, notes, today)
    rows = {id: row for id, row in rows.items() if not row.is_empty}
    merged = _about(replace(mapping, rows=rows, others=others), about, changes, new)
    return merged, changes


class _Notes(NamedTuple):
    """Takes down what is said of one place."""

    place: Place
    catalogue: Catalogue
    changes: list[Change]

    def say(self, kind: Kind, words: str) -> None:
        self.changes.append(Change(kind, self.place, words))


def _row(row: Row, said: list[Incoming], notes: _Notes, today: str) -> Row:
    stated = [incoming for incoming in said if incoming.state in ("not_applicable", "pending")]
    if any(incoming.names for incoming in said):
        users = _users(row.users, said, notes, today)
        for incoming in stated:
            _stays(_names(users), incoming, notes)
        if row.state(notes.catalogue) in ("not_applicable", "pending"):
            notes.say("different", f"{_state(row, notes.catalogue)} → " + _names(users))
            row = replace(row, verified="")
        return replace(row, users=users, not_applicable=None, pending=None)
    # Of several the last, so that the same source says the same a second time.
    for incoming in stated[:-1]:
        if _said(incoming) != _said(stated[-1]):
            _stays(_said(stated[-1]), incoming, notes)
    return _with_state(row, stated[-1], notes, today)


def _stays(what: str, incoming: Incoming, notes: _Notes) -> None:
    notes.say("kept", _("{what} stays; the source says {state}").format(what=what, state=_said(incoming)))


def _names(users: Iterable[DataUser]) -> str:
    return "; ".join(user.name for user in users)


def _said(incoming: Incoming) -> str:
    return _in_words(incoming.state or "pending", incoming.words)


def _with_state(row: Row, incoming: Incoming, notes: _Notes, today: str) -> Row:
    gone = incoming.state == "not_applicable"
    words = incoming.words or (row.not_applicable if gone else row.pending) or ""
    verified = incoming.verified if incoming.verified is not None else (today if gone else "")
    changed = replace(
        row,
        not_applicable=words if gone else None,
        pending=None if gone else words,
        users=(),
        verified=verified,
    )
    if row.users:
        _stays(_names(row.users), incoming, notes)
        return row
    if row.is_empty:
        notes.say("new", _state(changed, notes.catalogue))
        return changed
    if _state(row, notes.catalogue) == _state(changed, notes.catalogue):
        if (incoming.verified or "") > row.verified:
            notes.say("different", _verified(row.verified, verified))
            return changed
        notes.say("same", _state(row, notes.catalogue))
        return row
    notes.say("different", f"{_state(row, notes.catalogue)} → {_state(changed, notes.catalogue)}")
    # A date that was there before says nothing of what is new.
    return replace(changed, verified=max(verified, today)) if gone and verified <= row.verified else changed


def _state(row: Row, catalogue: Catalogue) -> str:
    return _in_words(row.state(catalogue), row.not_applicable or row.pending or "")


def _in_words(state: State, words: str) -> str:
    return f"{STATES[state]}: {words}" if words else STATES[state]


class _Each(NamedTuple):
    """One data user that a source names; `key` is what all of its organisation have in common."""

    name: str
    key: str
    incoming: Incoming


def _users(
    users: tuple[DataUser, ...], said: list[Incoming], notes: _Notes, today: str
) -> tuple[DataUser, ...]:
    """The data users of a place with those that the source names: those that are there are filled and
    changed, the others stand behind them."""
    each = [_Each(name, organisation(name), incoming) for incoming in said for name in incoming.names]
    result = list(users)
    met = _paired(users, each)
    # Elsewhere than in a report all lines with a name are of one data user, and the last one stands.
    same = {each[number].key: at for number, at in met.items() if not each[number].incoming.own}
    for number, one in enumerate(each):
        if not one.incoming.own and one.key in same:
            met.setdefault(number, same[one.key])
    last = {
        (at, id): detail
        for number, at in sorted(met.items())
        for id, detail in each[number].incoming.details.items()
    }
    new: dict[tuple[str, str], int] = {}
    for number, (name, key, incoming) in enumerate(each):
        # A report has a line for each data user; elsewhere a name that comes again is the same one.
        own = incoming.where if incoming.own else ""
        at = met.get(number, new.get((own, key)))
        if at is None:
            new[own, key] = len(result)
            verified = today if incoming.verified is None else incoming.verified
            user = DataUser(name, dict(incoming.details), verified)
            result.append(user)
            words = [_answers(notes.catalogue, id, user) for id in user.details]
            notes.say("new", f"{name}: {', '.join(words)}" if words else name)
        else:
            said_last = {id: last.get((at, id), detail) for id, detail in incoming.details.items()}
            result[at] = _filled(result[at], incoming._replace(details=said_last), notes, today)
    return tuple(result)


def _paired(users: tuple[DataUser, ...], each: list[_Each]) -> dict[int, int]:
    """Which data user each of those in a source is, by position: first those that are quite the same, then
    those of one name, then those of one organisation."""
    met: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for at, user in enumerate(users):
        free.setdefault(organisation(user.name), []).append(at)
    tests: tuple[Callable[[DataUser, _Each], bool], ...] = (
        lambda user, one: user.name == one.name and user.details == one.incoming.details,
        lambda user, one: user.name == one.name and user.details.items() >= one.incoming.details.items(),
        lambda user, one: user.name == one.name,
        lambda user, one: True,
    )
    for fits in tests:
        for number, one in enumerate(each):
            places = free.get(one.key, []) if number not in met else []
            fitting = [at for at in places if fits(users[at], one)]
            if fitting:
                met[number] = fitting[0]
                places.remove(fitting[0])
    return met


def _filled(user: DataUser, incoming: Incoming, notes: _Notes, today: str) -> DataUser:
    """A data user with the details that a source has of it."""
    details = {id: detail for id, detail in incoming.details.items() if user.details.get(id) != detail}
    filled = replace(user, details={**user.details, **details})
    words = [_answers(notes.catalogue, id, *([user] if id in user.details else []), filled) for id in details]
    theirs = incoming.verified or ""
    later = theirs > user.verified
    if later:
        words.append(_verified(user.verified, theirs))
    if not words:
        notes.say("same", user.name)
        return user
    kind: Kind = "different" if later or any(id in user.details for id in details) else "new"
    notes.say(kind, f"{user.name}: {', '.join(words)}")
    return replace(filled, verified=theirs if later else today)


def _answers(catalogue: Catalogue, id: str, *users: DataUser) -> str:
    """The answer to a field in words; of a data user before and after, how it changes."""
    asked = catalogue.field_by_id[id]
    return f"{asked.label} " + " → ".join(["; ".join(asked.labelled(user.values(id))) for user in users])


def _verified(before: str, after: str) -> str:
    return _("verified {before} → {after}").format(before=before or _("never"), after=after)


def _about(mapping: Mapping, about: dict[str, str], changes: list[Change], new: bool) -> Mapping:
    """The mapping with what the source says of it, where it says nothing itself."""
    depth = next((depth for depth in DEPTHS if new and depth == about.get("depth")), mapping.depth)
    mapping = replace(mapping, depth=depth)
    if new and "catalogue_id" in about:
        # A report of this program: the mapping is as old as it says.
        mapping = replace(mapping, created=about.get("created", ""))
    labels = {"response": _("Response"), "country": _("Country"), "prepared_by": _("Prepared by")}
    for id, label in labels.items():
        here, there = getattr(mapping, id), about.get(id, "")
        place = Place("", id, label)
        if not there or here == there:
            continue
        if here:
            words = _("{here} stays; the source says {there}").format(here=here, there=there)
            changes.append(Change("kept", place, words))
        else:
            changes.append(Change("new", place, there))
            mapping = mapping.with_about(id, there)
    return mapping
