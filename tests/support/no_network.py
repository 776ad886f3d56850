"""Runs a command, and ends with status 99 if it does anything with a network. usage: no_network.py COMMAND ..."""

from __future__ import annotations

import os
import sys

FORBIDDEN = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(FORBIDDEN):
        os.write(2, f"network: {event} {arguments}\n".encode())
        os._exit(99)


sys.addaudithook(watch)
from xl_lifecycle.__main__ import main  # noqa: E402

status = main(sys.argv[1:])
for stream in (sys.stdout, sys.stderr):
    stream.flush()
os._exit(status)
