"""The mapping that a command uses if the operator names none."""

from collections.abc import Iterator
from pathlib import Path

from dtm_mapper import output
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.store.backups import Backups
from dtm_mapper.store.folder import DEFAULT_NAME, copies_beside, mappings_in


def default_mapping(with_backups: bool = False) -> Path:
    """Find the mapping of a command without FILE: dtm-mapping.yaml, or else the only mapping in this folder,
    and name the latter on standard error. `with_backups`: a deleted mapping counts if it has backups.

    Return dtm-mapping.yaml if there is no mapping. Raise Unusable if there are several.
    """
    folder, default = Path(), Path(DEFAULT_NAME)
    if default.exists():
        return default
    mappings = sorted({*mappings_in(folder), *(_backed_up(folder) if with_backups else [])})
    if not mappings or default in mappings:
        return default
    if len(mappings) > 1:
        what = _("it has several mappings, and none of them is {default}").format(default=default)
        names = ", ".join(str(path) for path in mappings)
        raise Unusable(_("this folder"), what, _("Name one of them: {names}").format(names=names))
    output.say(_("Using {file}, the only mapping in this folder.").format(file=mappings[0]))
    if copies := copies_beside(mappings[0]):
        output.say(_("Copies of this mapping: {copies}").format(copies=", ".join(map(str, copies))))
    return mappings[0]


def _backed_up(folder: Path) -> Iterator[Path]:
    """Yield the mappings of a folder that have backups, whether they still exist or not."""
    for path in folder.glob("?*[-_]backups"):
        if path.name.endswith("-backups"):
            mapping = folder / f"{path.name.removesuffix('-backups')}.yaml"
        else:
            mapping = folder / path.name.removesuffix("_backups")
        if Backups(mapping).folder == path and Backups(mapping).paths():
            yield mapping
