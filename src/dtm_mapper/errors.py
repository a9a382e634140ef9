"""What goes wrong, said so that the operator can mend it. Each class knows its exit code."""

import sys
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from dtm_mapper.i18n import _
from dtm_mapper.screen import visible


class DtmMapError(Exception):
    """Where something is wrong, what it is, and how to mend it; printed as these words, no traceback."""

    #: The README lists the codes. 2 means that nothing was done.
    exit_code: ClassVar[int] = 2

    def __init__(self, where: str, what: str, mend: str = "") -> None:
        super().__init__(where, what, mend)
        self.where, self.what, self.mend = where, what, mend

    def __str__(self) -> str:
        first = f"{self.where}: {self.what}"
        return f"{first}\n  {self.mend}" if self.mend else first


class Refused(DtmMapError):
    """A thing that the program will not do, such as writing over what somebody edited."""


class Declined(DtmMapError):
    """A change that somebody could agree to, and nobody did."""

    exit_code = 1


class Unusable(DtmMapError):
    """Wrong usage, or a file that cannot be read or written."""


def office_missing(where: str) -> Unusable:
    """That a format of Word or Excel needs the libraries of the extra `office`."""
    what = _("this format needs a library that is not installed")
    mend = _("Install it: {python} -m pip install python-docx openpyxl").format(python=sys.executable)
    return Unusable(where, what, mend)


class OpenElsewhere(DtmMapError):
    """Another dtm-map has this mapping open."""

    exit_code = 3


def shown(error: DtmMapError) -> str:
    """An error as the operator sees it."""
    return f"dtm-map: {visible(str(error), lines=True)}"


class Problem(NamedTuple):
    """One thing wrong in a file. `line` counts from 1; 0 where the whole file is meant."""

    line: int
    what: str
    #: A warning does not keep the file from being used.
    warning: bool = False
    #: Lines of the file that show the place.
    quote: tuple[str, ...] = ()


class FileProblems(DtmMapError):
    """A file that cannot be used as it is, with every problem found in it, in the order of its lines."""

    def __init__(self, where: str, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        errors = [problem.what for problem in self.problems if not problem.warning]
        what = errors[0] if len(errors) == 1 else _("it has several problems; “dtm-map check” lists them")
        super().__init__(where, what, _("The file was not changed."))

    def __str__(self) -> str:
        return "\n".join([*lines_of(self.where, self.problems), f"  {self.mend}"])


def lines_of(where: str, problems: Iterable[Problem]) -> list[str]:
    """Return `file:line: what` for each problem, as editors and compilers write it, and its quoted lines."""
    lines = []
    for problem in problems:
        place = f"{where}:{problem.line}" if problem.line else where
        mark = _("warning: ") if problem.warning else ""
        lines.append(f"{place}: {mark}{problem.what}")
        lines.extend(f"  {quoted}" for quoted in problem.quote)
    return lines
