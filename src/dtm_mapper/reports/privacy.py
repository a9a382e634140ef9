"""What the readers of a report may see of a mapping, and where it shows them a contact."""

from collections.abc import Collection
from dataclasses import replace

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.contacts import find_contact
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.mapping import DataUser, Mapping

#: A warning lists this many places.
_LISTED = 10


def recorded_fields(mapping: Mapping, catalogue: Catalogue) -> dict[str, Field]:
    """Return the catalogue's fields, and those that only the mapping has, by id.

    Nobody knows who may see a field that the catalogue does not have, so it counts as personal.
    """
    several: dict[str, bool] = {}
    for *_place, user in mapping.every_user(catalogue):
        for id in user.details.keys() - catalogue.field_by_id.keys():
            several[id] = several.get(id, False) or isinstance(user.details[id], tuple)
    return catalogue.field_by_id | {
        id: Field(id, id, id, "select_multiple" if several[id] else "text", "full", "personal")
        for id in sorted(several)
    }


def hidden_fields(fields: Collection[Field], personal: bool, public: bool) -> frozenset[str]:
    """Return the ids of the fields that may not be shown: the personal ones unless `personal` is set, and the
    internal ones if `public` is set."""
    hidden = {"personal": not personal, "internal": public}
    return frozenset(asked.id for asked in fields if hidden.get(asked.visibility))


def without_hidden(mapping: Mapping, catalogue: Catalogue, hidden: frozenset[str], public: bool) -> Mapping:
    """Return a mapping without the answers to hidden fields and, with `public`, without reasons and notes.

    If the field that says who left the response is hidden, hide those who left, too.
    """
    left_hidden = _left_hidden(catalogue, hidden)

    def shown(users: tuple[DataUser, ...]) -> tuple[DataUser, ...]:
        present = [user for user in users if not (left_hidden and user.inactive(catalogue))]
        return tuple([_without_answers(user, hidden) for user in present])

    rows = {id: replace(row, users=shown(row.users)) for id, row in mapping.rows.items()}
    if public:
        for id, row in rows.items():
            rows[id] = replace(row, not_applicable=row.not_applicable and "", pending=row.pending and "")
    return replace(
        mapping,
        rows={id: row for id, row in rows.items() if not row.is_empty},
        others={id: users for id, everyone in mapping.others.items() if (users := shown(everyone))},
    )


def _left_hidden(catalogue: Catalogue, hidden: frozenset[str]) -> bool:
    return any(asked.id in hidden for asked in catalogue.fields_to_leave)


def _without_answers(user: DataUser, hidden: frozenset[str]) -> DataUser:
    if hidden.isdisjoint(user.details):
        return user
    return replace(user, details={id: detail for id, detail in user.details.items() if id not in hidden})


def contacts_shown(
    mapping: Mapping, catalogue: Catalogue, personal: bool = False, public: bool = False
) -> list[str]:
    """List where a report shows something like a contact outside personal fields: each place with the id that
    `--at` accepts, and what is there."""
    found = [
        f"{item}: {label}"
        for item, label in (("response", _("Response")), ("prepared_by", _("Prepared by")))
        if find_contact(getattr(mapping, item))
    ]
    found += [
        f"{row.section}/{row.example}: {row.label}, {_('reason or note')}"
        for row in mapping.rows.values()
        if not public and find_contact(row.not_applicable or row.pending or "")
    ]
    hidden = hidden_fields(catalogue.fields, personal, public)
    left_hidden = _left_hidden(catalogue, hidden)
    scanned = [
        asked for asked in catalogue.fields if asked.visibility != "personal" and asked.id not in hidden
    ]
    for section, item, number, user in mapping.every_user(catalogue):
        if left_hidden and user.inactive(catalogue):
            continue
        if find_contact(user.name):
            found.append(f"{section}/{item}: {user.name}, {_('name')}")
        found += [
            f"{section}/{item}/{number}/{asked.id}: {user.name}, {asked.label}"
            for asked in scanned
            if any(find_contact(value) for value in user.values(asked.id) if value not in asked.labels)
        ]
    return found


def contact_warning(places: list[str]) -> str:
    """Return what to say about contacts that a report shows, or '' if there are none."""
    if not places:
        return ""
    lines = [
        _("The report shows what looks like a mail address or a telephone number, outside personal fields:"),
        *(f"  {place}" for place in places[:_LISTED]),
    ]
    if more := places[_LISTED:]:
        lines.append(
            "  " + ngettext("and {count} more", "and {count} more", len(more)).format(count=len(more))
        )
    lines.append(_("Check that its readers may see this, or change it with “dtm-map edit FILE --at PLACE”."))
    return "\n".join(lines)
