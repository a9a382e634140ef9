"""Kills of interviews that read their answers line by line: the same on every system, and on Windows as
TerminateProcess and a closing window end them, without a line of ours."""

import random
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dtm_mapper.mappingfile import parse
from dtm_mapper.store.backups import Backups
from kills import ROWS, TYPED, Answers, Killed, judged, kill_at_a_step, recorded
from strategies import CATALOGUE
from test_cli import environment, run


def killed(file: Path, number: int, chance: random.Random) -> Killed:
    """Continue a mapping, or start one, give answers, and kill the interview at a random instant."""
    before: Answers = {}
    if file.exists():
        start = chance.randrange(len(ROWS) - TYPED)
        mapping, _problems = parse(file.read_bytes(), CATALOGUE)
        assert mapping is not None
        before = recorded(mapping)
        arguments, places, given = ["edit", "--at", str(ROWS[start])], ROWS[start:], ""
    else:
        arguments, places, given = ["new"], ROWS, "\n\n\n"
    typed = {place: f"r{number}n{count}" for count, place in enumerate(places[:TYPED])}
    at_a_step = number % 2 == 0
    variables = kill_at_a_step(file.with_name("hook"), chance) if at_a_step else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "dtm_mapper", *arguments, "--plain", file.name],
        cwd=file.parent,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    # All of it fits into the pipe. Without an end, the interview waits after the last answer.
    process.stdin.write((given + "".join(f"{text}\n" for text in typed.values())).encode())
    process.stdin.flush()
    confirmed: set[str] = set()
    count = TYPED if at_a_step else chance.randint(1, TYPED)
    killer = threading.Timer(chance.random() / 50, process.kill)
    for line in process.stdout:
        # The line that says what was recorded.
        confirmed |= set(re.findall(rf": (r{number}n\d+)\r?\n", line.decode("utf-8", "replace")))
        if len(confirmed) == count and killer.ident is None:
            killer.start()
    process.wait()
    process.stdin.close()
    return judged(file, before, typed, confirmed)


@pytest.mark.parametrize("kills", [4, pytest.param(150, marks=pytest.mark.campaign)])
def test_a_kill_costs_no_answer_and_no_backup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kills: int
) -> None:
    chance = random.Random(kills)
    results = []
    for number in range(kills):
        # Ten interviews in a row on one file, each over the remains of the one before.
        folder = tmp_path / str(number // 10)
        folder.mkdir(exist_ok=True)
        file = folder / "mapping.yaml"
        backups = Backups(file).paths()
        results.append(killed(file, number, chance))
        assert set(backups) <= set(Backups(file).paths())
    for folder in (path for path in tmp_path.iterdir() if (path / "mapping.yaml").exists()):
        done = run("edit", "mapping.yaml", "--plain", "--at", "response", given="Last\n:quit\n", cwd=folder)
        assert done.code == 0
        assert {path.name for path in folder.iterdir()} <= {"mapping.yaml", "mapping-backups", "hook"}
        for backup in (folder / "mapping-backups").iterdir():
            assert backup.suffix == ".yaml"
            assert parse(backup.read_bytes(), CATALOGUE)[0] is not None
    unreadable = sum(not result.whole for result in results)
    lost = sum(result.lost for result in results)
    confirmed = sum(result.confirmed for result in results)
    in_a_save = sum(result.in_a_save for result in results)
    with capsys.disabled():
        print(f"\n{kills} kills, {in_a_save} of them in the middle of a save, {confirmed} answers:")
        print(f"{unreadable} files that do not parse, {lost} answers lost beyond the one being typed")
    assert (unreadable, lost) == (0, 0)
    assert confirmed > kills
