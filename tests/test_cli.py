"""What the commands promise, asked of the real program: words, exit codes, and what is left alone."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from dtm_mapper import __version__
from dtm_mapper.catalogue_file import default_path, load
from dtm_mapper.catalogue_texts import texts_beside
from dtm_mapper.reports import FORMATS

COMMANDS = (
    *("new", "edit", "report", "worksheet", "import"),
    *("schema", "status", "restore", "check", "catalogue"),
)
#: What the program says instead of a traceback.
BUG = "this is a mistake in dtm-map"
ASCII_ONLY = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs rights, signals or terminals of POSIX")

MAPPING = """\
format: dtm-mapping/1
response: Test response
country: BGD
prepared_by: NPM
depth: full
created: '2020-01-01'
updated: '2020-01-02'
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: un-agencies
  rows:
  - example: wfp
    label: WFP
    users:
    - name: WFP Bangladesh
      levels: [strategic, operational]
      needs: [food, Age of the shelters]
      frequency: each-round
      focal_point: Head of VAM
      contact: vam@example.org
      verified: '2020-01-02'
    - name: Société Élan
      levels: [strategic]
      verified: '9999-01-01'
  - example: unhcr
    label: UNHCR
    pending: Ask the ISCG
  - example: ocha
    label: OCHA
    not_applicable: Closed
    verified: '2020-01-02'
  others:
  - name: UN Women
"""

SMALL = """\
format: dtm-catalogue/1
id: small
version: '1'
title: Small catalogue
fields:
- id: levels
  label: Level
  type: select_multiple
  depth: standard
  visibility: public
  choices:
  - {id: strategic, label: Strategic}
  - {id: operational, label: Operational}
- id: needs
  label: Needs
  type: select_multiple
  depth: standard
  visibility: public
  or_other: true
  interests: true
  choices:
  - {id: food, label: Food}
  - {id: cash, label: Cash}
- id: area
  label: Area
  type: text
  depth: full
  visibility: public
sections:
- id: agencies
  title: Agencies
  note: A note.
  reminder: A reminder.
  examples:
  - {id: wfp, name: WFP, interests: [food]}
  - {id: unhcr, name: UNHCR}
  - {id: ocha, name: OCHA}
"""


class Result(NamedTuple):
    """How a run of the program ended, with `\\n` at the ends of lines on every system."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The environment for a run: this one, with the program on its path as in a virtual environment that
    is activated, and without what would change what the program says."""
    ours = ("DTM_MAP_CATALOGUE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    python = ("PYTHONHASHSEED", "PYTHONUNBUFFERED")
    kept = {key: text for key, text in os.environ.items() if key not in (*ours, *python)}
    return kept | {"PYTHONUTF8": "1", "PATH": path} | more


def run(*arguments: str | Path, cwd: Path, given: str | bytes = b"", python: str = "", **more: str) -> Result:
    """Runs the program to its end; it must never end with a traceback. `given` is its standard input,
    `python` options of the interpreter, `more` variables of its environment."""
    done = subprocess.run(
        [sys.executable, *python.split(), "-m", "dtm_mapper", *map(str, arguments)],
        cwd=cwd,
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        env=environment(**more),
        timeout=60,
        check=False,
    )
    out, err = (text.decode().replace("\r\n", "\n") for text in (done.stdout, done.stderr))
    assert not any(word in err for word in ("Traceback", "Exception ignored", BUG)), err
    return Result(done.returncode, out, err)


def files_in(folder: Path) -> dict[str, bytes | None]:
    """Every file in a folder with its bytes, and every folder."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a mapping, a second one, and what is none."""
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8", newline="\n")
    (tmp_path / "newer.yaml").write_text(MAPPING.replace("mapping/1", "mapping/2"), encoding="utf-8")
    (tmp_path / "foreign.yaml").write_text("shopping: [bread, milk]\n", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(SMALL.replace("title: S", "titel: S"), encoding="utf-8")
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_has_help_with_an_example(self, tmp_path: Path, command: str) -> None:
        result = run(command, "--help", cwd=tmp_path)
        assert (result.code, result.err) == (0, "")
        assert f"Example: dtm-map {command}" in result.out
        assert max(map(len, result.out.splitlines())) <= 80

    def test_the_help_of_report_names_every_format(self, tmp_path: Path) -> None:
        (line,) = re.findall(r"--format FORMAT((?:.*\n){2})", run("report", "--help", cwd=tmp_path).out)
        assert set(FORMATS) <= set(re.findall("[a-z]+", line))

    def test_without_a_terminal_dtm_map_alone_shows_the_help(self, tmp_path: Path) -> None:
        result = run(cwd=tmp_path)
        assert (result.code, result.err) == (0, "")
        assert result.out.strip() == run("--help", cwd=tmp_path).out.strip()
        listed = re.findall(r"^  ([a-z]+)  ", result.out, re.MULTILINE)
        assert sorted(listed) == sorted(COMMANDS)

    def test_what_a_command_does_is_not_cut_short_in_the_list(self, tmp_path: Path) -> None:
        commands = run("--help", cwd=tmp_path).out.partition("Commands:")[2]
        assert "..." not in commands

    @pytest.mark.parametrize("command", ["new", "status"])
    def test_an_argument_stands_once_in_the_line_of_usage(self, tmp_path: Path, command: str) -> None:
        usage = run(command, "--help", cwd=tmp_path).out.splitlines()[0]
        assert usage.count("[") == usage.count("FILE") + 1

    def test_version(self, tmp_path: Path) -> None:
        assert run("--version", cwd=tmp_path) == Result(0, f"dtm-map {__version__}\n", "")

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            ("nwe", "nwe"),
            ("new --dept full", "--dept"),
            ("new --depth deep", "deep"),
            ("status --stale -1", "--stale"),
            ("status --stale 99999999999999", "--stale"),
            ("report a.yaml b.yaml", "b.yaml"),
            ("import", "SOURCE"),
            ("schema", "KIND"),
            ("edit mali.yaml --plain --missing --verify", "--missing"),
        ],
    )
    def test_wrong_usage_is_2_and_says_what_is_wrong(self, folder: Path, arguments: str, named: str) -> None:
        result = run(*arguments.split(), cwd=folder)
        assert (result.code, result.out) == (2, "")
        assert named in result.err


