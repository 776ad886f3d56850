"""What a user installs is under permissive licences; one extra is not, and says so."""

from __future__ import annotations

import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.support.paths import ROOT

PERMISSIVE = re.compile(r"\b(MIT(-0)?|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|CC0|Unlicense)\b", re.I)
COPYLEFT = re.compile(r"\b[AL]?GPL|GNU |Mozilla|\bMPL|\bEPL|\bCDDL|EUPL|Non-?commercial|Proprietary", re.I)
LGPL = {"psycopg", "psycopg-binary"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_with(extra: str) -> set[str]:
    """The distributions that come with us and an extra, whatever they need in turn."""
    seen: dict[str, frozenset[str]] = {}
    todo = [("xl-lifecycle", frozenset({extra}))]
    while todo:
        name, extras = todo.pop()
        if normal(name) in seen and extras <= seen[normal(name)]:
            continue
        seen[normal(name)] = seen.get(normal(name), frozenset()) | extras
        for needed in map(Requirement, metadata.requires(name) or []):
            if needed.marker is None or any(needed.marker.evaluate({"extra": each}) for each in extras | {""}):
                todo.append((needed.name, frozenset(needed.extras)))
    return set(seen)


def licence(name: str) -> str:
    """The licence as a distribution states it: as an expression, by a classifier, or in words."""
    facts = metadata.metadata(name)
    classifiers = [each for each in facts.get_all("Classifier") or [] if each.startswith("License")]
    return facts.get("License-Expression") or "; ".join(classifiers) or (facts.get("License") or "").splitlines()[0]


@pytest.mark.parametrize("extra", ["", "pandas", "polars"])
def test_what_is_installed_is_permissive(extra: str) -> None:
    names = installed_with(extra)
    assert {"xl-lifecycle", "xlwings", "openpyxl"} <= names
    assert {name: licence(name) for name in names if not PERMISSIVE.search(licence(name))} == {}
    assert {name: licence(name) for name in names if COPYLEFT.search(licence(name))} == {}


def test_the_extra_for_postgresql_says_what_it_brings() -> None:
    names = installed_with("postgresql")
    assert {name for name in names if COPYLEFT.search(licence(name))} == LGPL
    assert {name for name in names if not PERMISSIVE.search(licence(name))} == LGPL
    for page in ("docs/databases.md", "docs/security.md", "pyproject.toml"):
        assert "LGPL" in (ROOT / page).read_text("utf-8")
