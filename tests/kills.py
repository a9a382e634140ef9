"""What a killed interview left: shared by the kills in a terminal and those through pipes."""

import os
import random
from pathlib import Path
from typing import NamedTuple

from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import Mapping
from dtm_mapper.mappingfile import parse
from strategies import CATALOGUE

PLACES = Walk(CATALOGUE, Mapping(CATALOGUE.id, CATALOGUE.version, "")).names()
ROWS = [place for place in PLACES if place.section]
#: How many answers are typed, all at once, before a kill.
TYPED = 20

#: What a save does on the disk. A kill by the clock rarely falls between two such steps.
STEPS = ("open", "write", "flush", "close", "fsync", "chmod", "chown", "replace", "rename", "unlink", "mkdir")
#: Loaded by the interview's interpreter before anything else: a kill at one of these steps of its saves.
AT_A_STEP = f"""\
import os, signal, sys
left, saving = int(os.environ["KILLED_AT_STEP"]), 0
def step(frame, event, function):
    global left, saving
    if frame.f_code.co_name == "save" and frame.f_code.co_filename.endswith("store.py"):
        saving += (event == "call") - (event == "return")
    if saving and event in ("c_call", "c_return") and function.__name__ in {STEPS}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))
sys.setprofile(step)
"""

Answers = dict[Place, str]


class Killed(NamedTuple):
    """What a kill left: whether the file is whole, how many answers the screen had confirmed, how many of
    these and of those before are lost, and whether the kill fell into the middle of a save."""

    whole: bool
    confirmed: int
    lost: int
    in_a_save: bool


def recorded(mapping: Mapping) -> Answers:
    """Each answer at its place."""
    found = {place: "; ".join(user.name for user in mapping.users(*place[:2])) for place in ROWS}
    found[Place("", "response")] = mapping.response
    return {place: text for place, text in found.items() if text}


def kill_at_a_step(folder: Path, chance: random.Random) -> dict[str, str]:
    """Return the environment of an interview that kills itself at a step of one of its saves."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(AT_A_STEP, encoding="utf-8")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    return {"PYTHONPATH": path, "KILLED_AT_STEP": str(chance.randint(1, 300))}


def judged(file: Path, before: Answers, typed: Answers, confirmed: set[str]) -> Killed:
    """Judge what a kill left of the answers that were there and those that were typed."""
    in_a_save = any(path.suffix == ".tmp" for path in file.parent.iterdir())
    said = [place for place, text in typed.items() if text in confirmed]
    assert said == list(typed)[: len(said)]
    if not file.exists():
        return Killed(not before, len(said), len(said), in_a_save)
    mapping, problems = parse(file.read_bytes(), CATALOGUE)
    if mapping is None or problems:
        return Killed(False, len(said), 0, in_a_save)
    after = recorded(mapping)
    lost = sum(after.get(place) != typed[place] for place in said)
    # Of what was not confirmed, one answer may be in the file already; all else is as it was.
    under_way = list(typed)[len(said) : len(said) + 1]
    for place in (place for place in {*before, *after} if place not in said):
        mine = place in under_way and after.get(place) == typed[place]
        lost += not mine and after.get(place) != before.get(place)
    return Killed(True, len(said), lost, in_a_save)
