"""Follow-ups: the questions after an answer that is already saved. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from dtm_mapper.catalogue import Field
from dtm_mapper.contacts import without_contacts
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview.confirmations import Confirmation, Option, Outcome, yes_or_no
from dtm_mapper.interview.talk import listed, place_words
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import DataUser, organisation


def contact_in_name(walk: Walk, name: str) -> Confirmation | None:
    """Return the follow-up that offers to move the contacts in a new name to the field for contacts."""
    users = walk.users()
    named = (index for index, user in enumerate(users) if user.name == name)
    index = next((index for index in named if not users[index].inactive(walk.catalogue)), None)
    rest, contacts = without_contacts(name)
    field = walk.catalogue.contact_field
    if index is None or not contacts or not rest or field is None:
        return None
    user = _with_contacts(replace(users[index], name=rest), field, contacts, walk.today)
    mapping = walk.with_users((*users[:index], user, *users[index + 1 :]))
    return yes_or_no(_move(contacts, field), Outcome(mapping, (rest,)), None, enter_is_yes=True)


def contact_in_detail(walk: Walk) -> Confirmation | None:
    """Return the follow-up that offers to move the contacts in this text to the field for contacts."""
    asked, field = walk.catalogue.field_by_id[walk.at.field], walk.catalogue.contact_field
    if field is None or asked.visibility == "personal" or asked.type != "text":
        return None
    user = walk.user()
    rest, contacts = without_contacts("".join(user.values(asked.id)))
    if not contacts:
        return None
    user = _with_contacts(user.with_detail(asked.id, rest, walk.today), field, contacts, walk.today)
    return yes_or_no(_move(contacts, field), Outcome(walk.with_user(user)), None, enter_is_yes=True)


def _with_contacts(user: DataUser, field: Field, contacts: Sequence[str], today: str) -> DataUser:
    return user.with_detail(field.id, "; ".join((*user.values(field.id), *contacts)), today)


def _move(contacts: Sequence[str], field: Field) -> str:
    title = ngettext(
        "{contacts} looks like an address or a telephone number. "
        "Move it to {field}, which reports leave out?",
        "{contacts} look like addresses or telephone numbers. Move them to {field}, which reports leave out?",
        len(contacts),
    )
    return title.format(contacts=listed(contacts), field=field.label)


def contact_in_note(walk: Walk, note: str) -> Confirmation | None:
    """Return the follow-up that offers to type a note or a reason that was just recorded again, without
    contacts."""
    _rest, contacts = without_contacts(note)
    if not contacts:
        return None
    title = _(
        "This text contains {contacts}. Only reports made with --public leave out notes and reasons. "
        "Type it again without the address?"
    )
    again = Outcome(walk.mapping)
    return yes_or_no(title.format(contacts=listed(contacts)), again, None, enter_is_yes=False)


#: A comma that is not inside brackets.
_COMMA = re.compile(r"[,،](?![^(\[]*[)\]])")


def fields_to_empty(walk: Walk) -> Confirmation | None:
    """Return the follow-up that offers to empty the answers that the recorded choice makes unwanted, such as
    the contact of somebody who declined to be listed."""
    asked, user = walk.catalogue.field_by_id[walk.at.field], walk.user()
    chosen = [choice for choice in asked.choices if choice.id in user.values(asked.id)]
    filled = [id for choice in chosen for id in choice.empties if id in user.details]
    if not filled:
        return None
    labels = ", ".join(walk.catalogue.field_by_id[id].label for id in filled)
    title = _("The answer for {name} is “{answer}”. Empty {fields}, too?")
    answer = "; ".join(choice.label for choice in chosen)
    title = title.format(answer=answer, fields=labels, name=user.name)
    for id in filled:
        user = user.with_detail(id, "", walk.today)
    summary = _("Emptied for {name}: {fields}").format(name=user.name, fields=labels)
    return yes_or_no(title, Outcome(walk.with_user(user), summary=summary), None, enter_is_yes=False)


def several_names(walk: Walk, name: str) -> Confirmation | None:
    """Return the follow-up that asks whether a new name with two commas or more is several names."""
    parts = list(dict.fromkeys(part.strip() for part in _COMMA.split(name) if part.strip()))
    active = walk.active_users()
    if len(parts) < 3 or DataUser(name) not in [replace(user, verified="") for user in active]:
        return None
    present = {user.name for user in active}
    users: list[DataUser] = []
    for user in active:
        new = [DataUser(part, verified=walk.today) for part in parts if part not in present]
        users += new if user.name == name else [user]
    several = Outcome(walk.with_active_users(tuple(users)))
    options = (
        Option(_("One name, as typed"), None),
        Option(_("Several: {names}").format(names=listed(parts)), several),
    )
    return Confirmation(_("Is “{name}” one name?").format(name=name), options, choice=True)


def renamed_elsewhere(walk: Walk, old: str, new: str) -> Confirmation | None:
    """Return the follow-up that offers to rename an organisation in its other rows, too.

    Data users who left the response keep their name.
    """
    mapping, catalogue = walk.mapping, walk.catalogue

    def is_old(user: DataUser) -> bool:
        return organisation(user.name) == organisation(old) and not user.inactive(catalogue)

    places: list[Place] = []
    for place in walk.names():
        users = walk.users(place)
        others = {organisation(user.name) for user in users} - {organisation(old)}
        if organisation(new) not in others and any(is_old(user) for user in users):
            places.append(place)
            renamed = (
                replace(user, name=new, verified=walk.today) if is_old(user) else user for user in users
            )
            mapping = mapping.with_users(catalogue, *place[:2], tuple(renamed))
    if not places:
        return None
    rows = ", ".join(place_words(walk, place)[0] for place in places)
    title = _("“{old}” is also in {rows}. Rename it there to “{new}”, too?")
    return yes_or_no(title.format(old=old, rows=rows, new=new), Outcome(mapping), None, enter_is_yes=False)
