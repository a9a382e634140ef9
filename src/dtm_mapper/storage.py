"""A mapping on disk: read, locked against a second session, and saved whole."""

import contextlib
import errno
import glob
import os
import re
import stat
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.comments import find_head, lost_comments, lost_comments_warning, new_head
from dtm_mapper.errors import FileProblems, OpenElsewhere, Problem, Refused, Unusable
from dtm_mapper.files import MAX_BYTES, describe_emptiness, source_of
from dtm_mapper.format_line import WINDOW, head_length
from dtm_mapper.i18n import _
from dtm_mapper.mapping import Mapping, has_personal, up_to_date
from dtm_mapper.mappingfile import Writer, looks_like_mapping, parse
from dtm_mapper.screen import shell_command
from dtm_mapper.sharing import has_sign, is_shared, without_sign

T = TypeVar("T")

#: What the names of second copies and last-resort copies have after the mapping's own.
SECOND_COPY, LAST_RESORT = "-second-copy", "-unsaved"
#: Endings by which other programs would open a mapping as what it is not.
_REPORTS = {".csv", ".doc", ".docx", ".html", ".json", ".md", ".pdf", ".xls", ".xlsx"}
DEFAULT_NAME = "dtm-mapping.yaml"
_EFFECTIVE = os.access in os.supports_effective_ids


def read(path: Path) -> bytes:
    """The bytes of a file that the operator named. Raises Unusable."""
    try:
        source = source_of(path)
    except FileNotFoundError:
        raise Unusable(str(path), _("there is no such file"), _other_mappings(path)) from None
    except OSError as error:
        what = _("the file cannot be read ({why})").format(why=error.strerror)
        raise Unusable(str(path), what, _("Check its name, and that you may read it.")) from None
    if what := describe_emptiness(source):
        mend = _("List its backups with: {command}\n  If it has none, delete the file and start again.")
        raise Unusable(str(path), what, mend.format(command=shell_command("dtm-map", "restore", str(path))))
    return source


def mappings_in(folder: Path) -> list[Path]:
    """List the mappings in a folder by name. Those that were written to be handed on are listed only if there
    are no others, as in the folder of whoever receives one."""
    mappings: list[Path] = []
    shared: list[Path] = []
    for path in sorted(folder.glob("*.y*ml")):
        with contextlib.suppress(OSError):
            beginning = _beginning(path)
            if looks_like_mapping(beginning):
                is_copy = has_sign(beginning) and is_shared(path.read_bytes())
                (shared if is_copy else mappings).append(path)
    return mappings or shared


def holds_mapping(path: Path) -> bool:
    """Return whether a file is a mapping, other than one that was written to be handed on."""
    with contextlib.suppress(OSError):
        beginning = _beginning(path)
        return looks_like_mapping(beginning) and not has_sign(beginning)
    return False


def _beginning(path: Path) -> bytes:
    """The comments at the top of a file, and some more."""
    # To open a pipe would wait for whoever writes to it.
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        begun = file.read(WINDOW)
        # The comments at the top may be longer than the window, or end within the line of the format.
        return begun + file.read(MAX_BYTES if head_length(begun) == len(begun) else WINDOW)


