"""Feeds damaged inputs to what reads them: python -m tools.fuzz [TARGET ...] --seconds 20 --inputs 1000

Each input must be answered or refused by a LifecycleError, within 5 seconds and 1 GB. What is not is made smaller, kept
in tools/fuzz/seeds/TARGET/, and tried first from then on; tests/test_fuzz.py tries it too. A long run: --seconds 36000.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

from tools.fuzz.run import SEEDS_FOLDER, fuzz
from tools.fuzz.targets import TARGETS


def main() -> int:
    """Run the targets one after the other. Returns 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; default: all")
    parser.add_argument("--seconds", type=float, default=20, help="for all targets together")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="the most for each target")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="to repeat a run")
    args = parser.parse_args()
    chosen = args.targets or list(TARGETS)
    failed = False
    print(f"--seed {args.seed}", flush=True)
    for target in chosen:
        began = time.monotonic()
        outcome = fuzz(target, args.seconds / len(chosen), args.inputs, args.seed)
        seconds = time.monotonic() - began
        print(
            f"{target}: {outcome.inputs:,} inputs in {seconds:.0f} s, {outcome.refused:,} refused, "
            f"the slowest took {outcome.slowest:.2f} s, memory {outcome.memory / 1e6:,.0f} MB",
            flush=True,
        )
        if outcome.failure:
            failed = True
            kept = SEEDS_FOLDER / target / hashlib.sha256(outcome.failing).hexdigest()[:12]
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(outcome.failing)
            print(f"  {outcome.failure}\n  kept: {kept.relative_to(Path.cwd())}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
