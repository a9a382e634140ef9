"""Personal answers can be removed: the session says where they are left, and the backups can be deleted."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from test_cli import MAPPING, Result, Running, files_in, run

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
CONTACT = "vam@example.org"
AT_CONTACT = ("edit", "mali.yaml", "--plain", "--at", "un-agencies/wfp/1/contact")
SAID = "You removed personal answers, but the backups of mali.yaml still contain them."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a mapping that has a focal point and a contact."""
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8", newline="\n")
    return tmp_path


def edit(folder: Path, *lines: str) -> str:
    """Type lines at WFP's contact, and return what is said on standard error."""
    result = run(*AT_CONTACT, cwd=folder, given="".join(f"{line}\n" for line in (*lines, ":quit")))
    assert result.code == 0
    return result.err


def left_in(folder: Path, text: str = CONTACT) -> list[str]:
    return [name for name, content in files_in(folder).items() if content and text.encode() in content]


@pytest.mark.parametrize("lines", [(":clear",), ("another@example.org",)])
def test_a_session_that_removed_personal_answers_ends_with_the_command_that_deletes_the_backups(
    folder: Path, lines: tuple[str, ...]
) -> None:
    *_others, said, command = edit(folder, *lines).splitlines()
    assert said == SAID
    assert len(left_in(folder)) == 1
    assert command.startswith("To delete the backups, run: dtm-map restore mali.yaml --delete")
    words = shlex.split(command.partition(": ")[2])[1:]
    assert run(*words, "--yes", cwd=folder) == Result(0, "Deleted 1 backup of mali.yaml.\n", "")
    assert left_in(folder) == []
    assert not (folder / "mali-backups").exists()


@POSIX
@pytest.mark.parametrize("typed", [":clear\r", ":na\r"])
def test_who_is_removed_in_a_terminal_takes_personal_answers_along(folder: Path, typed: str) -> None:
    from pseudoterminal import Pseudoterminal

    with Pseudoterminal("edit", "mali.yaml", "--at", "wfp", cwd=folder) as terminal:
        terminal.wait_for("› WFP Bangladesh")
        terminal.send(typed)
        terminal.wait_for("Continue?")
        terminal.send("y")
        terminal.wait_for("23/58 UNHCR")
        terminal.send(":quit\r")
        assert terminal.wait_for_exit() == 0
        *_others, said, command = [line for line in terminal.history().splitlines() if line]
    assert said == SAID
    assert command.startswith("To delete the backups, run: dtm-map restore mali.yaml --delete")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (f"{CONTACT}; jane@example.org",),
        (f"{CONTACT}; jane@example.org", ":go un-agencies/wfp/1/contact", CONTACT),
        (":clear", ":undo"),
        (":go response", "Another response"),
        (":go un-agencies/wfp/2/contact", "jane@example.org", ":back", ":clear"),
    ],
)
def test_nothing_is_said_while_no_backup_has_what_is_no_longer_there(
    folder: Path, lines: tuple[str, ...]
) -> None:
    assert "backups" not in edit(folder, *lines)


def test_an_answer_that_only_this_session_had_but_an_older_backup_has_is_told_too(folder: Path) -> None:
    assert SAID in edit(folder, ":clear")
    assert SAID not in edit(folder, ":go response", "Another response")
    assert SAID in edit(folder, CONTACT, ":back", ":clear")


def test_a_new_mapping_has_no_backups_to_delete(tmp_path: Path) -> None:
    given = "\n\n\nRRRC\n:depth full\n:go inter-ministerial/1/contact\na@example.org\n:back\n:clear\n"
    result = run("new", "mali.yaml", "--plain", cwd=tmp_path, given=given)
    assert "contact" not in (tmp_path / "mali.yaml").read_text(encoding="utf-8")
    assert "backups" not in result.err


def test_a_backup_that_cannot_be_read_may_have_the_answers(folder: Path) -> None:
    edit(folder, ":clear")
    (backup,) = (folder / "mali-backups").iterdir()
    backup.write_bytes(b"contact: [")
    assert SAID in edit(folder, "jane@example.org", ":back", ":clear")


def test_copies_that_have_the_answers_are_named_at_the_end(folder: Path) -> None:
    names = ("mali (1).yaml", "mali-second-copy.yaml", "mali-unsaved-2.yaml")
    for name in names:
        (folder / name).write_text(MAPPING, encoding="utf-8")
    (folder / "mali-other.yaml").write_text(MAPPING.replace("Test", "Other"), encoding="utf-8")
    (folder / "mali-second-copy-2.yaml").write_text(
        MAPPING.replace(CONTACT, "b@example.org"), encoding="utf-8"
    )
    said = edit(folder, ":clear")
    assert f"\nThese copies contain them, too: {', '.join(names)}\n" in said


