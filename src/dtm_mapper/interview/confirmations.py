"""The parts of guards and follow-ups, and how they read and change the mapping at a place. Pure.

A guard comes before an answer is recorded, a follow-up after it is saved. Both are one question whose options
are mappings; the recorder asks it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import DataUser, Mapping

#: A question lists this many of many names.
_LISTED = 5


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


def loss(users: Sequence[DataUser]) -> str:
    """Return the sentence that names the data users whom an answer would remove."""
    names = listed(user.name for user in users)
    return ngettext(
        "{names} will be removed, with all details.",
        "{names} will be removed, with all details.",
        len(users),
    ).format(names=names)


def row_name(walk: Walk) -> str:
    """Return the label of the row, or words for the section's other data users."""
    return talk.place_words(walk, walk.at.group)[0]


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


def listed(texts: Iterable[str]) -> str:
    """Join texts in quotation marks; of many, only the first ones."""
    quoted = [f"“{text}”" for text in texts]
    if len(quoted) > _LISTED + 1:
        more = _("and {count} more").format(count=len(quoted) - _LISTED)
        quoted = [*quoted[:_LISTED], more]
    return ", ".join(quoted)
