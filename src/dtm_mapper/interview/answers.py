"""What was typed, as an answer or a command: the one grammar of both askers."""

import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from dtm_mapper.i18n import _
from dtm_mapper.interview.choice_index import Entry
from dtm_mapper.interview.question import Question
from dtm_mapper.mapping import DETAIL_LIMIT, NAME_LIMIT
from dtm_mapper.texts import folded, text_problem

#: What each sign means alone on a line.
SIGNS = {**dict.fromkeys("-–—−", "none"), "=": "same", **dict.fromkeys("?؟", "help")}
#: What separates names, and what separates choices.
NAME_SEPARATORS = ";؛"
CHOICE_SEPARATORS = ",;،؛"
#: The quotation marks around a text that is taken exactly as it is, each with its closing mark.
QUOTATION_MARKS = {'"': '"', "“": "”", "«": "»", "„": "“"}

COMMANDS = (
    *("na", "later", "clear", "back", "skip", "go", "add", "undo", "redo", "depth", "show", "review"),
    *("help", "quit"),
)
_WITH_WORDS = {"na", "later", "go", "add", "depth"}


class NotUnderstood(Exception):
    """What was typed cannot be taken; the message says what to type instead."""


class Command(NamedTuple):
    """One of COMMANDS, or `more` (`+`), `same` (`=`) or `none` (`-`), with the words that follow it."""

    name: str
    words: str = ""


class Answer(NamedTuple):
    """A text to be taken as an answer, as it was typed."""

    text: str


class Name(NamedTuple):
    """A name or a choice in a line; `exact` if it was typed in quotation marks."""

    text: str
    exact: bool = False


def parse(line: str, names: bool) -> Command | Answer:
    """Read a typed line as a command or an answer. `names`: the question asks for data users, so that `+ `
    adds one. Raises NotUnderstood."""
    text = line.strip()
    if text in SIGNS:
        return Command(SIGNS[text])
    if text[:1] == ":" and text[:2] != "::" and not (names and "\n" in text):
        return _command(text[1:].strip())
    if names and "\n" not in text:
        if text == "+":
            raise NotUnderstood(_("After + type one more name, as in: + OCHA"))
        if text[:1] == "+" and text[1].isspace():
            return Command("more", text[1:].strip())
    # A blank text in quotation marks is an empty answer.
    return Answer("") if unquoted(text) == "" else Answer(text)


def _command(typed: str) -> Command:
    name, _space, words = typed.partition(" ")
    name = name.casefold()
    words = words.strip()
    if name in COMMANDS and (not words or name in _WITH_WORDS):
        return Command(name, words)
    if name in COMMANDS:
        raise NotUnderstood(_(":{name} takes no words after it").format(name=name))
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    if near:
        what = _("There is no :{name}. Did you mean :{near}? Type ? for help")
        raise NotUnderstood(what.format(name=name, near=near[0]))
    what = _("There is no :{name}. Type ? for help. To begin a name with a colon, type it twice (::)")
    raise NotUnderstood(what.format(name=name))


def unquoted(text: str) -> str | None:
    """Return the text inside quotation marks; None if they are not around the whole text."""
    closing = QUOTATION_MARKS.get(text[:1])
    if closing is None or text.find(closing, 1) != len(text) - 1:
        return None
    return text[1:-1].strip()


def _quoted(text: str) -> str:
    """Put a text in quotation marks that it does not contain. A text that contains all of them stays bare."""
    for opening, closing in QUOTATION_MARKS.items():
        if closing not in text:
            return f"{opening}{text}{closing}"
    return text


def _exact(text: str) -> Name:
    """Return a text without its quotation marks or its doubled colon, and whether it had the marks."""
    inner = unquoted(text)
    if inner is not None:
        return Name(inner, exact=True)
    return Name(text[1:] if text[:2] == "::" else text)


@cache
def _part(separators: str) -> re.Pattern[str]:
    """Match one part of a line: a text in quotation marks, which may contain separators, or one without."""
    quoted = "|".join(
        rf"{opening}[^{closing}]*{closing}(?=\s*(?:[{separators}]|\Z))"
        for opening, closing in QUOTATION_MARKS.items()
    )
    return re.compile(rf"\s*((?:[-–—−]\s*)?(?:{quoted})|[^{separators}]+)")


