"""The program's own catalogue is the worksheet's; and what is wrong in a catalogue is told all at once."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import catalogue_path, default_path, load, parse
from dtm_mapper.errors import FileProblems, Problem, Unusable
from dtm_mapper.intake.lines import key
from dtm_mapper.mapping import Mapping, Row
from dtm_mapper.mappingfile import Writer
from dtm_mapper.mappingfile import parse as parse_mapping
from dtm_mapper.yamlfile import scalar
from strategies import CATALOGUE, damaged, sources, texts

DATA = Path(__file__).parent / "data"


def table(name: str) -> list[list[str]]:
    """The lines of a table in `data` without its header, each as its cells."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


INTERESTS = {id: interests.split() for id, interests, *_basis in table("interests.tsv")}
ALIASES = {id: names.split("|") for id, names in table("aliases.tsv")}

#: The worksheet's examples by section, in its words and order, each with its words in brackets.
WORKSHEET = {
    "coordination": """
        Governmental / Inter-ministerial Coordination entity
        HCT or other coordination body for the response
        ICCG or other coordination body for the response
        Multisectoral Cash Working Groups
        IMWG (Information Management Working Group)
        Need Assessment Working Groups
        Population Data Working Group
        GIS Sub-Working Groups
    """,
    "clusters": """
        CCCM Cluster / Site Management and Coordination working group
        Counter Trafficking taskforce
        Child Protection AoR/ working group
        Disability Inclusion Working Group
        Education Cluster /working group
        Food Security Cluster / working group
        GBV AoR/ working group
        Health Cluster/ working group
        Mine Action AoR/ working group
        Nutrition Cluster / working group
        Protection Cluster /working group
        Shelter and NFIs Cluster/ working group
        WASH Cluster/ working group
    """,
    "un-agencies": """
        WFP: food; cash
        UNHCR: refugees; returnees; protection services; place of origin
        OCHA: inter-sectoral information; humanitarian access
        UNICEF: gender and age breakdown of population; children on the move; education; child protection
        UNMAS: impact of explosive ordnance on displaced population
        UNFPA: gender and age breakdown of population; GBV services
        WHO: gender and age breakdown of population; access to health; health-seeking behaviours
        UNDP: barriers to accessing livelihood
    """,
    "ngos": """
        HI -Humanity and Inclusion: persons with disabilities
        Save the Children: education; children on the move
        National Red Cross and Crescent Societies: service provision incl. for migrants
        IFRC: service provision incl. for migrants
        ICRC: family tracing
        NRC - Norwegian Refugee Council: access to land and property; eviction threats
        DRC - Danish Refugee Council: protection services
        Help Age: elderly persons
        National NGOs
        Local and National associations
        Non-for-profit service providers
        National Universities
    """,
    "iom": """
        Protection/GBV/Child Protection
        Counter Trafficking
        AVRR
        TRD – Transition and Peace Building
        TRD – Durable Solutions & Recovery
        Disaster Risk Reduction and Environmental Degradation
        Energy
    """,
    "government": """
        Disaster Management Agencies (National and Local)
        Prime Minister Cabinet
        Ministry of Displacement
        Ministry of Social Affairs
        Ministry of Planning
        Ministry of Health
        Ministry of Education /Higher Education
        Ministry in charge of water and sanitation
        Municipalities
        National Bureau of Statistics
    """,
}

TITLES = {
    "coordination": "Humanitarian Coordination of Response",
    "clusters": "Clusters, AoRs and Working Groups",
    "un-agencies": "UN Agencies",
    "ngos": "NGOs & Local Civil Society",
    "iom": "IOM programmes /Units",
    "government": "Government & Authorities",
}

#: What every sector wants, beside the interests of the worksheet, in the first version of the catalogue.
EVERY_SECTOR = {
    *("population by location", "specific groups", "service provision incl. for migrants"),
    *("obstacles to services", "infrastructure", "types of settlement"),
}


def evened(name: str) -> str:
    """A name with one space around each stroke and dash that stands between words."""
    return re.sub(r"\s*/\s*|\s+-\s*", lambda sign: f" {sign.group().strip()} ", name.strip())


def worksheet(section: str) -> list[tuple[str, set[str]]]:
    """Names and interests of a section's examples."""
    split = [line.partition(":") for line in WORKSHEET[section].strip().splitlines()]
    return [
        (evened(name), {word.strip().casefold() for word in words.split(";") if word.strip()})
        for name, _colon, words in split
    ]


def test_the_sections_are_the_worksheets_in_its_order(catalogue: Catalogue) -> None:
    assert {section.id: evened(section.title) for section in catalogue.sections} == {
        section: evened(title) for section, title in TITLES.items()
    }
    assert [section.id for section in catalogue.sections] == list(WORKSHEET)
    assert [len(section.examples) for section in catalogue.sections] == [8, 13, 8, 12, 7, 10]


