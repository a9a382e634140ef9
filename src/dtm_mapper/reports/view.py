"""What a report shows of a mapping, once for all formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Progress, State, organisation, progress
from dtm_mapper.reports.privacy import hidden_fields, recorded_fields, without_hidden

#: The word for each state of a row.
STATES: dict[State, str] = {
    "mapped": _("mapped"),
    "not_applicable": _("not applicable"),
    "pending": _("pending"),
    "open": _("open"),
}


def in_words(state: State, words: str) -> str:
    """Return the word for a state, with its reason or note."""
    return f"{STATES[state]}: {words}" if words else STATES[state]


#: What the numbers of a Progress count, as heads of columns.
COUNTED = (_("Mapped"), _("Not applicable"), _("Pending"), _("Open"), _("Other data users"))


class Line(NamedTuple):
    """One line of a section's table: a data user, or a row that has none. `example` and its id are '' for
    an other data user; `words` is the reason or the note of a row without data users; `values` holds the
    answers by field id, choices by their ids; `verified` is an ISO date, or '', and `row_verified` that of
    a row with data users."""

    example_id: str
    example: str
    gone: bool
    state: State
    user: str
    words: str
    values: dict[str, tuple[str, ...]]
    inactive: bool
    verified: str
    row_verified: str = ""

    def answers(self, asked: Field) -> tuple[str, ...]:
        """The answers to a field, choices by their labels."""
        return asked.labelled(self.values.get(asked.id, ()))

    def said(self, asked: Field) -> str:
        """The answers to a field in one text."""
        return "; ".join(self.answers(asked))


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

    def answered(self, shown: Sequence[Field]) -> list[Field]:
        """Those of the fields to which there are answers in the section."""
        return [asked for asked in shown if any(asked.id in line.values for line in self.lines)]


class Turned(NamedTuple):
    """A field turned round: each answer with the organisations that gave it. `by_section` counts for each
    section, in their order, and for each choice the organisations that chose it."""

    asked: Field
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    by_section: tuple[tuple[int, ...], ...]

    @property
    def label(self) -> str:
        return self.asked.label


@dataclass(frozen=True)
class View:
    """A mapping as reports show it. `shown` are the fields with a column, `left_out` the labels of what the
    mapping contains but the report does not show, `standard` the ids of the fields that the standard depth
    asks. Dates are ISO dates. What is counted of the lines is counted once a format asks for it."""

    progress: Progress
    shown: tuple[Field, ...]
    left_out: tuple[str, ...]
    standard: frozenset[str]
    sections: tuple[SectionView, ...]
    #: The mapping without what the report may not show, and its catalogue.
    catalogue: Catalogue
    mapping: Mapping

    @property
    def country(self) -> str:
        """The country's name, '' where none is recorded."""
        if not self.mapping.country:
            return ""
        from dtm_mapper.countries import name_of

        return name_of(self.mapping.country)

    @property
    def name(self) -> str:
        """The response, or that it has no name yet."""
        return self.mapping.response or _("response not named yet")

    @property
    def about(self) -> list[tuple[str, str]]:
        """What is recorded about the mapping, with labels."""
        about = [
            (_("Country"), self.country),
            (_("Prepared by"), self.mapping.prepared_by),
            (_("Last changed"), self.mapping.last_change),
        ]
        return [(label, text) for label, text in about if text]

    @property
    def counts(self) -> list[tuple[str, Progress]]:
        """The progress of each section, and of all of them."""
        counts = [(section.title, section.progress) for section in self.sections]
        return [*counts, (_("All sections"), self.progress)]

    @property
    def done(self) -> str:
        """The progress in one sentence."""
        counts = self.progress
        return ngettext(
            "{organisations} organisation; of {rows} rows {mapped} mapped, {not_applicable} not applicable, "
            "{pending} pending, {open} open",
            "{organisations} organisations; of {rows} rows {mapped} mapped, {not_applicable} not applicable, "
            "{pending} pending, {open} open",
            self.organisations,
        ).format(organisations=self.organisations, rows=counts.rows, **counts._asdict())

    def in_state(self, state: State) -> list[Line]:
        """The lines of the rows in a state."""
        return [line for section in self.sections for line in section.lines if line.state == state]

    @property
    def unfinished(self) -> list[tuple[str, list[Line]]]:
        """The lines of the rows that are pending and of those that are open, with how many they are."""
        pending, still_open = self.in_state("pending"), self.in_state("open")
        parts = [
            (ngettext("{count} row is pending:", "{count} rows are pending:", len(pending)), pending),
            (ngettext("{count} row is open:", "{count} rows are open:", len(still_open)), still_open),
        ]
        return [(words.format(count=len(lines)), lines) for words, lines in parts if lines]

    @cached_property
    def counted(self) -> tuple[tuple[tuple[str, Line], ...], ...]:
        """Each section's lines that are counted, behind what all of their organisation have in common."""
        return tuple(
            tuple(
                [(organisation(line.user), line) for line in section.lines if line.user and not line.inactive]
            )
            for section in self.sections
        )

    @cached_property
    def _keys(self) -> set[str]:
        return {key for lines in self.counted for key, _line in lines}

    @property
    def organisations(self) -> int:
        """How many organisations are counted."""
        return len(self._keys)

    @cached_property
    def inactive(self) -> tuple[str, ...]:
        """The organisations that left the response."""
        lines = (line for section in self.sections for line in section.lines if line.inactive)
        left = {organisation(line.user): line.user for line in lines}
        return tuple(name for key, name in left.items() if key not in self._keys)

    @cached_property
    def turned(self) -> tuple[Turned, ...]:
        """The fields with choices of the standard depth, turned round."""
        asked = [field for field in self.shown if field.id in self.standard and field.choices]
        # The interests' field first: who needs what is what a report is read for.
        asked.sort(key=lambda field: not field.interests)
        return tuple(_turned(field, self.counted) for field in asked)


