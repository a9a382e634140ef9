"""Both askers on a par: whatever is answered and typed, the mapping is the same, byte for byte."""

import io
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prompt_toolkit.input import DummyInput, create_pipe_input
from prompt_toolkit.input.typeahead import clear_typeahead, get_typeahead
from prompt_toolkit.output import DummyOutput

from dtm_mapper.catalogue_file import parse
from dtm_mapper.interview import answers
from dtm_mapper.interview.plain import PlainAsker
from dtm_mapper.interview.question import Asker, Question, Reply, Tone
from dtm_mapper.interview.recorder import Recorder
from dtm_mapper.interview.session import Session
from dtm_mapper.interview.terminal import TerminalAsker
from dtm_mapper.interview.walk import Walk
from dtm_mapper.mapping import DataUser, Mapping, Row
from dtm_mapper.store.atomic import write_whole
from dtm_mapper.store.store import Store
from strategies import mappings, texts

ENTER, DELETE, DOWN, UP, EMPTY_LINE = "\r", "\x7f", "\x1b[B", "\x1b[A", "\x15"
SHIFT_TAB, CTRL_G, F1, CTRL_C, CTRL_D = "\x1b[Z", "\x07", "\x1bOP", "\x03", "\x04"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"
#: The keys of commands that have one.
KEYS = {":back": SHIFT_TAB, ":go": CTRL_G, "?": F1, ":help": F1, ":quit": CTRL_C}

#: Every kind of question within a few steps: few rows, and a list that is longer than the digits.
SMALL_CATALOGUE = b"""
format: dtm-catalogue/1
id: small
version: '1'
title: A small catalogue
fields:
- {id: levels, label: Level of use, question: At which levels?, type: select_multiple, depth: standard,
   visibility: public, choices: [{id: strategic, label: Strategic}, {id: programmatic, label: Programmatic},
   {id: operational, label: Operational}]}
- id: needs
  label: Information needs
  type: select_multiple
  depth: standard
  visibility: public
  or_other: true
  interests: true
  choices:
  - {id: food, label: Food}
  - {id: cash, label: Cash}
  - {id: refugees, label: Refugees}
  - {id: returnees, label: Returnees}
  - {id: health-access, label: Access to health}
  - {id: health-behaviours, label: Health-seeking behaviours}
  - {id: land, label: 'Land, and property'}
  - {id: elderly, label: Elderly persons}
  - {id: education, label: Education}
  - {id: infrastructure, label: Infrastructure}
  - {id: shelter, label: Shelter}
- {id: area, label: Area, question: Where?, type: text, depth: standard, visibility: public}
- {id: engagement, label: Engagement, type: select_one, depth: full, visibility: internal,
   choices: [{id: identified, label: Identified}, {id: left, label: Left the response, inactive: true}]}
- {id: frequency, label: Frequency, type: select_one, depth: full, visibility: internal, or_other: true,
   choices: [{id: monthly, label: Monthly}, {id: quarterly, label: Quarterly}]}
- {id: contact, label: Contact, type: text, depth: full, visibility: personal}
sections:
- id: coordination
  title: Coordination
  note: A note.
  examples:
  - {id: hct, name: HCT or other coordination body}
  - {id: imwg, name: IMWG, interests: [food, shelter]}
- id: un-agencies
  title: UN Agencies
  reminder: A reminder.
  examples:
  - {id: unhcr, name: UNHCR, interests: [refugees, returnees, infrastructure]}
  - {id: wfp, name: WFP, interests: [food]}
"""
_SMALL, _problems = parse(SMALL_CATALOGUE)
assert _SMALL is not None, _problems
SMALL = _SMALL

TODAY = "2026-11-22"
Begun = Literal["menu", "missing", "verify"]


class Step(NamedTuple):
    """What an operator does at a question, whatever its kind: types a command, where there is one, or else
    an answer that suits the question. `way`: which of several ways there."""

    command: str | None
    text: str
    picks: tuple[int, ...]
    way: int


class Start(NamedTuple):
    """What an interview begins with; `report`: whether one that somebody edited lies beside the mapping."""

    mapping: Mapping | None
    begun: Begun
    report: bool


