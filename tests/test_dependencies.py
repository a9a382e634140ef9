"""What pyproject.toml requires is pinned, and has the private interfaces that we use."""

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import questionary
import typer
from packaging.specifiers import SpecifierSet
from prompt_toolkit.application import Application
from prompt_toolkit.application import application as application_module
from prompt_toolkit.input import DummyInput
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import DummyOutput
from typer.core import TyperArgument, TyperCommand, TyperOption
from typer.main import get_command

import dtm_mapper.interview.terminal  # noqa: F401 (it replaces a name of prompt_toolkit)
from dtm_mapper.commandline import Command

TOP = Path(__file__).parent.parent


def read(name: str) -> str:
    """Read a file of the project."""
    return (TOP / name).read_text(encoding="utf-8")


#: Each dependency and its bounds, as in ("typer", ">=0.26.0,<0.30").
DEPENDENCIES = re.findall(r'^  "([\w-]+)([<>=!~][^"]*)"', read("pyproject.toml"), re.MULTILINE)
TERMINAL: Any = {"input": DummyInput(), "output": DummyOutput()}


def pins(name: str) -> dict[str, list[str]]:
    """Return the versions of each package in a file of pins; it may have one for each of several Pythons."""
    found: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^ \n]+)", read(name), re.MULTILINE):
        found.setdefault(package, []).append(version)
    return found


@pytest.mark.parametrize(("name", "bounds"), DEPENDENCIES)
def test_every_dependency_has_a_lowest_version_and_pins_within_its_bounds(name: str, bounds: str) -> None:
    lowest = re.match(r">=([\w.]+)", bounds)
    assert lowest, f"{name} needs a lower bound"
    assert [pin for pin in pins("constraints.txt")[name.lower()] if pin in SpecifierSet(bounds)]
    assert pins(".ci/oldest.txt")[name.lower()] == [lowest[1]]


def test_no_dependency_is_missed_here() -> None:
    section = re.search(r"^dependencies = .*?(?=^\[project\.scripts\])", read("pyproject.toml"), re.M | re.S)
    assert section
    listed = set(re.findall(r'"([^"]+)"', section[0])) - {"dtm-mapper[office]"}
    assert listed == {name + bounds for name, bounds in DEPENDENCIES}


@pytest.mark.parametrize("name", ["constraints.txt", ".ci/oldest.txt"])
def test_contributing_has_the_command_that_makes_the_pins(name: str) -> None:
    command = re.search(r"^#    (uv pip compile .*)$", read(name), re.MULTILINE)
    assert command
    assert command[1] in read("CONTRIBUTING.md").replace(" --upgrade", "")
    assert "://" not in read(name), "a pin must not name the index that it was found in"


class TestTyper:
    """commandline.py replaces the process_value of typer's parameters, and reads their type_descriptor."""

    def test_parameters_say_what_type_they_have(self) -> None:
        app = typer.Typer()

        @app.command(cls=Command)
        def command(
            file: Path,
            more: list[Path],
            depth: Annotated[Literal["names", "full"] | None, typer.Option()] = None,
            plain: bool = False,
        ) -> None: ...

        made: Any = get_command(app)
        assert isinstance(made, TyperCommand)
        parameters = {
            parameter.name: parameter
            for parameter in made.get_params(made.make_context("x", ["a", "b"]))
            if isinstance(parameter, TyperArgument | TyperOption)
        }
        assert {"file", "more", "depth", "plain"} <= parameters.keys()
        for parameter in parameters.values():
            # Before and after ours: called with the context and a value.
            process_value = parameter.process_value
            assert isinstance(process_value, partial)
            assert parameter.required in (True, False)
            assert parameter.callback is None or callable(parameter.callback)
        types: dict[str, Any] = {
            name: parameters[name].type_descriptor for name in ("file", "more", "depth", "plain")
        }
        assert types["file"].annotation is Path
        assert types["more"].annotation == list[Path]
        assert types["plain"].annotation is bool
        assert tuple(types["depth"].choices) == ("names", "full")
        assert types["file"].choices is None


class TestQuestionary:
    """terminal.py changes the application of every prompt."""

    def test_a_prompt_has_an_application_that_takes_more_keys(self) -> None:
        prompt = questionary.text("", **TERMINAL)
        assert isinstance(prompt.application, Application)
        assert prompt.application.key_bindings is not None
        assert callable(prompt.unsafe_ask)


class TestPromptToolkit:
    """terminal.py makes the key bindings once, and erases more when the window gets narrower."""

    def test_every_application_takes_its_key_bindings_from_the_name_that_we_replace(self) -> None:
        load_key_bindings: Any = vars(application_module)["load_key_bindings"]
        assert load_key_bindings.__wrapped__.__module__.startswith("prompt_toolkit.")
        Application[None](**TERMINAL)
        before = load_key_bindings.cache_info().hits
        Application[None](**TERMINAL)
        assert load_key_bindings.cache_info().hits == before + 1

    def test_an_application_redraws_on_resize_and_knows_what_it_drew(self) -> None:
        window = Window(FormattedTextControl("drawn", focusable=True, show_cursor=True))
        application = Application[None](Layout(window), **TERMINAL)
        assert callable(application._on_resize)
        application.renderer.render(application, application.layout)
        screen = application.renderer.last_rendered_screen
        assert screen is not None
        assert "".join(cell.char for _column, cell in sorted(screen.data_buffer[0].items())).startswith(
            "drawn"
        )
        assert screen.data_buffer[0][0].width == 1
        assert screen.get_cursor_position(application.layout.current_window).y == 0
