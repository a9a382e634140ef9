"""Each kind of question in a terminal, answered with the bytes that its keys send."""

import pytest
from hypothesis import assume, given, settings
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dtm_mapper.interview import answers
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.question import Kept, Key, KeyName, Line, Question, Reply
from dtm_mapper.interview.terminal import TerminalAsker
from strategies import texts

HOME, END, LEFT, UP, DOWN = "\x1b[H", "\x1b[F", "\x1b[D", "\x1b[A", "\x1b[B"
ENTER, DELETE, EMPTY_LINE, ESCAPE = "\r", "\x7f", "\x15", "\x1b"
CTRL_Q, CTRL_R, CTRL_S, CTRL_V, CTRL_Z = "\x11", "\x12", "\x13", "\x16", "\x1a"
SHIFT_TAB, CTRL_G, CTRL_C, CTRL_D = "\x1b[Z", "\x07", "\x03", "\x04"
F1, F1_OF_OLD_TERMINALS, F1_OF_LINUX = "\x1bOP", "\x1b[11~", "\x1b[[A"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"
LEAVING: list[tuple[str, KeyName]] = [
    (SHIFT_TAB, "back"),
    (CTRL_G, "go"),
    (F1, "help"),
    (F1_OF_OLD_TERMINALS, "help"),
    (F1_OF_LINUX, "help"),
    (CTRL_C, "interrupt"),
    (CTRL_D, "end"),
]

CHOICES = ChoiceIndex(
    (
        Entry("strategic", "Strategic", "interventions", 1),
        Entry("programmatic", "Programmatic", number=2),
        Entry("operational", "Operational", number=3),
        Entry("age", "Age, and gender", number=4),
    )
)
ROW = Question("agencies/unhcr", "names", "1/6 UNHCR")
TEXT = Question("agencies/unhcr/1/area", "text", "UNHCR · Area")
MANY = Question("agencies/unhcr/1/needs", "many", "UNHCR · Needs", choices=CHOICES, other=True)
LEVELS = MANY._replace(other=False)
NO_ANSWER = ChoiceIndex((Entry("", "No answer"), *CHOICES.entries))
ONE = Question("agencies/unhcr/1/frequency", "one", "UNHCR · Frequency", choices=NO_ANSWER, other=True)
MENU = Question("menu", "menu", "Where to?", recorded=("strategic",), choices=CHOICES)
SEARCH = Question("go", "search", "Where to?", recorded=("strategic",), choices=CHOICES)
YES = Question("confirm", "yes", "Really?", shown="n")
EVERY_KIND = [ROW, TEXT, MANY, LEVELS, ONE, MENU, SEARCH, YES]
LINES = [ROW, TEXT]


#: A prompt takes prompt_toolkit some 25 ms to set up.
few = settings(max_examples=12)


def press(question: Question, keys: str) -> Reply:
    """What the terminal replies to these keys; Key("end") where they are no whole reply."""
    with create_pipe_input() as keyboard:
        asker = TerminalAsker(keyboard, DummyOutput())
        keyboard.send_text(keys)
        keyboard.close()
        return asker.ask(question)