def _parts(text: str, separators: str) -> list[Name]:
    """Split a line into its parts, none of them blank, and say of each whether it was in quotation marks."""
    parts = (_exact(part.strip()) for part in _part(separators).findall(text))
    return [part for part in parts if part.text]


#: The bullets of lists in other programs, including those of Word's symbol fonts.
_BULLETS = "•·▪◦●○■□‣⁃✓✔➢►▶→◆\uf0b7\uf0a7\uf0d8\uf076\uf0fc"
#: A bullet or a number before a name.
BULLET = re.compile(rf"\A\s*(?:[{_BULLETS}]\s*|[-*+–—−]\s+|\(?\d{{1,3}}[.)]\s+|[a-z][.)]\s+|\d{{1,3}}\t)")
#: A bullet before a name on a single line, where a number or a letter is part of the name.
_LONE_BULLET = re.compile(rf"(?:[{_BULLETS}]\s*|[-*–—−]\s+)(?=\S)")


def without_bullet(text: str) -> str:
    """Return a single typed line without the bullet that it begins with."""
    bullet = _LONE_BULLET.match(text)
    return text[bullet.end() :] if bullet else text


def pasted_names(text: str) -> tuple[Name, ...]:
    """Return the names in several pasted lines, such as a column of a spreadsheet, without bullets and
    numbers. Raises NotUnderstood."""
    # `strip` removes the space by which a bullet alone on its line is recognised.
    lines = (BULLET.sub("", f"{line.strip()} ").strip() for line in text.splitlines())
    pasted = (_exact(" ".join(line.split("\t"))) for line in lines)
    # Lists are often divided by lines of dashes or dots.
    return _recordable(name for name in pasted if name.exact or has_letters(name.text) or meaning(name.text))


def names(text: str) -> tuple[Name, ...]:
    """Return the names in a line, each once. Raises NotUnderstood."""
    return _recordable(_parts(text, NAME_SEPARATORS))


def has_letters(text: str) -> bool:
    """Return whether a text has a letter, a digit or a pictograph, without which it is not a name."""
    return any(char.isalnum() or char > "\uffff" for char in text)


def _recordable(found: Iterable[Name]) -> tuple[Name, ...]:
    """Return the names that are not blank, each once. Raises NotUnderstood if one cannot be recorded."""
    unique = {name.text: name for name in found if name.text}
    if not unique:
        raise NotUnderstood(_("Type a name, or press Enter to leave this as it is."))
    for name, typed in unique.items():
        if not (typed.exact or has_letters(name) or meaning(name)):
            raise NotUnderstood(_("“{text}” does not contain a name.").format(text=name))
        if problem := text_problem(name, NAME_LIMIT):
            what = _("“{name}” is not recorded: {problem}")
            raise NotUnderstood(what.format(name=name[:20], problem=problem))
    return tuple(unique.values())


def typed_names(texts: Sequence[str]) -> str:
    """Return the line that `names` reads as these names."""
    return "; ".join(_typed_name(text) for text in texts)


def _typed_name(text: str) -> str:
    begins_otherwise = text[0] in QUOTATION_MARKS or text == "+" or without_bullet(text) != text
    adds = text[0] == "+" and text[1:2].isspace()
    divided = any(sign in text for sign in NAME_SEPARATORS)
    if text in SIGNS or begins_otherwise or adds or divided or not has_letters(text):
        return _quoted(text)
    return f":{text}" if text[0] == ":" else text


def text_answer(text: str, lines: bool = False) -> str:
    """Return a text as it is recorded; `lines`: it may have line breaks. Raises NotUnderstood."""
    return _recordable_text(_exact(text.strip()).text, lines)


def _recordable_text(value: str, lines: bool = False) -> str:
    if problem := text_problem(value, DETAIL_LIMIT, lines):
        raise NotUnderstood(_("This is not recorded: {problem}").format(problem=problem))
    return value


def typed_text(value: str) -> str:
    """Return the line that `parse` and `text_answer` read as this text."""
    if value[:1] == ":":
        return f":{value}"
    return _quoted(value) if value in SIGNS or unquoted(value) is not None else value


class Choices(NamedTuple):
    """What is recorded after a line of choices: ids, and other text as it was typed. `exact` has the other
    text that was in quotation marks."""

    values: tuple[str, ...]
    exact: frozenset[str] = frozenset()


