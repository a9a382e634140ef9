"""The entry point of `dtm-map` and of `python -m dtm_mapper`: streams, errors and exit codes."""

import gc
import sys
from collections.abc import Callable

from dtm_mapper import __version__
from dtm_mapper.errors import DtmMapError, Unusable, shown
from dtm_mapper.i18n import _
from dtm_mapper.streams import OutputFailed, ReaderLeft, guard_streams, output_failure

#: When Python looks for garbage. What is imported stays: to look through it again and again would be a tenth
#: of the wait for the first question.
COLLECTING = (100_000, 20)


def main() -> None:
    """Run a command, and exit with its code."""
    gc.set_threshold(*COLLECTING)
    guard_streams()
    # What is still in the buffer of standard output is written now, while a failure can be reported.
    code = max(_exit_code(_run), _exit_code(sys.stdout.flush))
    if failure := output_failure():
        what = _("it cannot be written ({why})").format(why=failure.strerror)
        mend = _("Make room on the disk, or send the output to another place.")
        print(shown(Unusable(_("standard output"), what, mend)), file=sys.stderr)
        code = max(code, Unusable.exit_code)
    sys.exit(code)


def _exit_code(action: Callable[[], None]) -> int:
    """Run an action, print the message of an error, and return the exit code."""
    try:
        action()
    except SystemExit as end:
        return int(end.code or 0)
    except (ReaderLeft, OutputFailed):
        # `main` reports the failure.
        return 0
    except DtmMapError as error:
        print(shown(error), file=sys.stderr)
        return error.exit_code
    except OSError as error:
        what = _("it cannot be read or written ({why})").format(why=error.strerror)
        mend = _("Check the name, its folder and the space on the disk.")
        print(shown(Unusable(str(error.filename or _("a file")), what, mend)), file=sys.stderr)
        return Unusable.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:
        print(_bug_report(), file=sys.stderr)
        return 2
    return 0


def _run() -> None:
    if sys.argv[1:] == ["--version"]:
        print(f"dtm-map {__version__}")
        return
    # Not needed for the version, which it would hold up.
    from dtm_mapper.cli import app

    # Windows would take mali[1].yaml for a pattern, in quotes, too.
    app(windows_expand_args=False)


def _bug_report() -> str:
    """Save the traceback in a file, and return the message that names it."""
    import tempfile
    import traceback

    what = _(
        "dtm-map: this is a mistake in dtm-map, not yours. Every answer up to the last question is in the "
        "mapping's file.\n  Please send {file} to those who maintain dtm-map, and run the command again."
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="dtm-map-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            traceback.print_exc(file=file)
        return what.format(file=file.name)
    except OSError:
        return what.format(file=_("the following lines")) + f"\n\n{traceback.format_exc()}"


if __name__ == "__main__":
    main()
