"""What only Windows does: patterns in arguments, redirected text, and other programs that hold a file."""

import base64
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dtm_mapper.screen import windows_command
from dtm_mapper.store.backups import Backups
from dtm_mapper.store.store import Store
from programs import IN_WINE
from strategies import CATALOGUE
from test_cli import environment
from test_storage import MAPPED, PENDING

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="Windows alone does this")


def run(*arguments: str, cwd: Path, without: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[bytes]":
    variables = {key: text for key, text in environment().items() if key not in (*without, "PYTHONUTF8")}
    command = [sys.executable, "-m", "dtm_mapper", *arguments]
    return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, input=b":quit\n", check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Store(tmp_path / "mali1.yaml", CATALOGUE).save(PENDING)
    Store(tmp_path / "mali[1].yaml", CATALOGUE).save(MAPPED)
    return tmp_path


def test_a_name_with_brackets_is_the_file_of_this_name(folder: Path) -> None:
    shown = run("report", "mali[1].yaml", "-o", "-", cwd=folder).stdout.decode("utf-8")
    assert "User 199" in shown


def test_status_and_check_take_patterns(folder: Path) -> None:
    shown = run("status", "mali*.yaml", cwd=folder).stdout.decode("utf-8")
    assert "mali1.yaml" in shown
    assert "mali[1].yaml" in shown
    checked = run("check", "m?li1.yaml", cwd=folder)
    assert checked.returncode == 0
    assert b"mali1.yaml: no problems" in checked.stdout
    unmatched = run("status", "x*.yaml", cwd=folder).stderr.decode("utf-8")
    assert unmatched.startswith("dtm-map: x*.yaml: a file name cannot contain “*”")


@pytest.mark.parametrize(
    "command", [("status", "a.yaml"), ("report", "a.yaml", "-o", "-"), ("check", "é.yaml")], ids=" ".join
)
def test_what_is_redirected_is_utf8(tmp_path: Path, command: tuple[str, ...]) -> None:
    named = PENDING.with_about("response", "Réponse, استجابة")
    for name in ("a.yaml", "é.yaml"):
        Store(tmp_path / name, CATALOGUE).save(named)
    shown = run(*command, cwd=tmp_path).stdout.decode("utf-8")
    assert "é" in shown


NAMES = [
    "mali.yaml",
    "R&D.yaml",
    "Cox's.yaml",
    "a;b (2).yaml",
    "a, b@c#{d}.yaml",
    "é وزارة.yaml",
    "100%.yaml",
    "^!+=~.yaml",
]
#: These mean something to PowerShell within double quotation marks, and cmd.exe knows no others.
POWERSHELL_NAMES = ["$HOME.yaml", "a`b.yaml", "“Mali”.yaml", "l’été $1.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_cmd_takes_the_command_that_continues(tmp_path: Path, name: str) -> None:
    check_words(tmp_path, name, shell=True)


@pytest.mark.skipif(IN_WINE, reason="Wine has no PowerShell")
@pytest.mark.parametrize("name", NAMES + POWERSHELL_NAMES)
def test_powershell_takes_the_command_that_continues(tmp_path: Path, name: str) -> None:
    check_words(tmp_path, name, shell=False)


def check_words(folder: Path, name: str, shell: bool) -> None:
    """Have cmd.exe (`shell`) or PowerShell split a command, which then shows its words."""
    (folder / "show.py").write_text("import sys; print(ascii(sys.argv[1:]))", encoding="utf-8")
    command = windows_command(sys.executable, "show.py", "edit", name)
    encoded = base64.b64encode(command.encode("utf-16-le")).decode()
    arguments = command if shell else ["powershell", "-NoProfile", "-EncodedCommand", encoded]
    shown = subprocess.run(arguments, cwd=folder, shell=shell, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ascii(["edit", name])


def test_the_program_needs_no_quotation_marks_below_a_user_folder_with_a_blank(tmp_path: Path) -> None:
    program, mappings = (tmp_path / "Ana Lopez" / name for name in ("Scripts", "mappings"))
    mappings.mkdir(parents=True)
    lines = (
        "import sys",
        f"sys.argv[0] = {str(program / 'dtm-map')!r}",
        "from dtm_mapper.output import command_line",
        "print(command_line('edit', 'mali.yaml'))",
    )
    variables = environment() | {"PATH": ""}
    shown = subprocess.run(
        [sys.executable, "-c", "; ".join(lines)], cwd=mappings, env=variables, capture_output=True, text=True
    )
    assert shown.stdout.strip() == r"..\Scripts\dtm-map edit mali.yaml"


def test_no_user_name_stops_nothing(tmp_path: Path) -> None:
    done = run("new", "a.yaml", "--plain", cwd=tmp_path, without=("USERNAME", "USER", "LOGNAME", "LNAME"))
    assert done.returncode == 0, done.stderr


def test_a_scanner_that_holds_each_new_file_for_some_milliseconds_costs_no_save(tmp_path: Path) -> None:
    file = tmp_path / "mali.yaml"
    Store(file, CATALOGUE).save(PENDING)
    store = Store(file, CATALOGUE)
    store.load()
    ended = threading.Event()

    scanned = set()

    def scan() -> None:
        while not ended.is_set():
            for path in tmp_path.iterdir():
                with suppress(OSError):
                    written = (path.name, path.stat().st_mtime_ns)
                    if written not in scanned:
                        scanned.add(written)
                        with path.open("rb"):
                            time.sleep(0.03)
            time.sleep(0.001)

    scanner = threading.Thread(target=scan)
    scanner.start()
    try:
        for number in range(30):
            store.save(PENDING.with_about("response", f"Response {number}"))
    finally:
        ended.set()
        scanner.join()
    assert len(scanned) > 10
    assert Store(file, CATALOGUE).load()[0].response == "Response 29"
    assert {path.name for path in tmp_path.iterdir()} == {file.name, Backups(file).folder.name}