def view(mapping: Mapping, catalogue: Catalogue, personal: bool = False, public: bool = False) -> View:
    """Return what a report shows. `personal`: with personal fields; `public`: without internal fields, and
    without reasons and notes."""
    fields = recorded_fields(mapping, catalogue)
    hidden = hidden_fields(fields.values(), personal, public)
    used: set[str] = set()
    for *_place, user in mapping.every_user(catalogue):
        used.update(user.details)
    left_out = [asked.label for id, asked in fields.items() if id in hidden and id in used]
    if public and any(row.not_applicable or row.pending for row in mapping.rows.values()):
        left_out.append(_("Reason or note"))
    mapping = without_hidden(mapping, catalogue, hidden, public)
    standard = frozenset(asked.id for asked in catalogue.asked_at("standard"))
    shown = [asked for id, asked in fields.items() if id not in hidden and (id in used or id in standard)]
    sections = [_section(mapping, catalogue, id, shown) for id in mapping.section_ids(catalogue)]
    return View(
        progress=Progress(*map(sum, zip(*[section.progress for section in sections], strict=True))),
        shown=tuple(shown),
        left_out=tuple(left_out),
        standard=standard,
        sections=tuple(sections),
        catalogue=catalogue,
        mapping=mapping,
    )


def _section(mapping: Mapping, catalogue: Catalogue, section: str, shown: list[Field]) -> SectionView:
    known = catalogue.section(section)
    ids = [asked.id for asked in shown]
    lines: list[Line] = []
    for example in mapping.examples(catalogue, section):
        row = mapping.row(catalogue, example)
        gone = example not in catalogue.example_by_id
        words = row.not_applicable or row.pending or ""
        first = Line(example, row.label, gone, row.state(catalogue), "", words, {}, False, row.verified)
        if first.state != "mapped":
            lines.append(first)
        lines += [_line(first, user, catalogue, ids) for user in row.users]
    other = Line("", "", False, "mapped", "", "", {}, False, "")
    lines += [_line(other, user, catalogue, ids) for user in mapping.users(section, OTHER)]
    return SectionView(
        id=section,
        title=known.title,
        note=known.note,
        reminder=known.reminder,
        progress=progress(mapping, catalogue, section),
        lines=tuple(lines),
        interests={
            example.id: tuple(choice.label for choice in catalogue.interests_of(example.id))
            for example in known.examples
        },
    )


def _line(row: Line, user: DataUser, catalogue: Catalogue, ids: list[str]) -> Line:
    """The line of a data user of this row."""
    return Line(
        row.example_id,
        row.example,
        row.gone,
        "mapped",
        user.name,
        "",
        {id: user.values(id) for id in ids if id in user.details},
        user.inactive(catalogue),
        user.verified,
        row.verified,
    )


def _turned(asked: Field, counted: Sequence[Sequence[tuple[str, Line]]]) -> Turned:
    labels = asked.labels
    named: dict[str, dict[str, str]] = {label: {} for label in labels.values()}
    by_section = []
    for lines in counted:
        chosen: dict[str, set[str]] = {id: set() for id in labels}
        for key, line in lines:
            for value in line.values.get(asked.id, ()):
                named.setdefault(labels.get(value, value), {}).setdefault(key, line.user)
                if value in chosen:
                    chosen[value].add(key)
        by_section.append(tuple(len(keys) for keys in chosen.values()))
    answers = [(label, tuple(names.values())) for label, names in named.items() if names]
    if asked.interests:
        answers.sort(key=lambda answer: -len(answer[1]))
    return Turned(asked, tuple(answers), tuple(by_section))