def _other_mappings(path: Path) -> str:
    names = ", ".join(found.name for found in mappings_in(path.parent)) if path.parent.is_dir() else ""
    if names:
        return _("In that folder there is: {names}").format(names=names)
    return _("“dtm-map new” starts a mapping.")


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
        self.path = path
        self.catalogue = catalogue
        self._target = Path(os.path.realpath(path))
        self._like = self._target
        self._writer = Writer(catalogue)
        self._head = new_head(path.name).encode("utf-8")
        self.backups = Backups(self._target)
        self._loaded: tuple[Mapping, bytes] | None = None
        #: What this session read or wrote last; None where there was no file.
        self._on_disk: bytes | None = None
        self._backed_up = False
        #: Why the last backup could not be made, or ''.
        self.backup_problem = ""
        try:
            # Windows takes such a name for one that is not there.
            if len(self._target.name) > 255:
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
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
            return _saved_at(self._target, "%Y-%m-%d %H:%M")
        except OSError:
            return ""

    def must_suit_a_mapping(self) -> None:
        """Raises Unusable where other programs would open a new file of this name as what it is not."""
        if self.path.suffix.lower() in _REPORTS:
            what = _("this is the name of a report or a worksheet, not of a mapping")
            mend = _("Name it {name} instead.").format(name=self.path.with_suffix(".yaml"))
            raise Unusable(str(self.path), what, mend)

    @contextlib.contextmanager
    def locked(self, holder: str) -> Iterator[bool]:
        """Keeps other sessions out meanwhile; `holder` is what they are told. Gives False where the
        file system cannot lock. Raises OpenElsewhere, Unusable where the folder cannot be written to, or
        Refused where the file is protected."""
        lock = self._target.with_name(_named(self._target.name, ".", ".lock"))
        try:
            descriptor = self._acquire(lock)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                what = _("the folder cannot be written to ({why})").format(why=error.strerror)
                raise Unusable(str(self.path), what, _("Name a file in another folder.")) from None
            self._refuse_protected()
            yield False
            return
        try:
            self._refuse_protected()
            self._sweep()
            # Without these words, on a full disk, others are told less; the lock holds all the same.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, holder.encode("utf-8", "replace"))
            yield True
        finally:
            # Windows removes no file that is open; elsewhere it must go while it is still held.
            if sys.platform == "win32":
                os.close(descriptor)
            with contextlib.suppress(OSError):
                lock.unlink()
            if sys.platform != "win32":
                os.close(descriptor)

    def _acquire(self, lock: Path) -> int:
        while True:
            try:
                # Through a link that came with a folder, another file would be emptied.
                descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            except PermissionError:
                # Left behind by another user, as a file that only may be read; that is enough to lock.
                if not lock.exists():
                    raise
                descriptor = os.open(lock, os.O_RDONLY)
            try:
                taken = _try_lock(descriptor)
                # Whoever held it may have removed the file between the two calls.
                if taken and _is(descriptor, lock):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            holder = os.read(descriptor, 500).decode("utf-8", "replace")
            os.close(descriptor)
            if not taken:
                what = _("this mapping is open elsewhere: {holder}").format(holder=holder or "?")
                raise OpenElsewhere(str(self.path), what, _("Leave it there first, then try again."))

    def _refuse_protected(self) -> None:
        if not _protected(self._target):
            return
        words = ("attrib", "-r") if sys.platform == "win32" else ("chmod", "u+w")
        mend = _("If it may be changed: {command}. If not, go on with a copy of it.")
        what = _("this file is write-protected")
        command = shell_command(*words, str(self.path))
        raise Refused(str(self.path), what, mend.format(command=command))

    def _sweep(self) -> None:
        """Remove the temporary files of sessions that were killed in the middle of a save."""
        beside = self._target.parent.glob(f"{glob.escape(_hidden(self._target))}????????.tmp")
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
        with _new_file(self._target, content, self._like) as new:
            # As late as can be: nothing that somebody else saves until here is lost.
            if self._found() not in (None, self._on_disk):
                self._move_aside()
            elif _protected(self._target):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))
            _patiently(lambda: new.replace(self._target))
        _flush(self._target.parent)
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
            return _patiently(lambda: source_of(self._target))
        except FileNotFoundError:
            return None
        except Unusable:
            # Something else has taken its place.
            return b""

    def put_back(self, backup: Path) -> None:
        """Makes the file again what a backup holds; what it held is kept as a backup. Raises OSError."""
        content = source_of(backup)
        if self._target.is_file():
            now = self._target.read_bytes()
            commented = bool(lost_comments(now)) or (b"#" in now and find_head(now) != find_head(content))
            self.backups.keep(self._target, now, commented)
        write_whole(self._target, content)

    def _move_aside(self) -> None:
        linked = self.path.is_symlink()
        self._target = _free(self._target.parent, self.path.stem, SECOND_COPY, self.path.suffix)
        self.path = self._target if linked else self.path.with_name(self._target.name)


class Backups:
    """The dated backups of a mapping, in a folder beside it."""

    KEPT = 10
    _NAME = re.compile(r"\d{4,}-\d\d-\d\d \d\d\.\d\d\.\d\d( \d+)?( with comments)?")

    def __init__(self, target: Path) -> None:
        # `a.yaml` and `a.yml` are two mappings.
        usual = target.suffix == ".yaml"
        name = _named(target.stem, after="-backups") if usual else _named(target.name, after="_backups")
        self.folder = target.with_name(name)

    def paths(self) -> list[Path]:
        """The backups, the newest first; their names say when what they hold was saved."""
        ours = (path for path in self.folder.glob("*.yaml") if self._NAME.fullmatch(path.stem))
        return sorted(ours, key=lambda path: path.name, reverse=True)

    def keep(self, target: Path, content: bytes, commented: bool) -> Path:
        """Keep a file as a backup. The last ten stay, and all that are `commented`. Raises OSError."""
        self.folder.mkdir(exist_ok=True)
        saved = _saved_at(target, "%Y-%m-%d %H.%M.%S")
        marked = " with comments" if commented else ""
        names = (f"{saved}{number}{marked}.yaml" for number in ("", *(f" {n}" for n in range(2, 100))))
        backup = next(path for name in names if not (path := self.folder / name).exists())
        write_whole(backup, content, like=target)
        plain = [path for path in self.paths() if not path.stem.endswith("comments") and path != backup]
        for old in plain[self.KEPT - (not marked) :]:
            # It may be open in another program, or protected. The next backup tries again.
            with contextlib.suppress(OSError):
                old.unlink()
        return backup

    def unfinished(self) -> list[Path]:
        """The temporary files of backups that were never finished."""
        temporary = self.folder.glob(".*.yaml.????????.tmp")
        return [path for path in temporary if self._NAME.fullmatch(path.name[1:].partition(".yaml.")[0])]

    def delete(self) -> None:
        """Delete the backups, and their folder if nothing else is in it. Raises OSError."""
        for path in (*self.paths(), *self.unfinished()):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        _flush(self.folder.parent)