def choices(text: str, question: Question) -> Choices:
    """Read the choices in a line, separated by commas or semicolons. Each part is a number, an id, a label,
    the beginnings of the words of one label, `*`, `=`, or other text where it is allowed. If several can be
    chosen, they are added to what is recorded, and a part that begins with `-` is removed from it. Raises
    NotUnderstood if one part is unclear."""
    many = question.kind == "many"
    values = dict.fromkeys(question.recorded if many else ())
    exact: set[str] = set()
    parts = _choice_parts(text, question)
    if not parts:
        raise NotUnderstood(_("This line contains no choice. Type ? to see the choices."))
    for part, in_quotes in parts:
        if not in_quotes and SIGNS.get(part[:1]) == "none":
            if not many:
                raise NotUnderstood(_("A dash removes nothing here. Type :clear to empty the answer."))
            del values[_recorded(part[1:].strip(), tuple(values), question)]
            continue
        added = _added(part, in_quotes, question)
        values.update(dict.fromkeys(added))
        if in_quotes:
            exact.update(added)
    if not many and len(values) > 1:
        raise NotUnderstood(
            _("Only one answer is allowed here. If this is one, put it in quotation marks.")
            if question.other
            else _("Only one of these can be chosen here.")
        )
    return Choices(tuple(values), frozenset(exact))


def known_choices(draft: str, question: Question) -> tuple[tuple[str, ...], str]:
    """Return what a line that was not recorded leaves ticked in a list, and the parts that are no choice."""
    parts = _choice_parts(draft, question)
    named = {name: question.choices.named(name.text) for name in parts if not name.exact}
    known = {name: entry.id for name, entry in named.items() if entry}
    left = (_quoted(name.text) if name.exact else name.text for name in parts if name not in known)
    rest = ", ".join(left)
    return tuple(dict.fromkeys((*question.recorded, *known.values()))), rest if known else draft


def _choice_parts(text: str, question: Question) -> list[Name]:
    """The parts of a line of choices; a whole label, or other text that is recorded, stays one part, even if
    it has commas."""

    def is_whole(part: str) -> bool:
        named = part[1:].strip() if SIGNS.get(part[:1]) == "none" else part
        return named in question.recorded or question.choices.labelled(named) is not None

    found = [match for match in _part(CHOICE_SEPARATORS).finditer(text) if match[1].strip()]
    parts: list[Name] = []
    at = 0
    while at < len(found):
        ends = range(len(found), at + 1, -1)
        longer = ((end, text[found[at].start(1) : found[end - 1].end()]) for end in ends)
        alone = at + 1, _exact(found[at][1].strip())
        at, part = next(((end, Name(label)) for end, label in longer if is_whole(label)), alone)
        parts.append(part)
    return [part for part in parts if part.text]


def _added(part: str, in_quotes: bool, question: Question) -> tuple[str, ...]:
    """The values that a part of a line adds. Raises NotUnderstood."""
    index = question.choices
    if in_quotes and question.other:
        label = index.labelled(part)
        return (label.id if label else _recordable_text(part),)
    if part == "*":
        if not question.starred:
            raise NotUnderstood(_("There are no interests here to add with *."))
        return question.starred
    if SIGNS.get(part) == "same":
        if not question.before:
            raise NotUnderstood(_("The previous data user has no answer here to repeat."))
        return question.before
    if entry := index.named(part):
        return (entry.id,)
    if part.isdecimal():
        last = max((entry.number for entry in index.entries), default=0)
        what = _("There is no choice {number}. Choose a number from 1 to {last}.")
        raise NotUnderstood(what.format(number=part[:20], last=last))
    near = index.matching(part)
    if len(near) == 1:
        return (near[0].id,)
    if near:
        what = _("“{part}” could mean {choices}. Type one of the numbers")
        what += _(", or put it in quotation marks as other text") if question.other else ""
        raise NotUnderstood(what.format(part=part, choices=_numbered(near)))
    if question.other and any(map(str.isalpha, part)) and part[0] not in QUOTATION_MARKS:
        return (_recordable_text(part),)
    what = _("“{part}” is none of the choices: {choices}")
    raise NotUnderstood(what.format(part=part, choices=_numbered(index.entries)))


