"""Names and paths that no mapping can have are refused before the first question."""

import os
import sys
from pathlib import Path

import pytest

from dtm_mapper.errors import Unusable
from dtm_mapper.store.store import Store
from strategies import CATALOGUE
from test_cli import MAPPING, files_in, run
from test_storage import EMPTY, MAPPED, PENDING, saved

windows = pytest.mark.skipif(sys.platform != "win32", reason="other systems can have files of these names")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows drops what is at the end of these names")

#: Windows' own limits, which Wine does not have, for the paths of files and of folders.
LIMIT, FOLDER_LIMIT = 259, 247
#: Loaded by the interpreter before the program: it knows no path that is longer.
WITHOUT_LONG_PATHS = f"""\
import builtins, io, ntpath, os
def limited(name, module, limit, count=1):
    function = getattr(module, name)
    def call(*arguments, **options):
        for path in arguments[:count]:
            if isinstance(path, (str, os.PathLike)) and len(ntpath.abspath(os.fspath(path))) > limit:
                raise FileNotFoundError(2, "The system cannot find the path specified", os.fspath(path), 3)
        return function(*arguments, **options)
    setattr(module, name, call)
for name in ("open", "stat", "lstat", "unlink", "chmod", "listdir", "scandir", "access"):
    limited(name, os, {LIMIT})
limited("mkdir", os, {FOLDER_LIMIT})
limited("replace", os, {LIMIT}, 2)
limited("open", io, {LIMIT})
limited("open", builtins, {LIMIT})
"""

CHARACTERS = [
    "a?b.yaml",
    "a*b.yaml",
    "a<b.yaml",
    "a>b.yaml",
    'a"b.yaml',
    "a|b.yaml",
    "a\tb.yaml",
    "mali:x.yaml",
]
DEVICES = [
    "CON",
    "con.yaml",
    "NUL",
    "nul.yaml",
    "aux.tar.yaml",
    "PRN",
    "COM1",
    "lpt9.yaml",
    "CONIN$",
    "com¹.yaml",
]


def refused(folder: Path, *arguments: str) -> str:
    """Run a command that has to be refused before it asks or writes anything, and return its message."""
    before = files_in(folder)
    result = run(*arguments, cwd=folder, given="Mali\nMali\nNPM\nOne\n:quit\n")
    assert (result.code, result.out) == (2, "")
    assert "mistake in dtm-map" not in result.err
    assert files_in(folder) == before
    return result.err


@pytest.mark.parametrize("name", [".", "..", os.path.abspath(os.sep), "folder", "folder/"])  # noqa: PTH100
def test_a_folder_is_no_place_for_a_mapping(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    for command in (("new", name, "--plain"), ("edit", name, "--plain"), ("report", name), ("restore", name)):
        assert "this is a folder, not a file" in refused(tmp_path, *command)


@pytest.mark.parametrize("name", ["mali.", "mali ", "mali.yaml.", "mali.yaml ", "mali. ."])
def test_a_new_name_that_windows_would_change_is_refused(tmp_path: Path, name: str) -> None:
    assert "must not end with a dot, a space or a backslash" in refused(tmp_path, "new", name, "--plain")


@pytest.mark.parametrize("command", ["report mali.yaml -f docx -o", "schema mapping -o"])
def test_a_file_to_write_with_such_a_name_is_refused(tmp_path: Path, command: str) -> None:
    (tmp_path / "mali.yaml").write_text(MAPPING, encoding="utf-8")
    for name in ("mali.docx.", "mali.docx "):
        assert "Name it mali.docx instead." in refused(tmp_path, *command.split(), name)


def test_a_new_name_that_ends_with_a_separator_is_refused(tmp_path: Path) -> None:
    assert "the folder “mali” does not exist" in refused(tmp_path, "new", "mali/", "--plain")
    assert "the folder “mali” does not exist" in refused(tmp_path, "worksheet", "-o", "mali/")
    words = "the folder “mali” does not exist" if sys.platform == "win32" else "must not end with"
    assert words in refused(tmp_path, "new", "mali\\", "--plain")


@posix
def test_an_old_mapping_with_such_a_name_still_opens(tmp_path: Path) -> None:
    (tmp_path / "mali.").write_text(MAPPING, encoding="utf-8")
    assert run("new", "mali.", "--plain", given=":quit\n", cwd=tmp_path).code == 0


@windows
@pytest.mark.parametrize("name", [*CHARACTERS, *DEVICES, "x" * 256 + ".yaml", "\U0001f600" * 128])
def test_a_name_that_windows_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unusable, match="Windows"):
        Store(tmp_path / name, CATALOGUE)


