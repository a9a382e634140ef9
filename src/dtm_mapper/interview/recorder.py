"""Records what an operator answers: each change makes a new mapping, which is saved at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dtm_mapper.catalogue import DEPTHS, Field
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.answers import NotUnderstood
from dtm_mapper.interview.asking import inactive_field, question_at, user_before
from dtm_mapper.interview.dialogs import confirm
from dtm_mapper.interview.question import Asker
from dtm_mapper.interview.walk import REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Detail, Mapping, has_personal, organisation, paired, tidy
from dtm_mapper.storage import Store, rescue


class Recorder:
    """The walk of an interview, and its file. The methods that record raise NotUnderstood where what was
    typed cannot be recorded at the place where the walk stands; then nothing has changed."""

    def __init__(self, asker: Asker, store: Store, walk: Walk, saved: Mapping | None, today: str) -> None:
        self.asker = asker
        self.store = store
        self.walk = walk
        #: What the file holds; None while there is none.
        self.saved = saved
        self.today = today
        self.begun_with = walk.mapping
        self._trouble = ""
        #: For each text that looks like no name, whether the operator said that it is none.
        self._no_names: dict[str, bool] = {}
        #: Texts that the operator was asked about, and wants to stay as typed.
        self._texts_kept: set[str] = set()

    def about(self, text: str) -> None:
        """What the mapping is about, at one of its first places."""
        value = answers.text_answer(text)
        if self.walk.at.item == "country" and value:
            value = _country(value)
        self._change(self.walk.mapping.with_about(self.walk.at.item, value))

    def names(self, names: tuple[str, ...]) -> None:
        """The data users of a row, or of a section's others."""
        if len(names) != 1 or not self._was_no_name(names[0]):
            self._record_names(self._only_names(names))

    def _record_names(self, names: tuple[str, ...]) -> None:
        pairing = paired(self._users(), names, self.today)
        self._must_take_out([user for user in pairing.removed if user.details])
        users = tuple(self._named(user) for user in pairing.users)
        mapping = self.walk.mapping.with_users(self.walk.catalogue, *self.walk.at[:2], users)
        for old, new in pairing.renamed:
            mapping = self._renamed_elsewhere(mapping, old.name, new.name)
        self._change(mapping)

    def _named(self, user: DataUser) -> DataUser:
        name, user = self._without_contact(user.name, user)
        return user if name == user.name else replace(user, name=name)

    def pasted(self, text: str) -> None:
        """Several lines of names as the data users of a row, after a yes."""
        names = answers.pasted_names(text)
        title = _("Record these {count} data users: {names}?")
        if not confirm(self.asker, title.format(count=len(names), names="; ".join(names)), True):
            raise NotUnderstood(_("Nothing was changed"))
        self.more_names(names)

    def verify(self, text: str) -> None:
        """That a data user or a row is still right, that it left, or what is right instead."""
        place = self.walk.at
        typed = text.strip().casefold()
        if typed in ("n", "no", _("no").casefold(), _("no")[:1].casefold()):
            raise NotUnderstood(_("Type what is right instead, or left, or Enter to skip it"))
        said: dict[str, str] = {}
        for number, choice in enumerate(question_at(self.walk, place).choices, start=1):
            said |= dict.fromkeys((str(number), choice.id, choice.label.casefold()), choice.id)
        answer = said.get(typed) or said.get({"y": "yes", _("yes")[:1].casefold(): "yes"}.get(typed, ""))
        if answer == "left":
            self._mark_left()
        elif answer is None:
            self._correct(answers.names(text))
        else:
            self._verified()

    def _verified(self) -> None:
        """That what stands at this place is right today."""
        place, users = self.walk.at, self._users()
        if users:
            numbers = (place.user,) if place.user else range(1, len(users) + 1)
            stamped = tuple(
                replace(user, verified=self.today) if number in numbers else user
                for number, user in enumerate(users, start=1)
            )
            mapping = self.walk.mapping.with_users(self.walk.catalogue, *place[:2], stamped)
        else:
            row = self.walk.mapping.row(self.walk.catalogue, place.item)
            mapping = self.walk.mapping.with_row(replace(row, verified=self.today))
        name, words = talk.place_words(replace(self.walk, mapping=mapping), place)
        self._change(mapping, f"{name}: {words}")

    def depth(self, words: str) -> None:
        """How much is asked from here on."""
        depth = next((depth for depth in DEPTHS if words and depth.startswith(words.casefold())), None)
        if depth is None:
            raise NotUnderstood(_("After :depth type {depths}").format(depths=", ".join(DEPTHS)))
        self._change(replace(self.walk.mapping, depth=depth), _("Depth: {depth}").format(depth=depth))

    def more_names(self, names: tuple[str, ...]) -> None:
        """Data users beside those that are there."""
        present = tuple(user.name for user in self._users())
        new = tuple(name for name in names if name not in present)
        if present:
            self._record_names((*present, *self._only_names(new)))
        else:
            self.names(new)

    def other(self, names: tuple[str, ...]) -> None:
        """Other data users of this section, without leaving the place."""
        here = self.walk.at
        if not here.section:
            raise NotUnderstood(_(":add is for sections. Go to one first, as in: :go clusters"))
        self.walk = replace(self.walk, at=Place(here.section, OTHER))
        try:
            self.more_names(names)
        finally:
            self.walk = replace(self.walk, at=here)

    def detail(self, text: str) -> None:
        """An answer to a field."""
        asked = self.walk.catalogue.field_by_id[self.walk.at.field]
        if asked.type == "text":
            self._text_detail(asked, answers.text_answer(text, lines=True))
            return
        question = question_at(self.walk, self.walk.at)
        found = answers.choices(text, question.choices, question.starred, asked.or_other)
        found = tuple(self._perhaps_choice(value, asked) for value in found)
        if asked.type == "select_multiple":
            self._change_detail(tidy(asked, found))
        elif len(found) == 1:
            self._change_detail(found[0])
        else:
            raise NotUnderstood(_("Only one of these can be chosen here"))

    def _perhaps_choice(self, value: str, asked: Field) -> str:
        """Asks once whether other text that is nearly a choice's label is that choice."""
        if value in asked.labels or value in self._texts_kept:
            return value
        import difflib

        by_label = {label.casefold(): id for id, label in asked.labels.items()}
        near = difflib.get_close_matches(value.casefold(), by_label, n=1, cutoff=0.8)
        if not near:
            return value
        label = asked.labels[by_label[near[0]]]
        if confirm(self.asker, _("“{text}”: is that “{label}”?").format(text=value, label=label), False):
            return by_label[near[0]]
        self._texts_kept.add(value)
        return value

    def _text_detail(self, asked: Field, text: str) -> None:
        user = self._users()[self.walk.at.user - 1]
        if asked.visibility != "personal":
            text, user = self._without_contact(text, user)
        self._change_user(lambda _user: user.with_detail(asked.id, text, self.today))

    def same(self) -> None:
        """The answer of the data user before."""
        place = self.walk.at
        if place.field in ("", VERIFIED):
            raise NotUnderstood(_("= is for details: the same as for the data user before"))
        before = user_before(self.walk, place)
        if before is None or place.field not in before.details:
            raise NotUnderstood(_("The data user before has no answer here to repeat"))
        self._change_detail(before.details[place.field])

    def state(self, name: str, words: str) -> None:
        """A row as not applicable (`na`) or pending (`later`), with a reason or a note."""
        place = self.walk.at
        if not place.section or place.field or place.item == OTHER:
            what = _(":{name} is for rows. Here, type an answer, or Enter to go on without one")
            raise NotUnderstood(what.format(name=name))
        self._put_state(name, answers.text_answer(words))

    def _put_state(self, name: str, words: str) -> None:
        row = self.walk.mapping.row(self.walk.catalogue, self.walk.at.item)
        self._must_take_out(row.users)
        changed = replace(
            row,
            users=(),
            not_applicable=words if name == "na" else None,
            pending=words if name == "later" else None,
            verified=self.today if name == "na" else "",
        )
        self._change(self.walk.mapping.with_row(changed))

    def clear(self) -> None:
        """Nothing, in place of what is recorded."""
        place = self.walk.at
        if place == REVIEW:
            raise NotUnderstood(_("There is nothing to empty here"))
        if not place.section:
            self._change(self.walk.mapping.with_about(place.item, ""))
        elif place.field:
            self._change_detail("")
        else:
            self._must_take_out([user for user in self._users() if user.details])
            self._change_users(())

    def undo(self) -> None:
        """Takes the last change back."""
        undone = self.walk.undone()
        if undone is None:
            raise NotUnderstood(_("There is nothing to take back: this session changed nothing so far"))
        depth = self.walk.mapping.depth
        self.walk = undone
        self._save()
        name, words = talk.place_words(self.walk, self.walk.at)
        if self.walk.mapping.depth != depth:
            name, words = _("Depth"), self.walk.mapping.depth
        self.asker.say(_("Taken back. {name}: {words}").format(name=name, words=words or _("empty")), "quiet")

    def save_new(self) -> None:
        """Saves a mapping of which there is no file yet."""
        if self.saved is None:
            self._save()

    def save_at_last(self) -> Path | None:
        """Saves what is not saved; gives the place where it was put if its own file could not be written."""
        changed = self.walk.mapping != self.begun_with
        if self.saved is None and not changed:
            return None
        # Where somebody wrote over what this session recorded, it is in memory only.
        if self.saved == self.walk.mapping and not (changed and self.store.changed_elsewhere()):
            return None
        self._save()
        if not self._trouble:
            return None
        place = rescue(self.store.path, self.walk.mapping, self.walk.catalogue)
        if place is None:
            what = _("it could be saved nowhere ({why}). This is the whole mapping:").format(
                why=self._trouble
            )
            text = self.store.text(self.walk.mapping)
            mend = _("Copy it from here into a file before this window closes.")
            raise Unusable(str(self.store.path), f"{what}\n\n{text}", mend)
        return place

    def _without_contact(self, text: str, user: DataUser) -> tuple[str, DataUser]:
        """Asks once about a mail address or a phone number in a text that reports show. Gives the text
        that stays, and the data user with what was moved to the personal field."""
        kept = self.walk.catalogue.contact_field
        rest, found = answers.contact_in(text)
        if kept is None or not found or not rest or text in self._texts_kept:
            return text, user
        title = _("“{found}” looks like a way to reach somebody. Move it to {field}, left out of reports?")
        if not confirm(self.asker, title.format(found=found, field=kept.label), True):
            self._texts_kept.add(text)
            return text, user
        contact = "; ".join((*user.values(kept.id), found))
        return rest, user.with_detail(kept.id, contact, self.today)

    def _users(self) -> tuple[DataUser, ...]:
        return self.walk.mapping.users(*self.walk.at[:2])

    def _was_no_name(self, name: str) -> bool:
        """Asks whether words such as `n/a` or `TBC` are no name, and then records what they mean."""
        meant = answers.meaning(name)
        if meant is None or self._no_names.get(name) is False:
            return False
        questions = {
            "na": _("Does “{name}” mean that this is not applicable here? (No: it is a name)"),
            "later": _("Does “{name}” mean that this is pending? (No: it is a name)"),
            "above": _("Does “{name}” mean the same as the row above? (No: it is a name)"),
        }
        if name not in self._no_names:
            title = questions[meant.command].format(name=name)
            self._no_names[name] = confirm(self.asker, title, True)
        if not self._no_names[name]:
            return False
        if meant.command == "above":
            self._same_as_above()
        elif self.walk.at.item != OTHER:
            self._put_state(meant.command, meant.words)
        return True

    def _same_as_above(self) -> None:
        """What the row above holds."""
        mapping, above = self.walk.mapping, replace(self.walk.anew(), at=self.walk.at.group).back()
        row = mapping.rows.get(above.item)
        if users := mapping.users(*above[:2]):
            self._record_names(tuple(user.name for user in users))
        elif row is None or self.walk.at.item == OTHER:
            raise NotUnderstood(_("The row above has no data users to repeat"))
        else:
            name, words = ("later", row.pending) if row.state == "pending" else ("na", row.not_applicable)
            self._put_state(name, words or "")

    def _only_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Asks of each new name that looks like none whether it is one; gives those that are."""
        present = {user.name for user in self._users()}
        found = tuple(name for name in names if name in present or self._is_name(name))
        if names and not found:
            raise NotUnderstood(_("Nothing was changed"))
        return found

    def _is_name(self, name: str) -> bool:
        if answers.meaning(name) is None or self._no_names.get(name) is False:
            return True
        if not confirm(self.asker, _("Is “{name}” a name? (No: it is left out)").format(name=name), True):
            return False
        self._no_names[name] = False
        return True

    def _must_take_out(self, users: Sequence[DataUser]) -> None:
        if not users:
            return
        title = _("Take out {names}, with all that is recorded of them?")
        if not confirm(self.asker, title.format(names=", ".join(user.name for user in users)), False):
            raise NotUnderstood(_("Nothing was changed"))

    def _change_users(self, users: tuple[DataUser, ...]) -> None:
        self._change(self.walk.mapping.with_users(self.walk.catalogue, *self.walk.at[:2], users))

    def _change_user(self, change: Callable[[DataUser], DataUser]) -> None:
        users = list(self._users())
        number = self.walk.at.user
        users[number - 1] = change(users[number - 1])
        self._change_users(tuple(users))

    def _change_detail(self, detail: Detail) -> None:
        field = self.walk.at.field
        if field == VERIFIED:
            raise NotUnderstood(_("Here, type yes, left, or what is right instead; Enter skips"))
        self._change_user(lambda user: user.with_detail(field, detail, self.today))

    def _mark_left(self) -> None:
        asked = inactive_field(self.walk)
        if asked is None:
            raise NotUnderstood(_("This catalogue has no answer for having left the response"))
        choice = next(choice.id for choice in asked.choices if choice.inactive)
        detail: Detail = (choice,) if asked.type == "select_multiple" else choice
        self._change_user(lambda user: user.with_detail(asked.id, detail, self.today))

    def _correct(self, names: tuple[str, ...]) -> None:
        """Another name for a data user; for a row that has none, its data users."""
        place = self.walk.at
        if not place.user:
            self.names(names)
            return
        if len(names) > 1:
            raise NotUnderstood(_("Type one name here; :go leads to the row for more"))
        present = [user.name for user in self._users()]
        before = present[place.user - 1]
        others = {organisation(name) for name in present} - {organisation(before)}
        if names[0] == before:
            self._verified()
            return
        if organisation(names[0]) in others:
            raise NotUnderstood(_("“{name}” stands in this row already").format(name=names[0]))
        if len(present) > 1 and answers.meaning(names[0]) is not None:
            raise NotUnderstood(_("Type left, or the name that is right; :go leads to the row itself"))
        present[place.user - 1] = names[0]
        self.names(tuple(present))

    def _renamed_elsewhere(self, mapping: Mapping, old: str, new: str) -> Mapping:
        """The mapping with an organisation renamed in its other rows too, if the operator says so."""
        found = [
            (section, item)
            for section, item, _number, user in mapping.every_user(self.walk.catalogue)
            if organisation(user.name) == organisation(old)
            and organisation(new)
            not in {organisation(there.name) for there in mapping.users(section, item)} - {organisation(old)}
        ]
        if not found:
            return mapping
        rows = ", ".join(talk.place_words(self.walk, Place(*place))[0] for place in dict.fromkeys(found))
        title = _("“{old}” also stands in {rows}. Make it “{new}” there too?")
        if not confirm(self.asker, title.format(old=old, rows=rows, new=new), False):
            return mapping
        for place in dict.fromkeys(found):
            users = tuple(
                replace(user, name=new, verified=self.today)
                if organisation(user.name) == organisation(old)
                else user
                for user in mapping.users(*place)
            )
            mapping = mapping.with_users(self.walk.catalogue, *place, users)
        return mapping

    def _change(self, mapping: Mapping, said: str = "") -> None:
        if mapping == self.walk.mapping:
            if said:
                self.asker.say(said, "quiet")
            return
        place = self.walk.at
        first_personal = has_personal(mapping, self.walk.catalogue) and not has_personal(
            self.walk.mapping, self.walk.catalogue
        )
        self.walk = self.walk.changed(replace(mapping, updated=self.today))
        self._save()
        if first_personal:
            what = _("The file now holds personal data. {who} Reports leave it out unless asked for.")
            self.asker.say(what.format(who=self.store.readers()), "warning")
        if not said:
            name, words = talk.place_words(self.walk, place) if self.walk.exists(place) else (place.item, "")
            said = f"{name}: {words or _('empty')}"
        self.asker.say(said, "quiet")

    def _save(self) -> None:
        path = self.store.path
        try:
            self.store.save(self.walk.mapping)
        except OSError as error:
            if not self._trouble:
                what = _("{path} could not be saved ({why}). Go on; every next answer tries again")
                self.asker.say(what.format(path=self.store.path, why=error.strerror), "warning")
            self._trouble = error.strerror or str(error)
            return
        self.saved = self.walk.mapping
        if self.store.path != path:
            what = _(
                "{path} was changed by somebody else meanwhile. "
                "It stays as it is; this session is now in {new}"
            )
            self.asker.say(what.format(path=path, new=self.store.path), "warning")
        if self._trouble:
            self.asker.say(_("Everything is saved again"), "quiet")
            self._trouble = ""


def _country(typed: str) -> str:
    from dtm_mapper.countries import code_of, near

    code = code_of(typed)
    if code is not None:
        return code
    suggestion = near(typed)
    if suggestion:
        what = _("“{typed}” is no country's name or code; did you mean {near}?")
    else:
        what = _("“{typed}” is no country's name or code. Try another way, or empty it and press Enter")
    raise NotUnderstood(what.format(typed=typed, near=suggestion))
