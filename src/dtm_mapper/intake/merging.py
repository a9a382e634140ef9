"""What a source says + a mapping -> what would change, and the mapping with that. Nothing is ever deleted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from dtm_mapper.catalogue import DEPTHS, Catalogue
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import Line
from dtm_mapper.intake.matching import Place
from dtm_mapper.mapping import OTHER, DataUser, Detail, Mapping, Row, organisation
from dtm_mapper.reports.view import in_words

Kind = Literal["new", "different", "kept", "same"]


class Change(NamedTuple):
    """One thing that a source says of a place. new: the mapping says nothing of it; different: it says
    something else; kept: something else, which stays; same."""

    kind: Kind
    place: Place
    words: str


def merge(
    mapping: Mapping,
    by_place: dict[Place, list[Line]],
    about: dict[str, str],
    catalogue: Catalogue,
    today: str,
    new: bool = False,
) -> tuple[Mapping, list[Change]]:
    """Return the mapping with all that the lines say of its places, and how that differs from what it was.
    `about` is what the source says of the mapping itself, `today` an ISO date; `new`: it has no file yet."""
    changes: list[Change] = []
    rows, others = dict(mapping.rows), dict(mapping.others)
    for place, lines in by_place.items():
        merger = _Merger(place, catalogue, today, changes)
        if place.item == OTHER:
            others[place.section] = merger.users(others.get(place.section, ()), lines)
        else:
            row = rows.get(place.item) or Row(place.item, place.section, place.label)
            rows[place.item] = merger.row(row, lines)
    return _about(replace(mapping, rows=rows, others=others), about, changes, new), changes


class _Merger(NamedTuple):
    """Brings the lines of one place into it, and takes down the changes."""

    place: Place
    catalogue: Catalogue
    today: str
    changes: list[Change]

    def row(self, row: Row, lines: list[Line]) -> Row:
        """The row with what the lines say."""
        stated = [line for line in lines if line.state in ("not_applicable", "pending")]
        if any(line.names for line in lines):
            users = self.users(row.users, lines)
            for line in stated:
                self._stays(_names(users), line)
            if row.state(self.catalogue) in ("not_applicable", "pending"):
                self._say("different", f"{self._state(row)} → {_names(users)}")
                row = replace(row, verified="")
            return replace(row, users=users, not_applicable=None, pending=None)
        # Of several the last, so that the same source says the same a second time.
        for line in stated[:-1]:
            if _said(line) != _said(stated[-1]):
                self._stays(_said(stated[-1]), line)
        return self._with_state(row, stated[-1])

    def users(self, users: tuple[DataUser, ...], lines: list[Line]) -> tuple[DataUser, ...]:
        """The data users of a place with those that the source names: those that are there are filled and
        changed, the others stand behind them."""
        each = [(name, line) for line in lines for name in line.names]
        keys = [organisation(name) for name, _line in each]
        result = list(users)
        met = _paired(users, each, keys)
        # Elsewhere than in a report all lines with a name are of one data user, and the last one stands.
        same = {keys[number]: at for number, at in met.items() if not each[number][1].own}
        for number, (_name, line) in enumerate(each):
            if keys[number] in same and not line.own:
                met.setdefault(number, same[keys[number]])
        last = {
            (at, id): detail
            for number, at in sorted(met.items())
            for id, detail in each[number][1].details.items()
        }
        new: dict[tuple[str, str], int] = {}
        for number, (name, line) in enumerate(each):
            # A report has a line for each data user; elsewhere a name that comes again is the same one.
            key = (line.where if line.own else "", keys[number])
            at = met.get(number, new.get(key))
            if at is None:
                new[key] = len(result)
                user = DataUser(
                    name, dict(line.details), self.today if line.verified is None else line.verified
                )
                result.append(user)
                words = [self._answers(id, user) for id in user.details]
                self._say("new", f"{name}: {', '.join(words)}" if words else name)
            else:
                details = {id: last.get((at, id), detail) for id, detail in line.details.items()}
                result[at] = self._filled(result[at], details, line.verified or "")
        return tuple(result)

    def _say(self, kind: Kind, words: str) -> None:
        self.changes.append(Change(kind, self.place, words))

    def _stays(self, what: str, line: Line) -> None:
        self._say("kept", _("{what} stays; the source says {state}").format(what=what, state=_said(line)))

    def _with_state(self, row: Row, line: Line) -> Row:
        gone = line.state == "not_applicable"
        words = line.words or (row.not_applicable if gone else row.pending) or ""
        verified = line.verified if line.verified is not None else (self.today if gone else "")
        changed = replace(row, not_applicable=None, pending=words, users=(), verified=verified)
        if gone:
            changed = replace(changed, not_applicable=words, pending=None)
        before, after = self._state(row), self._state(changed)
        if row.users:
            self._stays(_names(row.users), line)
            return row
        if row.is_empty:
            self._say("new", after)
            return changed
        if before == after:
            if (line.verified or "") > row.verified:
                self._say("different", _verified(row.verified, verified))
                return changed
            self._say("same", before)
            return row
        self._say("different", f"{before} → {after}")
        # A date that was there before says nothing of what is new.
        return (
            replace(changed, verified=max(verified, self.today))
            if gone and verified <= row.verified
            else changed
        )

    def _filled(self, user: DataUser, details: dict[str, Detail], verified: str) -> DataUser:
        """A data user with the details that a source has of it. `verified` is the source's date, or ''."""
        details = {id: detail for id, detail in details.items() if user.details.get(id) != detail}
        filled = replace(user, details={**user.details, **details})
        words = [self._answers(id, *([user] if id in user.details else []), filled) for id in details]
        later = verified > user.verified
        if later:
            words.append(_verified(user.verified, verified))
        if not words:
            self._say("same", user.name)
            return user
        kind: Kind = "different" if later or any(id in user.details for id in details) else "new"
        self._say(kind, f"{user.name}: {', '.join(words)}")
        return replace(filled, verified=verified if later else self.today)

    def _state(self, row: Row) -> str:
        return in_words(row.state(self.catalogue), row.not_applicable or row.pending or "")

    def _answers(self, id: str, *users: DataUser) -> str:
        """The answer to a field in words; of a data user before and after, how it changes."""
        asked = self.catalogue.field_by_id[id]
        return f"{asked.label} " + " → ".join(["; ".join(asked.labelled(user.values(id))) for user in users])


def _names(users: Iterable[DataUser]) -> str:
    return "; ".join(user.name for user in users)


def _said(line: Line) -> str:
    return in_words(line.state or "open", line.words)


def _verified(before: str, after: str) -> str:
    return _("verified {before} → {after}").format(before=before or _("never"), after=after)


def _paired(users: tuple[DataUser, ...], each: list[tuple[str, Line]], keys: list[str]) -> dict[int, int]:
    """Which data user each of those in a source is, by position: first those that are quite the same, then
    those of one name, then those of one organisation, by its key."""
    met: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for at, user in enumerate(users):
        free.setdefault(organisation(user.name), []).append(at)
    tests: tuple[Callable[[DataUser, str, dict[str, Detail]], bool], ...] = (
        lambda user, name, details: user.name == name and user.details == details,
        lambda user, name, details: user.name == name and user.details.items() >= details.items(),
        lambda user, name, _details: user.name == name,
        lambda _user, _name, _details: True,
    )
    for fits in tests:
        for number, (name, line) in enumerate(each):
            places = free.get(keys[number], []) if number not in met else []
            fitting = [at for at in places if fits(users[at], name, line.details)]
            if fitting:
                met[number] = fitting[0]
                places.remove(fitting[0])
    return met


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
