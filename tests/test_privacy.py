"""What reports show to whom, and that they name contacts. Every text of a mapping is marked with its kind."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row
from dtm_mapper.mappingfile import Writer
from dtm_mapper.reports import FORMATS
from test_cli import Result, run

CATALOGUE = load(default_path())
#: What the options of `dtm-map report` leave out.
HIDDEN: dict[str, set[str]] = {
    "": {"PERSONAL"},
    "--with-personal": set(),
    "--public": {"PERSONAL", "INTERNAL", "NOTE", "REASON", "LEFT"},
}


def marked_details(who: str) -> dict[str, Detail]:
    """An answer to every field that takes free text, marked with who may see it."""
    details: dict[str, Detail] = {}
    for asked in CATALOGUE.fields:
        mark = f"{asked.visibility.upper()}-{asked.id}-{who}"
        if asked.type == "select_multiple" and asked.or_other:
            details[asked.id] = (asked.choices[0].id, mark)
        elif asked.type == "text" or asked.or_other:
            details[asked.id] = mark
    return details


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mapping that has a marked text in every place that takes one."""

    def row(example: str, **state: object) -> Row:
        label = CATALOGUE.example_by_id[example].name
        return Row(example, CATALOGUE.section_of_example[example], label, **state)  # type: ignore[arg-type]

    here = DataUser("SHOWN-name", marked_details("row"), "2026-11-22")
    left = DataUser("LEFT-name", {"engagement": "left", "area": "LEFT-area"}, "2026-11-22")
    rows = [
        row("wfp", users=(here, left)),
        row("unicef", users=(left,)),
        row("unhcr", pending="NOTE-of-unhcr\nand NOTE-second-line"),
        row("ocha", not_applicable="REASON-of-ocha", verified="2026-11-22"),
        # Examples and answers that only another version of the catalogue knew.
        Row("gone-pending", "un-agencies", "SHOWN-label", pending="NOTE-of-gone"),
        Row(
            "gone-mapped",
            "gone-section",
            "SHOWN-other-label",
            (DataUser("SHOWN-gone", {"old": "PERSONAL-old"}),),
        ),
    ]
    mapping = Mapping(
        *(CATALOGUE.id, "0", "2026-11-22", "SHOWN-response", "BGD", "SHOWN-team", "full"),
        rows={row.example: row for row in rows},
        others={"ngos": (DataUser("SHOWN-other", marked_details("other")), left)},
    )
    folder = tmp_path_factory.mktemp("privacy")
    (folder / "mali.yaml").write_text(Writer(CATALOGUE).text(mapping), encoding="utf-8")
    return folder


KINDS = ("SHOWN", "PUBLIC", "INTERNAL", "PERSONAL", "NOTE", "REASON", "LEFT")
MARK = re.compile(rb"\b(?:" + "|".join(KINDS).encode() + rb")-[a-z_]+(?:-[a-z]+)*")


def marks_in(content: bytes) -> set[str]:
    """The marked texts anywhere in a file, also in the parts of an archive."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return {mark.decode() for mark in MARK.findall(content)}


#: A mapping to hand on never has personal fields.
CASES = [
    (name, options)
    for name in FORMATS
    for options in HIDDEN
    if (name, options) != ("yaml", "--with-personal")
]


@pytest.mark.parametrize(("format_name", "options"), CASES)
def test_a_report_shows_what_its_readers_may_see_and_nothing_else(
    folder: Path, format_name: str, options: str
) -> None:
    everything = marks_in((folder / "mali.yaml").read_bytes())
    assert {mark.partition("-")[0] for mark in everything} == set(KINDS)
    done = run("report", "mali.yaml", "-f", format_name, *options.split(), "-o", "out", "--yes", cwd=folder)
    assert done.code == 0
    shown = marks_in((folder / "out").read_bytes())
    assert shown == {mark for mark in everything if mark.partition("-")[0] not in HIDDEN[options]}


def test_the_state_of_a_row_stays_where_its_reason_or_note_is_left_out(folder: Path) -> None:
    report = run("report", "mali.yaml", "-f", "csv", "--public", "-o", "-", cwd=folder).out
    states = {cells[2]: cells[4] for line in report.splitlines() if len(cells := line.split(",")) > 4}
    assert (states["UNHCR"], states["OCHA"], states["UNICEF"]) == ("pending", "not applicable", "open")


def test_a_public_report_says_that_it_has_no_reasons_and_notes(folder: Path) -> None:
    public = run("report", "mali.yaml", "--public", "-o", "-", cwd=folder).out
    assert re.search(r"^Left out of this report: .*Contact.*, Reason or note\.$", public, re.MULTILINE)
    assert "Reason or note" not in run("report", "mali.yaml", "-o", "-", cwd=folder).out


CONTACTS = """\
format: dtm-mapping/1
response: Response, write to team@example.org
country: BGD
prepared_by: IM officer, 0799 12 34 56
depth: full
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: un-agencies
  rows:
  - example: wfp
    label: WFP
    users:
    - name: Left NGO
      engagement: left
      notes: Was left@example.org
    - name: WFP (vam@example.org)
      needs: [food, Ask 66 22 11 00]
      area: 1 234 567 people since 22.11.2026, and radio +235 66 22 11 00
      focal_point: Jane, jane@example.org
      contact: jane@example.org
      notes: Her mobile is +235 66 22 11 01
  - example: unhcr
    label: UNHCR
    pending: Ask 0799 12 34 57
  others:
  - name: UN Women
    frequency: Whenever boss@example.org asks
