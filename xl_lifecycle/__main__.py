"""The program xl-lifecycle. It loads the rest only here, so that Ctrl-C is answered in one line from the start."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

STOPPED = 130  # as a shell reports SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit status."""
    try:
        from xl_lifecycle.commands.cli import main as run

        status = run(argv)
    except KeyboardInterrupt:
        os.write(2, b"xl-lifecycle: stopped; nothing was written\n")
        status = STOPPED
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done, and Python would print where it was when it ended
    if status == STOPPED:  # Python would end itself by the signal if a library was interrupted while it was loaded
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
