"""What a report shows of a mapping, once for all formats."""

from collections.abc import Iterator
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue, Depth, Field
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Progress, State, organisation, progress


class Line(NamedTuple):
    """One line of a section's table: a data user, or a row that has none. `example` and its id are '' for
    an other data user; `words` is the reason or the note of a row without data users; `details` holds the
    answers by field id, with the labels of choices, `values` the same with their ids; `verified` is an ISO
    date, or '', and `row_verified` that of a row with data users."""

    example_id: str
    example: str
    gone: bool
    state: State
    user: str
    words: str
    details: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    inactive: bool
    verified: str
    row_verified: str = ""

    def said(self, field_id: str) -> str:
        """The answers to a field in one text."""
        return "; ".join(self.details.get(field_id, ()))


class SectionView(NamedTuple):
    """A section as reports show it."""

    id: str
    title: str
    note: str
    reminder: str
    progress: Progress
    lines: tuple[Line, ...]
    #: The labels of each example's interests, by its id.
    interests: dict[str, tuple[str, ...]]


class Turned(NamedTuple):
    """A field turned round: each answer with the organisations that gave it. `choices` are the labels of
    all its choices in the catalogue's order; `by_section` counts for each section, in their order, and for
    each choice the organisations that chose it; `interests`: it is the field of the examples' interests."""

    label: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    choices: tuple[str, ...]
    by_section: tuple[tuple[int, ...], ...]
    interests: bool


class View(NamedTuple):
    """A mapping as reports show it. `inactive` are organisations that left the response, `shown` the
    fields with a column, `left_out` the labels of fields that hold answers and are not shown, `turned` the
    fields with choices of the standard depth, turned round. Dates are ISO dates."""

    response: str
    country_code: str
    prepared_by: str
    depth: Depth
    created: str
    updated: str
    catalogue_id: str
    catalogue_version: str
    title: str
    purpose: str
    progress: Progress
    organisations: int
    inactive: tuple[str, ...]
    shown: tuple[Field, ...]
    left_out: tuple[str, ...]
    sections: tuple[SectionView, ...]
    turned: tuple[Turned, ...]

    @property
    def country(self) -> str:
        """The country's name, '' where none is recorded."""
        if not self.country_code:
            return ""
        from dtm_mapper.countries import name_of

        return name_of(self.country_code)


#: A data user that is counted, behind its section and what all data users of its organisation have in common.
Counted = tuple[str, str, DataUser]


def view(mapping: Mapping, catalogue: Catalogue, personal: bool = False, public: bool = False) -> View:
    """What a report shows. `personal`: with personal fields; `public`: without internal ones."""
    counted_users: list[Counted] = []
    left: dict[str, str] = {}
    for section, _item, _number, user in mapping.every_user(catalogue):
        key = organisation(user.name)
        if user.inactive(catalogue):
            left[key] = user.name
        else:
            counted_users.append((section, key, user))
    counted = {key for _section, key, _user in counted_users}
    used: set[str] = set()
    for *_place, user in mapping.every_user(catalogue):
        used.update(user.details)
    fields = {asked.id: asked for asked in (*catalogue.fields, *_gone(mapping, catalogue, used))}
    hidden = [
        asked
        for asked in fields.values()
        if (asked.visibility == "personal" and not personal) or (asked.visibility == "internal" and public)
    ]
    standard = catalogue.asked_at("standard")
    shown = [
        asked for asked in fields.values() if asked not in hidden and (asked.id in used or asked in standard)
    ]
    # The interests' field first: who needs what is what a report is read for.
    turned = sorted((asked for asked in shown if asked in standard and asked.choices), key=_not_interests)
    return View(
        response=mapping.response,
        country_code=mapping.country,
        prepared_by=mapping.prepared_by,
        depth=mapping.depth,
        created=mapping.created,
        updated=mapping.updated,
        catalogue_id=mapping.catalogue,
        catalogue_version=mapping.catalogue_version,
        title=catalogue.title,
        purpose=catalogue.purpose,
        progress=progress(mapping, catalogue),
        organisations=len(counted),
        inactive=tuple(name for key, name in left.items() if key not in counted),
        shown=tuple(shown),
        left_out=tuple(asked.label for asked in hidden if asked.id in used),
        sections=tuple(_section(mapping, catalogue, id, shown) for id in mapping.section_ids(catalogue)),
        turned=tuple(_turned(asked, counted_users, mapping.section_ids(catalogue)) for asked in turned),
    )


