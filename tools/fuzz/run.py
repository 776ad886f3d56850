"""Runs a target on damaged inputs, and says what came of it."""

from __future__ import annotations

import resource
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tools.fuzz.mutate import Edit, damaged, damaged_archive, some_edits
from tools.fuzz.targets import ARCHIVES, SEEDS, TARGETS
from xl_lifecycle.core.cells.errors import LifecycleError

MOST_SECONDS, MOST_MEMORY = 5.0, 1_000_000_000
SEEDS_FOLDER = Path(__file__).parent / "seeds"


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@dataclass
class Outcome:
    """failure: what went wrong, and failing: the input; both empty if nothing did.

    before: the peak of this process's memory when it began; memory: by how much it rose.
    """

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    memory: int = 0
    failure: str = ""
    failing: bytes = b""
    before: int = field(default_factory=peak)


def kept_seeds(target: str) -> list[bytes]:
    """The inputs that failed in former runs."""
    return [file.read_bytes() for file in sorted((SEEDS_FOLDER / target).glob("*"))]


def fuzz(target: str, seconds: float, inputs: int, seed: int) -> Outcome:
    """Damage the seeds of a target until the time is over, the inputs are used up, or something fails."""
    outcome, end, random = Outcome(), time.monotonic() + seconds, Random(f"{seed} {target}")
    seeds = [*kept_seeds(target), *SEEDS[target]()]
    for data in seeds:
        outcome.failure = outcome.failure or attempt(target, data, outcome)
        outcome.failing = data if outcome.failure else b""
    while not outcome.failure and outcome.inputs < inputs and time.monotonic() < end:
        original = random.choice(seeds)
        edits = some_edits(random, len(original))
        part = random.random() if target in ARCHIVES and random.random() < 0.7 else None
        outcome.failure = attempt(target, changed(original, edits, part), outcome)
        if outcome.failure:
            edits = smallest(target, original, edits, part)
            outcome.failing = changed(original, edits, part)
    return outcome


def changed(original: bytes, edits: list[Edit], part: float | None) -> bytes:
    """An input. part: which part of an archive is damaged, as a share of their number; None damages its bytes."""
    return damaged(original, edits) if part is None else damaged_archive(original, edits, part)


def smallest(target: str, original: bytes, edits: list[Edit], part: float | None) -> list[Edit]:
    """The edits that are needed for the failure."""
    for edit in list(edits):
        fewer = [each for each in edits if each is not edit]
        if attempt(target, changed(original, fewer, part), Outcome()):
            edits = fewer
    return edits


def attempt(target: str, data: bytes, outcome: Outcome) -> str:
    """Give one input to a target. Returns what went wrong, or nothing."""
    began, failure = time.monotonic(), ""
    try:
        with warnings.catch_warnings(action="ignore"):
            TARGETS[target](data)
    except LifecycleError as error:
        outcome.refused += 1
        failure = "the reason has more than one line" if "\n" in error.reason else ""
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    seconds = time.monotonic() - began
    outcome.inputs += 1
    outcome.slowest = max(outcome.slowest, seconds)
    outcome.memory = peak() - outcome.before
    if seconds > MOST_SECONDS:
        failure = failure or f"it took {seconds:.1f} s"
    if outcome.memory > MOST_MEMORY:
        failure = failure or f"it needed {outcome.memory / 1e6:,.0f} MB"
    return failure
