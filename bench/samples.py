"""Mappings of any number of data users, each with every field of the standard depth answered."""

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row

_NAMES = (
    "Organisation {number} (ORG-{number})",
    "Direction de la santé, équipe {number}",
    "Women's group {number}: northern districts",
    "شبكة المجتمع المدني {number}",
)
_DAY = "2026-11-22"


def spread(catalogue: Catalogue, size: int) -> Mapping:
    """A mapping of `size` data users, spread evenly over the rows."""
    users: dict[str, list[DataUser]] = {}
    examples = list(catalogue.example_by_id)
    for number in range(size):
        users.setdefault(examples[number % len(examples)], []).append(_user(catalogue, number))
    rows = {
        example: Row(
            example,
            catalogue.section_of_example[example],
            catalogue.example_by_id[example].name,
            tuple(there),
        )
        for example, there in users.items()
    }
    return _mapping(catalogue, rows, {})


def unforeseen(catalogue: Catalogue, size: int) -> Mapping:
    """A mapping of `size` other data users in its last section, and open rows."""
    users = tuple(_user(catalogue, number) for number in range(size))
    return _mapping(catalogue, {}, {catalogue.sections[-1].id: users})


def _mapping(catalogue: Catalogue, rows: dict[str, Row], others: dict[str, tuple[DataUser, ...]]) -> Mapping:
    return Mapping(
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        created=_DAY,
        response="Cox's Bazar refugee response",
        country="BGD",
        prepared_by="NPM, information management",
        rows=rows,
        others=others,
    )


def _user(catalogue: Catalogue, number: int) -> DataUser:
    name = _NAMES[number % len(_NAMES)].format(number=number)
    details = {field.id: _detail(field, number) for field in catalogue.asked_at("standard")}
    return DataUser(name, details, _DAY)


def _detail(field: Field, number: int) -> Detail:
    if field.type == "text":
        return f"District {number}"
    ids = [choice.id for choice in field.choices]
    if field.type == "select_one":
        return ids[number % len(ids)]
    # In the catalogue's order, as the program writes them, and other text last.
    first = number % len(ids)
    return (*ids[first : first + 3], *(["Age of the shelters"] if field.or_other else []))
