"""Checks any file of ours: a mapping or a catalogue, by what it says of itself."""

from pathlib import Path

from dtm_mapper import catalogue_file as catalogues
from dtm_mapper import mappingfile
from dtm_mapper.errors import Problem
from dtm_mapper.storage import read


def problems_in(file: Path, catalogue: Path | None) -> list[Problem]:
    """Every problem of a mapping or a catalogue, in the order of its lines; `catalogue` is the one that
    mappings are checked against. Raises Unusable or FileProblems where a file cannot be read."""
    source = read(file)
    if mappingfile.looks_like_mapping(source) or not catalogues.looks_like_catalogue(source):
        return sorted(mappingfile.parse(source, catalogues.load(catalogue))[1])
    return sorted(catalogues.parse(source)[1])
