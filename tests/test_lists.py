"""Lists: what the keys of a list tick, choose and say."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper.catalogue import Field
from dtm_mapper.interview import answers
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.list_prompt import ListPrompt
from dtm_mapper.interview.lists import ChoiceList
from dtm_mapper.interview.question import Kept, Key, Line, Question
from strategies import CATALOGUE
from test_prompts import (
    CTRL_C,
    DOWN,
    EMPTY_LINE,
    ENTER,
    ESCAPE,
    MANY,
    MENU,
    ONE,
    PASTE,
    PASTED,
    SEARCH,
    SHIFT_TAB,
    UP,
    press,
)

NEEDS = CATALOGUE.field_by_id["needs"]
INDEX = ChoiceIndex(
    tuple(
        Entry(choice.id, choice.label, choice.hint, number) for number, choice in enumerate(NEEDS.choices, 1)
    )
)
LEVELS = MANY._replace(other=False)


# Ticking


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("strat" + ENTER + ENTER, "strategic"),
        ("2" + ENTER + ENTER, "programmatic"),
        ("٢" + ENTER + ENTER, "programmatic"),
        ("3" + ENTER + "interv" + ENTER + ENTER, "operational, strategic"),
        ("gender age" + ENTER + ENTER, "age"),
        ("ÂGE" + ENTER + ENTER, "age"),
        (DOWN + " " + ENTER, "strategic"),
        (DOWN * 2 + UP + " " + ENTER, "strategic"),
        (UP + " " + ENTER, "age"),
        ("zzz" + ESCAPE + "oper" + ENTER + ENTER, "operational"),
        ("zzz" + EMPTY_LINE + "oper" + ENTER + ENTER, "operational"),
        (f"{PASTE}Age,\r\n and gender{PASTED}" + ENTER + ENTER, "age"),
    ],
)
def test_what_is_typed_filters_and_enter_adds_and_then_continues(keys: str, line: str) -> None:
    assert press(MANY, keys) == Line(line)


def test_a_filter_that_leaves_several_choices_adds_none() -> None:
    several = Question("q", "many", "Needs", choices=INDEX, other=True)
    assert press(several, "po" + ENTER + ENTER + ENTER + CTRL_C) == Key("interrupt")
    assert press(several, "po" + DOWN + ENTER + ENTER) == Line("population-by-location")


def test_enter_never_unticks() -> None:
    recorded = MANY._replace(recorded=("strategic", "age"))
    assert press(recorded, "strat" + ENTER + ENTER) == Kept()
    assert press(recorded, ENTER) == Kept()


def test_space_unticks_and_the_line_says_what_is_removed() -> None:
    recorded = MANY._replace(recorded=("strategic", "age"))
    assert press(recorded, DOWN + " " + ENTER) == Line("-strategic")
    assert press(recorded, DOWN + " " + DOWN * 3 + " " + ENTER) == Line(":clear")
    assert press(recorded, DOWN + "  " + ENTER) == Kept()


def test_a_pointer_that_moved_without_a_tick_is_asked_about_once() -> None:
    assert press(MANY, DOWN + ENTER + SHIFT_TAB) == Key("back")
    assert press(MANY, DOWN + ENTER + ENTER) == Kept()


def test_other_text_that_cannot_be_recorded_is_not_added() -> None:
    too_long = f"{PASTE}{'x' * 2_001}{PASTED}"
    assert press(MANY, too_long + DOWN + ENTER + SHIFT_TAB) == Key("back", None)
    assert press(ONE, too_long + DOWN + ENTER + SHIFT_TAB) == Key("back", None)


def test_other_text_is_reached_by_an_arrow_alone() -> None:
    assert press(MANY, "shelters" + ENTER + ENTER + CTRL_C) == Key("interrupt")
    assert press(MANY, "shelters" + DOWN + ENTER + ENTER) == Line("shelters")
    assert press(MANY, "strat" + DOWN + ENTER + ENTER) == Line('"strat"')
    assert press(MANY, "wood, or coal" + UP + ENTER + ENTER) == Line('"wood, or coal"')
    assert press(MANY, '"shelters"' + UP + ENTER + ENTER) == Line('"shelters"')
    assert press(MANY, '" "' + UP + ENTER + CTRL_C) == Key("interrupt")
    assert press(LEVELS, "shelters" + DOWN + ENTER + CTRL_C) == Key("interrupt")


def test_other_text_that_is_recorded_is_an_entry_to_untick() -> None:
    recorded = MANY._replace(recorded=("strategic", 'Age, of "the" shelters'))
    assert press(recorded, ENTER) == Kept()
    reply = press(recorded, UP + " " + ENTER)
    assert isinstance(reply, Line)
    assert answers.choices(reply.text, recorded).values == ("strategic",)


# Signs and commands


def test_a_star_adds_the_interests_and_an_equals_sign_the_answers_before() -> None:
    signs = MANY._replace(starred=("programmatic", "age"), before=("strategic", "Wood"))
    assert press(signs, "*" + ENTER) == Line("programmatic, age")
    assert press(signs._replace(recorded=("operational",)), "=" + ENTER) == Line("strategic, Wood")
    assert press(MANY, "*=" + ENTER) == Kept()


@pytest.mark.parametrize("question", [MANY, ONE, MENU, SEARCH], ids=str)
def test_a_colon_begins_a_command_and_a_question_mark_opens_the_help(question: Question) -> None:
    assert press(question, ":go wfp" + ENTER) == Line(":go wfp")
    assert press(question, "?") == Key("help")
    assert press(question, "؟") == Key("help")


@pytest.mark.parametrize("sign", "-–=")
def test_a_sign_alone_is_typed_on_a_list_of_one_choice(sign: str) -> None:
    assert press(ONE, sign + ENTER) == Line(sign)


def test_what_is_ticked_leaves_with_every_key() -> None:
    assert press(MANY, "2" + ENTER + SHIFT_TAB) == Key("back", "programmatic")
    assert press(MANY, "2" + ENTER + CTRL_C) == Key("interrupt", "programmatic")
    reply = press(MANY, "2" + ENTER + ":go wfp" + ENTER)
    assert isinstance(reply, Line)
    assert (reply.text, reply.draft) == (":go wfp", "programmatic")


def test_a_refused_line_is_typed_again() -> None:
    assert press(MANY._replace(draft=":bogu"), "s" + ENTER) == Line(":bogus")


# One choice


@pytest.mark.parametrize(
    ("keys", "line"),
    [("2" + ENTER, "programmatic"), ("strat" + ENTER, "strategic"), (DOWN + ENTER, "strategic")],
)
def test_enter_chooses_and_continues(keys: str, line: str) -> None:
    assert press(ONE, keys) == Line(line)


def test_a_list_of_one_choice_begins_at_what_is_recorded_or_at_no_answer() -> None:
    assert press(ONE, ENTER) == Kept()
    recorded = ONE._replace(recorded=("operational",))
    assert press(recorded, ENTER) == Kept()
    assert press(recorded, DOWN + ENTER) == Line("age")
    assert press(recorded, UP * 3 + ENTER) == Line(":clear")


def test_menus_and_the_go_list_take_numbers_words_and_arrows() -> None:
    for question in (MENU, SEARCH):
        assert press(question, "3" + ENTER) == Line("operational")
        assert press(question, "oper" + ENTER) == Line("operational")
        assert press(question, DOWN + ENTER) == Line("programmatic")
        assert press(question, "zz" + ENTER + ESCAPE + UP + ENTER) == Kept()
        assert press(question, ENTER) == Kept()


# Any keys whatever


def begun(many: bool = True, other: bool = True, ticked: tuple[str, ...] = ()) -> ChoiceList:
    return ChoiceList(INDEX, many, other, ticked).begun()


@pytest.mark.parametrize(
    ("typed", "pointed"),
    [
        ("1", "population-by-location"),
        ("refugees", "refugees"),
        ("place orig", "place-of-origin"),
        ("origin of place", "place-of-origin"),
        ("po", None),
        ("laces", None),
        ("", None),
        (":1", None),
    ],
)
def test_the_pointer_is_on_the_only_choice_or_the_one_that_is_named(typed: str, pointed: str | None) -> None:
    entry = begun().with_text(typed).pointed
    assert (entry.id if entry else None) == pointed


keys = st.lists(
    st.sampled_from(["enter", "space", "up", "down", "escape", "star"])
    | st.sampled_from(["r", "re", "refugees", "po", "1", "12", "99", "zzz", "العدد", "a b", ":x", "  "]),
    max_size=30,
)


@given(keys=keys, many=st.booleans(), other=st.booleans())
def test_ticks_change_only_as_the_rules_allow(keys: list[str], many: bool, other: bool) -> None:
    listed = begun(many, other, ("food",) if many else ())
    for key in keys:
        before = listed
        match key:
            case "enter":
                listed = listed.enter()
                assert set(before.ticked) <= set(listed.ticked) or not many
                added = set(listed.ticked) - set(before.ticked)
                assert len(added) <= 1
                if added and not before.at_other:
                    assert before.pointed is not None
                    assert added == {before.pointed.id}
            case "space":
                listed = listed.space() if many and not listed.typed else listed.with_text(listed.typed + " ")
                changed = set(before.ticked) ^ set(listed.ticked)
                assert not changed or (before.pointed is not None and changed == {before.pointed.id})
            case "up" | "down":
                listed = listed.move(1 if key == "down" else -1)
                assert listed.ticked == before.ticked
            case "star":
                listed = listed.add(("refugees",), "none") if many and not listed.typed else listed
                assert set(before.ticked) <= set(listed.ticked)
            case _:
                listed = listed.with_text("" if key == "escape" else listed.typed + key)
                assert listed.ticked == before.ticked
        if listed.ended:
            return
        assert len(listed.ticked) == len(set(listed.ticked))
        last = len(listed.visible) + listed.offers_other - 1
        assert listed.pointer is None or 0 <= listed.pointer <= max(last, 0)


# Every word of every label, in each language


def plain_words(text: str) -> list[str]:
    """The words of a text without capitals, accents and the Arabic article."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word.removeprefix("ال") for word in re.findall(r"[^\W_]+", letters.casefold())]


