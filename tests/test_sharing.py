"""A mapping to hand on: what it contains, that it can be continued, and that it does not count as a copy."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from dtm_mapper import reports
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.mappingfile import looks_like_mapping, parse
from dtm_mapper.sharing import has_sign, is_shared
from dtm_mapper.store.folder import mappings_in
from strategies import CATALOGUE, mappings
from test_cli import MAPPING, Result, files_in, run

SHARED = "mali-shared.yaml"
#: The mapping without a line of older files.
NEWER = MAPPING.replace("updated: '2020-01-02'\n", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a mapping and nothing else."""
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8", newline="\n")
    return tmp_path


def share(folder: Path, *options: str) -> str:
    """Write the mapping to hand on, and return its text."""
    assert run("report", "mali.yaml", "-f", "yaml", *options, cwd=folder) == Result(0, f"{SHARED}\n", "")
    return (folder / SHARED).read_text(encoding="utf-8")


def without_comment(text: str) -> str:
    lines = text.splitlines(keepends=True)
    assert [line[:2] for line in lines[:4]] == ["# ", "# ", "# ", "fo"]
    return "".join(lines[3:])


def test_it_has_all_but_the_personal_fields(folder: Path) -> None:
    personal = "      focal_point: Head of VAM\n      contact: vam@example.org\n"
    assert personal in MAPPING
    shared = share(folder)
    assert without_comment(shared) == NEWER.replace(personal, "")
    assert "Left out: Focal point; Contact." in shared.partition("format:")[0]
    assert "dtm-map edit" in shared.partition("format:")[0]


def test_for_the_public_it_has_no_internal_fields_reasons_and_notes_and_nobody_who_left(folder: Path) -> None:
    text = MAPPING.replace(
        "    - name: Société", "    - name: Left NGO\n      engagement: left\n    - name: Société"
    )
    text = text.replace(
        "  others:\n",
        "  - example: unicef\n    users:\n    - name: Left\n      engagement: left\n  others:\n",
    )
    (folder / "mali.yaml").write_text(text, encoding="utf-8")
    shared = without_comment(share(folder, "--public"))
    assert shared == NEWER.replace("      frequency: each-round\n", "").replace(
        "      focal_point: Head of VAM\n      contact: vam@example.org\n", ""
    ).replace("pending: Ask the ISCG", "pending: ''").replace("not_applicable: Closed", "not_applicable: ''")


@pytest.mark.parametrize("options", ["", "--public"])
def test_check_accepts_it_and_edit_continues_it(folder: Path, options: str) -> None:
    share(folder, *options.split())
    assert run("check", SHARED, cwd=folder) == Result(0, f"{SHARED}: no problems\n", "")
    before = (folder / "mali.yaml").read_bytes()
    result = run("edit", SHARED, "--plain", "--at", "unhcr", cwd=folder, given="UNHCR Mali\n:quit\n")
    assert result.code == 0
    assert "- name: UNHCR Mali\n" in (folder / SHARED).read_text(encoding="utf-8")
    assert (folder / "mali.yaml").read_bytes() == before


def test_whoever_receives_nothing_else_continues_it_without_its_name(folder: Path) -> None:
    share(folder)
    (folder / "mali.yaml").unlink()
    result = run("status", cwd=folder)
    assert (result.code, result.err) == (0, f"Using {SHARED}, the only mapping in this folder.\n")


@pytest.mark.parametrize("name", [SHARED, "handed-on.yaml", "b.yml"])
def test_it_is_not_in_the_list_of_mappings_until_somebody_edits_it(folder: Path, name: str) -> None:
    assert run("report", "mali.yaml", "-f", "yaml", "-o", name, cwd=folder).code == 0
    assert "In that folder there is: mali.yaml\n" in run("edit", "--plain", "none.yaml", cwd=folder).err
    shared = (folder / name).read_bytes()
    (folder / name).write_bytes(shared.replace(b"\n", b"\r\n"))
    assert mappings_in(folder) == [folder / "mali.yaml"]
    (folder / name).write_bytes(shared.replace(b"NPM", b"NPM, IM"))
    assert sorted(mappings_in(folder)) == sorted([folder / "mali.yaml", folder / name])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
