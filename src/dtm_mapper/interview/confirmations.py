"""The questions that accompany an answer: a guard before the change, and follow-ups after it.

Pure: each function takes the walk and what was typed at its place, and returns either the changed mapping or
the question that decides how the mapping changes. The recorder asks the question."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dtm_mapper.catalogue import Field
from dtm_mapper.contacts import without_contacts
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.answers import Choices, Name, NotUnderstood
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import (
    NAME_LIMIT,
    OTHER,
    DataUser,
    Detail,
    Mapping,
    Row,
    alike,
    organisation,
    paired,
    tidy,
)
from dtm_mapper.texts import folded

#: How alike free text and a choice's label are if the label was probably meant.
_NEARLY = 0.8
#: How many of many names a question lists.
_LISTED = 5


class Outcome(NamedTuple):
    """A mapping that an answer leads to. `names` are the names that the answer brought, apart from those in
    quotation marks; `renamed` are the names that it replaced, each with the new one."""

    mapping: Mapping
    names: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Option(NamedTuple):
    """One answer to a confirmation. With no outcome, it changes nothing."""

    label: str
    outcome: Outcome | None


class Confirmation(NamedTuple):
    """A guard or a follow-up. `enter` is the index of the option that Enter takes. If it is a `choice`, the
    options are listed; otherwise they are yes and no. One about a `word` is asked once in a session."""

    title: str
    options: tuple[Option, ...]
    enter: int = 0
    choice: bool = False
    word: str = ""


Answered = Outcome | Confirmation


def _confirm(title: str, yes: Outcome | None, no: Outcome | None, enter_is_yes: bool) -> Confirmation:
    return Confirmation(title, (Option(_("yes"), yes), Option(_("no"), no)), 0 if enter_is_yes else 1)


# Names


def typed_names(walk: Walk, text: str, today: str) -> Answered:
    """A line of names at a row or at a section's other data users. Raises NotUnderstood."""
    without_bullet = answers.without_bullet(text)
    names = answers.names(without_bullet)
    if without_bullet == text or walk.at.item == OTHER:
        return _names(walk, names, today)
    return _line_with_bullet(walk, text, names, today)


def added_names(walk: Walk, text: str, today: str) -> Answered:
    """A line of names to add to those that are there. Raises NotUnderstood."""
    return _added(walk, answers.names(text), today)


def _added(walk: Walk, names: Iterable[Name], today: str) -> Answered:
    present = [user.name for user in _active(walk)]
    new = [name for name in names if name.text not in present]
    return _names(walk, new, today, present)


def replaced_names(walk: Walk, names: Sequence[str], today: str) -> Answered:
    """The names of all data users of a row in place of those that are there."""
    active = _active(walk)
    pairing = paired(active, tuple(names), today)
    if lost := [user for user in pairing.removed if user.details]:
        return _removal(_loss(lost), _outcome(walk, names, today))
    others = [(old, new) for old, new in pairing.renamed if old.details and not alike(old.name, new.name)]
    if not others:
        return _outcome(walk, names, today)
    same, other = _identity_options(walk, names, others, today)
    title = ngettext(
        "{row} has {old} with details. Is {new} the same organisation?",
        "{row} has {old} with details. Are {new} the same organisations?",
        len(others),
    )
    old, new = _listed(old.name for old, _new in others), _listed(new.name for _old, new in others)
    return Confirmation(title.format(row=_row_name(walk), old=old, new=new), (same, other), choice=True)


def _identity_options(
    walk: Walk, names: Sequence[str], others: Sequence[tuple[DataUser, DataUser]], today: str
) -> tuple[Option, Option]:
    """The two readings of names that replace others: the same organisations, or other ones."""
    old = _listed(old.name for old, _new in others)
    same = _("The same under another name. The details of {old} are kept.").format(old=old)
    other = _("Another organisation. The details of {old} are removed.").format(old=old)
    fresh = tuple(new.name for _old, new in others)
    return Option(same, _outcome(walk, names, today)), Option(other, _outcome(walk, names, today, fresh))


def _outcome(walk: Walk, names: Sequence[str], today: str, fresh: Sequence[str] = ()) -> Outcome:
    """The names as the data users of the row; `fresh` are those that take over no details."""
    active = _active(walk)
    pairing = paired(active, tuple(names), today)
    users = tuple(
        DataUser(user.name, verified=today) if user.name in fresh else user for user in pairing.users
    )
    present = {user.name for user in active}
    return Outcome(
        _with_active(walk, users),
        tuple(name for name in names if name not in present),
        tuple((old.name, new.name) for old, new in pairing.renamed if new.name not in fresh),
    )


