"""Lines -> rows of the catalogue: by id, or by label however it is spelled; a near miss is asked about."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import ID
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import Line, Said, Source, bare, key, said
from dtm_mapper.intake.names import is_total, why_no_name
from dtm_mapper.intake.tables import NUMBERED
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT, OTHER, Mapping
from dtm_mapper.reports.view import STATES, in_words
from dtm_mapper.texts import text_problem

#: Asks whether a source's words mean an example's name.
Ask = Callable[[str, str], bool]

#: Finding what was meant takes long: not for more of them than anybody reads.
_MOST_NEAR = 200


class Place(NamedTuple):
    """A row by its example's id, or a section's others; `label` as the source has it."""

    section: str
    item: str
    label: str


def match(
    source: Source, mapping: Mapping, catalogue: Catalogue, ask: Ask, split: str, section: str
) -> tuple[dict[Place, list[Line]], list[tuple[str, str]]]:
    """Return the lines of each place in the mapping; and what was not recognised, each with its place in the
    source and what becomes of it. `split` are further characters between names; `section` is where other
    data users go of which the source says no section."""
    matcher = _Matcher(mapping, catalogue, ask, section, source.ours)
    placed = [matcher.place(line) for line in source.lines]
    matcher.survey(source.lines, placed)
    by_place: dict[Place, list[Line]] = {}
    problems: list[tuple[str, str]] = []
    above, above_at = Said(), (0, "")
    known = {user.name for _section, _item, _number, user in mapping.every_user(catalogue)}
    for number, (line, place) in enumerate(zip(source.lines, placed, strict=True)):
        if place is None and is_total(line.example):
            problems.append((line.where, _unusable(line.example, why_no_name(line.example))))
            continue
        at = (line.table, line.section)
        what, left_out = _what(line, above if at == above_at else Said(), split, known)
        above, above_at = what, at
        left_out += _left_out(line, what)
        place = matcher.as_other(number, line, place, what)
        names, words = what.names, what.words
        if why := text_problem(words, DETAIL_LIMIT, lines=True):
            left_out.append(_unusable(words, why))
            words = ""
        if line.details and not names:
            left_out.append(_("there are details in it, but no name that they are of"))
        problems += [(line.where, problem) for problem in left_out]
        if place is None or (not names and what.state in ("", "open")):
            continue
        as_reported = line.state == ("mapped" if names else what.state)
        own = source.ours and "catalogue_id" in source.about and as_reported
        # A date that is empty where somebody filled a worksheet says nothing.
        verified = line.verified if own or line.verified else None
        line = line._replace(names=names, state=what.state, words=words, own=own, verified=verified)
        by_place.setdefault(place, []).append(line)
    return by_place, problems + matcher.problems


def _what(line: Line, above: Said, split: str, known: AbstractSet[str]) -> tuple[Said, list[str]]:
    """Return what all cells of a line say together, and which of its names are left out and why.

    `above` is what the line above says; `known` are the names in the mapping.
    """
    what = said(line.cell, split, known, line.names_only)
    problems: list[str] = []
    if line.cell and what == Said():
        problems.append(_("“{text}” does not contain a name").format(text=line.cell))
    if what.above:
        stands = above.names or above.state
        what = above._replace(beside=what.words) if stands else Said(state="pending", words=line.cell)

    names: list[str] = []
    for name in what.names:
        sure = line.names_only or name in known
        why = text_problem(name, NAME_LIMIT) or ("" if sure else why_no_name(name))
        if why:
            problems.append(_unusable(name, why))
        else:
            names.append(name)
    what = what._replace(names=tuple(names))
    if what.state:
        what = what._replace(words=what.words or line.words)
    elif not names and line.state != "mapped":
        what = Said(state=line.state, words=line.words)
    return what, problems


def _unusable(text: str, why: str) -> str:
    return _("“{name}” is left out: {why}").format(name=text[:40], why=why)


def _left_out(line: Line, what: Said) -> Iterator[str]:
    """What a line says beside what is taken of it."""
    taken = "; ".join(what.names) or in_words(what.state or "open", what.words)
    if what.beside:
        yield _("{taken}: “{words}” in the same cell is left out").format(taken=taken, words=what.beside)
    if line.state and line.state != ("mapped" if what.names else what.state or line.state):
        left = STATES[line.state]
        yield _("{taken}: the state “{state}” beside it is left out").format(taken=taken, state=left)
    in_cell = what.words if what.state == "open" else ""
    for words in dict.fromkeys(filter(None, (in_cell, line.words))):
        if what.names or what.state in ("", "open"):
            left = _(
                "“{words}” is left out: only a row that is not applicable or pending has a reason or a note"
            )
            yield left.format(words=words)
        elif words != what.words:
            yield _("{taken}: “{words}” beside it is left out").format(taken=taken, words=words)


def _is_id(text: str) -> bool:
    return len(text) <= NAME_LIMIT and ID.fullmatch(text) is not None


def _ids_by_words(named: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    """Return the ids that have each name, however it is spelled."""
    ids: dict[str, list[str]] = {}
    for id, names in named:
        for word in dict.fromkeys(map(key, names)):
            ids.setdefault(word, []).append(id)
    return ids


class _Matcher:
    def __init__(self, mapping: Mapping, catalogue: Catalogue, ask: Ask, section: str, ours: bool) -> None:
        self.mapping, self.catalogue, self.ask = mapping, catalogue, ask
        self.section, self.ours = section, ours
        self.problems: list[tuple[str, str]] = []
        self._near_misses: dict[tuple[str, str], str] = {}
        self._answers: dict[tuple[str, str], bool] = {}
        self._section_of_lines: dict[tuple[int, str], str] = {}
        self._section_by_order: dict[int, str] = {}
        #: The number of the last line of each table that has an example.
        self._last_example: dict[int, int] = {}
        self._section_of = {
            **{row.example: row.section for row in mapping.rows.values()},
            **catalogue.section_of_example,
        }
        self._labels = {id: example.name for id, example in catalogue.example_by_id.items()}
        for id, row in mapping.rows.items():
            self._labels.setdefault(id, row.label)
        self._by_label = _ids_by_words((id, (label, bare(label))) for id, label in self._labels.items())
        self._sections = set(mapping.section_ids(catalogue))
        self._in_order = [section.id for section in catalogue.sections]

    def place(self, line: Line) -> Place | None:
        """The row of a line, or None where no example fits it."""
        id = line.example_id
        if id not in self._section_of:
            id = self._by_words(line) or self._kept(line)
        if not id:
            return None
        section = self._section_of.get(id, line.section)
        return Place(section, id, self._labels.get(id, line.example or id))

    def survey(self, lines: tuple[Line, ...], placed: list[Place | None]) -> None:
        """Looks through all lines before one is taken: of which section those are that say none, by the
        examples beside them or the order of the tables, and where the last example of each table is."""
        found: dict[tuple[int, str], Counter[str]] = {}
        for line, place in zip(lines, placed, strict=True):
            if place is not None or line.example:
                section = place.section if place else ""
                found.setdefault((line.table, line.section), Counter())[section] += 1
        # A few examples among many other texts do not tell which section the others belong to.
        self._section_of_lines = {
            at: next(iter(known))
            for at, ids in found.items()
            if len(known := ids.keys() - {""}) == 1 and ids[""] * 2 <= ids.total()
        }
        # As many tables as sections are those of a worksheet, perhaps in another language.
        tables = list(dict.fromkeys(line.table for line in lines))
        by_order = dict(zip(tables, self._in_order, strict=False))
        found_in = self._section_of_lines.items()
        agree = all(by_order.get(table) == section for (table, _title), section in found_in)
        if len(tables) == len(self._in_order) and agree:
            self._section_by_order = by_order
        self._last_example = {line.table: number for number, line in enumerate(lines) if line.example}

    def as_other(self, number: int, line: Line, place: Place | None, what: Said) -> Place | None:
        """The place of a line, the others of its section where no example fits it; None where it has none.
        `number` is the line's in the source."""
        if place is not None:
            return place
        near = self._near(line) if line.example else ""
        if near and what != Said():
            id = self._answer(line, near)
            if id:
                return Place(self._section_of[id], id, self._labels[id])
        if not what.names:
            self._say_nameless(line, what)
            return None
        stated = self._stated(line)
        section = stated or self.section or self._section_of_lines.get((line.table, line.section), "")
        section = section or (self._section_of[near] if near else "")
        names = "; ".join(what.names)
        if not section:
            why = _("{names}: it says no section, and is left out; --section says where it goes")
            if line.section:
                why = _("{names}: “{title}” is no section, and it is left out; --section says where it goes")
            named = f"“{line.example}”, {names}" if line.example else names
            self.problems.append((line.where, why.format(names=named, title=line.section)))
            return None
        why = ""
        if near:
            why = _(
                "“{example}” is nearly “{near}”, and not taken for it; "
                "{names} becomes an other data user of {section}"
            )
        elif line.example:
            why = _("“{example}”: no example fits it; {names} becomes an other data user of {section}")
        elif line.section and not stated:
            why = _("{names}: “{title}” is no section; it becomes an other data user of {section}")
        elif number < self._last_example.get(line.table, 0) and not self._there(what, section):
            why = _("{names}: no example stands beside it; it becomes an other data user of {section}")
        if why:
            words = {"example": line.example, "near": self._labels.get(near, ""), "title": line.section}
            self.problems.append(
                (line.where, why.format(names=names, section=self.catalogue.section(section).title, **words))
            )
        return Place(section, OTHER, "")

    def _say_nameless(self, line: Line, what: Said) -> None:
        """What is lost of a line that fits no example and has no name."""
        stated = what.state not in ("", "open")
        text = line.cell or in_words(what.state or "open", what.words)
        if line.example and not line.example_id:
            why = _("“{example}”: no example fits it, and no name stands beside it")
            if stated:
                why = _("“{example}”: no example fits it, and “{text}” beside it is left out")
            self.problems.append((line.where, why.format(example=line.example, text=text)))
        elif stated:
            why = _("“{text}”: no example and no name stands beside it")
            self.problems.append((line.where, why.format(text=text)))

    def _stated(self, line: Line) -> str:
        """The section that a line says it stands in, or ''."""
        if line.section in self._sections or self._is_ours(line):
            return line.section
        return self._numbered(line.section) or self._section_by_order.get(line.table, "")

    def _there(self, what: Said, section: str) -> bool:
        """Whether all these are other data users of a section already, as in a report of this program."""
        there = {user.name for user in self.mapping.others.get(section, ())}
        return self.ours or there.issuperset(what.names)

    def _numbered(self, title: str) -> str:
        """The section that has the number of a title that is not known; '' where it has none."""
        found = NUMBERED.fullmatch(title)
        number = int(found[1]) if found else 0
        return self._in_order[number - 1] if 0 < number <= len(self._in_order) else ""

    def _is_ours(self, line: Line) -> bool:
        """Whether a section that is not known is one that the catalogue may have had."""
        return self.ours and _is_id(line.section)

    def _kept(self, line: Line) -> str:
        """The id of an example that the catalogue no longer has, in a report of this program."""
        known = self.ours and _is_id(line.example_id) and _is_id(line.section)
        if not known or line.example_id == OTHER:
            return ""
        if line.example_id not in self._labels:
            recordable = line.example and not text_problem(line.example, DETAIL_LIMIT)
            self._labels[line.example_id] = line.example if recordable else line.example_id
            self._section_of[line.example_id] = line.section
            why = _("“{example}”: no longer in the catalogue; it is kept")
            self.problems.append((line.where, why.format(example=self._labels[line.example_id])))
        return line.example_id

    def _by_words(self, line: Line) -> str:
        """The one example with this name, in the line's section or else in the whole catalogue, also behind a
        number."""
        if not line.example:
            return ""
        return self._only(line, self._by_label) or self._only(line, self._by_other_name)

    def _only(self, line: Line, ids_by_words: dict[str, list[str]]) -> str:
        words = (key(line.example), key(bare(line.example)))
        for word in (*words, *(word.lstrip("0123456789 ") for word in words)):
            ids = ids_by_words.get(word, []) if word else []
            # A label that one example alone has is known wherever it stands.
            ids = [id for id in ids if self._section_of[id] == line.section] or ids
            if len(set(ids)) == 1:
                return ids[0]
        return ""

    @cached_property
    def _by_other_name(self) -> dict[str, list[str]]:
        """The examples by their aliases and their names in other languages."""
        other_names = self.catalogue.other_names
        return _ids_by_words((id, other_names(id)) for id in self.catalogue.example_by_id)

    def _near(self, line: Line) -> str:
        """The example that may be meant, or ''."""
        words = (line.section, line.example)
        if words not in self._near_misses:
            self._near_misses[words] = self._nearest(*words) if len(self._near_misses) < _MOST_NEAR else ""
        return self._near_misses[words]

    def _nearest(self, section: str, label: str) -> str:
        if len(label) > NAME_LIMIT:
            return ""
        word = key(bare(label))
        # As in "World Food Programme (WFP)".
        in_brackets = key(label.removeprefix(bare(label))) if word else ""
        ids = self._by_label.get(in_brackets) or self._by_other_name.get(in_brackets, [])
        if len(set(ids)) == 1:
            return ids[0]
        words = {word: ids[0] for word, ids in self._by_label.items() if word}
        here = {word: id for word, id in words.items() if self._section_of[id] == section}
        for known in (here, words):
            if word in known:
                return known[word]
            if found := difflib.get_close_matches(word, known, n=1, cutoff=0.8):
                return known[found[0]]
            begun = [id for label, id in known.items() if len(word) > 3 and label.startswith(f"{word} ")]
            if len(set(begun)) == 1:
                return begun[0]
        return ""

    def _answer(self, line: Line, near: str) -> str:
        """The example that may be meant, if somebody says that it is."""
        question = (line.example, near)
        if question not in self._answers:
            self._answers[question] = self.ask(line.example, self._labels[near])
        return near if self._answers[question] else ""
