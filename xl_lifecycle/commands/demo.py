"""The main job on the bundled sample year: exports into a new workbook, and its figures from the workbook itself."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from itertools import starmap
from pathlib import Path

from xl_lifecycle.content.content import Budget, Content, Target, empty
from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.core.cells.values import Grid, Scalar, as_grid
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.channels import CHANNELS, channel_key
from xl_lifecycle.core.language.text import Label, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.language.words import words
from xl_lifecycle.core.metrics.measures import MEASURES
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.exports import Progress, combine
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import Report, merge
from xl_lifecycle.refresh.report import report_lines
from xl_lifecycle.sources import read_all
from xl_lifecycle.template.planner import load_words
from xl_lifecycle.xlsx.whole_file import refuse_open

FIRST_MONTH, MONTHS = "2026-01", 12
SECTIONS = ("sample", "journey", "measures", "channels")  # of the words: the sections that the tables use
FIGURES = ("spend", "leads", "cpl", "new_customers", "cac", "sales_revenue", "roi", "ltv", "retention")


def build(
    sample: Path, out: Path, catalogue: Catalogue, progress: Progress, language: Language = "en"
) -> tuple[Path, Report]:
    """Make lifecycle.xlsx and .xlsm in a folder from the sample's exports. Raises BookError if others exist."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("lifecycle.xlsx", "lifecycle.xlsm")]
        content, report = refresh_sample(sample, catalogue, progress, language)
        for path in paths:
            progress(f"writing {path.name}")
            save(content, path, catalogue)
        targets = {path: out / path.name for path in paths}
        for path, target in targets.items():
            refuse_open(target)
            if target.exists() and target.read_bytes() != path.read_bytes():
                raise BookError(f"{target} is not the demo's own file; delete it, or name a folder: demo --out DIR")
        for path, target in targets.items():
            shutil.copyfile(path, target)
    return targets[paths[0]], report


def refresh_sample(
    sample: Path, catalogue: Catalogue, progress: Progress, language: Language = "en"
) -> tuple[Content, Report]:
    """The workbook after the first refresh, from the sample's exports."""
    content = before_refresh(sample, language)
    rules = content.rules_in_force()
    imports = read_all([sample / "exports"], progress, rules)
    report = merge(content, combine(imports, rules), len(imports), catalogue)
    content.report = report_lines(report, catalogue, content.language)
    return content, report


def before_refresh(sample: Path, language: Language = "en") -> Content:
    """The workbook before its first refresh: the default channels, targets, and what its people wrote."""

    def sample_word(text: str) -> str:
        return translate(Label(text, "sample"), language)

    first = parse_month(FIRST_MONTH)
    settings = Settings(period="2026-Q3", language=language)
    labels = {measure.title: translate(measure.label, language) for measure in MEASURES}
    content = empty([*CHANNELS], range(first, first + MONTHS), settings)
    for row in _rows(sample / "targets.csv"):
        place, goal_and_owner = (
            (channel_key(row["channel"]), _period(row["period"])),
            (sample_word(row["goal"]), sample_word(row["owner"])),
        )
        content.targets.append(
            Target(labels.get(row["metric"], row["metric"]), *place, float(row["target"]), *goal_and_owner)
        )
    for row in _rows(sample / "budgets.csv"):
        place = (channel_key(row["channel"]), _period(row["period"]))
        content.budgets.append(Budget(*place, float(row["budget"]), float(row["roi"])))
    content.lists = lists(sample, content.language)
    return content


def lists(sample: Path, language: Language) -> dict[str, Grid]:
    """What the people of the sample company wrote, in a language."""

    def cell(value: object) -> object:
        """Translate a text of the sample, or a word of the tables: a channel, a measure, a department, a role."""
        if not isinstance(value, str):
            return value
        translations = (
            words(language).get(section, {}).get(value) for section in ("sample", "journey", "measures", "channels")
        )
        return next(filter(None, translations), load_words(language).get(value, value))

    tables = tomllib.loads((sample / "lists.toml").read_text("utf-8"))
    return {name: [[], *([scalar(cell(value)) for value in row] for row in rows)] for name, rows in tables.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _period(text: str) -> Scalar:
    return int(text) if re.fullmatch("[0-9]+", text) else text


def figures(path: Path, catalogue: Catalogue) -> dict[str, dict[str, Scalar]]:
    """The main figures of each channel by name, computed by the workbook's own functions from its own tables."""
    calc = Calc(Functions(catalogue), path)
    rows = calc.evaluate("=Channels[Channel]")
    channels = ["All", *(str(row[0]) for row in rows)] if isinstance(rows, list) else ["All"]
    names = ",".join(f'"{name}"' for name in FIGURES)
    result: dict[str, dict[str, Scalar]] = {}
    for channel in channels:
        cells = as_grid(calc.evaluate(f'=KPI({{{names}}},"{channel}","2026",Data)'))[0]
        result[channel] = dict(zip(FIGURES, cells, strict=True))
    return result


def figures_text(figures: Mapping[str, Mapping[str, Scalar]], catalogue: Catalogue) -> str:
    """The figures as a table for the console."""
    heads = ["2026", *(catalogue.find(name).name.replace("_", " ") for name in FIGURES)]  # type: ignore[union-attr]
    body = [[channel, *starmap(_figure_text, cells.items())] for channel, cells in figures.items()]
    lines = [heads, *body]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _figure_text(name: str, cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.1%}" if name in ("roi", "retention") else f"{cell:,.0f}"
