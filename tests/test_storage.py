"""A mapping on disk: saved whole or not at all, kept from two hands at once, and never lost."""

import contextlib
import errno
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dtm_mapper.checking import problems_in
from dtm_mapper.comments import new_head
from dtm_mapper.errors import FileProblems, OpenElsewhere, Refused, Unusable
from dtm_mapper.mapping import OTHER, DataUser, Mapping, Row
from dtm_mapper.mappingfile import Writer, parse
from dtm_mapper.store.atomic import write_whole
from dtm_mapper.store.backups import Backups
from dtm_mapper.store.folder import mappings_in, read
from dtm_mapper.store.store import Store, rescue
from strategies import CATALOGUE

windows = pytest.mark.skipif(sys.platform == "win32", reason="needs links, modes, pipes or limits of POSIX")

TODAY = "2026-11-22"
EMPTY = Mapping(CATALOGUE.id, CATALOGUE.version, TODAY)
PENDING = EMPTY.with_row(Row("hct", "coordination", CATALOGUE.example_by_id["hct"].name, pending="Ask"))
MAPPED = EMPTY.with_users(CATALOGUE, "iom", OTHER, tuple(DataUser(f"User {number}") for number in range(200)))

#: A mapping as somebody laid it out by hand.
BY_HAND = """\
# Kept by the IM team.
format:   "dtm-mapping/1"
catalogue:
  version: 1  # the newest
  id: dtm-data-users
sections:
- id: coordination
  rows:
  - pending: Ask
    example: hct
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mapping.yaml"


@pytest.fixture
def own_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of somebody without special rights: root, who may write anywhere, steps down meanwhile.

    What a test patches, its working folder too, is put back when root is root again.
    """
    if sys.platform == "win32":
        pytest.skip("Windows keeps no such rights on folders")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
            for path in folder.iterdir():
                path.chmod(0o700)
            if root:
                os.seteuid(0)


def text(mapping: Mapping) -> str:
    return Writer(CATALOGUE).text(mapping)


def saved(file: Path) -> Mapping:
    mapping, problems = parse(file.read_bytes(), CATALOGUE)
    assert mapping is not None, problems
    return mapping


def opened(file: Path, source: str = "") -> Store:
    """A store with its file loaded, written before where there is a source."""
    if source:
        file.write_bytes(source.encode())
    store = Store(file, CATALOGUE)
    store.load()
    return store