@pytest.mark.parametrize(
    "asked", [asked for asked in CATALOGUE.fields if asked.choices], ids=lambda asked: asked.id
)
def test_a_word_and_enter_twice_record_only_the_one_choice_that_it_means(asked: Field) -> None:
    texts = {
        choice.id: [
            choice.label,
            choice.hint,
            *CATALOGUE.translations.texts(*translated_ids(asked, choice.id)),
        ]
        for choice in asked.choices
    }
    labels = {
        choice.id: [choice.label, *CATALOGUE.translations.texts(f"fields/{asked.id}/{choice.id}")]
        for choice in asked.choices
    }
    words = {word for names in labels.values() for name in names for word in re.findall(r"[^\W_]{4,}", name)}
    assert len(words) >= 3 * len(asked.choices)
    kind = "many" if asked.type == "select_multiple" else "one"
    entries = [Entry(choice.id, choice.label, choice.hint, at) for at, choice in enumerate(asked.choices, 1)]
    index = ChoiceIndex(tuple(entries), asked.translations)
    question = Question("x", kind, "x", choices=index, other=asked.or_other)  # type: ignore[arg-type]
    for word in sorted(words):
        (plain,) = plain_words(word)
        begins = [
            id
            for id, known in texts.items()
            if any(part.startswith(plain) for text in known for part in plain_words(text))
        ]
        whole = [id for id, names in labels.items() if any(plain_words(name) == [plain] for name in names)]
        meant = whole if len(whole) == 1 else begins if len(begins) == 1 else []
        reply = press(question, word + ENTER + ENTER)
        assert (reply == Line(meant[0])) if meant else not isinstance(reply, Line), (word, reply)