class TestBadInput:
    """One message (where, what, how to mend), the exit code, nothing written, before the first question."""

    def refused(self, result: Result, code: int, where: str, *words: str) -> None:
        assert (result.code, result.out) == (code, "")
        first, *others = result.err.splitlines()
        assert first.startswith(f"dtm-map: {where}")
        assert all(word in result.err for word in words)
        assert any(line.startswith("  ") and line.strip() for line in others), "how to mend it"

    @pytest.mark.parametrize(
        ("arguments", "where", "words"),
        [
            ("new --plain no/such.yaml", "no/such.yaml", ("folder", "does not exist")),
            ("report no/such.yaml", "no/such.yaml", ("does not exist",)),
            ("new --plain mali.yaml/such.yaml", "mali.yaml/such.yaml", ()),
            ("new --plain folder", "folder", ("this is a folder",)),
            ("new --plain mali.docx", "mali.docx", ("name of a report", "mali.yaml")),
            ("report folder", "folder", ("this is a folder",)),
            ("status folder", "folder", ("this is a folder",)),
            ("check folder", "folder", ("this is a folder",)),
            ("edit --plain none.yaml", "none.yaml", ("no such file", "mali.yaml")),
            ("report none.yaml", "none.yaml", ("no such file", "mali.yaml")),
            ("status none.yaml", "none.yaml", ("no such file",)),
            ("restore none.yaml", "none.yaml", ()),
            ("restore folder", "folder", ("this is a folder",)),
            ("check none.yaml", "none.yaml", ("no such file",)),
            ("new --plain foreign.yaml", "foreign.yaml:1:", ("this is no mapping", "format: dtm-mapping/1")),
            ("report foreign.yaml", "foreign.yaml:1:", ("this is no mapping",)),
            ("status foreign.yaml", "foreign.yaml:1:", ("this is no mapping",)),
            ("edit --plain small.yaml", "small.yaml:1:", ("this is no mapping",)),
            ("new --plain newer.yaml", "newer.yaml:1:", ("dtm-mapping/2", "newer dtm-map")),
            ("report newer.yaml", "newer.yaml:1:", ("dtm-mapping/2", "newer dtm-map")),
            ("edit --plain mali.yaml --catalogue small.yaml", "mali.yaml:8:", ("dtm-data-users", "small")),
            ("report -f pdf mali.yaml", "pdf", ("no report format", "md")),
            ("report -o mali.pdf mali.yaml", "", ("pdf", "no report format", "md")),
            ("report -o no/such.md mali.yaml", "no/such.md", ("No such file", "-o")),
            ("report -o folder mali.yaml", "folder", ("-o",)),
            ("report -o folder --yes mali.yaml", "folder", ("-o",)),
            ("edit --plain mali.yaml --at nowhere", "--at nowhere", ("nothing in this mapping",)),
            ("edit --plain mali.yaml --at ministry", "--at ministry", ("government/ministry-health",)),
            ("new", "", ("needs a terminal", "--plain")),
            ("edit mali.yaml", "", ("needs a terminal", "--plain")),
        ],
    )
    def test_is_refused_with_2(
        self, folder: Path, arguments: str, where: str, words: tuple[str, ...]
    ) -> None:
        before = files_in(folder)
        result = run(*arguments.split(), cwd=folder, given="An answer\n" * 5)
        self.refused(result, 2, where.replace("/", os.sep) if "/" in where else where, *words)
        assert files_in(folder) == before

    @pytest.mark.parametrize(
        ("command", "named", "words"),
        [
            ("new --plain x.yaml", "none.yaml", ("--catalogue", "DTM_MAP_CATALOGUE")),
            ("new --plain x.yaml", "folder", ("Name a file",)),
            ("new --plain x.yaml", "broken.yaml", ("titel", "title")),
            ("new --plain x.yaml", "mali.yaml", ("dtm-mapping/1", "dtm-catalogue/1")),
            ("edit --plain mali.yaml", "none.yaml", ()),
            ("report mali.yaml", "broken.yaml", ()),
            ("status mali.yaml", "none.yaml", ()),
            ("check mali.yaml", "none.yaml", ()),
            ("restore mali.yaml", "broken.yaml", ()),
            ("catalogue", "none.yaml", ()),
            ("catalogue --yaml", "folder", ()),
        ],
    )
    def test_an_unreadable_catalogue_is_refused_by_every_command(
        self, folder: Path, command: str, named: str, words: tuple[str, ...]
    ) -> None:
        before = files_in(folder)
        result = run(*command.split(), "--catalogue", named, cwd=folder, given="An answer\n" * 5)
        self.refused(result, 2, named, *words)
        assert files_in(folder) == before

    def test_an_unreadable_catalogue_of_the_environment_is_refused_too(self, folder: Path) -> None:
        result = run("new", "--plain", "x.yaml", cwd=folder, DTM_MAP_CATALOGUE="none.yaml")
        self.refused(result, 2, "none.yaml", "DTM_MAP_CATALOGUE")

    @pytest.mark.parametrize(
        "command", ["new --plain", "edit --plain", "report", "status", "check", "catalogue --catalogue"]
    )
    def test_a_name_too_long_for_the_disk_is_refused(self, folder: Path, command: str) -> None:
        before = files_in(folder)
        name = "a" * 300 + ".yaml"
        self.refused(run(*command.split(), name, cwd=folder), 2, name)
        assert files_in(folder) == before

    @POSIX
    @pytest.mark.parametrize("command", ["new --plain", "edit --plain", "report", "status", "check"])
    def test_a_folder_that_may_not_be_read_is_refused(self, folder: Path, command: str) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may read every folder")
        shutil.copy(folder / "mali.yaml", folder / "folder")
        (folder / "folder").chmod(0)
        try:
            result = run(*command.split(), "folder/mali.yaml", cwd=folder)
        finally:
            (folder / "folder").chmod(0o755)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("dtm-map: folder/mali.yaml")

    @POSIX
    @pytest.mark.parametrize(
        ("command", "closed"),
        [
            ("new", "<&-"),
            ("new --plain x.yaml", "<&-"),
            ("new --plain x.yaml", ">&-"),
            ("", "<&-"),
            ("report mali.yaml -o -", ">&-"),
            ("report mali.yaml", "<&-"),
            ("catalogue --yaml", ">&-"),
        ],
    )
    def test_a_closed_stream_is_no_traceback(self, folder: Path, command: str, closed: str) -> None:
        (folder / "mali.md").write_text("Edited by hand.\n", encoding="utf-8")
        line = f"{shlex.quote(sys.executable)} -m dtm_mapper {command} {closed}"
        done = subprocess.run(
            line, shell=True, cwd=folder, capture_output=True, env=environment(), timeout=60, check=False
        )
        assert not any(word in done.stderr.decode() for word in ("Traceback", BUG)), done.stderr.decode()
        assert (folder / "mali.md").read_text(encoding="utf-8") == "Edited by hand.\n"


