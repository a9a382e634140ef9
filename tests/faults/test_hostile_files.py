"""Files from anywhere, as a mapping and as a catalogue: refused, within bounds, and nothing happens."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper import catalogue_file as catalogues
from dtm_mapper.checking import problems_in
from dtm_mapper.errors import DtmMapError, Unusable
from dtm_mapper.store.store import Store
from strategies import CATALOGUE, damaged, sources

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs links, pipes or limits of POSIX")

HEADS = {
    "mapping": b"format: dtm-mapping/1\ncatalogue: {id: dtm-data-users, version: '2'}\n",
    "catalogue": b"format: dtm-catalogue/1\nid: x\nversion: '1'\ntitle: x\n",
}
MAPPING = (Path(__file__).parents[2] / "examples" / "coxs-bazar.yaml").read_bytes()
OWN = catalogues.default_path().read_bytes()
#: What a file may cost on top of what the program itself does.
SECONDS, MEMORY = 2.0, 200_000_000
BOMB = b"\n".join(
    [
        b"a0: &a0 [x, x]",
        *(b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 60)),
    ]
)

#: What is hostile, behind the head of a mapping or a catalogue, and words that say why it is refused.
HOSTILE = {
    "an alias bomb": (BOMB, "anchors, aliases and tags"),
    "open brackets": (b"sections: " + b"[" * 100_000, "nested more than"),
    "open braces": (b"sections: " + b"{a: " * 100_000, "nested more than"),
    "open lists": (b"sections:\n" + b"- " * 100_000, "nested more than"),
    "a thousand brackets": (b"sections: " + b"[" * 1_000 + b"]" * 1_000, "nested more than"),
    "a thousand braces": (b"sections: " + b"{a: " * 1_000 + b"}" * 1_000, "nested more than"),
    "a thousand keys": (
        b"sections:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 1_001)),
        "nested more than",
    ),
    "open keys": (b"? " * 100_000, "a key must be text"),
    "NULs": (b"\0" * 8_000_000, "U+0000"),
    "invalid UTF-8": (b"title: \xff\xfe\n", "not UTF-8"),
    "several documents": (b"---\n" + HEADS["mapping"], "second document"),
    "a tag": (b"x: !!python/object/apply:os.system [touch done]\n", "anchors, aliases and tags"),
    "a merge key": (b"<<: {a: b}\n", "unknown key “<<”"),
    "a merge of an anchor": (b"x: &x {a: b}\n<<: *x\n", "anchors, aliases and tags"),
    "tabs": (b"sections:\n\t- id: x\n", "begins with a tab"),
    "a terminal's commands": (b"x: \x1b[2J\x1b]0;title\x07\n", "U+001B"),
    "500,000 keys": (b"".join(b"k%d: v\n" % n for n in range(500_000)), "500000 parts"),
    "200,000 keys": (b"".join(b"k%d: v\n" % n for n in range(200_000)), "unknown key “k0”"),
    "one key again and again": (b"a: 1\n" * 500_000, "is repeated"),
    "a long line": (b"title: " + b"x" * 7_900_000, "title"),
    "a long key": (b"x" * 7_900_000 + b": y\n", "not valid YAML"),
    "a long anchor": (b"&" + b"x" * 7_900_000 + b" y: z\n", "not valid YAML"),
    "a long list": (b"sections: [" + b"x," * 249_000 + b"]", "must be keys with values"),
    "empty sections": (b"sections:\n" + b"- {}\n" * 160_000, "has no “id”"),
    "a text without end": (b"title: '" + b"''" * 3_900_000, "is not closed"),
    "many interests": (
        b"sections: [{id: s, title: t, examples: [{id: e, name: n, interests: ["
        + b"x, " * 200_000
        + b"]}]}]\n",
        "unknown",
    ),
}
WHOLE = {
    "nothing": (b"", "the file is empty"),
    "UTF-16": (HEADS["mapping"].decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (HEADS["mapping"].decode().encode("utf-16-le"), "U+0000"),
    "UTF-32": (HEADS["mapping"].decode().encode("utf-32"), "UTF-16"),
    "a long format": (b"format: dtm-mapping/" + b"1" * 7_900_000 + b"\n", "format"),
    "a tag of its own": (b"%TAG ! tag:x,2000:\n---\n!x a: b\n", "anchors, aliases and tags"),
    "another YAML": (b"%YAML 9.9\n---\n" + HEADS["mapping"], "not valid YAML"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, "UTF-8"),
    "a hundred megabytes": (b"#" * 100_000_000, "larger than 8 MB"),
}


class Outcome(NamedTuple):
    """How a command ended: its code, all that it said, and what it took: seconds of a processor, since the
    machine may be shared, and bytes."""

    code: int
    said: str
    seconds: float
    memory: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an operator, with a mapping in it."""
    (tmp_path / "good.yaml").write_bytes(MAPPING)
    return tmp_path