@pytest.mark.parametrize("section", WORKSHEET)
def test_the_examples_and_the_interests_that_the_worksheet_names_are_the_worksheets(
    catalogue: Catalogue, section: str
) -> None:
    examples = catalogue.section_by_id[section].examples
    assert [name for name, _interests in worksheet(section)] == [evened(example.name) for example in examples]
    for known, (_name, interests) in zip(examples, worksheet(section), strict=True):
        if interests:
            assert interests == {need.label.casefold() for need in catalogue.interests_of(known.id)}


def test_the_interests_are_those_of_the_sources(catalogue: Catalogue) -> None:
    assert {id: list(example.interests) for id, example in catalogue.example_by_id.items()} == INTERESTS
    assert sum(map(bool, INTERESTS.values())) == 54


def test_the_needs_are_those_of_the_first_version_and_what_the_sectors_ask_for(catalogue: Catalogue) -> None:
    interests = {word for section in WORKSHEET for _name, words in worksheet(section) for word in words}
    assert catalogue.interests_field is catalogue.field_by_id["needs"]
    choices = catalogue.field_by_id["needs"].choices
    first = [choice.label.casefold() for choice in choices if not choice.since]
    assert sorted(first) == sorted(interests | EVERY_SECTOR)
    assert (len(choices), len({choice.label for choice in choices})) == (54, 54)


def test_every_example_has_its_other_names_and_none_of_another_one(catalogue: Catalogue) -> None:
    found: dict[str, set[str]] = {}
    for id, known in catalogue.example_by_id.items():
        names = (known.name, *catalogue.other_names(id))
        assert set(ALIASES.get(id, ())) <= set(names)
        for name in names:
            found.setdefault(key(name), set()).add(id)
    assert [ids for ids in found.values() if len(ids) > 1] == []


def test_the_fields_are_the_designs(catalogue: Catalogue) -> None:
    many, one, text = "select_multiple", "select_one", "text"
    assert [
        (asked.id, asked.type, asked.or_other, asked.depth, asked.visibility) for asked in catalogue.fields
    ] == [
        ("levels", many, False, "standard", "public"),
        ("needs", many, True, "standard", "public"),
        ("sharing", many, False, "full", "internal"),
        ("engagement", one, False, "full", "internal"),
        ("frequency", one, True, "full", "internal"),
        ("area", text, False, "full", "public"),
        ("focal_point", text, False, "full", "personal"),
        ("contact", text, False, "full", "personal"),
        ("consent", one, False, "full", "personal"),
        ("notes", text, False, "full", "internal"),
    ]
    choices = {asked.id: [choice.id for choice in asked.choices] for asked in catalogue.fields}
    assert choices["levels"] == ["strategic", "programmatic", "operational"]
    assert [len(choices[field]) for field in ("sharing", "engagement", "frequency")] == [3, 5, 4]
    inactive = {asked.id: asked.inactive for asked in catalogue.fields if asked.inactive}
    assert inactive == {"engagement": {"left"}}
    assert [len(catalogue.asked_at(depth)) for depth in ("names", "standard", "full")] == [0, 2, 10]
    assert {asked.id: asked.relevant for asked in catalogue.fields if asked.relevant} == {
        "consent": "contact"
    }
    assert choices["consent"] == ["agreed", "not-asked", "declined"]
    assert catalogue.field_by_id["consent"].choices[2].empties == ("focal_point", "contact")
    assert all(asked.hxl for asked in catalogue.fields)
    assert catalogue.contact_field == catalogue.field_by_id["contact"]


def test_the_notes_and_reminders_keep_the_worksheets_facts(catalogue: Catalogue) -> None:
    assert catalogue.id == "dtm-data-users"
    assert "cluster" in catalogue.section_by_id["clusters"].note
    assert "HDX" in catalogue.section_by_id["un-agencies"].reminder
    assert "https://data.humdata.org/" in catalogue.section_by_id["un-agencies"].reminder
    assert "Field Companion for Location Assessment" in catalogue.section_by_id["government"].reminder


SMALL = """\
format: dtm-catalogue/1
id: small
version: '3'
title: A small catalogue
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
  - {id: food, label: Food}
  - {id: cash, label: Cash, hint: money}
- id: notes
  label: Notes
  type: text
sections:
- id: first
  title: First
  note: Before.
  reminder: After.
  examples:
  - {id: wfp, name: WFP, interests: [food, cash]}
  - {id: who, name: WHO}
- id: second
  title: Second
  examples: []
"""


