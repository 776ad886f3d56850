"""What a look-up costs: 10,000 calls of CAC against pandas, in the same run. Run: python bench/functions_bench.py

The dataset is built once for a content; then a call must not depend on the number of rows. Beside it: what a user
would write with pandas, a filter for each call, and the least that Python can do, a dict made once by groupby.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pandas

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.functions import Functions

CALLS = 10_000
FILTERED = 200  # calls of the slow way, scaled up
CHANNELS = ["Organic search", "Paid ads", "Social media", "Email", "Radio & TV", "Signs", "Direct mail", "Referral"]
MONTHS = [month_text(2020 * 12 + n) for n in range(84)]
Place = tuple[str, str]


def rows_of(count: int, numbers: random.Random) -> list[list[Scalar]]:
    return [
        [
            numbers.choice(MONTHS),
            numbers.choice(CHANNELS),
            f"Campaign {numbers.randrange(20)}",
            numbers.randrange(1, 999),
            numbers.randrange(1, 9),
        ]
        for _ in range(count)
    ]


def timed(function: Callable[[Place], object], places: list[Place]) -> float:
    """Microseconds a call, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for place in places:
            function(place)
        best = min(best, time.perf_counter() - start)
    return best / len(places) * 1e6


def measure(count: int) -> None:
    numbers = random.Random(count)
    rows = rows_of(count, numbers)
    places = [(numbers.choice(CHANNELS), numbers.choice(MONTHS)) for _ in range(CALLS)]
    header = ["Month", "Channel", "Campaign", "Marketing spend", "New customers"]

    functions = Functions(collect())
    start = time.perf_counter()
    token = functions.call("DATASET", [[header, *rows]])
    built = time.perf_counter() - start

    frame = pandas.DataFrame(rows, columns=header)
    start = time.perf_counter()
    sums = frame.groupby(["Channel", "Month"])[["Marketing spend", "New customers"]].sum()
    table = {place: (spend, new) for place, spend, new in sums.itertuples(name=None)}
    grouped = time.perf_counter() - start

    def call(place: Place) -> object:
        return functions.call("CAC", [*place, token])

    def column(_: Place) -> object:
        spread = [[[channel] for channel, _ in places], [[month] for _, month in places], token]
        return functions.call("CAC", spread)

    def by_filter(place: Place) -> object:
        found = frame[(frame["Channel"] == place[0]) & (frame["Month"] == place[1])]
        return found["Marketing spend"].sum() / found["New customers"].sum()

    def by_dict(place: Place) -> object:
        spend, new = table[place]
        return spend / new

    known = [place for place in places if place in table]
    for place in known[:50]:
        ours, theirs = call(place), by_filter(place)
        if not isinstance(ours, float) or not isinstance(theirs, float) or abs(ours - theirs) > 1e-9 * theirs:
            raise SystemExit(f"{place}: {ours} is not {theirs}")
    one, spill = timed(call, places), timed(column, places[:1]) / CALLS
    slow, least = timed(by_filter, known[:FILTERED]), timed(by_dict, known)
    print(f"{count:>7,} rows   build {built * 1e3:8.1f} ms   pandas groupby {grouped * 1e3:8.1f} ms")
    print(f"  CAC, a call         {one:9.2f} us   {CALLS:,} calls {one * CALLS / 1e6:7.3f} s")
    print(f"  CAC, one spill      {spill:9.2f} us a cell")
    print(f"  pandas filter       {slow:9.2f} us   {slow / one:8.1f} times CAC's")
    print(f"  dict of a groupby   {least:9.2f} us   CAC takes {one / least:.1f} times as long")


if __name__ == "__main__":
    for size in (5_000, 100_000):
        measure(size)
