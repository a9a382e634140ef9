"""Standard output may be full, closed or without a reader, and standard error full: no traceback ever."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from dtm_mapper.catalogue_file import default_path
from dtm_mapper.cli import app
from dtm_mapper.reports import FORMATS
from pseudoterminal import Pseudoterminal
from test_cli import MAPPING, environment

FULL = Path("/dev/full")
#: Every command, with arguments that make it print a result. A new command needs a line here.
ARGUMENTS = {
    "new": "new --plain new.yaml",
    "edit": "edit --plain mali.yaml",
    "report": "report mali.yaml -f json -o -",
    "worksheet": "worksheet -o worksheet.docx --yes",
    "import": "import source.csv mali.yaml --yes",
    "schema": "schema mapping",
    "status": "status mali.yaml",
    "restore": "restore mali.yaml",
    "check": "check mali.yaml",
    "catalogue": "catalogue",
}
MESSAGE = (
    "dtm-map: standard output: it cannot be written (No space left on device)\n"
    "  Make room on the disk, or send the output to another place.\n"
)
commands: Any = get_command(app)
RUNS = [
    *("--version", "--help", "-h", "--show-completion bash", "--install-completion bash", ""),
    *(f"{name} --help" for name in commands.commands),
    *ARGUMENTS.values(),
    *("report mali.yaml", "report mali.yaml -f xlsx -o -", "catalogue --yaml", "restore mali.yaml --put 1"),
]
# Wine shows the files of Linux, but writes nothing to this one.
needs_full = pytest.mark.skipif(
    not FULL.exists() or sys.platform == "win32", reason="this system has no /dev/full"
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs limits or pseudo-terminals of POSIX")
BUFFERED = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program in a folder with a mapping and a backup of it; its streams may be given."""
    backups = tmp_path / "mali-backups"
    backups.mkdir()
    for path in (tmp_path / "mali.yaml", backups / "2026-11-22 10.00.00.yaml"):
        path.write_text(MAPPING, encoding="utf-8")
    (tmp_path / "source.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")

    def run(arguments: str, unbuffered: str = "", **options: Any) -> "subprocess.CompletedProcess[bytes]":
        home = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "dtm_mapper", *arguments.split()],
            cwd=tmp_path,
            env=environment(PYTHONUNBUFFERED=unbuffered, **home),
            timeout=60,
            check=False,
            **{"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options},
        )
        assert not any(word in (done.stderr or b"") for word in (b"Traceback", b"Exception", b"mistake"))
        return done

    return run


def test_every_command_is_here() -> None:
    assert set(ARGUMENTS) == set(commands.commands)


@needs_full
@BUFFERED
@pytest.mark.parametrize("arguments", RUNS)
def test_a_full_disk_ends_every_command_with_a_message_and_2(
    run: Run, arguments: str, unbuffered: str
) -> None:
    with FULL.open("wb") as full:
        done = run(arguments, unbuffered, stdout=full)
    assert done.returncode == 2
    assert done.stderr.decode().endswith(MESSAGE)
    assert done.stderr.decode().count(MESSAGE) == 1