def changed(*changes: tuple[str, str]) -> list[Problem]:
    """The problems of the small catalogue after each old text, which it has once, was put for a new one."""
    source = SMALL
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    catalogue, problems = parse(source.encode())
    assert catalogue is None
    return sorted(problems)


def test_a_catalogue_of_ones_own_is_read_with_what_is_left_out_filled_in() -> None:
    catalogue, problems = parse(SMALL.encode())
    assert problems == []
    assert catalogue is not None
    levels, needs, notes = catalogue.fields
    assert (levels.question, levels.depth, levels.visibility) == ("Level", "full", "internal")
    assert (levels.or_other, levels.inactive) == (False, frozenset({"low"}))
    assert (needs.question, needs.depth, needs.visibility) == ("What?", "standard", "public")
    assert needs.or_other
    assert needs.labels == {"food": "Food", "cash": "Cash"}
    assert (notes.choices, catalogue.purpose) == ((), "")
    assert catalogue.interests_of("wfp") == needs.choices
    assert catalogue.interests_of("who") == catalogue.interests_of("gone") == ()
    assert catalogue.section_of_example == {"wfp": "first", "who": "first"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("catalogue/1", "catalogue/2", 1, ["dtm-catalogue/2", "dtm-catalogue/1"]),
        ("reminder: After", "remainder: After", 30, ["unknown key “remainder”", "“reminder”?"]),
        ("version: '3'\n", "", 1, ["no “version”"]),
        ("version: '3'", "version: ''", 3, ["“version” is empty"]),
        ("id: small", "id: Small One", 2, ["“Small One”", "small letters"]),
        ("id: small", "id: [small]", 2, ["“id” must be text, not a list"]),
        ("id: levels", "id: name", 6, ["“name”"]),
        ("id: levels", "id: verified", 6, ["“verified”"]),
        ("id: levels", "id: notes", 23, ["“notes” is repeated", "line 6"]),
        ("label: Level", "label: {a: b}", 7, ["“label” must be text, not keys with values"]),
        ("type: select_one", "type: select-one", 8, ["unknown type “select-one”", "“select_one”?"]),
        ("  type: select_one\n", "", 6, ["no “type”"]),
        ("type: select_one", "type: [select_one]", 8, ["“type” must be text, not a list"]),
        ("type: text", "type: select_one", 23, ["select_one", "needs choices"]),
        ("type: text", "type: text\n  or_other: true", 23, ["or_other", "choices"]),
        ("type: text", "type: text\n  choices: [{id: a, label: A}]", 26, ["no choices"]),
        (
            "type: text",
            "type: select_multiple\n  interests: true\n  choices: [{id: a, label: A}]",
            23,
            ["only one field"],
        ),
        ("type: select_multiple", "type: select_multipel", 15, ["unknown type", "“select_multiple”?"]),
        ("id: high", "id: low", 11, ["“low” is repeated", "line 10"]),
        ("hint: money", "hnt: money", 22, ["unknown key “hnt”", "“hint”?"]),
        ("inactive: true", "inactive: yes", 11, ["“inactive” is true or false"]),
        ("or_other: true", "or_other: [true]", 18, ["“or_other” must be text, not a list"]),
        ("type: text", "type: text\n  relevant: neds", 26, ["unknown earlier field “neds”", "“needs”?"]),
        ("type: text", "type: text\n  relevant: notes", 26, ["unknown earlier field “notes”"]),
        ("type: text", "type: text\n  relevant: [needs]", 26, ["must be text, not a list"]),
        ("type: text", "type: text\n  hxl: meta, notes", 26, ["“hxl” must be a hashtag", "“meta, notes”"]),
        ("hint: money", "empties: [levels, neds]", 22, ["unknown earlier field “neds”"]),
        ("hint: money", "empties: levels", 22, ["“empties” must be a list"]),
        ("name: WHO", "name: WHO, aliases: OMS", 33, ["“aliases” must be a list, not text"]),
        ("name: WHO", "name: WHO, aliases: ['']", 33, ["“aliases” is empty"]),
        ("depth: standard", "depth: normal", 16, ["unknown depth “normal”", "names, standard, full"]),
        ("visibility: public", "visibility: publik", 17, ["unknown visibility “publik”", "“public”?"]),
        ("interests: [food, cash]", "interests: [food, csh]", 32, ["unknown interest “csh”", "“cash”?"]),
        ("interests: [food, cash]", "interests: food", 32, ["“interests” must be a list, not text"]),
        ("id: who", "id: wfp", 33, ["“wfp” is repeated", "line 32"]),
        ("id: who", "id: first", 33, ["“first” is repeated", "line 27"]),
        ("id: who", "id: other", 33, ["“other”"]),
        ("id: second", "id: menu", 34, ["“menu”"]),
        ("id: second", "id: first", 34, ["“first” is repeated", "line 27"]),
        ("name: WHO", "name: ''", 33, ["“name” is empty"]),
        ("examples: []", "examples: who", 36, ["“examples” must be a list, not text"]),
        ("examples: []", "examples: [who]", 36, ["“an example” must be keys with values, not text"]),
        ("title: Second", "title: Second\n  title: Zwei", 36, ["the key “title” is repeated", "line 35"]),
        ("title: Second", "title: &a Second", 35, ["anchors"]),
    ],
)
def test_a_mistake_is_one_problem_with_its_line_and_what_was_meant(
    old: str, new: str, line: int, words: list[str]
) -> None:
    problems = changed((old, new))
    assert [problem.line for problem in problems] == [line], problems
    assert all(word in problems[0].what for word in words), problems


