"""The house that CONTRIBUTING.md draws: every file has its place in it, and imports point down."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
SOURCE = TOP / "src" / "dtm_mapper"
FILES = sorted(SOURCE.rglob("*.py"))


def module_of(file: Path) -> str:
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(file: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written whole here"
            module = str(node.module)
            for name in node.names:
                inner = f"{module}.{name.name}"
                yield inner if inner in MODULES else module


def drawn() -> list[str]:
    """The modules of the drawing from top to bottom; `*` stands for any file of its folder."""
    text = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawing = text.partition("```\nsrc/dtm_mapper/\n")[2].partition("```")[0]
    modules, folder = [], ""
    for indent, name in re.findall(r"^( +)(\S+?)(?:\.py|/)(?: |$)", drawing, re.MULTILINE):
        if len(indent) == 2:
            folder = ""
        modules.append(".".join(part for part in ("dtm_mapper", folder, name) if part))
        if (SOURCE / name).is_dir():
            folder = name
    return [module.removesuffix(".__init__") for module in modules]


MODULES = {module_of(file) for file in FILES}
HOUSE = drawn()


def height(module: str) -> int:
    """How far down a module stands."""
    place = module if module in HOUSE else module.rpartition(".")[0] + ".*"
    assert place in HOUSE, f"CONTRIBUTING.md does not draw {module}"
    return HOUSE.index(place)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_imports_point_down(file: Path) -> None:
    above = [
        imported
        for imported in imports_of(file)
        if imported in MODULES and height(imported) <= height(module_of(file))
    ]
    assert not above


def test_every_file_stands_in_the_drawing_and_every_file_drawn_is_there() -> None:
    assert not {module for module in MODULES - set(HOUSE) if module.rpartition(".")[0] + ".*" not in HOUSE}
    assert not {module for module in HOUSE if not module.endswith(".*")} - MODULES


def test_only_the_terminal_its_lists_and_its_input_import_questionary_and_prompt_toolkit() -> None:
    libraries = {"questionary", "prompt_toolkit"}
    users = {
        module_of(file) for file in FILES if libraries & {name.split(".")[0] for name in imports_of(file)}
    }
    assert users == {f"dtm_mapper.interview.{name}" for name in ("terminal", "list_prompt", "windows_input")}


@pytest.mark.parametrize("module", ["walk", "answers"])
def test_the_walk_and_the_grammar_know_no_terminal_and_no_file(module: str) -> None:
    imported = set(imports_of(SOURCE / "interview" / f"{module}.py"))
    assert not imported & {
        "os",
        "sys",
        "io",
        "pathlib",
        "rich",
        "dtm_mapper.store.store",
        "dtm_mapper.screen",
    }


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_what_is_public_says_what_it_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    silent = [node.name for node in public if ast.get_docstring(node) is None]
    assert ast.get_docstring(tree)
    assert not silent
