"""Cells -> answers to the catalogue's fields."""

from collections.abc import Iterable
from functools import lru_cache

from dtm_mapper.catalogue import Field
from dtm_mapper.i18n import _
from dtm_mapper.intake.lines import said
from dtm_mapper.intake.names import is_error
from dtm_mapper.interview.answers import BULLET
from dtm_mapper.mapping import DETAIL_LIMIT, Detail
from dtm_mapper.reports.flat import Answers
from dtm_mapper.texts import text_problem
from dtm_mapper.yamlfile import unknown_word


class Details:
    """How the answers to one field are read. Each cell is understood once."""

    def __init__(self, asked: Field) -> None:
        self.asked = asked
        self._answers = {True: Answers(asked), False: Answers(asked, any_language=True)}
        self.read = lru_cache(maxsize=2_000)(self._read)

    def _read(self, cell: str, ours: bool) -> tuple[Detail, str]:
        """The answer in a cell, '' where there is none; and what could not be taken of it, or ''. `ours`: it
        stands as a report of this program has it."""
        if not ours and is_error(cell.strip()):
            what = _("“{text}” in {field} is an error value of a spreadsheet and is left out")
            return "", what.format(text=cell.strip(), field=self.asked.label)
        if self.asked.type == "text":
            return checked(self.asked, (cell,))
        listed = cell if ours else "\n".join(BULLET.sub("", line) for line in cell.split("\n"))
        values = self._answers[ours].values(listed)
        if not ours and said(cell).state and not self.asked.labels.keys() >= set(values):
            what = _("“{text}” is no answer to {field}, and is left out")
            return "", what.format(text=cell, field=self.asked.label)
        return checked(self.asked, values)


def checked(asked: Field, values: Iterable[str]) -> tuple[Detail, str]:
    """Return what of an answer can be recorded, without duplicates, and why the rest cannot, or ''."""
    taken: list[str] = []
    why: list[str] = []
    for value in filter(None, dict.fromkeys(map(str.strip, values))):
        if asked.choices and not asked.or_other and value not in asked.labels:
            kind = _("choice of {field}:").format(field=asked.label)
            why.append(unknown_word(kind, value, tuple(asked.labels.values())))
        elif problem := text_problem(value, DETAIL_LIMIT, lines=True):
            why.append(problem)
        else:
            taken.append(value)
    if asked.type != "select_multiple":
        if len(taken) > 1:
            what = _("{field} has one answer only; taken is “{answer}”")
            why.append(what.format(field=asked.label, answer=asked.labels.get(taken[0], taken[0])))
        return (taken[0] if taken else ""), "; ".join(why)
    return tuple(taken), "; ".join(why)
