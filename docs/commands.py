"""The README's command reference, made of what `--help` says of each command.

`python docs/commands.py` prints it; with `--write` it is put in its place in the README.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from dtm_mapper.cli import app

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- commands: made by docs/commands.py -->\n", "<!-- /commands -->\n"


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    program: Any = get_command(app)
    context = program.make_context("dtm-map", [], resilient_parsing=True)
    blocks = ["### `dtm-map`", f"{program.help} {program.epilog}"]
    blocks.append("\n".join(f"- `{written}`: {does}" for written, does in _records(program, context)))
    for name, command in program.commands.items():
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        # Every command has --help; once is enough.
        records = [record for record in _records(command, inner) if "--help" not in record[0]]
        files = [written for written, _does in records if not written.startswith("-")]
        blocks.append("### `" + " ".join(["dtm-map", name, *files]) + "`")
        blocks.append(command.help)
        blocks.append("\n".join(f"- `{written}`: {does}" for written, does in records))
        label, example = command.epilog.split(": ", 1)
        blocks.append(f"{label}: `{example}`")
    return "\n\n".join(blocks) + "\n"


def _records(command: Any, context: Any) -> Iterator[tuple[str, str]]:
    """Each argument and option: how it is written, and what it does. The versions of typer differ in
    their classes, and in the brackets that they put around these."""
    for param in command.get_params(context):
        record = param.get_help_record(context)
        if record is None:
            continue
        written, does = record
        if param.param_type_name == "argument":
            name = param.metavar.rstrip(".")
            written = name if param.required else f"[{name}]"
            written += "..." if param.nargs == -1 else ""
        written = re.sub(r"[<\[]([a-z]+(?:\|[a-z]+)+)[>\]]", r"\1", written)
        does = re.sub(r"\s*\[default: \(?([^;)\]]*).*\]", r" Default: \1.", does)
        yield written, re.sub(r"\s+\[(?:x>=.*|required)\]", "", does)


def main() -> None:
    """Prints the reference, or puts it into the README."""
    if sys.argv[1:] != ["--write"]:
        sys.stdout.buffer.write(reference().encode())
        return
    before, _begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    README.write_bytes(f"{before}{BEGIN}\n{reference()}\n{END}{after}".encode())


if __name__ == "__main__":
    main()
