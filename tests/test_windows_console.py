"""Interviews in the two kinds of Windows consoles, as an operator sees them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from dtm_mapper.store.store import Store
from interviews import BEGUN, held, read
from keys import ALT, CTRL, DOWN, ENTER, SHIFT_INSERT, SHIFT_TAB, Key, alt_gr, ctrl
from strategies import CATALOGUE
from windows_console import Kind, WindowsConsole, needs_windows_python

pytestmark = needs_windows_python

each_kind = pytest.mark.parametrize("kind", get_args(Kind))
FILE = "dtm-mapping.yaml"


@each_kind
def test_an_interview_begins_and_ends_with_the_console_as_it_was(kind: Kind, tmp_path: Path) -> None:
    with WindowsConsole("-m", "dtm_mapper", "new", folder=tmp_path, kind=kind) as console:
        before = console.state()["input"]
        console.wait_for("Which response")
        console.send("Malí ", alt_gr("@"), " وزارة", ENTER)
        console.wait_for("Which country")
        console.send(SHIFT_TAB)
        console.wait_for("› Malí @ وزارة")
        console.send(ctrl("c"))
        assert console.wait_for_exit() == 130
        assert "edit dtm-mapping.yaml" in console.text()
        assert console.state()["input"] == before
    assert "Malí @ وزارة" in (tmp_path / FILE).read_text(encoding="utf-8")


SIGNS, ASCII = ("›", "●", "○"), (">", "[x]", "[ ]")


@pytest.mark.parametrize(
    ("code_page", "environment", "signs"),
    [(437, {}, ASCII), (1256, {}, ASCII), (65001, {}, SIGNS), (437, {"WT_SESSION": "1"}, SIGNS)],
)
def test_the_signs_of_a_list_are_in_the_code_page(
    tmp_path: Path, code_page: int, environment: dict[str, str], signs: tuple[str, str, str]
) -> None:
    Store(tmp_path / FILE, CATALOGUE).save(BEGUN)
    command = ["-m", "dtm_mapper", "edit", "--at", "coordination/hct/1/levels"]
    with WindowsConsole(*command, folder=tmp_path, code_page=code_page, environment=environment) as console:
        prompt, ticked, unticked = signs
        shown = console.wait_for("? help")
        assert re.search(rf"^ *{re.escape(prompt)}$", shown, re.MULTILINE)
        assert f"{ticked}  1 Strategic" in shown
        assert f"{unticked}  2 Programmatic" in shown
        console.send("é وزارة")
        console.wait_for(f"{prompt} é وزارة")


@pytest.fixture(params=get_args(Kind))
def at_first_row(request: Any, tmp_path: Path) -> Iterator[WindowsConsole]:
    """An interview in each kind of console, at its first row."""
    with WindowsConsole("-m", "dtm_mapper", "new", folder=tmp_path, kind=request.param) as console:
        console.wait_for("Which response")
        console.send("Mali", ENTER, ENTER, ENTER)
        console.wait_for("1/58")
        yield console


def names(folder: Path) -> list[str]:
    """Return the names of the data users in the folder's mapping."""
    mapping = read(folder / FILE)
    return [user.name for row in mapping.rows.values() for user in row.users]


#: A column and a table of Excel, a list of Word, and a list in an e-mail, as they are copied; and what shows
#: that all of it is there.
COPIED = {
    "UNHCR Mali\r\nWFP\r\nIOM\r\n": "IOM",
    "UNHCR Mali\tJuba\r\nWFP\tWau\r\n": "Wau",
    "•\tUNHCR Mali\r\n•\tUNICEF\r\n": "UNICEF",
    "- UNHCR Mali\n- WFP\n+ UNDP\n:quit\n": "+ UNDP",
}


def test_pasted_lines_are_one_answer_with_one_guard(at_first_row: WindowsConsole, tmp_path: Path) -> None:
    for copied, last in COPIED.items():
        at_first_row.paste(copied)
        at_first_row.wait_for(last)
        at_first_row.send(ENTER)
        at_first_row.wait_for("how should the pasted")
        at_first_row.send("3", ENTER)
        at_first_row.wait_for("1/58")
        at_first_row.send(ctrl("u"))
    assert names(tmp_path) == []


