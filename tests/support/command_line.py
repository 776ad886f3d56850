"""A command and what it answered, run in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple


class Done(NamedTuple):
    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return strict(self.out)


def strict(text: str) -> Any:
    """JSON as the standard has it, which knows neither NaN nor Infinity."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def process(*args: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "xl_lifecycle", *map(str, args)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, env=os.environ | environment)
