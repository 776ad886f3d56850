"""The hosts that tests run our functions in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from office import INSTALLATION, Office, missing

from xl_lifecycle.hosts import libreoffice_types

collect_ignore = ["office_driver.py"]  # for LibreOffice's Python


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice that knows our functions."""
    reason = missing()
    if reason:
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)
    types = tmp_path_factory.mktemp("types")
    libreoffice_types.build(types, INSTALLATION)
    office = Office(types)
    yield office
    office.close()