def test_dtm_map_alone_does_not_offer_it(folder: Path) -> None:
    from pseudoterminal import Pseudoterminal

    share(folder)
    with Pseudoterminal(cwd=folder) as terminal:
        shown = terminal.wait_for("A new mapping")
    assert "mali.yaml" in shown
    assert SHARED not in shown


def test_what_is_written_to_standard_output_is_the_same_and_no_copy_either(folder: Path) -> None:
    result = run("report", "mali.yaml", "-f", "yaml", "-o", "-", cwd=folder)
    assert (result.code, result.err) == (0, "")
    assert result.out == share(folder)


@pytest.mark.parametrize("name", ["x.yaml", "x.YAML", "x.yml"])
def test_the_ending_says_the_format(folder: Path, name: str) -> None:
    assert run("report", "mali.yaml", "-o", name, cwd=folder) == Result(0, f"{name}\n", "")
    assert is_shared((folder / name).read_bytes())


@pytest.mark.parametrize("options", ["-f yaml --with-personal", "-o x.yaml --with-personal", "-f yaml --hxl"])
def test_personal_fields_and_hashtags_are_refused(folder: Path, options: str) -> None:
    before = files_in(folder)
    result = run("report", "mali.yaml", *options.split(), cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert options.rpartition(" ")[2] in result.err
    assert files_in(folder) == before


def test_it_is_replaced_without_a_question_until_somebody_edits_it(folder: Path) -> None:
    share(folder)
    text = (folder / "mali.yaml").read_text(encoding="utf-8").replace("Test response", "Another response")
    (folder / "mali.yaml").write_text(text, encoding="utf-8")
    edited = share(folder).replace("NPM", "NPM, IM")
    assert "Another response" in edited

    (folder / SHARED).write_text(edited, encoding="utf-8")
    result = run("report", "mali.yaml", "-f", "yaml", cwd=folder)
    assert (result.code, result.out) != (0, f"{SHARED}\n")
    assert "--yes" in result.err
    assert (folder / SHARED).read_text(encoding="utf-8") == edited
    assert "NPM, IM" not in share(folder, "--yes")


@pytest.mark.parametrize("options", ["-f yaml", "-f md", "", "--yes"])
def test_no_report_is_written_over_a_mapping(folder: Path, options: str) -> None:
    (folder / "other.yaml").write_text(MAPPING.replace("Test", "Other"), encoding="utf-8")
    before = files_in(folder)
    for out in ("mali.yaml", "other.yaml"):
        result = run("report", "mali.yaml", "-o", out, *options.split(), cwd=folder)
        assert result.code != 0
        assert out in result.err
        assert files_in(folder) == before


@given(mappings())
def test_any_mapping_can_be_handed_on_and_read_again(mapping: Mapping) -> None:
    for public in (False, True):
        source = reports.render(mapping, CATALOGUE, "yaml", public=public)
        assert is_shared(source)
        assert has_sign(source[:2_000])
        read, problems = parse(source, CATALOGUE)
        assert read is not None, problems
        answered = {id for *_place, user in read.every_user(CATALOGUE) for id in user.details}
        hidden = {"personal", "internal"} if public else {"personal"}
        assert not {CATALOGUE.field_by_id[id].visibility for id in answered} & hidden
        if public:
            assert not any(row.pending or row.not_applicable for row in read.rows.values())
        else:
            states = {example: row.state(CATALOGUE) for example, row in read.rows.items()}
            assert states == {example: row.state(CATALOGUE) for example, row in mapping.rows.items()}


def test_a_field_of_any_name_can_be_left_out() -> None:
    label = "Contact\N{LINE SEPARATOR}a: b\N{NEXT LINE}c: d" + "é" * 3_000
    fields = tuple(replace(asked, label=label, visibility="personal") for asked in CATALOGUE.fields)
    catalogue = replace(CATALOGUE, fields=fields)
    user = DataUser("A", {"contact": "b"})
    mapping = Mapping(CATALOGUE.id, CATALOGUE.version, "", others={"ngos": (user,)})
    source = reports.render(mapping, catalogue, "yaml")
    assert looks_like_mapping(source)
    assert is_shared(source)
    read, problems = parse(source, catalogue)
    assert (read, problems) == (replace(mapping, others={"ngos": (DataUser("A"),)}), [])
