"""Answers from a file or a pipe: no line lands at another question than it was written for."""

import subprocess
import sys
from pathlib import Path

import pytest

from dtm_mapper.mapping import DataUser
from interviews import BEGUN, FILE, ROW, UNHCR, held, hold, mapping_of, read, row


@pytest.mark.parametrize(
    ("typed", "said", "recorded"),
    [
        (
            "- UNHCR Mali",
            "[choose] UNHCR: what does “- UNHCR Mali” mean? The name “UNHCR Mali”",
            "UNHCR Mali",
        ),
        ("TBC", "[confirm] Does “TBC” mean that UNHCR is pending? yes", "pending: TBC"),
        ("A; n/a", "[confirm] “n/a” is not a name. Leave it out? yes", "A"),
        ("A, B, C", "[choose] Is “A, B, C” one name? One name, as typed", "A, B, C"),
        ("Forum (a@example.org)", "which reports leave out? yes", "Forum"),
        (":later Ask a@example.org", "without the address? no", "pending: Ask a@example.org"),
    ],
)
def test_a_guard_or_a_follow_up_gets_its_enter_and_a_line_says_so(
    tmp_path: Path, typed: str, said: str, recorded: str
) -> None:
    talk = hold(tmp_path, typed, "OCHA", at=ROW, script=True)
    assert talk.ids == [ROW, "un-agencies/ocha", "un-agencies/unicef"]
    assert said in "\n".join(talk.said[1])
    assert held(talk.mapping, ROW) == recorded
    assert held(talk.mapping, "un-agencies/ocha") == "OCHA"


def test_a_word_is_explained_each_time(tmp_path: Path) -> None:
    talk = hold(tmp_path, "TBC", "TBC", at=ROW, script=True)
    assert sum("Does “TBC” mean" in line for said in talk.said for line in said) == 2


@pytest.mark.parametrize("typed", [":xyzzy", "-", ":na *", "x" * 201, ":back", ":clear"])
def test_the_first_line_that_is_refused_ends_the_run(tmp_path: Path, typed: str) -> None:
    lines = [
        ":go hct" if typed != ":back" else "",
        "SEG; ISCG",
        ":go response" if typed == ":back" else ":go unhcr",
    ]
    talk = hold(tmp_path, *lines[2:], typed, "OCHA", begun=BEGUN, at=ROW, script=True)
    assert talk.ending is not None
    assert talk.ending.how == "refused"
    assert talk.ending.refusal.startswith("Line 2 of the input was refused: ")
    assert talk.mapping == BEGUN


def test_a_rename_in_a_script_keeps_the_details(tmp_path: Path) -> None:
    talk = hold(tmp_path, "DRC", "OCHA", begun=mapping_of(row("unhcr", UNHCR)), at=ROW, script=True)
    assert talk.mapping.rows["unhcr"].users[0].details == UNHCR.details
    assert held(talk.mapping, "un-agencies/ocha") == "OCHA"


def test_a_question_that_is_always_asked_reads_its_line(tmp_path: Path) -> None:
    begun = mapping_of(row("hct", DataUser("SEG")))
    talk = hold(tmp_path, "DTM", "y", "1", begun=begun, at="government/other", script=True)
    assert talk.ids == [
        "government/other",
        "confirm",
        "coordination/hct/1/levels",
        "coordination/hct/1/needs",
    ]


@pytest.mark.parametrize("answer", ["perhaps", ":add X"])
def test_a_refused_answer_to_such_a_question_ends_the_run_too(tmp_path: Path, answer: str) -> None:
    begun = mapping_of(row("hct", DataUser("SEG")))
    talk = hold(tmp_path, "DTM", answer, "1", begun=begun, at="government/other", script=True)
    assert talk.ending is not None
    assert talk.ending.how == "refused"
    assert held(talk.mapping, "government/other") == "DTM"


def test_a_refused_answer_to_the_offer_of_other_reports_ends_the_run_too(tmp_path: Path) -> None:
    talk = hold(tmp_path, "", "perhaps", begun=BEGUN, at="review", script=True)
    assert talk.ids == ["review", "confirm"]
    assert talk.ending is not None
    assert talk.ending.how == "refused"
    assert [report.suffix for report in talk.ending.reports] == [".md"]


def test_the_program_ends_with_exit_code_2_and_the_line_on_stderr(tmp_path: Path) -> None:
    lines = "Sahel\nMali\n\nForum\n:bogus\nOCHA\n"
    command = [sys.executable, "-m", "dtm_mapper", "new", FILE, "--plain"]
    run = subprocess.run(command, cwd=tmp_path, input=lines.encode(), capture_output=True, check=False)
    said = run.stderr.decode()
    assert run.returncode == 2
    assert "Line 5 of the input was refused: There is no :bogus" in said
    assert "To go on here:" in said
    mapping = read(tmp_path / FILE)
    assert (mapping.response, mapping.country) == ("Sahel", "MLI")
    assert held(mapping, "coordination/inter-ministerial") == "Forum"
    assert held(mapping, "coordination/hct") == "open"