class TestCheck:
    def test_names_every_mistake_with_its_line_and_leaves_the_file(self, folder: Path) -> None:
        mistakes = (
            ("country: BGD", "contry: BGD", "contry", "country"),
            ("depth: full", "response: Again", "response", "repeated"),
            ("levels: [strategic, operational]", "levels: [stratgic, operational]", "stratgic", "strategic"),
        )
        text = MAPPING
        for right, wrong, *_words in mistakes:
            text = text.replace(right, wrong)
        copy = folder / "copy.yaml"
        copy.write_text(text, encoding="utf-8", newline="\r\n")
        before = files_in(folder)

        result = run("check", "copy.yaml", cwd=folder)
        assert (result.code, result.err) == (1, "")
        assert len(result.out.splitlines()) == len(mistakes)
        for said, (_right, wrong, *words) in zip(result.out.splitlines(), mistakes, strict=True):
            line = next(n for n, line in enumerate(text.splitlines(), 1) if wrong in line)
            assert said.startswith(f"copy.yaml:{line}: ")
            assert all(word in said for word in words)
        assert files_in(folder) == before

    def test_finds_nothing_in_what_is_right(self, folder: Path) -> None:
        result = run("check", "mali.yaml", default_path(), cwd=folder)
        assert (result.code, result.err) == (0, "")
        assert result.out == f"mali.yaml: no problems\n{default_path()}: no problems\n"

    def test_checks_all_files_that_are_named(self, folder: Path) -> None:
        result = run("check", "foreign.yaml", "mali.yaml", "newer.yaml", "broken.yaml", cwd=folder)
        assert (result.code, result.err) == (1, "")
        for name in ("foreign.yaml:1: ", "mali.yaml: no problems", "newer.yaml:1: ", "broken.yaml:"):
            assert name in result.out

    def test_a_file_that_cannot_be_read_does_not_hide_the_problems_of_the_next(self, folder: Path) -> None:
        result = run("check", "none.yaml", "foreign.yaml", cwd=folder)
        assert result.code == 2
        assert "none.yaml" in result.err
        assert "foreign.yaml:1: " in result.out

    def test_without_a_name_it_checks_the_mapping_here_and_the_catalogue(self, folder: Path) -> None:
        for name in ("mali.yaml", "newer.yaml"):
            (folder / name).unlink()
        catalogue_only = run("check", cwd=folder)
        checked = [default_path(), *texts_beside(default_path())]
        assert len(checked) == 4
        assert catalogue_only == Result(0, "".join(f"{file}: no problems\n" for file in checked), "")
        (folder / "dtm-mapping.yaml").write_text(MAPPING, encoding="utf-8")
        both = run("check", cwd=folder)
        assert both == Result(0, f"dtm-mapping.yaml: no problems\n{catalogue_only.out}", "")

    def test_warnings_alone_are_no_failure(self, folder: Path) -> None:
        text = MAPPING.replace("example: ocha", "example: gone")
        (folder / "old.yaml").write_text(text, encoding="utf-8")
        result = run("check", "old.yaml", cwd=folder)
        assert result.code == 0
        assert re.search(r"old\.yaml:\d+: warning: .*“gone”", result.out)

    @pytest.mark.parametrize("command", ["check", "status"])
    def test_what_a_file_holds_cannot_style_the_terminal(self, folder: Path, command: str) -> None:
        text = MAPPING.replace("BGD", '"\\e[31m"') + '"\\e]0;title\\a": x\n'
        (folder / "a.yaml").write_text(text, encoding="utf-8")
        (folder / "b.yaml").write_text(
            MAPPING.replace("example: ocha", 'example: "\\e[31m"'), encoding="utf-8"
        )
        for name in ("a.yaml", "b.yaml"):
            result = run(command, name, cwd=folder)
            assert name in result.out + result.err
            assert not set(result.out + result.err) & set("\x1b\x07")

    @pytest.mark.skipif(sys.platform == "win32", reason="no file can have such a name there")
    @pytest.mark.parametrize("command", ["check", "status"])
    def test_what_a_file_is_called_cannot_style_the_terminal(self, folder: Path, command: str) -> None:
        named = MAPPING.replace("response: Test response\n", "")
        (folder / "a\x1b[31mb.yaml").write_text(named, encoding="utf-8")
        result = run(command, "a\x1b[31mb.yaml", cwd=folder)
        assert "\x1b" not in result.out + result.err

    def test_says_the_same_every_time(self, folder: Path) -> None:
        (folder / "a.yaml").write_text(MAPPING + "xyzzy: 1\n", encoding="utf-8")
        results = {run("check", "a.yaml", "broken.yaml", cwd=folder, PYTHONHASHSEED=seed) for seed in "123"}
        assert len(results) == 1


