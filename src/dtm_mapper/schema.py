"""JSON Schemas of mappings and catalogues."""

from typing import Any

from dtm_mapper.catalogue import Catalogue


def mapping_schema(catalogue: Catalogue) -> dict[str, Any]:
    """The schema of mappings made with a catalogue."""
    raise NotImplementedError(catalogue.id)


def catalogue_schema() -> dict[str, Any]:
    """The schema of catalogues."""
    raise NotImplementedError
