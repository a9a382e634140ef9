"""Mappings made with the first version of the catalogue: they open, and status says what is new."""

import shutil
from pathlib import Path

import pytest

from dtm_mapper.catalogue import Catalogue, Field
from dtm_mapper.catalogue_file import load
from dtm_mapper.store.store import Store
from interviews import hold
from strategies import CATALOGUE
from test_cli import run

OLD = Path(__file__).parent / "data" / "version-1.yaml"
#: The third version of a catalogue, in which every kind of thing was added in some version.
SMALL = """\
format: dtm-catalogue/1
id: small
version: '3'
title: A small catalogue
fields:
- {id: notes, label: Notes, type: text}
- {id: area, label: Area, type: text, since: '3'}
- {id: levels, label: Level, type: select_one, choices: [{id: a, label: A}, {id: b, label: B, since: '2'}]}
sections:
- id: agencies
  title: Agencies
  examples:
  - {id: wfp, name: WFP}
  - {id: who, name: WHO, since: '2'}
  - {id: undp, name: UNDP, since: '3'}
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "old.yaml"))


def test_an_old_mapping_is_sound(old: Path) -> None:
    assert "version: '1'" in OLD.read_text(encoding="utf-8")
    done = run("check", old.name, cwd=old.parent)
    assert (done.code, done.out, done.err) == (0, "old.yaml: no problems\n", "")


def test_status_says_what_is_new_in_the_catalogue(old: Path) -> None:
    done = run("status", old.name, cwd=old.parent, COLUMNS="200")
    assert done.code == 0
    assert (
        "This mapping was made with version 1 of the catalogue, which is now version 2. "
        "Information needs: 26 new choices. New field: Consent." in done.out
    )


def test_status_says_nothing_of_a_version_that_is_the_same(old: Path) -> None:
    hold(old.parent, "B", begun=OLD.read_text(encoding="utf-8"), at="response")
    done = run("status", "dtm-mapping.yaml", cwd=old.parent)
    assert done.code == 0
    assert "version" not in done.out


def test_the_next_change_makes_it_a_mapping_of_the_new_version(old: Path) -> None:
    talk = hold(old.parent, "Another name", begun=OLD.read_text(encoding="utf-8"), at="response")
    assert "catalogue: {id: dtm-data-users, version: '2'}" in talk.file.read_text(encoding="utf-8")
    before = Store(old, CATALOGUE).load()[0]
    assert talk.mapping.rows == before.rows
    assert talk.mapping.others == before.others


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1", ["New field: Area.", "Level: 1 new choice.", "New examples: WHO; UNDP."]),
        ("2", ["New field: Area.", "New examples: UNDP."]),
        ("first", ["New field: Area.", "Level: 1 new choice.", "New examples: WHO; UNDP."]),
        ("3", []),
        ("3.1", ["version 3.1 of the catalogue, which is now version 3."]),
    ],
)
def test_only_what_is_newer_than_the_mapping_is_new(tmp_path: Path, version: str, said: list[str]) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    mapping = f"format: dtm-mapping/1\ncatalogue: {{id: small, version: '{version}'}}\n"
    (tmp_path / "mali.yaml").write_text(mapping, encoding="utf-8")
    done = run("status", "mali.yaml", "--catalogue", "small.yaml", cwd=tmp_path, COLUMNS="200")
    assert done.code == 0
    assert all(words in done.out for words in said)
    assert done.out.count("new choice") == len([words for words in said if "choice" in words])
    assert done.out.count("New ") == len([words for words in said if words.startswith("New")])
    assert ("This mapping was made with" in done.out) == (version != "3")


def catalogue_of(*fields: Field) -> Catalogue:
    return Catalogue("small", "1", "Small", "", fields, ())


def field(id: str, type: str = "text", visibility: str = "personal", **more: str) -> Field:
    return Field(id, id, id, type, "full", visibility, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((), None),
        ((field("notes", visibility="public"),), None),
        ((field("person"), field("reach")), "reach"),
        ((field("reach", hxl="#contact+email"), field("role")), "reach"),
        ((field("reach"), field("role"), field("consent", "select_one", relevant="reach")), "reach"),
        ((field("a", hxl="#contact"), field("b"), field("role"), field("consent", relevant="b")), "b"),
        ((field("what", visibility="public"), field("other", relevant="what"), field("reach")), "reach"),
    ],
)
def test_the_field_for_contacts_is_the_one_that_consent_is_about(
    fields: tuple[Field, ...], expected: str | None
) -> None:
    found = catalogue_of(*fields).contact_field
    assert (found.id if found else None) == expected


def test_a_field_without_a_hashtag_gets_one_of_its_id() -> None:
    catalogue = load(OLD.parent.parent.parent / "examples" / "education.yaml")
    assert [asked.tag for asked in catalogue.fields] == [
        "#inneed+list",
        "#contact+email",
        "#meta+mailing_list",
    ]
    assert CATALOGUE.field_by_id["contact"].tag == "#contact+contact"