def each_kind(questions: list[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[question.id for question in questions])


# Every kind of question


@each_kind(EVERY_KIND)
@pytest.mark.parametrize(("key", "name"), LEAVING)
def test_the_keys_that_leave_work_on_every_question(question: Question, key: str, name: KeyName) -> None:
    assert press(question, key) == Key(name, None)


@each_kind([ROW, TEXT, MANY, ONE, YES])
def test_enter_takes_what_is_shown(question: Question) -> None:
    assert press(question._replace(recorded=()), ENTER) == Kept()
    assert press(question._replace(shown="strategic", recorded=("strategic",)), ENTER) == Kept()


# A line of text, or of names


@each_kind(LINES)
@few
@given(text=texts())
def test_what_is_typed_is_the_line(question: Question, text: str) -> None:
    assume(text[0] not in "?؟")
    assert press(question, text + ENTER) == Line(text)


@few
@given(text=texts(lines=True))
def test_a_shown_answer_of_any_text_is_kept_by_enter(text: str) -> None:
    assert press(TEXT._replace(shown=answers.typed_text(text)), ENTER) == Kept()


@each_kind(LINES)
def test_the_shown_answer_is_edited_where_it_stands(question: Question) -> None:
    shown = question._replace(shown="UNHRC")
    assert press(shown, DELETE * 2 + "CR" + ENTER) == Line("UNHCR")
    assert press(shown, HOME + "The " + ENTER) == Line("The UNHRC")
    assert press(shown, LEFT * 2 + DELETE + END + "!" + ENTER) == Line("UNRC!")


@each_kind(LINES)
def test_an_answer_typed_back_as_it_was_is_kept(question: Question) -> None:
    assert press(question._replace(shown="WFP"), DELETE + "P" + ENTER) == Kept()


@each_kind(LINES)
@pytest.mark.parametrize("emptied", [EMPTY_LINE, DELETE * 3, EMPTY_LINE + "  "])
def test_an_emptied_answer_is_cleared(question: Question, emptied: str) -> None:
    assert press(question._replace(shown="WFP"), emptied + ENTER) == Line(":clear")


@each_kind(LINES)
def test_blanks_on_an_empty_question_say_nothing(question: Question) -> None:
    assert press(question, "   " + ENTER) == Kept()


@each_kind(LINES)
@pytest.mark.parametrize("sign", "?؟")
def test_a_question_mark_as_the_first_key_opens_the_help_at_once(question: Question, sign: str) -> None:
    assert press(question, sign) == Key("help")
    assert press(question._replace(shown="WFP"), sign) == Key("help")
    assert press(question, f" {sign * 2}{ENTER}") == Line(f" {sign * 2}")


@each_kind(LINES)
@pytest.mark.parametrize("sign", ":+=-–—−")
def test_a_sign_as_the_first_key_takes_the_shown_answers_place(question: Question, sign: str) -> None:
    assert press(question._replace(shown="WFP"), sign + ENTER) == Line(sign)
    assert press(question._replace(shown="WFP"), sign * 2 + "x" + ENTER) == Line(sign * 2 + "x")


@each_kind(LINES)
@pytest.mark.parametrize("sign", answers.SIGNS)
def test_a_sign_in_the_middle_is_text(question: Question, sign: str) -> None:
    assert press(question._replace(shown="WFP"), f" {sign} FAO{ENTER}") == Line(f"WFP {sign} FAO")
    assert press(question, f"a{sign}b{ENTER}") == Line(f"a{sign}b")


@each_kind(LINES)
@pytest.mark.parametrize(("key", "name"), LEAVING)
def test_half_typed_text_leaves_with_the_key(question: Question, key: str, name: KeyName) -> None:
    assert press(question, "half ty" + key) == Key(name, "half ty")
    assert press(question._replace(shown="WFP"), " and" + key) == Key(name, "WFP and")
    assert press(question._replace(shown="WFP"), EMPTY_LINE + key) == Key(name, "")
    assert press(question._replace(shown="WFP"), key) == Key(name, None)


@each_kind(LINES)
def test_half_typed_text_is_there_again(question: Question) -> None:
    assert press(question._replace(draft="half ty"), "ped" + ENTER) == Line("half typed")
    assert press(question._replace(shown="WFP", draft="WFP and"), ENTER) == Line("WFP and")
    assert press(question._replace(shown="WFP", draft=""), ENTER) == Line(":clear")
    assert press(question._replace(shown="WFP", draft="half"), SHIFT_TAB) == Key("back", "half")


@pytest.mark.parametrize(
    "key", [CTRL_Q, CTRL_R, CTRL_S, CTRL_V, CTRL_Z, ESCAPE + "2", ESCAPE + "-", ESCAPE + "#"]
)
def test_keys_that_mean_something_to_shells_and_editors_alone_do_nothing(key: str) -> None:
    assert press(ROW, "a" + key + "b" + ENTER) == Line("ab")
    assert press(ROW, "a" + key + ENTER) == Line("a")


def test_lines_that_are_pasted_are_one_answer() -> None:
    assert press(ROW, f"{PASTE}UNHCR\r\nWFP\rIOM\n{PASTED}{ENTER}") == Line("UNHCR\nWFP\nIOM\n")


def test_suggested_names_do_not_get_in_the_way_of_enter() -> None:
    assert press(ROW._replace(suggestions=lambda: ("UNHCR", "UNICEF")), "UN" + ENTER) == Line("UN")


def test_emptying_a_line_empties_all_its_lines() -> None:
    assert press(ROW, f"{PASTE}UNHCR\r\nWFP\n{PASTED}{EMPTY_LINE}IOM{ENTER}") == Line("IOM")


# Yes or no


@pytest.mark.parametrize("default", "yn")
def test_one_key_says_yes_or_no(default: str) -> None:
    question = YES._replace(shown=default)
    assert press(question, "y") == Line("y")
    assert press(question, "n") == Line("n")
    assert press(question, ENTER) == Kept()


@pytest.mark.parametrize("default", "yn")
def test_no_other_key_answers_yes_or_no(default: str) -> None:
    assert press(YES._replace(shown=default), "qaio1 -+=*\t" + UP + DELETE + SHIFT_TAB) == Key("back", None)


def test_commands_can_be_typed_at_yes_or_no() -> None:
    assert press(YES, ":back" + ENTER) == Line(":back")
    assert press(YES, "?" + ENTER) == Line("?")


def test_a_command_line_emptied_again_answers_no_question() -> None:
    assert press(YES._replace(shown="y"), ":" + DELETE + ENTER + "n") == Line("n")