def python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own, with the names of this module; what it prints is read line by line."""
    names = (
        "import os, sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from dtm_mapper.catalogue_file import default_path, load\n"
        "from dtm_mapper.errors import OpenElsewhere\n"
        "from dtm_mapper.store.store import Store\n"
        "store = Store(Path(sys.argv[1]), load(default_path()))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", names + code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_what_is_saved_is_loaded_again(file: Path) -> None:
    store = Store(file, CATALOGUE)
    for mapping in (PENDING, MAPPED, EMPTY):
        store.save(mapping)
        assert Store(file, CATALOGUE).load() == (mapping, [])
    assert {path.name for path in file.parent.iterdir()} == {file.name}


def test_a_file_is_utf_8_with_plain_line_ends_on_every_system(file: Path) -> None:
    Store(file, CATALOGUE).save(replace(PENDING, response="العربية – é"))
    wanted = new_head(file.name) + text(replace(PENDING, response="العربية – é"))
    assert file.read_bytes() == wanted.encode("utf-8")
    assert b"\r" not in file.read_bytes()


def test_a_mapping_that_was_not_changed_or_changed_back_has_the_bytes_that_it_had(file: Path) -> None:
    store = opened(file, BY_HAND)
    mapping = saved(file)
    store.save(mapping)
    assert file.read_text(encoding="utf-8") == BY_HAND
    store.save(replace(mapping, response="Changed"))
    assert saved(file).response == "Changed"
    store.save(mapping)
    assert file.read_bytes().decode() == BY_HAND


def test_a_file_that_cannot_be_used_is_told_with_its_problems_and_left_alone(file: Path) -> None:
    file.write_text(text(PENDING).replace("pending:", "pendign:"), encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(FileProblems) as caught:
        Store(file, CATALOGUE).load()
    assert any("“pendign”; did you mean “pending”?" in problem.what for problem in caught.value.problems)
    assert f"{file}:" in str(caught.value)
    assert file.read_bytes() == before


@windows
def test_the_mode_and_the_owner_of_the_file_are_kept(file: Path) -> None:
    store = opened(file, text(PENDING))
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 65534, 65534)
    before = file.stat()
    store.save(MAPPED)
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


@windows
def test_a_new_file_has_the_mode_that_new_files_have_here(file: Path) -> None:
    mask = os.umask(0o027)
    try:
        Store(file, CATALOGUE).save(PENDING)
    finally:
        os.umask(mask)
    assert file.stat().st_mode & 0o777 == 0o640


@windows
@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_one_and_its_file_is_written(tmp_path: Path, exists: bool) -> None:
    (tmp_path / "there").mkdir()
    file, link = tmp_path / "there" / "mapping.yaml", tmp_path / "link.yaml"
    link.symlink_to(file)
    if exists:
        file.write_text(text(PENDING), encoding="utf-8")
        store = opened(link)
    else:
        store = Store(link, CATALOGUE)
    store.save(MAPPED)
    assert link.is_symlink()
    assert saved(file) == saved(link) == MAPPED
    assert not list(tmp_path.glob("*-second-copy*"))


@windows
@pytest.mark.parametrize("limit", [0, 100])
def test_a_full_disk_leaves_the_old_file_whole_and_nothing_beside_it(file: Path, limit: int) -> None:
    file.write_text(text(MAPPED), encoding="utf-8")
    before = file.read_bytes()
    process = python(
        "import resource\n"
        "mapping, _warnings = store.load()\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    store.save(replace(mapping, response='Changed'))\n"
        "except OSError as error:\n"
        "    print(error.errno, store.path)\n",
        file,
    )
    assert process.communicate()[0].split(maxsplit=1) == [str(errno.EFBIG), f"{file}\n"]
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.rglob("*") if path.is_file()] == [file.name]


@windows
def test_a_full_disk_keeps_nobody_from_opening_a_mapping(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    process = python(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "with store.locked('me'):\n"
        "    print(store.load()[0].rows['hct'].pending, flush=True)\n",
        file,
    )
    assert process.communicate()[0] == "Ask\n"
    assert process.returncode == 0


def test_a_read_only_folder_leaves_the_old_file_whole_and_a_later_save_succeeds(own_folder: Path) -> None:
    file = own_folder / "mapping.yaml"
    store = opened(file, text(PENDING))
    own_folder.chmod(0o500)
    with pytest.raises(OSError, match=r"[Pp]ermission"):
        store.save(MAPPED)
    assert saved(file) == PENDING
    with pytest.raises(Unusable, match="cannot be written to"), store.locked("me"):
        pass
    own_folder.chmod(0o700)
    store.save(MAPPED)
    assert saved(file) == MAPPED
    assert store.path == file


def test_a_folder_that_was_away_for_a_while_gets_the_next_save(tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    store = opened(folder / "mapping.yaml", text(PENDING))
    folder.rename(tmp_path / "away")
    with pytest.raises(FileNotFoundError):
        store.save(MAPPED)
    (tmp_path / "away").rename(folder)
    store.save(MAPPED)
    assert saved(folder / "mapping.yaml") == MAPPED
    assert store.path == folder / "mapping.yaml"


def test_a_folder_that_cannot_be_flushed_is_still_one_to_save_in(own_folder: Path) -> None:
    file = own_folder / "mapping.yaml"
    store = opened(file, text(PENDING))
    own_folder.chmod(0o300)
    store.save(MAPPED)
    store.save(EMPTY)
    assert store.path == file
    assert saved(file) == EMPTY


@windows
def test_whoever_reads_while_it_is_saved_reads_the_old_or_the_new(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    process = python(
        "old, _warnings = store.load()\n"
        "new = replace(old, response='x' * 2000)\n"
        "for _time in range(100):\n"
        "    store.save(new)\n"
        "    store.save(old)\n"
        "    print(flush=True)\n",
        file,
    )
    contents = {text(PENDING), text(replace(PENDING, response="x" * 2000))}
    line_of(process)
    while process.poll() is None:
        assert file.read_text(encoding="utf-8") in contents
    process.communicate()
    assert process.returncode == 0


def test_a_session_killed_at_any_instant_leaves_a_whole_file(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    contents = {text(PENDING), text(replace(PENDING, response="x" * 2000))}
    for lines in range(5):
        process = python(
            "old, _warnings = store.load()\n"
            "while True:\n"
            "    store.save(replace(old, response='x' * 2000))\n"
            "    print(flush=True)\n"
            "    store.save(replace(old, response=''))\n",
            file,
        )
        for _line in range(1 + lines):
            line_of(process)
        process.kill()
        process.communicate()
        assert file.read_text(encoding="utf-8") in contents
        write_whole(file, text(PENDING).encode())


def test_a_second_session_is_kept_out_and_told_who_has_the_mapping(file: Path) -> None:
    holder = python(
        "with store.locked('Amina on laptop-7, since 09:12'):\n    print('held', flush=True)\n    input()\n",
        file,
    )
    assert line_of(holder) == "held"
    with pytest.raises(OpenElsewhere, match="Amina on laptop-7") as caught, opened_lock(file):
        pass
    assert caught.value.exit_code == 3
    assert str(file) in str(caught.value)
    holder.communicate("\n")
    with opened_lock(file) as locked:
        assert locked
    assert list(file.parent.iterdir()) == []


def test_a_lock_is_free_after_its_holder_was_killed(file: Path) -> None:
    holder = python("with store.locked('x'):\n    print('held', flush=True)\n    input()\n", file)
    assert line_of(holder) == "held"
    holder.kill()
    holder.communicate()
    with opened_lock(file, "after") as locked:
        assert locked
        with pytest.raises(OpenElsewhere, match="open elsewhere: after"), opened_lock(file):
            pass


def test_a_lock_file_left_behind_by_another_boot_keeps_nobody_out(file: Path) -> None:
    with opened_lock(file, "someone"):
        (left,) = file.parent.iterdir()
    left.write_text("someone, since yesterday", encoding="utf-8")
    with opened_lock(file) as locked:
        assert locked


@windows
def test_a_link_and_its_file_have_one_lock(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    with opened_lock(file), pytest.raises(OpenElsewhere), opened_lock(link):
        pass


def test_a_lock_left_behind_by_another_user_keeps_nobody_out(own_folder: Path) -> None:
    file = own_folder / "mapping.yaml"
    lock = own_folder / f".{file.name}.lock"
    lock.touch()
    lock.chmod(0o444)
    with opened_lock(file):
        pass


@windows
def test_of_many_at_once_one_at_a_time_has_the_mapping(file: Path) -> None:
    count = file.with_name("count")
    count.write_text("0", encoding="utf-8")
    processes = [
        python(
            "count, done = Path(sys.argv[2]), 0\n"
            "while done < 40:\n"
            "    try:\n"
            "        with store.locked('x') as locked:\n"
            "            assert locked\n"
            "            count.write_text(str(int(count.read_text()) + 1))\n"
            "            done += 1\n"
            "    except OpenElsewhere:\n"
            "        pass\n",
            file,
            count,
        )
        for _process in range(3)
    ]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert count.read_text(encoding="utf-8") == "120"


@contextlib.contextmanager
def opened_lock(file: Path, holder: str = "me") -> Iterator[bool]:
    with Store(file, CATALOGUE).locked(holder) as locked:
        yield locked


def test_a_file_that_somebody_else_changed_is_left_alone_and_the_session_goes_on_beside_it(
    file: Path,
) -> None:
    store = opened(file, text(PENDING))
    file.write_text(text(MAPPED), encoding="utf-8")
    changed = replace(PENDING, response="Mine")
    store.save(changed)
    assert saved(file) == MAPPED
    assert store.path != file
    assert (store.path.parent, store.path.suffix) == (file.parent, file.suffix)
    assert saved(store.path) == changed
    beside = store.path
    store.save(replace(changed, response="Still mine"))
    assert store.path == beside
    assert (saved(file), saved(beside).response) == (MAPPED, "Still mine")


def test_a_file_that_appeared_meanwhile_is_left_alone(file: Path) -> None:
    store = Store(file, CATALOGUE)
    file.write_text(text(MAPPED), encoding="utf-8")
    store.save(PENDING)
    assert (saved(file), saved(store.path)) == (MAPPED, PENDING)


def test_a_second_copy_of_before_is_left_alone_too(file: Path) -> None:
    contents = set()
    for number in range(3):
        store = opened(file, text(PENDING))
        file.write_text(text(MAPPED), encoding="utf-8")
        store.save(replace(PENDING, response=str(number)))
        contents.add(saved(store.path).response)
    beside = [saved(path).response for path in file.parent.glob("*.yaml") if path != file]
    assert sorted(beside) == sorted(contents) == ["0", "1", "2"]


def test_the_file_as_it_was_is_kept_before_the_first_change_and_only_then(file: Path) -> None:
    store = opened(file, BY_HAND)
    mapping = saved(file)
    assert store.backups.paths() == []
    store.save(replace(mapping, response="One"))
    store.save(replace(mapping, response="Two"))
    (backup,) = store.backups.paths()
    assert backup.read_text(encoding="utf-8") == BY_HAND
    assert "(line 4)" in store.comments_warning()


def test_the_last_ten_backups_are_kept_and_what_held_comments_too(file: Path) -> None:
    file.write_text(BY_HAND, encoding="utf-8")
    for number in range(15):
        os.utime(file, (1_700_000_000 + number,) * 2)
        store = opened(file)
        store.save(replace(PENDING, response=f"Session {number}"))
    kept = [path.read_text(encoding="utf-8") for path in Backups(file).paths()]
    assert BY_HAND in kept
    assert [parse(content.encode(), CATALOGUE)[0] for content in kept if content != BY_HAND] == [
        replace(PENDING, response=f"Session {number}") for number in range(13, 3, -1)
    ]


def test_two_files_saved_in_one_second_are_both_kept(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    for mapping in (MAPPED, EMPTY):
        os.utime(file, (1_700_000_000,) * 2)
        opened(file).save(mapping)
    kept = [parse(path.read_bytes(), CATALOGUE)[0] for path in Backups(file).paths()]
    assert len(kept) == 2
    assert PENDING in kept
    assert MAPPED in kept


def test_a_file_is_kept_however_old_it_says_that_it_is(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    for number in range(12):
        os.utime(file, (1_700_000_000 + number,) * 2)
        opened(file).save(replace(PENDING, response=str(number)))
    # As a file that came by mail or out of an archive.
    file.write_text(text(MAPPED), encoding="utf-8")
    os.utime(file, (1_000_000_000,) * 2)
    opened(file).save(EMPTY)
    assert MAPPED in [parse(path.read_bytes(), CATALOGUE)[0] for path in Backups(file).paths()]


def test_files_of_others_in_the_folder_of_backups_are_left_alone(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    Backups(file).folder.mkdir()
    own = [Backups(file).folder / name for name in ("0 my good one.yaml", "my good one.yaml")]
    for path in own:
        path.write_text(text(MAPPED), encoding="utf-8")
    for number in range(12):
        os.utime(file, (1_700_000_000 + number,) * 2)
        opened(file).save(replace(PENDING, response=str(number)))
    assert all(path.exists() for path in own)


def test_a_backup_that_cannot_be_removed_stops_no_save_and_costs_no_other_backup(file: Path) -> None:
    folder = Backups(file).folder
    Store(file, CATALOGUE).save(PENDING)
    # What cannot be unlinked is not removed, like a file that another program has open on Windows.
    (folder / "2020-01-01 00.00.00.yaml").mkdir(parents=True)
    newer = [folder / f"2020-01-{day:02} 00.00.00.yaml" for day in range(2, 11)]
    for path in newer:
        path.write_bytes(b"kept")
    store = Store(file, CATALOGUE)
    store.load()
    store.save(MAPPED)
    assert Store(file, CATALOGUE).load()[0] == MAPPED
    assert all(path.exists() for path in newer)


def test_a_backup_that_cannot_be_made_stops_no_save(file: Path) -> None:
    Store(file, CATALOGUE).save(PENDING)
    Backups(file).folder.write_bytes(b"A file in place of the folder")
    store = Store(file, CATALOGUE)
    store.load()
    store.save(MAPPED)
    assert store.backup_problem
    assert Store(file, CATALOGUE).load()[0] == MAPPED
    assert Backups(file).folder.read_bytes() == b"A file in place of the folder"


def test_a_mapping_dated_before_1970_is_saved_with_its_backup(file: Path) -> None:
    Store(file, CATALOGUE).save(PENDING)
    os.utime(file, (-1e6, -1e6))
    store = Store(file, CATALOGUE)
    store.load()
    store.save(MAPPED)
    assert [path.read_bytes() != file.read_bytes() for path in Backups(file).paths()] == [True]


def test_what_a_killed_session_left_among_the_backups_is_removed(file: Path) -> None:
    Store(file, CATALOGUE).save(PENDING)
    folder = Backups(file).folder
    folder.mkdir()
    left = folder / ".2026-12-01 04.36.29.yaml.d96_nc5o.tmp"
    left.write_bytes(b"half")
    with Store(file, CATALOGUE).locked("somebody"):
        assert not left.exists()


def test_a_backup_that_is_put_back_costs_nothing_of_what_was_there(file: Path) -> None:
    store = opened(file, BY_HAND)
    os.utime(file, (1_700_000_000,) * 2)
    store.save(MAPPED)
    (backup,) = store.backups.paths()
    store.put_back(backup)
    assert file.read_text(encoding="utf-8") == BY_HAND
    kept = [path.read_text(encoding="utf-8") for path in store.backups.paths()]
    assert "# Kept by the IM team.\n" + text(MAPPED) in kept


def test_the_oldest_of_ten_backups_can_be_put_back_too(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    for number in range(12):
        os.utime(file, (1_700_000_000 + number,) * 2)
        opened(file).save(replace(PENDING, response=str(number)))
    store = opened(file)
    oldest = store.backups.paths()[-1]
    before = oldest.read_bytes()
    store.put_back(oldest)
    assert file.read_bytes() == before


def test_what_cannot_be_saved_is_rescued_where_it_can_be(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("given", "here"):
        (own_folder / name).mkdir()
    monkeypatch.chdir(own_folder / "here")
    file = own_folder / "given" / "mapping.yaml"
    place = rescue(file, text(PENDING).encode())
    assert place is not None
    assert place.parent == file.parent
    assert saved(place) == PENDING
    for mode in (0o500, 0):
        file.parent.chmod(mode)
        place = rescue(file, text(MAPPED).encode())
        assert place is not None
        assert place.resolve().parent == (own_folder / "here").resolve()
        assert saved(place) == MAPPED


@windows
def test_a_mapping_is_rescued_from_a_folder_that_is_gone_with_all_who_stand_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setenv("HOME", str(tmp_path))
    gone.rmdir()
    place = rescue(Path("mapping.yaml"), text(MAPPED).encode())
    assert place is not None
    assert saved(place) == MAPPED


def test_what_was_rescued_before_is_left_alone(file: Path) -> None:
    first, second = rescue(file, text(PENDING).encode()), rescue(file, text(MAPPED).encode())
    assert first is not None
    assert second is not None
    assert (saved(first), saved(second)) == (PENDING, MAPPED)


@windows
def test_no_copy_of_a_file_can_be_read_by_more_than_the_file(file: Path) -> None:
    store = opened(file, text(PENDING))
    file.chmod(0o600)
    store.save(MAPPED)
    copies = [*store.backups.paths(), rescue(file, text(MAPPED).encode())]
    file.write_text(text(EMPTY), encoding="utf-8")
    store.save(PENDING)
    for copy in (*copies, store.path):
        assert copy is not None
        assert copy != file
        assert copy.stat().st_mode & 0o777 == 0o600


def test_a_place_where_no_mapping_can_be_is_told_at_once(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path, "folder, not a file"),
        (tmp_path / "gone" / "mapping.yaml", "does not exist"),
        (tmp_path / ("x" * 300 + ".yaml"), "name"),
    ):
        with pytest.raises(Unusable, match=words) as caught:
            Store(path, CATALOGUE)
        assert caught.value.where == str(path)
        assert caught.value.mend


@windows
def test_a_link_into_a_folder_that_does_not_exist_is_told_with_that_folder(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "gone" / "mapping.yaml")
    with pytest.raises(Unusable, match="gone"):
        Store(link, CATALOGUE)


def test_a_file_that_cannot_be_read_is_told_with_what_is_there_instead(tmp_path: Path) -> None:
    (tmp_path / "mali.yaml").write_text(text(PENDING), encoding="utf-8")
    with pytest.raises(Unusable, match=r"no such file[^$]*mali\.yaml"):
        read(tmp_path / "male.yaml")
    with pytest.raises(Unusable, match="folder, not a file"):
        read(tmp_path)
    with pytest.raises(Unusable):
        read(tmp_path / "mali.yaml" / "mapping.yaml")
    with pytest.raises(Unusable):
        read(tmp_path / ("x" * 300))


def test_a_file_in_a_folder_of_somebody_else_is_told(own_folder: Path) -> None:
    file = own_folder / "closed" / "mapping.yaml"
    file.parent.mkdir()
    file.parent.chmod(0)
    with pytest.raises(Unusable, match=r"[Pp]ermission"):
        read(file)
    with pytest.raises(Unusable, match=r"[Pp]ermission"):
        Store(file, CATALOGUE)


def test_a_file_larger_than_allowed_is_refused_without_being_read(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(1 << 28)
    with pytest.raises(Unusable, match="8 MB"):
        read(file)


@windows
def test_what_is_no_ordinary_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "mali.yaml").write_text(text(PENDING), encoding="utf-8")
    for path in (tmp_path / "pipe.yaml", Path("/dev/zero")):
        with pytest.raises(Unusable, match="not a regular file"):
            read(path)
        with pytest.raises(Unusable, match="not a regular file"):
            Store(path, CATALOGUE).load()
        with pytest.raises(Unusable, match="not a regular file"):
            problems_in(path, None)
    assert [path.name for path in mappings_in(tmp_path)] == ["mali.yaml"]


def test_a_mapping_too_large_to_be_opened_again_is_not_saved(file: Path) -> None:
    store = opened(file, text(PENDING))
    users = tuple(DataUser(f"User {number}", {"notes": "x" * 2000}) for number in range(4200))
    with pytest.raises(OSError, match="large"):
        store.save(PENDING.with_users(CATALOGUE, "iom", OTHER, users))
    assert saved(file) == PENDING


@windows
def test_a_write_protected_file_is_refused_at_opening_with_how_to_mend_it(file: Path) -> None:
    store = opened(file, text(PENDING))
    file.chmod(0o444)
    with pytest.raises(Refused, match="write-protected") as caught, store.locked("me"):
        pass
    assert f"chmod u+w {file}" in caught.value.mend
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    file.chmod(0o644)
    with store.locked("me"):
        store.save(MAPPED)
    assert saved(file) == MAPPED


@windows
def test_a_file_that_is_protected_meanwhile_is_left_alone_until_it_no_longer_is(file: Path) -> None:
    store = opened(file, text(PENDING))
    file.chmod(0o444)
    for _time in range(3):
        with pytest.raises(PermissionError):
            store.save(MAPPED)
    assert saved(file) == PENDING
    assert len(store.backups.paths()) == 1
    rescued = rescue(file, text(MAPPED).encode())
    assert rescued is not None
    assert rescued.stat().st_mode & 0o777 == 0o644
    file.chmod(0o644)
    store.save(MAPPED)
    assert saved(file) == MAPPED


@windows
def test_a_second_file_can_be_saved_again_where_the_first_was_protected_by_whoever_changed_it(
    file: Path,
) -> None:
    store = opened(file, text(PENDING))
    file.write_text(text(MAPPED), encoding="utf-8")
    file.chmod(0o444)
    store.save(EMPTY)
    store.save(PENDING)
    assert (saved(file), saved(store.path)) == (MAPPED, PENDING)


def test_saves_that_fail_push_no_older_backup_out(file: Path) -> None:
    file.write_text(text(PENDING), encoding="utf-8")
    for number in range(12):
        os.utime(file, (1_700_000_000 + number,) * 2)
        opened(file).save(replace(PENDING, response=str(number)))
    before = Backups(file).paths()
    store = opened(file)
    for _time in range(12):
        file.chmod(0o444)
        with pytest.raises(PermissionError):
            store.save(MAPPED)
    assert len(set(before) & set(Backups(file).paths())) == Backups.KEPT - 1
    file.chmod(0o644)


@windows
@pytest.mark.parametrize("letter", ["x", "é", "日"])
@pytest.mark.parametrize("ending", [".yaml", ".yml", ""])
def test_a_mapping_may_have_the_longest_name_that_a_file_can_have(
    tmp_path: Path, letter: str, ending: str
) -> None:
    length = (255 - len(ending)) // len(letter.encode()) + len(ending)
    file = tmp_path / (letter * (length - len(ending)) + ending)
    alike = file.with_name(letter * (length - len(ending) - 1) + "z" + ending)
    store = Store(file, CATALOGUE)
    with store.locked("me") as locked, opened_lock(alike) as another:
        assert (locked, another) == (True, True)
        store.save(PENDING)
        opened(file).save(MAPPED)
        opened(alike, text(EMPTY)).save(PENDING)
        (backup,) = Backups(file).paths()
        assert saved(backup) == PENDING
        store.save(EMPTY)
        place = rescue(file, text(EMPTY).encode())
        assert place is not None
        assert place.parent == file.parent
    assert (saved(file), saved(store.path)) == (MAPPED, EMPTY)


def test_mappings_whose_names_differ_in_their_ending_have_backups_of_their_own(tmp_path: Path) -> None:
    names = ("a.yaml", "a.yml", "a", "a.yml.yaml", "a.yaml.yaml", "a.b.yml")
    for name in names:
        opened(tmp_path / name, text(replace(PENDING, response=name))).save(EMPTY)
    for name in names:
        (backup,) = Backups(tmp_path / name).paths()
        assert saved(backup).response == name
    assert Backups(tmp_path / "a.yaml").folder == tmp_path / "a-backups"


def test_what_a_killed_save_left_behind_goes_when_the_mapping_is_opened_and_nothing_else(file: Path) -> None:
    left = file.with_name(f".{file.name}.a1b2c3_4.tmp")
    others = [
        file.with_name(name)
        for name in (
            *(f".{file.name}.tmp", f".{file.name}.old.a1b2c3_4.tmp", f".{file.name}.a1b2c3_4.yaml"),
            *(".other.yaml.a1b2c3_4.tmp", "mapping.yaml.a1b2c3_4.tmp"),
        )
    ]
    for path in (left, *others):
        path.touch()
    with opened_lock(file):
        assert not left.exists()
    assert all(path.exists() for path in others)


@windows
def test_a_lock_that_is_a_link_empties_no_other_file(file: Path) -> None:
    other = file.with_name("other.txt")
    other.write_text("of somebody", encoding="utf-8")
    file.with_name(f".{file.name}.lock").symlink_to(other)
    with opened_lock(file) as locked:
        assert not locked
    assert other.read_text(encoding="utf-8") == "of somebody"


@pytest.mark.parametrize("broken", [b"# a: [\n", b"a: 'b # c\n", b"\xff # \0", b"a: &x [*y] # z\n"])
def test_a_backup_can_be_put_back_over_any_file_and_that_file_is_kept(file: Path, broken: bytes) -> None:
    store = opened(file, text(PENDING))
    store.save(MAPPED)
    (backup,) = store.backups.paths()
    file.write_bytes(broken)
    Store(file, CATALOGUE).put_back(backup)
    assert saved(file) == PENDING
    assert broken in [path.read_bytes() for path in store.backups.paths()]


def test_the_mappings_in_a_folder_are_known_by_what_they_say(tmp_path: Path) -> None:
    for name, content in (
        ("b.yaml", text(PENDING)),
        ("a.yml", BY_HAND),
        ("c.yaml", "\ufeff" + text(PENDING)),
        ("other.yaml", "a: b\n"),
        ("notes.txt", text(PENDING)),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    assert [path.name for path in mappings_in(tmp_path)] == ["a.yml", "b.yaml", "c.yaml"]


@windows
@pytest.mark.parametrize(
    ("mode", "words"), [(0o644, "everybody"), (0o604, "everybody"), (0o640, "your group"), (0o600, "")]
)
def test_that_others_can_read_the_file_is_told(file: Path, mode: int, words: str) -> None:
    store = opened(file, text(PENDING))
    file.chmod(mode)
    user = DataUser("UNHCR", {"contact": "a@example.org"})
    personal = PENDING.with_users(CATALOGUE, "iom", OTHER, (user,))
    warning = store.readers_warning(PENDING, personal)
    assert words in warning
    assert bool(words) == bool(warning)
    if warning:
        subprocess.run(shlex.split(warning.partition(": ")[2]), check=True)
        assert store.readers_warning(PENDING, personal) == ""
    assert store.readers_warning(PENDING, PENDING) == store.readers_warning(personal, personal) == ""
