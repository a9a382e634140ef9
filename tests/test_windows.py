"""What only Windows does: patterns in arguments, redirected text, and other programs that hold a file."""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dtm_mapper.storage import Backups, Store
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
    assert run("status", "x*.yaml", cwd=folder).stderr.startswith(b"dtm-map: x*.yaml: there ")


@pytest.mark.parametrize(
    "command", [("status", "a.yaml"), ("report", "a.yaml", "-o", "-"), ("check", "é.yaml")], ids=" ".join
)
def test_what_is_redirected_is_utf8(tmp_path: Path, command: tuple[str, ...]) -> None:
    named = PENDING.with_about("response", "Réponse, استجابة")
    for name in ("a.yaml", "é.yaml"):
        Store(tmp_path / name, CATALOGUE).save(named)
    shown = run(*command, cwd=tmp_path).stdout.decode("utf-8")
    assert "é" in shown


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
