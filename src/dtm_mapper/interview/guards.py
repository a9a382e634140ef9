"""States and choices typed at a place: the changed mapping, or the guard that asks what they mean. Pure."""

from dataclasses import replace

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.answers import Choices, NotUnderstood
from dtm_mapper.interview.confirmations import Answered, Outcome, removal, yes_or_no
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import Detail, Mapping, tidy

#: How alike free text and a choice's label are if the label was probably meant.
_NEARLY = 0.8


def typed_state(walk: Walk, command: str, words: str) -> Answered:
    """Mark a row as not applicable (`na`) or pending (`later`), with a reason or a note as it was typed.
    Raises NotUnderstood."""
    exact = answers.unquoted(words) is not None
    outcome = state_outcome(walk, command, answers.text_answer(words), exact)
    row = walk.row()
    return removal(talk.loss(row.users), outcome) if row.users else outcome


def state_outcome(walk: Walk, command: str, words: str, exact: bool = False) -> Outcome:
    """Return the row as not applicable (`na`) or pending (`later`), with a reason or a note, which is `exact`
    if it was in quotation marks."""
    row = replace(
        walk.row(),
        users=(),
        not_applicable=words if command == "na" else None,
        pending=words if command == "later" else None,
        verified=walk.today if command == "na" else "",
    )
    note = "" if exact or not words else f":{command} {answers.typed_text(words)}"
    return Outcome(walk.mapping.with_row(row), note=note)


def open_rows(walk: Walk) -> tuple[Place, ...]:
    """Return the rows of this section about which nothing is recorded."""
    places = (place for place in walk.rows("open") if place.section == walk.at.section)
    return tuple(place for place in places if not walk.users(place))


def whole_section(walk: Walk, words: str) -> Answered:
    """Mark all open rows of this section as not applicable, with a reason as it was typed. Raises
    NotUnderstood, also if none is open."""
    reason = answers.text_answer(words)
    places = open_rows(walk)
    section = talk.title_of(walk.catalogue, walk.at.section)
    if not places:
        raise NotUnderstood(_("{section} has no open rows").format(section=section))
    mapping = walk.mapping
    for place in places:
        mapping = mapping.with_row(replace(walk.row(place), not_applicable=reason, verified=walk.today))
    title = ngettext(
        "Mark the open row of {section} as not applicable?",
        "Mark the {count} open rows of {section} as not applicable?",
        len(places),
    )
    title = title.format(count=len(places), section=section)
    summary = ngettext(
        "{section}: {count} row is not applicable", "{section}: {count} rows are not applicable", len(places)
    )
    note = f":na * {words}" if reason and answers.unquoted(words) is None else ""
    outcome = Outcome(mapping, note=note, summary=summary.format(count=len(places), section=section))
    return yes_or_no(title, outcome, None, enter_is_yes=False)


def cleared_row(walk: Walk) -> Answered:
    """Empty a row, or a section's other data users. Remove those who left only if nobody else is there."""
    active = walk.active_users()
    outcome = Outcome(walk.with_active_users(()) if active else walk.with_users(()))
    lost = [user for user in active or walk.users() if user.details]
    return removal(talk.loss(lost), outcome) if lost else outcome


def typed_choices(walk: Walk, asked: Field, typed: Choices) -> Answered:
    """Record choices at a detail. Ask whether text that is nearly a choice's label means that choice."""
    recorded = walk.user().values(asked.id)
    near = {
        value: choice
        for value in typed.values
        if value not in asked.labels and value not in typed.exact and value not in recorded
        if (choice := _near_choice(value, asked))
    }
    exactly = Outcome(with_choices(walk, asked, typed.values))
    if not near:
        return exactly
    pairs = [
        _("“{label}” for “{text}”").format(label=asked.labels[id], text=text) for text, id in near.items()
    ]
    title = ngettext("Use the choice {choices}?", "Use the choices {choices}?", len(near))
    meant = tuple(near.get(value, value) for value in typed.values)
    outcome = Outcome(with_choices(walk, asked, meant))
    return yes_or_no(title.format(choices=", ".join(pairs)), outcome, exactly, enter_is_yes=True)


def _near_choice(text: str, asked: Field) -> str | None:
    import difflib

    by_label = {
        label.casefold(): choice.id
        for choice in asked.choices
        for label in (choice.label, *asked.translations(choice.id))
    }
    near = difflib.get_close_matches(text.casefold(), by_label, n=1, cutoff=_NEARLY)
    return by_label[near[0]] if near else None


def with_choices(walk: Walk, asked: Field, values: tuple[str, ...]) -> Mapping:
    """Return the mapping with other choices of this place's data user: several, or the only one."""
    detail: Detail = tidy(asked, values) if asked.type == "select_multiple" else "".join(values)
    return with_detail(walk, asked.id, detail)


def with_detail(walk: Walk, field_id: str, detail: Detail) -> Mapping:
    """Return the mapping with an answer of this place's data user changed."""
    return walk.with_user(walk.user().with_detail(field_id, detail, walk.today))
