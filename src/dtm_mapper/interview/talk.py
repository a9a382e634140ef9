"""What the interview says between its questions: pure, from a mapping to lines."""

from collections.abc import Iterable, Sequence

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview.walk import VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Progress, Row, progress

Rows = list[tuple[str, str]]
#: A question lists this many of many names.
_LISTED = 5


def help_lines() -> Rows:
    """What can be typed, and what it does."""
    return [
        (_("text"), _("the local counterpart, or the answer; several names with ; between them")),
        ("+ …", _("adds one more data user to this row")),
        ("Enter", _("keeps what is shown, and continues")),
        (_("- or :na …"), _("the row is not applicable in this response; :na takes a reason")),
        (":na *", _("all open rows of this section are not applicable")),
        (":later …", _("the row is pending; add a note, such as whom to ask")),
        ('"…"', _("takes exactly the text between the quotation marks")),
        (":clear", _("empties the row, or the detail")),
        (_("in a list"), _('type to filter, Enter adds, Space ticks; with --plain: 1, food, -2, "other"')),
        (_("= or *"), _("on a detail: the same as the data user before; the example's interests")),
        (_(":back :skip"), _("the question before (Shift-Tab); past the rest of this data user's details")),
        (":go …", _("a list of all rows (Ctrl-G), or straight to the row with these words")),
        (":add …", _("adds a data user to this section that no example covers")),
        (_(":undo :redo"), _("takes the last change back; brings it back")),
        (_(":depth :show"), _("how much is asked: names, standard or full; the section so far")),
        (_(":review :quit"), _("the review and the end; saves and leaves (Ctrl-C, Ctrl-D)")),
    ]


def detail_words(asked: Field, user: DataUser) -> str:
    """A data user's answer to a field, for reading."""
    return ", ".join(asked.labelled(user.values(asked.id)))


def left_words(users: Sequence[DataUser], catalogue: Catalogue) -> str:
    """Name the data users who left the response; '' if nobody did."""
    names = "; ".join(user.name for user in users if user.inactive(catalogue))
    return _("left: {names}").format(names=names) if names else ""


def user_words(users: Sequence[DataUser], catalogue: Catalogue) -> str:
    """Name data users, with those who left the response in brackets."""
    return with_left("; ".join(user.name for user in users if not user.inactive(catalogue)), users, catalogue)


def with_left(words: str, users: Sequence[DataUser], catalogue: Catalogue) -> str:
    """Add, in brackets, who of the data users left the response."""
    left = left_words(users, catalogue)
    return " ".join(filter(None, (words, f"({left})" if left else "")))


def state_words(row: Row, catalogue: Catalogue) -> str:
    """Say what a row contains; '' if it is open and nobody in it left the response."""
    state = row.state(catalogue)
    if state == "mapped":
        return user_words(row.users, catalogue)
    if state == "open":
        return with_left(_("open"), row.users, catalogue) if row.users else ""
    if state == "not_applicable":
        return ": ".join(filter(None, (_("not applicable"), row.not_applicable)))
    return ": ".join(filter(None, (_("pending"), row.pending)))


def progress_words(counts: Progress) -> str:
    """How far a section or a mapping is, in one line."""
    rows = ngettext("{count} row", "{count} rows", counts.rows).format(count=counts.rows)
    parts = [
        (_("{count} mapped"), counts.mapped),
        (_("{count} not applicable"), counts.not_applicable),
        (_("{count} pending"), counts.pending),
        (_("{count} open"), counts.open),
        (ngettext("{count} other data user", "{count} other data users", counts.others), counts.others),
    ]
    return ", ".join([rows, *(words.format(count=count) for words, count in parts if count)])


def title_of(catalogue: Catalogue, section: str) -> str:
    """A section's title; its id where the catalogue no longer has it."""
    return catalogue.section(section).title


def section_heading(walk: Walk, section: str) -> str:
    """`3/6 UN Agencies`."""
    ids = walk.mapping.section_ids(walk.catalogue)
    return f"{ids.index(section) + 1}/{len(ids)} {title_of(walk.catalogue, section)}"


def section_so_far(walk: Walk, section: str) -> Rows:
    """Each row of a section with what it holds, then its other data users."""
    mapping, catalogue = walk.mapping, walk.catalogue
    rows = []
    for example in mapping.examples(catalogue, section):
        row = mapping.row(catalogue, example)
        label = row.label
        if example not in catalogue.example_by_id:
            label = _("{label} (no longer in the catalogue)").format(label=label)
        rows.append((label, state_words(row, catalogue) or _("open")))
    rows += [(_("other"), user_words([user], catalogue)) for user in mapping.users(section, OTHER)]
    return rows