class TestDelete:
    @pytest.fixture
    def folder(self, folder: Path) -> Path:
        """The folder with a backup."""
        edit(folder, ":clear")
        return folder

    def test_without_a_terminal_and_without_yes_nothing_is_deleted(self, folder: Path) -> None:
        before = files_in(folder)
        result = run("restore", "mali.yaml", "--delete", cwd=folder, given="y\n")
        assert (result.code, result.out) == (1, "")
        assert "--yes" in result.err
        assert files_in(folder) == before

    @POSIX
    @pytest.mark.parametrize(("key", "code"), [("\r", 1), ("n\r", 1), ("y\r", 0)])
    def test_in_a_terminal_it_asks_and_enter_is_no(self, folder: Path, key: str, code: int) -> None:
        from pseudoterminal import Pseudoterminal

        mapping = (folder / "mali.yaml").read_bytes()
        with Pseudoterminal("restore", "mali.yaml", "--delete", cwd=folder) as terminal:
            terminal.wait_for("Delete 1 backup of mali.yaml? It cannot be brought back. [y/N]")
            terminal.send(key)
            assert terminal.wait_for_exit() == code
        assert left_in(folder) == ([] if code == 0 else left_in(folder))
        assert (folder / "mali-backups").exists() == (code == 1)
        assert (folder / "mali.yaml").read_bytes() == mapping

    def test_only_backups_are_deleted_and_what_a_killed_save_left_of_them(self, folder: Path) -> None:
        backups = folder / "mali-backups"
        ours = [path.name for path in backups.iterdir()]
        for name in ("2026-01-02 10.00.00 with comments.yaml", ".2026-01-02 10.00.00.yaml.abcdefgh.tmp"):
            (backups / name).write_text(MAPPING, encoding="utf-8")
        for name in ("mine.yaml", "2026-01-02.yaml", "notes.txt", ".mine.yaml.abcdefgh.tmp"):
            (backups / name).write_text("Mine\n", encoding="utf-8")
        result = run("restore", "mali.yaml", "--delete", "--yes", cwd=folder)
        assert result == Result(0, "Deleted 2 backups of mali.yaml.\n", "")
        assert len(ours) == 1
        left = [".mine.yaml.abcdefgh.tmp", "2026-01-02.yaml", "mine.yaml", "notes.txt"]
        assert sorted(path.name for path in backups.iterdir()) == left

    def test_second_copies_and_last_resort_copies_are_named(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        home = tmp_path_factory.mktemp("home")
        for name in ("mali-second-copy.yaml", "mali-second-copy-2-unsaved.yaml"):
            (folder / name).write_text(MAPPING, encoding="utf-8")
        other = MAPPING.replace("Test", "Other")
        (folder / "mali-unsavory.yaml").write_text(other, encoding="utf-8")
        (home / "mali-unsaved.yaml").write_text(MAPPING, encoding="utf-8")
        result = run(
            "restore", "mali.yaml", "--delete", "--yes", cwd=folder, HOME=str(home), USERPROFILE=str(home)
        )
        assert result.code == 0
        copies = ["mali-second-copy-2-unsaved.yaml", "mali-second-copy.yaml", str(home / "mali-unsaved.yaml")]
        assert result.err.strip().endswith(f"may contain personal answers, too: {', '.join(copies)}")
        assert all((folder / copy).exists() for copy in copies)

    def test_while_the_mapping_is_open_nothing_is_deleted(self, folder: Path) -> None:
        with Running("edit", "--plain", "mali.yaml", "--at", "unhcr", cwd=folder) as session:
            session.wait_for("un-agencies/unhcr")
            result = run("restore", "mali.yaml", "--delete", "--yes", cwd=folder)
            assert (result.code, result.out) == (3, "")
        assert left_in(folder)

    def test_without_backups_it_says_so(self, folder: Path) -> None:
        run("restore", "mali.yaml", "--delete", "--yes", cwd=folder)
        result = run("restore", "mali.yaml", "--delete", "--yes", cwd=folder)
        assert (result.code, result.out) == (2, "")
        assert "there are no backups in mali-backups" in re.sub(r"\S*(mali-backups)", r"\1", result.err)

    def test_it_cannot_be_combined_with_put(self, folder: Path) -> None:
        before = files_in(folder)
        result = run("restore", "mali.yaml", "--delete", "--put", "1", "--yes", cwd=folder)
        assert (result.code, result.out) == (2, "")
        assert files_in(folder) == before


@POSIX
class TestReaders:
    WARNING = (
        "mali.yaml now contains personal answers, and everybody with an account on this machine can read it. "
        "To change that, run: chmod 600 mali.yaml"
    )

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with a mapping that has no personal answers."""
        text = re.sub(r" +(focal_point|contact): .*\n", "", MAPPING)
        (tmp_path / "mali.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    def session(self, folder: Path, mode: int, *lines: str) -> str:
        (folder / "mali.yaml").chmod(mode)
        return run(*AT_CONTACT, cwd=folder, given="\n".join(lines)).out

    def test_the_first_personal_answer_that_others_can_read_is_said_in_one_line(self, folder: Path) -> None:
        out = self.session(folder, 0o644, CONTACT, ":go un-agencies/wfp/2/contact", "jane@example.org")
        assert out.count("now contains personal answers") == 1
        assert self.WARNING in out
        assert "now contains personal answers" not in self.session(folder, 0o644, "b@example.org")

    def test_nothing_is_said_if_nobody_else_can_read_it(self, folder: Path) -> None:
        out = self.session(folder, 0o600, CONTACT)
        assert CONTACT in (folder / "mali.yaml").read_text(encoding="utf-8")
        assert "personal" not in out.partition(CONTACT)[2]

    def test_an_import_that_brings_the_first_one_says_so_too(self, folder: Path) -> None:
        (folder / "mali.yaml").chmod(0o644)
        (folder / "table.csv").write_text(
            f"Example,Data user,Contact\nWFP,WFP Bangladesh,{CONTACT}\n", encoding="utf-8"
        )
        result = run("import", "table.csv", "mali.yaml", "--yes", cwd=folder)
        assert result.code == 0
        assert self.WARNING in result.err.splitlines()