"""
SHOWN_TO_ALL = [
    "response: Response",
    "prepared_by: Prepared by",
    "un-agencies/wfp: WFP (vam@example.org), name",
    "un-agencies/wfp/2/needs: WFP (vam@example.org), Information needs",
    "un-agencies/wfp/2/area: WFP (vam@example.org), Area",
]
SHOWN_TO_US = [
    "un-agencies/unhcr: UNHCR, reason or note",
    "un-agencies/wfp/1/notes: Left NGO, Notes",
    "un-agencies/wfp/2/notes: WFP (vam@example.org), Notes",
    "un-agencies/other/1/frequency: UN Women, Frequency",
]


def places_in(result: Result) -> list[str]:
    """The places that a warning on standard error lists."""
    assert result.code == 0
    first, *places, _last = result.err.splitlines()
    assert first == (
        "The report shows what looks like a mail address or a telephone number, outside personal fields:"
    )
    return [place.strip() for place in places]


@pytest.mark.parametrize("format_name", FORMATS)
def test_contacts_outside_personal_fields_are_named_with_their_places(
    tmp_path: Path, format_name: str
) -> None:
    (tmp_path / "mali.yaml").write_text(CONTACTS, encoding="utf-8")
    result = run("report", "mali.yaml", "-f", format_name, cwd=tmp_path)
    assert sorted(places_in(result)) == sorted(SHOWN_TO_ALL + SHOWN_TO_US)
    assert "jane@example.org" not in result.err


@pytest.mark.parametrize(
    ("option", "places"), [("--public", SHOWN_TO_ALL), ("--with-personal", SHOWN_TO_ALL + SHOWN_TO_US)]
)
def test_only_contacts_that_the_report_shows_are_named(
    tmp_path: Path, option: str, places: list[str]
) -> None:
    (tmp_path / "mali.yaml").write_text(CONTACTS, encoding="utf-8")
    result = run("report", "mali.yaml", option, "-o", "-", cwd=tmp_path)
    assert sorted(places_in(result)) == sorted(places)
    assert "looks like a mail address" not in result.out


def test_each_place_that_is_named_can_be_gone_to(tmp_path: Path) -> None:
    (tmp_path / "mali.yaml").write_text(CONTACTS, encoding="utf-8")
    for place in SHOWN_TO_ALL + SHOWN_TO_US:
        where = place.partition(":")[0]
        assert f"\n[{where}]" in run("edit", "mali.yaml", "--plain", "--at", where, cwd=tmp_path).out


def test_of_many_contacts_ten_are_named_and_the_others_counted(tmp_path: Path) -> None:
    users = "".join(f"  - name: NGO {number}, ngo{number}@example.org\n" for number in range(13))
    text = f"{CONTACTS.partition('response')[0]}catalogue: {{id: dtm-data-users, version: '2'}}\n"
    (tmp_path / "mali.yaml").write_text(f"{text}sections:\n- id: ngos\n  others:\n{users}", encoding="utf-8")
    places = places_in(run("report", "mali.yaml", cwd=tmp_path))
    assert len(places) == 11
    assert places[-1] == "and 3 more"


def test_an_interview_that_writes_a_report_names_them_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "mali.yaml").write_text(CONTACTS, encoding="utf-8")
    result = run("edit", "mali.yaml", "--plain", "--at", "review", cwd=tmp_path, given="\ny\n")
    assert (tmp_path / "mali.docx").exists()
    first, *places = [line.strip() for line in result.err.partition("mali.docx\n")[2].splitlines()]
    assert first.startswith("The report shows what looks like a mail address")
    assert sorted(places[:-1]) == sorted(SHOWN_TO_ALL + SHOWN_TO_US)


def test_an_address_is_moved_to_the_contact_and_not_to_the_focal_point(tmp_path: Path) -> None:
    given = "WFP, vam@example.org\n:quit\n"
    (tmp_path / "mali.yaml").write_text(CONTACTS.partition("sections")[0], encoding="utf-8")
    run("edit", "mali.yaml", "--plain", "--at", "wfp", cwd=tmp_path, given=given)
    assert "- name: WFP\n      contact: 'vam@example.org'\n" in (tmp_path / "mali.yaml").read_text(
        encoding="utf-8"
    )


def test_a_report_without_such_contacts_says_nothing(folder: Path) -> None:
    assert run("report", "mali.yaml", "-o", "-", "--public", cwd=folder).err.count("looks like") == 0


def test_a_report_that_is_refused_says_nothing_of_contacts(tmp_path: Path) -> None:
    (tmp_path / "mali.yaml").write_text(CONTACTS, encoding="utf-8")
    result = run("report", "mali.yaml", "-o", "mali.yaml", cwd=tmp_path)
    assert result.err.startswith("dtm-map: mali.yaml: this is the mapping itself")
