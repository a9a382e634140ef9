"""Tables of any source -> lines: which column is which, which section a row stands in."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.intake.details import Details
from dtm_mapper.intake.headers import certainty, column_of, is_bare_name, is_hxl, says_organisation
from dtm_mapper.intake.lines import AROUND, Line, Source, bare, key, said, state_named
from dtm_mapper.mapping import Detail, State
from dtm_mapper.reports.flat import ABOUT, FIELD, OTHER_LABEL, columns
from dtm_mapper.reports.view import STATES
from dtm_mapper.texts import iso_date


class Record(NamedTuple):
    """The cells of one line of a table, and its number there."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand, by the ids of the flat table's columns. `further` are the places of
    columns under other headers; `ours`: they are those of a report of this program."""

    places: dict[str, int]
    further: frozenset[int] = frozenset()
    ours: bool = False

    @cached_property
    def known(self) -> set[int]:
        """The places of the columns that have a header."""
        return {*self.places.values(), *self.further}


def known_columns(places: dict[str, int]) -> Columns | None:
    """Columns, if they say who stands beside which example."""
    if "user" not in places or not places.keys() & {"example", "example_id"}:
        return None
    return Columns(places, ours=places.keys() >= _OURS)


_ABOUT = {column.id for column in ABOUT}
#: A section's title in whichever language, as the toolkit's worksheet numbers them; no sentence.
NUMBERED = re.compile(r"([0-9]{1,2})[.)]\s+\w.{0,78}[^.:]")
#: With all of these, a table is one of ours.
_OURS = {"section_id", "example_id", "state", "user"}


def _unnumbered(title: str) -> str:
    """What is known of a section's title, without its number."""
    return key(title).lstrip("0123456789 ")


