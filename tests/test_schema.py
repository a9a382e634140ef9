"""The schemas and the program's own readers say the same of every file, as far as a schema can say it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dtm_mapper import catalogue_file as catalogues
from dtm_mapper import mappingfile
from dtm_mapper.catalogue_file import default_path
from dtm_mapper.errors import Problem
from dtm_mapper.mapping import Mapping
from dtm_mapper.mappingfile import Writer
from dtm_mapper.schema import catalogue_schema, mapping_schema
from strategies import CATALOGUE, mappings
from test_cli import run

EXAMPLE = Path(__file__).parent.parent / "examples" / "coxs-bazar.yaml"

MAPPING = """\
format: dtm-mapping/1
response: Cox's Bazar refugee response
country: BGD
prepared_by: NPM, information management
depth: standard
created: '2026-11-22'
updated: '2026-11-22'
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: coordination
  rows:
  - example: hct
    label: HCT or other coordination body for the response
    users:
    - name: Strategic Executive Group (SEG)
      levels: [strategic]
      needs: [population-by-location, Age of the shelters]
      verified: '2026-11-22'
  - example: iccg
    not_applicable: Merged into the ISCG
  - example: imwg
    pending: ''
  others:
  - name: Camp-in-Charge
    engagement: contacted
    frequency: weekly
    notes: |-
      First line

      Third line
"""
SMALL = """\
format: dtm-catalogue/1
id: small
version: '3'
title: A small catalogue
purpose: |-
  For
  trying
fields:
- id: levels
  label: Level
  type: select_one
  choices:
  - {id: high, label: High}
  - {id: low, label: Low, inactive: true}
- id: needs
  label: Needs
  question: What?
  type: select_multiple
  depth: standard
  visibility: public
  or_other: true
  interests: true
  choices:
  - {id: food, label: Food, hint: money}
- id: remarks
  label: Remarks
  type: text
  relevant: needs
  hxl: '#meta+remarks'
  since: '2'
- id: consent
  label: Consent
  type: select_one
  choices:
  - {id: declined, label: Declined, empties: [remarks], since: '3'}
sections:
- id: first
  title: First
  note: Before.
  reminder: After.
  examples:
  - {id: wfp, name: WFP, aliases: [PAM], interests: [food], since: '2'}
- id: second
  title: Second
  examples: []
