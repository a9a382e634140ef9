"""Questions outside the walk, such as yes or no and guards; and what follows a line that is refused."""

import re
from collections.abc import Callable
from typing import Literal, TypeVar

from dtm_mapper.catalogue import Choice
from dtm_mapper.i18n import _
from dtm_mapper.interview import answers, talk
from dtm_mapper.interview.answers import Answer, Command, NotUnderstood
from dtm_mapper.interview.choice_index import ChoiceIndex, Entry
from dtm_mapper.interview.confirmations import Confirmation
from dtm_mapper.interview.question import Asker, Kept, Key, Kind, Line, Question, Reply

T = TypeVar("T")
HowLeft = Literal["finished", "left", "interrupted", "refused"]


class Leave(Exception):
    """The operator leaves the interview; `code` is the exit code if a signal interrupted it."""

    def __init__(self, how: HowLeft = "left", why: str = "", code: int = 130) -> None:
        super().__init__(how, why, code)
        self.how, self.why, self.code = how, why, code


class Cancelled(NotUnderstood):
    """The operator went back from a question that is no place."""


class Elsewhere(Exception):
    """Instead of an answer, the operator typed a command that leads elsewhere."""

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self.command = command


def read(reply: Reply, names: bool) -> Answer | Command | None:
    """A reply as an answer or a command; None where what is shown was kept. Raises Leave or NotUnderstood."""
    if isinstance(reply, Kept):
        return None
    if isinstance(reply, Key):
        if reply.name in ("interrupt", "end"):
            raise Leave("interrupted" if reply.name == "interrupt" else "left")
        return Command(reply.name)
    if re.search("[\ud800-\udfff]", reply.text):
        raise NotUnderstood(
            _("This line has characters that cannot be read. Save a file of answers as UTF-8, then try again")
        )
    typed = answers.parse(reply.text, names)
    if isinstance(typed, Command) and typed.name == "quit":
        raise Leave
    return None if typed == Answer("") else typed


def refuse(asker: Asker, problem: NotUnderstood) -> None:
    """Say why a line is refused. Raises Leave if it came from a file or a pipe, because the lines after it
    would then answer the wrong questions."""
    asker.say(str(problem), "warning")
    if asker.script_line is not None:
        why = _("Line {number} of the input was refused: {problem}")
        raise Leave("refused", why.format(number=asker.script_line, problem=problem))


def decide(asker: Asker, confirmation: Confirmation) -> int:
    """Ask a guard or a follow-up, and return the index of the option. In a script, take what Enter takes,
    and say so. Raises Leave, Cancelled, or Elsewhere."""
    title, options, enter, choice, _word = confirmation
    if asker.script_line is not None:
        kind = "choose" if choice else "confirm"
        asker.say(f"[{kind}] {title} {options[enter].label}", "quiet")
        return enter
    if not choice:
        return 0 if confirm(asker, title, enter == 0) else 1
    listed = tuple(Choice(str(number), option.label) for number, option in enumerate(options, start=1))
    return int(pick(asker, title, listed, "choose")) - 1


def confirm(asker: Asker, title: str, default: bool) -> bool:
    """A yes or a no; Enter is the default. Raises Leave, Cancelled, or Elsewhere."""
    words = _("yes") if default else _("no")
    keys = (("y", _("yes")), ("n", _("no")), ("Enter", words))
    shown = "y" if default else "n"
    question = Question("confirm", "yes", title, shown=shown, shown_words=words, keys=keys)
    answer = _answer(asker, question, answers.yes)
    return default if answer is None else answer


def pick(asker: Asker, title: str, choices: tuple[Choice, ...], question_id: str = "menu") -> str:
    """The id of one of the choices; Enter is the first. Raises Leave, Cancelled, or Elsewhere."""
    entries = (Entry(choice.id, choice.label, choice.hint, at) for at, choice in enumerate(choices, start=1))
    index = ChoiceIndex(tuple(entries))
    question = _list_question(question_id, "menu", title, index, index.entries[0], (":quit", _("leave")))
    answer = _answer(asker, question, lambda text: answers.choices(text, question).values[0])
    return choices[0].id if answer is None else answer


def search(asker: Asker, title: str, index: ChoiceIndex, at: str, understand: Callable[[str], T]) -> T:
    """Return what `understand` makes of the id or the words of one of many choices; Enter is the one with the
    id `at`, or the first. Raises Leave, Cancelled, or Elsewhere."""
    shown = index.by_id.get(at) or index.entries[0]
    question = _list_question("go", "search", title, index, shown, ("Shift-Tab", _("back")))
    answer = _answer(asker, question, understand)
    return understand(shown.id) if answer is None else answer


def _list_question(
    id: str, kind: Kind, title: str, index: ChoiceIndex, shown: Entry, key: tuple[str, str]
) -> Question:
    """Return the question of a list whose Enter takes the choice that is `shown`."""
    return Question(
        id, kind, title, shown_words=shown.label, choices=index, recorded=(shown.id,), keys=(key,)
    )


def line(asker: Asker, title: str, hint: str) -> str:
    """A line of text, '' where nothing was typed. Raises Leave, Cancelled, or Elsewhere."""
    keys = (("Enter", _("next")), ("Shift-Tab", _("back")))
    question = Question(id="menu", kind="text", title=title, hint=hint, keys=keys)
    return _answer(asker, question, answers.text_answer) or ""


def _answer(asker: Asker, question: Question, understand: Callable[[str], T]) -> T | None:
    """What `understand` makes of the answer; None where what is shown was kept."""
    while True:
        reply = asker.ask(question)
        try:
            typed = read(reply, names=False)
            if typed is None:
                return None
            if isinstance(typed, Answer):
                return understand(typed.text)
        except NotUnderstood as problem:
            refuse(asker, problem)
            question = question._replace(draft=reply.text if isinstance(reply, Line) else None)
            continue
        if typed.name == "back":
            raise Cancelled(_("Nothing was changed"))
        if typed.name in ("go", "review", "undo"):
            raise Elsewhere(typed)
        question = question._replace(draft=reply.draft if isinstance(reply, Key) else None)
        if typed.name == "help":
            asker.listing(talk.help_lines())
        else:
            refuse(asker, NotUnderstood(_("Answer this question first, or type :back or :quit")))
