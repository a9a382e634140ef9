"""A pending note or a reason with an address in it: the follow-up comes however the note was given."""

from pathlib import Path

import pytest

from interviews import BEGUN, ROW, held, hold

NOTE = "ask Jan (jan@example.org)"
CLEAN = "ask Jan"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([f":later {NOTE}"], "pending"),
        ([f":na {NOTE}"], "not_applicable"),
        ([NOTE, "y"], "pending"),
        ([f"TBC {NOTE}", "y"], "pending"),
        (["- Not here, says jan@example.org", "2"], "not_applicable"),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_a_note_with_an_address_can_be_typed_again(
    tmp_path: Path, lines: list[str], state: str, again: bool
) -> None:
    command = ":later" if state == "pending" else ":na"
    typed = ["y", f"{command} {CLEAN}"] if again else [""]
    talk = hold(tmp_path, *lines, *typed, at=ROW)
    asked = talk.asked[len(lines)]
    assert "This text contains “jan@example.org”." in asked
    assert "Only reports made with --public" in asked
    recorded = held(talk.mapping, ROW)
    assert recorded.startswith(f"{state}: ")
    assert ("jan@example.org" in recorded) != again
    assert talk.ids[-1] == "un-agencies/ocha"
    if again:
        assert f"Typed so far: {command} " in talk.asked[len(lines) + 1]
        assert "jan@example.org" in talk.asked[len(lines) + 1]


@pytest.mark.parametrize("again", [False, True])
def test_a_reason_for_a_whole_section_can_be_typed_again(tmp_path: Path, again: bool) -> None:
    typed = ["y", f":na * {CLEAN}", "y"] if again else [""]
    talk = hold(tmp_path, f":na * {NOTE}", "y", *typed, begun=BEGUN, at="un-agencies/who")
    assert "This text contains “jan@example.org”." in talk.asked[2]
    for example in ("who", "unicef"):
        recorded = held(talk.mapping, f"un-agencies/{example}")
        assert recorded == f"not_applicable: {CLEAN if again else NOTE}"
    if again:
        assert f"Typed so far: :na * {NOTE}" in talk.asked[3]


@pytest.mark.parametrize("typed", [f':later "{NOTE}"', f':na * "{NOTE}"'])
def test_a_note_in_quotation_marks_is_not_asked_about(tmp_path: Path, typed: str) -> None:
    talk = hold(tmp_path, typed, "y", begun=BEGUN, at="un-agencies/who")
    assert "This text contains" not in talk.all_said + "".join(talk.asked)
    assert NOTE in held(talk.mapping, "un-agencies/who")
