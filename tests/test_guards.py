"""Guards before an answer, and follow-ups after it: only what was meant is recorded."""

from dataclasses import replace
from pathlib import Path

import pytest

from dtm_mapper.mapping import DataUser, Detail, Row
from interviews import BEGUN, MANY, NEEDS, OTHERS, ROW, SEG, TEXT, UNHCR, held, hold, mapping_of, row

# Words that are no name


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        *((word, f"not_applicable: {word}") for word in ("n/a", "None", "néant", "لا يوجد")),
        *((word, f"pending: {word}") for word in ("TBC", "por confirmar", "??", "؟؟", "ask OCHA")),
        *((word, f"pending: {word}") for word in ("Demander à Jan", "TBC ask OCHA")),
    ],
)
def test_a_word_that_is_not_a_name_sets_the_state_after_a_question_and_is_kept(
    tmp_path: Path, typed: str, recorded: str
) -> None:
    talk = hold(tmp_path, typed, "", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert f"“{typed}”" in talk.asked[1]
    assert held(talk.mapping, ROW) == recorded


@pytest.mark.parametrize("typed", ["--", "…", "•", "*", "A; -", "+ -", ":add -", "=; A", "A; ::", "“", "()"])
def test_signs_alone_are_not_a_name(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, "OCHA", typed, "WFP", at="un-agencies/wfp")
    assert talk.ids == ["un-agencies/wfp", ROW, ROW, "un-agencies/ocha"]
    assert "does not contain a name" in talk.all_said
    assert f"Typed so far: {typed}." in talk.asked[2]
    assert held(talk.mapping, ROW) == "WFP"
    assert talk.mapping.others == {}


@pytest.mark.parametrize("typed", [":add + OCHA", "+ + OCHA"])
def test_a_plus_before_a_name_that_is_added_is_no_part_of_it(tmp_path: Path, typed: str) -> None:
    assert held(hold(tmp_path, typed, at=OTHERS).mapping, OTHERS) == "OCHA"


def test_signs_in_quotation_marks_are_a_name_that_is_shown_so(tmp_path: Path) -> None:
    talk = hold(tmp_path, '"--"; A', ":back", at=ROW)
    assert held(talk.mapping, ROW) == "--; A"
    assert hold(tmp_path, '"--"; A; B', at=ROW).ids == [ROW, "un-agencies/ocha"]


@pytest.mark.parametrize("typed", ["n/a", "TBC", "ask OCHA", "same"])
def test_with_a_no_such_words_are_a_name(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "n", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == typed


def test_after_a_yes_such_a_word_is_not_asked_about_again(tmp_path: Path) -> None:
    talk = hold(tmp_path, "n/a", "y", "n/a", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha", "un-agencies/unicef"]
    assert held(talk.mapping, ROW) == held(talk.mapping, "un-agencies/ocha") == "not_applicable: n/a"


def test_after_a_no_such_a_word_is_asked_about_again(tmp_path: Path) -> None:
    talk = hold(tmp_path, "n/a", "n", "n/a", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha", "confirm"]
    assert held(talk.mapping, ROW) == "n/a"


def test_back_from_the_question_about_such_words_keeps_them_typed(tmp_path: Path) -> None:
    talk = hold(tmp_path, "TBC", ":back", "TBC", "y", at=ROW)
    assert talk.ids == [ROW, "confirm", ROW, "confirm", "un-agencies/ocha"]
    assert "Typed so far: TBC" in talk.asked[2]
    assert held(talk.mapping, ROW) == "pending: TBC"


def test_same_is_the_data_users_of_the_row_above(tmp_path: Path) -> None:
    talk = hold(tmp_path, "WFP; RRC", "same", "y", at="un-agencies/wfp")
    assert talk.ids == ["un-agencies/wfp", ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "WFP; RRC"


@pytest.mark.parametrize("typed", [":na not here", "-", ":later ask Jan", ""])
def test_same_is_pending_if_the_row_above_has_no_data_users(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "same", "y", at="un-agencies/wfp")
    assert talk.ids == ["un-agencies/wfp", ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "pending: same"


def test_same_as_a_row_above_whose_data_user_is_called_so_ends(tmp_path: Path) -> None:
    talk = hold(tmp_path, "same", "y", begun=mapping_of(row("wfp", "same")), at=ROW)
    assert talk.ids[:2] == [ROW, "confirm"]
    assert len(talk.ids) == 3


def test_same_along_the_pending_rows_means_the_row_above_in_the_section(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", pending=""), row("wfp", "WFP"), row("unhcr", pending=""))
    talk = hold(tmp_path, "pending", "SEG", "same", "y", begun=begun)
    assert talk.ids[:3] == ["menu", "coordination/hct", ROW]
    assert held(talk.mapping, ROW) == "WFP"


def test_such_words_among_other_data_users_are_nobody(tmp_path: Path) -> None:
    talk = hold(tmp_path, "none", "y", at=OTHERS)
    assert talk.ids == [OTHERS, "confirm", "ngos/hi"]
    assert not talk.file.exists() or held(talk.mapping, OTHERS) == ""


@pytest.mark.parametrize(("answer", "recorded"), [("", "A; B"), ("y", "A; B"), ("n", "A; TBC; B")])
@pytest.mark.parametrize("typed", ["A; TBC; B", "+ TBC; B"])
def test_such_words_among_names_are_asked_about_too(
    tmp_path: Path, typed: str, answer: str, recorded: str
) -> None:
    begun = mapping_of(row("unhcr", "A"))
    talk = hold(tmp_path, typed, answer, begun=begun, at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert talk.asked[1].endswith("“TBC” is not a name. Leave it out? Enter: yes")
    assert held(talk.mapping, ROW) == recorded


def test_such_words_are_not_asked_about_where_they_are_recorded_as_names(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", "A", "n/a"))
    talk = hold(tmp_path, "A; n/a; TBC", "n", begun=begun, at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "A; n/a; TBC"


@pytest.mark.parametrize("typed", ["TBC; n/a", "+ TBC; n/a"])
def test_where_no_name_is_left_nothing_is_changed(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "y", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert talk.mapping == BEGUN


# Data users taken out, added and renamed


def test_taking_out_a_data_user_that_has_details_asks_and_a_no_loses_nothing(tmp_path: Path) -> None:
    talk = hold(tmp_path, "CNARR", "", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert "UNHCR" in talk.asked[1]
    assert "CNARR" not in talk.asked[1]
    assert "Typed so far: CNARR" in talk.asked[2]
    assert talk.mapping == BEGUN


def test_taking_out_a_data_user_that_has_details_with_a_yes(tmp_path: Path) -> None:
    talk = hold(tmp_path, "CNARR", "y", begun=BEGUN, at=ROW)
    assert held(talk.mapping, ROW) == "CNARR"


def test_taking_out_a_data_user_without_details_asks_nothing(tmp_path: Path) -> None:
    talk = hold(tmp_path, "UNHCR", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    assert talk.mapping.rows["unhcr"].users == (UNHCR,)


@pytest.mark.parametrize(("at", "answers"), [(ROW, ["y"]), (OTHERS, [])])
def test_clearing_asks_where_there_are_details(tmp_path: Path, at: str, answers: list[str]) -> None:
    talk = hold(tmp_path, ":clear", *answers, begun=BEGUN, at=at)
    assert talk.ids[:-1] == [at, *["confirm" for _answer in answers]]
    assert held(talk.mapping, at) in ("open", "")


@pytest.mark.parametrize("typed", ["HCR; CNARR", "CNARR; HCR"])
def test_a_renamed_data_user_keeps_its_details(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    users = {user.name: user for user in talk.mapping.rows["unhcr"].users}
    assert "; ".join(users) == typed
    assert users["HCR"].details == UNHCR.details
    assert users["CNARR"] == DataUser("CNARR")


def test_changing_the_order_of_data_users_keeps_their_details(tmp_path: Path) -> None:
    talk = hold(tmp_path, "CNARR; UNHCR", begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    assert talk.mapping.rows["unhcr"].users == (DataUser("CNARR"), UNHCR)


def test_all_names_changed_are_paired_by_position(tmp_path: Path) -> None:
    talk = hold(tmp_path, "UNHCR Chad; Commission", begun=BEGUN, at=ROW)
    first, second = talk.mapping.rows["unhcr"].users
    assert (first.name, first.details) == ("UNHCR Chad", UNHCR.details)
    assert (second.name, second.details) == ("Commission", {})


def test_one_more_name_leaves_the_others_as_they_are_even_where_two_are_equal(tmp_path: Path) -> None:
    twins = (DataUser("UNHCR", {"area": "East"}), DataUser("UNHCR", {"area": "West"}))
    talk = hold(tmp_path, "+ RRC", begun=mapping_of(row("unhcr", *twins)), at=ROW)
    assert talk.mapping.rows["unhcr"].users[:2] == twins
    assert held(talk.mapping, ROW) == "UNHCR; UNHCR; RRC"


@pytest.mark.parametrize(("answer", "elsewhere"), [("y", "HCR"), ("", "UNHCR"), ("n", "UNHCR")])
def test_a_rename_offers_the_other_rows_of_that_organisation(
    tmp_path: Path, answer: str, elsewhere: str
) -> None:
    begun = mapping_of(row("unhcr", UNHCR), row("cccm", replace(UNHCR, name="unhcr "), "IOM"))
    talk = hold(tmp_path, "HCR", answer, begun=begun, at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert "CCCM Cluster" in talk.asked[1]
    assert held(talk.mapping, ROW) == "HCR"
    assert held(talk.mapping, "clusters/cccm").casefold() == f"{elsewhere}; IOM".casefold()
    assert talk.mapping.rows["cccm"].users[0].details == UNHCR.details


def test_an_equal_organisation_in_another_row_offers_its_details(tmp_path: Path) -> None:
    begun = mapping_of(row("cccm", replace(UNHCR, name="unhcr")), row("hct", SEG), row("unhcr", "UNHCR"))
    talk = hold(tmp_path, "=", ":back", begun=begun, at=MANY)
    assert "(= takes its answer elsewhere: Operational)" in talk.asked[0]
    assert held(talk.mapping, MANY) == "operational"
    assert "elsewhere" not in talk.asked[2]


def test_the_row_of_an_example_that_the_catalogue_no_longer_has_can_be_emptied(tmp_path: Path) -> None:
    gone = Row("unhrc", "un-agencies", "UNHRC", (DataUser("X"),))
    talk = hold(tmp_path, ":clear", ":back", ":undo", begun=mapping_of(gone), at="un-agencies/unhrc")
    assert talk.ids == ["un-agencies/unhrc", OTHERS, "un-agencies/undp", "un-agencies/unhrc"]
    assert "unhrc" not in talk.at(1).rows
    assert talk.mapping.rows["unhrc"] == gone


def test_a_section_that_only_the_mapping_has_can_be_emptied(tmp_path: Path) -> None:
    begun = mapping_of(others={"gone-section": (DataUser("X"),)})
    talk = hold(tmp_path, ":clear", begun=begun, at="gone-section/other")
    assert talk.ids[0] == "gone-section/other"
    assert len(talk.ids) == 2
    assert talk.mapping.others == {}


def test_emptying_the_first_row_of_a_list_goes_on_with_the_next_of_the_list(tmp_path: Path) -> None:
    gone = Row("gone", "coordination", "Gone", pending="")
    begun = mapping_of(gone, row("wfp", pending=""), row("nrc", pending=""))
    talk = hold(tmp_path, "pending", ":clear", begun=begun)
    assert talk.ids == ["menu", "coordination/gone", "un-agencies/wfp"]


# Another organisation is not a rename


@pytest.mark.parametrize("typed", ['"Jan, Piet, Klaas"', '"Jan, Piet, Klaas"; TBC'])
def test_a_name_in_quotation_marks_is_not_asked_about_again_after_a_guard(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "2", begun=mapping_of(row("unhcr", UNHCR)), at=ROW)
    assert talk.ids == [ROW, "choose", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "Jan, Piet, Klaas"


def test_a_name_that_is_not_alike_is_asked_about_if_the_old_one_has_details(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", UNHCR))
    talk = hold(tmp_path, "Danish Refugee Council", begun=begun, at=ROW)
    assert talk.ids == [ROW, "choose"]
    assert (
        "UNHCR has “UNHCR” with details. Is “Danish Refugee Council” the same organisation?" in talk.asked[1]
    )
    assert talk.said[1][-2:] == [
        "1 The same under another name. The details of “UNHCR” are kept.",
        "2 Another organisation. The details of “UNHCR” are removed.",
    ]


@pytest.mark.parametrize(("answer", "details"), [("", UNHCR.details), ("1", UNHCR.details), ("2", {})])
def test_the_details_are_kept_for_the_same_organisation_alone(
    tmp_path: Path, answer: str, details: dict[str, Detail]
) -> None:
    talk = hold(tmp_path, "DRC", answer, begun=mapping_of(row("unhcr", UNHCR)), at=ROW)
    assert talk.ids == [ROW, "choose", "un-agencies/ocha"]
    assert [(user.name, user.details) for user in talk.mapping.rows["unhcr"].users] == [("DRC", details)]


def test_another_organisation_is_not_renamed_in_other_rows(tmp_path: Path) -> None:
    begun = mapping_of(row("unhcr", UNHCR), row("cccm", UNHCR))
    talk = hold(tmp_path, "DRC", "2", begun=begun, at=ROW)
    assert talk.ids == [ROW, "choose", "un-agencies/ocha"]
    assert held(talk.mapping, "clusters/cccm") == "UNHCR"


@pytest.mark.parametrize("typed", [":back", ":undo"])
def test_back_from_a_guard_changes_nothing_and_keeps_the_line(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, "DRC", typed, begun=mapping_of(row("unhcr", UNHCR)), at=ROW)
    assert talk.ids == [ROW, "choose", ROW]
    assert "Typed so far: DRC." in talk.asked[2]
    assert talk.mapping.rows["unhcr"].users == (UNHCR,)


@pytest.mark.parametrize(
    ("typed", "names"), [("DRC", "DRC"), (":na", "UNHCR"), ("- DRC", "DRC"), ("TBC; DRC", "DRC")]
)
@pytest.mark.parametrize("leaving", [None, ":quit"])
def test_who_leaves_at_a_guard_gets_what_enter_takes(
    tmp_path: Path, typed: str, names: str, leaving: str | None
) -> None:
    begun = mapping_of(row("unhcr", UNHCR))
    talk = hold(tmp_path, typed, *([leaving] if leaving else []), begun=begun, at=ROW)
    assert len(talk.ids) == 2
    (user,) = talk.mapping.rows["unhcr"].users
    assert (user.name, user.details) == (names, UNHCR.details)


# A single line with a bullet


@pytest.mark.parametrize("bullet", ["- ", "– ", "— ", "• ", "•", "* "])
@pytest.mark.parametrize(
    ("answer", "recorded"), [("", "UNHCR Mali"), ("1", "UNHCR Mali"), ("2", "not_applicable: UNHCR Mali")]
)
def test_a_line_with_a_bullet_is_a_name_or_a_reason(
    tmp_path: Path, bullet: str, answer: str, recorded: str
) -> None:
    talk = hold(tmp_path, f"{bullet}UNHCR Mali", answer, at=ROW)
    assert talk.ids == [ROW, "choose", "un-agencies/ocha"]
    assert f"UNHCR: what does “{bullet}UNHCR Mali” mean?" in talk.asked[1]
    assert held(talk.mapping, ROW) == recorded


@pytest.mark.parametrize(
    ("answer", "recorded"),
    [("1", "WFP"), ("2", "WFP"), ("3", "not_applicable: WFP")],
)
def test_a_line_with_a_bullet_meets_one_guard_on_a_row_with_details_too(
    tmp_path: Path, answer: str, recorded: str
) -> None:
    talk = hold(tmp_path, "- WFP", answer, begun=mapping_of(row("unhcr", UNHCR)), at=ROW)
    assert talk.ids == [ROW, "choose", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == recorded
    kept = answer == "1"
    assert [bool(user.details) for user in talk.mapping.users(*ROW.split("/"))] == [kept] * (answer != "3")


@pytest.mark.parametrize(("typed", "recorded"), [("- n/a", "not_applicable: n/a"), ("• TBC", "pending: TBC")])
def test_a_word_with_a_bullet_is_asked_about_as_that_word(tmp_path: Path, typed: str, recorded: str) -> None:
    talk = hold(tmp_path, typed, "", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == recorded


def test_a_dash_in_front_of_a_word_belongs_to_the_name(tmp_path: Path) -> None:
    talk = hold(tmp_path, "-Association des femmes", at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "-Association des femmes"


# Removals


@pytest.mark.parametrize("typed", ["-", ":na", ":later ask", "n/a", "TBC", "–"])
@pytest.mark.parametrize("user", [UNHCR, DataUser("UNHCR")])
def test_a_state_in_place_of_data_users_asks_and_enter_keeps_them(
    tmp_path: Path, typed: str, user: DataUser
) -> None:
    talk = hold(tmp_path, typed, "", begun=mapping_of(row("unhcr", user)), at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert talk.asked[1].endswith("“UNHCR” will be removed, with all details. Continue? Enter: no")
    assert talk.mapping.rows["unhcr"].users == (user,)


def test_na_with_a_star_marks_the_open_rows_of_a_section_after_a_question(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":na * No clusters here", "y", begun=BEGUN, at="un-agencies/wfp")
    assert talk.ids == ["un-agencies/wfp", "confirm", ROW]
    assert "Mark the 4 open rows of UN Agencies as not applicable?" in talk.asked[1]
    marked = {id for id, row in talk.mapping.rows.items() if row.not_applicable == "No clusters here"}
    assert len(marked) == 4
    assert {"unicef", "unfpa", "who"} <= marked
    assert held(talk.mapping, "un-agencies/wfp") == "pending: Ask Jan"


def test_na_with_a_star_continues_behind_the_rows_that_it_marked(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":na *", "y", ":undo", at="clusters/cccm")
    assert talk.ids == ["clusters/cccm", "confirm", "clusters/other", "clusters/cccm"]
    assert "Mark the 13 open rows of " in talk.asked[1]
    assert "Taken back" in talk.said[3][0]


@pytest.mark.parametrize("answer", ["", "n"])
def test_na_with_a_star_changes_nothing_without_a_yes(tmp_path: Path, answer: str) -> None:
    talk = hold(tmp_path, ":na *", answer, begun=BEGUN, at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert talk.mapping == BEGUN


@pytest.mark.parametrize(("at", "said"), [("response", ":na * is for rows"), (MANY, ":na * is for rows")])
def test_na_with_a_star_is_for_rows(tmp_path: Path, at: str, said: str) -> None:
    talk = hold(tmp_path, ":na *", begun=BEGUN, at=at)
    assert talk.ids == [at, at]
    assert said in talk.said[1][0]


# Quotation marks


@pytest.mark.parametrize(
    "word", ["TBC", "n/a", "same", "?", "??", "-", "A; B", ":quit", "+ A", "- A", "A, B, C"]
)
@pytest.mark.parametrize("marks", ["“”", "«»", '""'])
def test_a_text_in_quotation_marks_is_a_name_as_it_is(tmp_path: Path, word: str, marks: str) -> None:
    talk = hold(tmp_path, f"{marks[0]}{word}{marks[1]}", at=ROW)
    assert talk.ids == [ROW, "un-agencies/ocha"]
    assert [user.name for user in talk.mapping.rows["unhcr"].users] == [word]


def test_free_text_that_is_nearly_a_label_is_that_choice_unless_it_is_quoted(tmp_path: Path) -> None:
    near, exact = "Inter-sectoral informaton", '"Inter-sectoral informaton"'
    talk = hold(tmp_path, near, "", begun=BEGUN, at=NEEDS)
    assert talk.ids == [NEEDS, "confirm", "un-agencies/unhcr/2/sharing"]
    assert "Use the choice “Inter-sectoral information” for “Inter-sectoral informaton”?" in talk.asked[1]
    assert held(talk.mapping, NEEDS) == "inter-sectoral"
    for lines in ([near, "n"], [exact]):
        talk = hold(tmp_path, *lines, begun=BEGUN, at=NEEDS)
        assert held(talk.mapping, NEEDS) == "Inter-sectoral informaton"


# Follow-ups


def test_an_address_in_a_name_is_saved_and_then_moved_to_the_contact(tmp_path: Path) -> None:
    talk = hold(tmp_path, "NGO Forum (forum@example.org, +223 20 22 33 44)", "", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.at(1), ROW) == "NGO Forum (forum@example.org, +223 20 22 33 44)"
    (user,) = talk.mapping.rows["unhcr"].users
    assert user.name == "NGO Forum"
    assert user.values("contact") == ("forum@example.org; +223 20 22 33 44",)


@pytest.mark.parametrize("answer", ["n", ":back", None, ":quit"])
def test_an_address_stays_where_the_follow_up_is_not_accepted(tmp_path: Path, answer: str | None) -> None:
    talk = hold(tmp_path, "Forum a@example.org", *([answer] if answer else []), at=ROW)
    assert talk.ids[:2] == [ROW, "confirm"]
    assert held(talk.mapping, ROW) == "Forum a@example.org"


def test_undo_while_a_follow_up_is_asked_takes_the_answer_back(tmp_path: Path) -> None:
    talk = hold(tmp_path, "Forum a@example.org", ":undo", at=ROW)
    assert talk.ids == [ROW, "confirm", ROW]
    assert "Typed so far: Forum a@example.org." in talk.asked[2]
    assert held(talk.mapping, ROW) == "open"


def test_undo_takes_an_answer_and_its_follow_ups_back_together_and_redo_brings_them_back(
    tmp_path: Path,
) -> None:
    talk = hold(tmp_path, "Forum a@example.org", "y", ":undo", ":redo", ":undo", ":redo", ":redo", at=ROW)
    assert [held(talk.at(number), ROW) for number in (2, 3, 4, 5)] == ["Forum", "open", "Forum", "open"]
    assert "Brought back. UNHCR: Forum" in talk.said[4][0]
    assert "nothing to bring back" in talk.said[7][0]


def test_redo_is_over_after_another_answer(tmp_path: Path) -> None:
    talk = hold(tmp_path, "A", ":undo", "B", ":redo", at=ROW)
    assert "nothing to bring back" in talk.said[4][0]
    assert held(talk.mapping, ROW) == "B"


def test_an_address_in_a_detail_is_moved_and_may_leave_it_empty(tmp_path: Path) -> None:
    talk = hold(tmp_path, "+235 66 22 11 00", "y", begun=BEGUN, at=TEXT)
    assert talk.ids == [TEXT, "confirm", "un-agencies/unhcr/1/focal_point"]
    user = talk.mapping.rows["unhcr"].users[0]
    assert (user.values("area"), user.values("contact")) == ((), ("+235 66 22 11 00",))


@pytest.mark.parametrize("command", [":later", ":na"])
def test_a_note_with_an_address_is_saved_and_may_be_typed_again(tmp_path: Path, command: str) -> None:
    note = "Ask Jan, jan@example.org"
    talk = hold(tmp_path, f"{command} {note}", "y", f"{command} Ask Jan", at=ROW)
    assert talk.ids == [ROW, "confirm", ROW, "un-agencies/ocha"]
    assert "Only reports made with --public leave out notes and reasons" in talk.asked[1]
    assert talk.asked[1].endswith("Enter: no")
    assert held(talk.at(1), ROW).endswith(note)
    assert f"Typed so far: {command} {note}." in talk.asked[2]
    assert held(talk.mapping, ROW).endswith(": Ask Jan")


def test_a_note_with_an_address_stays_with_enter(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":later jan@example.org", "", at=ROW)
    assert talk.ids == [ROW, "confirm", "un-agencies/ocha"]
    assert held(talk.mapping, ROW) == "pending: jan@example.org"


@pytest.mark.parametrize(
    ("answer", "recorded"), [("", "Oxfam, CARE, WFP"), ("1", "Oxfam, CARE, WFP"), ("2", "Oxfam; CARE; WFP")]
)
@pytest.mark.parametrize("at", [ROW, OTHERS])
def test_two_commas_may_separate_several_names(tmp_path: Path, at: str, answer: str, recorded: str) -> None:
    talk = hold(tmp_path, "Oxfam, CARE, WFP", answer, at=at)
    assert talk.ids[:2] == [at, "choose"]
    assert len(talk.ids) == 3
    assert held(talk.at(1), at) == "Oxfam, CARE, WFP"
    assert held(talk.mapping, at) == recorded


@pytest.mark.parametrize("typed", ["Ministry of Health, Mali", "Forum (Gao, Kidal, Mopti)", '"A, B, C"'])
def test_one_comma_or_commas_in_brackets_are_not_asked_about(tmp_path: Path, typed: str) -> None:
    assert hold(tmp_path, typed, at=ROW).ids == [ROW, "un-agencies/ocha"]