def test_a_line_that_is_refused_at_the_last_question_is_not_lost(tmp_path: Path) -> None:
    talk = hold(tmp_path, ":review", "", "WFP", begun=BEGUN, at=ROW, script=True)
    assert talk.ids[-1] == "confirm"
    assert talk.ending is not None
    assert (talk.ending.how, talk.ending.refusal) == (
        "refused",
        "Line 3 of the input was refused: Type y for yes or n for no",
    )


@pytest.mark.parametrize(("after", "code"), [("", 0), ("\n \n", 0), ("\n\nWFP\nOCHA\n", 1)])
def test_lines_after_the_last_question_are_reported(tmp_path: Path, after: str, code: int) -> None:
    command = [sys.executable, "-m", "dtm_mapper", "new", "--plain", "--depth", "names"]
    script = tmp_path / "answers.txt"
    script.write_text(f"Mali\n\n\n:review\n\nn\n{after}", encoding="utf-8")
    with script.open() as lines:
        ended = subprocess.run(
            command, cwd=tmp_path, stdin=lines, capture_output=True, encoding="utf-8", check=False
        )
    assert ended.returncode == code
    said = "Line 9 of the input and those after it were not read: the interview was finished."
    assert (said in ended.stderr) == bool(code)


@pytest.mark.parametrize(
    "command", ["clear", "undo", "redo", "back", "skip", "review", "show", "help", "quit"]
)
def test_words_after_a_command_that_takes_none_are_refused(tmp_path: Path, command: str) -> None:
    talk = hold(tmp_path, "OCHA Chad", f":{command} UNHCR", "WFP", begun=BEGUN, at="un-agencies/ocha")
    assert f":{command} takes no words after it" in talk.all_said
    assert talk.ids == ["un-agencies/ocha", *["un-agencies/unicef"] * 2, "un-agencies/unmas"]
    assert held(talk.mapping, "un-agencies/unicef") == "WFP"


def test_half_a_character_after_the_last_question_is_reported(tmp_path: Path) -> None:
    script = tmp_path / "answers.txt"
    script.write_bytes("\ufeffMali\n\n\n:review\n\nn\n".encode("utf-16-le") + b"\n")
    command = [sys.executable, "-m", "dtm_mapper", "new", "--plain", "--depth", "names"]
    with script.open("rb") as lines:
        ended = subprocess.run(command, cwd=tmp_path, stdin=lines, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"Line 7 of the input and those after it were not read" in ended.stderr


ANSWERS = "Réponse\nMali\nÉquipe\n:go hct\nSociété Élan – ℝ😀\n:quit\n"


def play(folder: Path, answers: bytes) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "dtm_mapper", "new", "--plain"]
    return subprocess.run(command, cwd=folder, input=answers, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_answers_in_utf8_or_marked_utf16_are_read(tmp_path: Path, encoding: str) -> None:
    mark = "" if encoding.startswith("utf-8") else "\ufeff"
    ended = play(tmp_path, (mark + ANSWERS.replace("\n", "\r\n")).encode(encoding))
    assert ended.returncode == 0
    mapping = read(tmp_path / FILE)
    assert (mapping.response, mapping.country, mapping.prepared_by) == ("Réponse", "MLI", "Équipe")
    assert held(mapping, "coordination/hct") == "Société Élan – ℝ😀"


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ("Réponse\nMali\n:quit\n".encode("cp1252"), 1),
        ("Mali\n\nÉquipe\nA\n".encode("cp850"), 3),
        ("Mali\n\nfor\nUN\n:na désuet\nA\n".encode("cp1252"), 5),
        ("Mali\n\nfor\n:gô\nA\n".encode("cp1252"), 4),
        ("Mali\n\nÉquipe\nA\n".encode("utf-16-le"), 1),
        ("\ufeffMali\n\nA".encode("utf-16-le") + b"\n", 3),
        ("\ufeffMali\n\n\ud800\nA\n".encode("utf-16-le", "surrogatepass"), 3),
    ],
    ids=[
        "cp1252",
        "cp850",
        "in a reason",
        "in a command",
        "utf-16 without its mark",
        "half a character",
        "half a pair",
    ],
)
def test_the_first_line_that_is_not_utf8_ends_a_script(tmp_path: Path, answers: bytes, line: int) -> None:
    ended = play(tmp_path, answers)
    assert ended.returncode == 2
    assert f"Line {line} of the input was refused: ".encode() in ended.stderr
    assert (tmp_path / FILE).exists() == (line > 1)
    if line > 1:
        saved = read(tmp_path / FILE)
        assert saved.response == "Mali"
        assert saved.prepared_by == ("for" if line > 3 else "")
