"""The hosts that tests run our functions in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.support import lite_runtime
from tests.support.lite_runtime import PYODIDES, Runtime
from tests.support.office import Office, missing
from xl_lifecycle.hosts.libreoffice import types as libreoffice_types


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice that knows our functions."""
    reason = missing()
    if reason:
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)
    types = tmp_path_factory.mktemp("types")
    libreoffice_types.build(types)
    office = Office(types)
    yield office
    office.close()


@pytest.fixture(scope="session")
def runtimes() -> Iterator[Callable[[str], Runtime]]:
    """Pyodide with xlwings in node, of a version that Lite may run; each is started once."""
    started: dict[str, Runtime] = {}

    def start(flavour: str) -> Runtime:
        reason = lite_runtime.missing(flavour)
        if reason:
            lite_runtime.unavailable(reason)
        if flavour not in started:
            started[flavour] = Runtime(flavour)
        return started[flavour]

    yield start
    for runtime in started.values():
        runtime.close()


@pytest.fixture(scope="session", params=PYODIDES)
def runtime(request: pytest.FixtureRequest, runtimes: Callable[[str], Runtime]) -> Runtime:
    """Each Pyodide in turn."""
    return runtimes(request.param)
