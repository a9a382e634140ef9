"""Records what an operator answers: each change makes a new mapping, which is saved at once."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from dtm_mapper.catalogue import DEPTHS
from dtm_mapper.errors import Unusable
from dtm_mapper.files import hint_if_open, patiently
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers, follow_ups, guards, name_guards, talk
from dtm_mapper.interview.answers import NotUnderstood
from dtm_mapper.interview.asking import question_at, user_before
from dtm_mapper.interview.confirmations import Answered, Confirmation, Outcome
from dtm_mapper.interview.dialogs import Cancelled, Elsewhere, Leave, decide
from dtm_mapper.interview.question import Asker
from dtm_mapper.interview.walk import REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, Mapping, organisation
from dtm_mapper.store.store import Store, rescue


class AskAgain(Exception):
    """The answer is saved, and its question has to be asked again, with `draft` as the half-typed text."""

    def __init__(self, draft: str | None = None) -> None:
        super().__init__(draft)
        self.draft = draft


class Recorder:
    """The walk of an interview, and its file. The methods that record raise NotUnderstood where what was
    typed cannot be recorded at the place where the walk stands; then nothing has changed."""

    def __init__(self, asker: Asker, store: Store, walk: Walk, saved: Mapping | None, today: str) -> None:
        self.asker = asker
        self.store = store
        self.walk = replace(walk, today=today)
        #: What the file holds; None while there is none.
        self.saved = saved
        self.begun_with = walk.mapping
        self._trouble = ""
        #: The last-resort copy, while the mapping cannot be saved.
        self._rescued: Path | None = None
        #: The words that are not names, as the operator confirmed.
        self._words: set[str] = set()

    def about(self, text: str) -> None:
        """What the mapping is about, at one of its first places."""
        value = answers.text_answer(text)
        if self.walk.at.item == "country" and value:
            value = _country(value)
        self._change(self.walk.mapping.with_about(self.walk.at.item, value))

    def names(self, text: str) -> None:
        """Record names, in one typed line or several pasted ones, at a row or as other data users."""
        read = name_guards.pasted_names if "\n" in text else name_guards.typed_names
        self._record(read(self.walk, text))

    def _record(self, answered: Answered) -> None:
        """Ask the guard of an answer if there is one, save the answer, and ask what follows from it."""
        leave: BaseException | None = None
        outcome: Outcome | None
        if isinstance(answered, Confirmation):
            try:
                index = self._decide(answered)
            except (Leave, KeyboardInterrupt, SystemExit) as ending:
                # Leaving at a guard counts as Enter.
                leave, index = ending, answered.enter
            except Elsewhere as elsewhere:
                if elsewhere.command.name != "undo":
                    raise
                raise Cancelled(_("Nothing was changed")) from None
            outcome = answered.options[index].outcome
        else:
            outcome = answered
        try:
            if outcome is not None:
                self._change(outcome.mapping, outcome.summary)
        finally:
            # Leave even if the terminal is gone, so that `_change` cannot say what it saved.
            if leave is not None:
                raise leave
        if outcome is None:
            raise NotUnderstood(_("Nothing was changed"))
        self._follow_up_names(outcome)
        self._follow_up_note(outcome)

    def _decide(self, guard: Confirmation) -> int:
        if guard.word in self._words:
            return guard.enter
        index = decide(self.asker, guard)
        if guard.word and index == guard.enter and self.asker.script_line is None:
            self._words.add(guard.word)
        return index

    def _follow_up_names(self, outcome: Outcome) -> None:
        now: dict[str, str] = {}
        for name in outcome.names:
            moved = self._follow_up(follow_ups.contact_in_name(self.walk, name))
            now[name] = moved.names[0] if moved else name
            if self._follow_up(follow_ups.several_names(self.walk, now[name])):
                del now[name]
        for old, new in outcome.renamed:
            if new := now.get(new, ""):
                self._follow_up(follow_ups.renamed_elsewhere(self.walk, old, new))

    def _follow_up_note(self, outcome: Outcome) -> None:
        again = self._follow_up(follow_ups.contact_in_note(self.walk, outcome.note))
        if again is None:
            return
        if outcome.summary:
            # A reason for several rows can only be given while they are open.
            self.undo()
        raise AskAgain(outcome.note)

    def _follow_up(self, confirmation: Confirmation | None) -> Outcome | None:
        """Ask a follow-up, and save what it changes as a part of the answer that it follows."""
        if confirmation is None:
            return None
        try:
            index = decide(self.asker, confirmation)
        except Cancelled:
            raise AskAgain from None
        outcome = confirmation.options[index].outcome
        if outcome is not None:
            self._change(outcome.mapping, outcome.summary, is_follow_up=True)
        return outcome

    def verify(self, text: str) -> None:
        """That a data user or a row is still right, that it left, or what is right instead."""
        word = text.strip().casefold()
        if word in ("n", "no", _("no").casefold(), _("no")[:1].casefold()):
            raise NotUnderstood(_("Type what is right instead, or left, or Enter to skip it"))
        choices = question_at(self.walk, self.walk.at).choices
        entry = choices.named(word)
        if word in ("left", _("Left the response").casefold()) or (entry and entry.id == "left"):
            self._mark_left()
        elif word in ("y", _("yes")[:1].casefold()) or (entry and entry.id == "yes"):
            self._verified()
        elif word.isdecimal():
            last = len(choices.entries) - 1
            what = ngettext(
                "There is no choice {number}; there is only 1",
                "There is no choice {number}; they go from 1 to {last}",
                last,
            )
            raise NotUnderstood(what.format(number=word[:20], last=last))
        else:
            self._correct(text)

    def _verified(self) -> None:
        """That what stands at this place is right today."""
        place, users = self.walk.at, self.walk.users()
        if users:
            stamped = tuple(
                replace(user, verified=self.walk.today) if place.user in (0, number) else user
                for number, user in enumerate(users, start=1)
            )
            mapping = self.walk.with_users(stamped)
        else:
            row = self.walk.row()
            mapping = self.walk.mapping.with_row(replace(row, verified=self.walk.today))
        name, words = talk.place_words(replace(self.walk, mapping=mapping), place)
        self._change(mapping, f"{name}: {words}")

    def depth(self, words: str) -> None:
        """How much is asked from here on."""
        depth = next((depth for depth in DEPTHS if words and depth.startswith(words.casefold())), None)
        if depth is None:
            raise NotUnderstood(_("After :depth type {depths}").format(depths=", ".join(DEPTHS)))
        self._change(replace(self.walk.mapping, depth=depth), _("Depth: {depth}").format(depth=depth))

    def more_names(self, text: str) -> None:
        """Data users beside those that are there."""
        self._record(name_guards.added_names(self.walk, text))

    def other(self, text: str) -> None:
        """Other data users of this section, without leaving the place."""
        here = self.walk.at
        self.walk = replace(self.walk, at=Place(here.section, OTHER))
        try:
            self.more_names(text)
        finally:
            self.walk = replace(self.walk, at=here)

    def detail(self, text: str) -> None:
        """An answer to a field."""
        asked = self.walk.catalogue.field_by_id[self.walk.at.field]
        if asked.type == "text":
            exact = answers.unquoted(text) is not None
            answer = answers.text_answer(text, lines=True)
            self._change(guards.with_detail(self.walk, asked.id, answer))
            if not exact:
                self._follow_up(follow_ups.contact_in_detail(self.walk))
            return
        typed = answers.choices(text, question_at(self.walk, self.walk.at))
        self._record(guards.typed_choices(self.walk, asked, typed))
        self._follow_up(follow_ups.fields_to_empty(self.walk))

    def same(self) -> None:
        """The answer of the data user before."""
        place = self.walk.at
        if place.field in ("", VERIFIED):
            raise NotUnderstood(_("= is for details: the same as for the data user before"))
        before = user_before(self.walk, place)
        if before is None or place.field not in before.details:
            raise NotUnderstood(_("The previous data user has no answer here to repeat."))
        asked = self.walk.catalogue.field_by_id[place.field]
        recorded = self.walk.user().values(asked.id) if asked.type == "select_multiple" else ()
        values = (*recorded, *before.values(asked.id))
        self._change(guards.with_choices(self.walk, asked, values))
        self._follow_up(follow_ups.fields_to_empty(self.walk))

    def state(self, name: str, words: str) -> None:
        """A row as not applicable (`na`) or pending (`later`), with a reason or a note."""
        place = self.walk.at
        if not place.section or place.field or place.item == OTHER:
            what = _(":{name} is for rows. Here, type an answer, or :clear to empty it")
            raise NotUnderstood(what.format(name=name))
        self._record(guards.typed_state(self.walk, name, words))

    def whole_section(self, reason: str) -> tuple[Place, ...]:
        """Mark all open rows of this section as not applicable, and return their places."""
        if not self.walk.at.section or self.walk.at.field:
            raise NotUnderstood(_(":na * is for rows. Go to a row of the section first"))
        places = guards.open_rows(self.walk)
        self._record(guards.whole_section(self.walk, reason))
        return places

    def clear(self) -> None:
        """Nothing, in place of what is recorded."""
        place = self.walk.at
        if place == REVIEW:
            raise NotUnderstood(_("There is nothing to empty here"))
        if not place.section:
            self._change(self.walk.mapping.with_about(place.item, ""))
        elif place.field == VERIFIED:
            raise NotUnderstood(_("Here, type yes, left, or what is right instead; Enter skips"))
        elif place.field:
            self._change(guards.with_detail(self.walk, place.field, ""))
        else:
            self._record(guards.cleared_row(self.walk))

    def undo(self) -> None:
        """Take the last change back."""
        nothing = _("There is nothing to take back: this session has changed nothing so far")
        self._restore(self.walk.undone(), _("Taken back. {name}: {words}"), nothing)

    def redo(self) -> None:
        """Bring back the change that was taken back last."""
        nothing = _("There is nothing to bring back: no change was taken back")
        self._restore(self.walk.redone(), _("Brought back. {name}: {words}"), nothing)

    def _restore(self, walk: Walk | None, message: str, nothing: str) -> None:
        if walk is None:
            raise NotUnderstood(nothing)
        depth = self.walk.mapping.depth
        self.walk = walk
        self._save()
        name, words = talk.place_words(self.walk, self.walk.at)
        if self.walk.mapping.depth != depth:
            name, words = _("Depth"), self.walk.mapping.depth
        self.asker.say(message.format(name=name, words=words or _("empty")), "quiet")

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
            self._remove_last_resort()
            return None
        self._save()
        if self._trouble and self._rescued is None:
            what = _("it could be saved nowhere ({why}). This is the whole mapping:")
            what = what.format(why=self._trouble)
            mend = _("Copy it from here into a file before this window closes.")
            content = self.store.content(self.walk.mapping).decode("utf-8")
            raise Unusable(str(self.store.path), f"{what}\n\n{content}", mend)
        return self._rescued

    def _remove_last_resort(self) -> None:
        if self._rescued is not None:
            with suppress(OSError):
                patiently(self._rescued.unlink)
            self._rescued = None

    def _mark_left(self) -> None:
        if not self.walk.at.user:
            row = talk.place_words(self.walk, self.walk.at.group)[0]
            raise NotUnderstood(_("{row} has no data user who could have left").format(row=row))
        asked = next(iter(self.walk.catalogue.fields_to_leave), None)
        if asked is None:
            raise NotUnderstood(_("This catalogue has no answer for having left the response"))
        choice = next(choice.id for choice in asked.choices if choice.inactive)
        self._change(guards.with_choices(self.walk, asked, (choice,)))

    def _correct(self, text: str) -> None:
        """Another name for a data user; for a row that has none, its data users."""
        place = self.walk.at
        if not place.user:
            self.names(text)
            return
        names = answers.names(answers.without_bullet(text))
        if len(names) > 1:
            raise NotUnderstood(_("Type one name here; :go leads to the row for more"))
        user, name, active = self.walk.user(), names[0], self.walk.active_users()
        if name.text == user.name:
            self._verified()
            return
        others = {organisation(other.name) for other in active} - {organisation(user.name)}
        if organisation(name.text) in others:
            raise NotUnderstood(_("“{name}” is already in this row").format(name=name.text))
        if user.inactive(self.walk.catalogue):
            # A data user who left the response is never renamed: the name is a new data user.
            self.more_names(text)
        elif len(active) == 1:
            self.names(text)
        elif not name.exact and answers.meaning(name.text) is not None:
            raise NotUnderstood(_("Type left, or the right name; :go leads to the row itself"))
        else:
            replaced = [answers.Name(name.text if other is user else other.name) for other in active]
            self._record(name_guards.replaced_names(self.walk, replaced))

    def _change(self, mapping: Mapping, said: str = "", is_follow_up: bool = False) -> None:
        if mapping == self.walk.mapping:
            if said:
                self.asker.say(said, "quiet")
            return
        place, before = self.walk.at, self.walk.mapping
        self.walk = self.walk.amended(mapping) if is_follow_up else self.walk.changed(mapping)
        self._save()
        if warning := self.store.readers_warning(before, mapping):
            self.asker.say(warning, "warning")
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
                if hint := hint_if_open(self.store.path):
                    self.asker.say(hint, "warning")
            self._trouble = error.strerror or str(error)
            # However the session ends, even with its window, what was recorded is on the disk.
            content = self.store.content(self.walk.mapping)
            self._rescued = rescue(self.store.path, content, self._rescued)
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
            self._remove_last_resort()
        if self.store.backup_problem:
            what = _("Your answers are saved, but no backup could be made in {folder} ({why})")
            folder = self.store.backups.folder
            self.asker.say(what.format(folder=folder, why=self.store.backup_problem), "warning")
            self.store.backup_problem = ""


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