class Seen(NamedTuple):
    """A question that was asked, and what was on disk then."""

    question: Question
    suggestions: tuple[str, ...]
    on_disk: bytes | None


# The line of a step


def line_of(step: Step, question: Question) -> str:
    """What is typed, where lines are typed; '' is Enter."""
    line = step.command if step.command is not None else _answer(step, question)
    # What several lines say cannot be typed on one.
    return "" if "\n" in line else line


def _answer(step: Step, question: Question) -> str:
    first = step.picks[0]
    if question.kind == "yes":
        return ("y", "n", "yes", "no", "perhaps")[first % 5]
    if question.kind in ("menu", "search"):
        entry = question.choices.entries[first % len(question.choices.entries)]
        return str(entry.number or entry.label)
    if question.kind in ("text", "names"):
        return question.shown or step.text if step.way == 3 else step.text
    entries = [entry for entry in question.choices.entries if entry.id]
    picked = [entries[pick % len(entries)] for pick in step.picks]
    if question.kind == "one":
        picked = picked[: 1 + (step.way == 0)]
    match first % 7:
        case 0:
            return ", ".join(str(entry.number) for entry in picked)
        case 1:
            return ", ".join(entry.id for entry in picked)
        case 2:
            return ", ".join(entry.label for entry in picked)
        case 3:
            changed = dict.fromkeys((*question.recorded, picked[0].id))
            if picked[0].id in question.recorded:
                del changed[picked[0].id]
            return answers.typed_choices(list(changed), question) or ":clear"
        case 4:
            return f"{picked[0].number}, {step.text}" if question.kind == "many" else step.text
        case 5:
            return "*, ="
        case _:
            return step.text


def choices_in(line: str, question: Question) -> answers.Choices | None:
    """The choices in a line; None if it is refused."""
    try:
        return answers.choices(line, question)
    except answers.NotUnderstood:
        return None


# The keys of a line


def keys_of(line: str, question: Question, way: int) -> str:
    """The keys that say a line in a terminal; `way` chooses among several."""
    if line in KEYS and way:
        return _half_typed(question, way) + KEYS[line]
    if question.kind == "yes":
        if line in ("", "y", "n") and way:
            return line or ENTER
        return _on_opened_line(line) if line else ENTER
    if question.kind in ("text", "names"):
        return _on_the_line(line, question, way)
    return _in_the_list(line, question, way)


def _half_typed(question: Question, way: int) -> str:
    if way == 1 or question.kind in ("yes", "menu"):
        return ""
    return "1" if way == 2 else "xy"


def _erased(text: str) -> str:
    return EMPTY_LINE * (1 + 2 * text.count("\n")) if text else ""


def _typed(text: str) -> str:
    return f"{PASTE}{text}{PASTED}" if "\n" in text else text


def _on_opened_line(line: str) -> str:
    """On a line that a key opens; it begins with that key."""
    return (line if line[0] in ":?" else ":" + DELETE + line) + ENTER


def _on_the_line(line: str, question: Question, way: int) -> str:
    if not line:
        # Half-typed or refused text gives way again to what is recorded.
        return ENTER if question.draft is None else _erased(question.draft) + _typed(question.shown) + ENTER
    there = question.shown if question.draft is None else question.draft
    if line == ":clear" and question.shown and way:
        return _erased(there) + ENTER
    if answers.SIGNS.get(line) == "help":
        # As the first key, it needs no Enter.
        return (_erased(there) if question.draft is not None else "") + line
    if line[0] in "?؟":
        line = f" {line}"
    if question.draft is None and line[0] in ":+=-–—−" and way:
        # The sign of a command takes the shown answer's place.
        return line + ENTER
    return _erased(there) + line + ENTER


#: A line that every question refuses.
REFUSED = ":bogus"


def is_command(line: str) -> bool:
    """Whether a line is a sign or a command, known or not."""
    try:
        return isinstance(answers.parse(line, names=False), answers.Command)
    except answers.NotUnderstood:
        return True


