"""The question of each place."""

from functools import lru_cache

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.question import Kind, Question
from dtm_mapper.interview.talk import (
    about_words,
    detail_words,
    left_words,
    state_words,
    verified_of,
    verified_words,
)
from dtm_mapper.interview.walk import FIRST, REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, organisation


def question_at(walk: Walk, place: Place) -> Question:
    """The question of a place. Raises KeyError for one that is not there."""
    draft = walk.drafts.get(place)
    if place == REVIEW:
        return Question(
            id=str(place),
            kind="text",
            title=_("Review"),
            hint=_("Enter writes the report and finishes. A number or a name goes to that row."),
            draft=draft,
            keys=_keys(Enter=_("finish"), **{"Shift-Tab": _("back"), "?": _("help")}),
        )
    if not place.section:
        return _about(walk, place, draft)
    if place.field == VERIFIED:
        return _verify(walk, place, draft)
    return _detail(walk, place, draft) if place.field else _names(walk, place, draft)


def _about(walk: Walk, place: Place, draft: str | None) -> Question:
    titles = {
        "response": (
            _("Which response is this mapping for?"),
            _("for example: Cox's Bazar refugee response"),
        ),
        "country": (_("Which country?"), _("its name or its code of three letters; may stay empty")),
        "prepared_by": (_("Who prepares this mapping?"), _("a team or a role; may stay empty")),
    }
    title, hint = titles[place.item]
    stored = about_words(walk.mapping, place.item)
    back = {} if place == FIRST else {"Shift-Tab": _("back")}
    return Question(
        id=str(place),
        kind="text",
        title=title,
        hint=hint,
        shown=answers.typed_text(stored),
        shown_words=stored,
        draft=draft,
        suggestions=_country_names if place.item == "country" else tuple,
        keys=_keys(Enter=_("next"), **back, **{"?": _("help")}),
    )


def _country_names() -> tuple[str, ...]:
    from dtm_mapper.countries import names

    return names()


def _names(walk: Walk, place: Place, draft: str | None) -> Question:
    users = walk.active_users(place)
    left = left_words(walk.users(place), walk.catalogue)
    row = None if place.item == OTHER else walk.row(place)
    if row is None:
        title, about = _("Other data users in this section?"), left
        hint = _("those that no example foresaw; several with ; between them")
        keys = _keys(Enter=_("next"), **{"Shift-Tab": _("back"), ":go": _("go to"), "?": _("help")})
    else:
        rows = walk.rows()
        number = rows.index(place) + 1 if place in rows else 0
        title = f"{number}/{len(rows)} {row.label}"
        interests = ", ".join(choice.label for choice in walk.catalogue.interests_of(row.example))
        about = "; ".join(filter(None, (interests, left)))
        hint = ""
        keys = _keys(
            Enter=_("next"),
            **{
                "-": _("not applicable"),
                "Shift-Tab": _("back"),
                ":later": _("pending"),
                ";": _("more"),
                "?": _("help"),
            },
        )
    return Question(
        id=str(place),
        kind="names",
        title=title,
        about=about,
        hint=hint,
        shown=answers.typed_names([user.name for user in users]),
        shown_words="; ".join(user.name for user in users)
        or ("" if row is None or row.users else state_words(row, walk.catalogue)),
        draft=draft,
        suggestions=lambda: _suggestions(walk, place),
        keys=keys,
    )


def _suggestions(walk: Walk, place: Place) -> tuple[str, ...]:
    """The names in this mapping, and the example's own."""
    rows = (row.users for row in walk.mapping.rows.values())
    names = dict.fromkeys(user.name for users in (*rows, *walk.mapping.others.values()) for user in users)
    known = walk.catalogue.example_by_id.get(place.item)
    return (*names, *([known.name] if known else ()))


def _verify(walk: Walk, place: Place, draft: str | None) -> Question:
    row = None if place.item == OTHER else walk.row(place)
    user = walk.user(place) if place.user else None
    details = [
        f"{field.label}: {words}"
        for field in walk.catalogue.fields
        if user and (words := detail_words(field, user))
    ]
    date = user.verified if user else verified_of(row) if row else ""
    about = [
        row.label if row and user else "",
        *details,
        verified_words(date),
    ]
    walked = walk.track or ()
    number = f"{walked.index(place) + 1}/{len(walked)} " if place in walked else ""
    what = user.name if user else f"{row.label}: {state_words(row, walk.catalogue)}" if row else ""
    entries = [Entry("", _("Skip it for now")), Entry("yes", _("This is still right"), number=1)]
    if user and walk.catalogue.fields_to_leave:
        entries.append(Entry("left", _("Left the response"), number=2))
    return Question(
        id=str(place),
        kind="one",
        title=number + _("Is this still right? {what}").format(what=what),
        about="; ".join(text for text in about if text),
        draft=draft,
        choices=ChoiceIndex(tuple(entries)),
        other=True,
        empties=False,
        keys=_keys(
            **{"abc": _("types another name"), "Shift-Tab": _("back"), "?": _("help")},
        ),
    )


def _detail(walk: Walk, place: Place, draft: str | None) -> Question:
    user = walk.user(place)
    asked = walk.catalogue.field_by_id[place.field]
    interests = walk.catalogue.interests_of(place.item) if asked.interests else ()
    starred = tuple(choice.id for choice in interests)
    before = user_before(walk, place)
    repeated = before.values(asked.id) if before else ()
    recorded = user.values(asked.id)
    kind: Kind = {"text": "text", "select_one": "one", "select_multiple": "many"}[asked.type]  # type: ignore[assignment]
    return Question(
        id=str(place),
        kind=kind,
        title=f"{user.name} · {asked.label}",
        about=_offered(asked, user, before),
        hint=asked.question,
        shown=answers.typed_text(recorded[0]) if asked.type == "text" and recorded else "",
        shown_words=detail_words(asked, user),
        draft=draft,
        choices=_choice_index(asked, starred),
        recorded=recorded if asked.type != "text" else (),
        other=asked.or_other,
        starred=starred,
        before=repeated,
        keys=_detail_keys(asked, bool(interests), bool(repeated)),
    )


def _offered(asked: Field, user: DataUser, before: DataUser | None) -> str:
    """The answer of the same organisation in another row, where there is none here yet."""
    if before is None or user.values(asked.id) or organisation(before.name) != organisation(user.name):
        return ""
    words = detail_words(asked, before)
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


def _detail_keys(asked: Field, interests: bool, before: bool) -> tuple[tuple[str, str], ...]:
    keys = {} if asked.choices else {"Enter": _("next")}
    if interests:
        keys["*"] = _("add the interests")
    if before:
        keys["="] = _("as before")
    keys |= {"Shift-Tab": _("back"), ":skip": _("next data user"), "?": _("help")}
    return _keys(**keys)


def _keys(**keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(keys.items())


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
