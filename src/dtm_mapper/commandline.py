"""Typer's commands, but quick to start: what most parameters hold needs no pydantic to be understood."""

from functools import partial
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from dtm_mapper.files import typed_path


class Command(TyperCommand):
    """A command with such parameters."""

    def get_params(self, *args: Any) -> Any:
        return [_light(parameter) for parameter in super().get_params(*args)]


class Group(TyperGroup):
    """A group of commands with such parameters. For an unknown command, it suggests another one."""

    def get_params(self, *args: Any) -> Any:
        return [_light(parameter) for parameter in super().get_params(*args)]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in self.commands or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from dtm_mapper.suggestion import unknown_command

        raise unknown_command(args, list(self.commands))


def _light(parameter: Any) -> Any:
    """The same parameter, which imports pydantic only for what is not plainly of its type: that takes a
    tenth of a second, more than all else up to the first question."""
    if isinstance(parameter, TyperArgument | TyperOption) and "process_value" not in vars(parameter):
        vars(parameter)["process_value"] = partial(_processed, parameter, parameter.process_value)
    return parameter


def _processed(parameter: TyperArgument | TyperOption, otherwise: Any, context: Any, value: Any) -> Any:
    """A parameter's value; what is not plainly of its type is left to typer, which has the messages."""
    wanted = getattr(parameter, "type_descriptor", None)
    if wanted is None:
        return otherwise(context, value)
    if isinstance(value, str | Path) and wanted.annotation is Path:
        value = typed_path(str(value))
    elif isinstance(value, tuple | list) and wanted.annotation == list[Path]:
        value = [typed_path(str(each)) for each in value]
    elif not _is_plainly(value, wanted) or (value is None and parameter.required):
        return otherwise(context, value)
    return parameter.callback(context, parameter, value) if parameter.callback else value


def _is_plainly(value: object, wanted: Any) -> bool:
    if isinstance(value, str):
        return wanted.annotation is str or value in (wanted.choices or ())
    return value is None or (isinstance(value, int) and wanted.annotation in (bool, int))
