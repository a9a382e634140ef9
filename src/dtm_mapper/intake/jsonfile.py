"""Reads the JSON report back in; `reports/jsonfile.py` says what it looks like."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _
from dtm_mapper.intake.details import checked
from dtm_mapper.intake.lines import Line, Source, state_named
from dtm_mapper.mapping import Detail
from dtm_mapper.reports.flat import joined
from dtm_mapper.reports.jsonfile import FORMAT
from dtm_mapper.texts import iso_date

T = TypeVar("T", str, list[Any], dict[str, Any])


class _Wrong(Exception):
    """Where a report is not as it should be, and what was looked for."""


def read(where: str, source: bytes, catalogue: Catalogue) -> Source:
    """Raises Unusable where it is no such report."""
    mend = _("Write it anew with: dtm-map report -f json --with-personal")
    try:
        report = json.loads(source)
    except (ValueError, RecursionError) as error:
        why = error if isinstance(error, json.JSONDecodeError) else _("it is broken, or nested too deeply")
        raise Unusable(where, _("the file cannot be read as JSON ({why})").format(why=why), mend) from None
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        what = _("this is no JSON report of dtm-map: it does not say “format: {format}”")
        raise Unusable(where, what.format(format=FORMAT), mend)
    reader = _Reader(catalogue)
    try:
        lines = tuple(reader.lines(report))
        about = reader.about(report)
    except _Wrong as wrong:
        raise Unusable(where, _("in the report, {wrong}").format(wrong=wrong), mend) from None
    return Source(_("JSON"), lines, about, (), tuple(reader.problems), ours=True)


class _Reader:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.problems: list[tuple[str, str]] = []

    def about(self, report: dict[str, Any]) -> dict[str, str]:
        country, catalogue = _value(report, "country", {}), _value(report, "catalogue", {})
        names = ("response", "prepared_by", "depth", "created")
        said = {name: _text(report, name) for name in names}
        said |= {"country_code": _text(country, "code"), "country": _text(country, "name")}
        said |= {"catalogue_id": _text(catalogue, "id"), "catalogue_version": _text(catalogue, "version")}
        said["left_out"] = joined(str(label) for label in _value(report, "left_out", []))
        return {name: text for name, text in said.items() if text}

    def lines(self, report: dict[str, Any]) -> Iterator[Line]:
        for section in _value(report, "sections", []):
            id = _text(section, "id")
            for row in _value(section, "rows", []):
                example, label = _text(row, "example"), _text(row, "label")
                if not example:
                    raise _Wrong(_("a row of the section “{id}” has no example").format(id=id))
                users = _value(row, "users", [])
                for number, user in enumerate(users, start=1):
                    yield self._user(user, f"{id}/{example}/{number}", id, example, label)
                if not users:
                    yield Line(
                        where=f"{id}/{example}",
                        cell="",
                        details={},
                        section=id,
                        example=label,
                        example_id=example,
                        state=state_named(_text(row, "state")),
                        words=_text(row, "words"),
                        verified=self._date(row, f"{id}/{example}"),
                    )
            for number, user in enumerate(_value(section, "others", []), start=1):
                yield self._user(user, f"{id}/other/{number}", id, "", "")

    def _user(self, user: Any, where: str, section: str, example: str, label: str) -> Line:
        details: dict[str, Detail] = {}
        for id, answer in _value(user, "details", {}).items():
            listed = answer if isinstance(answer, list) else [answer]
            given = [_answer(each, where) for each in listed]
            asked = self.catalogue.field_by_id.get(id)
            problem = _("the catalogue has no field “{id}”").format(id=id)
            if asked is not None:
                detail, problem = checked(asked, given)
                if detail:
                    details[id] = detail
            if problem:
                self.problems.append((where, problem))
        return Line(
            where=where,
            cell=joined([_text(user, "name")]),
            section=section,
            example=label,
            example_id=example,
            names_only=True,
            state="mapped",
            details=details,
            verified=self._date(user, where),
        )

    def _date(self, found: Any, where: str) -> str | None:
        text = _text(found, "verified")
        if text and iso_date(text) != text:
            self.problems.append((where, _("“{text}” is no date such as 2026-11-22").format(text=text)))
            return None
        return text


def _answer(answer: Any, where: str) -> str:
    value = answer
    if isinstance(answer, dict):
        value = answer.get("label") if answer.get("id") is None else answer["id"]
    if isinstance(value, str):
        return value.strip()
    raise _Wrong(_("an answer of {place} is no text, and no id with a label").format(place=where))


def _text(found: Any, name: str) -> str:
    return _value(found, name, "").strip()


def _value(found: Any, name: str, empty: T) -> T:
    """The value of a key, of the type of `empty`, which stands for a missing one."""
    value = found.get(name, empty) if isinstance(found, dict) else None
    if not isinstance(value, type(empty)):
        wrong = {
            str: _("“{name}” is no text"),
            list: _("“{name}” is no list"),
            dict: _("“{name}” is no object"),
        }
        raise _Wrong(wrong[type(empty)].format(name=name))
    return value
