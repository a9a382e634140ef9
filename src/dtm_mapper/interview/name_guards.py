"""Names typed or pasted at a row: the changed mapping, or the guard that asks what they mean. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers
from dtm_mapper.interview.answers import Name, NotUnderstood
from dtm_mapper.interview.confirmations import Answered, Confirmation, Option, Outcome, removal, yes_or_no
from dtm_mapper.interview.guards import state_outcome
from dtm_mapper.interview.talk import listed, loss, place_words, row_name
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import NAME_LIMIT, OTHER, DataUser, alike, paired
from dtm_mapper.texts import folded


def typed_names(walk: Walk, text: str) -> Answered:
    """Record a line of names at a row or at a section's other data users. Raises NotUnderstood."""
    if answers.without_bullet(text) == text:
        return _names(walk, answers.names(text))
    names = _without_bullets(text)
    is_word = len(names) == 1 and not names[0].exact and answers.meaning(names[0].text) is not None
    if is_word or walk.at.item == OTHER:
        return _names(walk, names)
    return _line_with_bullet(walk, text, names)


def _without_bullets(text: str) -> tuple[Name, ...]:
    names = answers.names(answers.without_bullet(text))
    return tuple(name if name.exact else Name(answers.without_bullet(name.text)) for name in names)


def added_names(walk: Walk, text: str) -> Answered:
    """Add a line of names to those that are there. Raises NotUnderstood."""
    present = [Name(user.name) for user in walk.active_users()]
    # The sign of one more name says nothing new here, as in `:add + OCHA`.
    text = text[1:].lstrip() if text[:1] == "+" and text[1:2].isspace() else text
    return _names(walk, _without_names(_without_bullets(text), present), present)


def _without_names(names: Iterable[Name], others: Iterable[Name]) -> list[Name]:
    texts = {name.text for name in others}
    return [name for name in names if name.text not in texts]


def replaced_names(walk: Walk, names: Sequence[Name]) -> Answered:
    """Replace the names of the data users who are there. Those who left the response stay."""
    pairing = paired(walk.active_users(), tuple(name.text for name in names), walk.today)
    if lost := [user for user in pairing.removed if user.details]:
        return removal(loss(lost), _outcome(walk, names))
    others = [(old, new) for old, new in pairing.renamed if old.details and not alike(old.name, new.name)]
    if not others:
        return _outcome(walk, names)
    title = ngettext(
        "{row} has {old} with details. Is {new} the same organisation?",
        "{row} has {old} with details. Are {new} the same organisations?",
        len(others),
    )
    old, new = listed(old.name for old, _new in others), listed(new.name for _old, new in others)
    same = _("The same under another name. The details of {old} are kept.").format(old=old)
    other = _("Another organisation. The details of {old} are removed.").format(old=old)
    fresh = [Name(new.name) for _old, new in others]
    options = Option(same, _outcome(walk, names)), Option(other, _outcome(walk, names, fresh))
    return Confirmation(title.format(row=row_name(walk), old=old, new=new), options, choice=True)


def _outcome(walk: Walk, names: Sequence[Name], fresh: Sequence[Name] = ()) -> Outcome:
    """Return the row with data users of these names. Those in `fresh` do not take over any details."""
    active = walk.active_users()
    pairing = paired(active, tuple(name.text for name in names), walk.today)
    texts = {name.text for name in fresh}
    users = tuple(
        DataUser(user.name, verified=walk.today) if user.name in texts else user for user in pairing.users
    )
    present = {user.name for user in active}
    return Outcome(
        walk.with_active_users(users),
        # Follow-ups do not ask about names in quotation marks.
        tuple(name.text for name in names if not name.exact and name.text not in present),
        tuple((old.name, new.name) for old, new in pairing.renamed if new.name not in texts),
    )


def _names(walk: Walk, names: Sequence[Name], present: Sequence[Name] = ()) -> Answered:
    """Record typed names, and keep those that are `present`. Ask about words that are not names."""
    recorded = {user.name for user in walk.active_users()}
    words = [
        name for name in names if not name.exact and name.text not in recorded and answers.meaning(name.text)
    ]
    if not words:
        return replaced_names(walk, [*present, *names])
    if len(names) == 1 and not present and walk.at.item != OTHER:
        return _word(walk, words[0].text)
    title = ngettext("{words} is not a name.", "{words} are not names.", len(words))
    title = title.format(words=listed(name.text for name in words))
    kept = [*present, *(name for name in names if name not in words)]
    without = replaced_names(walk, kept) if kept else Outcome(walk.mapping)
    if isinstance(without, Confirmation):
        return without._replace(title=f"{title} {without.title}")
    everything = _outcome(walk, [*present, *names])._replace(names=())
    title += " " + ngettext("Leave it out?", "Leave them out?", len(words))
    return yes_or_no(title, without, everything, enter_is_yes=True)


