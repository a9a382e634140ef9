"""What people write into a mapping's file themselves: blanks, repetitions, labels and names of countries."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dtm_mapper.catalogue import Choice, Field
from dtm_mapper.countries import code_of
from dtm_mapper.mapping import Mapping
from dtm_mapper.mappingfile import Writer, parse
from dtm_mapper.schema import mapping_schema
from dtm_mapper.store.store import Store
from dtm_mapper.yamlfile import flow, scalar
from strategies import CATALOGUE, mappings
from test_cli import run
from test_schema import validator

FILE = """\
format: dtm-mapping/1
response: Mali
country: MLI
depth: full
created: '2026-11-22'
updated: '2026-11-22'
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: un-agencies
  rows:
  - example: wfp
    label: WFP
    users:
    - name: PAM
      levels: [operational]
      needs: [food, Age of the shelters]
      engagement: contacted
      frequency: monthly
      notes: Call first
      verified: '2026-11-22'
  - example: unhcr
    label: UNHCR
    pending: Ask
  - example: unicef
    label: UNICEF
    not_applicable: No DTM here
    verified: '2026-11-22'
"""


def changed(*changes: tuple[str, str]) -> str:
    source = FILE
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def read(source: str) -> Mapping:
    mapping, problems = parse(source.encode(), CATALOGUE)
    assert mapping is not None, problems
    assert problems == []
    return mapping


def pam(source: str) -> dict[str, object]:
    return dict(read(source).rows["wfp"].users[0].details)


MALI = read(FILE)
DETAILS = pam(FILE)


class TestBlankAnswers:
    @pytest.mark.parametrize("blank", ["", " ' '", ' "\\t"', " ' \xa0\u3000 '", " |-\n       \n"])
    @pytest.mark.parametrize(
        ("field", "answer"),
        [
            ("levels", "[operational]"),
            ("needs", "[food, Age of the shelters]"),
            ("engagement", "contacted"),
            ("frequency", "monthly"),
            ("notes", "Call first"),
        ],
    )
    def test_a_blank_detail_is_none(self, field: str, answer: str, blank: str) -> None:
        expected = {key: value for key, value in DETAILS.items() if key != field}
        assert pam(changed((f"{field}: {answer}", f"{field}:{blank}"))) == expected

    @pytest.mark.parametrize("blank", ["[]", "['']", "[' ']", "[' ', '', '\xa0']"])
    def test_a_list_of_blanks_is_no_answer(self, blank: str) -> None:
        source = changed(("[operational]", blank), ("[food, Age of the shelters]", blank))
        assert pam(source).keys() == DETAILS.keys() - {"levels", "needs"}

    def test_blank_texts_about_the_mapping_a_reason_and_a_note_are_empty(self) -> None:
        source = changed(
            ("response: Mali", "response: ' '\nprepared_by: \" \""),
            ("country: MLI", "country: ' '"),
            ("depth: full", "depth: ' '"),
            ("created: '2026-11-22'", "created: ' '"),
            ("pending: Ask", "pending: ' '"),
            ("not_applicable: No DTM here", "not_applicable: '  '"),
        )
        mapping = read(source)
        assert (mapping.response, mapping.prepared_by, mapping.country, mapping.created) == ("", "", "", "")
        assert mapping.depth == "standard"
        assert (mapping.rows["unhcr"].pending, mapping.rows["unicef"].not_applicable) == ("", "")

    @pytest.mark.parametrize("blank", ["", " ' '"])
    def test_where_the_last_data_user_was_deleted_nothing_is_left(self, blank: str) -> None:
        users = FILE[FILE.index("users:") : FILE.index("  - example: unhcr")]
        assert read(FILE.replace(users, f"users:{blank}\n")).rows.keys() == {"unhcr", "unicef"}
        rows = FILE[FILE.index("  rows:") :]
        assert read(FILE.replace(rows, f"  rows:{blank}\n  others:{blank}\n")).rows == {}
        assert read(FILE[: FILE.index("sections:")] + f"sections:{blank}\n").rows == {}

    def test_a_blank_name_is_a_mistake_because_its_details_would_belong_to_nobody(self) -> None:
        _mapping, problems = parse(changed(("name: PAM", "name: ' '")).encode(), CATALOGUE)
        assert [(problem.line, problem.what) for problem in problems] == [(14, "the name is empty")]

    def test_the_schema_takes_a_list_that_was_left_empty_too(self) -> None:
        schema = validator(mapping_schema(CATALOGUE))
        source = changed(("levels: [operational]", "levels: ''"))
        schema.validate(yaml.load(source, yaml.BaseLoader))


class TestRepeatedAnswers:
    def test_an_answer_that_occurs_twice_is_one(self) -> None:
        repeated = "[food, Tents, ' Tents', food, 'Tents ', Food, ' FOOD ']"
        assert pam(changed(("[food, Age of the shelters]", repeated)))["needs"] == ("food", "Tents")

    def test_answers_of_a_field_that_the_catalogue_no_longer_has_are_kept_once_too(self) -> None:
        source = changed(("version: '2'", "version: '0'"), ("levels:", "aims:"))
        source = source.replace("[operational]", "[operational, ' operational', ' ']")
        mapping, _warnings = parse(source.encode(), CATALOGUE)
        assert mapping is not None
        assert mapping.rows["wfp"].users[0].values("aims") == ("operational",)

    def test_two_data_users_with_one_name_stay_two(self) -> None:
        source = changed(("    - name: PAM\n", "    - name: PAM\n    - name: PAM\n"))
        assert [user.name for user in read(source).rows["wfp"].users] == ["PAM", "PAM"]

    def test_the_next_save_writes_it_once_and_an_unchanged_session_leaves_the_file(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "mali.yaml"
        source = changed(
            ("levels: [operational]", "levels: [Operational, operational, ' ']"),
            ("country: MLI", "country: Mali"),
            ("notes: Call first", "notes: ' '"),
        )
        file.write_text(source, encoding="utf-8")
        edit = ("edit", "--plain", "mali.yaml", "--at", "response")
        assert run(*edit, cwd=tmp_path, given=":quit\n").code == 0
        assert run(*edit, cwd=tmp_path, given="Changed\n:undo\n:quit\n").code == 0
        assert file.read_text(encoding="utf-8") == source
        assert run(*edit, cwd=tmp_path, given="Changed\n:quit\n").code == 0
        saved = file.read_text(encoding="utf-8")
        assert "country: MLI\n" in saved
        assert "levels: [operational]\n" in saved
        assert "notes" not in saved


class TestLabels:
    @pytest.mark.parametrize("word", ["operational", "Operational", "OPERATIONAL", "' Operational '"])
    def test_a_choice_may_be_written_with_its_label(self, tmp_path: Path, word: str) -> None:
        file = tmp_path / "mali.yaml"
        file.write_text(changed(("[operational]", f"[{word}]")), encoding="utf-8")
        result = run("check", "mali.yaml", cwd=tmp_path)
        assert (result.code, result.out) == (0, "mali.yaml: no problems\n")
        assert pam(file.read_text(encoding="utf-8")) == DETAILS

    @pytest.mark.parametrize("asked", [asked for asked in CATALOGUE.fields if asked.choices])
    def test_every_label_of_every_field_is_its_choice(self, asked: Field) -> None:
        for choice in asked.choices:
            for word in (choice.id, choice.label, choice.label.upper(), choice.label.casefold()):
                answer = flow((word,)) if asked.type == "select_multiple" else scalar(word)
                source = FILE.replace("      notes:", f"      {asked.id}: {answer}\n      notes:")
                lines = source.splitlines()
                first = next((at for at, line in enumerate(lines) if f" {asked.id}:" in line))
                if sum(f" {asked.id}:" in line for line in lines) > 1:
                    del lines[first]
                detail = pam("\n".join(lines) + "\n")[asked.id]
                assert detail in (choice.id, (choice.id,))

    def test_a_word_that_is_no_label_is_a_mistake_or_other_text(self) -> None:
        _mapping, problems = parse(changed(("[operational]", "[Operations]")).encode(), CATALOGUE)
        assert [problem.line for problem in problems] == [15]
        assert "“Operations”; did you mean “operational”?" in problems[0].what
        assert pam(changed(("monthly", "Monthly or so")))["frequency"] == "Monthly or so"

    def test_a_label_of_two_choices_is_neither(self) -> None:
        choices = (Choice("a", "One"), Choice("b", "ONE"), Choice("one", "Other"), Choice("c", "Three"))
        asked = replace(CATALOGUE.field_by_id["levels"], choices=choices)
        called = [asked.choice_called(word) for word in ("One", "one", "other", "THREE ", "A", "")]
        assert called == ["", "", "one", "c", "a", ""]
        catalogue = replace(CATALOGUE, fields=(asked, *CATALOGUE.fields[1:]))
        mapping, _problems = parse(changed(("[operational]", "[one]")).encode(), catalogue)
        assert mapping is not None
        assert mapping.rows["wfp"].users[0].values("levels") == ("one",)


class TestCountries:
    @pytest.mark.parametrize(
        ("word", "code"),
        [("Tchad", "TCD"), ("tchad", "TCD"), ("Chad", "TCD"), ("TD", "TCD"), ("تشاد", "TCD"), ("tcd", "TCD")],
    )
    def test_a_country_may_be_written_as_it_is_typed(self, tmp_path: Path, word: str, code: str) -> None:
        assert code_of(word) == code
        file = tmp_path / "mali.yaml"
        file.write_text(changed(("country: MLI", f"country: {word}")), encoding="utf-8")
        assert run("check", "mali.yaml", cwd=tmp_path).out == "mali.yaml: no problems\n"
        given = "Changed\n:quit\n"
        run("edit", "--plain", "mali.yaml", "--at", "response", cwd=tmp_path, given=given)
        assert f"country: {code}\n" in file.read_text(encoding="utf-8")

    def test_what_is_no_country_is_named_with_what_was_likely_meant(self) -> None:
        _mapping, problems = parse(changed(("country: MLI", "country: Tchat")).encode(), CATALOGUE)
        assert [problem.line for problem in problems] == [3]
        assert "not “Tchat”; did you mean “Chad”?" in problems[0].what

    def test_the_schema_leads_to_the_code_and_the_id(self) -> None:
        schema = validator(mapping_schema(CATALOGUE))
        for old, new in (("MLI", "Mali"), ("[operational]", "[Operational]")):
            assert read(changed((old, new))) == MALI
            assert not schema.is_valid(yaml.load(changed((old, new)), yaml.BaseLoader))


@st.composite
def edited(draw: st.DrawFn, mapping: Mapping) -> str:
    """A mapping's file after somebody repeated answers, put labels for ids, and added spaces and blanks."""
    spaces = st.sampled_from(["", " ", "  ", "\xa0"])

    def spaced(text: str) -> str:
        return draw(spaces) + text + draw(spaces)

    def said(asked: Field, value: str) -> str:
        if value not in asked.labels:
            return spaced(value)
        word = draw(st.sampled_from([value, asked.labels[value]]))
        return spaced(draw(st.sampled_from([word, word.upper(), word.casefold()])))

    lines = []
    for line in Writer(CATALOGUE).text(mapping).splitlines():
        key, _colon, value = line.partition(": ")
        asked = CATALOGUE.field_by_id.get(key.strip())
        if asked is None or value == "|-":
            lines.append(line)
        elif asked.type == "select_multiple":
            answers = yaml.load(value, yaml.BaseLoader)
            repeated = draw(st.lists(st.sampled_from(["", " ", *answers]), max_size=3))
            words = tuple(said(asked, answer) for answer in [*answers, *repeated])
            lines.append(f"{key}: {flow(words)}")
        else:
            lines.append(f"{key}: {scalar(said(asked, yaml.load(value, yaml.BaseLoader)))}")
    return "\n".join(lines) + "\n"


@given(mappings(), st.data())
def test_spaces_repetitions_and_labels_make_no_other_mapping(mapping: Mapping, data: st.DataObject) -> None:
    source = data.draw(edited(mapping))
    again, problems = parse(source.encode(), CATALOGUE)
    assert again == mapping, problems
    assert Writer(CATALOGUE).text(again) == Writer(CATALOGUE).text(mapping)


@given(mappings(), st.data())
@example(MALI, None)
def test_a_session_without_a_change_leaves_an_edited_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, mapping: Mapping, data: st.DataObject | None
) -> None:
    source = (data.draw(edited(mapping)) if data else FILE).encode()
    file = tmp_path_factory.getbasetemp() / "edited-by-hand.yaml"
    file.write_bytes(source)
    store = Store(file, CATALOGUE)
    loaded, _warnings = store.load()
    assert store.content(loaded) == source
