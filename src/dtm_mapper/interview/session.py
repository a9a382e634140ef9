"""The loop of the interview: ask, record, save; leaving and coming back."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dtm_mapper.catalogue import Choice
from dtm_mapper.copies import Leftovers
from dtm_mapper.errors import DtmMapError
from dtm_mapper.files import hint_if_open
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview import dialogs, talk
from dtm_mapper.interview.answers import Answer, Command, NotUnderstood
from dtm_mapper.interview.asking import question_at
from dtm_mapper.interview.choice_index import number_in
from dtm_mapper.interview.confirmations import yes_or_no
from dtm_mapper.interview.dialogs import Cancelled, Elsewhere, HowLeft, Leave
from dtm_mapper.interview.question import Asker, Interrupted, Key, Line
from dtm_mapper.interview.recorder import AskAgain, Recorder
from dtm_mapper.interview.search import find, place_index
from dtm_mapper.interview.walk import REVIEW, VERIFIED, Place, Walk
from dtm_mapper.mapping import OTHER, Mapping, progress
from dtm_mapper.streams import OutputFailed, ReaderLeft


class Ending(NamedTuple):
    """How an interview ended, and where: `finished` with its reports, `left`, `interrupted`, or `refused`
    at a line of a file or a pipe.

    `file` is the mapping's; `recorded`: whether it is there now. `unsaved`: where the mapping was put
    when its own file could not be written. `refusal` says which line was refused, and why.
    `code` is the exit code of an interruption. `warning`: what to say about contacts in the reports, or ''.
    `leftovers`: where personal answers are left that the session removed. `unread` is the number of the first
    line of a file that was left over when the interview was finished, or 0.
    """

    how: HowLeft
    at: Place
    file: Path
    reports: tuple[Path, ...] = ()
    unsaved: Path | None = None
    recorded: bool = True
    refusal: str = ""
    code: int = 130
    warning: str = ""
    leftovers: Leftovers | None = None
    unread: int = 0


#: Writes the report of a mapping in a format: asks `may_replace` where somebody edited the one that is there,
#: and gives its path, or None where it was not written. Raises OSError, or Unusable without its library.
ReportWriter = Callable[[Mapping, str, Callable[[Path], bool]], Path | None]

#: The formats that are offered beside Markdown, which few of a report's readers open.
_OFFERED = ("html", "docx")
#: How many of a session's changes the review lists.
_CHANGES = 8


class Session:
    """One interview."""

    def __init__(self, asker: Asker, recorder: Recorder, write_report: ReportWriter) -> None:
        self.asker = asker
        self.recorder = recorder
        self.write_report = write_report
        self.reports: list[Path] = []
        self._headed: tuple[str, bool] | None = None
        self._noted: set[str] = set()
        self._missing: tuple[Place, ...] | None = None
        #: What the review was said of, as long as one stays at it.
        self._reviewed: Mapping | None = None

    @property
    def walk(self) -> Walk:
        """Where the operator stands."""
        return self.recorder.walk

    @walk.setter
    def walk(self, walk: Walk) -> None:
        self.recorder.walk = walk

    def run(self, menu: bool) -> Ending:
        """The interview to its end; `menu`: whether it begins with the menu of coming back."""
        try:
            self.asker.say(_("The mapping is saved in {path}").format(path=self.recorder.store.path))
            self.asker.say(_("Every answer is saved at once. Type ? for help, :quit to leave."), "note")
            if menu:
                self._menu()
            while True:
                self._step()
        except Leave as request:
            leave = request
        except KeyboardInterrupt:
            leave = Leave("interrupted")
        except SystemExit as signal:
            # SIGTERM or SIGHUP.
            leave = Leave("interrupted", code=int(signal.code or 0))
        except OutputFailed:
            # Nobody can read the next question.
            leave = Leave()
        except ReaderLeft:
            self.recorder.save_at_last()
            raise
        unsaved = self.recorder.save_at_last()
        recorded = self.recorder.saved is not None
        file, at, reports = self.recorder.store.path, self.walk.at, tuple(self.reports)
        return Ending(leave.how, at, file, reports, unsaved, recorded, leave.why, leave.code)

    def _step(self) -> None:
        place = self.walk.at
        for warning in self.walk.catalogue.translations.take_warnings():
            self.asker.say(warning, "warning")
        if place != REVIEW:
            self._reviewed = None
            self._open_section(place)
        elif self._reviewed is not self.walk.mapping:
            self._reviewed = self.walk.mapping
            self._say_review()
        try:
            reply = self.asker.ask(question_at(self.walk, place))
        except Interrupted as signal:
            if signal.draft is not None:
                self._keep_draft(place, signal.draft)
            raise
        if isinstance(reply, (Key, Line)) and reply.draft is not None:
            self._keep_draft(place, reply.draft)
        names = bool(place.section) and place.field in ("", VERIFIED)
        typed: Answer | Command | None = None
        before, done_here = self.walk.mapping, True
        try:
            typed = dialogs.read(reply, names)
            done_here = self._do(typed)
        except AskAgain as again:
            self.walk = self.walk.with_draft(place, again.draft)
            return
        except NotUnderstood as problem:
            dialogs.refuse(self.asker, problem)
            done_here = False
        if isinstance(reply, Line):
            recorded = self.walk.mapping is not before
            nothing_to_mend = isinstance(typed, Command) and not typed.words
            if not (done_here or recorded or nothing_to_mend):
                self.walk = self.walk.with_draft(place, reply.text)
                return
            refused = self.walk.drafts.get(place, "")
            if isinstance(typed, Answer) or typed == Command("same") or refused[:1] in (":", "?"):
                self.walk = self.walk.with_draft(place, None)

    def _keep_draft(self, place: Place, draft: str) -> None:
        """Keep half-typed text. What is ticked in a list counts, however the list is left."""
        if question_at(self.walk, place).kind == "many":
            self.recorder.detail(draft) if draft else self.recorder.clear()
        else:
            self.walk = self.walk.with_draft(place, draft)

    def _do(self, typed: Answer | Command | None) -> bool:
        """Does what was typed. Gives False where the operator left a question that it led to by a command
        that leads elsewhere: then that was done in its place."""
        done_here = True
        while True:
            try:
                if typed is None:
                    self._keep()
                elif isinstance(typed, Command):
                    self._obey(typed)
                else:
                    self._record(typed)
                return done_here
            except Elsewhere as elsewhere:
                typed, done_here = elsewhere.command, False

    def _keep(self) -> None:
        if self.walk.at == REVIEW:
            self._finish()
        self.walk = self.walk.with_draft(self.walk.at, None)
        name, words = talk.place_words(self.walk, self.walk.at)
        if words == _("open"):
            self.asker.say(f"{name}: {words}", "quiet")
        self._advance()

    def _record(self, typed: Answer) -> None:
        place = self.walk.at
        if place == REVIEW:
            self.walk = self.walk.visiting(self._chosen_in_review(typed.text))
            return
        if not place.section:
            self.recorder.about(typed.text)
        elif place.field == VERIFIED:
            self.recorder.verify(typed.text)
        elif place.field:
            self.recorder.detail(typed.text)
        else:
            self.recorder.names(typed.text)
        self._advance()

    def _obey(self, command: Command) -> None:
        name, words = command
        recorder, listed = self.recorder, self.walk.track is not None
        answering: dict[str, Callable[[], None]] = {
            "clear": recorder.clear,
            "na": lambda: self._not_applicable(words),
            "none": lambda: recorder.state("na", words),
            "later": lambda: recorder.state("later", words),
            "more": lambda: recorder.more_names(words),
            "same": recorder.same,
        }
        others: dict[str, Callable[[], None]] = {
            "back": self._back,
            "skip": self._skip,
            "go": lambda: self._go(words),
            "add": lambda: self._add(words),
            "undo": recorder.undo,
            "redo": recorder.redo,
            "depth": lambda: self._depth(words),
            "show": self._show,
            "review": self._review,
            "help": lambda: self.asker.listing(talk.help_lines()),
        }
        if name in answering:
            answering[name]()
            self._advance()
        else:
            others[name]()
        if listed and self.walk.track is None:
            self.asker.say(_("You left these questions; from here on, all questions follow"), "note")

    # Moving

    def _advance(self) -> None:
        before, after = self.walk.at, self.walk.forward()
        if before.section and not before.field and (before.section != after.section or after.field):
            self._close_section(before.section)
        if after.field and not before.field and self.walk.track is None:
            done = talk.progress_words(progress(self.walk.mapping, self.walk.catalogue))
            self.asker.say(_("All rows have been asked: {done}").format(done=done), "heading")
            title = _("Go on with their details? They can also be filled in another time.")
            try:
                after = after if dialogs.confirm(self.asker, title, True) else REVIEW
            except Cancelled:
                return
        self.walk = self.walk.to(after)

    def _back(self) -> None:
        before = self.walk.back()
        if before == self.walk.at:
            of_all = _("This is the first question")
            of_these = _("This is the first of these questions; :go leads to all others")
            raise NotUnderstood(of_all if self.walk.track is None else of_these)
        self.walk = self.walk.to(before)

    def _skip(self) -> None:
        if not self.walk.at.field:
            raise NotUnderstood(_(":skip is for details. Enter continues; :review goes to the end"))
        self.walk = self.walk.to(self.walk.past_user())

    def _not_applicable(self, words: str) -> None:
        if words.split(maxsplit=1)[:1] != ["*"]:
            self.recorder.state("na", words)
            return
        places = self.recorder.whole_section(words[1:].strip())
        # The following rows among them are not asked.
        while (after := self.walk.forward()) in places:
            self.walk = self.walk.to(after)

    def _review(self) -> None:
        self._reviewed = None
        self.walk = self.walk.to(REVIEW)

    def _go(self, words: str) -> None:
        if words:
            place = self._one_place(words)
        else:
            at = str(self.walk.at.group)
            place = dialogs.search(self.asker, _("Where to?"), place_index(self.walk), at, self._one_place)
        self.walk = self.walk.to(place)

    def _one_place(self, words: str) -> Place:
        found = find(self.walk, words)
        if len(found) == 1:
            return found[0]
        if not found:
            raise NotUnderstood(_("Nothing here has “{words}” in it. Try a shorter part").format(words=words))
        self.asker.listing([talk.place_words(self.walk, place) for place in found[:12]])
        what = _("“{words}” is in {count} places. Type more of the name.")
        raise NotUnderstood(what.format(words=words, count=len(found)))

    def _chosen_in_review(self, text: str) -> Place:
        last = len(self.walk.rows())
        if text.isdecimal() and not 0 < number_in(text) <= last:
            what = _("There is no row {number}. Type a number from 1 to {last}, or part of a name.")
            raise NotUnderstood(what.format(number=text[:20], last=last))
        return self._one_place(text)

    def _depth(self, words: str) -> None:
        missing = self.walk.track is not None and self.walk.track == self._missing
        self.recorder.depth(words)
        if missing:
            self.ask_missing()

    def ask_missing(self) -> None:
        """Walks only what is pending, open or empty; what is filled on the way stays in the list."""
        at, known = self.walk.at, self.walk.track or ()
        self._missing = tuple(dict.fromkeys((*known, *self.walk.missing())))
        self.walk = self.walk.along(self._missing)
        if at in self._missing:
            self.walk = self.walk.to(at)

    def ask_to_verify(self) -> None:
        """Walks each data user and each row that is not applicable, to be verified."""
        self.walk = self.walk.along(self.walk.to_verify())

    def _add(self, words: str) -> None:
        if not self.walk.at.section:
            raise NotUnderstood(_(":add is for sections. Go to one first, as in: :go clusters"))
        if words:
            self.recorder.other(words)
        else:
            self.walk = self.walk.to(Place(self.walk.at.section, OTHER))

    # What is said

    def _open_section(self, place: Place) -> None:
        here = (place.section, bool(place.field))
        if here == self._headed or not place.section:
            return
        self._headed = here
        heading = talk.section_heading(self.walk, place.section)
        if place.field:
            title = _("{section}: verify") if place.field == VERIFIED else _("{section}: details")
            self.asker.say(title.format(section=heading), "heading")
            return
        self.asker.say(heading, "heading")
        known = self.walk.catalogue.section_by_id.get(place.section)
        if known and known.note and place.section not in self._noted:
            self.asker.say(known.note, "note")
        self._noted.add(place.section)
        done = progress(self.walk.mapping, self.walk.catalogue, place.section)
        self.asker.say(talk.progress_words(done), "note")
        if not self.walk.mapping.rows and not self.walk.mapping.others:
            self.asker.say(_("Each row is an example: who is that in your response?"), "note")

    def _close_section(self, section: str) -> None:
        self._show_section(section)
        known = self.walk.catalogue.section_by_id.get(section)
        if known and known.reminder:
            self.asker.say(known.reminder, "note")

    def _show(self) -> None:
        if self.walk.at.section:
            self._show_section(self.walk.at.section)
        elif self.walk.at == REVIEW and (changes := self._changes()):
            self.asker.listing(changes)
        else:
            self.asker.listing(talk.section_progress(self.walk))

    def _show_section(self, section: str) -> None:
        done = talk.progress_words(progress(self.walk.mapping, self.walk.catalogue, section))
        self.asker.say(f"{talk.title_of(self.walk.catalogue, section)}: {done}")
        self.asker.listing(talk.section_so_far(self.walk, section))

    def _say_review(self) -> None:
        self._headed = None
        self.asker.say(_("Review"), "heading")
        self.asker.listing(talk.section_progress(self.walk))
        for title, rows in (
            (_("Pending and open rows"), talk.numbered_unfinished(self.walk)),
            (_("Changed in this session"), self._first_changes()),
        ):
            if rows:
                self.asker.say(title)
                self.asker.listing(rows)

    def _changes(self) -> talk.Rows:
        """What is different since this session began; nothing where it began the mapping."""
        begun_with = self.recorder.begun_with
        return talk.changes(begun_with, self.walk) if begun_with.response or begun_with.rows else []

    def _first_changes(self) -> talk.Rows:
        """The first of many changes: all would push what is still to do off the screen."""
        changes = self._changes()
        if len(changes) <= _CHANGES:
            return changes
        left = len(changes) - _CHANGES
        more = ngettext("and {count} more; :show lists it", "and {count} more; :show lists all", left)
        return [*changes[:_CHANGES], ("", more.format(count=left))]

    # The report

    def _finish(self) -> None:
        self.recorder.save_new()
        report = self._write_report("md")
        if report is None:
            return
        self.reports = [report]
        try:
            self._offer_others()
        except Leave as leave:
            # Whoever leaves here has the report, and has finished.
            if leave.how != "left":
                raise
        done = talk.progress_words(progress(self.walk.mapping, self.walk.catalogue))
        self.asker.say(_("Finished: {done}").format(done=done))
        raise Leave("finished")

    def _offer_others(self) -> None:
        title = _("The report is in {path}. Write it as a web page and for Word too?")
        if not dialogs.confirm(self.asker, title.format(path=self.reports[0]), True):
            return
        for format_name in _OFFERED:
            try:
                report = self._write_report(format_name)
            except NotUnderstood as problem:
                self.asker.say(str(problem), "warning")
            else:
                self.reports += [report] if report else []

    def _write_report(self, format_name: str) -> Path | None:
        try:
            return self.write_report(self.walk.mapping, format_name, self._may_replace)
        except DtmMapError as error:
            raise NotUnderstood(f"{error.where}: {error.what}. {error.mend}") from None
        except OSError as error:
            what = _("The report could not be written ({why}).").format(why=error.strerror)
            hint = hint_if_open(Path(error.filename2 or error.filename or ""))
            raise NotUnderstood(f"{what} {hint}".rstrip()) from None

    def _may_replace(self, path: Path) -> bool:
        title = _("{path} was edited since it was written. Replace it?").format(path=path)
        return dialogs.decide(self.asker, yes_or_no(title, None, None, enter_is_yes=False)) == 0

    # The menu of coming back

    def _menu(self) -> None:
        """Leaves the walk standing where the operator wants to go on."""
        while True:
            try:
                if self._chosen(dialogs.pick(self.asker, self._menu_title(), self._menu_choices())):
                    return
            except Elsewhere as elsewhere:
                try:
                    self._do(elsewhere.command)
                    return
                except NotUnderstood as problem:
                    dialogs.refuse(self.asker, problem)
            except Cancelled:
                dialogs.refuse(self.asker, NotUnderstood(_("There is nothing before this; :quit leaves")))
            except NotUnderstood as problem:
                dialogs.refuse(self.asker, problem)

    def _menu_title(self) -> str:
        mapping, store = self.walk.mapping, self.recorder.store
        done = talk.progress_words(progress(mapping, self.walk.catalogue))
        name = mapping.response or store.path.name
        return _("{name}: {done}; saved {saved}").format(name=name, done=done, saved=store.saved_at())

    def _menu_choices(self) -> tuple[Choice, ...]:
        open_rows = self.walk.rows("open")
        pending = self.walk.rows("pending")
        empty = self.walk.empty_details()
        choices = []
        if open_rows:
            first = talk.place_words(self.walk, open_rows[0])[0]
            choices.append(Choice("open", _("Go on at the first open row"), first))
        if pending:
            choices.append(Choice("pending", _("Pending rows"), str(len(pending))))
        if empty:
            choices.append(Choice("details", _("Details still empty"), str(len(empty))))
        review, section = Choice("review", _("The review")), Choice("section", _("A section"))
        choices += [section, review] if open_rows or empty else [review, section]
        return (*choices, Choice("report", _("The report")), Choice("leave", _("Leave")))

    def _chosen(self, choice: str) -> bool:
        """Does what was chosen in the menu; whether the walk can go on."""
        if choice == "leave":
            raise Leave
        if choice == "report":
            report = self._write_report("md")
            if report is not None:
                self.asker.say(_("The report is in {path}").format(path=report))
            return False
        if choice == "section":
            sections = self.walk.mapping.section_ids(self.walk.catalogue)
            titles = (Choice(section, talk.title_of(self.walk.catalogue, section)) for section in sections)
            try:
                section = dialogs.pick(self.asker, _("Which section?"), tuple(titles))
            except Cancelled:
                return False
            self.walk = self.walk.to(next(place for place in self.walk.names() if place.section == section))
        elif choice == "open":
            self.walk = self.walk.to(self.walk.rows("open")[0])
        elif choice == "pending":
            self.walk = self.walk.along(self.walk.rows("pending"))
        elif choice == "details":
            self.walk = self.walk.along(self.walk.empty_details(also_irrelevant=True))
        else:
            self.walk = self.walk.to(REVIEW)
        return True
