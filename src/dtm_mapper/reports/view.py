"""What a report shows of a mapping, once for all formats."""

from collections.abc import Iterator
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Progress, State, organisation, progress


class Line(NamedTuple):
    """One line of a section's table: a data user, or a row that has none. `example` is '' for an other
    data user; `words` is the reason or the note of a row without data users; `details` go by field id."""

    example: str
    gone: bool
    state: State
    user: str
    words: str
    details: dict[str, str]
    inactive: bool


class SectionView(NamedTuple):
    """A section as reports show it."""

    title: str
    note: str
    reminder: str
    progress: Progress
    lines: tuple[Line, ...]


class Turned(NamedTuple):
    """A field turned round: each answer with the organisations that gave it."""

    label: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]


class View(NamedTuple):
    """A mapping as reports show it. `inactive` are organisations that left the response, `shown` the
    fields with a column, by id and label, `left_out` the labels of fields that hold answers and are not
    shown, `turned` the fields with choices of the standard depth, turned round."""

    response: str
    country: str
    prepared_by: str
    updated: str
    title: str
    progress: Progress
    organisations: int
    inactive: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    sections: tuple[SectionView, ...]
    turned: tuple[Turned, ...]


def view(mapping: Mapping, catalogue: Catalogue, personal: bool = False, public: bool = False) -> View:
    """What a report shows. `personal`: with personal fields; `public`: without internal ones."""
    users = [user for _section, _item, _number, user in mapping.every_user(catalogue)]
    active = [user for user in users if not user.inactive(catalogue)]
    counted = {organisation(user.name) for user in active}
    left = {organisation(user.name): user.name for user in users if user.inactive(catalogue)}
    used = {key for user in users for key in user.details}
    hidden = [
        asked
        for asked in catalogue.fields
        if (asked.visibility == "personal" and not personal) or (asked.visibility == "internal" and public)
    ]
    standard = catalogue.asked_at("standard")
    shown = [
        asked for asked in catalogue.fields if asked not in hidden and (asked.id in used or asked in standard)
    ]
    # The interests' field first: who needs what is what a report is read for.
    turned = sorted((asked for asked in shown if asked in standard and asked.choices), key=_not_interests)
    return View(
        response=mapping.response,
        country=_country(mapping.country),
        prepared_by=mapping.prepared_by,
        updated=mapping.updated,
        title=catalogue.title,
        progress=progress(mapping, catalogue),
        organisations=len(counted),
        inactive=tuple(name for key, name in left.items() if key not in counted),
        shown=tuple((asked.id, asked.label) for asked in shown),
        left_out=tuple(asked.label for asked in hidden if asked.id in used),
        sections=tuple(_section(mapping, catalogue, id, shown) for id in mapping.section_ids(catalogue)),
        turned=tuple(_turned(asked, active) for asked in turned),
    )


def _not_interests(asked: Field) -> bool:
    return not asked.interests


def _country(code: str) -> str:
    if not code:
        return ""
    from dtm_mapper.countries import name_of

    return name_of(code)


def _section(mapping: Mapping, catalogue: Catalogue, section: str, shown: list[Field]) -> SectionView:
    known = catalogue.section_by_id.get(section)
    lines: list[Line] = []
    for example in mapping.examples(catalogue, section):
        row = mapping.row(catalogue, example)
        gone = example not in catalogue.example_by_id
        words = row.not_applicable or row.pending or ""
        if not row.users:
            lines.append(Line(row.label, gone, row.state, "", words, {}, False))
        lines.extend(_line(row.label, gone, user, catalogue, shown) for user in row.users)
    lines.extend(_line("", False, user, catalogue, shown) for user in mapping.users(section, OTHER))
    return SectionView(
        title=known.title if known else section,
        note=known.note if known else "",
        reminder=known.reminder if known else "",
        progress=progress(mapping, catalogue, section),
        lines=tuple(lines),
    )


def _line(example: str, gone: bool, user: DataUser, catalogue: Catalogue, shown: list[Field]) -> Line:
    details = {asked.id: "; ".join(_labels(asked, user)) for asked in shown if asked.id in user.details}
    return Line(example, gone, "mapped", user.name, "", details, user.inactive(catalogue))


def _labels(asked: Field, user: DataUser) -> Iterator[str]:
    return (asked.labels.get(value, value) for value in user.values(asked.id))


def _turned(asked: Field, users: list[DataUser]) -> Turned:
    named: dict[str, dict[str, str]] = {choice.label: {} for choice in asked.choices}
    for user in users:
        for label in _labels(asked, user):
            named.setdefault(label, {}).setdefault(organisation(user.name), user.name)
    answers = [(label, tuple(names.values())) for label, names in named.items() if names]
    if asked.interests:
        answers.sort(key=lambda answer: -len(answer[1]))
    return Turned(asked.label, tuple(answers))
