"""The loop of the interview: ask, record, save; leaving and coming back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dtm_mapper.catalogue import Choice
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.answers import Command, NotUnderstood
from dtm_mapper.interview.question import (
    Asker,
    Kept,
    Key,
    KeyName,
    Line,
    Question,
    question_at,
    user_before,
)
from dtm_mapper.interview.search import find
from dtm_mapper.interview.walk import REVIEW, Place, Walk
from dtm_mapper.mapping import OTHER, DataUser, Detail, Mapping, paired, progress, tidy
from dtm_mapper.storage import Store, rescue


@dataclass(frozen=True)
class Ending:
    """How an interview ended, and where: `finished` with its report, `left`, or `interrupted`.
    `recorded`: whether there is a file now. `unsaved`: where the mapping was put when its own file could
    not be written."""

    how: Literal["finished", "left", "interrupted"]
    at: Place
    report: Path | None = None
    unsaved: Path | None = None
    recorded: bool = True


class _Leave(Exception):
    """The operator leaves."""

    def __init__(self, how: Literal["finished", "left", "interrupted"], report: Path | None = None) -> None:
        super().__init__(how)
        self.how: Literal["finished", "left", "interrupted"] = how
        self.report = report


class _Cancelled(NotUnderstood):
    """The operator went back from a question that is no place."""


#: Writes the report of a mapping: asks `may_replace` where somebody edited the one that is there, and
#: gives its path, or None where it was not written.
ReportWriter = Callable[[Mapping, Callable[[Path], bool]], Path | None]


def _country(typed: str) -> str:
    from dtm_mapper.countries import code_of, near

    code = code_of(typed)
    if code is None:
        suggestion = near(typed)
        what = _("“{typed}” is no country's name or code. Try another way, or empty it and press Enter")
        if suggestion:
            what = _("“{typed}” is no country's name or code; did you mean {near}?")
        raise NotUnderstood(what.format(typed=typed, near=suggestion))
    return code


class Session:
    """One interview. `today` is an ISO date; `saved` what the file holds, None for a new file."""

    def __init__(
        self,
        asker: Asker,
        store: Store,
        walk: Walk,
        saved: Mapping | None,
        today: str,
        write_report: ReportWriter,
    ) -> None:
        self.asker = asker
        self.store = store
        self.walk = walk
        self.saved = saved
        self.today = today
        self.write_report = write_report
        self.begun_with = walk.mapping
        self._headed: tuple[str, bool] | None = None
        self._noted: set[str] = set()
        self._meant: dict[str, bool] = {}
        self._trouble = ""

    def run(self, menu: bool) -> Ending:
        """The interview to its end; `menu`: whether it begins with the menu of coming back."""
        report = None
        how: Literal["finished", "left", "interrupted"]
        try:
            self.asker.say(_("The mapping is saved in {path}").format(path=self.store.path))
            self.asker.say(_("Every answer is saved at once. Type ? for help, :quit to leave."), "note")
            if menu:
                self._menu()
            while True:
                self._step()
        except _Leave as leave:
            how, report = leave.how, leave.report
        except KeyboardInterrupt:
            how = "interrupted"
        unsaved = self._save_at_last()
        return Ending(how, self.walk.at, report, unsaved, recorded=self.saved is not None)

    def _step(self) -> None:
        place = self.walk.at
        if place == REVIEW:
            self._say_review()
        else:
            self._open_section(place)
        reply = self.asker.ask(question_at(self.walk, place))
        try:
            if isinstance(reply, Kept):
                self._kept()
            elif isinstance(reply, Key):
                if reply.draft is not None:
                    self.walk = self.walk.with_draft(reply.draft)
                self._key(reply.name)
            else:
                self._line(reply.text)
        except NotUnderstood as problem:
            if isinstance(reply, Line):
                self.walk = self.walk.with_draft(reply.text)
            self.asker.say(str(problem), "warning")

    # What was typed

    def _kept(self) -> None:
        if self.walk.at == REVIEW:
            self._finish()
        self.walk = self.walk.without_draft()
        self._advance()

    def _key(self, name: KeyName) -> None:
        if name in ("interrupt", "end"):
            raise _Leave("interrupted" if name == "interrupt" else "left")
        self._command(Command(name))

    def _line(self, text: str) -> None:
        place = self.walk.at
        names = bool(place.section) and not place.field
        typed = answers.parse(text, names)
        if isinstance(typed, Command):
            self._command(typed)
        elif place == REVIEW:
            self._choose(typed.text)
        elif not place.section:
            self._record_about(typed.text)
        elif place.field:
            self._record_detail(typed.text)
        else:
            self._record_names(answers.names(typed.text))

    def _command(self, command: Command) -> None:
        name, words = command
        place = self.walk.at
        if name == "quit":
            raise _Leave("left")
        if name == "back":
            self._go(self.walk.back(), _("This is the first question"))
        elif name == "help":
            self.asker.listing(talk.help_lines())
        elif name == "review":
            self.walk = self.walk.anew().to(REVIEW)
        elif name == "undo":
            self._undo()
        elif name == "go":
            self._go_to(words)
        elif name == "show":
            self._show(place)
        elif name == "add":
            self._add(words)
        elif name == "clear":
            self._clear(place)
        elif name in ("na", "later"):
            self._set_state(place, name, words)
        elif name == "none":
            if place.section and not place.field:
                self._set_state(place, "na", "")
            else:
                self._clear(place)
        elif name == "more":
            present = tuple(user.name for user in self.walk.mapping.users(*place[:2]))
            self._record_names((*present, *answers.names(words)))
        elif name == "same":
            self._same(place)
        elif name == "next":
            if not place.field:
                raise NotUnderstood(_(":next is for details. Enter goes on; :review goes to the end"))
            self.walk = self.walk.to(self.walk.past_user())

    # Moving

    def _go(self, place: Place, already: str) -> None:
        if place == self.walk.at:
            raise NotUnderstood(already)
        self.walk = self.walk.to(place)

    def _advance(self) -> None:
        before, after = self.walk.at, self.walk.forward()
        if before.section and not before.field and before.section != after.section:
            self._close_section(before.section)
        if after.field and not before.field and self.walk.track is None and not self._wants_details():
            after = REVIEW
        self.walk = self.walk.to(after)

    def _wants_details(self) -> bool:
        self.asker.say(_("All names are done."), "heading")
        return self._confirm(_("Go on with their details? They can also be filled in another time."), True)

    def _go_to(self, words: str) -> None:
        if not words:
            raise NotUnderstood(_("After :go type part of a name, as in: :go unhcr"))
        self.walk = self.walk.to(self._one_place(words))

    def _one_place(self, words: str) -> Place:
        found = find(self.walk, words)
        if len(found) == 1:
            return found[0]
        if not found:
            raise NotUnderstood(_("Nothing here has “{words}” in it. Try a shorter part").format(words=words))
        self.asker.listing([talk.place_words(self.walk, place) for place in found[:12]])
        what = _("“{words}” is in {count} places. Type more of one of them")
        raise NotUnderstood(what.format(words=words, count=len(found)))

    # Recording

    def _record_about(self, text: str) -> None:
        item = self.walk.at.item
        value = answers.text_answer(text)
        if item == "country" and value:
            value = _country(value)
        self._change(self.walk.mapping.with_about(item, value))
        self._advance()

    def _record_names(self, names: tuple[str, ...]) -> None:
        place = self.walk.at
        if len(names) == 1 and self._is_no_name(names[0]):
            return
        pairing = paired(self.walk.mapping.users(*place[:2]), names, self.today)
        with_details = [user.name for user in pairing.removed if user.details]
        if with_details and not self._take_out(with_details):
            raise NotUnderstood(_("Nothing was changed. Correct the names, or Enter to keep them"))
        self._change_users(place, pairing.users)
        self._advance()

    def _is_no_name(self, name: str) -> bool:
        """Whether words such as `n/a` or `TBC` were taken for what they mean, and not as a name."""
        place = self.walk.at
        meant = answers.meaning(name)
        if meant is None or self._meant.get(name) is False:
            return False
        command, words = meant
        question = {
            "na": _("Does “{name}” mean that this is not applicable here? (No: it is a name)"),
            "later": _("Does “{name}” mean that this is pending? (No: it is a name)"),
            "above": _("Does “{name}” mean the same as the row above? (No: it is a name)"),
        }[command]
        if name not in self._meant:
            self._meant[name] = self._confirm(question.format(name=name), True)
        if not self._meant[name]:
            return False
        if command == "above":
            above = self.walk.mapping.users(*self.walk.back()[:2])
            if not above:
                raise NotUnderstood(_("The row above has no data users to repeat"))
            self._record_names(tuple(user.name for user in above))
        elif place.item == OTHER:
            self._advance()
        else:
            self._set_state(place, command, words)
        return True

    def _change_users(self, place: Place, users: tuple[DataUser, ...]) -> None:
        self._change(self.walk.mapping.with_users(self.walk.catalogue, *place[:2], users))

    def _record_detail(self, text: str) -> None:
        place = self.walk.at
        asked = self.walk.catalogue.field_by_id[place.field]
        detail: Detail
        if asked.type == "text":
            detail = answers.text_answer(text)
        else:
            question = question_at(self.walk, place)
            found = answers.choices(text, question.choices, question.starred, asked.or_other)
            if asked.type == "select_one" and len(found) > 1:
                raise NotUnderstood(_("Only one of these can be chosen here"))
            detail = found[0] if asked.type == "select_one" else tidy(asked, found)
        self._change_detail(place, detail)
        self._advance()

    def _change_detail(self, place: Place, detail: Detail) -> None:
        users = list(self.walk.mapping.users(*place[:2]))
        users[place.user - 1] = users[place.user - 1].with_detail(place.field, detail, self.today)
        self._change_users(place, tuple(users))

    def _same(self, place: Place) -> None:
        if not place.field:
            raise NotUnderstood(_("= is for details: the same as for the data user before"))
        before = user_before(self.walk, place)
        if before is None or place.field not in before.details:
            raise NotUnderstood(_("The data user before has no answer here to repeat"))
        self._change_detail(place, before.details[place.field])
        self._advance()

    def _set_state(self, place: Place, name: str, words: str) -> None:
        if not place.section or place.field or place.item == OTHER:
            what = _(":{name} is for rows. Here, type an answer, or Enter to go on without one")
            raise NotUnderstood(what.format(name=name))
        words = answers.text_answer(words)
        row = self.walk.mapping.row(self.walk.catalogue, place.item)
        if row.users and not self._take_out([user.name for user in row.users]):
            raise NotUnderstood(_("Nothing was changed"))
        changed = replace(
            row,
            users=(),
            not_applicable=words if name == "na" else None,
            pending=words if name == "later" else None,
            verified=self.today if name == "na" else "",
        )
        self._change(self.walk.mapping.with_row(changed))
        self._advance()

    def _clear(self, place: Place) -> None:
        mapping = self.walk.mapping
        if place == REVIEW:
            raise NotUnderstood(_("There is nothing to empty here"))
        if not place.section:
            self._change(mapping.with_about(place.item, ""))
        elif place.field:
            self._change_detail(place, "")
        else:
            with_details = [user.name for user in mapping.users(*place[:2]) if user.details]
            if with_details and not self._take_out(with_details):
                raise NotUnderstood(_("Nothing was changed"))
            self._change_users(place, ())
        self._advance()

    def _take_out(self, names: list[str]) -> bool:
        question = _("Take out {names}, with all that is recorded of them?")
        return self._confirm(question.format(names=", ".join(names)), False)

    def _add(self, words: str) -> None:
        section = self.walk.at.section
        if not section:
            raise NotUnderstood(_(":add is for sections. Go to one first, as in: :go clusters"))
        others = Place(section, OTHER)
        if not words:
            self.walk = self.walk.to(others)
            return
        present = tuple(user.name for user in self.walk.mapping.users(*others[:2]))
        names = tuple(dict.fromkeys((*present, *answers.names(words))))
        users = paired(self.walk.mapping.users(*others[:2]), names, self.today).users
        here, self.walk = self.walk.at, self.walk.to(others)
        self._change_users(others, users)
        self.walk = self.walk.to(here)

    def _undo(self) -> None:
        undone = self.walk.undone()
        if undone is None:
            raise NotUnderstood(_("There is nothing to take back: this session changed nothing so far"))
        self.walk = undone
        self._save()
        name, words = talk.place_words(self.walk, self.walk.at)
        self.asker.say(_("Taken back. {name}: {words}").format(name=name, words=words or _("empty")), "quiet")

    def _change(self, mapping: Mapping) -> None:
        if mapping == self.walk.mapping:
            self.walk = self.walk.without_draft()
            return
        self.walk = self.walk.changed(replace(mapping, updated=self.today))
        self._save()
        name, words = talk.place_words(self.walk, self.walk.at)
        self.asker.say(f"{name}: {words or _('empty')}", "quiet")

    # Saving

    def _save(self) -> None:
        try:
            self.store.save(self.walk.mapping)
        except OSError as error:
            if not self._trouble:
                what = _("{path} could not be saved ({why}). Go on; every next answer tries again")
                self.asker.say(what.format(path=self.store.path, why=error.strerror), "warning")
            self._trouble = error.strerror or str(error)
            return
        self.saved = self.walk.mapping
        if self._trouble:
            self.asker.say(_("Everything is saved again"), "quiet")
            self._trouble = ""

    def _save_at_last(self) -> Path | None:
        """Saves what is not saved; gives the place where it was put if its own file could not be written."""
        unchanged = self.saved is None and self.walk.mapping == self.begun_with
        if unchanged or self.saved == self.walk.mapping:
            return None
        self._save()
        return rescue(self.store.path, self.walk.mapping, self.walk.catalogue) if self._trouble else None

    # What is said

    def _open_section(self, place: Place) -> None:
        here = (place.section, bool(place.field))
        if here == self._headed or not place.section:
            return
        self._headed = here
        section = place.section
        heading = talk.section_heading(self.walk, section)
        if place.field:
            self.asker.say(_("{section}: details").format(section=heading), "heading")
            return
        self.asker.say(heading, "heading")
        known = self.walk.catalogue.section_by_id.get(section)
        if known and known.note and section not in self._noted:
            self.asker.say(known.note, "note")
        self._noted.add(section)
        counts = progress(self.walk.mapping, self.walk.catalogue, section)
        self.asker.say(talk.progress_words(counts), "note")

    def _close_section(self, section: str) -> None:
        self._show_section(section)
        known = self.walk.catalogue.section_by_id.get(section)
        if known and known.reminder:
            self.asker.say(known.reminder, "note")

    def _show_section(self, section: str) -> None:
        counts = progress(self.walk.mapping, self.walk.catalogue, section)
        title = talk.title_of(self.walk.catalogue, section)
        self.asker.say(f"{title}: {talk.progress_words(counts)}")
        self.asker.listing(talk.section_so_far(self.walk, section))

    def _show(self, place: Place) -> None:
        if place.section:
            self._show_section(place.section)
        else:
            self.asker.listing(talk.section_progress(self.walk))

    def _say_review(self) -> None:
        self._headed = None
        self.asker.say(_("Review"), "heading")
        self.asker.listing(talk.section_progress(self.walk))
        unfinished = talk.unfinished(self.walk)
        if unfinished:
            self.asker.say(_("Pending and open rows"))
            words = [talk.place_words(self.walk, place) for place in unfinished]
            self.asker.listing([(f"{number} {name}", said) for number, (name, said) in enumerate(words, 1)])
        changes = talk.changes(self.begun_with, self.walk)
        if changes:
            self.asker.say(_("Changed in this session"))
            self.asker.listing(changes)

    # Questions that are no place

    def _choose(self, text: str) -> None:
        """Goes from the review to one of its numbers, or to the row that the words name."""
        unfinished = talk.unfinished(self.walk)
        if not text.isdecimal():
            self.walk = self.walk.visiting(self._one_place(text))
        elif 1 <= int(text) <= len(unfinished):
            self.walk = self.walk.visiting(unfinished[int(text) - 1])
        else:
            what = _("There is no number {number} above. Type one of them, or part of a name")
            raise NotUnderstood(what.format(number=text))

    def _finish(self) -> None:
        self._save_new()
        report = self._write_report()
        if report is not None:
            raise _Leave("finished", report)

    def _save_new(self) -> None:
        if self.saved is None:
            self._save()

    def _write_report(self) -> Path | None:
        try:
            return self.write_report(self.walk.mapping, self._may_replace)
        except OSError as error:
            what = _("The report could not be written ({why})").format(why=error.strerror)
            raise NotUnderstood(what) from None

    def _may_replace(self, path: Path) -> bool:
        question = _("{path} was edited since it was written. Write over it?")
        return self._confirm(question.format(path=path), False)

    def _confirm(self, title: str, default: bool) -> bool:
        question = Question(
            id="confirm",
            kind="yes",
            title=title,
            shown="y" if default else "n",
            shown_words=_("yes") if default else _("no"),
            keys=(("y", _("yes")), ("n", _("no")), ("Enter", _("yes") if default else _("no"))),
        )
        while True:
            reply = self.asker.ask(question)
            if isinstance(reply, Kept):
                return default
            try:
                if (text := self._outside(reply)) is not None:
                    return answers.yes(text)
            except _Cancelled:
                raise
            except NotUnderstood as problem:
                self.asker.say(str(problem), "warning")

    def _outside(self, reply: Line | Key) -> str | None:
        """The text of a reply to a question that is no place; None where a command was obeyed instead.
        Raises _Leave, and _Cancelled on the way back."""
        if isinstance(reply, Key):
            if reply.name in ("interrupt", "end"):
                raise _Leave("interrupted" if reply.name == "interrupt" else "left")
            command = Command(reply.name)
        else:
            typed = answers.parse(reply.text, names=False)
            if not isinstance(typed, Command):
                return typed.text
            command = typed
        if command.name == "quit":
            raise _Leave("left")
        if command.name == "back":
            raise _Cancelled(_("Nothing was changed"))
        if command.name != "help":
            raise NotUnderstood(_("Answer this question first, or type :back or :quit"))
        self.asker.listing(talk.help_lines())
        return None

    def _menu(self) -> None:
        """What to do on coming back; leaves the walk standing where the operator wants to go on."""
        while True:
            try:
                if self._chosen(self._pick(self._menu_title(), self._menu_choices())):
                    return
            except NotUnderstood as problem:
                self.asker.say(str(problem), "warning")

    def _menu_title(self) -> str:
        mapping = self.walk.mapping
        done = talk.progress_words(progress(mapping, self.walk.catalogue))
        name = mapping.response or self.store.path.name
        saved = self.store.saved_at()
        return _("{name}: {done}; saved {saved}").format(name=name, done=done, saved=saved)

    def _menu_choices(self) -> tuple[Choice, ...]:
        open_rows = self.walk.rows(lambda state: state == "open")
        pending = self.walk.rows(lambda state: state == "pending")
        empty = self.walk.empty_details()
        choices = []
        if open_rows:
            first = talk.place_words(self.walk, open_rows[0])[0]
            choices.append(Choice("open", _("Go on at the first open row"), first))
        if pending:
            said = ngettext("{count} pending row", "{count} pending rows", len(pending))
            choices.append(Choice("pending", said.format(count=len(pending))))
        if empty:
            said = ngettext("{count} detail still empty", "{count} details still empty", len(empty))
            choices.append(Choice("details", said.format(count=len(empty))))
        choices.append(Choice("section", _("A section")))
        choices.append(Choice("review", _("The review")))
        choices.append(Choice("report", _("The report")))
        choices.append(Choice("leave", _("Leave")))
        return tuple(choices)

    def _pick(self, title: str, choices: tuple[Choice, ...]) -> str:
        question = Question(
            id="menu",
            kind="menu",
            title=title,
            shown=choices[0].id,
            shown_words=choices[0].label,
            choices=choices,
            keys=(("Enter", _("choose")), ("1-9", _("go to")), (":quit", _("leave"))),
        )
        while True:
            reply = self.asker.ask(question)
            if isinstance(reply, Kept):
                return choices[0].id
            if isinstance(reply, Line):
                typed = answers.parse(reply.text, names=False)
                if isinstance(typed, Command) and typed.name in ("go", "review"):
                    self._command(typed)
                    return ""
            if (text := self._outside(reply)) is not None:
                return answers.choices(text, choices, (), False)[0]

    def _chosen(self, choice: str) -> bool:
        """Does what was chosen in the menu; whether the walk can go on."""
        if choice == "leave":
            raise _Leave("left")
        if choice == "report":
            report = self._write_report()
            if report is not None:
                self.asker.say(_("The report is in {path}").format(path=report))
            return False
        if choice == "section":
            sections = self.walk.mapping.section_ids(self.walk.catalogue)
            titles = (Choice(section, talk.title_of(self.walk.catalogue, section)) for section in sections)
            section = self._pick(_("Which section?"), tuple(titles))
            if section:
                rows = (place for place in self.walk.names() if place.section == section)
                self.walk = self.walk.to(next(rows))
        elif choice == "open":
            self.walk = self.walk.to(self.walk.rows(lambda state: state == "open")[0])
        elif choice == "pending":
            self.walk = self.walk.along(self.walk.rows(lambda state: state == "pending"))
        elif choice == "details":
            self.walk = self.walk.along(self.walk.empty_details())
        elif choice == "review":
            self.walk = self.walk.to(REVIEW)
        return True
