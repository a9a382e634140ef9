"""A mapping as a file: the same when read back, every mistake told at once, nothing dropped."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper.catalogue import Catalogue, Choice, Example, Field, FieldType
from dtm_mapper.comments import new_head
from dtm_mapper.errors import Problem
from dtm_mapper.mapping import OTHER, DataUser, Detail, Mapping, Row, progress, up_to_date
from dtm_mapper.mappingfile import Writer, looks_like_mapping, parse
from strategies import CATALOGUE, damaged, data_users, later_versions, mappings, sources, texts

TODAY = "2026-11-22"
EMPTY = Mapping(CATALOGUE.id, CATALOGUE.version, TODAY)

#: A mapping as the design shows it.
SHOWN = """\
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
    label: ICCG or other coordination body for the response
    not_applicable: Merged into the ISCG
    verified: '2026-11-22'
  - example: imwg
    label: IMWG (Information Management Working Group)
    pending: Ask the ISCG
  others:
  - name: Camp-in-Charge
    frequency: weekly
    notes: |-
      First line

      Third line
"""


def written(mapping: Mapping, catalogue: Catalogue = CATALOGUE) -> str:
    return Writer(catalogue).text(mapping)


def read(source: str, catalogue: Catalogue = CATALOGUE) -> tuple[Mapping, list[Problem]]:
    mapping, problems = parse(source.encode(), catalogue)
    assert mapping is not None, problems
    return mapping, problems


def problems_of(source: str, catalogue: Catalogue = CATALOGUE) -> list[Problem]:
    """The problems of a file that is refused."""
    mapping, problems = parse(source.encode(), catalogue)
    assert mapping is None
    return sorted(problem for problem in problems if not problem.warning)


def changed(*changes: tuple[str, str]) -> str:
    """The mapping shown, each old text, which it has once, put for a new one."""
    source = SHOWN
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


def test_the_mapping_shown_in_the_design_is_read_and_written_as_it_stands() -> None:
    mapping, problems = read(SHOWN)
    assert problems == []
    assert mapping == Mapping(
        catalogue="dtm-data-users",
        catalogue_version="2",
        created="2026-11-22",
        response="Cox's Bazar refugee response",
        country="BGD",
        prepared_by="NPM, information management",
        rows={
            "hct": Row(
                "hct",
                "coordination",
                "HCT or other coordination body for the response",
                users=(
                    DataUser(
                        "Strategic Executive Group (SEG)",
                        {
                            "levels": ("strategic",),
                            "needs": ("population-by-location", "Age of the shelters"),
                        },
                        "2026-11-22",
                    ),
                ),
            ),
            "iccg": Row(
                "iccg",
                "coordination",
                "ICCG or other coordination body for the response",
                not_applicable="Merged into the ISCG",
                verified="2026-11-22",
            ),
            "imwg": Row(
                "imwg",
                "coordination",
                "IMWG (Information Management Working Group)",
                pending="Ask the ISCG",
            ),
        },
        others={
            "coordination": (
                DataUser("Camp-in-Charge", {"frequency": "weekly", "notes": "First line\n\nThird line"}),
            )
        },
    )
    # Older files have this line, too.
    assert written(mapping) == SHOWN.replace("updated: '2026-11-22'\n", "")


@given(mappings())
def test_any_mapping_written_is_the_same_when_read(mapping: Mapping) -> None:
    again, problems = read(written(mapping))
    assert again == mapping
    assert all(problem.warning for problem in problems)


@given(mappings())
def test_every_other_reader_of_yaml_reads_a_mapping_as_text_too(mapping: Mapping) -> None:
    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for pair in value.items() for part in pair for leaf in leaves(part)]
        return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [value]

    found = yaml.safe_load(written(mapping))
    assert all(isinstance(leaf, str) for leaf in leaves(found))
    assert found["depth"] == mapping.depth
    names = {user["name"] for section in found.get("sections", []) for user in section.get("others", [])}
    assert names == {user.name for users in mapping.others.values() for user in users}


@given(mappings(), st.lists(st.sampled_from(sorted(CATALOGUE.example_by_id)), max_size=4), data_users())
def test_one_writer_writes_a_row_of_changes_as_new_ones_would(
    mapping: Mapping, examples: list[str], user: DataUser
) -> None:
    writer = Writer(CATALOGUE)
    steps = [mapping]
    for example in examples:
        section = CATALOGUE.section_of_example[example]
        steps.append(steps[-1].with_users(CATALOGUE, section, example, (user,)))
        steps.append(steps[-1].with_users(CATALOGUE, section, OTHER, (user, user)))
    for step in [*steps, *reversed(steps)]:
        assert writer.text(step) == written(step)


@given(mappings())
def test_sections_rows_and_details_stand_in_the_catalogues_order(mapping: Mapping) -> None:
    backwards = replace(
        mapping,
        rows=dict(reversed(mapping.rows.items())),
        others=dict(reversed(mapping.others.items())),
    )
    found = yaml.safe_load(written(backwards)).get("sections", [])
    sections = [part["id"] for part in found if part["id"] in CATALOGUE.section_by_id]
    assert sections == [section for section in CATALOGUE.section_by_id if section in sections]
    rows = [row["example"] for part in found for row in part.get("rows", [])]
    known = [example for example in rows if example in CATALOGUE.example_by_id]
    assert known == [example for example in CATALOGUE.example_by_id if example in known]


def test_details_stand_in_the_catalogues_order_however_they_were_given() -> None:
    details: dict[str, Detail] = {"notes": "n", "area": "a", "needs": ("food",), "levels": ("strategic",)}
    text = written(EMPTY.with_users(CATALOGUE, "iom", OTHER, (DataUser("A", details, TODAY),)))
    assert [line.split(":")[0].strip(" -") for line in text.splitlines()[-6:]] == [
        *("name", "levels", "needs", "area", "notes", "verified")
    ]


def test_open_rows_are_absent_and_a_mapping_without_answers_has_no_sections() -> None:
    assert "sections" not in written(EMPTY)
    assert read(written(EMPTY)) == (EMPTY, [])
    open_row = "  - example: hct\n    users: []\n"
    mapping, problems = read(written(EMPTY) + "sections:\n- id: coordination\n  rows:\n" + open_row)
    assert (mapping, problems) == (EMPTY, [])


@given(mappings(), texts(), st.dates().map(str))
def test_one_changed_answer_changes_few_lines(mapping: Mapping, text: str, today: str) -> None:
    before = written(mapping)
    for section, item, number, user in mapping.every_user(CATALOGUE):
        users = list(mapping.users(section, item))
        users[number - 1] = user.with_detail("area", text, today)
        if item in mapping.rows:
            after = mapping.with_row(replace(mapping.rows[item], users=tuple(users)))
        else:
            after = mapping.with_users(CATALOGUE, section, item, tuple(users))
        had = user.details.get("area", "")
        lines = str(had).count("\n") + 1
        old, new = Counter(before.split("\n")), Counter(written(after).split("\n"))
        # The answer itself, and the day on which it was given.
        assert (old - new).total() <= lines + 2
        assert (new - old).total() <= 2


@pytest.mark.parametrize(
    "word",
    ["NO", "no", "010", "~", "null", "2026-11-22", "12:30:45", "1_000", "1e3", ".inf", "true", "0x1F", "="],
)
def test_every_answer_is_the_text_that_was_typed(word: str) -> None:
    source = changed(
        ("response: Cox's Bazar refugee response", f"response: {word}"),
        ("version: '2'", "version: 2"),
        ("Strategic Executive Group (SEG)", word),
        ("Age of the shelters", word),
        ("Merged into the ISCG", word),
        ("created: '2026-11-22'", "created: 2026-11-22"),
    )
    mapping, problems = read(source)
    assert problems == []
    assert mapping.response == mapping.rows["iccg"].not_applicable == word
    user = mapping.rows["hct"].users[0]
    assert (user.name, user.values("needs")[1]) == (word, word)
    assert (mapping.catalogue_version, mapping.created) == ("2", "2026-11-22")
    assert read(written(mapping))[0] == mapping


def test_a_reason_and_a_note_may_be_left_empty() -> None:
    mapping, _problems = read(changed((" Merged into the ISCG", ""), ("Ask the ISCG", "''")))
    assert (mapping.rows["iccg"].not_applicable, mapping.rows["imwg"].pending) == ("", "")
    assert "not_applicable: ''\n" in written(mapping)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("mapping/1", "mapping/2", 1, ["dtm-mapping/2", "dtm-mapping/1", "newer"]),
        ("format: dtm-mapping/1", "format: dtm-catalogue/1", 1, ["no mapping"]),
        ("format: dtm-mapping/1\n", "", 1, ["no mapping"]),
        ("country: BGD", "country: Bangladash", 3, ["BGD", "“Bangladash”", "mean “Bangladesh”?"]),
        ("depth: standard", "depth: standrad", 5, ["unknown depth “standrad”", "“standard”?"]),
        ("created: '2026-11-22'", "created: 22/11/2026", 6, ["“created”", "“22/11/2026”"]),
        ("updated: '2026-11-22'", "updated: [2026]", 7, ["“updated” must be text, not a list"]),
        ("prepared_by: NPM", "preparedby: NPM", 4, ["unknown key “preparedby”", "“prepared_by”?"]),
        ("id: dtm-data-users", "id: dtm-users", 8, ["“dtm-users”", "“dtm-data-users”"]),
        (", version: '2'}", "}", 8, ["“catalogue” has no “version”"]),
        ("catalogue: {id: dtm-data-users, version: '2'}\n", "", 1, ["no “catalogue”"]),
        ("{id: dtm-data-users, version: '2'}", "dtm-data-users", 8, ["“catalogue” must be keys with values"]),
        ("- id: coordination\n", "-\n", 11, ["“a section” has no “id”"]),
        ("  others:", "  other:", 26, ["unknown key “other”", "“others”?"]),
        ("others:\n", "rows:\n", 26, ["the key “rows” is repeated", "line 11"]),
        ("  - example: iccg\n    label", "  - label", 19, ["“a row” has no “example”"]),
        ("example: iccg", "example: hct", 19, ["“hct” is repeated", "line 12"]),
        ("label: IMWG", "lable: IMWG", 24, ["unknown key “lable”", "“label”?"]),
        ("    pending: Ask the ISCG\n", "", 23, ["needs users, not_applicable or pending"]),
        ("    pending: Ask", "    not_applicable: ''\n    pending: Ask", 26, ["not_applicable, pending"]),
        ("pending: Ask the ISCG", "pending: [Ask]", 25, ["“pending” must be text, not a list"]),
        ("label: IMWG (Information Management Working Group)", "label: [a]", 24, ["“label” must be text"]),
        ("- name: Camp-in-Charge\n   ", "-", 27, ["“a data user” has no “name”"]),
        ("name: Camp-in-Charge", "name: ''", 27, ["name is empty"]),
        ("name: Camp-in-Charge", f"name: {'a' * 201}", 27, ["name", "201", "200"]),
        ("name: Camp-in-Charge", "name: |-\n      a\n      b", 27, ["name", "line break"]),
        ("name: Camp-in-Charge", 'name: "a\\e[0m"', 27, ["name", "character 2", "control"]),
        (
            "others:\n",
            "others:\n  - Camp-in-Charge\n",
            27,
            ["“a data user” must be keys with values, not text"],
        ),
        ("name: Camp-in-Charge", "name: [a]", 27, ["“name” must be text, not a list"]),
        ("frequency: weekly", f"frequency: {'a' * 2001}", 28, ["frequency", "2001", "2000"]),
        ("frequency: weekly", "frequency: [weekly]", 28, ["“frequency” must be text, not a list"]),
        ("frequency: weekly", "frequancy: weekly", 28, ["unknown key “frequancy”", "“frequency”?"]),
        ("levels: [strategic]", "levels: [stratgic]", 16, ["levels", "“stratgic”", "“strategic”?"]),
        ("levels: [strategic]", "levels: strategic", 16, ["“levels” must be a list, not text"]),
        ("levels: [strategic]", "levels: [[strategic]]", 16, ["“levels” must be text, not a list"]),
        ("levels: [strategic]", "levels: [\n      operational,\n      x]", 18, ["“x”", "programmatic"]),
        ("levels: [strategic]", "engagement: lost", 16, ["engagement", "“lost”"]),
        ("created: '2026-11-22'", "created: 2026-13-01", 6, ["“created”", "“2026-13-01”"]),
        ("created: '2026-11-22'", "created: 2026-02-30", 6, ["“created”", "“2026-02-30”"]),
        ("created: '2026-11-22'", "created: ٢٠٢٦-11-22", 6, ["“created”", "٢٠٢٦-11-22"]),
        ("notes: |-", "notes: &a |-", 29, ["anchors"]),
    ],
)
def test_a_mistake_is_one_problem_with_its_line_and_what_was_meant(
    old: str, new: str, line: int, words: list[str]
) -> None:
    problems = problems_of(changed((old, new)))
    assert [problem.line for problem in problems] == [line], problems
    assert all(word in problems[0].what for word in words), problems


def test_every_problem_is_told_at_once_with_its_line() -> None:
    source = changed(
        ("prepared_by: NPM", "preparedby: NPM"),
        ("depth: standard", "depth: deep"),
        ("levels: [strategic]", "levels: [stratgic, operational, x]"),
        ("      verified: '2026-11-22'\n", "      verified: '2026-11-22'\n      levels: []\n"),
        ("example: iccg", "example: hct"),
        ("label: IMWG", "lable: IMWG"),
        ("name: Camp-in-Charge", "name: ''"),
    )
    assert [problem.line for problem in problems_of(source)] == [4, 5, 16, 16, 19, 20, 25, 28]


def test_the_line_is_right_whatever_stands_in_the_text_before_it() -> None:
    source = changed(
        ("response: Cox's Bazar refugee response", "response: 'العربية \u2028 \u0085 \u2029'"),
        ("frequency: weekly", "frequancy: weekly"),
    )
    for same in (source, "\ufeff" + source.replace("\n", "\r\n"), source.replace("\n", "\r")):
        assert [problem.line for problem in problems_of(same)] == [28]


def test_a_row_whose_example_the_catalogue_no_longer_has_is_kept_and_told() -> None:
    mapping, problems = read(changed(("example: imwg", "example: imgw"), ("label: IMWG", "label: IMGW")))
    assert [(problem.line, problem.warning) for problem in problems] == [(23, True)]
    assert "“imgw”; did you mean “imwg”?; it is kept" in problems[0].what
    row = mapping.rows["imgw"]
    assert (row.section, row.label[:4], row.pending) == ("coordination", "IMGW", "Ask the ISCG")
    assert progress(mapping, CATALOGUE).rows == 59
    assert mapping.examples(CATALOGUE, "coordination")[-1] == "imgw"
    assert read(written(mapping))[0] == mapping


def test_a_section_that_the_catalogue_no_longer_has_is_kept_and_told() -> None:
    mapping, problems = read(SHOWN + "- id: clustres\n  others:\n  - name: A\n")
    assert [(problem.line, problem.warning) for problem in problems] == [(33, True)]
    assert "“clustres”; did you mean “clusters”?; it is kept" in problems[0].what
    assert mapping.others["clustres"] == (DataUser("A"),)
    assert mapping.section_ids(CATALOGUE)[-1] == "clustres"
    assert read(written(mapping))[0] == mapping


def test_a_row_in_another_section_than_its_examples_goes_where_the_catalogue_has_it() -> None:
    mapping, problems = read(changed(("id: coordination", "id: iom"), ("example: hct", "example: iom-avrr")))
    assert problems == []
    assert {row.section for row in mapping.rows.values()} == {"coordination", "iom"}
    assert mapping.others.keys() == {"iom"}
    assert read(written(mapping))[0] == mapping


def answers(mapping: Mapping) -> object:
    """All that an operator recorded, without what the catalogue says of it."""
    rows = {key: replace(row, section="", label="") for key, row in mapping.rows.items()}
    return replace(mapping, rows=rows, catalogue_version="")


@given(mappings(), later_versions())
def test_another_version_of_the_catalogue_keeps_every_answer(mapping: Mapping, later: Catalogue) -> None:
    opened, problems = read(written(mapping), later)
    assert all(problem.warning for problem in problems)
    assert answers(opened) == answers(mapping)
    for row in opened.rows.values():
        known = later.example_by_id.get(row.example)
        before = mapping.rows[row.example]
        assert row.label == (known.name if known else before.label)
        assert row.section == later.section_of_example.get(row.example, before.section)
    saved = written(up_to_date(opened, later), later)
    again, problems = read(saved, later)
    assert all(problem.warning for problem in problems)
    assert again == up_to_date(opened, later)
    assert answers(read(saved, CATALOGUE)[0]) == answers(mapping)
    assert written(up_to_date(again, later), later) == saved


def with_field(asked: Field) -> Catalogue:
    """A later version with one field in the place of that of the same id."""
    fields = tuple(asked if old.id == asked.id else old for old in CATALOGUE.fields)
    return replace(CATALOGUE, version="3", fields=fields)


LATER_LEVELS = with_field(
    replace(CATALOGUE.field_by_id["levels"], choices=(Choice("operational", "Operational"),))
)


def test_what_another_version_no_longer_has_is_kept_with_a_warning_at_its_line() -> None:
    later = replace(
        LATER_LEVELS, fields=tuple(asked for asked in LATER_LEVELS.fields if asked.id != "frequency")
    )
    opened, problems = read(SHOWN, later)
    assert [(problem.line, problem.warning) for problem in sorted(problems)] == [(16, True), (28, True)]
    assert "“strategic” of levels" in sorted(problems)[0].what
    assert "“frequency”" in sorted(problems)[1].what
    assert opened.users("coordination", "hct")[0].values("levels") == ("strategic",)
    assert opened.users("coordination", OTHER)[0].values("frequency") == ("weekly",)


def test_any_number_of_warnings_keeps_no_mapping_from_being_opened() -> None:
    users = tuple(DataUser(f"User {number}", {"frequency": "monthly"}) for number in range(1_000))
    mapping = EMPTY.with_users(CATALOGUE, "iom", OTHER, users)
    fields = tuple(asked for asked in CATALOGUE.fields if asked.id != "frequency")
    assert read(written(mapping), replace(CATALOGUE, version="3", fields=fields))[0] == mapping


def test_the_older_version_stays_while_something_of_it_is_left_over() -> None:
    opened, _problems = read(SHOWN, LATER_LEVELS)
    assert "version: '2'" in written(up_to_date(opened, LATER_LEVELS), LATER_LEVELS)
    emptied = opened.with_users(LATER_LEVELS, "coordination", "hct", ())
    assert "version: '3'" in written(up_to_date(emptied, LATER_LEVELS), LATER_LEVELS)


def with_type(field: str, kind: FieldType) -> Catalogue:
    """A later version in which a field is of another type."""
    asked = CATALOGUE.field_by_id[field]
    return with_field(replace(asked, type=kind, choices=() if kind == "text" else asked.choices))


@pytest.mark.parametrize(
    ("field", "kind"),
    [("levels", "text"), ("levels", "select_one"), ("engagement", "text"), ("engagement", "select_multiple")],
)
def test_answers_are_kept_where_another_version_asks_for_another_type(field: str, kind: FieldType) -> None:
    later = with_type(field, kind)
    source = changed(("[strategic]", "[strategic, operational]"), ("frequency: weekly", "engagement: left"))
    opened, _problems = read(source, later)
    again, _problems = read(written(up_to_date(opened, later), later), later)
    for mapping in (opened, again):
        assert mapping.users("coordination", "hct")[0].values("levels") == ("strategic", "operational")
        assert mapping.users("coordination", OTHER)[0].values("engagement") == ("left",)


def test_examples_of_a_newer_version_are_open_rows_and_names_are_refreshed() -> None:
    first, *rest = CATALOGUE.sections
    hct = first.examples[1]._replace(name="HCT (new name)")
    examples = (Example("new", "Newcomer"), hct, *first.examples[2:])
    later = replace(CATALOGUE, version="3", sections=(first._replace(examples=examples), *rest))
    opened, problems = read(SHOWN, later)
    assert problems == []
    assert opened.row(later, "new").state(later) == "open"
    assert opened.rows["hct"].label == "HCT (new name)"
    assert "label: HCT (new name)\n" in written(up_to_date(opened, later), later)


@pytest.mark.parametrize("source", ["", "# nothing\n", "[]", "text", "a: b\n", "format: [dtm-mapping/1]\n"])
def test_what_is_no_mapping_is_one_problem_that_says_so(source: str) -> None:
    problems = problems_of(source)
    assert len(problems) == 1
    assert "no mapping" in problems[0].what


@given(sources() | damaged(SHOWN.encode()))
def test_any_bytes_are_a_mapping_or_problems_with_their_lines(source: bytes) -> None:
    for catalogue in (CATALOGUE, replace(CATALOGUE, version="3", fields=CATALOGUE.fields[1:])):
        mapping, problems = parse(source, catalogue)
        assert (mapping is None) == any(not problem.warning for problem in problems)
        assert all(0 <= problem.line <= len(source.splitlines()) + 1 for problem in problems)
        if mapping is not None:
            assert read(written(mapping, catalogue), catalogue)[0] == mapping


@given(mappings(), st.data())
def test_any_damaged_mapping_is_a_mapping_or_problems(mapping: Mapping, data: st.DataObject) -> None:
    source = data.draw(damaged(written(mapping).encode()))
    again, problems = parse(source, CATALOGUE)
    assert (again is None) == any(not problem.warning for problem in problems)
    if again is not None:
        assert read(written(again))[0] == again


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        (SHOWN, True),
        ("\ufeff" + SHOWN, True),
        ("# a note\n\n" + SHOWN, True),
        ("---\nformat: 'dtm-mapping/7'\n", True),
        (SHOWN.replace("\n", "\r\n"), True),
        ("format: dtm-catalogue/1\n", False),
        ("see: format dtm-mapping/1\n", False),
        ("", False),
    ],
)
def test_a_mapping_is_known_by_what_it_says_of_itself(source: str, is_one: bool) -> None:
    assert looks_like_mapping(source.encode()) is is_one


def test_an_example_mapping_of_the_project_is_written_as_it_stands() -> None:
    folder = Path(__file__).parents[1] / "examples"
    path = folder / "coxs-bazar.yaml"
    source = path.read_text(encoding="utf-8")
    assert new_head(path.name) + written(read(source)[0]) == source
