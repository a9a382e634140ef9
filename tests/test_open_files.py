"""Files that another program has open on Windows, for some milliseconds or for hours."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dtm_mapper.store.atomic import new_file
from dtm_mapper.store.names import temporary_path
from dtm_mapper.store.store import Store
from strategies import CATALOGUE
from test_cli import MAPPING, environment, run
from test_storage import MAPPED, PENDING
from windows_handles import NOTHING, READ, READ_AND_WRITE, open_elsewhere, real_windows

if sys.platform != "win32":
    pytest.skip("Windows alone refuses what another program has open", allow_module_level=True)

TOLD = "It is open in another program, such as Word or Excel: close it there and try again."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8")
    run("edit", "mali.yaml", "--plain", "--at", "response", given="Changed\n:quit\n", cwd=tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "arguments", "sharing"),
    [
        ("mali.docx", "report mali.yaml -f docx --yes", READ),
        ("mali.csv", "report mali.yaml -f csv --yes", NOTHING),
        ("mali.md", "report mali.yaml", NOTHING),
        ("mali.md", "report mali.yaml", READ_AND_WRITE),
        ("worksheet.docx", "worksheet --yes", READ),
        ("mali.yaml", "restore mali.yaml --put 1", READ),
        ("mali.yaml", "import names.csv mali.yaml --yes", READ),
    ],
)
def test_a_file_that_another_program_has_open_is_named_as_such(
    folder: Path, file: str, arguments: str, sharing: int
) -> None:
    if file != "mali.yaml":
        run(*arguments.split(), cwd=folder)
    (folder / "names.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    before = (folder / file).read_bytes()
    with open_elsewhere(folder / file, sharing):
        result = run(*arguments.split(), cwd=folder)
    assert result.code == 2
    assert TOLD in result.err
    assert "edited" not in result.err
    assert (folder / file).read_bytes() == before
    assert not list(folder.glob("*.tmp"))


@pytest.mark.parametrize("arguments", ["import names.csv mali.yaml", "status mali.yaml", "report mali.yaml"])
def test_a_file_that_cannot_even_be_read_is_named_as_open(folder: Path, arguments: str) -> None:
    (folder / "names.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    with open_elsewhere(folder / arguments.split()[1], NOTHING):
        result = run(*arguments.split(), cwd=folder)
    assert result.code == 2
    assert TOLD in result.err


def test_the_interview_says_that_another_program_has_the_mapping_open(folder: Path) -> None:
    with open_elsewhere(folder / "mali.yaml", READ):
        given = "One\n:go country\nNiger\n:quit\n"
        result = run("edit", "mali.yaml", "--plain", "--at", "response", given=given, cwd=folder)
    assert result.code == 1
    assert result.out.count(TOLD) == 1
    rescued, _warnings = Store(folder / "mali-unsaved.yaml", CATALOGUE).load()
    assert (rescued.response, rescued.country) == ("One", "NER")


def test_answers_that_could_not_be_saved_outlive_the_process(folder: Path) -> None:
    command = [sys.executable, "-m", "dtm_mapper", "edit", "mali.yaml", "--plain", "--at", "response"]
    with (
        open_elsewhere(folder / "mali.yaml", READ),
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as interview,
    ):
        assert interview.stdin is not None
        assert interview.stdout is not None
        interview.stdin.write("One\nNiger\n")
        interview.stdin.flush()
        # The answers before a question are on the disk when it appears.
        assert any(line.startswith("[prepared_by]") for line in interview.stdout)
        interview.kill()
    rescued, _warnings = Store(folder / "mali-unsaved.yaml", CATALOGUE).load()
    assert (rescued.response, rescued.country) == ("One", "NER")


def test_a_report_that_was_not_edited_is_written_once_it_is_closed(folder: Path) -> None:
    run("report", "mali.yaml", cwd=folder)
    with open_elsewhere(folder / "mali.md", NOTHING):
        given = ":review\n1\n:quit\n"
        result = run("edit", "mali.yaml", "--plain", given=given, cwd=folder)
    assert "edited" not in result.out + result.err
    assert run("report", "mali.yaml", cwd=folder).code == 0


@pytest.mark.parametrize("sharing", [NOTHING, READ])
def test_a_lock_file_that_another_program_has_open_is_in_use(folder: Path, sharing: int) -> None:
    lock = folder / ".mali.yaml.lock"
    lock.touch()
    with open_elsewhere(lock, sharing):
        result = run("edit", "mali.yaml", "--plain", given=":quit\n", cwd=folder)
    if sharing == NOTHING:
        assert result.code == 2
        assert str(lock.name) in result.err
        assert "in use" in result.err
        assert TOLD in result.err
    assert "folder" not in result.err
    assert run("edit", "mali.yaml", "--plain", given=":quit\n", cwd=folder).code == 0


@pytest.mark.parametrize("sharing", [NOTHING, READ, READ_AND_WRITE])
def test_a_lock_file_that_is_open_for_a_moment_stops_nobody(folder: Path, sharing: int) -> None:
    lock = folder / ".mali.yaml.lock"
    lock.touch()
    opened = threading.Event()

    def scan() -> None:
        with open_elsewhere(lock, sharing):
            opened.set()
            time.sleep(0.15)

    scanner = threading.Thread(target=scan)
    scanner.start()
    opened.wait()
    with Store(folder / "mali.yaml", CATALOGUE).locked("me") as locked:
        assert locked
    scanner.join()
    assert not lock.exists()


def test_lock_and_temporary_files_are_hidden(tmp_path: Path) -> None:
    file = tmp_path / "mali.yaml"
    with Store(file, CATALOGUE).locked("me"), new_file(file, b"", file) as new:
        for path in (tmp_path / ".mali.yaml.lock", new):
            assert path.stat().st_file_attributes & 2
        assert new.match(temporary_path(file).name)


@real_windows
def test_a_saved_mapping_is_as_visible_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path / "mali.yaml", CATALOGUE)
    for mapping in (PENDING, MAPPED):
        store.save(mapping)
        assert not store.path.stat().st_file_attributes & 2
    subprocess.run(["attrib", "+h", str(store.path)], check=True)
    store.save(PENDING)
    assert store.path.stat().st_file_attributes & 2


@real_windows
def test_a_saved_mapping_keeps_its_access_list(tmp_path: Path) -> None:
    def access(path: Path) -> str:
        shown = subprocess.run(["icacls", str(path)], capture_output=True, text=True, check=True).stdout
        return shown.replace(str(path), "")

    store = Store(tmp_path / "mali.yaml", CATALOGUE)
    store.save(PENDING)
    usual = access(store.path)
    # Nobody but its owner (OWNER RIGHTS) and administrators, whatever the folder allows.
    only = ["/inheritance:r", "/grant:r", "*S-1-3-4:F", "/grant:r", "*S-1-5-32-544:F"]
    subprocess.run(["icacls", str(store.path), *only], capture_output=True, check=True)
    restricted = access(store.path)
    assert restricted != usual
    again = Store(store.path, CATALOGUE)
    again.load()
    again.save(MAPPED)
    assert access(store.path) == restricted
    (backup,) = again.backups.paths()
    assert access(backup) == restricted
