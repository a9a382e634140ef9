"""Copies of a mapping that may still contain personal answers after it no longer does."""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import DtmMapError
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.store.folder import copies_beside
from dtm_mapper.store.names import OWN_COPY
from dtm_mapper.store.store import Store, rescue_folders


class Leftovers(NamedTuple):
    """A mapping whose backups still contain personal answers that a session removed, and its other copies
    that contain some, too."""

    file: Path
    copies: tuple[Path, ...]


def leftovers(file: Path, catalogue: Catalogue, past: Iterable[Mapping], now: Mapping) -> Leftovers | None:
    """Return where the personal answers that a session removed are still left; None if no backup contains
    them. `past` are the mappings before each change of the session."""
    kept = "\0".join(_personal_answers([now], catalogue))
    # A text that somebody only added to is still there.
    removed = {answer for answer in _personal_answers(past, catalogue) if answer not in kept}

    def has_some(path: Path) -> bool:
        try:
            mapping = Store(path, catalogue).load()[0]
        except DtmMapError:
            # A file that cannot be read may contain some.
            return True
        return not removed.isdisjoint(_personal_answers([mapping], catalogue))

    if not removed or not any(map(has_some, Store(file, catalogue).backups.paths())):
        return None
    return Leftovers(file, tuple(filter(has_some, copies_of(file))))


def _personal_answers(mappings: Iterable[Mapping], catalogue: Catalogue) -> set[str]:
    personal = [asked.id for asked in catalogue.fields if asked.visibility == "personal"]
    # A change makes new objects only for its own row, so that each row is read once.
    rows = {id(users): users for mapping in mappings for users in _rows(mapping)}
    users = (user for users in rows.values() for user in users if user.details)
    return {value for user in users for field in personal for value in user.values(field)}


def _rows(mapping: Mapping) -> Iterator[tuple[DataUser, ...]]:
    yield from (row.users for row in mapping.rows.values())
    yield from mapping.others.values()


def copies_of(file: Path) -> list[Path]:
    """Return the copies of a mapping that are still there: second copies, last-resort copies and those of
    cloud services."""
    target = file.resolve()
    found = {path.resolve(): path for path in copies_beside(file)}
    for folder in (file.parent, target.parent, *rescue_folders(file)):
        for stem in (file.stem, target.stem):
            for path in sorted(folder.glob(f"{glob.escape(stem)}-*{glob.escape(file.suffix)}")):
                if OWN_COPY.fullmatch(path.stem.removeprefix(stem)):
                    found.setdefault(path.resolve(), path)
    return list(found.values())