def dtm_map(folder: Path, *arguments: str, patience: float = 20) -> Outcome:
    """Runs the program, which gets no more memory than it may take."""
    output = folder.with_name("output")
    with output.open("wb") as target:
        process = subprocess.Popen(
            [sys.executable, "-c", LIMITED, str(MEMORY), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=target,
        )
        try:
            process.wait(patience)
        finally:
            process.kill()
            process.wait()
    said, _line, took = output.read_text(encoding="utf-8").rpartition("\nit took: ")
    seconds, memory = took.split()
    return Outcome(process.returncode, said, float(seconds), int(memory))


#: The program, with what it took at most as its last line.
LIMITED = """\
import atexit, sys
def peak():
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    try:
        with open("/proc/self/status") as status:
            most = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = resource.getrusage(resource.RUSAGE_SELF)
    print(f"\\nit took: {took.ru_utime + took.ru_stime} {most * unit}", file=sys.stderr)
if sys.platform != "win32":
    import resource
    atexit.register(peak)
    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]),) * 2)
sys.argv[:] = ["dtm-map", *sys.argv[2:]]
from dtm_mapper.__main__ import main
main()
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def commands(kind: str) -> list[list[str]]:
    """The commands that read a file of a kind: each alone may be the first to meet it."""
    if kind == "catalogue":
        return [
            ["catalogue", "--catalogue", "hostile.yaml"],
            ["new", "--plain", "x", "--catalogue", "hostile.yaml"],
        ]
    return [["check", "hostile.yaml"], ["new", "hostile.yaml", "--plain"], ["report", "hostile.yaml"]]


def files(kind: str) -> dict[str, tuple[bytes, str]]:
    """Hostile files of a kind by name, and the words that say why each is refused."""
    return {**{name: (HEADS[kind] + rest, words) for name, (rest, words) in HOSTILE.items()}, **WHOLE}


@posix
@pytest.mark.parametrize("kind", HEADS)
def test_hostile_files_are_refused_each_with_its_reason_and_nothing_happens(folder: Path, kind: str) -> None:
    for name, (source, _words) in files(kind).items():
        (folder / f"{name}.yaml").write_bytes(source)
    before = contents(folder)
    outcome = dtm_map(folder, "check", *(f"{name}.yaml" for name in files(kind)), patience=120)
    assert outcome.code == 2
    for name, (_source, words) in files(kind).items():
        said = [line for line in outcome.said.splitlines() if f"{name}.yaml:" in line]
        assert any(words in line for line in said), f"{name}: {said[:3]}"
        assert len("".join(said)) < 200_000
    assert "mistake in dtm-map" not in outcome.said
    assert outcome.memory <= MEMORY
    assert contents(folder) == before


@posix
@pytest.mark.parametrize("name", ["an alias bomb", "open brackets", "a tag", "a long format"])
@pytest.mark.parametrize("kind", HEADS)
def test_a_hostile_file_in_an_interview_is_refused_before_the_first_question(
    folder: Path, kind: str, name: str
) -> None:
    source, words = files(kind)[name]
    (folder / "hostile.yaml").write_bytes(source)
    before = contents(folder)
    outcome = dtm_map(folder, *commands(kind)[1])
    assert outcome.code == 2
    assert outcome.said.startswith("dtm-map: hostile.yaml:")
    assert words in outcome.said
    assert contents(folder) == before


@posix
@pytest.mark.campaign
@pytest.mark.parametrize("name", [*HOSTILE, *WHOLE])
@pytest.mark.parametrize("kind", HEADS)
def test_a_hostile_file_is_refused_in_time_by_every_command(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str
) -> None:
    source, words = files(kind)[name]
    (folder / "hostile.yaml").write_bytes(source)
    before = contents(folder)
    outcomes = [dtm_map(folder, *arguments) for arguments in commands(kind)]
    with capsys.disabled():
        took = ", ".join(f"{outcome.seconds:.2f} s, {outcome.memory // 1_000_000} MB" for outcome in outcomes)
        print(f"\n{name} as a {kind}: {took}", end=" ")
    for outcome in outcomes:
        assert outcome.code in (1, 2)
        assert words in outcome.said
        assert outcome.seconds <= SECONDS
        assert outcome.memory <= MEMORY
    assert contents(folder) == before


@pytest.mark.parametrize("change", [b"\xef\xbb\xbf%s", b"%s"], ids=["with a byte-order mark", "without one"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_what_editors_do_to_a_file_does_it_no_harm(tmp_path: Path, change: bytes, end: bytes) -> None:
    for name, source in (("mapping.yaml", MAPPING), ("catalogue.yaml", OWN)):
        (tmp_path / name).write_bytes(change % source.replace(b"\n", end))
    assert problems_in(tmp_path / "mapping.yaml", None) == []
    assert problems_in(tmp_path / "catalogue.yaml", None) == []
    assert catalogues.load(tmp_path / "catalogue.yaml") == CATALOGUE
    (tmp_path / "as it was.yaml").write_bytes(MAPPING)
    plain = Store(tmp_path / "as it was.yaml", CATALOGUE).load()
    assert Store(tmp_path / "mapping.yaml", CATALOGUE).load() == plain


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "pipe.yaml"],
        ["report", "pipe.yaml"],
        ["new", "pipe.yaml", "--plain"],
        ["status", "pipe.yaml"],
    ],
)
def test_a_pipe_is_refused_and_not_waited_for(folder: Path, arguments: list[str]) -> None:
    os.mkfifo(folder / "pipe.yaml")
    outcome = dtm_map(folder, *arguments)
    assert outcome.code == 2
    assert "pipe.yaml: this is not a regular file" in outcome.said


@posix
@pytest.mark.parametrize("arguments", [["catalogue"], ["check", "good.yaml"], ["new", "x.yaml", "--plain"]])
def test_a_pipe_as_a_catalogue_is_refused_and_not_waited_for(folder: Path, arguments: list[str]) -> None:
    os.mkfifo(folder / "pipe.yaml")
    outcome = dtm_map(folder, *arguments, "--catalogue", "pipe.yaml")
    assert outcome.code == 2
    assert "pipe.yaml: this is not a regular file" in outcome.said


@posix
def test_a_pipe_in_the_folder_keeps_nobody_from_the_mappings_in_it(folder: Path) -> None:
    from pseudoterminal import Pseudoterminal

    os.mkfifo(folder / "a.yaml")
    with Pseudoterminal(cwd=folder) as terminal:
        assert "a.yaml" not in terminal.wait_for("good.yaml")
        terminal.send("\x03")
        assert terminal.wait_for_exit() == 130


any_mapping = sources().map(HEADS["mapping"].__add__) | damaged(MAPPING) | sources()
any_catalogue = sources().map(HEADS["catalogue"].__add__) | damaged(OWN) | sources()


@given(any_mapping | any_catalogue)
def test_any_bytes_in_a_file_are_checked_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, source: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(source)
    if not source.removeprefix(b"\xef\xbb\xbf").strip(b"\0 \t\r\n"):
        with pytest.raises(Unusable, match="dtm-map restore"):
            problems_in(file, None)
        return
    problems = problems_in(file, None)
    assert all(problem.what and problem.line >= 0 for problem in problems)
    assert file.read_bytes() == source


@given(any_mapping, st.booleans())
def test_any_bytes_open_as_a_mapping_that_is_the_same_once_saved_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, source: bytes, changed: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = folder / "any.yaml"
    file.write_bytes(source)
    store = Store(file, CATALOGUE)
    try:
        mapping, _warnings = store.load()
    except DtmMapError:
        assert file.read_bytes() == source
        return
    store.comments_warning()
    wanted = mapping.with_about("response", "Changed") if changed else mapping
    store.save(wanted)
    assert Store(file, CATALOGUE).load()[0] == wanted
    if not changed:
        assert file.read_bytes() == source


@given(any_catalogue)
def test_any_bytes_as_a_catalogue_are_one_or_are_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, source: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-catalogue.yaml"
    file.write_bytes(source)
    try:
        catalogue = catalogues.load(file)
    except DtmMapError:
        assert file.read_bytes() == source
        return
    assert catalogue.id
    assert catalogue.sections
