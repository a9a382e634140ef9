"""A power cut, a crash, a kill: whatever ends an interview, the file is whole and holds every answer."""

import os
import random
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dtm_mapper.interview.walk import Place
from dtm_mapper.mappingfile import parse
from kills import ROWS, TYPED, Answers, Killed, judged, kill_at_a_step, recorded
from strategies import CATALOGUE

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not of Windows", allow_module_level=True)

from pseudoterminal import Pseudoterminal

EMPTY_LINE = "\x15"


def killed(file: Path, run: int, chance: random.Random) -> Killed:
    """Goes on with a mapping, or begins one, types answers, and kills the interview at a random instant."""
    before: Answers = {}
    if file.exists():
        start = chance.randrange(len(ROWS) - TYPED)
        mapping, _problems = parse(file.read_bytes(), CATALOGUE)
        assert mapping is not None
        before = recorded(mapping)
        arguments, places, skipped = ["edit", "--at", str(ROWS[start])], ROWS[start:], ""
    else:
        arguments, places, skipped = ["new"], [Place("", "response"), *ROWS], "\r\r"
    at_a_step, in_a_save = run % 3 == 0, run % 3 == 1
    environment = {}
    if at_a_step:
        environment = kill_at_a_step(file.with_name("hook"), chance)
    typed = {place: f"r{run}n{number}" for number, place in enumerate(places[:TYPED])}
    first, *rest = (f"{EMPTY_LINE}{text}\r" for text in typed.values())
    with Pseudoterminal(*arguments, file.name, cwd=file.parent, environment=environment) as terminal:
        terminal.wait_for("? help")
        when = 30.0 if at_a_step else chance.random()
        killer = threading.Thread(target=kill, args=(terminal, file.parent, when, in_a_save))
        killer.start()
        terminal.send(first + skipped + "".join(rest))
        terminal.wait_for_exit()
        killer.join()
        # The quiet line that says what was recorded; only behind it comes the next question.
        confirmed = set(re.findall(rf": (r{run}n\d+)\x1b", terminal.output.decode(errors="replace")))
    return judged(file, before, typed, confirmed)


def kill(terminal: Pseudoterminal, folder: Path, when: float, in_a_save: bool) -> None:
    """Kills at an instant of the time in which the answers are worked off; or when a save is next seen."""
    # The instant, which waits for nothing; it has ended before where it was killed at a step.
    with suppress(subprocess.TimeoutExpired):
        terminal.process.wait(when)
    end = time.monotonic() + 1
    while in_a_save and time.monotonic() < end:
        if any(name.endswith(".tmp") for name in os.listdir(folder)):  # noqa: PTH208 (there is no time)
            break
    terminal.process.kill()


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.campaign)])
def test_a_kill_at_any_instant_costs_no_answer_but_the_one_being_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kills: int
) -> None:
    chance = random.Random(kills)
    results = []
    for run in range(kills):
        # Ten interviews in a row on one file, each over the remains of the one before.
        folder = tmp_path / str(run // 10)
        folder.mkdir(exist_ok=True)
        results.append(killed(folder / "mapping.yaml", run, chance))
    unreadable = sum(not result.whole for result in results)
    lost = sum(result.lost for result in results)
    confirmed = sum(result.confirmed for result in results)
    in_a_save = sum(result.in_a_save for result in results)
    with capsys.disabled():
        print(f"\n{kills} kills, {in_a_save} of them in the middle of a save, {confirmed} answers:")
        print(f"{unreadable} files that do not parse, {lost} answers lost beyond the one being typed")
    assert (unreadable, lost) == (0, 0)
    assert confirmed > kills


def test_what_a_killed_session_left_behind_is_gone_after_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    for run in range(3):
        killed(file, 3 * run + 1, random.Random(run))
    with Pseudoterminal("edit", "--at", str(ROWS[0]), file.name, cwd=tmp_path) as terminal:
        terminal.wait_for("? help")
        terminal.send(f"{EMPTY_LINE}The last one\r:quit\r")
        assert terminal.wait_for_exit() == 0
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"mapping.yaml", "mapping-backups"}
    backups = list((tmp_path / "mapping-backups").iterdir())
    assert backups
    assert all(parse(path.read_bytes(), CATALOGUE)[0] is not None for path in backups)
