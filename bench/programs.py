"""The programs that are measured, and the environment that they run in."""

import os
import sys
import tempfile
from pathlib import Path

#: Variables by which the surroundings would change what is measured.
_UNWANTED = (
    "COLUMNS",
    "DTM_MAP_CATALOGUE",
    "LINES",
    "NO_COLOR",
    "PROMPT_TOOLKIT_NO_CPR",
    "PYTHONDONTWRITEBYTECODE",
)
# Bytecode is there from the second run on, as after an installation, and stays out of the checkout.
_BYTECODE = tempfile.TemporaryDirectory(prefix="bench-")


def dtm_map(*arguments: str) -> list[str]:
    """The command as the environment of this interpreter has it."""
    script = Path(sys.executable).with_name("dtm-map.exe" if sys.platform == "win32" else "dtm-map")
    return [*([str(script)] if script.exists() else [sys.executable, "-m", "dtm_mapper"]), *arguments]


def python(code: str) -> list[str]:
    """The command that runs some lines of Python."""
    return [sys.executable, "-c", code]


def environment() -> dict[str, str]:
    """The same for each program."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return {**kept, "TERM": "xterm-256color", "PYTHONPYCACHEPREFIX": _BYTECODE.name}