class TestReport:
    def test_is_written_beside_the_mapping(self, folder: Path) -> None:
        result = run("report", "mali.yaml", cwd=folder)
        assert result == Result(0, "mali.md\n", "")
        assert (folder / "mali.md").read_bytes().startswith(b"# ")

    def test_of_the_default_file(self, folder: Path) -> None:
        (folder / "dtm-mapping.yaml").write_text(MAPPING, encoding="utf-8")
        assert run("report", cwd=folder) == Result(0, "dtm-mapping.md\n", "")

    @pytest.mark.parametrize(
        "arguments",
        ["-o out.md", "-o out.MD", "-f md -o out.txt", "-f md -o out"],
    )
    def test_goes_where_it_is_told_in_the_format_of_its_ending(self, folder: Path, arguments: str) -> None:
        out = arguments.split()[-1]
        before = files_in(folder)
        assert run("report", "mali.yaml", *arguments.split(), cwd=folder) == Result(0, f"{out}\n", "")
        after = files_in(folder)
        written = after.pop(out)
        assert written is not None
        assert written.startswith(b"# ")
        assert after == before

    def test_on_standard_output_is_the_report_alone(self, folder: Path) -> None:
        text = MAPPING.replace("example: ocha", "example: gone")
        (folder / "old.yaml").write_text(text, encoding="utf-8")
        before = files_in(folder)
        result = run("report", "old.yaml", "-o", "-", cwd=folder)
        assert result.code == 0
        assert result.out.startswith("# ")
        assert "warning" not in result.out
        assert "warning" in result.err
        assert files_in(folder) == before

    def test_is_the_same_bytes_every_time_and_under_every_locale(self, folder: Path) -> None:
        settings: list[dict[str, str]] = [
            {"PYTHONHASHSEED": "1"},
            {"PYTHONHASHSEED": "2"},
            ASCII_ONLY,
            {"COLUMNS": "20", "TZ": "Asia/Kathmandu"},
        ]
        found = {run("report", "mali.yaml", "-o", "-", cwd=folder, **setting) for setting in settings}
        assert len(found) == 1
        assert "Société Élan" in found.pop().out

    def test_over_an_edited_one_is_refused_but_with_yes(self, folder: Path) -> None:
        report = folder / "mali.md"
        run("report", "mali.yaml", cwd=folder)
        assert run("report", "mali.yaml", cwd=folder).code == 0

        written = report.read_bytes()
        report.write_bytes(written.replace(b"WFP Bangladesh", b"WFP, I should think"))
        before = files_in(folder)
        result = run("report", "mali.yaml", cwd=folder, given="y\n")
        assert (result.code, result.out) == (2, "")
        assert "mali.md" in result.err
        assert "--yes" in result.err
        assert files_in(folder) == before

        assert run("report", "mali.yaml", "--yes", cwd=folder) == Result(0, "mali.md\n", "")
        assert report.read_bytes() == written

    def test_never_takes_the_place_of_its_mapping(self, folder: Path) -> None:
        (folder / "notes.md").write_text(MAPPING, encoding="utf-8")
        mappings = {name: (folder / name).read_bytes() for name in ("notes.md", "mali.yaml")}
        run("report", "notes.md", "--yes", cwd=folder)
        for out in ("mali.yaml", str(folder / "mali.yaml"), "./folder/../mali.yaml"):
            result = run("report", "mali.yaml", "-f", "md", "-o", out, "--yes", cwd=folder)
            assert (result.code, result.out) == (2, "")
            assert "mali.yaml" in result.err
        assert {name: (folder / name).read_bytes() for name in mappings} == mappings

    @pytest.mark.parametrize(
        ("options", "shown", "hidden"),
        [
            ("", ("Each round", "Ask the ISCG", "Closed"), ("Head of VAM", "vam@example.org")),
            (
                "--with-personal",
                ("Each round", "Ask the ISCG", "Closed", "Head of VAM", "vam@example.org"),
                (),
            ),
            ("--public", (), ("Each round", "Ask the ISCG", "Closed", "Head of VAM", "vam@example.org")),
        ],
    )
    def test_shows_what_is_personal_or_internal_as_told(
        self, folder: Path, options: str, shown: tuple[str, ...], hidden: tuple[str, ...]
    ) -> None:
        report = run("report", "mali.yaml", *options.split(), "-o", "-", cwd=folder).out
        assert all(text in report for text in shown)
        assert not any(text in report for text in hidden)

    def test_leaves_the_mapping_as_it_is(self, folder: Path) -> None:
        before = (folder / "mali.yaml").read_bytes()
        run("report", "mali.yaml", cwd=folder)
        assert (folder / "mali.yaml").read_bytes() == before


