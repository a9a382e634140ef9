"""What was typed, as an answer or a command: the one grammar of both askers."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from dtm_mapper.catalogue import Choice
from dtm_mapper.contacts import without_contact
from dtm_mapper.i18n import _
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT
from dtm_mapper.texts import folded, text_problem

#: Signs that begin a command; doubled, they begin a text.
SIGNS = ":?+=-"

COMMANDS = (
    "na", "later", "clear", "back", "next", "go", "add", "undo", "depth", "show", "review", "help", "quit",
)  # fmt: skip


class NotUnderstood(Exception):
    """What was typed cannot be taken; the message says what to type instead."""


class Command(NamedTuple):
    """One of COMMANDS, or `more` (`+`), `same` (`=`) or `none` (`-`), with the words behind it."""

    name: str
    words: str = ""


class Answer(NamedTuple):
    """A text to be taken as an answer, as it was typed."""

    text: str


def parse(line: str, names: bool) -> Command | Answer:
    """A typed line as a command or an answer. `names`: data users are asked for, so that `+` and `-`
    with words behind them are commands, and bullets before pasted lines. Raises NotUnderstood."""
    text = line.strip()
    sign = text[:1]
    if not sign or sign not in SIGNS or text[1:2] == sign or (names and "\n" in text):
        return Answer(text)
    rest = text[1:].strip()
    if sign == ":":
        return _command(rest)
    if sign == "?":
        return Command("help")
    if names and sign == "+":
        if not rest:
            raise NotUnderstood(_("After + type one more name, as in: + OCHA"))
        return Command("more", rest)
    if not rest and sign in "=-":
        return Command("same" if sign == "=" else "none")
    if names and sign == "-":
        return Command("na", rest)
    if names:
        raise NotUnderstood(_("For a name that begins with {sign}, type {sign} twice").format(sign=sign))
    return Answer(text)


def _command(typed: str) -> Command:
    name, _space, words = typed.partition(" ")
    name = name.casefold()
    if name in COMMANDS:
        return Command(name, words.strip())
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    if near:
        what = _("There is no :{name}; did you mean :{near}? Type ? for what can be typed here")
        raise NotUnderstood(what.format(name=name, near=near[0]))
    what = _("There is no :{name}. Type ? for what can be typed here; a name that begins with : needs ::")
    raise NotUnderstood(what.format(name=name))


def _undoubled(text: str) -> str:
    return text[1:] if text[:1] and text[0] in SIGNS and text[1:2] == text[0] else text


def _doubled(text: str) -> str:
    return text[0] + text if text[:1] and text[0] in SIGNS else text


def _split(text: str, separators: str) -> list[str]:
    r"""The parts of a text, none blank; `\` before a separator or another `\` keeps it in the part, and so
    do double quotes around a part of a list of choices."""
    quoted = rf'"[^"]*"(?=\s*(?:[{separators}]|\Z))|' if "," in separators else ""
    parts = re.findall(rf"(?:\\[\\{separators}]|{quoted}[^{separators}])+", text)
    return [re.sub(rf"\\([\\{separators}])", r"\1", part.strip()) for part in parts if part.strip()]


def _joined(parts: Sequence[str], separators: str) -> str:
    escaped = (re.sub(rf"[\\{separators}]", r"\\\g<0>", part) for part in parts)
    return f"{separators[0]} ".join(escaped)


#: A bullet or a number before a name, also those of Word's symbol fonts.
BULLET = re.compile(
    r"\A\s*(?:[•·▪◦●○■□‣⁃✓✔➢►▶→◆\uf0b7\uf0a7\uf0d8\uf076\uf0fc]\s*"
    r"|[-*+–—]\s+|\(?\d{1,3}[.)]\s+|[a-z][.)]\s+|\d{1,3}\t)"
)


def pasted_names(text: str) -> tuple[str, ...]:
    """The names in several pasted lines, such as a column of a spreadsheet: bullets and numbers dropped."""
    # The blank that a bullet alone has lost at its end is put back, so that it is still one.
    lines = (BULLET.sub("", f"{line.strip()} ").strip() for line in text.splitlines())
    return names(typed_names([" ".join(line.split("\t")) for line in lines if line]))


def names(text: str) -> tuple[str, ...]:
    """The names in a line, each once. Raises NotUnderstood."""
    found = tuple(dict.fromkeys(_undoubled(part).strip() for part in _split(text, ";")))
    if not found or not all(found):
        raise NotUnderstood(_("There is no name in that. Type a name, or - where nobody does this here"))
    for name in found:
        if problem := text_problem(name, NAME_LIMIT):
            what = _("“{name}” is not recorded: {problem}")
            raise NotUnderstood(what.format(name=name[:20], problem=problem))
    return found


def typed_names(found: Sequence[str]) -> str:
    """The line that `names` reads as these names."""
    return _joined([_doubled(name) for name in found], ";")


def text_answer(text: str, lines: bool = False) -> str:
    """A text as it is recorded; `lines`: it may have line breaks. Raises NotUnderstood."""
    value = _undoubled(text.strip())
    if problem := text_problem(value, DETAIL_LIMIT, lines):
        raise NotUnderstood(_("This is not recorded: {problem}").format(problem=problem))
    return value


def typed_text(value: str) -> str:
    """The line that `parse` and `text_answer` read as this text."""
    command = value[:1] in (":", "?") or value in ("-", "=") or _undoubled(value) != value
    return _doubled(value) if command else value


def choices(text: str, known: Sequence[Choice], starred: Sequence[str], other: bool) -> tuple[str, ...]:
    """The choices in a line: by number, id, label or unique beginning, `*` for the starred ones, commas
    or `;` between; what is in double quotes, or fits no choice, is other text. Raises NotUnderstood."""
    found: list[str] = []
    for part in _split(text, ",;"):
        if part == "*":
            if not starred:
                raise NotUnderstood(_("This example has no interests to take with *"))
            found.extend(starred)
        elif other and len(part) > 2 and part[0] == part[-1] == '"':
            found.append(text_answer(part[1:-1]))
        else:
            found.append(_choice(part, known, other))
    if not found:
        raise NotUnderstood(_("There is no choice in that. Type ? for the choices"))
    return tuple(dict.fromkeys(found))


def number_up_to(last: int, text: str) -> int:
    """The number that a text is, if it is one from 1 to `last`; else 0."""
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    return number if number <= last else 0


def _choice(part: str, known: Sequence[Choice], other: bool) -> str:
    if part.isdecimal():
        if number := number_up_to(len(known), part):
            return known[number - 1].id
        what = _("There is no choice {number}; they go from 1 to {last}")
        raise NotUnderstood(what.format(number=part[:20], last=len(known)))
    wanted = part.casefold()
    exact = [choice.id for choice in known if choice.id == wanted]
    exact += [choice.id for choice in known if choice.label.casefold() == wanted]
    begun = [
        choice
        for choice in known
        if choice.id.startswith(wanted) or choice.label.casefold().startswith(wanted)
    ]
    if exact:
        return exact[0]
    if len(begun) == 1:
        return begun[0].id
    if begun:
        what = _("“{part}” begins more than one choice: {choices}. Type more of it, or its number")
        raise NotUnderstood(what.format(part=part, choices=", ".join(choice.label for choice in begun)))
    if other:
        return text_answer(part)
    what = _("“{part}” is none of the choices: {choices}")
    raise NotUnderstood(what.format(part=part, choices=", ".join(choice.label for choice in known)))


def typed_choices(found: Sequence[str], known: Sequence[Choice]) -> str:
    """The line that `choices` reads as these answers."""
    ids = {choice.id for choice in known}
    return _joined([value if value in ids else f'"{typed_text(value)}"' for value in found], ",;")


def yes(text: str) -> bool:
    """A typed yes or no. Raises NotUnderstood."""
    word = text.strip().casefold()
    if word in {"y", "yes", _("yes").casefold(), _("yes")[:1].casefold()}:
        return True
    if word in {"n", "no", _("no").casefold(), _("no")[:1].casefold()}:
        return False
    raise NotUnderstood(_("Type y for yes or n for no"))


def contact_in(text: str) -> tuple[str, str]:
    """Return a text without its first mail address or telephone number, and that; '' if there is none."""
    return without_contact(text)


class Meaning(NamedTuple):
    """What a word that is no name may stand for: a command, and the words that it keeps."""

    command: str
    words: str


_NOT_HERE = {
    *(
        "n/a",
        "n.a",
        "na",
        "none",
        "nil",
        "nobody",
        "not applicable",
        "not applicable here",
        "none identified",
    ),
    *("not relevant", "does not exist", "there is none"),
    *("s/o", "s.o", "sans objet", "non applicable", "aucun", "aucune", "néant", "n'existe pas", "inexistant"),
    *("ninguno", "ninguna", "no aplica", "no se aplica", "nadie", "no hay", "no existe"),
    *("لا يوجد", "لا توجد", "لا ينطبق", "غير منطبق", "غير متوفر", "لا أحد"),
}
_LATER = {
    *("tbc", "t.b.c", "tbd", "t.b.d", "to be confirmed", "to be determined", "to be identified", "unknown"),
    *("not yet identified", "not yet known", "none yet", "pending"),
    *(
        "à confirmer",
        "à demander",
        "à déterminer",
        "à identifier",
        "à définir",
        "à préciser",
        "en attente",
        "inconnu",
    ),
    *("por confirmar", "por definir", "por determinar", "por identificar", "pendiente", "desconocido"),
    *("يتم التأكيد لاحقا", "قيد التأكيد", "قيد الانتظار", "غير محدد", "غير معروف"),
}
_SAME = {
    *("same", "same as above", "see above", "ditto", "ibid", '"', "”", "〃"),
    *("idem", "le même", "la même", "voir ci-dessus"),
    *("igual", "lo mismo", "ver arriba"),
    *("نفسه", "نفس الشيء", "نفس ما سبق", "كما هو أعلاه"),
}
_ASK = ("ask ", "demander ", "à demander ", "preguntar ", "اسأل ")


def meaning(name: str) -> Meaning | None:
    """What a word that is no name may stand for: not applicable (`na`), pending (`later`) or the same as
    the row above (`above`); None where it looks like a name."""
    word = " ".join(folded(name).split()).rstrip(".?؟")
    commands, ask = _meanings()
    if word in commands:
        return Meaning(commands[word], "")
    if word.startswith(ask):
        return Meaning("later", name)
    first, _space, rest = " ".join(name.split()).partition(" ")
    asks = commands.get(folded(first)) == "later" and folded(rest).startswith(ask)
    return Meaning("later", rest) if asks else None


@cache
def _meanings() -> tuple[dict[str, str], tuple[str, ...]]:
    """Each word that is no name with its command, and how a note on whom to ask begins, for comparing."""
    kinds = ((_NOT_HERE, "na"), (_LATER, "later"), (_SAME, "above"))
    return {folded(word): name for words, name in kinds for word in words}, tuple(map(folded, _ASK))
