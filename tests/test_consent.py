"""A field that is asked only if another one has an answer, and an answer that empties others."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import DataUser, Mapping
from dtm_mapper.reports import render
from interviews import held, hold, mapping_of, read, row
from pseudoterminal import Pseudoterminal
from strategies import CATALOGUE
from test_cli import run

USER = "un-agencies/unhcr/1"
CONTACT, CONSENT, FOCAL_POINT, NOTES = (
    f"{USER}/{id}" for id in ("contact", "consent", "focal_point", "notes")
)
ADDRESS, PERSON = "im@example.org", "IM officer"
ENTER, CTRL_D = "\r", "\x04"


def begun(**details: str) -> Mapping:
    return mapping_of(row("unhcr", DataUser("UNHCR", {**details})), response="Mali", depth="full")


def test_consent_is_asked_once_there_is_a_contact(tmp_path: Path) -> None:
    talk = hold(tmp_path, ADDRESS, "agreed", begun=begun(), at=CONTACT)
    assert talk.ids == [CONTACT, CONSENT, NOTES]
    assert held(talk.mapping, CONSENT) == "agreed"
    talk = hold(tmp_path, "", begun=begun(), at=CONTACT)
    assert talk.ids == [CONTACT, NOTES]
    talk = hold(tmp_path, ":back", begun=begun(), at=NOTES)
    assert talk.ids == [NOTES, CONTACT]


def test_consent_is_asked_after_a_contact_that_is_filled_on_a_walk_of_what_is_missing(tmp_path: Path) -> None:
    details = dict.fromkeys(("area", "focal_point", "notes", "frequency"), "x")
    user = DataUser("UNHCR", {**details, "levels": ("strategic",), "needs": ("food",)})
    user = replace(user, details={**user.details, "sharing": ("public",), "engagement": "identified"})
    rows = [row(id, not_applicable="") for id in CATALOGUE.example_by_id if id != "unhcr"]
    mapping = mapping_of(row("unhcr", user), *rows, depth="full", response="Mali")
    assert [str(place) for place in Walk(CATALOGUE, mapping).empty_details()] == [CONTACT]
    talk = hold(tmp_path, ADDRESS, "agreed", begun=mapping, walked="missing")
    assert talk.ids == [CONTACT, CONSENT, "review"]
    talk = hold(tmp_path, "", begun=mapping, walked="missing")
    assert talk.ids == [CONTACT, "review"]


def test_an_answer_whose_question_is_no_longer_relevant_is_kept_shown_and_written(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":clear", "note", begun=begun(contact=ADDRESS, consent="agreed"), at=CONTACT)
    assert talk.ids == [CONTACT, NOTES, "review"]
    mapping = talk.mapping
    assert mapping.users("un-agencies", "unhcr")[0].details == {"consent": "agreed", "notes": "note"}
    assert "Agreed to be listed" in render(mapping, CATALOGUE, "md", personal=True).decode()
    assert "consent: agreed" in talk.file.read_text(encoding="utf-8")
    assert run("check", talk.file, cwd=tmp_path).code == 0
    # One may still go there, and goes on from there as from any other detail.
    talk = hold(tmp_path, "", begun=mapping, at=CONSENT)
    assert talk.ids == [CONSENT, NOTES]
    assert talk.asked[0].endswith("Enter keeps: Agreed to be listed")


@pytest.mark.parametrize(("reply", "emptied"), [("y", True), ("n", False), ("", False)])
@pytest.mark.parametrize("typed", ["declined", "3", "A refusé", "رفضت"])
def test_whoever_declined_may_have_contact_and_focal_point_emptied(
    tmp_path: Path, typed: str, reply: str, emptied: bool
) -> None:
    mapping = begun(contact=ADDRESS, focal_point=PERSON)
    talk = hold(tmp_path, typed, reply, begun=mapping, at=CONSENT)
    assert talk.ids == [CONSENT, "confirm", NOTES]
    assert "The answer for UNHCR is “Declined”. Empty Focal point, Contact, too?" in talk.asked[1]
    assert talk.asked[1].endswith("Enter: no")
    # The answer is on disk before the follow-up is asked.
    assert held(talk.at(1), CONSENT) == "declined"
    user = talk.mapping.users("un-agencies", "unhcr")[0]
    kept = {} if emptied else {"contact": ADDRESS, "focal_point": PERSON}
    assert user.details == {**kept, "consent": "declined"}
    assert ("Emptied for UNHCR: Focal point, Contact" in talk.all_said) == emptied


def test_nothing_is_asked_where_there_is_nothing_to_empty_or_nobody_declined(tmp_path: Path) -> None:
    assert hold(tmp_path, "declined", begun=begun(), at=CONSENT).ids == [CONSENT, NOTES]
    assert hold(tmp_path, "agreed", begun=begun(contact=ADDRESS), at=CONSENT).ids == [CONSENT, NOTES]
    talk = hold(tmp_path, "declined", begun=begun(contact=ADDRESS), at=CONSENT)
    assert "The answer for UNHCR is “Declined”. Empty Contact, too?" in talk.asked[1]


def test_undo_takes_the_answer_and_what_it_emptied_back_together(tmp_path: Path) -> None:
    mapping = begun(contact=ADDRESS, focal_point=PERSON)
    talk = hold(tmp_path, "declined", "y", ":undo", ":redo", begun=mapping, at=CONSENT)
    assert [len(talk.at(number).users("un-agencies", "unhcr")[0].details) for number in (2, 3, 4)] == [
        1,
        2,
        1,
    ]
    assert held(talk.at(3), FOCAL_POINT) == PERSON
    assert held(talk.at(3), CONTACT) == ADDRESS


def test_undo_at_the_question_takes_the_answer_back(tmp_path: Path) -> None:
    talk = hold(tmp_path, "declined", ":undo", begun=begun(contact=ADDRESS), at=CONSENT)
    assert talk.mapping.users("un-agencies", "unhcr")[0].details == {"contact": ADDRESS}


def test_the_same_answer_as_before_asks_too(tmp_path: Path) -> None:
    users = (DataUser("A", {"consent": "declined"}), DataUser("B", {"contact": ADDRESS}))
    mapping = mapping_of(row("unhcr", *users), depth="full", response="Mali")
    talk = hold(tmp_path, "=", "y", begun=mapping, at="un-agencies/unhcr/2/consent")
    assert talk.ids[:2] == ["un-agencies/unhcr/2/consent", "confirm"]
    assert talk.mapping.users("un-agencies", "unhcr")[1].details == {"consent": "declined"}


def test_a_script_keeps_them_and_a_line_says_so(tmp_path: Path) -> None:
    talk = hold(tmp_path, "declined", "note", begun=begun(contact=ADDRESS), at=CONSENT, script=True)
    assert "[confirm] The answer for UNHCR is “Declined”. Empty Contact, too? no" in talk.all_said
    assert held(talk.mapping, CONTACT) == ADDRESS
    assert held(talk.mapping, NOTES) == "note"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
def test_in_the_terminal_it_is_the_same(tmp_path: Path) -> None:
    from dtm_mapper.store.store import Store

    file = tmp_path / "mali.yaml"
    Store(file, CATALOGUE).save(begun(focal_point=PERSON))
    with Pseudoterminal("edit", file.name, "--at", CONTACT, cwd=tmp_path) as terminal:
        for keys, said in (
            ("", "How is the focal point reached?"),
            (f"{ADDRESS}{ENTER}", "agreed to be listed as a contact?"),
            (f"decl{ENTER}", "The answer for UNHCR is “Declined”. Empty Focal point, Contact, too?"),
            ("y", "next person on your post"),
        ):
            terminal.send(keys)
            terminal.wait_for(said)
        terminal.send(CTRL_D)
        terminal.wait_for_exit()
    assert read(file).users("un-agencies", "unhcr")[0].details == {"consent": "declined"}


def test_the_place_after_an_irrelevant_field_is_the_next_field() -> None:
    walk = Walk(CATALOGUE, begun(consent="agreed")).to(Place("un-agencies", "unhcr", 1, "consent"))
    assert str(walk.forward()) == NOTES
    assert str(walk.back()) == CONTACT
