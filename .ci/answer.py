"""Run a command in a terminal of its own and answer its questions, as an operator would.

Usage: answer.py COMMAND ANSWER...

An answer is typed, and Enter pressed, each time the command shows a prompt. The exit code is the command's.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

#: Switching bracketed paste on is the first thing that a prompt does.
PROMPT = b"\x1b[?2004h"
#: In seconds; the command installs libraries first.
LIMIT = 900


def main(command: str, *answers: str) -> int:
    """Run a command, type the answers, and return its exit code."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("sh", ["sh", "-c", command])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    output, typed, end = b"", 0, time.monotonic() + LIMIT
    while select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # On Linux, the other end of the terminal is closed.
            data = b""
        if not data:
            break
        output += data
        while typed < min(len(answers), output.count(PROMPT)):
            os.write(terminal, answers[typed].encode() + b"\r")
            typed += 1
    else:
        os.kill(process, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code or typed < len(answers):
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode(errors="replace"))
        print(f"{text}\n{typed} of {len(answers)} questions were answered; exit code {code}", file=sys.stderr)
    return code if typed == len(answers) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
