"""Where `dtm-map`, and `python -m dtm_mapper` alike, begin; and where what went wrong becomes a message."""

import gc
import io
import os
import sys

from dtm_mapper import __version__
from dtm_mapper.errors import DtmMapError, Unusable, shown
from dtm_mapper.i18n import _

#: When Python looks for garbage. What is imported stays: to look through it again and again would be a tenth
#: of the wait for the first question.
COLLECTING = (100_000, 20)


def main() -> None:
    """Runs a command; an error becomes its message and its exit code."""
    gc.set_threshold(*COLLECTING)
    # A stream that was closed is None: what goes there goes nowhere.
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a file that cannot show a character must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _run()
    except DtmMapError as error:
        print(shown(error), file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        what = _("it cannot be read or written ({why})").format(why=error.strerror)
        mend = _("Check the name, its folder and the room on the disk.")
        print(shown(Unusable(str(error.filename or _("a file")), what, mend)), file=sys.stderr)
        sys.exit(Unusable.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        print(_say_bug(), file=sys.stderr)
        sys.exit(1)
    finally:
        _flush()


def _run() -> None:
    if sys.argv[1:] == ["--version"]:
        print(f"dtm-map {__version__}")
        return
    # Not needed for the version, which it would hold up.
    from dtm_mapper.cli import app

    app()


def _flush() -> None:
    """Sends what is still to be shown, now, while it can be helped that its reader has left."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # What Python still holds back would be tried again at its end, and complained about.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_bug() -> str:
    """Keeps the traceback in a file; what the operator is told."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="dtm-map-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        traceback.print_exc(file=file)
    return _(
        "dtm-map: this is a mistake in dtm-map, not yours. Every answer up to the last question is in the "
        "mapping's file.\n  Please send {file} to those who maintain dtm-map, and run the command again."
    ).format(file=file.name)


if __name__ == "__main__":
    main()