class TestStatus:
    def test_shows_progress_and_what_is_left_to_do(self, folder: Path) -> None:
        before = files_in(folder)
        result = run("status", "mali.yaml", cwd=folder)
        assert (result.code, result.err) == (0, "")
        assert "Test response" in result.out
        assert re.search(r"^UN Agencies +1 +1 +1 +5 +1\b", result.out, re.MULTILINE)
        assert re.search(r"^All sections +1 +1 +1 +55 +1\b", result.out, re.MULTILINE)
        assert "UNHCR: Ask the ISCG" in result.out
        assert "UNMAS" in result.out
        assert files_in(folder) == before

    def test_of_several_files_comes_in_their_order(self, folder: Path) -> None:
        (folder / "b.yaml").write_text(MAPPING.replace("Test", "Second"), encoding="utf-8")
        out = run("status", "b.yaml", "mali.yaml", cwd=folder).out
        assert 0 <= out.index("Second response") < out.index("Test response")

    def test_a_file_that_cannot_be_used_does_not_hide_the_next(self, folder: Path) -> None:
        result = run("status", "small.yaml", "mali.yaml", cwd=folder)
        assert result.code == 2
        assert "small.yaml" in result.err
        assert "Test response" in result.out

    def test_stale_is_what_was_verified_before_so_many_days_or_never(self, folder: Path) -> None:
        today = date.today()
        age = (today - date(2020, 1, 2)).days
        older = run("status", "mali.yaml", "--stale", str(age - 2), cwd=folder).out
        assert "WFP Bangladesh: 2020-01-02" in older
        assert "OCHA: 2020-01-02" in older
        assert "UN Women: never" in older
        assert "Société Élan" not in older
        younger = run("status", "mali.yaml", "--stale", str(age + 2), cwd=folder).out
        assert "WFP Bangladesh: 2020-01-02" not in younger
        assert "UN Women: never" in younger

    def test_draws_each_sections_progress_and_who_uses_the_data_at_which_level(self, folder: Path) -> None:
        out = run("status", "mali.yaml", cwd=folder, COLUMNS="100").out
        assert re.search(r"^UN Agencies +1 +1 +1 +5 +1 +█▒░····· *$", out, re.MULTILINE)
        assert "█ mapped  ▒ not applicable  ░ pending  · open" in out
        levels = out.partition("Level of use: organisations")[2]
        assert re.search(r"^Section +Strategic +Programmatic +Operational *$", levels, re.MULTILINE)
        assert re.search(r"^UN Agencies +2 +· +1 *$", levels, re.MULTILINE)
        # What Windows redirects is always UTF-8.
        plain = run("status", "mali.yaml", cwd=folder, COLUMNS="100", **ASCII_ONLY).out
        assert sys.platform == "win32" or re.search(r"UN Agencies .*#-\?\.{5} *$", plain, re.MULTILINE)

    @pytest.mark.parametrize("columns", ["20", "300"])
    def test_fits_the_width(self, folder: Path, columns: str) -> None:
        result = run("status", "mali.yaml", cwd=folder, COLUMNS=columns)
        assert result.code == 0
        assert max(len(line.rstrip()) for line in result.out.splitlines()) <= int(columns)


class TestRestore:
    def test_lists_the_backups_and_puts_one_back(self, folder: Path) -> None:
        mapping = folder / "mali.yaml"
        # One time for both states, as after an unpacked archive: neither backup may give way to the other.
        os.utime(mapping, (1_700_000_000, 1_700_000_000))
        run("edit", "--plain", "mali.yaml", "--at", "response", cwd=folder, given="Changed response\n")
        os.utime(mapping, (1_700_000_000, 1_700_000_000))
        changed = files_in(folder)
        listed = run("restore", "mali.yaml", cwd=folder)
        assert (listed.code, listed.err) == (0, "")
        assert "Response: Test response" in listed.out
        refused = run("restore", "mali.yaml", "--put", "2", cwd=folder)
        assert (refused.code, refused.out) == (2, "")
        assert files_in(folder) == changed

        assert run("restore", "mali.yaml", "--put", "1", cwd=folder).code == 0
        assert mapping.read_text(encoding="utf-8") == MAPPING
        # What it took the place of is a backup too.
        assert changed["mali.yaml"] in files_in(folder).values()

    def test_without_backups_says_where_they_would_be(self, folder: Path) -> None:
        result = run("restore", "mali.yaml", cwd=folder)
        assert (result.code, result.out) == (2, "")
        assert "mali-backups" in result.err