@needs_full
@BUFFERED
def test_completing_a_word_on_a_full_disk_ends_with_2(tmp_path: Path, unbuffered: str) -> None:
    program = shutil.which("dtm-map", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("dtm-map is not installed beside this Python")
    words = {"_DTM_MAP_COMPLETE": "complete_bash", "COMP_WORDS": "dtm-map re", "COMP_CWORD": "1"}
    with FULL.open("wb") as full:
        done = subprocess.run(
            [program],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(PYTHONUNBUFFERED=unbuffered, **words),
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr.decode()) == (2, MESSAGE)


@needs_full
@pytest.mark.parametrize("arguments", [*RUNS, "nwe", "status none.yaml", "new"])
def test_nothing_can_be_printed_at_all(run: Run, arguments: str) -> None:
    with FULL.open("wb") as full:
        assert run(arguments, stdout=full, stderr=full).returncode == 2


@needs_full
@BUFFERED
@pytest.mark.parametrize(("arguments", "code"), [("status none.yaml", 2), ("check mali.yaml", 0)])
def test_a_full_standard_error_changes_nothing(run: Run, arguments: str, code: int, unbuffered: str) -> None:
    with FULL.open("wb") as full:
        assert run(arguments, unbuffered, stdout=subprocess.PIPE, stderr=full).returncode == code


@posix
@BUFFERED
@pytest.mark.parametrize("arguments", ["catalogue --yaml", "catalogue", "schema mapping"])
def test_a_disk_that_fills_up_half_way_is_noticed(
    run: Run, tmp_path: Path, arguments: str, unbuffered: str
) -> None:
    out = tmp_path / "out"
    with out.open("wb") as file:
        done = run(arguments, unbuffered, stdout=file, preexec_fn=partial(limit_files, 1500))
    assert done.returncode == 2
    assert b"standard output: it cannot be written" in done.stderr
    assert len(out.read_bytes()) == 1500


@posix
@BUFFERED
def test_answers_are_saved_before_output_fails(run: Run, tmp_path: Path, unbuffered: str) -> None:
    (tmp_path / "answers").write_text("Mali\nMLI\n" + "\n" * 3 + "A body\n" * 50, encoding="utf-8")
    with (tmp_path / "answers").open("rb") as answers, (tmp_path / "out").open("wb") as out:
        limit = partial(limit_files, 2000)
        done = run("new --plain new.yaml", unbuffered, stdin=answers, stdout=out, preexec_fn=limit)
    assert done.returncode == 2
    said = done.stderr.decode()
    assert said.startswith("The mapping is in new.yaml\nTo go on here: ")
    assert "standard output: it cannot be written" in said
    saved = (tmp_path / "new.yaml").read_text(encoding="utf-8")
    assert "response: Mali\ncountry: MLI\n" in saved
    assert "name: A body" in saved


def limit_files(size: int) -> None:
    """Let no file that this process writes become larger than `size` bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@BUFFERED
@pytest.mark.parametrize(
    "arguments", ["--version", "--help", "schema mapping", "catalogue", "check mali.yaml"]
)
def test_a_reader_that_leaves_early_is_no_error(run: Run, arguments: str, unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(arguments, unbuffered, stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
@pytest.mark.parametrize(
    "arguments", ["--version", "catalogue --yaml", "report mali.yaml -o -", "check mali.yaml"]
)
def test_a_closed_standard_output_is_no_error(run: Run, arguments: str) -> None:
    done = run(arguments, preexec_fn=partial(os.close, 1))
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_result_is_complete_and_in_its_place(run: Run) -> None:
    for unbuffered in ("", "1"):
        done = run("catalogue --yaml", unbuffered, stdout=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (0, default_path().read_bytes())


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_goes_to_a_pipe_or_a_file_in_every_format(run: Run, tmp_path: Path, name: str) -> None:
    arguments = f"report mali.yaml -f {name} -o -"
    with (tmp_path / "out").open("wb") as out:
        assert run(arguments, stdout=out).returncode == 0
    content = (tmp_path / "out").read_bytes()
    assert run(arguments, stdout=subprocess.PIPE).stdout == content
    assert content.startswith(b"PK") == (name in ("docx", "xlsx"))


@posix
@pytest.mark.parametrize("name", FORMATS)
def test_a_terminal_gets_only_reports_that_are_text(tmp_path: Path, name: str) -> None:
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8")
    with Pseudoterminal("report", "mali.yaml", "-f", name, "-o", "-", cwd=tmp_path, columns=120) as terminal:
        code = terminal.wait_for_exit()
        if name not in ("docx", "xlsx"):
            assert (code, "WFP Bangladesh" in terminal.history()) == (0, True)
            return
        assert code == 2
        assert terminal.text().splitlines() == [
            "dtm-map: standard output: this format is not text, so a terminal cannot show it",
            "  Name a file with -o, or send the output to a file or to another program.",
        ]
