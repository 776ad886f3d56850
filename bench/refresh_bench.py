"""What a refresh costs: a big workbook, against openpyxl that loads and saves the same file, in the same run.

Run: python bench/refresh_bench.py. 100,000 rows stand in the workbook's tables, an export brings 20,000 more. Each is
measured in a process of its own: seconds of the processor, and the most memory that it had.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from xl_lifecycle.content.content import InputRow, empty
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.hosts.save import save

ROWS, IMPORTED = 100_000, 20_000
MONTHS = [2024 * 12 + n for n in range(24)]
CHANNELS = ["Paid ads", "Email", "Organic search", "Podcast"]
REFRESH = """
from pathlib import Path
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.commands.refresh import refresh
refresh(Path(sys.argv[1]), [Path(sys.argv[2])], collect())
"""
OPENPYXL = """
import openpyxl
openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])
"""
MEASURED = """
import resource, sys
from pathlib import Path
{}
used = resource.getrusage(resource.RUSAGE_SELF)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]  # of this program alone, in KB
print(used.ru_utime + used.ru_stime, int(peak) / 1024)
"""


def measured(code: str, *args: Path) -> tuple[float, float]:
    """Seconds of the processor, and megabytes."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURED.format(code), *map(str, args)], check=True, capture_output=True, text=True
    )
    seconds, memory = map(float, run.stdout.split())
    return seconds, memory


def make(book: Path, export: Path) -> None:
    numbers = random.Random(1)
    content = empty(CHANNELS, MONTHS, Settings())
    places = [(month, channel, f"Campaign {n}") for month in MONTHS for channel in CHANNELS for n in range(1, 1050)]
    content.rows[InputTable.ATTRACT] += [
        InputRow(*place, {"spend": numbers.randrange(1, 999), "visitors": numbers.randrange(1, 9999)})
        for place in places[:ROWS]
    ]
    save(content, book, collect())
    lines = ["month,channel,campaign,spend,leads"]
    for n, (month, channel, campaign) in enumerate(places[:IMPORTED]):
        lines.append(f"{month_text(month)},{channel},{campaign},{n % 997}.5,{n % 89}")
    export.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, export, saved = (Path(folder) / name for name in ("book.xlsx", "export.csv", "saved.xlsx"))
        make(book, export)
        theirs, their_memory = measured(OPENPYXL, book, saved)
        ours, memory = measured(REFRESH, book, export)
        print(
            f"{ROWS:,} rows and {IMPORTED:,} imported: {ours:.1f} s, {memory:,.0f} MB; openpyxl, which loads and saves:"
        )
        print(f"{theirs:.1f} s, {their_memory:,.0f} MB; ratios {ours / theirs:.2f} and {memory / their_memory:.2f}")


if __name__ == "__main__":
    main()
