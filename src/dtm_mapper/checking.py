"""Checks any file of ours: a mapping, a catalogue or a translation, by what it says of itself."""

from pathlib import Path

from dtm_mapper import catalogue_file as catalogues
from dtm_mapper import catalogue_texts, mappingfile
from dtm_mapper.errors import Problem
from dtm_mapper.format_line import declared_format
from dtm_mapper.store.folder import read


def problems_in(file: Path, catalogue: Path | None) -> list[Problem]:
    """Every problem of a mapping, a catalogue or a translation, in the order of its lines. `catalogue` is the
    one that mappings are checked against, and translations that have none beside them. Raises Unusable or
    FileProblems where a file cannot be read."""
    source = read(file)
    kind = declared_format(source).partition("/")[0]
    if kind == "dtm-catalogue-texts":
        beside = catalogue_texts.catalogue_beside(file)
        used = catalogues.load(beside if beside != file and beside.is_file() else catalogue)
        return sorted(catalogue_texts.check(file, source, used))
    if kind != "dtm-catalogue":
        return sorted(mappingfile.parse(source, catalogues.load(catalogue))[1])
    return sorted(catalogues.parse(source)[1])