class TestCatalogue:
    def test_shows_every_section_example_and_field(self, tmp_path: Path) -> None:
        result = run("catalogue", cwd=tmp_path, COLUMNS="300")
        assert (result.code, result.err) == (0, "")
        catalogue = load(default_path())
        for section in catalogue.sections:
            assert section.title in result.out
            assert all(example.name in result.out for example in section.examples)
        assert all(field.label in result.out for field in catalogue.fields)

    def test_as_a_file_makes_a_catalogue_of_ones_own(self, tmp_path: Path) -> None:
        done = run("catalogue", "--yaml", cwd=tmp_path)
        assert done == Result(0, default_path().read_text(encoding="utf-8"), "")
        own = tmp_path / "own.yaml"
        own.write_text(done.out.replace("id: dtm-data-users", "id: own"), encoding="utf-8")
        assert run("check", "own.yaml", cwd=tmp_path).code == 0
        assert "(own," in run("catalogue", "--catalogue", "own.yaml", cwd=tmp_path).out

    def test_is_written_to_a_file_as_it_is(self, tmp_path: Path) -> None:
        assert run("catalogue", "-o", "own.yaml", cwd=tmp_path) == Result(0, "own.yaml\n", "")
        own = tmp_path / "own.yaml"
        assert own.read_bytes() == default_path().read_bytes()
        own.write_bytes(own.read_bytes() + b"# mine\n")
        refused = run("catalogue", "-o", "own.yaml", cwd=tmp_path)
        assert (refused.code, refused.out) == (2, "")
        assert "own.yaml: it may have been edited" in refused.err
        assert own.read_bytes().endswith(b"# mine\n")
        assert run("catalogue", "-o", "own.yaml", "--yes", cwd=tmp_path).code == 0
        assert own.read_bytes() == default_path().read_bytes()
        assert run("catalogue", "-o", "-", cwd=tmp_path).out == default_path().read_text(encoding="utf-8")

    @pytest.mark.parametrize("command", ["catalogue", "schema mapping", "worksheet", "report mali.yaml"])
    def test_no_result_replaces_a_mapping(self, folder: Path, command: str) -> None:
        other = folder / "other.docx"
        other.write_bytes((folder / "mali.yaml").read_bytes())
        refused = run(*command.split(), "-o", other.name, "--yes", cwd=folder)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith(
            "dtm-map: other.docx: this is a mapping, and dtm-map does not replace mappings"
        )
        assert other.read_bytes() == (folder / "mali.yaml").read_bytes()

    @pytest.mark.parametrize(
        "command", ["catalogue -o .", "schema mapping -o /", "report mali.yaml -f md -o ."]
    )
    def test_a_folder_is_no_file_to_write(self, folder: Path, command: str) -> None:
        refused = run(*command.split(), cwd=folder)
        assert (refused.code, refused.out) == (2, "")
        assert "this is not a regular file" in refused.err

    def test_is_the_options_then_the_environments_then_the_programs_own(self, folder: Path) -> None:
        assert "(dtm-data-users," in run("catalogue", cwd=folder).out
        assert "(dtm-data-users," in run("catalogue", cwd=folder, DTM_MAP_CATALOGUE="").out
        assert "(small," in run("catalogue", cwd=folder, DTM_MAP_CATALOGUE="small.yaml").out
        option = ("--catalogue", "small.yaml")
        assert "(small," in run("catalogue", *option, cwd=folder, DTM_MAP_CATALOGUE="none.yaml").out


class TestStreams:
    RUNS = (
        "--help",
        "catalogue --yaml",
        "status mali.yaml",
        "check foreign.yaml",
        "report mali.yaml -o -",
        "report mali.yaml",
    )

    @pytest.mark.parametrize("command", [*RUNS, "new --plain x.yaml"])
    def test_a_reader_who_leaves_early_gets_no_traceback(self, folder: Path, command: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "dtm_mapper", *command.split()],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=writer,
                stderr=subprocess.PIPE,
                env=environment(),
                timeout=60,
                check=False,
            )
        finally:
            os.close(writer)
        assert done.stderr == b""

    @pytest.mark.parametrize("command", [*RUNS, "new --plain x.yaml"])
    def test_a_terminal_that_shows_ascii_alone_is_no_failure(self, folder: Path, command: str) -> None:
        result = run(*command.split(), cwd=folder, given="Réponse\n", **ASCII_ONLY)
        assert result.code == (1 if "foreign" in command else 0)

    def test_colours_stay_in_the_terminal(self, folder: Path) -> None:
        for command in ("status mali.yaml", "--help"):
            result = run(*command.split(), cwd=folder, TERM="xterm-256color")
            assert "\x1b" not in result.out + result.err


class TestCompletion:
    def test_is_shown_for_bash(self, tmp_path: Path) -> None:
        result = run(
            "--show-completion", "bash", cwd=tmp_path, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
        )
        assert result.code == 0
        assert "complete" in result.out

    def test_completes_commands_and_options(self, tmp_path: Path) -> None:
        program = shutil.which("dtm-map", path=str(Path(sys.executable).parent))
        if program is None:
            pytest.skip("dtm-map is not installed beside this Python")
        for typed, offered in (("dtm-map re", "report"), ("dtm-map new --dep", "--depth")):
            words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
            done = subprocess.run(
                [program],
                cwd=tmp_path,
                capture_output=True,
                env=environment(_DTM_MAP_COMPLETE="complete_bash", **words),
                timeout=60,
                check=False,
            )
            assert done.returncode == 0
            assert offered in done.stdout.decode().split()


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("--version", {"typer", "questionary", "prompt_toolkit", "yaml", "rich", "pycountry"}),
        ("--help", {"questionary", "prompt_toolkit", "yaml", "rich", "pycountry"}),
        ("report mali.yaml", {"questionary", "prompt_toolkit"}),
        ("status mali.yaml", {"questionary", "prompt_toolkit", "pycountry"}),
        ("check mali.yaml", {"questionary", "prompt_toolkit", "pycountry", "rich"}),
        ("catalogue", {"questionary", "prompt_toolkit", "pycountry"}),
        ("new --plain x.yaml", {"questionary", "prompt_toolkit", "pycountry", "rich"}),
    ],
)
def test_a_command_imports_no_library_that_it_does_not_need(
    folder: Path, command: str, unneeded: set[str]
) -> None:
    result = run(*command.split(), cwd=folder, python="-X importtime")
    imported = set(re.findall(r"\| +([\w.]+)$", result.err, re.MULTILINE))
    assert "dtm_mapper" in imported
    assert not {name.partition(".")[0] for name in imported} & {*unneeded, "pydantic"}


