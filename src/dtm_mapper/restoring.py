"""Put a backup of a mapping back, or delete its backups."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Declined, DtmMapError, Unusable
from dtm_mapper.files import hint_if_open
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.interview.opening import holder
from dtm_mapper.interview.talk import changes
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import Mapping
from dtm_mapper.screen import visible
from dtm_mapper.store.store import Store


def listing(file: Path, catalogue: Catalogue) -> RenderableType:
    """The backups of a mapping, the newest first, each with what it would change. Raises Unusable."""
    backups = _backups(Store(file, catalogue))
    now, trouble_now = _loaded(file, catalogue)
    parts: list[RenderableType] = []
    for number, backup in enumerate(backups, start=1):
        parts.append(Text(f"{number} {backup.stem}", style="bold"))
        then, trouble_then = _loaded(backup, catalogue)
        if then is None:
            lines = [_("It cannot be opened: {why}").format(why=trouble_then)]
        elif now is None:
            lines = [_("It cannot be compared with the file as it is: {why}").format(why=trouble_now)]
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
    store = Store(file, catalogue)
    backups = _backups(store)
    if number > len(backups):
        what = _("there is no backup {number}; they go from 1 to {last}")
        what = what.format(number=number, last=len(backups))
        raise Unusable(str(file), what, _("“dtm-map restore” lists them."))
    with store.locked(holder()):
        try:
            store.put_back(backups[number - 1])
        except OSError as error:
            what = _("it cannot be written ({why})").format(why=error.strerror)
            raise Unusable(str(file), what, hint_if_open(file)) from None
    return backups[number - 1]


def delete(file: Path, catalogue: Catalogue, confirm: Callable[[str], bool] | None, yes: bool) -> int:
    """Delete the backups of a mapping after a yes, and return how many there were.

    `confirm` asks a question, and is None if nobody can be asked; `yes` is the answer to it. Raises Unusable,
    Declined, or OpenElsewhere while a session has the mapping open.
    """
    store = Store(file, catalogue)
    _backups(store)
    with store.locked(holder()):
        count = len(store.backups.paths())
        question = ngettext(
            "Delete {count} backup of {file}? It cannot be brought back.",
            "Delete {count} backups of {file}? They cannot be brought back.",
            count,
        )
        if not yes and confirm is None:
            what = _("no backup was deleted, because nobody can be asked without a terminal")
            raise Declined(str(file), what, _("To delete the backups without a question, add --yes."))
        if not yes and confirm is not None and not confirm(question.format(count=count, file=file)):
            raise Declined(str(file), _("no backup was deleted"))
        try:
            store.backups.delete()
        except OSError as error:
            what = _("not all backups could be deleted ({why})").format(why=error.strerror)
            mend = _("Close the programs that have one open, and try again.")
            raise Unusable(str(store.backups.folder), what, mend) from None
    return count


def _backups(store: Store) -> list[Path]:
    paths = store.backups.paths()
    if not paths:
        what = _("there are no backups in {folder}").format(folder=store.backups.folder)
        raise Unusable(str(store.path), what, _("One is made before a session's first change."))
    return paths


def _loaded(file: Path, catalogue: Catalogue) -> tuple[Mapping | None, str]:
    """Return a mapping and '', or None and why there is none."""
    try:
        return Store(file, catalogue).load()[0], ""
    except DtmMapError as error:
        return None, error.what