"""


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


OF_MAPPINGS = validator(mapping_schema(CATALOGUE))
OF_CATALOGUES = validator(catalogue_schema())


def as_text(source: str) -> Any:
    """A file as the program reads it: every scalar is text."""
    return yaml.load(source, yaml.BaseLoader)


def as_typed(source: str) -> Any:
    """A file as an editor reads it, which takes some scalars for numbers, dates or booleans."""
    return yaml.safe_load(source)


@pytest.mark.parametrize(
    "schema", [mapping_schema(CATALOGUE), catalogue_schema()], ids=["mapping", "catalogue"]
)
def test_each_is_a_schema_of_draft_2020_12(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("read", [as_text, as_typed])
def test_the_example_and_the_default_catalogue_are_valid(read: Callable[[str], Any]) -> None:
    OF_MAPPINGS.validate(read(EXAMPLE.read_text(encoding="utf-8")))
    OF_CATALOGUES.validate(read(default_path().read_text(encoding="utf-8")))


@given(mappings())
def test_any_mapping_written_is_valid(mapping: Mapping) -> None:
    written = Writer(CATALOGUE).text(mapping)
    OF_MAPPINGS.validate(as_text(written))
    OF_MAPPINGS.validate(as_typed(written))


def test_what_the_catalogue_no_longer_has_is_kept_with_a_warning_and_marked_by_an_editor() -> None:
    smaller = replace(CATALOGUE, fields=CATALOGUE.fields[:1], version="9")
    mapping, problems = mappingfile.parse(MAPPING.encode(), smaller)
    assert mapping is not None
    assert problems
    assert all(problem.warning for problem in problems)
    assert not validator(mapping_schema(smaller)).is_valid(as_text(MAPPING))


#: Each kind of mistake that `dtm-map check` names and a schema can: what is put for what.
MISTAKES = {
    "a newer format": ("mapping/1", "mapping/2"),
    "no format": ("format: dtm-mapping/1\n", ""),
    "an unknown key": ("prepared_by:", "preparedby:"),
    "an unknown key of a section": ("  others:", "  other:"),
    "an unknown key of a row": ("pending: ''", "pendng: ''"),
    "an unknown key of a data user": ("frequency: weekly", "frequancy: weekly"),
    "a country that does not exist": ("BGD", "Bangladash"),
    "an unknown depth": ("depth: standard", "depth: deep"),
    "a date in another order": ("created: '2026-11-22'", "created: 22-11-2026"),
    "a day that no month has": ("created: '2026-11-22'", "created: '2026-02-30'"),
    "a list for a text": ("response: Cox's Bazar refugee response", "response: [a]"),
    "another catalogue": ("dtm-data-users", "dtm-users"),
    "no version": (", version: '2'", ""),
    "a section without an id": ("- id: coordination\n", "-\n"),
    "a row without an example": ("example: iccg\n    ", ""),
    "a row with two states": ("    pending: ''", "    not_applicable: ''\n    pending: ''"),
    "a row without a state": ("    pending: ''\n", ""),
    "a list for a note": ("pending: ''", "pending: [a]"),
    "a text for a data user": ("others:\n", "others:\n  - a\n"),
    "a data user without a name": ("- name: Camp-in-Charge\n   ", "-"),
    "an empty name": ("Camp-in-Charge", "''"),
    "a name that is too long": ("Camp-in-Charge", "a" * 201),
    "a name with a line break": ("Camp-in-Charge", '"a\\nb"'),
    "a name with a tab": ("Camp-in-Charge", '"a\\tb"'),
    "a name with a control character": ("Camp-in-Charge", '"a\\e[0m"'),
    "a detail that is too long": ("weekly", "a" * 2001),
    "a detail with a control character": ("weekly", '"a\\0"'),
    "an unknown choice": ("contacted", "contactd"),
    "an unknown choice in a list": ("[strategic]", "[stratgic]"),
    "a text for a list": ("[strategic]", "strategic"),
    "a list for a choice": ("contacted", "[contacted]"),
}


@pytest.mark.parametrize(("old", "new"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_that_check_names_is_one_under_the_schema_too(old: str, new: str) -> None:
    assert MAPPING.count(old) == 1
    source = MAPPING.replace(old, new)
    assert problems_of_mapping(source)
    assert not OF_MAPPINGS.is_valid(as_text(source))


@pytest.mark.parametrize(
    ("old", "new"), [("example: hct", "example: hcct"), ("id: coordination", "id: coordinaton")]
)
def test_what_the_catalogue_no_longer_has_is_valid(old: str, new: str) -> None:
    source = MAPPING.replace(old, new)
    assert problems_of_mapping(source) == []
    OF_MAPPINGS.validate(as_text(source))


def problems_of_mapping(source: str) -> list[str]:
    return told(mappingfile.parse(source.encode(), CATALOGUE)[1])


def problems_of_catalogue(source: str) -> list[str]:
    return told(catalogues.parse(source.encode())[1])


def told(problems: list[Problem]) -> list[str]:
    """The problems that a schema can say too."""
    unsaid = ("is repeated", "unknown interest", "unknown earlier field")
    return [
        problem.what
        for problem in problems
        if not problem.warning and not any(words in problem.what for words in unsaid)
    ]


#: What is put in places where it belongs or not.
VALUES: tuple[Any, ...] = (
    *("", "x", "a\nb", "a\tb", "a\x07", "a\u0085b", "é", "a" * 200, "a" * 201, "a" * 2000, "a" * 2001),
    *("Not An Id", "1", "2", "true", "false", "yes", "BGD", "2026-11-22", "2026-13-01", "2026-02-30"),
    *("#meta", "#Meta", "#meta + x"),
    *("full", "deep", "text", "select_one", "select_multiple", "public", "other", "menu", "name", "verified"),
    *("hct", "strategic", ["strategic", ""], [], ["x"], [["x"]], [{}], {}, {"id": "x"}, {"name": "x"}),
    *({"id": "x", "label": "X"}, [{"id": "x", "label": "X"}], [{"name": "x"}]),
    *([{"example": "x"}], [{"example": "x", "pending": ""}]),
)  # fmt: skip
KEYS = (
    *("format", "id", "version", "title", "label", "type", "choices", "or_other", "interests", "inactive"),
    *("hint", "question", "depth", "visibility", "name", "verified", "users", "pending", "not_applicable"),
    *("rows", "others", "levels", "needs", "engagement", "notes", "area", "country", "created", "old_field"),
    *("relevant", "hxl", "since", "aliases", "empties", "Not An Id"),
)


def places(part: Any) -> list[tuple[Any, Any]]:
    """Every place in a file: what holds it, and under which key or number."""
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else []
    return [place for key in keys for place in ((part, key), *places(part[key]))]


@st.composite
def edited(draw: st.DrawFn, source: str) -> Any:
    """A file in which one or two things were changed, taken out or added."""
    data = as_text(source)
    for _time in range(draw(st.integers(1, 2))):
        holder, key = draw(st.sampled_from(places(data)))
        change = draw(st.sampled_from(["value", "key", "out"]))
        # A copy, or a later change to one place would be one to the other too.
        value = json.loads(json.dumps(draw(st.sampled_from(VALUES))))
        if change == "out":
            del holder[key]
        elif change == "key" and isinstance(holder, dict):
            holder[draw(st.sampled_from(KEYS))] = value
        else:
            holder[key] = value
    return data


@given(edited(MAPPING) | edited(MAPPING.replace("version: '2'", "version: '0'")))
def test_a_mapping_is_valid_just_where_its_reader_finds_no_mistake(data: Any) -> None:
    source = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    problems = problems_of_mapping(source)
    # The reader keeps fields and choices of another version with a warning, which a schema cannot give.
    if problems or same_version(data):
        assert (problems == []) == OF_MAPPINGS.is_valid(data), problems


def same_version(data: Any) -> bool:
    made_with = data.get("catalogue") if isinstance(data, dict) else None
    return isinstance(made_with, dict) and made_with.get("version") == CATALOGUE.version


@given(edited(SMALL))
def test_a_catalogue_is_valid_just_where_its_reader_finds_no_mistake(data: Any) -> None:
    source = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    problems = problems_of_catalogue(source)
    assert (problems == []) == OF_CATALOGUES.is_valid(data), problems


@pytest.mark.parametrize("word", sorted(catalogues.RESERVED))
def test_an_id_with_a_meaning_of_its_own_is_refused_by_both(word: str) -> None:
    source = SMALL.replace("id: wfp", f"id: {word}")
    assert problems_of_catalogue(source)
    assert not OF_CATALOGUES.is_valid(as_text(source))


def test_a_schema_is_written_to_a_file_as_it_is_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dtm_mapper", "schema", "mapping"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    subprocess.run([*command, "-o", "é.json"], cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "é.json").read_bytes() == printed.replace(b"\r\n", b"\n")


def test_the_schema_of_mappings_knows_the_catalogue_in_use(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.replace("title: First", "title: Première"), encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "dtm_mapper", "schema", "mapping", "--catalogue", str(file)],
        capture_output=True,
        check=True,
    )
    schema = validator(json.loads(made.stdout.decode("utf-8")))
    small = """