def translated_ids(asked: Field, choice: str) -> tuple[str, str]:
    return f"fields/{asked.id}/{choice}", f"fields/{asked.id}/{choice}#hint"


# Other text that looks like something else


FREQUENCY = ONE._replace(recorded=("operational",), other=True)


def test_other_text_that_is_a_number_is_unticked_and_not_the_choice_with_that_number() -> None:
    question = MANY._replace(recorded=("strategic", "1"), other=True)
    reply = press(question, UP + " " + ENTER)
    assert isinstance(reply, Line)
    assert answers.choices(reply.text, question).values == ("strategic",)


def test_text_that_is_nearly_a_label_is_not_exact_because_an_answer_is_recorded() -> None:
    reply = press(FREQUENCY, "montly" + DOWN + ENTER)
    assert reply == Line("montly")


def test_an_equals_sign_alone_is_shown_as_a_sign_and_not_as_a_filter() -> None:
    listed = ChoiceList(FREQUENCY.choices, many=False, other=True).with_text("=")
    assert (listed.has_filter, listed.enter_words) == (False, "run this command")


def test_what_was_ticked_stays_ticked_when_the_line_comes_back() -> None:
    question = MANY._replace(recorded=("age",), draft="strategic, Operatonal", other=True)
    listed = ListPrompt(question, lambda: 10, lambda: 80).list
    assert (listed.ticked, listed.typed) == (("age", "strategic"), "Operatonal")
    assert press(question, CTRL_C) == Key("interrupt", "strategic")
    for draft in (":bogus", '"1"', "Operatonal", "strat"):
        listed = ListPrompt(question._replace(draft=draft), lambda: 10, lambda: 80).list
        assert (listed.ticked, listed.typed) == (("age",), draft)
