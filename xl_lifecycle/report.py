"""A refresh told in lines: each file against its own total, what is new, what changed, what to look at."""

from __future__ import annotations

from collections import defaultdict

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.refresh import Report
from xl_lifecycle.template.content import Imported

MOST_CHANGES = 20


def report_text(report: Report, catalogue: Catalogue, verbose: bool) -> str:
    """The report as text; verbose with a line for each file and measure, else a few for each source."""
    lines = [f"{report.files} files read, {report.added:,} values new, {len(report.changed):,} changed."]
    groups: dict[tuple[str, str], dict[str, list[Imported]]] = defaultdict(lambda: defaultdict(list))
    for line in report.lines:
        groups[line.source, line.file if verbose else ""][line.measure].append(line)
    for (source, file), measures in groups.items():
        name = f"{source} · {file}" if file else f"{source} ({_files(measures)})"
        unchecked = [measure for measure, group in measures.items() if not _stated(group)]
        for measure, group in measures.items():
            if _stated(group) or verbose:
                lines.append(f"  {name}: {catalogue.measures[measure].labels[0]} {_reconciled(group)}")
        if unchecked and not verbose:
            lines.append(f"  {name}: {len(unchecked)} measures without a total in the file, all rows taken")
    lines += [f"  changed: {change}" for change in report.changed[:MOST_CHANGES]]
    if len(report.changed) > MOST_CHANGES:
        lines.append(f"  and {len(report.changed) - MOST_CHANGES:,} more changes")
    lines += [f"  note: {note}" for note in report.notes]
    return "\n".join(lines)


def _files(measures: dict[str, list[Imported]]) -> str:
    count = len({line.file for group in measures.values() for line in group})
    return f"{count} file{'' if count == 1 else 's'}"


def _stated(group: list[Imported]) -> bool:
    return all(line.file_total is not None for line in group)


def _reconciled(group: list[Imported]) -> str:
    total = sum(line.rows_total for line in group)
    if _stated(group):
        return f"{total:,.2f} = the files' own total" if len(group) > 1 else f"{total:,.2f} = the file's own total"
    return f"{total:,.2f} (no total in the file; {sum(line.rows for line in group):,} rows)"
