"""Interviews in the two kinds of Windows consoles, as an operator sees them."""

from pathlib import Path
from typing import get_args

import pytest

from keys import ENTER, SHIFT_TAB, alt_gr, ctrl
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
