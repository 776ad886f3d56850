"""A refresh told in lines: each file against its own total, what is new, what changed, what to look at."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

from xl_lifecycle.content.content import Imported
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.language.text import said
from xl_lifecycle.core.language.vocabulary import LANGUAGES, channel_name
from xl_lifecycle.refresh.merge import Report

MOST_CHANGES = 20
# In English, Korean and Japanese.
_TEXTS = {
    "done": (
        "{files} files read, {added:,} values new, {changed:,} changed.",
        "파일 {files}개를 읽음: 새 값 {added:,}개, 바뀐 값 {changed:,}개.",
        "{files}個のファイルを読み込み：新しい値 {added:,}件、変わった値 {changed:,}件。",
    ),
    "equal": ("{total} = the file's own total", "{total} = 파일의 합계", "{total} = ファイルの合計"),
    "equals": (
        "{total} = the files' own total",
        "{total} = 파일 합계",
        "{total} = 各ファイルの合計",
    ),
    "no total": (
        "{total} (no total in the file; {rows:,} rows)",
        "{total} (파일에 합계 없음, {rows:,}행)",
        "{total}(ファイルに合計なし、{rows:,}行)",
    ),
    "median": ("a median of {rows:,} rows", "{rows:,}행의 중앙값", "{rows:,}行の中央値"),
    "unchecked": (
        "{count} measures without a total in the file, all rows taken",
        "파일에 합계가 없는 측정값 {count}개, 모든 행을 가져옴",
        "ファイルに合計がない測定値 {count}件、すべての行を取り込み",
    ),
    "changed": ("changed: {text}", "바뀜: {text}", "変更：{text}"),
    "more": ("and {count:,} more changes", "그 밖의 변경 {count:,}개", "ほか {count:,}件の変更"),
    "channels": ("new channels: {text}", "새 채널: {text}", "新しいチャネル：{text}"),
    "note": ("note: {text}", "참고: {text}", "注：{text}"),
    "one file": ("1 file", "파일 1개", "ファイル 1個"),
    "files": ("{count} files", "파일 {count}개", "ファイル {count}個"),
}


def report_text(report: Report, catalogue: Catalogue, verbose: bool) -> str:
    """The report for the console; verbose with why each file was known, and a line for each measure of it."""
    first, *rest = _lines(report, catalogue, "en", verbose)
    return "\n".join([first, *(f"  {line}" for line in rest)])


def report_lines(report: Report, catalogue: Catalogue, language: str, day: dt.date | None = None) -> list[str]:
    """The report for the workbook, in its language; the files one by one stand in the table Imports."""
    first, *rest = _lines(report, catalogue, language, verbose=False)
    return [f"{day} · {first}" if day else first, *rest]


def summary(report: Report, language: str) -> str:
    """The report in one sentence."""
    return _say(language, "done", files=report.files, added=report.added, changed=len(report.changed))


def _lines(report: Report, catalogue: Catalogue, language: str, verbose: bool) -> list[str]:
    lines = [summary(report, language), *(report.taken if verbose else ())]
    groups: dict[tuple[str, str], dict[str, list[Imported]]] = defaultdict(lambda: defaultdict(list))
    for line in report.lines:
        groups[line.source, line.file if verbose else ""][line.measure].append(line)
    for (source, file), measures in groups.items():
        told = said(source, language)
        name = f"{told} · {file}" if file else f"{told} ({_files(measures, language)})"
        unchecked = [measure for measure, group in measures.items() if not _stated(group)]
        for measure, group in measures.items():
            if _stated(group) or verbose:
                label = catalogue.measures[measure].labels[LANGUAGES.index(language)]
                lines.append(f"{name}: {label} {_reconciled(group, language)}")
        if unchecked and not verbose:
            lines.append(f"{name}: {_say(language, 'unchecked', count=len(unchecked))}")
    names = ", ".join(channel_name(channel, language) for channel in report.channels)
    lines += [_say(language, "channels", text=names)] if names else []
    lines += [_say(language, "changed", text=said(change, language)) for change in report.changed[:MOST_CHANGES]]
    if len(report.changed) > MOST_CHANGES:
        lines.append(_say(language, "more", count=len(report.changed) - MOST_CHANGES))
    return lines + [_say(language, "note", text=said(note, language)) for note in report.notes]


def _say(language: str, key: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def _files(measures: dict[str, list[Imported]], language: str) -> str:
    count = len({line.file for group in measures.values() for line in group})
    return _say(language, "one file" if count == 1 else "files", count=count)


def _stated(group: list[Imported]) -> bool:
    return all(line.file_total is not None for line in group)


def _reconciled(group: list[Imported], language: str) -> str:
    sums = {line.file: line.rows_total for line in group}  # a line is a range of months, the sum the file's
    rows = sum(line.rows for line in group)
    if None in sums.values():
        return _say(language, "median", rows=rows)
    total = f"{math.fsum(each for each in sums.values() if each is not None):,.2f}".removesuffix(".00")
    if _stated(group):
        return _say(language, "equals" if len(group) > 1 else "equal", total=total)
    return _say(language, "no total", total=total, rows=rows)