def _names(walk: Walk, names: Sequence[Name], today: str, present: Sequence[str] = ()) -> Answered:
    """Names as they were typed, besides those that are `present` and stay."""
    recorded = {user.name for user in _active(walk)}
    words = [
        name for name in names if not name.exact and name.text not in recorded and answers.meaning(name.text)
    ]
    if not words:
        return _without_exact(replaced_names(walk, [*present, *(name.text for name in names)], today), names)
    if len(names) == 1 and not present and walk.at.item != OTHER:
        return _word(walk, words[0].text, today)
    title = ngettext("{words} is not a name.", "{words} are not names.", len(words))
    title = title.format(words=_listed(name.text for name in words))
    kept = [*present, *(name.text for name in names if name not in words)]
    without = replaced_names(walk, kept, today) if kept else Outcome(walk.mapping)
    if isinstance(without, Confirmation):
        return without._replace(title=f"{title} {without.title}")
    everything = _outcome(walk, [*present, *(name.text for name in names)], today)
    title += " " + ngettext("Leave it out?", "Leave them out?", len(words))
    guard = _confirm(title, without, everything._replace(names=()), enter_is_yes=True)
    return _without_exact(guard, names)


def _without_exact(answered: Answered, names: Sequence[Name]) -> Answered:
    """Take the names in quotation marks out of those that follow-ups ask about."""
    exact = {name.text for name in names if name.exact}
    if isinstance(answered, Outcome):
        return answered._replace(names=tuple(name for name in answered.names if name not in exact))
    options = [
        option if option.outcome is None else option._replace(outcome=_without_exact(option.outcome, names))  # type: ignore[arg-type]
        for option in answered.options
    ]
    return answered._replace(options=tuple(options))


def _word(walk: Walk, word: str, today: str) -> Answered:
    """A word that is not a name, such as n/a, TBC or same, alone on a row."""
    meant = answers.meaning(word)
    assert meant is not None
    row, row_name = _row(walk), _row_name(walk)
    exactly = _outcome(walk, [word], today)._replace(names=())
    if meant.command == "above":
        before, users = _row_before(walk)
        if users:
            names = [user.name for user in users]
            repeated = replaced_names(walk, names, today)
            if isinstance(repeated, Confirmation):
                return repeated
            title = _("Does “{word}” mean {names}, as in {row}?")
            title = title.format(word=word, names=_listed(names), row=before)
            return _about_word(word, title, repeated._replace(names=()), exactly)
    command = "na" if meant.command == "na" else "later"
    state = Outcome(_with_state(walk, command, word, today))
    if row.users:
        says = {
            "na": _("“{word}” makes {row} not applicable."),
            "later": _("“{word}” makes {row} pending."),
        }
        return _removal(f"{says[command].format(word=word, row=row_name)} {_loss(row.users)}", state)
    asks = {
        "na": _("Does “{word}” mean that {row} is not applicable?"),
        "later": _("Does “{word}” mean that {row} is pending?"),
    }
    return _about_word(word, asks[command].format(word=word, row=row_name), state, exactly)


def _about_word(word: str, title: str, meant: Outcome, exactly: Outcome) -> Confirmation:
    return _confirm(title, meant, exactly, enter_is_yes=True)._replace(word=folded(word))


def _row_before(walk: Walk) -> tuple[str, tuple[DataUser, ...]]:
    """The name of the place before this row, and its data users who are still there."""
    before = replace(walk.anew(), at=walk.at.group).back()
    users = walk.mapping.active_users(walk.catalogue, *before[:2]) if before.section else ()
    return talk.place_words(walk, before)[0], users


def _line_with_bullet(walk: Walk, text: str, names: tuple[Name, ...], today: str) -> Confirmation:
    """A single line that begins with a bullet: names, or a reason for not applicable."""
    listed = _listed(name.text for name in names)
    taken = _without_exact(replaced_names(walk, [name.text for name in names], today), names)
    if isinstance(taken, Outcome):
        label = ngettext("The name {names}", "The names {names}", len(names)).format(names=listed)
        readings = [Option(label, taken)]
    elif taken.choice:
        readings = list(taken.options)
    else:
        label = ngettext("The name {names}.", "The names {names}.", len(names)).format(names=listed)
        readings = [Option(f"{label} {_loss(_lost(walk, names, today))}", taken.options[0].outcome)]
    row = _row(walk)
    reason = answers.text_answer(answers.without_bullet(text))
    label = _("The reason why {row} is not applicable").format(row=_row_name(walk))
    label += f". {_loss(row.users)}" if row.users else ""
    readings.append(Option(label, Outcome(_with_state(walk, "na", reason, today))))
    title = _("{row}: what is “{text}”?").format(row=_row_name(walk), text=text)
    if row.users:
        title = _("{row} has {users}. What is “{text}”?").format(
            row=_row_name(walk), users=_listed(user.name for user in row.users), text=text
        )
    return Confirmation(title, tuple(readings), choice=True)


