"""From a command to an interview: what it needs is checked before its first question."""

import getpass
import io
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

from dtm_mapper.catalogue import Catalogue, Choice, Depth
from dtm_mapper.catalogue_file import load
from dtm_mapper.copies import leftovers
from dtm_mapper.errors import DtmMapError, Unusable, lines_of
from dtm_mapper.files import typed_path
from dtm_mapper.i18n import _
from dtm_mapper.interview import talk
from dtm_mapper.interview.dialogs import Cancelled, Elsewhere, Leave, line, pick
from dtm_mapper.interview.question import Asker
from dtm_mapper.interview.recorder import Recorder
from dtm_mapper.interview.search import find
from dtm_mapper.interview.session import Ending, ReportWriter, Session
from dtm_mapper.interview.walk import FIRST, Walk
from dtm_mapper.mapping import Mapping, progress
from dtm_mapper.store.folder import DEFAULT_NAME, copies_beside, mappings_in
from dtm_mapper.store.store import Store
from dtm_mapper.streams import is_terminal


def in_terminal() -> bool:
    """Whether somebody sits at a terminal, to type and to read."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def in_git_bash() -> bool:
    """Return whether this may be Git Bash on Windows, whose window is no terminal for Windows' programs."""
    return sys.platform == "win32" and "MSYSTEM" in os.environ


def interview(
    file: Path,
    depth: str | None,
    plain: bool,
    catalogue: Path | None,
    must_exist: bool,
    at: str | None = None,
    walked: Literal["all", "missing", "verify"] = "all",
) -> Ending:
    """Holds an interview on a mapping's file. `at` is where to begin, in the operator's words; `walked`
    which questions are asked.

    Raises Unusable, FileProblems or OpenElsewhere before the first question.
    """
    asker = _asker(plain)
    used = load(catalogue)
    store = Store(file, used)
    today = date.today().isoformat()
    saved: Mapping | None = None
    if must_exist or file.exists():
        saved, warnings = store.load()
        for said in lines_of(str(file), warnings):
            asker.say(said, "warning")
    else:
        store.must_suit_a_mapping()
    mapping = saved or Mapping(used.id, used.version, created=today)
    if depth is not None:
        mapping = replace(mapping, depth=cast(Depth, depth))
    walk = Walk(used, mapping)
    if at is not None:
        walk = _at(walk, at)
    with store.locked(holder()) as locked, asker.held(), leaving_on_signals():
        if warning := store.comments_warning():
            asker.say(warning, "warning")
        if not locked:
            what = _("This folder cannot be locked: make sure that nobody else edits this mapping")
            asker.say(what, "warning")
        recorder = Recorder(asker, store, walk, saved, today)
        contacts: dict[str, None] = {}
        session = Session(asker, recorder, _report_writer(store, used, contacts))
        if walked == "missing":
            session.ask_missing()
        elif walked == "verify":
            session.ask_to_verify()
        ending = session.run(menu=saved is not None and at is None and walked == "all")
        walk = recorder.walk
        past = [mapping for mapping, _place in walk.past]
        return ending._replace(
            warning="\n".join(filter(None, contacts)),
            leftovers=None if ending.unsaved else leftovers(file, used, past, walk.mapping),
            unread=_first_unread(asker.script_line) if ending.how == "finished" else 0,
        )


def _first_unread(script_line: int | None) -> int:
    """The number of the next line of a file that is not blank, or 0. `script_line` is the number of the last
    line that was read, or None if somebody types."""
    if script_line is None:
        return 0
    # At a pipe, waiting for its end could take forever.
    try:
        if stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode):
            lines = enumerate(sys.stdin, start=script_line + 1)
            return next((number for number, line in lines if line.strip()), 0)
    except UnicodeDecodeError:
        return script_line + 1
    except OSError:
        pass
    return 0


def interview_here() -> Ending:
    """Asks which of the mappings in this folder to go on with, or for a new one, and holds the interview."""
    asker = _asker(plain=False)
    # Held to the end: what is typed while the chosen mapping is read must not echo.
    with asker.held(), leaving_on_signals():
        try:
            file = _choose_file(asker, load())
        except Leave as leave:
            return Ending(leave.how, FIRST, Path(DEFAULT_NAME), recorded=False)
        return interview(file, depth=None, plain=False, catalogue=None, must_exist=False)


