"""Suggestions for a command that does not exist."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from dtm_mapper.errors import Unusable
from dtm_mapper.files import typed_path
from dtm_mapper.i18n import _
from dtm_mapper.intake import READERS
from dtm_mapper.reports import FORMATS
from dtm_mapper.screen import shell_command


def unknown_command(arguments: Sequence[str], commands: Sequence[str]) -> Unusable:
    """Return the error for arguments that do not begin with a command. It names the command that was probably
    meant: for `dtm-map mali.yaml`, the one that edits the mapping."""
    word, *others = arguments
    if words := _meant(word, commands):
        mend = _("Did you mean “{command}”?").format(command=shell_command("dtm-map", *words, *others))
    else:
        mend = _("“dtm-map --help” lists the commands.")
    return Unusable(word, _("this is not a command of dtm-map"), mend)


def _meant(word: str, commands: Sequence[str]) -> list[str]:
    """Return the command that a word probably means, with the word if it is a file; empty if unknown."""
    path = typed_path(word)
    ending = "" if path.is_dir() else path.suffix[1:].lower()
    if ending not in ("yaml", "yml"):
        if ending in READERS and path.is_file():
            return ["import", word]
        if ending in FORMATS:
            return ["report", "-o", word]
    if path.is_file():
        return ["edit", word]
    if ending:
        return ["new", word]
    if Path(f"{path}.yaml").is_file():
        return ["edit", f"{word}.yaml"]
    return get_close_matches(word.lower(), commands, 1)
