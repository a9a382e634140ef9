"""How long it takes to write and to read mappings of several sizes, but for the disk."""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bench import samples
from bench.ratio import Ratio, Timed, in_turn
from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import load
from dtm_mapper.mapping import Mapping, up_to_date
from dtm_mapper.mappingfile import Writer, parse
from dtm_mapper.store.store import Store

_SIZES = (100, 1_000, 10_000)
#: A small mapping takes less than the clock and the machine waver, so it is done several times over.
_AT_ONCE = {100: 20, 1_000: 3, 10_000: 1}
#: A folder in memory, on Linux.
_MEMORY = Path("/dev/shm")
#: Ten times as many data users may take fifteen times as long: larger heaps cost more for each object.
_IN_LINE = 1.5


def files(quick: bool) -> list[Ratio]:
    """Against PyYAML's C classes on the same data, which is all text."""
    catalogue = load()
    sides: dict[tuple[str, int], Timed] = {}
    for size in _SIZES:
        sides |= {(name, size): side for name, side in _sides(catalogue, size)}
    # What is here by now would be gone through again and again by whatever makes many objects.
    gc.collect()
    gc.freeze()
    taken = dict(zip(sides, in_turn(list(sides.values()), 3 if quick else 7), strict=True))
    gc.unfreeze()
    bounds = (
        ("writing all", "yaml.dump", 0.4),
        ("saving one changed answer", "yaml.dump", 0.25),
        *([("the same, compared and in place", "yaml.dump", 0.25)] if _MEMORY.is_dir() else []),
        ("reading", "yaml.load", 0.6),
    )
    ratios = [
        Ratio(f"{name}, {size:,} data users", taken[name, size], f"{against}, C", taken[against, size], bound)
        for name, against, bound in bounds
        for size in _SIZES
    ]
    for name, _against, _bound in bounds:
        many, few = ([seconds / size for seconds in taken[name, size]] for size in (10_000, 1_000))
        ratios.append(Ratio(f"{name}, each of 10,000 data users", many, "each of 1,000", few, _IN_LINE))
    return ratios


def _sides(catalogue: Catalogue, size: int) -> Iterator[tuple[str, Timed]]:
    mapping = samples.spread(catalogue, size)
    text = Writer(catalogue).text(mapping)
    source = text.encode()
    data = yaml.load(source, yaml.CSafeLoader)
    if parse(source, catalogue) != (mapping, []):
        raise ValueError("what was written was not read back alike")

    def dump() -> Any:
        return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)

    def repeated(one: Callable[[], object]) -> Timed:
        def timed() -> float:
            began = time.perf_counter()
            for _time in range(_AT_ONCE[size]):
                one()
            return (time.perf_counter() - began) / _AT_ONCE[size]

        return timed

    yield "yaml.dump", repeated(dump)
    yield "writing all", repeated(lambda: Writer(catalogue).text(mapping))
    yield "saving one changed answer", repeated(_one_changed(catalogue, mapping))
    if _MEMORY.is_dir():
        yield "the same, compared and in place", repeated(_one_saved(catalogue, mapping))
    yield "yaml.load", repeated(lambda: yaml.load(source, yaml.CSafeLoader))
    yield "reading", repeated(lambda: parse(source, catalogue))


def _one_changed(catalogue: Catalogue, mapping: Mapping) -> Callable[[], str]:
    """Each call changes the last data user of the next row, and gives the text of the whole file."""
    writer = Writer(catalogue)
    writer.text(mapping)
    change = _changes(mapping)
    return lambda: writer.text(up_to_date(change(), catalogue))


def _one_saved(catalogue: Catalogue, mapping: Mapping) -> Callable[[], None]:
    """The same with all of a save: written, flushed, read back, compared and put in place, in a folder in
    memory, where flushing costs nothing."""
    folder = tempfile.TemporaryDirectory(prefix="bench-", dir=_MEMORY)
    store = Store(Path(folder.name) / "mapping.yaml", catalogue)
    store.save(mapping)
    change = _changes(mapping)

    def save() -> None:
        assert folder
        store.save(change())

    return save


def _changes(mapping: Mapping) -> Callable[[], Mapping]:
    """Each call changes the last data user of the next row."""
    rows = list(mapping.rows.values())
    days = 0

    def change() -> Mapping:
        nonlocal mapping, days
        row = mapping.rows[rows[days % len(rows)].example]
        days += 1
        *others, last = row.users
        last = replace(last, verified=f"2027-01-{days % 28 + 1:02}")
        mapping = mapping.with_row(replace(row, users=(*others, last)))
        return mapping

    return change
