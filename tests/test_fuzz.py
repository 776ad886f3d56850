"""Damaged inputs are answered or refused in one line; those that once failed are tried first. A long run: tools/fuzz."""

from __future__ import annotations

import time

import pytest

from xl_lifecycle.core.cells.errors import SourceError

pytest.importorskip("resource", reason="Windows measures memory in another way")
from tools.fuzz.mutate import damaged
from tools.fuzz.run import Outcome, attempt, fuzz, kept_seeds, smallest
from tools.fuzz.targets import TARGETS

SECONDS = 2.0  # for each of the targets, together 20


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_ends_in_anything_but_a_refusal(target: str) -> None:
    for seed in kept_seeds(target):
        assert attempt(target, seed, Outcome()) == ""
    number = time.time_ns()
    outcome = fuzz(target, SECONDS, 1_000_000, number)
    assert outcome.failure == "", f"python -m tools.fuzz {target} --seed {number}: {outcome.failing!r}"
    assert outcome.inputs >= (1 if target == "books" else 20)


def test_the_harness_finds_what_it_looks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(data: bytes) -> None:
        if b"1e308" in data:
            raise OverflowError("too large")
        raise SourceError("no")

    monkeypatch.setitem(TARGETS, "periods", reads)  # type: ignore[arg-type]
    outcome = fuzz("periods", 60, 1_000_000, 1)
    assert outcome.failure == "OverflowError: too large"
    assert b"1e308" in outcome.failing
    edits = [("insert", 0.5, 1, b"1e308"), ("delete", 0.1, 1, b""), ("insert", 0.9, 1, b"x")]
    assert smallest("periods", b"2026", edits, None) == edits[:1]
    assert damaged(b"2026", edits[:1]) == b"201e30826"
    monkeypatch.setitem(TARGETS, "periods", lambda data: time.sleep(5.1))  # type: ignore[arg-type]
    assert attempt("periods", b"", Outcome()) == "it took 5.1 s"