def _lost(walk: Walk, names: Sequence[Name], today: str) -> list[DataUser]:
    removed = paired(_active(walk), tuple(name.text for name in names), today).removed
    return [user for user in removed if user.details]


def pasted_names(walk: Walk, text: str, today: str) -> Answered:
    """Several pasted lines at a row or at a section's other data users. Raises NotUnderstood."""
    names = answers.pasted_names(text)
    taken = [name for name in names if name.exact or answers.meaning(name.text) is None]
    left_out = [name.text for name in names if name not in taken]
    if not taken:
        raise NotUnderstood(_("Type a name, or press Enter to leave this as it is."))
    active, count = _active(walk), len(taken)
    listed = _listed(name.text for name in taken)
    cancel = Option(_("Cancel"), None)
    note = (
        _(" Left out, because they are not names: {words}.").format(words=_listed(left_out))
        if left_out
        else ""
    )
    new = [name.text for name in taken]
    if active:
        added = [
            *(user.name for user in active),
            *(name for name in new if name not in {u.name for u in active}),
        ]
        removed = [user for user in active if user.name not in new]
        label = _("Replace {old} with them").format(old=_listed(user.name for user in active))
        details = [user for user in removed if user.details]
        label += f". {_loss(details)}" if details else ""
        replaced = _outcome(walk, new, today, [name for name in new if name not in {u.name for u in active}])
        options = [
            Option(_("Add them"), _outcome(walk, added, today)),
            Option(label, replaced),
        ]
        title = ngettext(
            "{row} has {old}. What about the pasted name {names}?",
            "{row} has {old}. What about the {count} pasted names {names}?",
            count,
        )
        old = _listed(user.name for user in active)
        title = title.format(row=_row_name(walk), old=old, count=count, names=listed)
    else:
        label = ngettext("{count} data user: {names}", "{count} data users: {names}", count)
        options = [Option(label.format(count=count, names=listed), _outcome(walk, new, today))]
        one = " ".join(new)
        if count > 1 and len(one) <= NAME_LIMIT:
            label = _("One data user: “{name}”").format(name=one)
            options.append(Option(label, _outcome(walk, [one], today)))
        title = _("{row}: what are the pasted lines?").format(row=_row_name(walk))
    options = [
        option if option.outcome is None else Option(option.label, _without_exact(option.outcome, taken))  # type: ignore[arg-type]
        for option in options
    ]
    return Confirmation(title + note, (*options, cancel), choice=True)


# States of rows


def typed_state(walk: Walk, command: str, words: str, today: str) -> Answered:
    """A row as not applicable (`na`) or pending (`later`), with a reason or a note."""
    outcome = Outcome(_with_state(walk, command, words, today))
    row = _row(walk)
    return _removal(_loss(row.users), outcome) if row.users else outcome


def open_rows(walk: Walk) -> tuple[Place, ...]:
    """The rows of this section about which nothing is recorded."""
    places = (place for place in walk.rows("open") if place.section == walk.at.section)
    return tuple(place for place in places if not walk.mapping.users(*place[:2]))


def whole_section(walk: Walk, reason: str, today: str) -> Answered:
    """All open rows of this section as not applicable. Raises NotUnderstood if none is open."""
    places = open_rows(walk)
    section = talk.title_of(walk.catalogue, walk.at.section)
    if not places:
        raise NotUnderstood(_("{section} has no open rows").format(section=section))
    mapping = walk.mapping
    for place in places:
        row = mapping.row(walk.catalogue, place.item)
        mapping = mapping.with_row(replace(row, not_applicable=reason, verified=today))
    title = ngettext(
        "Mark the open row of {section} as not applicable?",
        "Mark the {count} open rows of {section} as not applicable?",
        len(places),
    )
    title = title.format(count=len(places), section=section)
    return _confirm(title, Outcome(mapping), None, enter_is_yes=False)


