"""The dated backups of a mapping."""

import contextlib
import re
from datetime import datetime
from functools import partial
from pathlib import Path

from dtm_mapper.files import patiently
from dtm_mapper.store.atomic import flush_folder, write_whole
from dtm_mapper.store.names import extended, temporary_path


class Backups:
    """The dated backups of a mapping, in a folder beside it."""

    KEPT = 10
    _NAME = re.compile(r"\d{4,}-\d\d-\d\d \d\d\.\d\d\.\d\d( \d+)?( with comments)?")

    def __init__(self, target: Path) -> None:
        # `a.yaml` and `a.yml` are two mappings.
        usual = target.suffix == ".yaml"
        name = extended(target.stem, after="-backups") if usual else extended(target.name, after="_backups")
        self.folder = target.with_name(name)
        #: Where a backup is written first, if its name is the longest that a backup has.
        self.longest_path = temporary_path(self.folder / "0000-00-00 00.00.00 99 with comments.yaml")

    def paths(self) -> list[Path]:
        """The backups, the newest first; their names say when what they hold was saved."""
        ours = (path for path in self.folder.glob("*.yaml") if self._NAME.fullmatch(path.stem))
        return sorted(ours, key=lambda path: path.name, reverse=True)

    def keep(self, target: Path, content: bytes, commented: bool) -> Path:
        """Keep a file as a backup. The last ten stay, and all that are `commented`. Raises OSError."""
        self.folder.mkdir(exist_ok=True)
        saved = saved_at_time(target, "%Y-%m-%d %H.%M.%S")
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
            patiently(partial(path.unlink, missing_ok=True))
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        flush_folder(self.folder.parent)


def saved_at_time(path: Path, form: str) -> str:
    """When a file was last written, in local time. Raises OSError."""
    written = path.stat().st_mtime
    try:
        return datetime.fromtimestamp(written).strftime(form)
    except (ValueError, OverflowError, OSError):
        # Windows raises OSError for a date before 1970.
        return datetime.fromtimestamp(0).strftime(form)
