"""A mapping on disk: read, locked against a second session, and saved whole."""

import contextlib
import errno
import glob
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.comments import find_head, lost_comments, lost_comments_warning, new_head
from dtm_mapper.errors import FileProblems, Problem, Refused, Unusable
from dtm_mapper.files import MAX_BYTES, source_of
from dtm_mapper.i18n import _
from dtm_mapper.mapping import Mapping, has_personal, up_to_date
from dtm_mapper.mappingfile import Writer, parse
from dtm_mapper.screen import shell_command
from dtm_mapper.sharing import without_sign
from dtm_mapper.store.atomic import is_protected, new_file, replace, write_whole
from dtm_mapper.store.backups import Backups, saved_at_time
from dtm_mapper.store.folder import read
from dtm_mapper.store.lock import locked
from dtm_mapper.store.names import (
    LAST_RESORT,
    SECOND_COPY,
    free_path,
    refuse_long_path,
    refuse_name,
    refuse_new_name,
    temporary_path,
    temporary_prefix,
    without_last_dots,
)

#: Endings by which other programs would open a mapping as what it is not.
_REPORTS = {".csv", ".doc", ".docx", ".html", ".json", ".md", ".pdf", ".xls", ".xlsx"}


def _is_folder(path: Path) -> bool:
    """Return whether there is a folder at `path`. Raise OSError if the system does not say, or if the name is
    too long. Since Python 3.14, Path.is_dir() returns False in these cases."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return False
        raise


class Store:
    """The place of one mapping on disk."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        """Raises Unusable where no mapping could be kept at `path`."""
        refuse_name(path)
        self.path = path
        self.catalogue = catalogue
        self._target = Path(os.path.realpath(path))
        self._like = self._target
        self._writer = Writer(catalogue)
        self._head = new_head(path.name).encode("utf-8")
        self._loaded: tuple[Mapping, bytes] | None = None
        #: What this session read or wrote last; None where there was no file.
        self._on_disk: bytes | None = None
        self._backed_up = False
        #: Why the last backup could not be made, or ''.
        self.backup_problem = ""
        refuse_long_path(path, self._target)
        try:
            is_folder = _is_folder(self._target)
            found = is_folder or _is_folder(self._target.parent)
        except OSError as error:
            what = _("there can be no file of this name ({why})").format(why=error.strerror)
            raise Unusable(str(path), what, _("Name another file.")) from None
        if is_folder:
            raise Unusable(str(path), _("this is a folder, not a file"), _("Name a file in it."))
        if not found:
            what = _("the folder “{folder}” does not exist").format(folder=self._target.parent)
            raise Unusable(str(path), what, _("Create the folder first, or name another file."))
        self.backups = Backups(self._target)

    def load(self) -> tuple[Mapping, list[Problem]]:
        """The mapping, and the warnings about its file. Raises Unusable or FileProblems."""
        source = read(self.path)
        mapping, problems = parse(source, self.catalogue)
        if mapping is None:
            raise FileProblems(str(self.path), problems)
        self._loaded = mapping, source
        # A mapping that was handed on loses its sign at the first save, since somebody now continues it.
        self._head = without_sign(find_head(source))
        self._on_disk = source
        return mapping, problems

    def readers_warning(self, before: Mapping, after: Mapping) -> str:
        """Say who can read the file if a change recorded its first personal answers; '' if nobody else can.

        The change has to be saved already.
        """
        if has_personal(before, self.catalogue) or not has_personal(after, self.catalogue):
            return ""
        if sys.platform == "win32":
            what = _(
                "{file} now contains personal answers, and whoever can open its folder can read it. "
                "To change that, move it to a folder that only you can open."
            )
            return what.format(file=self.path)
        try:
            mode = self._target.stat().st_mode
        except OSError:
            return ""
        if mode & stat.S_IROTH:
            who = _("everybody with an account on this machine")
        elif mode & stat.S_IRGRP:
            who = _("your group on this machine")
        else:
            return ""
        what = _(
            "{file} now contains personal answers, and {who} can read it. To change that, run: {command}"
        )
        return what.format(file=self.path, who=who, command=shell_command("chmod", "600", str(self.path)))

    def comments_warning(self) -> str:
        """Say which comments of the loaded file a save will lose; '' if it keeps all."""
        source = self._loaded[1] if self._loaded else b""
        return lost_comments_warning(self.path, source, self.backups.folder)

    def saved_at(self) -> str:
        """When the file was last written, in local time; '' where there is none."""
        try:
            return saved_at_time(self._target, "%Y-%m-%d %H:%M")
        except OSError:
            return ""

    def must_suit_a_mapping(self) -> None:
        """Raise Unusable if other programs would open a new file of this name as what it is not, or not at
        all."""
        if self.path.suffix.lower() in _REPORTS:
            what = _("this is the name of a report or a worksheet, not of a mapping")
            mend = _("Name it {name} instead.").format(name=self.path.with_suffix(".yaml"))
            raise Unusable(str(self.path), what, mend)
        refuse_new_name(self.path)

    @contextlib.contextmanager
    def locked(self, holder: str) -> Iterator[bool]:
        """Keeps other sessions out meanwhile; `holder` is what they are told. Gives False where the
        file system cannot lock. Raises OpenElsewhere, Unusable where the folder cannot be written to, or
        Refused where the file is protected."""
        is_new = not (self._target.exists() or self.backups.folder.exists())
        longest = self.backups.longest_path if is_new else temporary_path(self._target)
        refuse_long_path(self.path, longest)
        with locked(self._target, self.path, holder) as is_locked:
            self._refuse_protected()
            if is_locked:
                self._sweep()
            yield is_locked

    def _refuse_protected(self) -> None:
        if not is_protected(self._target):
            return
        words = ("attrib", "-r") if sys.platform == "win32" else ("chmod", "u+w")
        mend = _("If it may be changed: {command}. If not, go on with a copy of it.")
        what = _("this file is write-protected")
        command = shell_command(*words, str(self.path))
        raise Refused(str(self.path), what, mend.format(command=command))

    def _sweep(self) -> None:
        """Remove the temporary files of sessions that were killed in the middle of a save."""
        beside = self._target.parent.glob(f"{glob.escape(temporary_prefix(self._target))}????????.tmp")
        for path in (*beside, *self.backups.unfinished()):
            with contextlib.suppress(OSError):
                path.unlink()

    def content(self, mapping: Mapping) -> bytes:
        """Return the bytes of a mapping's file: what is above its first key, then the whole mapping."""
        if self._loaded and mapping == self._loaded[0]:
            # Everything was taken back: the file is again as somebody may have laid it out by hand.
            return self._loaded[1]
        return self._head + self._writer.text(up_to_date(mapping, self.catalogue)).encode("utf-8")

    def save(self, mapping: Mapping) -> None:
        """Writes the whole mapping beside the old file, then puts it in its place. Raises OSError.

        Where the file is not as this session left it, somebody else changed it: it stays as it is, and
        `path` becomes a second file beside it. Before its first change, the file is kept as a backup; if it
        cannot be, `backup_problem` says why, and the file is saved all the same.
        """
        content = self.content(mapping)
        if len(content) > MAX_BYTES:
            # It could not be opened again.
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(self.path))
        if not self._backed_up and self._on_disk is not None and self._found() == self._on_disk:
            try:
                self.backups.keep(self._target, self._on_disk, bool(lost_comments(self._on_disk)))
                self._backed_up = True
            except OSError as error:
                self.backup_problem = error.strerror or str(error)
        with new_file(self._target, content, self._like) as new:
            # As late as can be: nothing that somebody else saves until here is lost.
            if self._found() not in (None, self._on_disk):
                self._move_aside()
            elif is_protected(self._target):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))
            replace(new, self._target)
        self._on_disk = content
        self._backed_up = True

    def changed_elsewhere(self) -> bool:
        """Whether there is a file, and not as this session last read or wrote it, as far as can be told."""
        try:
            return self._found() not in (None, self._on_disk)
        except OSError:
            return False

    def _found(self) -> bytes | None:
        """What the file holds now; None where there is none."""
        try:
            return source_of(self._target)
        except FileNotFoundError:
            return None
        except Unusable:
            # Something else has taken its place.
            return b""

    def put_back(self, backup: Path) -> None:
        """Makes the file again what a backup holds; what it held is kept as a backup. Raises OSError."""
        content = source_of(backup)
        if self._target.is_file():
            now = source_of(self._target)
            commented = bool(lost_comments(now)) or (b"#" in now and find_head(now) != find_head(content))
            self.backups.keep(self._target, now, commented)
        write_whole(self._target, content)

    def _move_aside(self) -> None:
        linked = self.path.is_symlink()
        name = Path(without_last_dots(self.path.name))
        self._target = free_path(self._target.parent, name.stem, SECOND_COPY, name.suffix)
        self.path = self._target if linked else self.path.with_name(self._target.name)


def rescue(path: Path, content: bytes, before: Path | None = None) -> Path | None:
    """Save what could not be saved at `path` in place of the last-resort copy `before`, or else in the first
    folder that takes it. Return the place; None if there is none."""
    if before is not None:
        with contextlib.suppress(OSError):
            write_whole(before, content)
            return before
    for folder in rescue_folders(path):
        with contextlib.suppress(OSError):
            name = Path(without_last_dots(path.name))
            place = free_path(folder, name.stem, LAST_RESORT, name.suffix)
            write_whole(place, content, like=path)
            return place
    return None


def rescue_folders(path: Path) -> Iterator[Path]:
    """Yield the folders for a mapping that cannot be saved at `path`, the best first."""
    yield path.parent
    for folder in (Path.cwd, Path.home, lambda: Path(tempfile.gettempdir())):
        # There may be no home, and the working folder may have been deleted.
        with contextlib.suppress(OSError, RuntimeError):
            yield folder()
