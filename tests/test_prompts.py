"""Each kind of question in a terminal, answered with the bytes that its keys send."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dtm_mapper.catalogue import Choice
from dtm_mapper.interview import answers
from dtm_mapper.interview.question import Kept, Key, KeyName, Kind, Line, Question, Reply
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

CHOICES = (
    Choice("strategic", "Strategic", "interventions"),
    Choice("programmatic", "Programmatic"),
    Choice("operational", "Operational"),
    Choice("age", "Age, and gender"),
)
ROW = Question("agencies/unhcr", "names", "1/6 UNHCR")
TEXT = Question("agencies/unhcr/1/area", "text", "UNHCR · Area")
MANY = Question("agencies/unhcr/1/needs", "many", "UNHCR · Needs", choices=CHOICES, other=True)
LEVELS = MANY._replace(other=False)
ONE = Question("agencies/unhcr/1/frequency", "one", "UNHCR · Frequency", choices=CHOICES, other=True)
MENU = Question("menu", "menu", "Where to?", shown="strategic", choices=CHOICES)
SEARCH = Question("go", "search", "Where to?", choices=CHOICES)
YES = Question("confirm", "yes", "Really?", shown="n")
EVERY_KIND = [ROW, TEXT, MANY, LEVELS, ONE, MENU, SEARCH, YES]
LINES = [ROW, TEXT]
LISTS = [MANY, ONE]


#: A prompt takes prompt_toolkit some 25 ms to set up.
few = settings(max_examples=12)


def press(question: Question, keys: str) -> Reply:
    """What the terminal replies to these keys; Key("end") where they are no whole reply."""
    with create_pipe_input() as keyboard:
        asker = TerminalAsker()
        asker.input, asker.output = keyboard, DummyOutput()
        asker.setting.update(input=asker.input, output=asker.output)
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
    assert press(question, ENTER) == Kept()
    assert press(question._replace(shown="strategic"), ENTER) == Kept()


@each_kind(LISTS)
@pytest.mark.parametrize(("key", "name"), LEAVING)
def test_the_keys_that_leave_work_on_a_line_that_a_list_opened(
    question: Question, key: str, name: KeyName
) -> None:
    assert press(question, "xyz" + key) == Key(name, "xyz")


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
    assert press(ROW._replace(suggestions=("UNHCR", "UNICEF")), "UN" + ENTER) == Line("UN")


# A list to tick


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("1", "strategic"),
        (" ", "strategic"),
        ("13", "strategic, operational"),
        ("31", "strategic, operational"),
        ("112", "programmatic"),
        (DOWN + " ", "programmatic"),
        (DOWN + DOWN + UP + " ", "programmatic"),
        (UP + " ", "age"),
        ("2" + DOWN + " ", "programmatic, operational"),
    ],
)
def test_digits_and_space_tick(keys: str, line: str) -> None:
    assert press(MANY, keys + ENTER) == Line(line)


@few
@given(keys=st.text("1234 " + "*-", max_size=8), shown=st.sets(st.sampled_from([c.id for c in CHOICES])))
def test_what_is_ticked_is_what_the_line_says(keys: str, shown: set[str]) -> None:
    ticked, pointed = set(shown), 0
    for key in keys:
        if key == "*":
            ticked |= {"programmatic", "age"}
        elif key == "-":
            ticked = set()
        else:
            pointed = pointed if key == " " else int(key) - 1
            ticked ^= {CHOICES[pointed].id}
    question = MANY._replace(
        shown=answers.typed_choices(sorted(shown), CHOICES), starred=("programmatic", "age")
    )
    reply = press(question, DOWN * 4 + keys + ENTER)
    if ticked == shown:
        assert reply == Kept()
    elif not ticked:
        assert reply == Line(":clear")
    else:
        assert isinstance(reply, Line)
        assert set(answers.choices(reply.text, CHOICES, (), True).values) == ticked


def _long(kind: Kind, count: int) -> Question:
    choices = tuple(Choice(f"choice-{number}", f"Choice {number}") for number in range(1, count + 1))
    return MANY._replace(kind=kind, choices=choices, shown=choices[-1].id if kind == "menu" else "")


@pytest.mark.parametrize("kind", ["many", "one", "menu"])
def test_each_entry_of_a_long_list_has_one_key(kind: Kind) -> None:
    for number, key in ((1, "1"), (9, "9"), (10, "a"), (18, "i"), (35, "z")):
        assert press(_long(kind, 40), key + ENTER) == Line(f"choice-{number}")


def test_letters_tick_what_is_past_the_ninth() -> None:
    assert press(_long("many", 12), "1ca9" + ENTER) == Line("choice-1, choice-9, choice-10, choice-12")
    assert press(_long("many", 12), "dams" + ENTER) == Line("dams")
    assert press(_long("many", 12), "Camps" + ENTER) == Line("Camps")


@pytest.mark.parametrize("kind", ["many", "one"])
def test_a_plus_opens_a_line_for_other_text(kind: Kind) -> None:
    assert press(_long(kind, 40), "+camps" + ENTER) == Line("camps")
    assert press(LEVELS._replace(kind=kind), "+camps" + ENTER) == Line("+camps")


def test_other_text_stands_behind_what_is_ticked() -> None:
    assert press(_long("many", 40), "1a+camps" + ENTER) == Line("choice-1, choice-10, camps")


@each_kind([ONE, LEVELS, MANY])
def test_a_command_over_a_list_in_which_nothing_was_chosen_leaves_no_text(question: Question) -> None:
    reply = press(question, ":show" + ENTER)
    assert reply == Line(":show")
    assert isinstance(reply, Line)
    assert reply.draft is None


@each_kind([MANY, ONE])
def test_what_was_chosen_outlasts_an_equals_sign_with_nothing_to_repeat(question: Question) -> None:
    reply = press(question, "2=")
    assert isinstance(reply, Line)
    assert (reply.text, reply.draft) == ("=", "programmatic")


@each_kind([MANY, ONE])
@pytest.mark.parametrize("draft", ["*, Age of sh", "+ other", "-foo"])
def test_half_typed_text_that_begins_with_a_sign_is_there_again(question: Question, draft: str) -> None:
    assert press(question._replace(draft=draft), "!" + ENTER) == Line(draft + "!")


@each_kind([MANY, ONE])
def test_half_typed_text_that_was_emptied_stays_away(question: Question) -> None:
    assert press(question._replace(draft="zzz"), EMPTY_LINE + ENTER + SHIFT_TAB) == Key("back", "")
    shown = question._replace(shown="age", draft="zzz")
    assert press(shown, EMPTY_LINE + ENTER + SHIFT_TAB) == Key("back", "age")


def test_emptying_a_line_empties_all_its_lines() -> None:
    assert press(ROW, f"{PASTE}UNHCR\r\nWFP\n{PASTED}{EMPTY_LINE}IOM{ENTER}") == Line("IOM")


def test_unticking_everything_clears() -> None:
    shown = MANY._replace(shown="strategic, age")
    assert press(shown, "14" + ENTER) == Line(":clear")
    assert press(shown, "-" + ENTER) == Line(":clear")
    assert press(MANY, "-" + ENTER) == Kept()


def test_a_star_ticks_the_interests_beside_what_is_ticked() -> None:
    starred = MANY._replace(starred=("programmatic", "age"))
    assert press(starred, "*" + ENTER) == Line("programmatic, age")
    assert press(starred._replace(shown="strategic"), "*" + ENTER) == Line("strategic, programmatic, age")
    assert press(MANY, "*" + ENTER) == Kept()


def test_an_equals_sign_ticks_what_the_data_user_before_has() -> None:
    before = MANY._replace(before='programmatic, "Age of shelters"')
    reply = press(before, "=" + ENTER)
    assert isinstance(reply, Line)
    assert answers.choices(reply.text, CHOICES, (), True).values == ("programmatic", "Age of shelters")
    assert press(MANY._replace(before="age", shown="strategic"), "=" + ENTER) == Line("age")


@each_kind(LISTS)
def test_an_equals_sign_is_a_command_where_nothing_stands_before(question: Question) -> None:
    assert press(question, "=") == Line("=")


@each_kind([MANY, ONE, MENU])
@pytest.mark.parametrize("letters", ["xyz", "age of", "italy", "/", "مأوى", "日本", "é"])
def test_letters_in_a_list_open_a_line(question: Question, letters: str) -> None:
    assert press(question, letters + ENTER) == Line(letters)


@each_kind([MANY, ONE, MENU])
def test_command_signs_in_a_list_open_a_line(question: Question) -> None:
    assert press(question, ":go wfp" + ENTER) == Line(":go wfp")
    assert press(question, "?" + ENTER) == Line("?")
    assert press(question, "1:back" + ENTER) == Line(":back")


def test_a_line_opened_from_a_list_begins_with_what_is_ticked() -> None:
    assert press(MANY, "12shelters" + ENTER) == Line("strategic, programmatic, shelters")


@each_kind([MANY, ONE, MENU, YES])
def test_the_shown_answer_may_be_typed_on_a_line_that_was_opened(question: Question) -> None:
    line = "y" if question.kind == "yes" else "strategic"
    assert press(question._replace(shown=line), ":" + DELETE + line + ENTER) == Line(line)


def test_what_is_ticked_outlasts_a_line_that_was_emptied_again() -> None:
    assert press(MANY, "12:" + DELETE + ENTER + ENTER) == Line("strategic, programmatic")


@each_kind([MANY, LEVELS, ONE])
def test_a_line_in_a_lists_place_gives_way_to_the_list_when_it_is_emptied(question: Question) -> None:
    assert press(question._replace(draft="stratos, x"), EMPTY_LINE + ENTER + "2" + ENTER) == Line(
        "programmatic"
    )


@each_kind([MANY, LEVELS, ONE])
def test_a_sign_that_was_refused_is_no_text_in_a_lists_place(question: Question) -> None:
    assert press(question._replace(draft="="), "1" + ENTER) == Line("strategic")


def test_other_text_is_an_entry_of_the_list() -> None:
    text = 'Age, of "the" shelters'
    other = MANY._replace(shown=answers.typed_choices(("strategic", text), CHOICES))
    assert press(other, ENTER) == Kept()
    reply = press(other, "2" + ENTER)
    assert isinstance(reply, Line)
    assert set(answers.choices(reply.text, CHOICES, (), True).values) == {"strategic", "programmatic", text}
    assert press(other, "5" + ENTER) == Line("strategic")


@few
@given(text=texts(lines=True))
def test_any_other_text_is_kept_by_enter(text: str) -> None:
    shown = answers.typed_choices((text,), CHOICES)
    assert press(MANY._replace(shown=shown), ENTER) == Kept()
    assert press(ONE._replace(shown=shown), ENTER) == Kept()


def test_half_made_choices_leave_with_the_key_and_are_there_again() -> None:
    assert press(MANY, "13" + SHIFT_TAB) == Key("back", "strategic, operational")
    assert press(MANY._replace(draft="strategic, operational"), "2" + ENTER) == Line(
        "strategic, programmatic, operational"
    )
    left = press(MANY._replace(shown="strategic"), "1" + SHIFT_TAB)
    assert isinstance(left, Key)
    assert press(MANY._replace(shown="strategic", draft=left.draft), ENTER) == Line(":clear")


def test_ticks_put_back_as_they_were_are_no_draft() -> None:
    assert press(MANY._replace(shown="strategic"), "22" + SHIFT_TAB) == Key("back", None)


@each_kind([MANY, LEVELS, ONE])
@pytest.mark.parametrize("draft", ["shel", "strategic, shel"])
def test_text_half_typed_in_a_list_is_a_line_again(question: Question, draft: str) -> None:
    assert press(question._replace(draft=draft), "ters" + ENTER) == Line(draft + "ters")


# A list to choose one of


@pytest.mark.parametrize(
    ("keys", "line"),
    [("2", "programmatic"), ("21", "strategic"), (DOWN, "strategic"), ("2" + UP, "strategic")],
)
def test_digits_and_arrows_choose_one(keys: str, line: str) -> None:
    assert press(ONE, keys + ENTER) == Line(line)


def test_one_choice_is_kept_changed_and_taken_away() -> None:
    shown = ONE._replace(shown="programmatic")
    assert press(shown, ENTER) == Kept()
    assert press(shown, "2" + ENTER) == Kept()
    assert press(shown, "1" + ENTER) == Line("strategic")
    assert press(shown, "-" + ENTER) == Line(":clear")
    assert press(ONE, "-" + ENTER) == Kept()


def test_a_half_made_choice_leaves_with_the_key_and_is_there_again() -> None:
    assert press(ONE, "2" + SHIFT_TAB) == Key("back", "programmatic")
    assert press(ONE._replace(draft="programmatic"), ENTER) == Line("programmatic")
    left = press(ONE._replace(shown="programmatic"), "-" + SHIFT_TAB)
    assert isinstance(left, Key)
    assert press(ONE._replace(shown="programmatic", draft=left.draft), ENTER) == Line(":clear")


def test_other_text_in_place_of_a_choice_is_there_again() -> None:
    line = answers.typed_choices(("twice, or so",), CHOICES)
    assert press(ONE._replace(shown=line), "1" + SHIFT_TAB) == Key("back", "strategic")
    left = press(ONE._replace(shown="strategic", draft=line), CTRL_G)
    assert isinstance(left, Key)
    assert press(ONE._replace(shown="strategic", draft=left.draft), ENTER) == Line(line)


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


# A menu


def test_numbers_and_arrows_choose_in_a_menu() -> None:
    assert press(MENU, "3" + ENTER) == Line("operational")
    assert press(MENU, DOWN + ENTER) == Line("programmatic")
    assert press(MENU, UP + ENTER) == Line("age")
    assert press(MENU, ENTER) == Kept()


# A list to search in


def test_a_search_takes_the_row_that_is_pointed_at() -> None:
    assert press(SEARCH, ENTER) == Line("strategic")
    assert press(SEARCH, DOWN + ENTER) == Line("programmatic")
    assert press(SEARCH, "operat" + ENTER) == Line("operational")
    assert press(SEARCH, "a" + DOWN + ENTER) == Line("programmatic")
    assert press(SEARCH._replace(shown="operational"), ENTER) == Line("operational")


@pytest.mark.parametrize("typed", ["GENDER", "gender age", "Âge", "  age  "])
def test_a_search_folds_accents_and_capitals_and_takes_words_in_any_order(typed: str) -> None:
    assert press(SEARCH, typed + ENTER) == Line("age")


def test_what_was_looked_for_is_there_again() -> None:
    assert press(SEARCH._replace(draft="oper"), ENTER) == Line("operational")
    assert press(SEARCH._replace(draft=":foo"), "x" + ENTER) == Line(":foox")
    assert press(SEARCH._replace(draft="oper", shown="age"), EMPTY_LINE + ENTER) == Line("age")


def test_a_search_that_finds_nothing_chooses_nothing() -> None:
    assert press(SEARCH, "zz" + ENTER + UP + DOWN + ENTER + SHIFT_TAB) == Key("back", "zz")
    assert press(SEARCH, "zz" + ENTER + EMPTY_LINE + "oper" + ENTER) == Line("operational")


def test_a_command_can_be_typed_into_a_search() -> None:
    assert press(SEARCH, ":quit" + ENTER) == Line(":quit")
