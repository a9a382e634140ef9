"""How long it takes to bring a report back in, but for the preview and the disk."""

import tempfile
from pathlib import Path

from bench import samples
from bench.ratio import Ratio, compared, timed
from bench.reports import ALONE, BOUND, TIMES
from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import load
from dtm_mapper.intake import READERS, read
from dtm_mapper.intake.matching import match
from dtm_mapper.intake.merging import merge
from dtm_mapper.mapping import Mapping

_DAY = "2026-11-22"


def imports(quick: bool) -> list[Ratio]:
    """Each format that comes back in, into a new mapping, against its library alone reading the cells."""
    catalogue = load()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return [
            _ratio(catalogue, Path(folder) / f"{size}.{name}", name, size, quick)
            for name in READERS
            for size in TIMES
        ]


def _ratio(catalogue: Catalogue, file: Path, name: str, size: int, quick: bool) -> Ratio:
    file.write_bytes(reports.render(samples.spread(catalogue, size), catalogue, name))
    against, cells_of, _write = ALONE[name]

    def bring_in() -> Mapping:
        before = Mapping(catalogue.id, catalogue.version, created=_DAY)
        source = read(file, catalogue)
        by_place, _problems = match(source, before, catalogue, lambda _words, _label: False, "", "")
        return merge(before, by_place, {}, catalogue, _DAY, new=True)[0]

    if len(list(bring_in().every_user(catalogue))) != size:
        raise ValueError(f"{name}: not all data users came back in")
    return compared(
        f"import {name}, {size:,} data users",
        timed(bring_in),
        f"{against}, reading",
        timed(lambda: cells_of(file.read_bytes())),
        BOUND,
        TIMES[size] // 2 + 1 if quick else TIMES[size],
    )
