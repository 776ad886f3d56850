"""The main job on the bundled sample year: exports into a new workbook, and its figures from the workbook itself."""

from __future__ import annotations

import csv
from pathlib import Path

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.functions import Functions
from xl_lifecycle.hosts.calc import Calc
from xl_lifecycle.periods import parse_month
from xl_lifecycle.refresh import Progress, Report, refresh, save
from xl_lifecycle.tables import Settings
from xl_lifecycle.template.content import Target, empty
from xl_lifecycle.vocabulary import CHANNELS, channel_key

FIRST_MONTH, MONTHS = "2026-01", 12
FIGURES = ("spend", "leads", "cpl", "new_customers", "cac", "sales_revenue", "roi", "ltv", "retention")


def build(sample: Path, out: Path, catalogue: Catalogue, progress: Progress) -> tuple[Path, Report]:
    """Make lifecycle.xlsx in a folder from the sample's exports."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "lifecycle.xlsx"
    first = parse_month(FIRST_MONTH)
    content = empty([names[0] for names in CHANNELS], range(first, first + MONTHS), Settings(period=first // 12))
    with (sample / "targets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            period = int(row["period"]) if row["period"].isdigit() else row["period"]
            content.targets.append(Target(row["metric"], channel_key(row["channel"]), period, float(row["target"])))
    progress(f"making {path}")
    save(content, path, catalogue)
    return path, refresh(path, [sample / "exports"], catalogue, progress=progress)


def figures(path: Path, catalogue: Catalogue) -> str:
    """The main figures of each channel, computed by the workbook's own functions from its own tables."""
    calc = Calc(Functions(catalogue), path)
    listed = calc.evaluate("=Channels[Channel]")
    channels = ["All", *(str(row[0]) for row in listed)] if isinstance(listed, list) else ["All"]
    names = ",".join(f'"{name}"' for name in FIGURES)
    heads = ["2026", *(catalogue.find(name).name.replace("_", " ") for name in FIGURES)]  # type: ignore[union-attr]
    lines = [heads]
    for channel in channels:
        values = calc.evaluate(f'=KPI({{{names}}},"{channel}","2026",Data)')
        cells = values[0] if isinstance(values, list) else [values]
        lines.append([channel, *(_shown(name, cell) for name, cell in zip(FIGURES, cells, strict=True))])
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _shown(name: str, cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.1%}" if name in ("roi", "retention") else f"{cell:,.0f}"