def _saved_at(path: Path, form: str) -> str:
    """When a file was last written, in local time. Raises OSError."""
    written = path.stat().st_mtime
    try:
        return datetime.fromtimestamp(written).strftime(form)
    except (ValueError, OverflowError, OSError):
        # Windows raises OSError for a date before 1970.
        return datetime.fromtimestamp(0).strftime(form)


def rescue(path: Path, content: bytes, before: Path | None = None) -> Path | None:
    """Save what could not be saved at `path` in place of the last-resort copy `before`, or else in the first
    folder that takes it. Return the place; None if there is none."""
    if before is not None:
        with contextlib.suppress(OSError):
            write_whole(before, content)
            return before
    for folder in rescue_folders(path):
        with contextlib.suppress(OSError):
            place = _free(folder, path.stem, LAST_RESORT, path.suffix)
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


def _free(folder: Path, stem: str, ending: str, suffix: str) -> Path:
    """A name in a folder that no file has yet. Raises OSError."""
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    names = (_named(stem, after=f"{ending}{number}{suffix}") for number in numbers)
    return next(path for name in names if not (path := folder / name).exists())


def _named(stem: str, before: str = "", after: str = "") -> str:
    """A name made longer. What would be too long for a file is cut, and a number tells it from its likes."""
    room = 255 - len(os.fsencode(before + after))
    name = os.fsencode(stem)
    if len(name) > room:
        stem = f"{name[: room - 9].decode('utf-8', 'ignore')}~{zlib.crc32(name):08x}"
    return f"{before}{stem}{after}"


def write_whole(target: Path, content: bytes, like: Path | None = None) -> None:
    """Puts a file in place whole, with the mode of `like`, by default of the one that was there: at any
    instant the name holds the old bytes or the new ones. Raises OSError."""
    with _new_file(target, content, like or target) as new:
        _patiently(lambda: new.replace(target))
    _flush(target.parent)


def _hidden(target: Path) -> str:
    """How the names of files begin that will be put in the place of `target`; eight characters and `.tmp`
    follow."""
    return _named(target.name, ".", ".????????.tmp").removesuffix("????????.tmp")


@contextlib.contextmanager
def _new_file(target: Path, content: bytes, like: Path) -> Iterator[Path]:
    """A file beside `target`, with the mode of `like`, on the disk and compared; removed again where the
    block does not put it in place."""
    descriptor, name = tempfile.mkstemp(prefix=_hidden(target), suffix=".tmp", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if new.read_bytes() != content:
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        _as_before(like, new)
        yield new
    except BaseException:
        with contextlib.suppress(OSError):
            _patiently(new.unlink)
        raise


def _patiently(action: Callable[[], T]) -> T:
    """Try again for half a second on Windows, where a virus scanner, an index or a cloud service may have the
    file open for some milliseconds. Raises OSError."""
    end = time.monotonic() + 0.5
    while True:
        try:
            return action()
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _flush(path: Path) -> None:
    """Has a folder's names on the disk."""
    if sys.platform != "win32":
        # Not every file system can flush a folder; the file itself is on the disk.
        with contextlib.suppress(OSError):
            folder = os.open(path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _protected(path: Path) -> bool:
    """Whether there is a file that may not be written to; root may always, and looks at its mode too."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not mode & 0o222 or not os.access(path, os.W_OK, effective_ids=_EFFECTIVE)


def _is(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _as_before(target: Path, new: Path) -> None:
    """Gives a new file the mode and the owner of another one, and lets its owner write to it."""
    try:
        old = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    except OSError:
        new.chmod(0o600)
        return
    new.chmod(stat.S_IMODE(old.st_mode) | stat.S_IWUSR)
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError):
            os.chown(new, old.st_uid, old.st_gid)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        # Far behind the text, which others must be able to read while the lock is held.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
