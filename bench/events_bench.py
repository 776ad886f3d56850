"""What order events cost: a Parquet file of a million orders into monthly measures, against pandas, in the same run.

Run: python bench/events_bench.py. Beside it: the same figures as a person would write them with pandas, all in memory.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb
import pandas

from xl_lifecycle.sources import read_all

ORDERS = 1_000_000
MAKE = """COPY (SELECT 'c' || (hash(i) % 100000) AS customer, (i % 9973 + 1) / 100.0::DOUBLE AS amount,
    TIMESTAMP '2024-01-01' + to_seconds((hash(7 * i + 1) % 63072000)::BIGINT) AS date,
    ['Email', 'Paid ads', 'Referral', NULL][1 + i % 4] AS channel FROM range({}) t(i)) TO '{}' (FORMAT parquet)"""


def with_pandas(path: Path) -> float:
    orders = pandas.read_parquet(path)
    orders["customer"] = orders["customer"].str.strip().str.lower()
    orders["month"] = orders["date"].dt.year * 12 + orders["date"].dt.month - 1
    place = orders.sort_values(["date", "channel"]).drop_duplicates("customer")[["customer", "channel"]]
    revenue = orders.groupby(["month", "channel"], dropna=False)["amount"].agg(["size", "sum"])
    bought = orders[["customer", "month"]].drop_duplicates().sort_values(["customer", "month"])
    before, after = (bought.groupby("customer")["month"].shift(n) for n in (1, -1))
    bought["new"] = before.isna() | (bought["month"] - before > 12)
    bought["left"] = after.isna() | (after - bought["month"] > 12)
    bought.merge(place, on="customer").groupby(["month", "channel"], dropna=False)[["new", "left"]].sum()
    both = orders.merge(bought, on=["customer", "month"])
    both.groupby(["month", "channel", "new"], dropna=False)["amount"].sum()
    return float(revenue["sum"].sum())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        duckdb.execute(MAKE.format(ORDERS, path))
        start = time.perf_counter()
        [found] = read_all([path])
        ours = time.perf_counter() - start
        start = time.perf_counter()
        total = with_pandas(path)
        theirs = time.perf_counter() - start
        revenue = sum(fact.value for fact in found.facts if fact.measure == "sales_revenue")
        assert abs(revenue - total) < 0.01, (revenue, total)
        print(f"{ORDERS:,} orders: {ours:.1f} s; pandas {theirs:.1f} s; ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