format: dtm-mapping/1
catalogue: {id: small, version: '3'}
sections:
- id: first
  rows:
  - {example: wfp, users: [{name: A, levels: high, needs: [food, other text]}]}
"""
    schema.validate(as_text(small))
    assert not schema.is_valid(as_text(small.replace("high", "higher")))
    assert "Première" in made.stdout.decode("utf-8")
    assert not schema.is_valid(as_text(MAPPING))


def test_editors_are_given_the_words_of_sections_examples_fields_and_choices() -> None:
    said = json.dumps(mapping_schema(CATALOGUE), ensure_ascii=False)
    labels = [one.title for one in CATALOGUE.sections]
    labels += [example.name for example in CATALOGUE.example_by_id.values()]
    labels += [asked.label for asked in CATALOGUE.fields]
    labels += [choice.label for asked in CATALOGUE.fields for choice in asked.choices]
    assert [label for label in labels if json.dumps(label, ensure_ascii=False) not in said] == []


@pytest.mark.parametrize("kind", ["mapping", "catalogue"])
def test_the_same_catalogue_gives_the_same_schema(kind: str) -> None:
    # Whatever order sets have in one run of the program or another.
    first, second = (run("schema", kind, cwd=Path(), PYTHONHASHSEED=seed).out for seed in ("1", "2"))
    assert first == second != ""
