"""How Excel gets hold of Python: the DLL that xlwings ships starts it and hands over its COM object."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings
from xlwings import __version__ as xlwings_version

from tests.support.windows.activation import activated, ask


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    base = Path(xlwings.__file__).parents[3]
    yield from activated(Path(sys.executable), next(base.glob(f"xlwings64-{xlwings_version}.dll")))


def test_a_number(server: Any) -> None:
    assert ask(server, "CAC", None, None, None, 1000.0, 25.0) == 40.0


def test_a_range_with_an_error(server: Any) -> None:
    answer = ask(server, "CAC", None, None, None, ((1000.0,), (2000.0,)), ((10.0,), (0.0,)))
    assert answer == ((100.0,), ("xl-lifecycle error 2007",))


def test_a_hundred_calls_in_one_process(server: Any) -> None:
    token = ask(server, "DATASET", None, None, None, (("Month", "Channel", "Spend"), (46023.0, "Email", 100.0)))
    for _ in range(100):
        assert ask(server, "KPI", None, None, None, "spend", "Email", "2026-01", token) == 100.0
