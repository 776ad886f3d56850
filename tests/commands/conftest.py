"""What the tests of commands share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.command_line import Done
from xl_lifecycle.commands.cli import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs a command in this process; --help and a wrong usage end it, as argparse does."""

    def ran(*args: object) -> Done:
        capsys.readouterr()
        try:
            code = main([str(arg) for arg in args])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    return ran