def _in_the_list(line: str, question: Question, way: int) -> str:
    """The keys of a list that do what a line does."""
    cleared = EMPTY_LINE if question.draft else ""
    if is_command(line):
        # A sign or a command is typed; pasted, an equals sign is no key of the list.
        return cleared + (f"{PASTE}{line}{PASTED}" if line == "=" else line) + ("" if line in "?؟" else ENTER)
    if not line or answers.unquoted(line) == "":
        return cleared + ENTER
    if not question.empties:
        return cleared + line + DOWN * 100 + ENTER
    if question.kind in ("menu", "search"):
        one = question.choices.named(line) or len(question.choices.matching(line)) == 1
        return cleared + (line if one else REFUSED) + ENTER
    typed = choices_in(line, question)
    if typed is None or (question.kind == "one" and len(typed.values) != 1):
        return cleared + REFUSED + ENTER
    texts = [f'"{value}"' if value in typed.exact else value for value in typed.values]
    keys = [_added(value, text, question, way) for value, text in zip(typed.values, texts, strict=True)]
    if question.kind == "one":
        return cleared + keys[0]
    removed = [value for value in question.recorded if value not in typed.values]
    return cleared + "".join(keys) + _removed(removed, question) + ENTER


def _added(value: str, text: str, question: Question, way: int) -> str:
    """The keys that tick an entry, by its number or by arrows, or that add other text."""
    entry = question.choices.by_id.get(value)
    if value in question.recorded and question.kind == "many":
        return ""
    if entry is None:
        return text + DOWN * 100 + ENTER
    at = question.choices.entries.index(entry)
    if way == 3 and question.kind == "many":
        return UP * 100 + DOWN * at + " "
    return f"{entry.number}{ENTER}"


def _removed(values: Sequence[str], question: Question) -> str:
    """The keys that untick entries. Recorded other texts come last; the last of them goes first."""
    ids = [entry.id for entry in question.choices.entries]
    listed = [*ids, *(value for value in question.recorded if value not in ids)]
    places = sorted((listed.index(value) for value in values), reverse=True)
    return "".join(UP * 100 + DOWN * at + " " for at in places)


# The two sides


class Operator:
    """Passes an interview on to a real asker, and answers each question with the next step of a script;
    after the last one it leaves."""

    def __init__(
        self, asker: Asker, ask: Callable[[Question, Step | None], Reply], script: Sequence[Step], file: Path
    ) -> None:
        self._asker, self._ask, self._script, self._file = asker, ask, iter(script), file
        self.seen: list[Seen] = []
        #: The keys of each reply, where keys are pressed.
        self.pressed: list[str] = []
        self.script_line = None

    def held(self) -> AbstractContextManager[None]:
        return self._asker.held()

    def say(self, text: str, tone: Tone = "text") -> None:
        self._asker.say(text, tone)

    def listing(self, rows: Sequence[tuple[str, str]]) -> None:
        self._asker.listing(rows)

    def ask(self, question: Question) -> Reply:
        # Only a terminal keeps half-typed text; and a menu says when the file was saved.
        same = question._replace(
            draft=None, title="" if question.kind == "menu" else question.title, suggestions=tuple
        )
        suggestions = question.suggestions()
        self.seen.append(Seen(same, suggestions, self._file.read_bytes() if self._file.exists() else None))
        return self._ask(question, next(self._script, None))


def plainly(script: Sequence[Step], file: Path) -> Operator:
    asker = PlainAsker(io.StringIO(), io.StringIO())
    asker.script_line = None

    def ask(question: Question, step: Step | None) -> Reply:
        typed = "" if step is None else line_of(step, question) + "\n"
        asker.source = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
        return asker.ask(question)

    return Operator(asker, ask, script, file)


def in_terminal(script: Sequence[Step], file: Path) -> Operator:
    asker = TerminalAsker(DummyInput(), DummyOutput())

    def ask(question: Question, step: Step | None) -> Reply:
        keys = CTRL_D if step is None else keys_of(line_of(step, question), question, step.way)
        operator.pressed.append(keys)
        with create_pipe_input() as keyboard:
            asker.input = keyboard
            asker.setting.update(input=asker.input, output=asker.output)
            keyboard.send_text(keys)
            # Keys that are no whole reply leave the interview, rather than wait for more.
            keyboard.close()
            reply = asker.ask(question)
            left_over = get_typeahead(keyboard)
            clear_typeahead(keyboard)
        assert not left_over, f"{keys!r} is more than a reply to {question}"
        return reply

    operator = Operator(asker, ask, script, file)
    return operator