@windows
@pytest.mark.parametrize(
    "command", ["new {} --plain", "import a.csv {} --yes", "report a.yaml -o {}", "worksheet -o {}"]
)
def test_every_command_that_writes_refuses_such_a_name(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "a.csv").write_text("Example,Name\nUNHCR,UNHCR Mali\n", encoding="utf-8")
    for name in ("mali:x.docx", "con.docx"):
        assert "Name another file." in refused(tmp_path, *command.format(name).split())


@windows
@pytest.mark.parametrize(
    "name", ["connect.yaml", "com.yaml", "é.yaml", "خريطة.yaml", "a.b c.yaml", "😀.yaml", ".x"]
)
def test_other_names_are_taken_by_windows(tmp_path: Path, name: str) -> None:
    Store(tmp_path / name, CATALOGUE).save(PENDING)
    assert saved(tmp_path / name) == PENDING


def file_with_path_of(length: int, folder: Path) -> Path:
    """Return a mapping's path that has so many bytes or characters, in folders that are made."""
    while length - len(str(folder)) > 60:
        folder /= "x" * min(length - len(str(folder)) - 50, 200)
    folder.mkdir(parents=True)
    return folder / f"{'m' * (length - len(str(folder)) - len('/.yaml'))}.yaml"


def test_a_path_is_either_refused_with_how_much_it_is_too_long_or_works_to_the_end(tmp_path: Path) -> None:
    if sys.platform == "win32":
        from dtm_mapper.windows_files import has_long_paths

        if has_long_paths():
            pytest.skip("this Windows has no such limit")
        limit = LIMIT
        (tmp_path / "sitecustomize.py").write_text(WITHOUT_LONG_PATHS, encoding="utf-8")
    else:
        limit = os.pathconf("/", "PC_PATH_MAX") - 1
    variables = {"PYTHONPATH": str(tmp_path)}
    folder = tmp_path.resolve()
    #: Beside `mali.yaml` there are `mali-backups` and, in it, files with names such as the longest one.
    longer = len("-backups/.0000-00-00 00.00.00 99 with comments.yaml.12345678.tmp") - len(".yaml")
    for excess in (1, 12):
        file = file_with_path_of(limit - longer + excess, folder / str(excess))
        result = run("new", str(file), "--plain", cwd=tmp_path, given="Mali\n:quit\n", **variables)
        assert (result.code, result.out) == (2, "")
        assert f"by {excess} character" in result.err
        assert list(file.parent.iterdir()) == []
    file = file_with_path_of(limit - longer, folder / "fits")
    for command, answer in (("new", "One"), ("edit", "Two"), ("edit", "Three")):
        given = f":go response\n{answer}\n:quit\n"
        result = run(command, str(file), "--plain", cwd=tmp_path, given=given, **variables)
        assert (result.code, "no backup could be made" in result.out) == (0, False)
        assert saved(file).response == answer
        file.write_bytes(file.read_bytes().replace(b"sections", b"# A comment.\nsections"))
    assert len(Store(file, CATALOGUE).backups.paths()) == 2
    assert run("report", str(file), cwd=tmp_path, **variables).code == 0


def test_a_second_copy_keeps_the_ending(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").touch()
    store = Store(tmp_path / "two.yaml.", CATALOGUE)
    store.save(PENDING)
    (tmp_path / "two.yaml.").write_bytes(store.content(EMPTY))
    store.save(MAPPED)
    assert saved(tmp_path / "two-second-copy.yaml") == MAPPED