def _choose_file(asker: Asker, catalogue: Catalogue) -> Path:
    """The file to go on with, or to begin. Raises Leave."""
    mappings = mappings_in(Path())
    if not mappings:
        return Path(DEFAULT_NAME)
    found = [path for mapping in mappings for path in (mapping, *copies_beside(mapping))]
    offered: list[Choice] = []
    for number, path in enumerate(found, 1):
        label, hint = _described(path, catalogue)
        if path not in mappings:
            hint = _("a copy of the mapping above · {hint}").format(hint=hint)
        offered.append(Choice(str(number), label, hint))
    while True:
        try:
            chosen = pick(asker, _("Which mapping?"), (*offered, Choice("new", _("A new mapping"))))
            if chosen != "new":
                return found[int(chosen) - 1]
            if not Path(DEFAULT_NAME).exists():
                return Path(DEFAULT_NAME)
            while name := line(asker, _("A name for its file"), _("such as: mali")):
                try:
                    file = typed_path(name if name.endswith((".yaml", ".yml", "/", "\\")) else f"{name}.yaml")
                    Store(file, catalogue).must_suit_a_mapping()
                    return file
                except Unusable as error:
                    asker.say(f"{error.where}: {error.what}. {error.mend}", "warning")
        except (Cancelled, Elsewhere):
            asker.say(_("Choose a mapping, or type :quit to leave"), "warning")


def _described(path: Path, catalogue: Catalogue) -> tuple[str, str]:
    try:
        mapping, _warnings = Store(path, catalogue).load()
    except DtmMapError as error:
        return path.name, _("cannot be opened: {why}").format(why=error.what)
    done = talk.progress_words(progress(mapping, catalogue))
    return path.name, f"{mapping.response}: {done}" if mapping.response else done


def _asker(plain: bool) -> Asker:
    """The asker that suits. Raises Unusable where there is no terminal and none was asked for."""
    from dtm_mapper.interview.plain import PlainAsker

    if plain:
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
        return PlainAsker(sys.stdin, sys.stdout)
    if not in_terminal():
        what = _("it needs a terminal, and this is none")
        mend = _("Run it in a terminal, or add --plain.")
        if in_git_bash():
            mend = _("In Git Bash, put winpty before the command, use PowerShell, or add --plain.")
        raise Unusable(_("the interview"), what, mend)
    if os.environ.get("TERM") == "dumb":
        return PlainAsker(sys.stdin, sys.stdout)
    from dtm_mapper.interview.terminal import open_terminal

    return open_terminal()


def _at(walk: Walk, words: str) -> Walk:
    found = find(walk, words)
    if len(found) == 1:
        return walk.to(found[0])
    if not found:
        what = _("nothing in this mapping has that in its name")
        raise Unusable(f"--at {words}", what, _("Try a shorter part, or leave --at out."))
    names = ", ".join(str(place) for place in found[:8])
    what = _("{count} places have that in their name").format(count=len(found))
    raise Unusable(f"--at {words}", what, _("Name one of them: {names}").format(names=names))


@contextmanager
def leaving_on_signals() -> Iterator[None]:
    """Leave on SIGTERM, SIGHUP and Windows' Ctrl-Break as on Ctrl-C, with everything saved.

    They raise SystemExit, which has an exit code. A KeyboardInterrupt always ends with 130.
    """

    def leave(number: int, _frame: object) -> None:
        # A closed window may send a second signal, which must not stop what the first one saves.
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(130 if signal.Signals(number).name == "SIGBREAK" else 128 + number)

    names = ("SIGTERM", "SIGHUP", "SIGBREAK")  # No system has all of them.
    before = {
        number: signal.signal(number, leave) for name in names if (number := getattr(signal, name, None))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def holder() -> str:
    """Who has a mapping open, for others who try to open it."""
    try:
        user = getpass.getuser()
    # Without USERNAME, Windows looks for a module that it does not have.
    except (OSError, KeyError, ImportError):
        user = "?"
    now = datetime.now().strftime("%Y-%m-%d %H:%M")
    return _("{user} on {machine}, since {now}").format(user=user, machine=socket.gethostname(), now=now)


def _report_writer(store: Store, catalogue: Catalogue, contacts: dict[str, None]) -> ReportWriter:
    """Return a function that writes reports beside the mapping. It adds what to say about contacts in them
    to `contacts`."""

    def write(mapping: Mapping, format_name: str, may_replace: Callable[[Path], bool]) -> Path | None:
        from dtm_mapper import reports
        from dtm_mapper.reports.privacy import contact_warning, contacts_shown

        content = reports.render(mapping, catalogue, format_name)
        contacts[contact_warning(contacts_shown(mapping, catalogue))] = None
        out = reports.beside(store.path, format_name)
        return reports.write(content, out, format_name, may_replace)

    return write
