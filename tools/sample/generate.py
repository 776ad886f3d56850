"""Writes the sample year: `python -m tools.sample.generate [folder]`. Always the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.sample import exports, tables
from tools.sample.company import MONTHS, live

EXPORTS = Path(__file__).parents[2] / "xl_lifecycle" / "commands" / "sample" / "exports"


def generate() -> dict[str, bytes]:
    """File name -> content."""
    year = live()
    files = {}
    for n, month in enumerate(MONTHS):
        files[f"google-ads-{month}.csv"] = exports.google_ads(year, n)
        files[f"ga4-traffic-{month}.csv"] = exports.ga4(year, n)
    files["hubspot-contacts.csv"] = exports.contacts(year)
    files["hubspot-deals.csv"] = exports.deals(year)
    for make in (
        tables.costs,
        tables.attract,
        tables.capture,
        tables.nurture,
        tables.convert,
        tables.expand,
        tables.items,
    ):
        files[f"{make.__name__}.csv"] = make(year)
    return files


def write(folder: Path) -> None:
    """Write the files into a folder, which is made if necessary."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in generate().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else EXPORTS)
