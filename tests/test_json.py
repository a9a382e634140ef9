"""The JSON report: everything by id and by name, and the mapping can be made from it again."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given

from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue
from dtm_mapper.mapping import DataUser, Detail, Mapping, Row, progress
from strategies import CATALOGUE, mappings

USER = DataUser(
    "Strategic Executive Group (SEG)",
    {
        "levels": ("strategic",),
        "needs": ("food", "Age of the shelters"),
        "engagement": "left",
        "frequency": "weekly",
        "area": "Ukhia\nTeknaf",
        "contact": "seg@example.org",
    },
    "2026-11-20",
)
MAPPING = Mapping(
    CATALOGUE.id,
    CATALOGUE.version,
    created="2026-11-19",
    response="Cox's Bazar",
    country="BGD",
    prepared_by="NPM",
    rows={
        "hct": Row("hct", "coordination", CATALOGUE.example_by_id["hct"].name, (USER,)),
        "iccg": Row("iccg", "coordination", CATALOGUE.example_by_id["iccg"].name, not_applicable="Merged"),
        "imwg": Row("imwg", "coordination", CATALOGUE.example_by_id["imwg"].name, pending=""),
        "gone": Row("gone", "coordination", "No longer there", pending="Ask"),
    },
    others={"coordination": (DataUser("Camp-in-Charge"),)},
)


def report(mapping: Mapping, catalogue: Catalogue = CATALOGUE, **options: bool) -> Any:
    return json.loads(reports.render(mapping, catalogue, "json", **options))


def rebuilt(report: Any) -> Mapping:
    """The mapping that a report was made from, by what the report says of itself."""
    rows = {
        row["example"]: Row(
            row["example"],
            section["id"],
            row["label"],
            tuple(data_user(user) for user in row["users"]),
            row["words"] if row["state"] == "not_applicable" else None,
            row["words"] if row["state"] == "pending" else None,
            row["verified"],
        )
        for section in report["sections"]
        for row in section["rows"]
        if row["users"] or row["state"] != "open"
    }
    others = {
        section["id"]: tuple(data_user(user) for user in section["others"])
        for section in report["sections"]
        if section["others"]
    }
    return Mapping(
        report["catalogue"]["id"],
        report["catalogue"]["version"],
        report["created"],
        report["response"],
        report["country"]["code"],
        report["prepared_by"],
        report["depth"],
        rows,
        others,
    )


def data_user(user: Any) -> DataUser:
    return DataUser(
        user["name"], {id: detail(answer) for id, answer in user["details"].items()}, user["verified"]
    )


def detail(answer: Any) -> Detail:
    return tuple(value(one) for one in answer) if isinstance(answer, list) else value(answer)


def value(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    return str(answer["label"] if answer["id"] is None else answer["id"])


@given(mappings())
def test_any_mapping_can_be_made_from_its_report_again(mapping: Mapping) -> None:
    assert rebuilt(report(mapping, personal=True)) == mapping


@given(mappings())
def test_without_personal_fields_all_else_can_be_made_again(mapping: Mapping) -> None:
    personal = [asked for asked in CATALOGUE.fields if asked.visibility == "personal"]

    def without(user: DataUser) -> DataUser:
        for asked in personal:
            user = user.with_detail(asked.id, "", user.verified)
        return user

    rows = {id: replace(row, users=tuple(map(without, row.users))) for id, row in mapping.rows.items()}
    others = {id: tuple(map(without, users)) for id, users in mapping.others.items()}
    told = report(mapping)
    assert rebuilt(told) == replace(mapping, rows=rows, others=others)
    answered = {id for *_place, user in mapping.every_user(CATALOGUE) for id in user.details}
    assert told["left_out"] == [asked.label for asked in personal if asked.id in answered]


def test_it_says_what_it_is_about_and_from_which_catalogue() -> None:
    told = report(MAPPING)
    about = {key: part for key, part in told.items() if key not in ("progress", "fields", "sections")}
    assert about == {
        "format": "dtm-mapping-report/1",
        "title": CATALOGUE.title,
        "response": "Cox's Bazar",
        "country": {"code": "BGD", "name": "Bangladesh"},
        "prepared_by": "NPM",
        "depth": "standard",
        "created": "2026-11-19",
        "updated": "2026-11-20",
        "catalogue": {"id": CATALOGUE.id, "version": CATALOGUE.version},
        "left_out": ["Contact"],
        "organisations": 1,
        "inactive": ["Strategic Executive Group (SEG)"],
    }


def test_rows_stand_there_in_every_state_open_ones_too() -> None:
    told = report(MAPPING)
    section = told["sections"][0]
    assert (section["id"], section["title"]) == ("coordination", CATALOGUE.sections[0].title)
    states = [(row["example"], row["label"], row["state"], row["words"]) for row in section["rows"]]
    names = {example.id: example.name for example in CATALOGUE.sections[0].examples}
    expected = {"hct": ("open", ""), "iccg": ("not_applicable", "Merged"), "imwg": ("pending", "")}
    assert states == [
        *((id, name, *expected.get(id, ("open", ""))) for id, name in names.items()),
        ("gone", "No longer there", "pending", "Ask"),
    ]
    assert [row["example"] for row in section["rows"] if not row["in_catalogue"]] == ["gone"]
    assert [user["name"] for user in section["others"]] == ["Camp-in-Charge"]
    assert sum(len(one["rows"]) for one in told["sections"]) == told["progress"]["rows"]


@given(mappings())
def test_progress_is_what_the_rows_say(mapping: Mapping) -> None:
    told = report(mapping)
    for section in told["sections"]:
        states = Counter(row["state"] for row in section["rows"])
        assert section["progress"] == {
            "rows": len(section["rows"]),
            **{state: states[state] for state in ("mapped", "not_applicable", "pending", "open")},
            "others": sum(not user["inactive"] for user in section["others"]),
        }
    counts = progress(mapping, CATALOGUE)
    assert told["progress"] == {"rows": counts.rows, **counts._asdict()}


def test_answers_have_the_ids_and_the_labels_of_choices() -> None:
    told = report(MAPPING, personal=True)
    row = next(row for row in told["sections"][0]["rows"] if row["example"] == "hct")
    assert row["users"] == [
        {
            "name": "Strategic Executive Group (SEG)",
            "details": {
                "levels": [{"id": "strategic", "label": "Strategic"}],
                "needs": [{"id": "food", "label": "Food"}, {"id": None, "label": "Age of the shelters"}],
                "engagement": {"id": "left", "label": "Left the response"},
                "frequency": {"id": None, "label": "weekly"},
                "area": "Ukhia\nTeknaf",
                "contact": "seg@example.org",
            },
            "inactive": True,
            "verified": "2026-11-20",
        }
    ]
    labels = {field["id"]: field["label"] for field in told["fields"]}
    assert labels.keys() >= row["users"][0]["details"].keys()
    assert labels["levels"] == "Level of use"


def test_text_that_reads_like_a_choice_is_still_text() -> None:
    user = DataUser("A", {"needs": ("Food",)})
    mapping = replace(MAPPING, rows={}, others={"ngos": (user,)})
    told = report(mapping)
    assert told["sections"][3]["others"][0]["details"]["needs"] == [{"id": None, "label": "Food"}]
    assert rebuilt(told) == mapping


def test_it_is_utf_8_with_two_spaces_of_indentation() -> None:
    text = reports.render(replace(MAPPING, response="استجابة 😀"), CATALOGUE, "json").decode("utf-8")
    assert '\n  "response": "استجابة 😀",\n' in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
