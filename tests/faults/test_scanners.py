"""Programs on Windows that open what is new for some milliseconds, as virus scanners do."""

import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from dtm_mapper.store.backups import Backups
from dtm_mapper.store.store import Store
from strategies import CATALOGUE
from test_cli import environment
from test_storage import PENDING
from windows_handles import READ_AND_WRITE, open_elsewhere

if sys.platform != "win32":
    pytest.skip("Windows alone refuses what another program has open", allow_module_level=True)

ANSWERS = 60
KINDS = {"temporary files": (".tmp",), "mappings": (".yaml",), "all": (".tmp", ".yaml", ".lock")}


class Scanner(threading.Thread):
    """Opens each new or changed file with one of these endings, in a folder and the folders in it."""

    def __init__(self, folder: Path, endings: tuple[str, ...], seconds: float) -> None:
        super().__init__()
        self.folder, self.endings, self.seconds = folder, endings, seconds
        self.ended = threading.Event()
        self.opened: Counter[str] = Counter()
        self._versions: dict[Path, int] = {}

    def run(self) -> None:
        while not self.ended.is_set():
            for path in (path for path in self.folder.rglob("*") if path.suffix in self.endings):
                with suppress(OSError):
                    self._scan(path)
            time.sleep(0.001)

    def _scan(self, path: Path) -> None:
        version = path.stat().st_mtime_ns
        if self._versions.get(path) != version:
            with open_elsewhere(path, READ_AND_WRITE):
                self._versions[path] = version
                self.opened[path.suffix] += 1
                time.sleep(self.seconds)


@pytest.mark.campaign
@pytest.mark.parametrize("milliseconds", [5, 30, 150])
@pytest.mark.parametrize("kind", KINDS)
def test_a_scanner_costs_no_answer_and_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, milliseconds: int
) -> None:
    file = tmp_path / "mali.yaml"
    for number in range(3):
        store = Store(file, CATALOGUE)
        if file.exists():
            store.load()
        store.save(PENDING.with_about("response", f"Response {number}"))
    backups = Backups(file).paths()
    process = subprocess.Popen(
        [sys.executable, "-m", "dtm_mapper", "edit", file.name, "--plain", "--at", "unhcr"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    scanner = Scanner(tmp_path, KINDS[kind], milliseconds / 1000)
    scanner.start()
    try:
        assert process.stdin is not None
        for number in range(ANSWERS):
            process.stdin.write(f"+ Name {number}\n:back\n".encode())
            process.stdin.flush()
            time.sleep(0.05)
        shown = process.communicate(b":quit\n")[0].decode("utf-8", "replace")
    finally:
        scanner.ended.set()
        scanner.join()
    mapping, _warnings = Store(file, CATALOGUE).load()
    names = {user.name for user in mapping.users("un-agencies", "unhcr")}
    with capsys.disabled():
        print(f"\n{kind}, {milliseconds} ms: opened {dict(scanner.opened)}, {len(names)} answers in the file")
    assert process.returncode == 0, shown
    assert names == {f"Name {number}" for number in range(ANSWERS)}
    assert "could not be saved" not in shown
    assert "no backup could be made" not in shown
    assert {path.name for path in tmp_path.iterdir()} == {file.name, Backups(file).folder.name}
    assert set(backups) < set(Backups(file).paths()) == set(Backups(file).folder.iterdir())
    assert scanner.opened.total() > ANSWERS // 6
