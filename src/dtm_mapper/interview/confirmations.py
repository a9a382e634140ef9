"""The parts of guards and follow-ups. Pure.

A guard comes before an answer is recorded, a follow-up after it is saved. Both are one question whose options
are mappings; the recorder asks it.
"""

from typing import NamedTuple

from dtm_mapper.i18n import _
from dtm_mapper.mapping import Mapping


class Outcome(NamedTuple):
    """The mapping that an answer leads to. `names` are the new names in the answer, apart from those in
    quotation marks; `renamed` are the names that it replaced, each with the new one. `note` is the line that
    gives the note or the reason of the answer again, unless that was in quotation marks. `summary` says what
    changed, if more changed than the place of the answer."""

    mapping: Mapping
    names: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    note: str = ""
    summary: str = ""


class Option(NamedTuple):
    """One answer to a confirmation. With no outcome, it changes nothing."""

    label: str
    outcome: Outcome | None


class Confirmation(NamedTuple):
    """A guard or a follow-up. `enter` is the index of the option that Enter takes. If it is a `choice`, the
    options are listed; otherwise they are yes and no. A confirmation about a `word` is asked once in a
    session, and the answer is used again."""

    title: str
    options: tuple[Option, ...]
    enter: int = 0
    choice: bool = False
    word: str = ""


Answered = Outcome | Confirmation


def yes_or_no(title: str, yes: Outcome | None, no: Outcome | None, enter_is_yes: bool) -> Confirmation:
    """Return a confirmation whose options are yes and no."""
    return Confirmation(title, (Option(_("yes"), yes), Option(_("no"), no)), 0 if enter_is_yes else 1)


def removal(what: str, outcome: Outcome) -> Confirmation:
    """Return the guard of an answer that removes data users. Enter keeps them."""
    return yes_or_no(_("{what} Continue?").format(what=what), outcome, None, enter_is_yes=False)