def _gone(mapping: Mapping, catalogue: Catalogue, used: set[str]) -> Iterator[Field]:
    """The fields of which the mapping has answers and the catalogue knows nothing; who may see them, too."""
    for id in sorted(used - catalogue.field_by_id.keys()):
        answers = [user.details[id] for *_place, user in mapping.every_user(catalogue) if id in user.details]
        several = any(isinstance(answer, tuple) for answer in answers)
        yield Field(id, id, id, "select_multiple" if several else "text", "full", "personal")


def _not_interests(asked: Field) -> bool:
    return not asked.interests


def _section(mapping: Mapping, catalogue: Catalogue, section: str, shown: list[Field]) -> SectionView:
    known = catalogue.section_by_id.get(section)
    lines: list[Line] = []
    for example in mapping.examples(catalogue, section):
        row = mapping.row(catalogue, example)
        gone = example not in catalogue.example_by_id
        words = row.not_applicable or row.pending or ""
        if not row.users:
            lines.append(Line(example, row.label, gone, row.state, "", words, {}, {}, False, row.verified))
        lines.extend(
            _line(example, row.label, gone, user, catalogue, shown)._replace(row_verified=row.verified)
            for user in row.users
        )
    lines.extend(_line("", "", False, user, catalogue, shown) for user in mapping.users(section, OTHER))
    return SectionView(
        id=section,
        title=known.title if known else section,
        note=known.note if known else "",
        reminder=known.reminder if known else "",
        progress=progress(mapping, catalogue, section),
        lines=tuple(lines),
        interests={
            example.id: tuple(choice.label for choice in catalogue.interests_of(example.id))
            for example in (known.examples if known else ())
        },
    )


def _line(
    example_id: str, example: str, gone: bool, user: DataUser, catalogue: Catalogue, shown: list[Field]
) -> Line:
    values = {asked.id: user.values(asked.id) for asked in shown if asked.id in user.details}
    return Line(
        example_id=example_id,
        example=example,
        gone=gone,
        state="mapped",
        user=user.name,
        words="",
        details={asked.id: _labels(asked, values[asked.id]) for asked in shown if asked.id in values},
        values=values,
        inactive=user.inactive(catalogue),
        verified=user.verified,
    )


def _labels(asked: Field, values: tuple[str, ...]) -> tuple[str, ...]:
    labels = asked.labels
    return tuple([labels.get(value, value) for value in values]) if labels else values


def _turned(asked: Field, users: list[Counted], sections: tuple[str, ...]) -> Turned:
    named: dict[str, dict[str, str]] = {choice.label: {} for choice in asked.choices}
    found: dict[str, dict[str, set[str]]] = {section: {} for section in sections}
    for section, key, user in users:
        chosen = found[section]
        for value in user.values(asked.id):
            named.setdefault(asked.labels.get(value, value), {}).setdefault(key, user.name)
            chosen.setdefault(value, set()).add(key)
    answers = [(label, tuple(names.values())) for label, names in named.items() if names]
    if asked.interests:
        answers.sort(key=lambda answer: -len(answer[1]))
    by_section = [
        tuple(len(chosen.get(choice.id, ())) for choice in asked.choices) for chosen in found.values()
    ]
    return Turned(
        asked.label,
        tuple(answers),
        tuple(choice.label for choice in asked.choices),
        tuple(by_section),
        asked.interests,
    )
