r"""One flat table of a mapping, once for Excel and CSV, and how its cells are read back.

A line for each data user, and one for each row that has none. Labels may be translated, ids may not: a
column is known by its id, where the format can keep it, and else by its label.

- *Data user* holds one name, and a field with choices its answers, as `joined` writes and `split` reads
  them: `; ` between, with `\;` for a semicolon inside one. Fields without choices hold their text as it is.
- A choice stands there by its label (see `Answers`).
- *State* is one of the view's `STATES`; where it says mapped, the name is a name, whatever it looks like.
- *Example* of an other data user is `OTHER_LABEL`, its id is empty.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from dtm_mapper.catalogue import Field, by_words
from dtm_mapper.i18n import _
from dtm_mapper.reports.view import STATES, View
from dtm_mapper.texts import folded_words

OTHER_LABEL = _("other data user")

#: What may stand between choices where somebody typed them.
_BETWEEN = re.compile(r"\s*[,/;،؛\n]\s*")
_ESCAPE = re.compile(r";|\\(?=[\\;]|\Z)")


def joined(parts: Iterable[str]) -> str:
    r"""Texts in one cell. A `;` in one becomes `\;`, a `\` that would be read as part of that `\\`."""
    return "; ".join([_ESCAPE.sub(r"\\\g<0>", part) if _ESCAPE.search(part) else part for part in parts])


def split(cell: str, signs: str = ";", whole: str = "") -> tuple[str, ...]:
    r"""The texts in a cell with one of these signs between them, none blank, without space around them; a `\`
    before a sign keeps it in the text, and so does what `whole`, the beginning of a pattern, fits."""
    known = re.escape(signs)
    parts = (part.strip() for part in re.findall(rf"(?:\\[\\{known}]|{whole}[^{known}])+", cell))
    return tuple(re.sub(rf"\\([\\{known}])", r"\1", part) for part in parts if part)


def _distinct(labels: Sequence[tuple[str, str]], taken: Collection[str] = ()) -> dict[str, str]:
    """Ids, with a label each that no other has and that is none of those `taken`: `label [id]` where the
    label alone could be mistaken for another one, or for a text in double quotes."""
    counts = Counter(folded_words(label) for _id, label in labels)
    counts.update(map(folded_words, taken))
    alone = {id: label for id, label in labels if counts[folded_words(label)] == 1 and label[-1:] not in ']"'}
    return {id: alone.get(id, f"{label} [{id}]") for id, label in labels}


class Answers:
    """How the answers to a field stand in a cell, and come back from it.

    A choice is written with its label, or with `label [id]` where labels could be mistaken, and comes back
    from its id too. Choices alone may have commas, slashes or line breaks between them. Other text is in
    double quotes where it would else be read as choices, or has such quotes itself. With `any_language`, the
    labels in other languages come back, too.
    """

    def __init__(self, asked: Field, any_language: bool = False) -> None:
        self._plain = not asked.choices
        self._translated = asked.choice_called if any_language else lambda _text: ""
        # A label may be the id of its own choice, but not that of another one.
        taken = [
            label for id, label in asked.labels.items() if folded_words(label) in asked.labels.keys() - {id}
        ]
        shown = _distinct(list(asked.labels.items()), taken)
        self._cells = {id: joined([label]) for id, label in shown.items()}
        self._ids = {label: id for id, label in shown.items()}
        #: Every way to name a choice that names one alone, as somebody may type it.
        named = ((text, id) for id, label in asked.labels.items() for text in (label, shown[id]))
        self._near = by_words(named) | {id: id for id in shown}

    @property
    def choices(self) -> tuple[str, ...]:
        """The cell of each choice, in the catalogue's order."""
        return tuple(self._cells.values())

    def cell(self, values: tuple[str, ...]) -> str:
        """The cell of some answers: ids of choices, and other text."""
        if self._plain and len(values) == 1:
            return values[0]
        return "; ".join([self._cells.get(value) or self._other(value) for value in values])

    def _other(self, text: str) -> str:
        quoted = folded_words(text) in self._near or text[:1] == text[-1:] == '"' or bool(self._listed(text))
        return joined([f'"{text}"' if quoted else text])

    def values(self, cell: str) -> tuple[str, ...]:
        """The answers in a cell: ids of choices, and other text."""
        if self._plain:
            return (cell,) if cell else ()
        values = tuple(dict.fromkeys(self._value(part) for part in split(cell)))
        return values if all(value in self._cells for value in values) else self._listed(cell) or values

    def _listed(self, cell: str) -> tuple[str, ...]:
        """The choices in a cell that holds nothing else, with any sign between; () for all else."""
        parts = _BETWEEN.split(cell.strip())
        values = dict.fromkeys(self._ids.get(part) or self._choice(part) for part in parts)
        return tuple(values) if len(parts) > 1 and all(values) else ()

    def _value(self, part: str) -> str:
        if part in self._ids:
            return self._ids[part]
        if len(part) > 2 and part[0] == part[-1] == '"':
            return part[1:-1]
        return self._choice(part) or part

    def _choice(self, part: str) -> str:
        """The id of the choice that a text names, however it is spelled; '' if there is none."""
        words = folded_words(part)
        return self._near[words] or "" if words in self._near else self._translated(part)


class Column(NamedTuple):
    """A column: its id, the label in its header, its HXL hashtag, and for a field its answers."""

    id: str
    label: str
    tag: str
    answers: Answers | None = None


#: Before a field's id, in the id of its column.
FIELD = "field."

_ROW = (
    Column("section", _("Section"), "#meta+section"),
    Column("section_id", _("Section id"), "#meta+section+code"),
    Column("example", _("Example"), "#meta+example"),
    Column("example_id", _("Example id"), "#meta+example+code"),
    Column("state", _("State"), "#status"),
    Column("user", _("Data user"), "#org+name"),
    Column("words", _("Reason or note"), "#description"),
)
_VERIFIED = Column("verified", _("Verified"), "#date+verified")

#: What a mapping says of itself, in the order of `about`.
ABOUT = (
    Column("response", _("Response"), "#crisis+name"),
    Column("country", _("Country"), "#country+name"),
    Column("country_code", _("Country code"), "#country+code+v_iso3"),
    Column("prepared_by", _("Prepared by"), "#meta+source"),
    Column("depth", _("Depth"), "#meta+depth"),
    Column("created", _("Created"), "#date+created"),
    Column("updated", _("Last changed"), "#date+updated"),
    Column("catalogue_id", _("Catalogue"), "#meta+catalogue+code"),
    Column("catalogue_version", _("Catalogue version"), "#meta+catalogue+version"),
    Column("left_out", _("Left out"), "#meta+left_out+list"),
)


def columns(fields: Sequence[Field]) -> tuple[Column, ...]:
    """The columns of the table with these fields."""
    taken = [column.label for column in (*_ROW, _VERIFIED, *ABOUT)]
    labels = _distinct([(asked.id, asked.label) for asked in fields], taken)
    asked_columns = (
        Column(FIELD + asked.id, labels[asked.id], asked.tag, Answers(asked)) for asked in fields
    )
    return (*_ROW, *asked_columns, _VERIFIED)


def about(view: View) -> tuple[str, ...]:
    """The cells of ABOUT."""
    mapping = view.mapping
    texts = (mapping.response, view.country, mapping.country, mapping.prepared_by, mapping.depth)
    dates = (mapping.created, mapping.last_change)
    return (*texts, *dates, mapping.catalogue, mapping.catalogue_version, joined(view.left_out))


def rows(view: View, table: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """The cells of each line under these columns."""
    fields = [(id.removeprefix(FIELD), answers) for id, _label, _tag, answers in table if answers]
    for section in view.sections:
        for line in section.lines:
            values = line.values
            yield (
                section.title,
                section.id,
                line.example if line.example_id else OTHER_LABEL,
                line.example_id,
                STATES[line.state],
                joined([line.user]),
                line.words,
                *[answers.cell(values[id]) if id in values else "" for id, answers in fields],
                line.verified,
            )
