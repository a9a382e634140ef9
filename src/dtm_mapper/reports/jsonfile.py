"""The JSON report: for programs, and for `dtm-map import`. UTF-8, two spaces of indentation, every key always
there, in this order:

    {
      "format": "dtm-mapping-report/1",
      "title": "Potential users of DTM data",             the catalogue's
      "response": "",                                     these are '' where nothing was recorded
      "country": {"code": "BGD", "name": "Bangladesh"},
      "prepared_by": "", "depth": "standard", "created": "2026-11-22", "updated": "2026-11-22",
      "catalogue": {"id": "dtm-data-users", "version": "1"},
      "left_out": ["Contact"],                            labels of what the mapping contains but is not here
      "organisations": 53,                                how many are counted
      "inactive": [],                                     names of organisations that left the response
      "progress": {"rows": 58, "mapped": 53, "not_applicable": 2, "pending": 2, "open": 1, "others": 6},
      "fields": [                                         those with a place in `details`
        {"id": "needs", "label": "Information needs", "type": "select_multiple",
         "choices": [{"id": "food", "label": "Food"}]}
      ],
      "sections": [
        {"id": "coordination", "title": "", "note": "", "reminder": "", "progress": {as above},
         "rows": [
           {"example": "hct", "label": "", "in_catalogue": true,
            "state": "mapped",                            or not_applicable, pending, open
            "words": "",                                  the reason or the note of a row without data users
            "verified": "",                               the row's own day
            "users": [{a data user}]}
         ],
         "others": [{a data user}]}                       other data users
      ]
    }

A data user: `{"name": "", "details": {}, "inactive": false, "verified": "2026-11-22"}`. Its details stand
under the ids of their fields, and those without an answer are absent:

- text, of a field of type text;
- one answer, of select_one: `{"id": "monthly", "label": "Monthly"}`, or with the id null where the label is
  text that was typed;
- a list of such answers, of select_multiple.

The mapping again: each detail as text, or the id of an answer, or its label where the id is null, a list as
the tuple of these; rows but the open ones, with `words` as what their state says; labels are the catalogue's
own. Where `left_out` is empty, nothing of it is missing.
"""

import json
from collections.abc import Sequence
from typing import Any

from dtm_mapper.catalogue import Field
from dtm_mapper.mapping import Progress
from dtm_mapper.reports.view import Line, SectionView, View

FORMAT = "dtm-mapping-report/1"


def render(view: View) -> bytes:
    """The report, in UTF-8, ending with a line break."""
    report = {
        "format": FORMAT,
        "title": view.catalogue.title,
        "response": view.mapping.response,
        "country": {"code": view.mapping.country, "name": view.country},
        "prepared_by": view.mapping.prepared_by,
        "depth": view.mapping.depth,
        "created": view.mapping.created,
        "updated": view.mapping.last_change,
        "catalogue": {"id": view.mapping.catalogue, "version": view.mapping.catalogue_version},
        "left_out": view.left_out,
        "organisations": view.organisations,
        "inactive": view.inactive,
        "progress": _progress(view.progress),
        "fields": [
            {
                "id": asked.id,
                "label": asked.label,
                "type": asked.type,
                "choices": [{"id": id, "label": label} for id, label in asked.labels.items()],
            }
            for asked in view.shown
        ],
        "sections": [_section(section, view.shown) for section in view.sections],
    }
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()


def _progress(counts: Progress) -> dict[str, int]:
    return {"rows": counts.rows, **counts._asdict()}


def _section(section: SectionView, fields: Sequence[Field]) -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = {}
    others = []
    for line in section.lines:
        if not line.example_id:
            others.append(_user(line, fields))
            continue
        if line.example_id not in rows:
            rows[line.example_id] = _row(line)
        if line.user:
            rows[line.example_id]["users"].append(_user(line, fields))
    return {
        "id": section.id,
        "title": section.title,
        "note": section.note,
        "reminder": section.reminder,
        "progress": _progress(section.progress),
        "rows": list(rows.values()),
        "others": others,
    }


def _row(line: Line) -> dict[str, Any]:
    return {
        "example": line.example_id,
        "label": line.example,
        "in_catalogue": not line.gone,
        "state": line.state,
        "words": line.words,
        "verified": line.row_verified if line.user else line.verified,
        "users": [],
    }


def _user(line: Line, fields: Sequence[Field]) -> dict[str, Any]:
    details = {asked.id: _detail(asked, line.values[asked.id]) for asked in fields if asked.id in line.values}
    return {"name": line.user, "details": details, "inactive": line.inactive, "verified": line.verified}


def _detail(asked: Field, values: tuple[str, ...]) -> Any:
    labels = asked.labels
    answers = [
        {"id": value, "label": labels[value]} if value in labels else {"id": None, "label": value}
        for value in values
    ]
    # Several answers to what now takes one come from another version of the catalogue.
    if asked.type == "select_multiple" or len(values) > 1:
        return answers
    return values[0] if asked.type == "text" else answers[0]
