"""What stands above the first key of a mapping's file: written for a new file, and then never changed."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dtm_mapper.comments import find_head, lost_comments, new_head
from dtm_mapper.mapping import Mapping, Row
from dtm_mapper.mappingfile import Writer, looks_like_mapping, parse
from dtm_mapper.store.backups import Backups
from dtm_mapper.store.folder import holds_mapping, mappings_in
from dtm_mapper.store.store import Store, rescue
from strategies import CATALOGUE, mappings
from test_cli import run

EXAMPLES = Path(__file__).parents[1] / "examples"
BODY = """\
format: dtm-mapping/1
response: Mali
created: '2026-11-22'
updated: '2026-11-22'
catalogue: {id: dtm-data-users, version: '2'}
sections:
- id: coordination
  rows:
  - example: hct
    label: HCT or other coordination body for the response
    pending: Ask
"""
HEADS = {
    "nothing": b"",
    "the head of a new file": new_head("mali.yaml").encode(),
    "comments and blank lines": "# Gestionné par Amina\n\n  # demander à OCHA : é\n  \n".encode(),
    "Windows' line ends": b"# Kept by the IM team.\r\n\r\n# Ask Amina.\r\n",
    "a byte order mark": b"\xef\xbb\xbf# Kept by the IM team.\n",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "the beginning of a document": b"# a\n--- # b\n# c\n",
    "a directive": b"%YAML 1.1\n---\n\n",
    "old line ends": b"# a\r# b\r",
    "a long text": b"# All that the next person in the post has to know about this response.\n" * 3_000,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mali.yaml"


def test_a_new_file_says_what_it_is_and_which_command_continues_it(tmp_path: Path) -> None:
    name = "mali.yaml" if sys.platform == "win32" else "Mali's $HOME.yaml"
    run("new", "--plain", name, cwd=tmp_path, given="Mali\n:quit\n")
    first, second, third = (tmp_path / name).read_text(encoding="utf-8").splitlines()[:3]
    assert first == "# This file is a mapping of data users, made with dtm-map."
    assert third == "format: dtm-mapping/1"
    command = second.removeprefix("# To continue it, run: ")
    program, *words = shlex.split(command)
    assert program == "dtm-map"
    assert run(*words, "--plain", cwd=tmp_path, given=":quit\n").code == 0


def test_a_mapping_that_an_import_begins_has_the_same_head(tmp_path: Path) -> None:
    run("import", EXAMPLES / "coxs-bazar.json", "new.yaml", "--yes", cwd=tmp_path)
    assert (tmp_path / "new.yaml").read_text(encoding="utf-8").startswith(new_head("new.yaml") + "format:")


def test_a_name_with_a_line_break_stays_inside_the_comment() -> None:
    assert new_head("a\nformat: dtm-mapping/2") == new_head("FILE")
    assert new_head("a\udc80.yaml") == new_head("FILE")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_every_change_keeps_what_stands_above_the_first_key(file: Path, head: bytes) -> None:
    source = head + BODY.encode()
    file.write_bytes(source)
    opened = run("edit", "--plain", "mali.yaml", "--at", "response", cwd=file.parent, given=":quit\n")
    assert "comments" not in opened.out
    assert file.read_bytes() == source
    given = "Mali 2027\n:quit\n"
    assert run("edit", "--plain", "mali.yaml", "--at", "response", cwd=file.parent, given=given).code == 0
    changed = file.read_bytes()
    assert changed.startswith(head + b"format: dtm-mapping/1\nresponse: Mali 2027\n")
    given = "Mali 2028\n:undo\n:quit\n"
    assert run("edit", "--plain", "mali.yaml", "--at", "response", cwd=file.parent, given=given).code == 0
    assert file.read_bytes() == changed
    source_file = EXAMPLES / "coxs-bazar.json"
    assert run("import", source_file, "mali.yaml", "--yes", cwd=file.parent).code == 0
    assert file.read_bytes().startswith(head + b"format:")
    assert b"ISCG" in file.read_bytes()
    backups = Backups(file).paths()
    assert [path for path in backups if "comments" in path.name] == []
    number = [path.read_bytes() for path in backups].index(source) + 1
    assert run("restore", "mali.yaml", "--put", str(number), cwd=file.parent).code == 0
    assert file.read_bytes() == source
    assert run("check", "mali.yaml", cwd=file.parent).out == "mali.yaml: no problems\n"


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_second_copy_and_a_rescued_one_have_the_head_too(file: Path, head: bytes) -> None:
    file.write_bytes(head + BODY.encode())
    store = Store(file, CATALOGUE)
    mapping = replace(store.load()[0], response="Changed")
    rescued = rescue(file, store.content(mapping))
    assert rescued is not None
    file.write_bytes(b"# Somebody else\n" + BODY.encode())
    store.save(mapping)
    assert store.path != file
    for path in (rescued, store.path):
        assert path.read_bytes().startswith(head + b"format:")
        assert Store(path, CATALOGUE).load()[0] == mapping


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_mapping_is_known_below_any_head(file: Path, head: bytes) -> None:
    file.write_bytes(head + BODY.encode())
    assert looks_like_mapping(file.read_bytes())
    assert mappings_in(file.parent) == [file]
    file.write_bytes(head + b"format: dtm-catalogue/1\n")
    assert mappings_in(file.parent) == []


def test_comments_below_the_first_key_are_told_and_kept_in_a_backup(file: Path) -> None:
    source = "# Ours\n" + BODY.replace("pending: Ask", "pending: Ask  # Amina knows")
    file.write_text(source, encoding="utf-8")
    given = "Mali 2027\n:quit\n"
    result = run("edit", "--plain", "mali.yaml", "--at", "response", cwd=file.parent, given=given)
    assert "mali.yaml has comments (line 12). They are not kept" in result.out
    (backup,) = (file.parent / "mali-backups").iterdir()
    assert backup.name.endswith(" with comments.yaml")
    assert backup.read_text(encoding="utf-8") == source
    imported = run("import", EXAMPLES / "coxs-bazar.json", backup, "--yes", cwd=file.parent)
    assert "has comments (line 12)" in imported.err


def test_a_head_that_a_restored_backup_does_not_have_is_kept_as_comments_are(file: Path) -> None:
    file.write_text(BODY, encoding="utf-8")
    run("edit", "--plain", "mali.yaml", "--at", "response", cwd=file.parent, given="Mali 2027\n:quit\n")
    mine = "# Ask Amina\n" + file.read_text(encoding="utf-8")
    file.write_text(mine, encoding="utf-8")
    run("restore", "mali.yaml", "--put", "1", cwd=file.parent)
    assert file.read_text(encoding="utf-8") == BODY
    (kept,) = (file.parent / "mali-backups").glob("*with comments.yaml")
    assert kept.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_mapping_that_was_handed_on_keeps_its_comments_and_loses_its_sign(file: Path, end: bytes) -> None:
    file.write_text(BODY, encoding="utf-8")
    shared = file.with_name("shared.yaml")
    run("report", "mali.yaml", "-o", "shared.yaml", cwd=file.parent)
    shared.write_bytes(shared.read_bytes().replace(b"\n", end))
    assert not holds_mapping(shared)
    comments = shared.read_bytes().split(end)[:2]
    run("edit", "--plain", "shared.yaml", "--at", "response", cwd=file.parent, given="Mali 2027\n:quit\n")
    assert shared.read_bytes().startswith(
        end.join([*comments, b"format: dtm-mapping/1\nresponse: Mali 2027\n"])
    )
    assert holds_mapping(shared)


@pytest.mark.parametrize(
    ("source", "head"),
    [
        ("# a\n  format: x\n", "# a\n"),
        ("# a\n--- {format: x}\n", "# a\n---\n"),
        ("{format: x}\n", ""),
        ("# a\nresponse: x\nformat: y\n", "# a\n"),
        ("# a\n? format\n: x\n", "# a\n"),
        ("# a: [\n", ""),
        ("# a\n- b\n", ""),
        ("", ""),
    ],
)
def test_the_head_ends_where_the_keys_begin(source: str, head: str) -> None:
    assert find_head(source.encode()) == head.encode()


_head_lines = st.sampled_from(
    ["", "# a", "#", "  # format: dtm-mapping/2", "#\t\t", "# é \u2028 \u0085", "# 'b: [", "#---", "    "]
)
_heads = st.tuples(
    st.sampled_from(["", "\ufeff"]),
    st.lists(_head_lines, max_size=4),
    st.sampled_from([[], ["---"], ["%YAML 1.1", "# c", "---  # d"]]),
    st.lists(_head_lines, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r"]),
).map(lambda parts: parts[0] + "".join(line + parts[4] for line in (*parts[1], *parts[2], *parts[3])))


@given(_heads, mappings())
@example("# a\n---\n", Mapping(CATALOGUE.id, CATALOGUE.version, ""))
def test_any_mapping_below_any_head_is_the_same_mapping_and_keeps_the_head(
    tmp_path_factory: pytest.TempPathFactory, head: str, mapping: Mapping
) -> None:
    source = (head + Writer(CATALOGUE).text(mapping)).encode()
    assert find_head(source) == head.encode()
    assert lost_comments(source) == []
    assert looks_like_mapping(source)
    file = tmp_path_factory.getbasetemp() / "below-any-head.yaml"
    file.write_bytes(source)
    store = Store(file, CATALOGUE)
    assert store.load()[0] == mapping
    assert store.content(mapping) == source
    changed = mapping.with_row(Row("hct", "coordination", "", pending="Changed"))
    assert store.content(changed) == (head + Writer(CATALOGUE).text(changed)).encode()
    again, problems = parse(store.content(changed), CATALOGUE)
    assert again is not None, problems
    assert again.rows["hct"].pending == "Changed"