class TestPlainInterview:
    def saved(self, file: Path) -> str:
        """A mapping's text, with the dates of this session taken out."""
        return re.sub(r"'20\d\d-\d\d-\d\d'", "TODAY", file.read_text(encoding="utf-8"))

    def questions(self, result: Result) -> list[str]:
        """The ids of the questions, in their order."""
        return re.findall(r"^\[([^]]+)\]", result.out, re.MULTILINE)

    def test_from_the_first_question_to_the_report(self, folder: Path) -> None:
        answers = [
            *("Cox's Bazar", "Bangladesh", "NPM"),
            *("WFP; UN Women", ":later Ask OCHA", ":na Closed", "Red Cross"),
            "y",
            *("1,2", "*, Age of the shelters"),
            *("oper", ""),
            *("", "cash"),
            "",
        ]
        arguments = ("new", "--plain", "m.yaml", "--catalogue", "small.yaml")
        result = run(*arguments, cwd=folder, given="\n".join(answers) + "\n")
        assert result.code == 0
        assert self.questions(result) == [
            *("response", "country", "prepared_by"),
            *("agencies/wfp", "agencies/unhcr", "agencies/ocha", "agencies/other"),
            "confirm",
            *("agencies/wfp/1/levels", "agencies/wfp/1/needs"),
            *("agencies/wfp/2/levels", "agencies/wfp/2/needs"),
            *("agencies/other/1/levels", "agencies/other/1/needs"),
            "review",
            "confirm",
        ]
        assert self.saved(folder / "m.yaml") == (
            "# This file is a mapping of data users, made with dtm-map.\n"
            "# To continue it, run: dtm-map edit m.yaml\n"
            "format: dtm-mapping/1\n"
            "response: Cox's Bazar\n"
            "country: BGD\n"
            "prepared_by: NPM\n"
            "depth: standard\n"
            "created: TODAY\n"
            "catalogue: {id: small, version: '1'}\n"
            "sections:\n"
            "- id: agencies\n"
            "  rows:\n"
            "  - example: wfp\n"
            "    label: WFP\n"
            "    users:\n"
            "    - name: WFP\n"
            "      levels: [strategic, operational]\n"
            "      needs: [food, Age of the shelters]\n"
            "      verified: TODAY\n"
            "    - name: UN Women\n"
            "      levels: [operational]\n"
            "      verified: TODAY\n"
            "  - example: unhcr\n"
            "    label: UNHCR\n"
            "    pending: Ask OCHA\n"
            "  - example: ocha\n"
            "    label: OCHA\n"
            "    not_applicable: Closed\n"
            "    verified: TODAY\n"
            "  others:\n"
            "  - name: Red Cross\n"
            "    needs: [cash]\n"
            "    verified: TODAY\n"
        )
        assert (folder / "m.md").read_text(encoding="utf-8").startswith("# Small catalogue: Cox's Bazar\n")
        assert "m.md" in result.err
        assert "A note." in result.out
        assert "A reminder." in result.out
        checked = run("check", "m.yaml", "--catalogue", "small.yaml", cwd=folder)
        assert checked == Result(0, "m.yaml: no problems\n", "")

    @pytest.mark.parametrize(
        ("depth", "asked"),
        [("names", []), ("standard", ["levels", "needs"]), ("full", ["levels", "needs", "area"])],
    )
    def test_asks_as_much_as_its_depth(self, folder: Path, depth: str, asked: list[str]) -> None:
        answers = "\n\n\nWFP\n" + "\n" * 10
        arguments = ("new", "--plain", "m.yaml", "--catalogue", "small.yaml", "--depth", depth)
        result = run(*arguments, cwd=folder, given=answers)
        assert [at.rpartition("/")[2] for at in self.questions(result) if "/1/" in at] == asked
        assert f"depth: {depth}\n" in (folder / "m.yaml").read_text(encoding="utf-8")

    def test_the_end_of_input_saves_and_leaves(self, folder: Path) -> None:
        result = run("new", "--plain", "m.yaml", cwd=folder, given="Cox's Bazar\nBGD")
        assert result.code == 0
        assert self.saved(folder / "m.yaml") == (
            "# This file is a mapping of data users, made with dtm-map.\n"
            "# To continue it, run: dtm-map edit m.yaml\n"
            "format: dtm-mapping/1\nresponse: Cox's Bazar\ncountry: BGD\ndepth: standard\n"
            "created: TODAY\ncatalogue: {id: dtm-data-users, version: '2'}\n"
        )
        assert not (folder / "m.md").exists()

    def test_without_an_answer_no_file_is_written_and_it_says_so(self, folder: Path) -> None:
        before = files_in(folder)
        for given in ("", "\n\n", ":quit\n"):
            result = run("new", "--plain", "m.yaml", cwd=folder, given=given)
            assert result.code == 0
            assert "no file was written" in result.err
            assert files_in(folder) == before

    def test_says_first_where_the_mapping_is_saved(self, folder: Path) -> None:
        assert "m.yaml" in run("new", "--plain", "m.yaml", cwd=folder).out.splitlines()[0]

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param("\ufeffCafé\r\nBGD\r\n".encode(), id="a byte order mark and Windows' line ends"),
            pytest.param("  Café  \n\ufeffBGD\n".encode(), id="blanks, and a mark in the middle"),
            pytest.param("Café\nBGD".encode(), id="no line end at the end"),
        ],
    )
    def test_reads_answers_as_editors_write_them(self, folder: Path, given: bytes) -> None:
        assert run("new", "--plain", "m.yaml", cwd=folder, given=given).code == 0
        assert "response: Café\ncountry: BGD\n" in (folder / "m.yaml").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "broken", [b"Caf\xe9", b"\xff\xfeC\x00", b"bell \x07", b"nul \x00", b"esc \x1b[31m"]
    )
    def test_refuses_what_is_no_text_and_reads_no_further(self, folder: Path, broken: bytes) -> None:
        given = b"Caf\xc3\xa9\nMali\n" + broken + b"\nNever reached\n"
        result = run("new", "--plain", "m.yaml", cwd=folder, given=given)
        assert result.code == 2
        assert "Line 3 of the input was refused: " in result.err
        assert self.questions(result) == ["response", "country", "prepared_by"]
        assert "response: Café\ncountry: MLI\ndepth" in (folder / "m.yaml").read_text(encoding="utf-8")
        assert not set(result.out + result.err) & set("\x07\x00\x1b")

    def test_reads_and_writes_utf_8_under_every_locale(self, folder: Path) -> None:
        result = run("new", "--plain", "m.yaml", cwd=folder, given="استجابة\n", **ASCII_ONLY)
        assert "استجابة" in result.out
        assert "response: استجابة\n" in (folder / "m.yaml").read_text(encoding="utf-8")

    def test_new_never_writes_over_what_is_there(self, folder: Path) -> None:
        before = files_in(folder)
        for given in ("", "leave\n"):
            result = run("new", "--plain", "mali.yaml", cwd=folder, given=given)
            assert result.code == 0
            assert self.questions(result) == ["menu"]
            assert files_in(folder) == before

    def test_leaving_prints_the_command_that_comes_back_here(self, folder: Path) -> None:
        name = "Cox's Bazar.yaml"
        arguments = ("new", "--plain", name, "--catalogue", "small.yaml")
        left = run(*arguments, cwd=folder, given="Cox\n\n\nWFP\n:quit\n")
        assert left.code == 0
        (command,) = re.findall(r"(dtm-map edit .*)", left.err)
        program, *again = shlex.split(command)
        assert program == "dtm-map"
        back = run(*again, cwd=folder, given=":quit\n")
        assert back.code == 0
        assert self.questions(back)[0] == self.questions(left)[-1] == "agencies/unhcr"

    @POSIX
    def test_the_command_comes_back_also_where_the_program_is_not_on_the_path(self, folder: Path) -> None:
        left = run("new", "--plain", "m.yaml", cwd=folder, given="Cox\n:quit\n", PATH=os.defpath)
        (command,) = re.findall(r"To go on here: (.*)", left.err)
        back = subprocess.run(
            shlex.split(command), cwd=folder, input=b":quit\n", capture_output=True, timeout=60, check=False
        )
        assert back.returncode == 0, back.stderr
        assert b"[country]" in back.stdout

    @pytest.mark.parametrize(
        ("at", "first"),
        [
            ("unhcr", "un-agencies/unhcr"),
            ("un-agencies", "un-agencies/wfp"),
            ("UN Agencies", "un-agencies/wfp"),
            ("un-agencies/wfp/2/needs", "un-agencies/wfp/2/needs"),
            ("statistics", "government/statistics-bureau"),
            ("response", "response"),
            ("review", "review"),
        ],
    )
    def test_begins_where_it_is_told(self, folder: Path, at: str, first: str) -> None:
        result = run("edit", "--plain", "mali.yaml", "--at", at, cwd=folder)
        assert (result.code, self.questions(result)[0]) == (0, first)

    @pytest.mark.parametrize("wrong", ["Atlantis", ":wrong"])
    def test_what_is_wrong_in_a_file_of_answers_ends_it_there(self, folder: Path, wrong: str) -> None:
        answers = ("Cox", wrong, "Bangladesh", "", "UNHCR", ":quit")
        result = run("new", "--plain", "m.yaml", cwd=folder, given="\n".join(answers))
        assert result.code == 2
        assert "Line 2 of the input was refused: " in result.err
        assert wrong in result.err
        text = (folder / "m.yaml").read_text(encoding="utf-8")
        assert "response: Cox\n" in text
        assert "country" not in text
        assert "UNHCR" not in text


