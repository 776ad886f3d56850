"""The command line: xl-lifecycle, also python -m xl_lifecycle.

Each command has a module that declares its arguments and runs it, such as refresh_command.py. Another module does the
work (refresh.py), so that its libraries are loaded only when the command runs.

Exit 0: done. 1: the data is wrong, and nothing was written; for calc: the answer is an Excel error. 2: wrong usage; for
calc: the formula cannot be read. 130: stopped with Ctrl-C. 141: the reader of the output has gone.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from xl_lifecycle import __version__
from xl_lifecycle.commands import (
    calc_command,
    check_command,
    demo_command,
    doctor_command,
    install_command,
    map_command,
    metrics_command,
    new_command,
    pack_command,
    refresh_command,
    trust_command,
)
from xl_lifecycle.commands.console import MOST_CHARACTERS, error_data, print_json, print_lines, progress
from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import LifecycleError, UsageError
from xl_lifecycle.core.language.text import printable, shorten

COMMANDS = (
    *(demo_command, new_command, refresh_command, map_command, calc_command),
    *(metrics_command, check_command, install_command, doctor_command, pack_command, trust_command),
)
DEBUG = "--debug"
WRONG_USAGE, STOPPED, NO_READER = 2, 130, 141  # the last two as a shell reports SIGINT and SIGPIPE
_WRONG_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")


class WrongWords(UsageError):
    """Arguments that the command line does not accept."""

    def __init__(self, parser: argparse.ArgumentParser, message: str) -> None:
        wrong = _WRONG_CHOICE.search(message)
        hint = nearest(wrong[1], re.findall(r"[\w-]+", wrong[2])) if wrong else ""
        super().__init__(f"{message}{hint}", "usage", WRONG_USAGE)
        self.usage = f"{parser.format_usage()}{parser.prog}"


class _CommandParser(argparse.ArgumentParser):
    """Raises usage errors instead of printing them where a script expects JSON."""

    def error(self, message: str) -> NoReturn:
        raise WrongWords(self, message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be set to another encoding
    try:
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()  # here, and not when Python ends: there nobody could see why it fails
    except OSError as error:
        if not _is_closed_pipe(error):
            raise
        _discard_output()
        return NO_READER


def _run(words: Sequence[str]) -> int:
    """Run a command and turn every error into one line and an exit status."""
    _replaced().clear()
    debug = DEBUG in words
    words = [word for word in words if word != DEBUG]
    try:
        args = _parser().parse_args(words)
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")  # warnings of libraries are for developers
            return int(args.run(args))
    except (Exception, KeyboardInterrupt) as error:
        progress.end()
        if isinstance(error, OSError) and _is_closed_pipe(error):
            raise
        user_error = _user_error(error)
        from xl_lifecycle.sources.database.address import hide_secrets

        if debug:
            print(hide_secrets("".join(traceback.format_exception(error)), words), file=sys.stderr)
    reason = hide_secrets(user_error.reason, words)
    if _wants_json(words):
        print_json(error_data(user_error.word, shorten(printable(reason), MOST_CHARACTERS)), indent=None)
    elif isinstance(user_error, WrongWords):
        print_lines(f"{user_error.usage}: error: {reason}", sys.stderr)
    else:
        print_lines(f"xl-lifecycle: {reason}", sys.stderr)
    if isinstance(user_error, WrongWords):
        raise SystemExit(user_error.status)  # as argparse ends a program
    return user_error.status


def _parser() -> argparse.ArgumentParser:
    parser = _CommandParser(prog="xl-lifecycle", description="Customer lifecycle metrics as Excel functions.")
    parser.add_argument(DEBUG, action="store_true", help="for an error that nobody expected, show where it happened")
    parser.add_argument("--version", action="version", version=f"xl-lifecycle {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands).set_defaults(run=command.run)
    return parser


def _wants_json(words: Sequence[str]) -> bool:
    """Whether --json is an argument; argparse also accepts it abbreviated."""
    return any(len(word) > 2 and "--json".startswith(word) for word in words)


def _user_error(error: BaseException) -> LifecycleError:
    """An error as users see it."""
    from xl_lifecycle.sources.file_system import why_refused

    if isinstance(error, LifecycleError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return UsageError(_stopped(), "stopped", STOPPED)
    if isinstance(error, OSError):
        place = Path(error.filename or "a file")
        return UsageError(f"{place}: {why_refused(place, error)}", "file")
    if isinstance(error, MemoryError):
        return UsageError("this needs more memory than there is; give fewer or smaller files", "memory")
    return UsageError(
        f"a defect of this program: {_reference(error)}; please report it. To see more, add {DEBUG}", "defect"
    )


def _stopped() -> str:
    """The message for a user who presses Ctrl-C."""
    names = ", ".join(dict.fromkeys(path.name for path in _replaced()))
    return f"stopped; already written: {names}" if names else "stopped; nothing was written"


def _replaced() -> list[Path]:
    """The files that this process has replaced; the module that knows is not loaded for this."""
    module = sys.modules.get("xl_lifecycle.sources.file_system")
    return module.replaced if module else []


def _reference(error: BaseException) -> str:
    """Where an error that nobody expected was raised, without any data, which its message may contain."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "xl_lifecycle" in Path(frame.filename).parts] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} in {place}, version {__version__}"


def _is_closed_pipe(error: OSError) -> bool:
    """Whether the reader of our output has gone; Windows calls that an invalid argument."""
    unnamed = error.filename is None
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and unnamed and error.errno == errno.EINVAL)


def _discard_output() -> None:
    """Discard the output that is not written yet, so that Python does not fail when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # not every stream has a number
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
