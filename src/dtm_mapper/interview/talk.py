"""What the interview says between its questions: pure, from a mapping to lines."""

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview.walk import VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Progress, Row, progress

Rows = list[tuple[str, str]]


def help_lines() -> Rows:
    """What can be typed, and what it does."""
    return [
        (_("text"), _("the local counterpart, or the answer; several names with ; between them")),
        ("+ …", _("one more data user on this row")),
        ("Enter", _("keeps what is shown, and goes on")),
        (_(":na … or -"), _("the row is not applicable in this response; a reason may follow")),
        (":later …", _("the row is pending; a note may follow, such as whom to ask")),
        (":clear", _("empties the row, or the detail")),
        (
            "1-9 a-z",
            _("in a list on the screen: ticks that entry, as Space does; - unticks all, + other text"),
        ),
        ("=", _("on a detail: the same as for the data user before")),
        ("*", _("on information needs: the interests that the example is known for")),
        ('"…"', _("among choices: other text, just as it stands between the quotes")),
        (_(":back, Shift-Tab"), _("the question before")),
        (":next", _("past the rest of this data user's details")),
        (_(":go …, Ctrl-G"), _("a list of all rows; or straight to the row that has these words")),
        (":add …", _("another data user in this section, that no example foresaw")),
        (":undo", _("takes the last change back")),
        (":depth …", _("asks names, standard or full from here on")),
        (":show", _("the section so far; on the review, all that changed")),
        (":review", _("the review, and the end")),
        (_(":help, ?, F1"), _("these lines")),
        (_(":quit, Ctrl-C, Ctrl-D"), _("saves and leaves")),
        ("", _("A name that begins with : ? + = or - is typed with that sign twice; a ; in a name as \\;")),
    ]


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


def progress_words(counts: Progress) -> str:
    """How far a section or a mapping is, in one line."""
    states = [
        (_("{count} mapped"), counts.mapped),
        (_("{count} not applicable"), counts.not_applicable),
        (_("{count} pending"), counts.pending),
        (_("{count} open"), counts.open),
    ]
    words = [
        ngettext("{count} row", "{count} rows", counts.rows).format(count=counts.rows),
        *(words.format(count=count) for words, count in states if count),
        ngettext("{count} other data user", "{count} other data users", counts.others).format(
            count=counts.others
        )
        if counts.others
        else "",
    ]
    return ", ".join(word for word in words if word)


def title_of(catalogue: Catalogue, section: str) -> str:
    """A section's title; its id where the catalogue no longer has it."""
    known = catalogue.section_by_id.get(section)
    return known.title if known else section


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
        rows.append((label, state_words(row) or _("open")))
    rows += [(_("other"), user.name) for user in mapping.users(section, OTHER)]
    return rows


def place_words(walk: Walk, place: Place) -> tuple[str, str]:
    """A place for a list: its name, and what is recorded there."""
    if not place.section:
        labels = {"response": _("Response"), "country": _("Country"), "prepared_by": _("Prepared by")}
        return labels.get(place.item, place.item), str(getattr(walk.mapping, place.item, ""))
    if place.field == VERIFIED:
        return _verified_words(walk, place)
    if place.field:
        user = walk.mapping.users(place.section, place.item)[place.user - 1]
        asked = walk.catalogue.field_by_id[place.field]
        return f"{user.name} · {asked.label}", detail_words(asked, user)
    if place.item == OTHER:
        users = walk.mapping.users(place.section, OTHER)
        label = _("{section}: other data users").format(section=title_of(walk.catalogue, place.section))
        return label, "; ".join(user.name for user in users)
    row = walk.mapping.row(walk.catalogue, place.item)
    return row.label, state_words(row) or _("open")


def _verified_words(walk: Walk, place: Place) -> tuple[str, str]:
    if place.user:
        user = walk.mapping.users(place.section, place.item)[place.user - 1]
        left = _("left the response, ") if user.inactive(walk.catalogue) else ""
        return user.name, left + verified_words(user.verified)
    row = walk.mapping.row(walk.catalogue, place.item)
    return row.label, f"{state_words(row)}, {verified_words(verified_of(row))}"


def verified_of(row: Row) -> str:
    """When all of a row was last verified: an ISO date, or ''."""
    return min((user.verified for user in row.users), default=row.verified)


def verified_words(date: str) -> str:
    """When something was last entered, changed or confirmed, for reading."""
    return _("verified {date}").format(date=date) if date else _("never verified")


def unfinished(walk: Walk) -> tuple[Place, ...]:
    """The rows that are pending, then those that are open."""
    return (*walk.rows("pending"), *walk.rows("open"))


def numbered_unfinished(walk: Walk) -> Rows:
    """The unfinished rows with their numbers: pending ones line by line, open ones section by section."""
    lines: Rows = []
    still_open: dict[str, list[str]] = {}
    for number, place in enumerate(unfinished(walk), start=1):
        name, words = place_words(walk, place)
        if walk.mapping.row(walk.catalogue, place.item).state == "pending":
            lines.append((f"{number} {name}", words))
        else:
            still_open.setdefault(title_of(walk.catalogue, place.section), []).append(
                # A number at a line's end, with its name on the next one, would be hard to find.
                f"{number}\N{NO-BREAK SPACE}{name}"
            )
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
        elif place.section and before.users(*place[:2]) != walk.mapping.users(*place[:2]):
            rows.append((name, _("details changed")))
    return rows