def test_every_problem_is_told_at_once_in_the_order_of_its_lines() -> None:
    problems = changed(
        ("title: A", "titel: A"),
        ("id: high", "id: low"),
        ("depth: standard", "depth: normal"),
        ("[food, cash]", "[fod, cahs]"),
        ("id: who", "id: wfp"),
        ("id: second", "id: other"),
        ("examples: []", "examples: who"),
    )
    assert [problem.line for problem in problems] == [1, 4, 11, 16, 32, 32, 33, 34, 36]


def test_a_catalogue_without_sections_is_none() -> None:
    sections = SMALL[SMALL.index("sections:") :]
    assert [problem.line for problem in changed((sections, "sections: []\n"))] == [26]


@pytest.mark.parametrize("source", [b"", b"# nothing\n", b"[]", b"text", b"\xff\xfe", b"a: [b"])
def test_what_is_no_catalogue_is_one_problem(source: bytes) -> None:
    catalogue, problems = parse(source)
    assert catalogue is None
    assert len(problems) == 1


@given(sources() | damaged(SMALL.encode()))
def test_any_bytes_are_a_catalogue_or_problems_with_their_lines(source: bytes) -> None:
    catalogue, problems = parse(source)
    assert (catalogue is None) == bool(problems)
    assert all(0 <= problem.line <= len(source.splitlines()) + 1 and problem.what for problem in problems)


@settings(max_examples=20)
@given(damaged(default_path().read_bytes()))
def test_a_damaged_copy_of_the_default_catalogue_is_a_catalogue_or_problems(source: bytes) -> None:
    catalogue, problems = parse(source)
    assert (catalogue is None) == bool(problems)


@given(st.text(st.characters(codec="utf-8")) | texts(lines=True), st.sampled_from(["'3'", "WHO", "WFP"]))
@example("a\nb", "'3'")
@example("a\nb", "WHO")
def test_a_mapping_made_with_any_catalogue_that_is_accepted_can_be_read(text: str, place: str) -> None:
    catalogue, _problems = parse(SMALL.replace(place, scalar(text, flow=True)).encode())
    if catalogue is None:
        return
    rows = {
        known.id: Row(known.id, "first", known.name, pending="") for known in catalogue.sections[0].examples
    }
    mapping = Mapping(catalogue.id, catalogue.version, "", rows=rows)
    first = catalogue.sections[0]._replace(examples=())
    for later in (catalogue, replace(catalogue, version="4", sections=(first, *catalogue.sections[1:]))):
        read, problems = parse_mapping(Writer(catalogue).text(mapping).encode(), later)
        assert read == mapping, problems


def test_a_catalogue_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.yaml", tmp_path / "no folder" / "gone.yaml"):
        with pytest.raises(Unusable, match=re.escape(str(path))):
            load(path)
    (tmp_path / "broken.yaml").write_text(SMALL.replace("title: A", "titel: A"), encoding="utf-8")
    with pytest.raises(FileProblems) as caught:
        load(tmp_path / "broken.yaml")
    assert [problem.line for problem in caught.value.problems] == [1, 4]
    assert f"{tmp_path / 'broken.yaml'}:4: unknown key “titel”; did you mean “title”?" in str(caught.value)


def test_the_catalogue_in_use_is_the_one_given_else_the_environments_else_the_programs_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DTM_MAP_CATALOGUE", raising=False)
    assert catalogue_path(None) == default_path()
    assert load() == CATALOGUE
    monkeypatch.setenv("DTM_MAP_CATALOGUE", str(tmp_path / "named.yaml"))
    assert catalogue_path(None) == tmp_path / "named.yaml"
    assert catalogue_path(tmp_path / "given.yaml") == tmp_path / "given.yaml"