def cleared_row(walk: Walk) -> Answered:
    """A row, or a section's other data users, emptied. Data users who left are emptied only on their own."""
    removed = _active(walk) or walk.mapping.users(*walk.at[:2])
    if _active(walk):
        outcome = Outcome(_with_active(walk, ()))
    else:
        outcome = Outcome(walk.mapping.with_users(walk.catalogue, *walk.at[:2], ()))
    lost = [user for user in removed if user.details]
    return _removal(_loss(lost), outcome) if lost else outcome


def _removal(what: str, outcome: Outcome) -> Confirmation:
    return _confirm(_("{what} Continue?").format(what=what), outcome, None, enter_is_yes=False)


def _loss(users: Sequence[DataUser]) -> str:
    names = _listed(user.name for user in users)
    return ngettext(
        "{names} is removed, with all details.", "{names} are removed, with all details.", len(users)
    ).format(names=names)


# Details


def typed_choices(walk: Walk, asked: Field, typed: Choices, today: str) -> Answered:
    """Choices at a detail. Other text that is nearly a choice's label may be that choice. Raises
    NotUnderstood if several are typed where one is allowed."""
    if asked.type != "select_multiple" and len(typed.values) > 1:
        raise NotUnderstood(_("Only one of these can be chosen here"))
    recorded = _user(walk).values(asked.id)
    near = {
        value: choice
        for value in typed.values
        if value not in asked.labels and value not in typed.exact and value not in recorded
        if (choice := _near_choice(value, asked))
    }
    exactly = Outcome(_with_choices(walk, asked, typed.values, today))
    if not near:
        return exactly
    pairs = [
        _("“{label}” for “{text}”").format(label=asked.labels[id], text=text) for text, id in near.items()
    ]
    title = ngettext("Use the choice {choices}?", "Use the choices {choices}?", len(near))
    meant = tuple(near.get(value, value) for value in typed.values)
    outcome = Outcome(_with_choices(walk, asked, meant, today))
    return _confirm(title.format(choices=", ".join(pairs)), outcome, exactly, enter_is_yes=True)


def _near_choice(text: str, asked: Field) -> str | None:
    by_label = {label.casefold(): id for id, label in asked.labels.items()}
    near = difflib.get_close_matches(text.casefold(), by_label, n=1, cutoff=_NEARLY)
    return by_label[near[0]] if near else None


def _with_choices(walk: Walk, asked: Field, values: tuple[str, ...], today: str) -> Mapping:
    detail: Detail = tidy(asked, values) if asked.type == "select_multiple" else values[0]
    return with_detail(walk, asked.id, detail, today)


def with_detail(walk: Walk, field_id: str, detail: Detail, today: str) -> Mapping:
    """The mapping with an answer of this place's data user changed."""
    return _with_user(walk, _user(walk).with_detail(field_id, detail, today))


# Follow-ups


def contact_in_name(walk: Walk, name: str, today: str) -> Confirmation | None:
    """Whether to move the addresses in a name that was just recorded to the field for contacts."""
    users = walk.mapping.users(*walk.at[:2])
    index = next((index for index, user in enumerate(users) if user.name == name), None)
    rest, contacts = without_contacts(name)
    field = walk.catalogue.contact_field
    if index is None or not contacts or not rest or field is None:
        return None
    user = _with_contacts(replace(users[index], name=rest), field, contacts, today)
    mapping = walk.mapping.with_users(
        walk.catalogue, *walk.at[:2], (*users[:index], user, *users[index + 1 :])
    )
    return _confirm(_move(contacts, field), Outcome(mapping, (rest,)), None, enter_is_yes=True)


def contact_in_detail(walk: Walk, today: str) -> Confirmation | None:
    """Whether to move the addresses in the text of this place to the field for contacts."""
    asked, field = walk.catalogue.field_by_id[walk.at.field], walk.catalogue.contact_field
    if field is None or asked.visibility == "personal" or asked.type != "text":
        return None
    user = _user(walk)
    rest, contacts = without_contacts("".join(user.values(asked.id)))
    if not contacts:
        return None
    user = _with_contacts(user.with_detail(asked.id, rest, today), field, contacts, today)
    return _confirm(_move(contacts, field), Outcome(_with_user(walk, user)), None, enter_is_yes=True)


def _with_contacts(user: DataUser, field: Field, contacts: Sequence[str], today: str) -> DataUser:
    return user.with_detail(field.id, "; ".join((*user.values(field.id), *contacts)), today)


