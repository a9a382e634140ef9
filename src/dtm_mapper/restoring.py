"""Puts an earlier state of a mapping back from its backups."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import DtmMapError, Unusable
from dtm_mapper.i18n import _
from dtm_mapper.interview.opening import holder
from dtm_mapper.interview.talk import changes
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import Mapping
from dtm_mapper.screen import visible
from dtm_mapper.storage import Store


def listing(file: Path, catalogue: Catalogue) -> RenderableType:
    """The backups of a mapping, the newest first, each with what it would change. Raises Unusable."""
    backups = _backups(file, catalogue)
    now = _loaded(file, catalogue)
    parts: list[RenderableType] = []
    for number, backup in enumerate(backups, start=1):
        parts.append(Text(f"{number} {backup.stem}", style="bold"))
        then = _loaded(backup, catalogue)
        if then is None or now is None:
            lines = [_("It cannot be compared with the file as it is")]
        else:
            lines = [f"{name}: {words}" for name, words in changes(now, Walk(catalogue, then))]
        parts += [
            Padding(Text(visible(line)), (0, 0, 0, 2)) for line in lines or [_("It would change nothing")]
        ]
    command = _("Put one back with: dtm-map restore {file} --put NUMBER").format(file=file)
    return Group(*parts, Text(command))


def put_back(file: Path, catalogue: Catalogue, number: int) -> Path:
    """Makes the mapping what a backup holds, and keeps what it was as a backup; gives the backup's path.

    Raises Unusable, and OpenElsewhere while a session has the mapping open.
    """
    backups = _backups(file, catalogue)
    if number > len(backups):
        what = _("there is no backup {number}; they go from 1 to {last}").format(
            number=number, last=len(backups)
        )
        raise Unusable(str(file), what, _("“dtm-map restore” lists them."))
    store = Store(file, catalogue)
    with store.locked(holder()):
        try:
            store.put_back(backups[number - 1])
        except OSError as error:
            raise Unusable(str(file), _("it cannot be written ({why})").format(why=error.strerror)) from None
    return backups[number - 1]


def _backups(file: Path, catalogue: Catalogue) -> list[Path]:
    store = Store(file, catalogue)
    paths = store.backups.paths()
    if not paths:
        what = _("there are no backups in {folder}").format(folder=store.backups.folder)
        raise Unusable(str(file), what, _("One is made before a session's first change."))
    return paths


def _loaded(file: Path, catalogue: Catalogue) -> Mapping | None:
    try:
        return Store(file, catalogue).load()[0]
    except DtmMapError:
        return None
