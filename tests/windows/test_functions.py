"""The functions as Excel calls them, through xlwings' own server: what they answer on Linux, here too."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import pytest

from xl_lifecycle.core.functions import FUNCTIONS

MODULE = "xl_lifecycle.hosts.classic"


def same(one: object, other: object) -> bool:
    """Alike in kind, shape and value; of numbers 12 digits, as each system's own mathematics rounds the last ones."""
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return type(one) is type(other) and one == other


@pytest.fixture(scope="module")
def server() -> Any:
    from xlwings.com_server import XLPython

    return XLPython()


def test_every_answer_is_that_of_linux(server: Any, made_on_linux: Path) -> None:
    """Every kind of argument to every function; every metric of the demo's tables, in three places, explained."""
    asked = pickle.loads((made_on_linux / "calls.pickle").read_bytes())
    names, wrong, numbers = set(), [], 0
    for request, answer in asked:
        said = server.CallUDF(MODULE, "call", request)
        names.add(request[0])
        numbers += isinstance(said, float)
        if not same(said, answer):
            wrong.append(f"{str(request)[:200]}: {str(said)[:200]}, not {str(answer)[:200]}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(asked)} differ", *wrong[:10]])
    assert names == set(FUNCTIONS.names), "all functions were called"
    assert numbers > 1000


def test_the_wizard_knows_every_function(server: Any) -> None:
    assert {row[0] for row in server.CallUDF(MODULE, "wizard", [])} == set(FUNCTIONS.names)