def test_pasted_lines_in_brackets_are_one_answer_with_one_guard(tmp_path: Path) -> None:
    with WindowsConsole("-m", "dtm_mapper", "new", folder=tmp_path) as console:
        console.wait_for("Which response")
        console.send("Mali", ENTER, ENTER, ENTER)
        console.wait_for("1/58")
        console.paste("UNHCR Mali\r\nWFP 😀\r\n", brackets=True)
        console.wait_for("WFP")
        console.send(ENTER)
        console.wait_for("1 2 data users")
        console.send(ENTER)
        console.wait_for("2/58")
    assert names(tmp_path) == ["UNHCR Mali", "WFP 😀"]


def test_a_long_paste_is_one_answer(at_first_row: WindowsConsole, tmp_path: Path) -> None:
    # prompt_toolkit reads 2048 events at once, and each of these keys has two: a read ends with an Enter.
    lines = [letter * 63 for letter in "abcdefghijklmnop"]
    many = [f"Organisation {number} of the response" for number in range(120)]
    for number, pasted in enumerate(([*lines, "the last"], many), start=1):
        at_first_row.paste("\r\n".join(pasted) + "\r\n")
        at_first_row.wait_for(pasted[-1])
        at_first_row.send(ENTER)
        at_first_row.wait_for(f"1 {len(pasted)} data users")
        at_first_row.send(ENTER)
        at_first_row.wait_for(f"{number + 1}/58")
    assert names(tmp_path) == [*lines, "the last", *many]


def test_every_way_to_give_a_name_gives_the_whole_name(at_first_row: WindowsConsole, tmp_path: Path) -> None:
    pasted = "Ministère de l’Intérieur – « DGPC » “A” … • 5 € 😀 وزارة 难民署"
    at_first_row.paste(pasted)
    at_first_row.wait_for("DGPC")
    at_first_row.send(ENTER)
    at_first_row.wait_for("2/58")

    # The program reads the whole line together.
    at_first_row.send_at_once("UNHCR 😀", ENTER)
    at_first_row.wait_for("3/58")

    # Ctrl and the left Alt are AltGr.
    at_first_row.send("A", *(Key(0x33, sign, CTRL | ALT) for sign in "#-\\3@"), ENTER)
    at_first_row.wait_for("4/58")

    for number, key in ((4, ctrl("v")), (5, SHIFT_INSERT)):
        copied = f"l’Intérieur {number}\r\nWFP {number} 😀\r\n"
        at_first_row.set_clipboard(copied)
        at_first_row.send("The ", key)
        at_first_row.wait_for(f"WFP {number}")
        at_first_row.send(ENTER)
        at_first_row.wait_for("1 2 data users")
        at_first_row.send(ENTER)
        at_first_row.wait_for(f"{number + 1}/58")
    clipboard = [name for number in "45" for name in (f"The l’Intérieur {number}", f"WFP {number} 😀")]
    assert names(tmp_path) == [pasted, "UNHCR 😀", "A#-\\3@", *clipboard]


#: Raise SIGBREAK in another thread, as Ctrl-Break does, when a file appears.
BREAK = f"""
import pathlib, signal, sys, threading, time

def wait():
    while not pathlib.Path("break").exists():
        time.sleep(0.01)
    signal.raise_signal(signal.SIGBREAK)

threading.Thread(target=wait, daemon=True).start()
from dtm_mapper.__main__ import main
sys.argv = ["dtm-map", "edit", "{FILE}", "--at", "coordination/hct/1/levels"]
main()
"""


@each_kind
def test_ctrl_break_leaves_as_ctrl_c_does(kind: Kind, tmp_path: Path) -> None:
    Store(tmp_path / FILE, CATALOGUE).save(BEGUN)
    with WindowsConsole("-c", BREAK, folder=tmp_path, kind=kind) as console:
        before = console.state()["input"]
        console.wait_for("Programmatic")
        console.send(DOWN, DOWN, " ")
        console.wait_for("Ticked (2)")
        (tmp_path / "break").touch()
        assert console.wait_for_exit() == 130
        assert "edit dtm-mapping.yaml" in console.text()
        assert console.state()["input"] == before
    assert held(read(tmp_path / FILE), "coordination/hct/1/levels") == "strategic, programmatic"
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_lock_file_of_a_killed_session_is_removed_by_the_next(
    at_first_row: WindowsConsole, tmp_path: Path
) -> None:
    lock = tmp_path / f".{FILE}.lock"
    assert lock.exists()
    at_first_row.kill()
    with WindowsConsole("-m", "dtm_mapper", "edit", folder=tmp_path) as console:
        console.wait_for("Enter choose")
        console.send(ctrl("d"))
        assert console.wait_for_exit() == 0
    assert not lock.exists()
    assert read(tmp_path / FILE).response == "Mali"
