"""A refresh told in lines: each file against its own total, what is new, what changed, what to look at."""

from __future__ import annotations

from collections import defaultdict

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.refresh import Report
from xl_lifecycle.template.content import Imported

MOST_CHANGES = 20


def report_text(report: Report, catalogue: Catalogue, verbose: bool) -> str:
    """The report as text; verbose with a line for each file and measure, else one for each source and measure."""
    lines = [f"{report.files} files read, {report.added:,} values new, {len(report.changed):,} changed."]
    groups: dict[tuple[str, ...], list[Imported]] = defaultdict(list)
    for line in report.lines:
        groups[(line.source, line.file, line.measure) if verbose else (line.source, line.measure)].append(line)
    for key, group in groups.items():
        label = catalogue.measures[key[-1]].labels[0]
        lines.append(f"  {' · '.join(key[:-1])}: {label} {_reconciled(group)}")
    lines += [f"  changed: {change}" for change in report.changed[:MOST_CHANGES]]
    if len(report.changed) > MOST_CHANGES:
        lines.append(f"  and {len(report.changed) - MOST_CHANGES:,} more changes")
    lines += [f"  note: {note}" for note in report.notes]
    return "\n".join(lines)


def _reconciled(group: list[Imported]) -> str:
    total = sum(line.rows_total for line in group)
    stated = [line for line in group if line.file_total is not None]
    if len(stated) == len(group):
        return f"{total:,.2f} = the files' own total" if len(group) > 1 else f"{total:,.2f} = the file's own total"
    return f"{total:,.2f} (no total in the file; {sum(line.rows for line in group):,} rows)"
