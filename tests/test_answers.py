"""The one grammar of both askers: what was typed, as an answer or a command."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtm_mapper.interview import answers
from dtm_mapper.interview.answers import Answer, Command, Name, NotUnderstood
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.question import Question
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT
from dtm_mapper.texts import text_problem


def listed(*choices: tuple[str, ...], other: bool = False) -> Question:
    """A question with a list of choices, each an id, a label and perhaps a hint."""
    entries = (
        Entry(id, label, "".join(hint), number) for number, (id, label, *hint) in enumerate(choices, start=1)
    )
    return Question("needs", "many", "Needs", choices=ChoiceIndex(tuple(entries)), other=other)


LEVELS = listed(
    ("strategic", "Strategic", "interventions and response strategies"),
    ("programmatic", "Programmatic"),
    ("operational", "Operational"),
)
NEEDS = listed(
    ("refugees", "Refugees"),
    ("returnees", "Returnees"),
    ("food", "Food"),
    ("gbv-services", "GBV services"),
    ("service-provision", "Service provision, incl. for migrants"),
    other=True,
)

#: Lines in which every sign of the grammar is frequent.
lines = (
    st.text()
    | st.text("ab:?+=-;,\\\"*'12 \t")
    | st.from_regex(r"[:?+=*-]{0,3} ?\w{0,9}( \w+)?", fullmatch=True)
)


def trimmed(text: str) -> str:
    return text.strip()


def recordable(limit: int, least: int = 1) -> st.SearchStrategy[str]:
    """Texts that can be recorded, those with signs of the grammar in them among them."""
    texts = st.text(max_size=30) | st.text(':?+=-;,\\"* a', max_size=8)
    return texts.map(trimmed).filter(lambda text: len(text) >= least and not text_problem(text, limit))


names_tuples = st.lists(recordable(NAME_LIMIT), min_size=1, max_size=5, unique=True).map(tuple)


def texts_of(names: tuple[Name, ...]) -> tuple[str, ...]:
    return tuple(name.text for name in names)


def can_be_quoted(text: str) -> bool:
    """Whether there are quotation marks that a text does not contain."""
    return any(closing not in text for closing in answers.QUOTATION_MARKS.values())


def understood(line: str, names: bool) -> str:
    """The text of a line that must be an answer."""
    typed = answers.parse(line, names)
    assert isinstance(typed, Answer), typed
    return typed.text


# Commands


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize(
    ("line", "command"),
    [
        *((f":{name}", Command(name)) for name in answers.COMMANDS),
        (":na Merged into the ISCG", Command("na", "Merged into the ISCG")),
        ("  :later   ask; OCHA?  ", Command("later", "ask; OCHA?")),
        (": back", Command("back")),
        (":go un-agencies/unhcr/2/levels", Command("go", "un-agencies/unhcr/2/levels")),
        (":add --dash", Command("add", "--dash")),
        *((sign, Command("help")) for sign in "?؟"),
        ("=", Command("same")),
        *((sign, Command("none")) for sign in "-–—−"),
        (" - ", Command("none")),
    ],
)
def test_a_command_means_the_same_on_every_question(line: str, command: Command, names: bool) -> None:
    assert answers.parse(line, names) == command


def test_every_command_of_the_design_is_known() -> None:
    for name in (
        "na",
        "later",
        "clear",
        "back",
        "skip",
        "go",
        "add",
        "undo",
        "redo",
        "show",
        "review",
        "help",
        "quit",
    ):
        assert answers.parse(f":{name}", names=True) == Command(name)


def test_a_plus_and_a_space_add_names_where_data_users_are_asked_for() -> None:
    assert answers.parse("+ OCHA; UNHCR", names=True) == Command("more", "OCHA; UNHCR")
    assert answers.parse("+ OCHA; UNHCR", names=False) == Answer("+ OCHA; UNHCR")
    with pytest.raises(NotUnderstood, match=re.escape("+ OCHA")):
        answers.parse("+", names=True)


@pytest.mark.parametrize(
    "line",
    ["+235 66 22 11 00", "-5 degrees", "=A1", "a: b", "Who?", "x = y - z", "? what now", "--", "- UNHCR"],
)
@pytest.mark.parametrize("names", [True, False])
def test_a_sign_with_words_behind_it_is_part_of_the_text(line: str, names: bool) -> None:
    assert understood(line, names) == line
    assert answers.text_answer(line) == line


@pytest.mark.parametrize("blank", ['""', '" "', "“ ”", "« »"])
@pytest.mark.parametrize("names", [True, False])
def test_a_blank_text_in_quotation_marks_is_an_empty_answer(blank: str, names: bool) -> None:
    assert answers.parse(blank, names) == Answer("")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        *((f"{marks[0]}TBC{marks[1]}", "TBC") for marks in ('""', "“”", "«»", "„“")),
        ("« TBC »", "TBC"),
        ('"A" and "B"', None),
        ('"A"; "B"', None),
        *(('"', None), ("“TBC", None), ('TBC"', None), ("", None)),
    ],
)
def test_quotation_marks_count_if_they_are_around_the_whole_text(line: str, text: str | None) -> None:
    assert answers.unquoted(line) == text


@pytest.mark.parametrize(
    ("line", "command"), [(":NA Not here", Command("na", "Not here")), (":Back", Command("back"))]
)
def test_commands_may_be_typed_in_capitals(line: str, command: Command) -> None:
    assert answers.parse(line, names=True) == command


@pytest.mark.parametrize("sign", [":", "+", *answers.SIGNS])
def test_a_sign_before_pasted_lines_of_names_is_no_command(sign: str) -> None:
    assert answers.parse(f"{sign} UNHCR\n{sign} IOM\n", names=True) == Answer(f"{sign} UNHCR\n{sign} IOM")


@pytest.mark.parametrize(("line", "near"), [(":bakc", ":back"), (":reviw", ":review"), (":quite", ":quit")])
def test_a_mistyped_command_names_the_one_that_was_likely_meant(line: str, near: str) -> None:
    with pytest.raises(NotUnderstood, match=f"Did you mean {near}"):
        answers.parse(line, names=False)


@pytest.mark.parametrize("names", [True, False])
@given(line=lines)
def test_no_line_raises_anything_but_that_it_is_not_understood(names: bool, line: str) -> None:
    try:
        typed = answers.parse(line, names)
    except NotUnderstood:
        return
    if isinstance(typed, Command):
        assert typed.name in {*answers.COMMANDS, "more", "same", "none"}
        assert typed.words == typed.words.strip()


# Names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("OCHA", ("OCHA",)),
        ("OCHA; UNHCR ;WFP", ("OCHA", "UNHCR", "WFP")),
        ("OCHA; OCHA", ("OCHA",)),
        (";; OCHA ;", ("OCHA",)),
        (
            "Médecins Sans Frontières; منظمة الصحة العالمية; 国际移民组织",
            ("Médecins Sans Frontières", "منظمة الصحة العالمية", "国际移民组织"),
        ),
        ('"Health; Water"; B', ("Health; Water", "B")),
        ("“Health; Water” ; «B»؛ C", ("Health; Water", "B", "C")),
        ('"A" and "B"; C', ('"A" and "B"', "C")),
        ('A; " "; ""; B', ("A", "B")),
        ("::x; ??y; ++z; ==a; --b", (":x", "??y", "++z", "==a", "--b")),
        (":::x", ("::x",)),
        ("a-b; c:d; e?; 1+1=2; back\\slash", ("a-b", "c:d", "e?", "1+1=2", "back\\slash")),
    ],
)
def test_a_line_of_names(line: str, names: tuple[str, ...]) -> None:
    assert texts_of(answers.names(understood(line, names=True))) == names


def test_a_name_knows_whether_it_was_in_quotation_marks() -> None:
    assert answers.names('"TBC"; OCHA') == (Name("TBC", exact=True), Name("OCHA"))


@given(names_tuples)
@example((":",))
@example(("-", "=", "+", "?", "::"))
@example(("\\", ";", "\\;", ";\\"))
@example(('"', '"A', 'B"', "«A»", "+ A", "- A", "• A"))
def test_names_shown_as_a_line_are_read_as_these_names(names: tuple[str, ...]) -> None:
    assume(all(map(can_be_quoted, names)))
    assert texts_of(answers.names(understood(answers.typed_names(names), names=True))) == names


@given(lines)
@example("::")
def test_names_in_any_line_can_be_recorded_or_are_not_understood(line: str) -> None:
    try:
        names = texts_of(answers.names(line))
    except NotUnderstood:
        return
    assert names
    assert len(set(names)) == len(names)
    for name in names:
        assert name == name.strip() != ""
        assert text_problem(name, NAME_LIMIT) is None


@pytest.mark.parametrize("line", ["", "  ", ";", " ; ; "])
def test_a_line_without_a_name_is_refused(line: str) -> None:
    with pytest.raises(NotUnderstood, match="Type a name"):
        answers.names(line)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * (NAME_LIMIT + 1), "201 characters"),
        ("bell\a", "control character"),
        ("bro\udc80ken", "broken"),
        ("two\tcolumns", "tab"),
        ("two\nlines", "line break"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused_and_says_why(name: str, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why):
        answers.names(f"OCHA; {name}")


def test_a_name_as_long_as_the_limit_is_recorded() -> None:
    assert answers.names("é" * NAME_LIMIT) == (Name("é" * NAME_LIMIT),)


# Texts


@given(recordable(DETAIL_LIMIT))
@example("-")
@example("=")
@example("--")
@example("? who")
@example("::")
def test_a_text_shown_as_a_line_is_read_as_this_text(text: str) -> None:
    assume(can_be_quoted(text))
    assert answers.text_answer(understood(answers.typed_text(text), names=False)) == text


@given(lines)
def test_any_line_is_a_text_that_can_be_recorded_or_is_not_understood(line: str) -> None:
    try:
        text = answers.text_answer(line)
    except NotUnderstood:
        return
    assert text_problem(text, DETAIL_LIMIT, lines=True) is None


@given(st.lists(recordable(DETAIL_LIMIT), min_size=1, max_size=3).map("\n".join))
def test_a_text_of_several_lines_shown_as_a_line_is_read_as_this_text(text: str) -> None:
    assume(can_be_quoted(text))
    typed = answers.parse(answers.typed_text(text), names=False)
    assert isinstance(typed, Answer)
    assert answers.text_answer(typed.text, lines=True) == text


def test_a_line_break_is_for_texts_that_may_have_several_lines() -> None:
    assert answers.text_answer("a\nb", lines=True) == "a\nb"
    with pytest.raises(NotUnderstood, match="line break"):
        answers.text_answer("a\nb")


def test_a_text_longer_than_the_limit_is_refused_with_the_limit() -> None:
    assert answers.text_answer("x" * DETAIL_LIMIT) == "x" * DETAIL_LIMIT
    with pytest.raises(NotUnderstood, match=str(DETAIL_LIMIT)):
        answers.text_answer("x" * (DETAIL_LIMIT + 1))


# Choices


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("1", ("strategic",)),
        ("3, 1", ("operational", "strategic")),
        ("operational", ("operational",)),
        ("OPERATIONAL,strat", ("operational", "strategic")),
        ("Programmatic", ("programmatic",)),
        ("o,p,s", ("operational", "programmatic", "strategic")),
        ("1, strategic, Strategic, s", ("strategic",)),
        (" , 2 ,, ", ("programmatic",)),
        ("٢، ١", ("programmatic", "strategic")),
        ("response strategies", ("strategic",)),
    ],
)
def test_choices_by_number_id_label_or_the_beginnings_of_words(line: str, found: tuple[str, ...]) -> None:
    assert answers.choices(line, LEVELS).values == found


def test_what_is_typed_is_added_to_what_is_recorded() -> None:
    recorded = NEEDS._replace(recorded=("food", "Wood"))
    assert answers.choices("refugees", recorded).values == ("food", "Wood", "refugees")
    assert answers.choices("food, wood", recorded).values == ("food", "Wood", "wood")


@pytest.mark.parametrize("part", ["-food", "- Food", "–3", "-foo", '-"Food"', "−food"])
def test_a_part_with_a_dash_is_removed(part: str) -> None:
    recorded = NEEDS._replace(recorded=("food", "Wood"))
    assert answers.choices(f"{part}, refugees", recorded).values == ("Wood", "refugees")
    assert answers.choices("-wood", recorded).values == ("food",)
    with pytest.raises(NotUnderstood, match="“refugees” is not recorded here"):
        answers.choices("-refugees", recorded)


def test_a_list_of_one_choice_is_replaced() -> None:
    one = LEVELS._replace(kind="one", recorded=("strategic",))
    assert answers.choices("2", one).values == ("programmatic",)


def test_a_star_adds_the_interests_and_an_equals_sign_the_answers_before() -> None:
    signs = NEEDS._replace(starred=("refugees", "gbv-services"), before=("food", "Wood"))
    assert answers.choices("*, =", signs).values == ("refugees", "gbv-services", "food", "Wood")
    with pytest.raises(NotUnderstood, match="no interests"):
        answers.choices("*", NEEDS)
    with pytest.raises(NotUnderstood, match="no answer here to repeat"):
        answers.choices("food, =", NEEDS)


def test_a_whole_label_may_have_a_comma() -> None:
    label = "Service provision, incl. for migrants"
    for line in (label, label.upper(), f'"{label}"', "service p"):
        assert answers.choices(line, NEEDS).values == ("service-provision",)
    assert answers.choices(f"food, {label}, Wood", NEEDS).values == ("food", "service-provision", "Wood")


@pytest.mark.parametrize("other", [True, False])
def test_an_unclear_part_refuses_the_line_and_names_the_numbers(other: bool) -> None:
    with pytest.raises(NotUnderstood, match="“re” could mean 1 Refugees, 2 Returnees"):
        answers.choices("food, re", NEEDS._replace(other=other))


def test_an_exact_id_or_label_wins_over_a_longer_one_that_begins_so() -> None:
    known = listed(("public-health", "Public health"), ("public", "Public"))
    assert answers.choices("public", known).values == ("public",)
    assert answers.choices("PUBLIC", known).values == ("public",)


def test_an_id_wins_over_another_choice_of_that_label() -> None:
    known = listed(("none", "No"), ("no", "Norway"))
    assert answers.choices("no", known).values == ("no",)


def test_choices_with_equal_labels_are_chosen_by_number_or_id() -> None:
    known = listed(("one", "Same"), ("two", "Same"))
    assert answers.choices("2", known).values == ("two",)
    with pytest.raises(NotUnderstood, match="1 Same, 2 Same"):
        answers.choices("same", known)


def test_an_unknown_choice_names_the_choices() -> None:
    with pytest.raises(NotUnderstood, match="1 Strategic, 2 Programmatic, 3 Operational"):
        answers.choices("tactical", LEVELS)


@pytest.mark.parametrize("number", ["0", "4", "99", "9" * 5000])
@pytest.mark.parametrize("other", [True, False])
def test_a_number_that_no_choice_has_is_refused_with_the_last_one(number: str, other: bool) -> None:
    with pytest.raises(NotUnderstood, match="1 to 3"):
        answers.choices(number, LEVELS._replace(other=other))


def test_other_text_is_what_fits_no_choice_or_stands_in_quotes() -> None:
    assert answers.choices("Age of the shelters", NEEDS).values == ("Age of the shelters",)
    assert answers.choices('"Re", "2"', NEEDS).values == ("Re", "2")
    assert answers.choices('"Re", Wood', NEEDS).exact == {"Re"}
    assert answers.choices('food، "a, b"؛ " "', NEEDS).values == ("food", "a, b")
    assert answers.choices('"Food", Food', NEEDS).values == ("food",)


@pytest.mark.parametrize("line", ["", ",", " , ,"])
def test_a_line_without_a_choice_is_refused(line: str) -> None:
    with pytest.raises(NotUnderstood, match="no choice"):
        answers.choices(line, NEEDS)


ids = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,2})?", fullmatch=True)
known_choices = st.lists(
    st.tuples(ids, ids | ids.map(str.upper) | recordable(DETAIL_LIMIT)),
    min_size=1,
    max_size=6,
    unique_by=lambda choice: choice[0],
).map(lambda choices: listed(*choices, other=True))


@given(data=st.data(), known=known_choices, exact=st.sampled_from([None, ()]))
def test_the_line_of_a_change_makes_this_change(
    data: st.DataObject, known: Question, exact: tuple[str, ...] | None
) -> None:
    ids = set(known.choices.by_id)
    one = st.sampled_from(sorted(ids)) | recordable(DETAIL_LIMIT)
    before, after = (
        tuple(data.draw(st.lists(one, min_size=least, max_size=4, unique=True))) for least in (0, 1)
    )
    texts = [value for value in (*before, *after) if value not in ids]
    assume(all(can_be_quoted(text) and known.choices.labelled(text) is None for text in texts))
    # What differs in capitals only cannot be told apart when it is removed.
    assume(len({text.casefold() for text in {*texts, *ids}}) == len({*texts, *ids}))
    question = known._replace(recorded=before)
    line = answers.typed_choices(after, question, exact)
    if set(before) == set(after):
        assert not line
    else:
        assert set(answers.choices(understood(line, names=False), question).values) == set(after)


@pytest.mark.parametrize(
    "text", ["--", "::x", '"', '"in quotes"', "a, b", "1", "*", "strat", "\\", "-", "?", "="]
)
@pytest.mark.parametrize("exact", [None, ()])
def test_other_text_with_signs_in_it_is_read_as_it_is_shown(text: str, exact: tuple[str, ...] | None) -> None:
    question = LEVELS._replace(other=True)
    line = answers.typed_choices((text, "strategic"), question, exact)
    assert answers.choices(understood(line, names=False), question).values == (text, "strategic")


@given(line=lines, known=known_choices, other=st.booleans())
@example(line="9" * 5000, known=listed(("a", "A")), other=False)
def test_any_line_of_choices_is_known_or_recordable_or_not_understood(
    line: str, known: Question, other: bool
) -> None:
    ids = set(known.choices.by_id)
    question = known._replace(other=other, starred=(min(ids),), recorded=(max(ids),))
    try:
        found = answers.choices(line, question).values
    except NotUnderstood:
        return
    for value in found:
        assert value in ids or (other and value and text_problem(value, DETAIL_LIMIT, lines=True) is None)


@pytest.mark.parametrize("line", ["food; refugees", "food, refugees", "food ;, refugees;", "food، refugees"])
def test_choices_may_stand_between_commas_or_semicolons(line: str) -> None:
    assert answers.choices(line, NEEDS).values == ("food", "refugees")


# Pasted names


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("OCHA\nUNHCR\n", ("OCHA", "UNHCR")),
        ("OCHA\r\n\r\n  UNHCR  \r\nOCHA", ("OCHA", "UNHCR")),
        ("- OCHA\n* UNHCR\n• WFP\n– IOM", ("OCHA", "UNHCR", "WFP", "IOM")),
        ("1. OCHA\n2) UNHCR\n(3) WFP\n12\tIOM", ("OCHA", "UNHCR", "WFP", "IOM")),
        ("10,000 Women\n3 Wings\n-ish\n4x4 Club", ("10,000 Women", "3 Wings", "-ish", "4x4 Club")),
        ("Health\tMoH\nA; B\n:x\nback\\slash", ("Health MoH", "A; B", ":x", "back\\slash")),
        ("١. منظمة\n- 国际", ("منظمة", "国际")),
    ],
)  # fmt: skip
def test_a_pasted_column_is_its_names_without_bullets_and_numbers(
    pasted: str, names: tuple[str, ...]
) -> None:
    assert texts_of(answers.pasted_names(pasted)) == names


@given(
    st.lists(recordable(NAME_LIMIT).filter(lambda name: len(name.splitlines()) == 1), min_size=1, max_size=4)
)
def test_bullets_before_pasted_names_change_nothing(names: list[str]) -> None:
    assume(all(answers.unquoted(name) is None and name[:1] != ":" for name in names))
    assume(all(map(answers.has_letters, names)))
    plain = answers.pasted_names("\n".join(f"• {name}" for name in names))
    assert texts_of(plain) == tuple(dict.fromkeys(names))


@pytest.mark.parametrize("name", ["NRC - Norwegian Refugee Council", "Dept. of Health", "Cluster 12 WASH"])
def test_a_sign_inside_a_pasted_name_is_no_bullet(name: str) -> None:
    assert texts_of(answers.pasted_names(f"{name}\n✓ {name} Mali")) == (name, f"{name} Mali")
    assert texts_of(answers.pasted_names("Cluster 12\tWASH\n1\tUNHCR")) == ("Cluster 12 WASH", "UNHCR")


@pytest.mark.parametrize("pasted", ["\n", " \n\t\n", "-\n- \n•\n1.\n"])
def test_pasted_lines_without_a_name_are_refused(pasted: str) -> None:
    with pytest.raises(NotUnderstood, match="Type a name"):
        answers.pasted_names(pasted)


@given(st.lists(lines, min_size=2, max_size=4).map("\n".join))
def test_any_pasted_lines_are_names_that_can_be_recorded_or_not_understood(text: str) -> None:
    try:
        names = texts_of(answers.pasted_names(text))
    except NotUnderstood:
        return
    assert all(name and text_problem(name, NAME_LIMIT) is None for name in names)


# Yes and no


def test_yes_and_no() -> None:
    assert [answers.yes(text) for text in ("y", "Yes", " YES ")] == [True] * 3
    assert [answers.yes(text) for text in ("n", "No", " NO ")] == [False] * 3
    with pytest.raises(NotUnderstood, match="y for yes or n for no"):
        answers.yes("perhaps")


# Words that are no name


@pytest.mark.parametrize(
    "word",
    [
        *("n/a", "N/A", "na", "none", "None.", "nil", "Not  applicable"),
        *("sans objet", "S/O", "aucun", "Aucune", "néant"),
        *("ninguno", "Ninguna", "no aplica", "N/A."),
        *("لا يوجد", "لا ينطبق"),
    ],
)
def test_words_for_not_applicable(word: str) -> None:
    assert answers.meaning(word) == Command("na", "")


@pytest.mark.parametrize(
    "word",
    [
        *("TBC", "tbd", "To be confirmed", "unknown", "?", "??", "؟؟"),
        *("à confirmer", "A CONFIRMER", "à déterminer"),
        *("por confirmar", "Por definir"),
        *("غير معروف", "يتم التأكيد لاحقا", "يتم التأكيد لاحقًا"),
    ],
)
def test_words_for_pending(word: str) -> None:
    assert answers.meaning(word) == Command("later", "")


@pytest.mark.parametrize(
    "word", ["ask OCHA", "Ask the ISCG", "Demander au HCR", "preguntar a OCHA", "اسأل أوتشا"]
)
def test_whom_to_ask_is_pending_with_these_words_as_its_note(word: str) -> None:
    assert answers.meaning(word) == Command("later", word)


def test_whom_to_ask_may_stand_behind_a_word_for_pending() -> None:
    assert answers.meaning("TBC ask OCHA") == Command("later", "ask OCHA")


@pytest.mark.parametrize(
    "word", ["same", "Same as above", "ditto", "idem", "-do-", "Igual", "lo mismo", "نفسه"]
)
def test_words_for_the_same_as_above(word: str) -> None:
    assert answers.meaning(word) == Command("above", "")


@pytest.mark.parametrize(
    "name",
    [
        *("OCHA", "NACTA", "Nilofar Trust", "None of Us Foundation", "Askar", "Ask", "Igualdad"),
        *("Na Zdorovje", "TBC Foundation", "Identités", "Aucunement", "-", ""),
    ],
)
def test_names_that_only_begin_like_such_words_are_names(name: str) -> None:
    assert answers.meaning(name) is None


@pytest.mark.parametrize("word", ["néant", "à confirmer", "à déterminer"])
def test_accents_typed_as_two_characters_are_the_same_words(word: str) -> None:
    split = unicodedata.normalize("NFD", word)
    assert split != word
    assert answers.meaning(split) == answers.meaning(word) is not None


@given(lines)
def test_any_text_has_a_meaning_or_is_a_name(text: str) -> None:
    meant = answers.meaning(text)
    assert meant is None or meant.name in {"na", "later", "above"}


# Choices that look like something else


OPEN = listed(("open", "Open"), ("open-closed", "Open, closed"), other=True)._replace(
    recorded=("open", "open-closed", "2", "Water, sanitation")
)
ONE_FREQUENCY = listed(("monthly", "Monthly"), ("quarterly", "Quarterly"), other=True)._replace(kind="one")


@pytest.mark.parametrize(
    ("line", "removed"),
    [
        ("-Open, closed", "open-closed"),
        ("-open", "open"),
        ("-2", "open-closed"),
        ('-"2"', "2"),
        ("-Water, sanitation", "Water, sanitation"),
        ("– Water, sanitation", "Water, sanitation"),
    ],
)
def test_a_part_removes_what_it_names_whole_and_in_quotation_marks_never_a_number(
    line: str, removed: str
) -> None:
    assert set(OPEN.recorded) - set(answers.choices(line, OPEN).values) == {removed}


@pytest.mark.parametrize(
    "line", ["-monthly", "– monthly", "-2", "monthly, quarterly", "every two weeks, or so"]
)
def test_one_answer_is_neither_removed_by_a_dash_nor_taken_from_several(line: str) -> None:
    with pytest.raises(NotUnderstood):
        answers.choices(line, ONE_FREQUENCY)
    assert answers.choices('"every two weeks, or so"', ONE_FREQUENCY).values == ("every two weeks, or so",)


@pytest.mark.parametrize("line", ["5 6", "53-54", "5.", "+", '"foo, bar', "“food"])
def test_a_slip_of_the_keys_is_no_other_text(line: str) -> None:
    with pytest.raises(NotUnderstood):
        answers.choices(line, OPEN)