class Running:
    """A plain interview that goes on meanwhile; leaving its `with` block ends it."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dtm_mapper", *arguments],
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(),
        )

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def answer(self, text: str, then: str) -> None:
        """Types a line, and waits for the question that comes next."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()
        self.wait_for(then)

    def wait_for(self, question: str) -> None:
        assert self.process.stdout is not None
        assert any(line.startswith(f"[{question}]") for line in self.process.stdout)

    def end(self) -> Result:
        """Ends the input, and gives what was said since."""
        out, err = self.process.communicate(timeout=60)
        return Result(self.process.returncode, out, err)


@pytest.fixture
def running(folder: Path) -> Iterator[Running]:
    """An interview on mali.yaml, at UNHCR."""
    with Running("edit", "--plain", "mali.yaml", "--at", "unhcr", cwd=folder) as process:
        process.wait_for("un-agencies/unhcr")
        yield process


class TestOpenElsewhere:
    def test_only_commands_that_write_are_refused_with_3(self, folder: Path, running: Running) -> None:
        before = (folder / "mali.yaml").read_bytes()
        for command in ("new", "edit"):
            result = run(command, "--plain", "mali.yaml", cwd=folder, given="Somebody else\n")
            assert (result.code, result.out) == (3, "")
            assert result.err.startswith("dtm-map: mali.yaml: this mapping is open elsewhere: ")
            assert (folder / "mali.yaml").read_bytes() == before
        assert run("restore", "mali.yaml", "--put", "1", cwd=folder).code in (2, 3)
        assert run("status", "mali.yaml", cwd=folder).code == 0
        assert running.end().code == 0
        assert run("edit", "--plain", "mali.yaml", cwd=folder).code == 0

    @POSIX
    def test_who_was_killed_holds_nothing(self, folder: Path, running: Running) -> None:
        running.process.kill()
        running.process.wait()
        assert run("edit", "--plain", "mali.yaml", cwd=folder).code == 0

    @POSIX
    @pytest.mark.parametrize(("number", "expected"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
    def test_a_signal_ends_with_its_code_and_everything_answered_saved(
        self, folder: Path, running: Running, number: str, expected: int
    ) -> None:
        running.answer("UNHCR Mali", then="un-agencies/ocha")
        running.process.send_signal(getattr(signal, number))
        code, _out, err = running.end()
        assert code == expected
        assert "Traceback" not in err
        assert "dtm-map edit mali.yaml" in err
        assert "- name: UNHCR Mali\n" in (folder / "mali.yaml").read_text(encoding="utf-8")
        assert not list(folder.glob(".*"))
