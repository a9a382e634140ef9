"""`python -m bench` prints the table of ratios."""

import argparse
import gc
import shutil
import sys
import time
from statistics import median

from bench.enter import next_question
from bench.files import files
from bench.imports import imports
from bench.keys import counts
from bench.lists import lists
from bench.page import page
from bench.ratio import Ratio
from bench.reports import formats
from bench.startup import first_question, version
from dtm_mapper.__main__ import COLLECTING

_COLUMNS = "{:<54} {:>8}  {:<23} {:>8} {:>6}  {:<11} {:>5}  {}"
_COUNTS = "{:<54} {:>8}  {:<23} {:>8}"


def main() -> int:
    """The exit code: 1 where --strict was given and a bound was not kept."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measures ratios, with their bounds."
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a bound is not kept")
    asked = parser.parse_args()
    gc.set_threshold(*COLLECTING)
    began = time.perf_counter()
    print(_COLUMNS.format("what", "ms", "against", "ms", "ratio", "quartiles", "bound", "kept"), flush=True)
    kept = True
    in_terminal = [] if sys.platform == "win32" else [first_question, next_question, lists]
    for measure in (version, *in_terminal, files, formats, imports, page):
        for ratio in measure(asked.quick):
            print(_line(ratio), flush=True)
            kept = kept and ratio.kept
    if not in_terminal:
        print("The questions are not measured here: they need a pseudo-terminal, which Windows has not.")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("The page is not measured here: it needs chromium and chromedriver.")
    print(_COUNTS.format("Cox's Bazar, the whole example", "prompts", "keys beyond its text", "all keys"))
    for count in counts(asked.quick):
        what = f"typed at depth {count.depth}, lists by {'words and signs' if count.signs else 'words alone'}"
        print(_COUNTS.format(what, count.prompts, count.beyond, count.keys), flush=True)
    print(f"measured in {time.perf_counter() - began:.0f} s")
    return 1 if asked.strict and not kept else 0


def _line(ratio: Ratio) -> str:
    low, value, high = ratio.quartiles
    return _COLUMNS.format(
        ratio.what,
        f"{median(ratio.ours) * 1000:.4g}",
        ratio.against,
        f"{median(ratio.theirs) * 1000:.4g}",
        f"{value:.3f}",
        f"{low:.2f}-{high:.2f}",
        f"{ratio.bound:.2f}",
        "yes" if ratio.kept else "NO",
    )


if __name__ == "__main__":
    sys.exit(main())
