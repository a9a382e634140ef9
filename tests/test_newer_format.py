"""A file of a newer format is refused with one plain message, whatever else is in it."""

from pathlib import Path

import pytest

from dtm_mapper import catalogue_file as catalogues
from dtm_mapper.catalogue_file import default_path
from dtm_mapper.mappingfile import parse
from strategies import CATALOGUE
from test_cli import run

FILE = """\
format: dtm-mapping/1
response: Mali
depth: full
created: '2026-11-22'
updated: '2026-11-22'
catalogue: {id: dtm-data-users, version: '2'}
"""
#: What a newer format may have, and this program does not take.
TROUBLE = ("layers: [a]", "layers: &a [b]", "layers: *a", "\tlayers: [", "<<: {a: b}", "format: again")


def changed(*changes: tuple[str, str]) -> str:
    source = FILE
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize("version", ["2", "1.1", "10", "1.0.1"])
@pytest.mark.parametrize("trouble", ["", *TROUBLE])
def test_one_plain_message_says_what_to_do(version: str, trouble: str) -> None:
    source = changed(("dtm-mapping/1", f"dtm-mapping/{version}"), ("depth: full", trouble or "depth: full"))
    mapping, problems = parse(source.encode(), CATALOGUE)
    assert mapping is None
    assert [(problem.line, problem.quote) for problem in problems] == [(1, ())]
    assert problems[0].what == (
        f"the file was written by a newer dtm-map: its format is “dtm-mapping/{version}”, "
        "and this dtm-map reads “dtm-mapping/1”; update dtm-map to use it"
    )


@pytest.mark.parametrize(
    "line",
    [
        "format: 'dtm-mapping/2'",
        'format: "dtm-mapping/2"  # new',
        "# a\n\nformat : dtm-mapping/2",
        "---\nformat: dtm-mapping/2",
        "\ufeff'format': dtm-mapping/2",
        "# a\r\n# b\r\nformat: dtm-mapping/2\r",
        "# a\rformat: dtm-mapping/2\r",
        "#" * 10_000 + "\nformat: dtm-mapping/2",
    ],
)
def test_however_the_line_is_written(line: str) -> None:
    source = changed(("format: dtm-mapping/1", line), ("depth: full", "layers: &a [b]"))
    _mapping, (problem,) = parse(source.encode(), CATALOGUE)
    assert "written by a newer dtm-map" in problem.what
    assert problem.line == len(line.rstrip("\r").splitlines())


@pytest.mark.parametrize("version", ["0", "0.9", "x", "", "1x", "2/3", "9" * 100])
def test_what_is_no_newer_version_is_not_called_one(version: str) -> None:
    _mapping, problems = parse(changed(("mapping/1", f"mapping/{version}")).encode(), CATALOGUE)
    assert [problem.line for problem in problems] == [1]
    assert "the format is “dtm-mapping/" in problems[0].what
    assert "newer" not in problems[0].what


@pytest.mark.parametrize(
    "command", ["status", "report", "edit --plain", "new --plain", "import source.json", "check"]
)
def test_every_command_that_opens_it_says_so_and_leaves_it(tmp_path: Path, command: str) -> None:
    file = tmp_path / "mali.yaml"
    file.write_text(changed(("mapping/1", "mapping/2"), ("depth:", "layers:")), encoding="utf-8")
    before = file.read_bytes()
    example = Path(__file__).parents[1] / "examples" / "coxs-bazar.json"
    (tmp_path / "source.json").write_bytes(example.read_bytes())
    result = run(*command.split(), "mali.yaml", cwd=tmp_path)
    said = (result.out + result.err).splitlines()
    assert result.code == (1 if command == "check" else 2)
    assert "mali.yaml:1: the file was written by a newer dtm-map" in said[0]
    assert len(said) == (1 if command == "check" else 2)
    assert (file.read_bytes(), len(list(tmp_path.iterdir()))) == (before, 2)


def test_restore_says_which_of_the_files_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mali.yaml"
    file.write_text(FILE, encoding="utf-8")
    edit = ("edit", "--plain", "mali.yaml", "--at", "response")
    run(*edit, cwd=tmp_path, given="Changed\n:quit\n")
    (backup,) = (tmp_path / "mali-backups").iterdir()
    newer = changed(("mapping/1", "mapping/2"))
    backup.write_text(newer, encoding="utf-8")
    listed = " ".join(run("restore", "mali.yaml", cwd=tmp_path).out.split())
    assert "It cannot be opened: the file was written by a newer dtm-map" in listed
    backup.write_text(FILE, encoding="utf-8")
    file.write_text(newer, encoding="utf-8")
    listed = " ".join(run("restore", "mali.yaml", cwd=tmp_path).out.split())
    assert "cannot be compared with the file as it is: the file was written by a newer dtm-map" in listed


@pytest.mark.parametrize("version", ["2", "1.1"])
def test_a_newer_catalogue_is_refused_in_the_same_way(tmp_path: Path, version: str) -> None:
    source = default_path().read_text(encoding="utf-8").replace("catalogue/1", f"catalogue/{version}")
    source = source.replace("sections:", "parts: &a\nsections:")
    assert catalogues.parse(source.encode())[0] is None
    (tmp_path / "own.yaml").write_text(source, encoding="utf-8")
    checked = run("check", "own.yaml", cwd=tmp_path)
    assert checked.code == 1
    assert len(checked.out.splitlines()) == 1
    assert "the file was written by a newer dtm-map" in checked.out
    used = run("new", "--plain", "mali.yaml", "--catalogue", "own.yaml", cwd=tmp_path)
    assert used.code == 2
    assert "the file was written by a newer dtm-map" in used.err