def interviewed(
    side: Callable[[Sequence[Step], Path], Operator], script: Sequence[Step], start: Start, folder: Path
) -> tuple[Operator, dict[str, bytes]]:
    """Hold a whole interview, and return what its operator saw and did, and the files that it left."""
    for left in folder.glob("*.*"):
        left.unlink()
    file = folder / "mapping.yaml"
    if start.mapping is not None:
        Store(file, SMALL).save(start.mapping)
    if start.report:
        file.with_suffix(".md").write_bytes(b"Edited by somebody\n")

    def write_report(mapping: Mapping, format_name: str, may_replace: Callable[[Path], bool]) -> Path | None:
        out = file.with_suffix(f".{format_name}")
        if out.exists() and not may_replace(out):
            return None
        write_whole(out, b"A report\n")
        return out

    store = Store(file, SMALL)
    saved = store.load()[0] if start.mapping is not None else None
    mapping = saved or Mapping(SMALL.id, SMALL.version, created=TODAY)
    operator = side(script, file)
    session = Session(operator, Recorder(operator, store, Walk(SMALL, mapping), saved, TODAY), write_report)
    if start.begun == "missing":
        session.ask_missing()
    elif start.begun == "verify":
        session.ask_to_verify()
    with operator.held():
        session.run(menu=saved is not None and start.begun == "menu")
    return operator, {left.name: left.read_bytes() for left in folder.glob("*.*")}


def the_same(script: Sequence[Step], start: Start) -> list[Seen]:
    """Asserts that both askers ask the same, have the same on disk at each question, and leave the same."""
    with tempfile.TemporaryDirectory() as folder:
        plain, plain_files = interviewed(plainly, script, start, Path(folder))
        terminal, terminal_files = interviewed(in_terminal, script, start, Path(folder))
    lines = [line_of(step, seen.question) for step, seen in zip(script, plain.seen, strict=False)]
    for number, (one, other) in enumerate(zip(plain.seen, terminal.seen, strict=False)):
        assert one == other, f"after {lines[:number]}"
    assert (len(plain.seen), plain_files) == (len(terminal.seen), terminal_files)
    return plain.seen


# What is generated


TEXTS = (
    *("UNHCR", "unhcr", "WFP", "IOM", "BRAC", "Équipe santé", "فريق الصحة", "UNHCR; WFP", "WFP;UNHCR; IOM"),
    *("::colon", "++ plus", "- not here", "• UNHCR", "+ one more", '"A; B"', ";", "n/a", "TBC", "ask OCHA"),
    *("same", "“TBC”; IOM", "«same»", '" "', "UNHCR؛ WFP", "A, B, C", "??", "=A1", "-x", "Danish Refugees"),
    *("idem", "NGO forum a@b.org", "Hotline +880 1711 123456", "Bangladesh", "NOR", "Atlantis", "yes", "no"),
    *("left", "food", "Shelters", "Refugee", "Acces to health", '"food"', '"Own, words"', "health", "1"),
    *("12", "1, 99", "x" * 201, "programmatic", "stra, op", "quarterly", "*", "* , cash", "?", "؟", "a\\"),
    *("food، “Own, words”", "TBC; n/a; BRAC", "ask a@b.org"),
)  # fmt: skip
COMMANDS = (
    *(":back", ":back", ":back", ":undo", ":undo", ":redo", ":clear", "-", "–", "=", "=", ":skip", ":show"),
    *(":help", "?", ":na", ":na Merged", ":na *", ":later", ":later Ask the ISCG", ":later Ask a@b.org"),
    *("- Not in this response", "+ OCHA", "+", ":add"),
    *("+ UNHCR; BRAC", ":add MSF", ":add UNHCR; WFP", ":depth", ":depth names", ":depth st", ":depth full"),
    *(":go", ":go", ":go unhcr", ":go un-agencies", ":go a", ":go zzz", ":go coordination/other", ":review"),
    *(":go country", ":bogus", ":bak", ":", "::", ":quit"),
)  # fmt: skip


