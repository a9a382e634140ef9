"""The question of each place."""

from functools import lru_cache

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.question import Question
from dtm_mapper.interview.walk import FIRST, REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, organisation


def question_at(walk: Walk, place: Place) -> Question:
    """The question of a place. Raises KeyError for one that is not there."""
    base = Question(str(place), "text", "", draft=walk.drafts.get(place))
    if place == REVIEW:
        hint = _("Enter writes the report and finishes. A number or a name goes to that row.")
        keys = (("Enter", _("finish")), *_keys("Shift-Tab", "?"))
        return base._replace(title=_("Review"), hint=hint, keys=keys)
    if not place.section:
        return _about(base, walk, place)
    if place.field == VERIFIED:
        return _verify(base, walk, place)
    return _detail(base, walk, place) if place.field else _names(base, walk, place)


def _keys(*keys: str) -> tuple[tuple[str, str], ...]:
    """Return keys with what they do, for the key line."""
    words = {
        "Enter": _("next"),
        "abc": _("types another name"),
        "-": _("not applicable"),
        "*": _("add the interests"),
        "=": _("as before"),
        "Shift-Tab": _("back"),
        ":go": _("go to"),
        ":later": _("pending"),
        ":skip": _("next data user"),
        ";": _("more"),
        "?": _("help"),
    }
    return tuple((key, words[key]) for key in keys)


def _about(base: Question, walk: Walk, place: Place) -> Question:
    titles = {
        "response": (
            _("Which response is this mapping for?"),
            _("for example: Cox's Bazar refugee response"),
        ),
        "country": (_("Which country?"), _("its name or its code of three letters; may stay empty")),
        "prepared_by": (_("Who prepares this mapping?"), _("a team or a role; may stay empty")),
    }
    title, hint = titles[place.item]
    stored = talk.about_words(walk.mapping, place.item)
    return base._replace(
        title=title,
        hint=hint,
        shown=answers.typed_text(stored),
        shown_words=stored,
        suggestions=_country_names if place.item == "country" else tuple,
        keys=_keys("Enter", "?") if place == FIRST else _keys("Enter", "Shift-Tab", "?"),
    )


def _country_names() -> tuple[str, ...]:
    from dtm_mapper.countries import names

    return names()


def _names(base: Question, walk: Walk, place: Place) -> Question:
    users = walk.active_users(place)
    words = "; ".join(user.name for user in users)
    left = talk.left_words(walk.users(place), walk.catalogue)
    base = base._replace(
        kind="names",
        shown=answers.typed_names([user.name for user in users]),
        suggestions=lambda: _suggestions(walk, place),
    )
    if place.item == OTHER:
        return base._replace(
            title=_("Other data users in this section?"),
            about=left,
            hint=_("those that no example foresaw; several with ; between them"),
            shown_words=words,
            keys=_keys("Enter", "Shift-Tab", ":go", "?"),
        )
    row, rows = walk.row(place), walk.rows()
    number = rows.index(place) + 1 if place in rows else 0
    interests = ", ".join(choice.label for choice in walk.catalogue.interests_of(row.example))
    return base._replace(
        title=f"{number}/{len(rows)} {row.label}",
        about="; ".join(filter(None, (interests, left))),
        shown_words=words or ("" if row.users else talk.state_words(row, walk.catalogue)),
        keys=_keys("Enter", "-", "Shift-Tab", ":later", ";", "?"),
    )


def _suggestions(walk: Walk, place: Place) -> tuple[str, ...]:
    """The names in this mapping, and the example's own."""
    rows = (row.users for row in walk.mapping.rows.values())
    names = dict.fromkeys(user.name for users in (*rows, *walk.mapping.others.values()) for user in users)
    known = walk.catalogue.example_by_id.get(place.item)
    return (*names, *([known.name] if known else ()))


def _verify(base: Question, walk: Walk, place: Place) -> Question:
    row = None if place.item == OTHER else walk.row(place)
    user = walk.user(place) if place.user else None
    details = [
        f"{field.label}: {words}"
        for field in walk.catalogue.fields
        if user and (words := talk.detail_words(field, user))
    ]
    date = user.verified if user else talk.verified_of(row) if row else ""
    about = [row.label if row and user else "", *details, talk.verified_words(date)]
    walked = walk.track or ()
    number = f"{walked.index(place) + 1}/{len(walked)} " if place in walked else ""
    what = user.name if user else f"{row.label}: {talk.state_words(row, walk.catalogue)}" if row else ""
    entries = [Entry("", _("Skip it for now")), Entry("yes", _("This is still right"), number=1)]
    if user and walk.catalogue.fields_to_leave:
        entries.append(Entry("left", _("Left the response"), number=2))
    return base._replace(
        kind="one",
        title=number + _("Is this still right? {what}").format(what=what),
        about="; ".join(filter(None, about)),
        choices=ChoiceIndex(tuple(entries)),
        other=True,
        empties=False,
        keys=_keys("abc", "Shift-Tab", "?"),
    )


def _detail(base: Question, walk: Walk, place: Place) -> Question:
    user = walk.user(place)
    asked = walk.catalogue.field_by_id[place.field]
    interests = walk.catalogue.interests_of(place.item) if asked.interests else ()
    starred = tuple(choice.id for choice in interests)
    before = user_before(walk, place)
    repeated = before.values(asked.id) if before else ()
    recorded = user.values(asked.id)
    signs = [] if asked.choices else ["Enter"]
    signs += [sign for sign, values in (("*", starred), ("=", repeated)) if values]
    base = base._replace(
        title=f"{user.name} · {asked.label}",
        about=_offered(asked, user, before),
        hint=asked.question,
        shown_words=talk.detail_words(asked, user),
        before=repeated,
        keys=_keys(*signs, "Shift-Tab", ":skip", "?"),
    )
    if asked.type == "text":
        return base._replace(shown=answers.typed_text(recorded[0]) if recorded else "")
    return base._replace(
        kind="many" if asked.type == "select_multiple" else "one",
        choices=_choice_index(asked, starred),
        recorded=recorded,
        other=asked.or_other,
        starred=starred,
    )


def _offered(asked: Field, user: DataUser, before: DataUser | None) -> str:
    """The answer of the same organisation in another row, where there is none here yet."""
    if before is None or user.values(asked.id) or organisation(before.name) != organisation(user.name):
        return ""
    words = talk.detail_words(asked, before)
    return _("= takes its answer elsewhere: {words}").format(words=words) if words else ""


@lru_cache(maxsize=256)
def _choice_index(asked: Field, starred: tuple[str, ...]) -> ChoiceIndex:
    """The choices of a field with the example's interests first. Their numbers are those of the catalogue."""
    nothing = [Entry("", _("No answer"))] if asked.type == "select_one" else []
    entries = [
        Entry(choice.id, choice.label, choice.hint, number, choice.id in starred)
        for number, choice in enumerate(asked.choices, start=1)
    ]
    in_order = sorted(entries, key=lambda entry: not entry.marked)
    return ChoiceIndex((*nothing, *in_order), asked.translations)


def user_before(walk: Walk, place: Place) -> DataUser | None:
    """Whose answer `=` repeats at a detail's place: the same organisation's in another row where it has
    one, else that of the data user before in the catalogue's order."""
    name = organisation(walk.user(place).name)
    before, previous, passed = None, None, False
    for section, item, number, user in walk.mapping.every_user(walk.catalogue):
        if (section, item, number) == (place.section, place.item, place.user):
            before, passed = previous, True
        elif place.field in user.details and organisation(user.name) == name:
            return user
        previous = user if not passed else previous
    return before