def _move(contacts: Sequence[str], field: Field) -> str:
    title = ngettext(
        "{contacts} looks like a way to reach somebody. Move it to {field}, which reports leave out?",
        "{contacts} look like ways to reach somebody. Move them to {field}, which reports leave out?",
        len(contacts),
    )
    return title.format(contacts=_listed(contacts), field=field.label)


def contact_in_note(walk: Walk) -> Confirmation | None:
    """Whether to type the note or the reason of this row again, without the address in it."""
    row = _row(walk)
    _rest, contacts = without_contacts(row.not_applicable or row.pending or "")
    if not contacts:
        return None
    title = _(
        "The text contains {contacts}. Reports leave such texts out only with --public. "
        "Type it again without the address?"
    )
    again = Outcome(walk.mapping)
    return _confirm(title.format(contacts=_listed(contacts)), again, None, enter_is_yes=False)


#: A comma that is not inside brackets.
_COMMA = re.compile(r"[,،](?![^(\[]*[)\]])")


def several_names(walk: Walk, name: str, today: str) -> Confirmation | None:
    """Whether a name with two commas or more that was just recorded is several names."""
    parts = list(dict.fromkeys(part.strip() for part in _COMMA.split(name) if part.strip()))
    active = _active(walk)
    if len(parts) < 3 or DataUser(name) not in [replace(user, verified="") for user in active]:
        return None
    present = {user.name for user in active}
    users: list[DataUser] = []
    for user in active:
        new = [DataUser(part, verified=today) for part in parts if part not in present]
        users += new if user.name == name else [user]
    several = Outcome(_with_active(walk, tuple(users)))
    options = (
        Option(_("One name, as typed"), None),
        Option(_("Several: {names}").format(names=_listed(parts)), several),
    )
    return Confirmation(_("Is “{name}” one name?").format(name=name), options, choice=True)


def renamed_elsewhere(walk: Walk, old: str, new: str, today: str) -> Confirmation | None:
    """Whether to rename an organisation in its other rows, too. Data users who left keep their name."""
    mapping, catalogue = walk.mapping, walk.catalogue

    def is_old(user: DataUser) -> bool:
        return organisation(user.name) == organisation(old) and not user.inactive(catalogue)

    places = {
        Place(section, item)
        for section, item, _number, user in mapping.every_user(catalogue)
        if is_old(user)
        and organisation(new)
        not in {organisation(other.name) for other in mapping.users(section, item)} - {organisation(old)}
    }
    ordered = [place for place in walk.names() if place in places]
    if not ordered:
        return None
    for place in ordered:
        users = tuple(
            replace(user, name=new, verified=today) if is_old(user) else user
            for user in mapping.users(*place[:2])
        )
        mapping = mapping.with_users(catalogue, *place[:2], users)
    rows = ", ".join(talk.place_words(walk, place)[0] for place in ordered)
    title = _("“{old}” is also in {rows}. Rename it there to “{new}”, too?")
    return _confirm(title.format(old=old, rows=rows, new=new), Outcome(mapping), None, enter_is_yes=False)


# The row and the data user at a place


def _row(walk: Walk) -> Row:
    return walk.mapping.row(walk.catalogue, walk.at.item)


def _row_name(walk: Walk) -> str:
    return talk.place_words(walk, walk.at.group)[0]


def _active(walk: Walk) -> tuple[DataUser, ...]:
    return walk.mapping.active_users(walk.catalogue, *walk.at[:2])


def _with_active(walk: Walk, users: tuple[DataUser, ...]) -> Mapping:
    return walk.mapping.with_active_users(walk.catalogue, *walk.at[:2], users)


def _user(walk: Walk) -> DataUser:
    return walk.mapping.users(*walk.at[:2])[walk.at.user - 1]


def _with_user(walk: Walk, user: DataUser) -> Mapping:
    users = list(walk.mapping.users(*walk.at[:2]))
    users[walk.at.user - 1] = user
    return walk.mapping.with_users(walk.catalogue, *walk.at[:2], tuple(users))


def _with_state(walk: Walk, command: str, words: str, today: str) -> Mapping:
    row = replace(
        _row(walk),
        users=(),
        not_applicable=words if command == "na" else None,
        pending=words if command == "later" else None,
        verified=today if command == "na" else "",
    )
    return walk.mapping.with_row(row)


def _listed(texts: Iterable[str]) -> str:
    """Texts in quotation marks, the first of many."""
    quoted = [f"“{text}”" for text in texts]
    if len(quoted) > _LISTED + 1:
        more = _("and {count} more").format(count=len(quoted) - _LISTED)
        quoted = [*quoted[:_LISTED], more]
    return ", ".join(quoted)