def _without_mark(text: str) -> str:
    """In plain, a mark of encoding at a line's beginning is no text: files put together have some."""
    return text.lstrip("\N{BOM}").strip() or "Text"


steps = st.builds(
    Step,
    command=st.none() | st.none() | st.just("") | st.sampled_from(COMMANDS),
    text=st.sampled_from(TEXTS) | texts().map(_without_mark),
    picks=st.lists(st.integers(0, 60), min_size=1, max_size=3).map(tuple),
    way=st.integers(0, 3),
)
starts = st.builds(Start, st.none() | mappings(SMALL), st.sampled_from(get_args(Begun)), st.booleans())
scripts = st.lists(steps, min_size=10, max_size=40)


@settings(max_examples=10, suppress_health_check=list(HealthCheck), phases=set(Phase) - {Phase.explain})
@given(scripts, starts)
def test_the_same_answers_and_commands_give_the_same_mapping_through_both_askers(
    script: list[Step], start: Start
) -> None:
    the_same(script, start)


@pytest.mark.campaign
@settings(max_examples=400, suppress_health_check=list(HealthCheck), phases=set(Phase) - {Phase.explain})
@given(scripts, starts)
def test_the_same_answers_and_commands_give_the_same_mapping_at_length(
    script: list[Step], start: Start
) -> None:
    the_same(script, start)


UNCHANGED = DataUser(
    "UNHCR", {"levels": ("strategic",), "needs": ("food", "Own words"), "area": "Camp 4"}, "2024-02-29"
)
BARE = DataUser("WFP", verified="2024-02-29")


@pytest.mark.parametrize("way", [0, 2])
@pytest.mark.parametrize(
    ("user", "lines"),
    [
        (UNCHANGED, (":go unhcr", "UNHCR")),
        (UNCHANGED, (":review", ":back", "Camp 4")),
        (UNCHANGED, (":review", ":back", ":back", 'food, "Own words"')),
        (UNCHANGED, (":review", ":back", ":back", "2", ":undo", ":back", "strategic")),
        (BARE, (":review", ":back", ":back", "-")),
        (BARE, (":review", ":back", ":clear")),
        (UNCHANGED, (":review", ":go", "", ":go", "")),
        (UNCHANGED, (":review", ":back", ":go", "")),
    ],
)
def test_what_was_recorded_and_is_answered_again_changes_nothing(
    user: DataUser, lines: tuple[str, ...], way: int
) -> None:
    row = Row("unhcr", "un-agencies", "UNHCR", (user,), verified=user.verified)
    mapping = Mapping(SMALL.id, SMALL.version, "2024-02-29", "2024-02-29", rows={row.example: row})
    seen = the_same([Step(line, "", (0,), way) for line in lines], Start(mapping, "menu", report=False))
    assert seen[-1].on_disk == seen[0].on_disk


@pytest.mark.parametrize("way", [0, 2])
@pytest.mark.parametrize("names", [("\N{BOM}UNHCR",), ("UNHCR", "UNHCR"), ("n/a",)])
def test_names_that_are_typed_again_as_they_are_shown_are_kept(names: tuple[str, ...], way: int) -> None:
    users = tuple(DataUser(name, verified="2024-02-29") for name in names)
    row = Row("unhcr", "un-agencies", "UNHCR", users)
    mapping = Mapping(SMALL.id, SMALL.version, "2024-02-29", "2024-02-29", rows={row.example: row})
    lines = (":go unhcr", "; ".join(names), ":back")
    seen = the_same([Step(line, "", (0,), way) for line in lines], Start(mapping, "menu", report=False))
    assert seen[-1].on_disk == seen[0].on_disk


@pytest.mark.parametrize("way", [0, 2])
@pytest.mark.parametrize("answer", ["y", "no", ""])
def test_yes_and_no_are_taken_as_keys_and_as_lines(answer: str, way: int) -> None:
    lines = ("Response", "", "", "TBC", answer, ":undo", "n/a", answer)
    the_same([Step(line, "", (0,), way) for line in lines], Start(None, "menu", report=False))
