"""What commands print: results on standard output, messages and questions on standard error."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dtm_mapper.errors import Refused, Unusable
from dtm_mapper.i18n import _
from dtm_mapper.screen import shell_command, visible, windows_command
from dtm_mapper.streams import is_terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

Confirm = Callable[[str], bool]

STANDARD_OUTPUT = Path("-")


def show(renderable: "RenderableType") -> None:
    """Print a result."""
    from rich.console import Console

    Console(highlight=False, markup=False, emoji=False).print(renderable)


def say(message: str, lines: bool = False) -> None:
    """Print a message on standard error. `lines`: it has several lines."""
    print(visible(message, lines), file=sys.stderr)


def write_bytes(content: bytes) -> None:
    """Write a result to standard output as it is. Raises Refused for a terminal if it is not text."""
    if b"\0" in content and is_terminal(sys.stdout):
        what = _("this format is not text, so a terminal cannot show it")
        mend = _("Name a file with -o, or send the output to a file or to another program.")
        raise Refused(_("standard output"), what, mend)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def confirmation() -> Confirm | None:
    """Return a function that asks a yes-or-no question whose Enter is no; None without a terminal."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return None

    def confirm(question: str) -> bool:
        import typer

        try:
            return typer.confirm(visible(question), default=False, err=True)
        except typer.Abort:
            raise KeyboardInterrupt from None

    return confirm


def write(content: bytes, target: Path, format_name: str | None, yes: bool) -> None:
    """Write a result to standard output, or to a file whose path is then printed. `format_name`: of a report
    that has a mark by which the program knows later whether somebody edited it.

    Raises Unusable; or Refused if the file is a mapping, or may have been edited and nobody agreed to replace
    it.
    """
    from dtm_mapper import reports
    from dtm_mapper.files import hint_if_open
    from dtm_mapper.store.folder import holds_mapping
    from dtm_mapper.store.names import refuse_long_path, refuse_new_name, temporary_path

    if target == STANDARD_OUTPUT:
        write_bytes(content)
        return
    refuse_new_name(target)
    if target.exists() and not target.is_file():
        raise Unusable(str(target), _("this is not a regular file"), _("Name a file with -o."))
    refuse_long_path(target, temporary_path(target))
    confirm = confirmation()

    def may_replace(path: Path) -> bool:
        question = _("{path} may have been edited since dtm-map wrote it. Replace it?").format(path=path)
        return yes or (confirm is not None and confirm(question))

    try:
        if holds_mapping(target):
            what = _("this is a mapping, and dtm-map does not replace mappings with other files")
            raise Refused(str(target), what, _("Name another file with -o."))
        written = reports.write(content, target, format_name, may_replace)
    except OSError as error:
        what = _("the file cannot be written ({why})").format(why=error.strerror)
        mend = hint_if_open(target, _("Name another place with -o."))
        raise Unusable(str(target), what, mend) from None
    if written is None:
        what = _("it may have been edited since dtm-map wrote it, and was left as it is")
        raise Refused(str(target), what, _("Name another file with -o, or replace it with --yes."))
    print(written)


def command_line(*words: str) -> str:
    """Return a command of dtm-map that can be copied into the shell."""
    import shutil

    # In a virtual environment that is not activated, the shell finds dtm-map only by its path.
    program = [sys.argv[0]] if Path(sys.argv[0]).suffix != ".py" else [sys.executable, "-m", "dtm_mapper"]
    if shutil.which("dtm-map"):
        program = ["dtm-map"]
    elif sys.platform == "win32" and windows_command(program[0]) != program[0]:
        # cmd.exe and PowerShell agree only on a program without quotation marks. A relative path leaves out
        # the name of the user's folder, which may have a blank. There is no such path to another drive.
        with suppress(ValueError):
            program[0] = os.path.relpath(program[0])
    return shell_command(*program, *words)