def _word(walk: Walk, word: str) -> Answered:
    """Ask what a word that is not a name, such as n/a, TBC or same, means alone on a row."""
    meant = answers.meaning(word)
    assert meant is not None
    row, label = walk.row(), row_name(walk)
    exactly = _outcome(walk, [Name(word, exact=True)])
    if meant.name == "above":
        before, users = _row_before(walk)
        if users:
            repeated = replaced_names(walk, [Name(user.name, exact=True) for user in users])
            if isinstance(repeated, Confirmation):
                return repeated
            title = _("Does “{word}” mean {names}, as in {row}?")
            title = title.format(word=word, names=listed(user.name for user in users), row=before)
            return _about_word(word, title, repeated, exactly)
    if meant.name == "na":
        says = _("“{word}” makes {row} not applicable.")
        asks = _("Does “{word}” mean that {row} is not applicable?")
    else:
        says = _("“{word}” makes {row} pending.")
        asks = _("Does “{word}” mean that {row} is pending?")
    state = state_outcome(walk, "na" if meant.name == "na" else "later", word)
    if row.users:
        return removal(f"{says.format(word=word, row=label)} {loss(row.users)}", state)
    return _about_word(word, asks.format(word=word, row=label), state, exactly)


def _about_word(word: str, title: str, meant: Outcome, exactly: Outcome) -> Confirmation:
    return yes_or_no(title, meant, exactly, enter_is_yes=True)._replace(word=folded(word))


def _row_before(walk: Walk) -> tuple[str, tuple[DataUser, ...]]:
    """Return the name of the place before this row, and its data users who have not left."""
    before = replace(walk, at=walk.at.group, track=None).back()
    users = walk.mapping.active_users(walk.catalogue, *before[:2]) if before.section else ()
    return place_words(walk, before)[0], users


def _line_with_bullet(walk: Walk, text: str, names: tuple[Name, ...]) -> Confirmation:
    """Ask whether a single line with a bullet is names or a reason for not applicable.

    If the names would remove details, ask only about that, so that Enter loses nothing.
    """
    taken = replaced_names(walk, names)
    if isinstance(taken, Outcome):
        label = ngettext("The name {names}", "The names {names}", len(names))
        label = label.format(names=listed(name.text for name in names))
        as_names: tuple[Option, ...] = (Option(label, taken),)
    elif taken.choice:
        as_names = taken.options
    else:
        return taken
    row, label = walk.row(), row_name(walk)
    reason = answers.without_bullet(text)
    exact = answers.unquoted(reason) is not None
    as_reason = _("The reason why {row} is not applicable").format(row=label)
    as_reason += f". {loss(row.users)}" if row.users else ""
    outcome = state_outcome(walk, "na", answers.text_answer(reason), exact)
    not_applicable = Option(as_reason, outcome)
    title = _("{row}: what does “{text}” mean?").format(row=label, text=text)
    if present := walk.active_users():
        users = listed(user.name for user in present)
        title = _("{row} has {users}. What does “{text}” mean?").format(row=label, users=users, text=text)
    return Confirmation(title, (*as_names, not_applicable), choice=True)


def pasted_names(walk: Walk, text: str) -> Answered:
    """Ask how to record pasted lines at a row or a section's other data users. Raises NotUnderstood."""
    pasted = answers.pasted_names(text)
    names = [name for name in pasted if name.exact or answers.meaning(name.text) is None]
    if not names:
        raise NotUnderstood(_("Type a name, or press Enter to leave this as it is."))
    title, options = (_added_or_replaced if walk.active_users() else _several_or_one)(walk, names)
    if left_out := [name.text for name in pasted if name not in names]:
        title += _(" Left out, because they are not names: {words}.").format(words=listed(left_out))
    return Confirmation(title, (*options, Option(_("Cancel"), None)), choice=True)


def _added_or_replaced(walk: Walk, names: list[Name]) -> tuple[str, list[Option]]:
    """Return the question and the readings of pasted names on a row that has data users."""
    active = walk.active_users()
    present = [Name(user.name) for user in active]
    old, texts = listed(user.name for user in active), [name.text for name in names]
    fresh = _without_names(names, present)
    replacement = _("Replace {old}").format(old=old)
    if lost := [user for user in active if user.name not in texts and user.details]:
        replacement += f". {loss(lost)}"
    title = ngettext(
        "{row} has {old}. What should happen to the pasted name {names}?",
        "{row} has {old}. What should happen to the {count} pasted names {names}?",
        len(names),
    ).format(row=row_name(walk), old=old, count=len(names), names=listed(texts))
    return title, [
        Option(_("Add to {old}").format(old=old), _outcome(walk, [*present, *fresh])),
        Option(replacement, _outcome(walk, names, fresh)),
    ]


def _several_or_one(walk: Walk, names: list[Name]) -> tuple[str, list[Option]]:
    """Return the question and the readings of pasted names on a row that has no data users."""
    texts = [name.text for name in names]
    several = ngettext("{count} data user: {names}", "{count} data users: {names}", len(names))
    options = [Option(several.format(count=len(names), names=listed(texts)), _outcome(walk, names))]
    one = Name(" ".join(texts))
    if len(names) > 1 and len(one.text) <= NAME_LIMIT:
        options.append(Option(_("One data user: “{name}”").format(name=one.text), _outcome(walk, [one])))
    return _("{row}: how should the pasted lines be recorded?").format(row=row_name(walk)), options
