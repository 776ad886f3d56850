"""The report of a refresh: each file against its own total, what is new, what changed, and what to check."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

from xl_lifecycle.content.content import ImportLine
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import labels, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.refresh.merge import Report

MOST_CHANGES = 20
_TEXTS = labels(
    "cells",
    {
        "done": "{files} files read, {added:,} new values, {changed:,} changed.",
        "equal": "{total} = the file's own total",
        "equals": "{total} = the files' own total",
        "no total": "{total} (no total in the file; {rows:,} rows)",
        "median": "a median of {rows:,} rows",
        "unchecked": "{count} measures without a total in the file: all rows counted",
        "changed": "changed: {text}",
        "more": "and {count:,} more changes",
        "channels": "new channels: {text}",
        "note": "note: {text}",
        "one file": "1 file",
        "files": "{count} files",
    },
)


def report_text(report: Report, catalogue: Catalogue, verbose: bool) -> str:
    """The report for the console; if verbose, also how each file was recognised, and a line for each measure."""
    first, *rest = _lines(report, catalogue, "en", verbose)
    return "\n".join([first, *(f"  {line}" for line in rest)])


def report_lines(report: Report, catalogue: Catalogue, language: Language, day: dt.date | None = None) -> list[str]:
    """The report for the workbook, in its language. The table Imports lists the files one by one."""
    first, *rest = _lines(report, catalogue, language, verbose=False)
    return [f"{day} · {first}" if day else first, *rest]


def summary(report: Report, language: Language) -> str:
    """The report in one sentence."""
    return _say(language, "done", files=report.files, added=report.added, changed=len(report.changed))


def _lines(report: Report, catalogue: Catalogue, language: Language, verbose: bool) -> list[str]:
    lines = [summary(report, language), *(report.file_formats if verbose else ())]
    groups: dict[tuple[str, str], dict[str, list[ImportLine]]] = defaultdict(lambda: defaultdict(list))
    for line in report.lines:
        groups[line.source, line.file if verbose else ""][line.measure].append(line)
    for (source, file), measures in groups.items():
        source_name = translate(source, language)
        name = f"{source_name} · {file}" if file else f"{source_name} ({_files(measures, language)})"
        unchecked = [measure for measure, group in measures.items() if not _has_total(group)]
        for measure, group in measures.items():
            if _has_total(group) or verbose:
                label = translate(catalogue.measures[measure].label, language)
                lines.append(f"{name}: {label} {_reconciliation(group, language)}")
        if unchecked and not verbose:
            lines.append(f"{name}: {_say(language, 'unchecked', count=len(unchecked))}")
    names = ", ".join(channel_name(channel, language) for channel in report.channels)
    lines += [_say(language, "channels", text=names)] if names else []
    lines += [_say(language, "changed", text=translate(change, language)) for change in report.changed[:MOST_CHANGES]]
    if len(report.changed) > MOST_CHANGES:
        lines.append(_say(language, "more", count=len(report.changed) - MOST_CHANGES))
    return lines + [_say(language, "note", text=translate(note, language)) for note in report.notes]


def _say(language: Language, key: str, **values: object) -> str:
    return translate(_TEXTS[key], language).format(**values)


def _files(measures: dict[str, list[ImportLine]], language: Language) -> str:
    count = len({line.file for group in measures.values() for line in group})
    return _say(language, "one file" if count == 1 else "files", count=count)


def _has_total(group: list[ImportLine]) -> bool:
    return all(line.file_total is not None for line in group)


def _reconciliation(group: list[ImportLine], language: Language) -> str:
    sums = {line.file: line.rows_total for line in group}  # a line is a range of months, the sum is that of the file
    rows = sum(line.rows for line in group)
    if None in sums.values():
        return _say(language, "median", rows=rows)
    total = f"{math.fsum(each for each in sums.values() if each is not None):,.2f}".removesuffix(".00")
    if _has_total(group):
        return _say(language, "equals" if len(group) > 1 else "equal", total=total)
    return _say(language, "no total", total=total, rows=rows)