def _recorded(part: str, values: Sequence[str], question: Question) -> str:
    """The recorded value that a part of a line removes. Raises NotUnderstood."""
    text, in_quotes = _exact(part)
    same = [value for value in values if value.casefold() == text.casefold()]
    entry = None if in_quotes and same else question.choices.named(text)
    matching = [entry.id for entry in question.choices.matching(text)]
    candidates = [entry.id] if entry else same or [value for value in values if text and value in matching]
    if len(candidates) != 1 or candidates[0] not in values:
        raise NotUnderstood(_("“{part}” is not recorded here, so it cannot be removed").format(part=part))
    return candidates[0]


def _numbered(entries: Sequence[Entry]) -> str:
    listed = [f"{entry.number} {entry.label}" if entry.number else entry.label for entry in entries[:12]]
    return ", ".join(listed) + (", …" if len(entries) > 12 else "")


def typed_choices(values: Sequence[str], question: Question, exact: Collection[str] | None = None) -> str:
    """Return the line that turns what is recorded into these values. Other text that is `exact` is in
    quotation marks, by default all of it; the rest only where it needs them."""
    recorded = question.recorded if question.kind == "many" else ()
    added = [
        _typed_value(value, question, exact is None or value in exact)
        for value in values
        if value not in recorded
    ]
    removed = ["-" + _typed_value(value, question, True) for value in recorded if value not in values]
    return ", ".join((*removed, *added))


def _typed_value(value: str, question: Question, exact: bool) -> str:
    if value in question.choices.by_id:
        return value
    if not exact and value[:1] not in (":", *SIGNS, *QUOTATION_MARKS):
        with suppress(NotUnderstood):
            recorded = question.recorded if question.kind == "many" else ()
            if choices(value, question).values == (*recorded, value):
                return value
    return _quoted(value)


def yes(text: str) -> bool:
    """A typed yes or no. Raises NotUnderstood."""
    word = text.strip().casefold()
    if word in {"y", "yes", _("yes").casefold(), _("yes")[:1].casefold()}:
        return True
    if word in {"n", "no", _("no").casefold(), _("no")[:1].casefold()}:
        return False
    raise NotUnderstood(_("Type y for yes or n for no"))


#: Words that are no names, with a semicolon after each.
_NOT_HERE = """
n/a; n.a; na; none; nil; nobody; not applicable; not applicable here; none identified; not relevant;
does not exist; there is none;
s/o; s.o; sans objet; non applicable; aucun; aucune; néant; n'existe pas; inexistant;
ninguno; ninguna; no aplica; no se aplica; nadie; no hay; no existe;
لا يوجد; لا توجد; لا ينطبق; غير منطبق; غير متوفر; لا أحد
"""
_LATER = """
tbc; t.b.c; tbd; t.b.d; to be confirmed; to be determined; to be identified; unknown; not yet identified;
not yet known; none yet; pending;
à confirmer; à demander; à déterminer; à identifier; à définir; à préciser; en attente; inconnu;
por confirmar; por definir; por determinar; por identificar; pendiente; desconocido;
يتم التأكيد لاحقا; قيد التأكيد; قيد الانتظار; غير محدد; غير معروف
"""
_SAME = """
same; same as above; see above; ditto; dito; ibid; -do-; "; ”; 〃;
idem; le même; la même; voir ci-dessus;
igual; lo mismo; ver arriba;
نفسه; نفس الشيء; نفس ما سبق; كما هو أعلاه
"""
_ASK = ("ask ", "demander ", "à demander ", "preguntar ", "اسأل ")


def meaning(name: str) -> Command | None:
    """Return the command that a word which is no name may stand for: `na` or `later`, with the reason or the
    note in the word, or `above`, the same as the row above. None if it looks like a name."""
    word = " ".join(folded(name).split()).rstrip(".?؟")
    if re.fullmatch(r"\s*[?؟]+\s*", name):
        return Command("later", "")
    commands, ask = _meanings()
    if word in commands:
        return Command(commands[word], "")
    if word.startswith(ask):
        return Command("later", name)
    first, _space, rest = " ".join(name.split()).partition(" ")
    asks = commands.get(folded(first)) == "later" and folded(rest).startswith(ask)
    return Command("later", rest) if asks else None


@cache
def _meanings() -> tuple[dict[str, str], tuple[str, ...]]:
    """Each word that is no name with its command, and how a note on whom to ask begins, for comparing."""
    kinds = ((_NOT_HERE, "na"), (_LATER, "later"), (_SAME, "above"))
    commands = {folded(word.strip()): name for words, name in kinds for word in words.split(";")}
    return commands, tuple(map(folded, _ASK))
