"""What an asker is given and what it gives back, and the question of each place."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from dtm_mapper.catalogue import Choice, Field
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers
from dtm_mapper.interview.walk import REVIEW, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Row

#: text: a line of any text; names: data users; one, many: choices; yes: yes or no; menu: one thing to do.
Kind = Literal["text", "names", "one", "many", "yes", "menu"]


@dataclass(frozen=True)
class Question:
    """One question. `shown` is the stored answer as the line that would give it again, `shown_words` the
    same for reading; `draft` is half-typed text that takes its place. `starred` are the ids of choices
    that `*` stands for, `before` the line that `=` stands for, `keys` what the key line says."""

    id: str
    kind: Kind
    title: str
    hint: str = ""
    shown: str = ""
    shown_words: str = ""
    draft: str | None = None
    choices: tuple[Choice, ...] = ()
    other: bool = False
    starred: tuple[str, ...] = ()
    before: str = ""
    keys: tuple[tuple[str, str], ...] = ()


class Kept(NamedTuple):
    """The shown answer was kept."""


class Line(NamedTuple):
    """A line was typed, or choices were made that this line says."""

    text: str


#: The keys that leave a question: Shift-Tab, Ctrl-G, F1, Ctrl-D, Ctrl-C.
KeyName = Literal["back", "go", "help", "end", "interrupt"]


class Key(NamedTuple):
    """A key left the question, with the text that was typed so far; None where it was not touched."""

    name: KeyName
    draft: str | None = None


Reply = Kept | Line | Key

#: heading: opens a section; note: the catalogue's words; quiet: what was recorded; warning: what to mend;
#: text: all else that is said.
Tone = Literal["heading", "note", "quiet", "warning", "text"]


class Asker(Protocol):
    """Asks one question at a time, and says things between them."""

    def held(self) -> AbstractContextManager[None]:
        """Keeps the terminal for the whole interview."""

    def ask(self, question: Question) -> Reply:
        """Shows a question and waits for the reply."""

    def say(self, text: str, tone: Tone = "text") -> None:
        """Says a line or a paragraph."""

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        """Says pairs of a name and what stands beside it."""


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
    stored = getattr(walk.mapping, place.item)
    return Question(
        id=str(place),
        kind="text",
        title=title,
        hint=hint,
        shown=answers.typed_text(stored),
        shown_words=stored,
        draft=draft,
        keys=_keys(Enter=_("next"), **{"Shift-Tab": _("back"), "?": _("help")}),
    )


def _names(walk: Walk, place: Place, draft: str | None) -> Question:
    users = walk.mapping.users(place.section, place.item)
    row = None if place.item == OTHER else walk.mapping.row(walk.catalogue, place.item)
    if row is None:
        title = _("Other data users in this section?")
        hint = _("those that no example foresaw; several with ; between them")
        keys = _keys(Enter=_("next"), **{"Shift-Tab": _("back"), ":go": _("go to"), "?": _("help")})
    else:
        rows = walk.rows()
        number = rows.index(place) + 1 if place in rows else 0
        title = f"{number}/{len(rows)} {row.label}"
        hint = ", ".join(choice.label for choice in walk.catalogue.interests_of(row.example))
        keys = _keys(
            Enter=_("next"),
            **{
                "-": _("not applicable"),
                ":later": _("ask later"),
                ";": _("one more"),
                "Shift-Tab": _("back"),
                "?": _("help"),
            },
        )
    return Question(
        id=str(place),
        kind="names",
        title=title,
        hint=hint,
        shown=answers.typed_names([user.name for user in users]),
        shown_words=state_words(row) if row else "; ".join(user.name for user in users),
        draft=draft,
        keys=keys,
    )


def _detail(walk: Walk, place: Place, draft: str | None) -> Question:
    user = walk.mapping.users(place.section, place.item)[place.user - 1]
    asked = walk.catalogue.field_by_id[place.field]
    interests = walk.catalogue.interests_of(place.item) if asked.interests else ()
    choices = (*interests, *(choice for choice in asked.choices if choice not in interests))
    before = user_before(walk, place)
    kind: Kind = {"text": "text", "select_one": "one", "select_multiple": "many"}[asked.type]  # type: ignore[assignment]
    return Question(
        id=str(place),
        kind=kind,
        title=f"{user.name} · {asked.label}",
        hint=asked.question,
        shown=_typed(asked, user.values(asked.id), choices),
        shown_words=detail_words(asked, user),
        draft=draft,
        choices=choices,
        other=asked.or_other,
        starred=tuple(choice.id for choice in interests),
        before=_typed(asked, before.values(asked.id), choices) if before else "",
        keys=_detail_keys(asked, bool(interests)),
    )


def _typed(asked: Field, values: tuple[str, ...], choices: tuple[Choice, ...]) -> str:
    if asked.type == "text":
        return answers.typed_text(values[0]) if values else ""
    return answers.typed_choices(values, choices)


def _detail_keys(asked: Field, interests: bool) -> tuple[tuple[str, str], ...]:
    keys = {"Enter": _("next")}
    if asked.type == "select_multiple":
        keys["Space"] = _("tick")
        if interests:
            keys["*"] = _("its interests")
    keys |= {"=": _("as before"), ":next": _("next data user"), "Shift-Tab": _("back"), "?": _("help")}
    return _keys(**keys)


def _keys(**keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(keys.items())


def user_before(walk: Walk, place: Place) -> DataUser | None:
    """The data user before that of a detail's place, in the catalogue's order."""
    before = None
    for section, item, number, user in walk.mapping.every_user(walk.catalogue):
        if (section, item, number) == (place.section, place.item, place.user):
            return before
        before = user
    return None


def detail_words(asked: Field, user: DataUser) -> str:
    """A data user's answer to a field, for reading."""
    return ", ".join(asked.labels.get(value, value) for value in user.values(asked.id))


def state_words(row: Row) -> str:
    """What a row holds, for reading; '' where it is open."""
    if row.state == "mapped":
        return "; ".join(user.name for user in row.users)
    if row.state == "not_applicable":
        return (
            _("not applicable: {reason}").format(reason=row.not_applicable)
            if row.not_applicable
            else _("not applicable")
        )
    if row.state == "pending":
        return _("pending: {note}").format(note=row.pending) if row.pending else _("pending")
    return ""