class Tables:
    """Takes the tables of one source, one after the other, and makes lines of their rows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.lines: list[Line] = []
        self.notes: list[str] = []
        #: Whether a table had a column of examples and a column of names.
        self.understood = False
        self._ours = False
        self._about: dict[str, dict[str, None]] = {}
        self._ids: dict[str, str] = {}
        self._problems: list[tuple[str, str]] = []
        self._section = ""
        self._section_read = False
        self._section_above = ""
        self._no_states: set[str] = set()
        self._table = 0
        self._seen: list[str] = []
        self._titles = {_unnumbered(section.title): section.id for section in catalogue.sections}
        self._section_ids = {key(section.id): section.id for section in catalogue.sections}
        names = [example.name for example in catalogue.example_by_id.values()]
        self._examples = {key(name) for name in (*names, *map(bare, names))}
        self._details = {FIELD + asked.id: Details(asked) for asked in catalogue.fields}
        labelled = [(column.label, column.id) for column in (*columns(catalogue.fields), *ABOUT)]
        self._exact = dict(labelled)
        self._near = {key(asked.label): FIELD + asked.id for asked in catalogue.fields}
        self._near |= {key(asked.id): FIELD + asked.id for asked in catalogue.fields}
        self._near |= {key(label): id for label, id in labelled} | {key(id): id for _label, id in labelled}

    def say_about(self, id: str, value: str) -> None:
        """What the source says of the mapping, by the id of one of ABOUT."""
        if value.strip():
            self._about.setdefault(id, {})[value.strip()] = None

    def heading(self, text: str, certain: bool = False) -> None:
        """A paragraph between tables: the title of a section, or anything else. `certain`: it is the heading
        of something, though perhaps of no section that the catalogue knows."""
        section = self._section_titled(text)
        if section or certain:
            self._section = section or text
            self._section_read = False
        elif NUMBERED.fullmatch(text) and (self._section_read or not self._section):
            self._section, self._section_read = text, False
        elif NUMBERED.fullmatch(self._section) and NUMBERED.fullmatch(text):
            # Several of them are a list of things to do.
            self._section = ""
        elif text and self._section_read:
            # What comes behind a section's table may open another section in words that are not known.
            self._section = ""

    def table(self, rows: Sequence[Record], place: str, known: Columns | None = None) -> bool:
        """One table. `place` is said before the number of a row; `known` are the columns where the source
        itself knows them. Gives whether the table was understood."""
        self._table += 1
        self._section_above = ""
        rows = [Record(row.number, [cell.replace("\t", " ").strip() for cell in row.cells]) for row in rows]
        # A header that says something else than what the workbook knew: columns were moved about.
        top = [row.cells for row in rows[:10]]
        if known and any(self._moved(known, cells) for cells in top):
            known = None
        # How many rows stand above the lines: up to the header of known columns, in whichever language.
        at_head = (at for at, cells in enumerate(top, start=1) if known and self._is_header(known, cells))
        head = next(at_head, 1) if known else 0
        found = self._with_further(known, rows[head - 1].cells) if known and rows else known
        if known is None and (found := self._headless(rows)):
            head = self._unknown_header(found, rows, place)
        before = len(self.lines)
        for row in rows[head:]:
            filled = list(filter(None, row.cells))
            # A single tag counts only right below the header; further down, it may be a name.
            tagged = found and is_hxl(filled) and (len(filled) > 1 or len(self.lines) == before)
            if tagged or not filled:
                continue
            if found is None or self._is_header(found, row.cells):
                header = self.columns(row.cells)
                if header is not None:
                    found = header
                    continue
            names = row.cells[found.places["user"] :][:1] if found else []
            alone = filled[0] if len(filled) == 1 and not any(names) else ""
            if alone and (section := self._title(alone)):
                self._section, self._section_above = section, ""
            elif found is not None:
                self._line(found, row, f"{place} {row.number}")
            elif len(self._seen) < 12:
                self._seen.extend(cell[:40] for cell in filled[:6])
        self.understood = self.understood or found is not None
        self._section_read = self._section_read or found is not None
        return found is not None

    def pairs(self, rows: Sequence[Record]) -> bool:
        """A table of labels and values, where it says what the mapping is about. Gives whether it does."""
        said = False
        for row in rows:
            filled = [cell for cell in row.cells if cell.strip()]
            if len(filled) == 2 and (id := self._id_of(filled[0])) in _ABOUT:
                self.say_about(id, filled[1])
                said = True
        return said

    def pass_over(self, rows: Sequence[Record], place: str) -> None:
        """Notes that a table was not read."""
        cells = next((filled for row in rows if (filled := [cell for cell in row.cells if cell.strip()])), [])
        if cells:
            what = _("{place} was not read: no column of examples and of names was found in it: {cells}")
            found = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:4])
            self.notes.append(what.format(place=place, cells=found))

    def columns(self, cells: Sequence[str]) -> Columns | None:
        """The columns under a header row; None where this is none."""
        places, left = self._places(cells)
        if "example" in places and "user" not in places and len(left) == 1:
            ((at, text),) = left.items()
            self.notes.append(_("The column “{column}” was taken for that of the names").format(column=text))
            return Columns({**places, "user": at})
        found = known_columns(places)
        if found is None:
            return None
        taken, bare_names = cells[found.places["user"]].strip(), filter(is_bare_name, left.values())
        if not is_bare_name(taken) and (bare_name := next(bare_names, "")):
            what = _("The names were taken from the column “{column}”, not from “{left}”")
            self.notes.append(what.format(column=taken, left=bare_name))
        return self._with_further(found, cells)

    def is_ours(self, cells: Sequence[str]) -> bool:
        """Whether a row is the header of a report of this program."""
        found = known_columns(self._places(cells)[0])
        return found is not None and found.ours

    def _with_further(self, found: Columns, cells: Sequence[str]) -> Columns:
        """The columns with those under headers that say nothing to this program, which are noted."""
        taken = set(found.places.values())
        left = {at: cell.strip() for at, cell in enumerate(cells) if at not in taken and cell.strip()}
        if left:
            what = _("Columns that are no field of the catalogue were left out: {columns}")
            self.notes.append(what.format(columns=", ".join(left.values())))
        return replace(found, further=frozenset(left))

    def _places(self, cells: Sequence[str]) -> tuple[dict[str, int], dict[int, str]]:
        """Which columns a row would be the header of, and its cells that are no header, by their place."""
        places: dict[str, int] = {}
        left: dict[int, str] = {}
        for at, cell in enumerate(cells):
            id = self._id_of(cell)
            first = places.get(id, at)
            surer = id == "user" and certainty(cell) > certainty(cells[first])
            if id and (first == at or surer):
                places[id] = at
                if first != at:
                    left[first] = cells[first].strip()
            elif cell.strip():
                left[at] = cell.strip()
        return places, left

    def source(self, where: str, kind: str, notes: Sequence[str] = ()) -> Source:
        """All that was taken. Raises Unusable where nothing was, or it is for more than one response."""
        if not self.understood:
            raise self._not_understood(where)
        if len(responses := self._about.get("response", {})) > 1:
            what = _("it is for more than one response: {names}").format(names="; ".join(responses))
            raise Unusable(where, what, _("Make a file for each, and import each into its own mapping."))
        about = {id: next(iter(values)) for id, values in self._about.items()}
        # A table may name a country in each row.
        about |= {id: "\n".join(self._about[id]) for id in ("country", "country_code") if id in self._about}
        every_note = tuple(dict.fromkeys([*notes, *self.notes]))
        return Source(kind, tuple(self.lines), about, every_note, tuple(self._problems), self._ours)

    def _not_understood(self, where: str) -> Unusable:
        """What was looked for, and what was found instead."""
        what = _("no table with a column of examples and a column of names was found in it")
        if self._seen:
            what += _("; found was: {cells}").format(cells=", ".join(f"“{cell}”" for cell in self._seen[:8]))
        mend = _(
            "Give the columns a header row with “Example” (or “Examples from other contexts”) "
            "and “Data user” (or “Potential data user in your response”)."
        )
        return Unusable(where, what, mend)

    def _id_of(self, cell: str) -> str:
        """The id of the column with this header, or ''."""
        if cell not in self._ids:
            organisation = "user" if says_organisation(cell) else ""
            self._ids[cell] = self._sure_id_of(cell) or organisation
        return self._ids[cell]

    def _sure_id_of(self, cell: str) -> str:
        """Return the id of the column with this header, or '' if it may be an organisation's name."""
        id = self._exact.get(cell.strip()) or self._near.get(key(cell)) or column_of(cell)
        return id or self._translated_labels.get(key(cell), "")

    def _is_header(self, found: Columns, cells: Sequence[str]) -> bool:
        """Whether a row is a header row again, as where several tables stand in one sheet."""
        # Examples come again and again, names seldom: the first are looked up sooner.
        for id in ("example", "user"):
            at = found.places.get(id, -1)
            if at >= 0 and (at >= len(cells) or not cells[at] or self._id_of(cells[at]) != id):
                return False
        return True

    def _moved(self, known: Columns, cells: Sequence[str]) -> bool:
        """Whether a row is a header that says something else of columns than what is known of them."""
        places = self._places(cells)[0]
        said = places.items() if known_columns(places) else ()
        return any(known.places.get(id, at) != at for id, at in said)

    def _headless(self, rows: Sequence[Record]) -> Columns | None:
        """Find the columns of a table without known headers: examples, and one more column."""
        if any(self._is_any_header(row.cells) for row in rows[:20]):
            return None
        for row in rows:
            at = next((at for at, cell in enumerate(row.cells) if cell), 0)
            if at == len(row.cells) - 2 and self._is_example(row.cells[at]):
                columns = Columns({"example": at, "user": at + 1})
                return columns if self._has_examples(rows, at) else None
        return None

    def _has_examples(self, rows: Sequence[Record], at: int) -> bool:
        """Return whether the first cell of a column or at least half of its cells are examples. In a table of
        other things, a few cells may look like examples by chance."""
        known: list[bool] = []
        for row in rows:
            filled = list(filter(None, row.cells))
            cell = "".join(row.cells[at : at + 1])
            is_example = self._is_example(cell)
            is_title = len(filled) == 1 and not is_example and (not known or self._section_titled(cell))
            if cell and not is_title and not is_hxl(filled):
                known.append(is_example)
        return known[0] or sum(known) * 2 >= len(known)

    def _is_example(self, cell: str) -> bool:
        """Return whether a cell is an example, with or without brackets after it."""
        return not {key(cell), key(bare(cell))}.isdisjoint(self._examples)

    def _is_any_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is, or may be meant as, the header of a table, of whatever this program knows."""
        filled = list(filter(None, cells))
        return len(filled) > 1 and any(
            self._sure_id_of(cell) for cell in filled if not self._is_example(cell)
        )

    def _unknown_header(self, found: Columns, rows: Sequence[Record], place: str) -> int:
        """How many rows stand above the lines of such a table: up to its first one, where that is no example,
        nor nearly one."""
        at, row = next((at, row) for at, row in enumerate(rows) if any(row.cells))
        word = key(bare("".join(row.cells[found.places["example"] :][:1])))
        if word in self._examples or difflib.get_close_matches(word, self._examples, n=1):
            return at
        what = _("“{cells}”: taken for the header of the table")
        cells = "”, “".join(filter(None, row.cells))
        self._problems.append((f"{place} {row.number}", what.format(cells=cells)))
        return at + 1

    def _section_titled(self, text: str) -> str:
        """The section with this title or id, or ''."""
        return self._section_ids.get(key(text)) or self._title(text)

    def _title(self, text: str) -> str:
        """The section with this title in any language, or ''."""
        title = _unnumbered(text)
        return self._titles.get(title) or self._translated_titles.get(title, "")

    @cached_property
    def _translated_titles(self) -> dict[str, str]:
        titles = self.catalogue.translations.texts
        ids = self.catalogue.section_by_id
        return {_unnumbered(title): id for id in ids for title in titles(f"sections/{id}")}

    @cached_property
    def _translated_labels(self) -> dict[str, str]:
        labels = self.catalogue.translations.texts
        ids = self.catalogue.field_by_id
        return {key(label): FIELD + id for id in ids for label in labels(f"fields/{id}")}

    def _line(self, found: Columns, row: Record, where: str) -> None:
        for at, text in enumerate(row.cells):
            if text and at not in found.known:
                what = _("“{text}” stands in a column without a header, and is left out")
                self._problems.append((where, what.format(text=text)))
        # A cell of invisible characters is blank, except in our own reports, which contain what was typed.
        cells = row.cells if found.ours else [text if text.strip(AROUND) else "" for text in row.cells]
        by_id = {id: cells[at] for id, at in found.places.items() if at < len(cells)}
        cell = by_id.get
        self._ours = self._ours or found.ours
        details: dict[str, Detail] = {}
        for id, text in by_id.items():
            if id in _ABOUT:
                self.say_about(id, text)
            elif text and (reader := self._details.get(id)):
                detail, problem = reader.read(text, found.ours)
                if detail:
                    details[reader.asked.id] = detail
                if problem:
                    self._problems.append((where, problem))
        state, words = self._state(cell("state", ""), where)
        # Often written once, above all that stand in it.
        section = self._section_above = cell("section_id") or cell("section") or self._section_above
        example, example_id = cell("example", ""), cell("example_id", "")
        further = cell("words", "")
        line = Line(
            where=where,
            cell=cell("user", ""),
            section=(self._section_titled(section) or section) if section else self._section,
            example="" if not example_id and key(example) == key(OTHER_LABEL) else example,
            example_id=example_id,
            names_only=found.ours and state == "mapped",
            state=state,
            words="; ".join(dict.fromkeys((words, further))) if words and further else words or further,
            details=details,
            verified=self._date(cell("verified", ""), where) if "verified" in found.places else None,
            table=self._table,
        )
        self.lines.append(line)

    def _state(self, text: str, where: str) -> tuple[State | Literal[""], str]:
        """The state in a cell that is there for it, however it is said, and its reason or note."""
        state = state_named(text)
        if state or not text:
            return state, ""
        found = said(text)
        if not found.state and text not in self._no_states:
            self._no_states.add(text)
            known = ", ".join(STATES.values())
            what = _("“{text}” is no state, and is left out; states are: {known}")
            self._problems.append((where, what.format(text=text[:40], known=known)))
        return found.state, found.words

    def _date(self, text: str, where: str) -> str | None:
        found = iso_date(text)
        if text and not found:
            self._problems.append((where, _("“{text}” is no date such as 2026-11-22").format(text=text)))
            return None
        return found