def about_words(mapping: Mapping, item: str) -> str:
    """Return one of the three texts about a mapping; a country by its name."""
    text = str(getattr(mapping, item, ""))
    if item != "country" or not text:
        return text
    from dtm_mapper.countries import name_of

    return name_of(text)


def place_words(walk: Walk, place: Place) -> tuple[str, str]:
    """A place for a list: its name, and what is recorded there."""
    if not place.section:
        labels = {"response": _("Response"), "country": _("Country"), "prepared_by": _("Prepared by")}
        return labels.get(place.item, place.item), about_words(walk.mapping, place.item)
    if place.field == VERIFIED:
        return _verified_words(walk, place)
    if place.field:
        user = walk.user(place)
        asked = walk.catalogue.field_by_id[place.field]
        return f"{user.name} · {asked.label}", detail_words(asked, user)
    if place.item == OTHER:
        users = walk.users(place)
        label = _("{section}: other data users").format(section=title_of(walk.catalogue, place.section))
        return label, user_words(users, walk.catalogue)
    row = walk.row(place)
    return row.label, state_words(row, walk.catalogue) or _("open")


def row_name(walk: Walk) -> str:
    """Return the label of the row, or words for the section's other data users."""
    return place_words(walk, walk.at.group)[0]


def _verified_words(walk: Walk, place: Place) -> tuple[str, str]:
    if place.user:
        user = walk.user(place)
        left = _("left the response, ") if user.inactive(walk.catalogue) else ""
        return user.name, left + verified_words(user.verified)
    row = walk.row(place)
    return row.label, f"{state_words(row, walk.catalogue)}, {verified_words(verified_of(row))}"


def verified_of(row: Row) -> str:
    """When all of a row was last verified: an ISO date, or ''."""
    return min((user.verified for user in row.users), default=row.verified)


def verified_words(date: str) -> str:
    """When something was last entered, changed or confirmed, for reading."""
    return _("verified {date}").format(date=date) if date else _("never verified")


def numbered_unfinished(walk: Walk) -> Rows:
    """Return the rows that are pending, line by line, and those that are open, section by section, each with
    its number in the interview."""
    numbers = {place: number for number, place in enumerate(walk.rows(), start=1)}
    lines: Rows = []
    for place in walk.rows("pending"):
        name, words = place_words(walk, place)
        lines.append((f"{numbers[place]} {name}", words))
    still_open: dict[str, list[str]] = {}
    for place in walk.rows("open"):
        row = walk.row(place)
        name = with_left(row.label, row.users, walk.catalogue)
        # A number at a line's end, with its name on the next one, would be hard to find.
        numbered = f"{numbers[place]}\N{NO-BREAK SPACE}{name}"
        still_open.setdefault(title_of(walk.catalogue, place.section), []).append(numbered)
    for section, names in still_open.items():
        lines.append((_("{section}, open").format(section=section), "; ".join(names)))
    return lines


def section_progress(walk: Walk) -> Rows:
    """The progress of each section."""
    return [
        (title_of(walk.catalogue, section), progress_words(progress(walk.mapping, walk.catalogue, section)))
        for section in walk.mapping.section_ids(walk.catalogue)
    ]


def changes(before: Mapping, walk: Walk) -> Rows:
    """What is different from an earlier mapping, place by place."""
    then = Walk(walk.catalogue, before)
    rows = []
    for place in walk.names():
        old = place_words(then, place)[1] if then.exists(place) else ""
        name, new = place_words(walk, place)
        if old != new:
            rows.append((name, new or _("empty")))
        elif place.section and before.users(*place[:2]) != walk.users(place):
            rows.append((name, _("details changed")))
    return rows


def loss(users: Sequence[DataUser]) -> str:
    """Return the sentence that names the data users whom an answer would remove."""
    names = listed(user.name for user in users)
    return ngettext(
        "{names} will be removed, with all details.",
        "{names} will be removed, with all details.",
        len(users),
    ).format(names=names)


def listed(texts: Iterable[str]) -> str:
    """Join texts in quotation marks; of many, only the first ones."""
    quoted = [f"“{text}”" for text in texts]
    if len(quoted) > _LISTED + 1:
        more = _("and {count} more").format(count=len(quoted) - _LISTED)
        quoted = [*quoted[:_LISTED], more]
    return ", ".join(quoted)
