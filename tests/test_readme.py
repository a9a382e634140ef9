"""The README, CONTRIBUTING and CHANGELOG say what is so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dtm_mapper import __version__, errors
from dtm_mapper.interview.answers import COMMANDS

TOP = Path(__file__).parent.parent
README = (TOP / "README.md").read_text(encoding="utf-8")
PROGRAM = [sys.executable, "-m", "dtm_mapper"]
DATE = re.compile(r"'\d{4}-\d\d-\d\d'")


def output_of(*command: str, typed: str = "", cwd: Path = TOP) -> str:
    """What a command prints; it must end with exit code 0."""
    environment = {**os.environ, "LANGUAGE": "en", "COLUMNS": "80", "DTM_MAP_CATALOGUE": ""}
    done = subprocess.run(
        command, input=typed, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def options_of(*command: str) -> set[str]:
    """The options that `--help` lists."""
    listed = output_of(*PROGRAM, *command, "--help").partition("Options:\n")[2].partition("\n\n")[0]
    return {
        option
        for line in re.findall(r"^  (-.+?)(?:  |$)", listed, re.MULTILINE)
        for option in options_in(line)
    }


def options_in(text: str) -> list[str]:
    return re.findall(r"(?<![\w-])(?:-[a-z]|--[a-z-]+)(?![\w-])", text)


def test_the_readme_has_every_command_with_every_option() -> None:
    listed = output_of(*PROGRAM, "--help").partition("Commands:\n")[2]
    names = re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)
    assert {"new", "edit", "report", "status", "check", "catalogue"} <= set(names)
    assert options_of() <= set(options_in(README))
    for name in names:
        section = re.search(rf"^### `dtm-map {name}\b.*?(?=^### |^<!--)", README, re.MULTILINE | re.DOTALL)
        assert section, f"README.md has no section on dtm-map {name}"
        assert options_of(name) - {"-h", "--help"} <= set(options_in(section.group())), name


def test_the_command_reference_is_what_help_says() -> None:
    made = output_of(sys.executable, "docs/commands.py")
    stands = re.search(
        r"^<!-- commands: .*? -->\n\n(.*)\n<!-- /commands -->$", README, re.MULTILINE | re.DOTALL
    )
    assert stands
    assert stands.group(1) == made, "run: python docs/commands.py --write"


def test_the_readme_has_every_command_of_the_interview() -> None:
    assert not [name for name in COMMANDS if f"`:{name}" not in README]


def test_two_commands_do_all_the_set_up() -> None:
    posix = "python3 -m venv .venv && .venv/bin/pip install "
    assert blocks("sh")[:2] == [
        posix + "-c constraints.txt '.[office]' && .venv/bin/dtm-map new\n",
        posix + "-c constraints.txt -e '.[dev]' && .venv/bin/pytest\n",
    ]


def test_the_powershell_forms_do_the_same_without_what_powershell_5_lacks() -> None:
    posix, powershell = blocks("sh")[:2], blocks("powershell")
    assert len(powershell) == len(posix)
    for one, other in zip(posix, powershell, strict=True):
        assert "&&" not in other
        steps = one.strip().replace("python3", "py").replace("/bin/", "\\Scripts\\").split(" && ")
        assert re.split(r"; if \(\$\?\) \{ ", other.replace(" }", "").strip()) == steps


def test_the_worked_example_gives_the_mapping_beside_it(tmp_path: Path) -> None:
    answers, mapping = blocks("text")[0], blocks("yaml")[0]
    output_of(*PROGRAM, "new", "coxs-bazar.yaml", "--plain", typed=answers, cwd=tmp_path)
    made = (tmp_path / "coxs-bazar.yaml").read_text(encoding="utf-8")
    assert DATE.sub("DATE", made) == DATE.sub("DATE", mapping)


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.partition("\n")[0])
def test_every_file_in_the_readme_is_sound(block: str, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text(block, encoding="utf-8")
    assert output_of(*PROGRAM, "check", "file.yaml", cwd=tmp_path) == "file.yaml: no problems\n"


def test_check_says_what_the_readme_shows(tmp_path: Path) -> None:
    shown = blocks("console")[0].splitlines()
    broken = blocks("yaml")[0].replace("pending:", "pendng:").replace("operational", "operatonal")
    (tmp_path / "coxs-bazar.yaml").write_text(broken, encoding="utf-8")
    done = subprocess.run(
        [*PROGRAM, *shown[0].split()[2:]], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout.splitlines()) == (1, shown[1:])


def test_the_readme_has_every_exit_code() -> None:
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and hasattr(kind, "exit_code")
    }
    assert codes == {1, 2, 3}
    listed = re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE)
    assert codes | {0, 129, 130, 143} == {int(code) for codes in listed for code in codes.split(",")}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_that_is_linked_is_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (TOP / name).read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (TOP / link).exists()]


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[(Unreleased|{re.escape(__version__)})\]", changelog, re.MULTILINE)
