"""VERDICT: what each experiment of the log shows, in a sentence; nothing before the planned sample is there."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.headers import Columns
from xl_lifecycle.core.cells.months import cell_date
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, text
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Labels, channel_key
from xl_lifecycle.core.statistics import intervals

# The columns of the log, in English, Korean and Japanese.
COLUMNS: Mapping[str, Labels] = {
    "name": ("Experiment", "실험", "実験"),
    "channel": ("Channel", "채널", "チャネル"),
    "changed": ("What is changed", "바꾸는 것", "変える要素"),
    "hypothesis": ("Hypothesis", "가설", "仮説"),
    "start": ("Start", "시작일", "開始日"),
    "end": ("End", "종료일", "終了日"),
    "planned": ("Planned a side", "계획 표본(그룹당)", "計画サンプル数(各パターン)"),
    "trials_a": ("A trials", "A 시행 수", "A 試行"),
    "successes_a": ("A successes", "A 성공 수", "A 成功"),
    "trials_b": ("B trials", "B 시행 수", "B 試行"),
    "successes_b": ("B successes", "B 성공 수", "B 成功"),
}
_COLUMNS = Columns(COLUMNS)
RESULTS = ("trials_a", "successes_a", "trials_b", "successes_b")

SENTENCES: Mapping[str, Labels] = {
    "better": (
        "{} better: {} points (95%: {} to {})",
        "{} 우세: {}%p (95% 신뢰구간 {}~{})",
        "{}が優勢：{}ポイント(95%信頼区間: {}〜{})",
    ),
    "none": (
        "no difference shown: B {} points (95%: {} to {})",
        "차이가 확인되지 않음: B {}%p (95% 신뢰구간 {}~{})",
        "差は確認できず：B {}ポイント(95%信頼区間: {}〜{})",
    ),
    "wait": (
        "not enough yet: {:,.0f} of {:,.0f} a side",
        "표본 부족: 그룹당 {1:,.0f}건 중 {0:,.0f}건",
        "サンプル不足：各パターン{1:,.0f}件のうち{0:,.0f}件",
    ),
    "overlap": (
        "two changes at once: overlaps with {} on the same channel",
        "동시에 두 가지를 변경: 같은 채널의 {} 기간과 겹침",
        "同時に2つの変更：同じチャネルの{}と期間が重なる",
    ),
    "start": ("write the day it starts", "시작일을 적으세요", "開始日を記入してください"),
    "backwards": ("it ends before it starts", "종료일이 시작일보다 빠름", "終了日が開始日より前"),
    "plan": (
        "plan first: write the sample a side, as calculated above",
        "먼저 계획: 위에서 계산한 그룹당 표본 수를 적으세요",
        "先に計画：上で計算した1パターンあたりのサンプル数を記入してください",
    ),
    "results": ("no results yet", "아직 결과 없음", "結果はまだありません"),
    "wrong": (
        "cannot be: successes are numbers from 0 to the trials",
        "잘못된 값: 성공 수는 0부터 시행 수까지의 숫자",
        "値が不正：成功は0から試行数までの数",
    ),
    "named": ('"{}"', '"{}"', "「{}」"),
    "row": ("row {}", "{}번째 행", "{}行目"),
}


@dataclass(frozen=True)
class _Experiment:
    cells: Mapping[str, Scalar]
    name: str
    channel: str
    start: dt.date | None
    end: dt.date | None

    def overlaps(self, other: _Experiment) -> bool:
        """Whether both run on a day on the same channel; one without an end still runs."""
        if not (self.channel and self.channel == other.channel and self.start and other.start):
            return False
        return self.start <= (other.end or dt.date.max) and other.start <= (self.end or dt.date.max)


def verdicts(args: Sequence[Value]) -> Grid:
    """A sentence for each row of the table Experiments, which is given with its headers; "" for an empty row."""
    given = args[0] if len(args) == 1 else None
    if isinstance(given, ExcelError):
        raise Refusal(given, "the {what} is {error}", what=Text("table"), error=given)
    grid = as_grid(given)
    if not {*RESULTS} <= {*_COLUMNS.keys(grid[0])}:
        raise Refusal(ExcelError.VALUE, "VERDICT takes the table Experiments with its headers")
    language = _COLUMNS.language(grid[0])
    log = [_read(row, i, language) for i, row in enumerate(_COLUMNS.rows(grid), 1)]
    return [[_verdict(each, log, language) if each else ""] for each in log] or [[""]]


def _read(cells: Mapping[str, Scalar], number: int, language: int) -> _Experiment | None:
    if all(is_blank(cell) for cell in cells.values()):
        return None
    name, channel = (text(cells.get(key)) for key in ("name", "channel"))
    start, end = (cell_date(cells.get(key)) for key in ("start", "end"))
    named = SENTENCES["named" if name else "row"][language].format(name or number)
    return _Experiment(cells, named, channel_key(channel).casefold(), start, end)


def _verdict(each: _Experiment, log: Sequence[_Experiment | None], language: int) -> str:
    """What can be said, the plan before the result: an early look at a difference is no win."""

    def said(kind: str, *values: object) -> str:
        return SENTENCES[kind][language].format(*values)

    if each.start is None:
        return said("start")
    if each.end and each.end < each.start:
        return said("backwards")
    other = next((other for other in log if other and other is not each and each.overlaps(other)), None)
    if other:
        return said("overlap", other.name)
    planned = each.cells.get("planned")
    if not _is_count(planned) or not planned:
        return said("plan")
    results = [each.cells.get(key) for key in RESULTS]
    if all(is_blank(cell) for cell in results):
        return said("results")
    counts = [float(cell) for cell in results if _is_count(cell)]  # type: ignore[arg-type]
    if len(counts) < len(RESULTS) or counts[1] > counts[0] or counts[3] > counts[2]:
        return said("wrong")
    trials_a, a, trials_b, b = counts
    least = min(trials_a, trials_b)
    if least < float(planned):  # type: ignore[arg-type]
        return said("wait", least, math.ceil(planned))  # type: ignore[arg-type]
    low, high = intervals.difference((a, trials_a), (b, trials_b))
    apart = b / trials_b - a / trials_a
    if high < 0:
        return said("better", "A", *_points(-apart, -high, -low, signed=1))
    if low > 0:
        return said("better", "B", *_points(apart, low, high, signed=1))
    return said("none", *_points(apart, low, high, signed=3))


def _points(*shares: float, signed: int) -> list[str]:
    """Shares as percentage points, with a decimal more where they are small; signed: how many bear their sign."""
    digits = 1 if abs(shares[0]) >= 0.01 else 2
    return [f"{100 * share:{'+' if i < signed else ''}.{digits}f}".replace("-", "−") for i, share in enumerate(shares)]


def _is_count(cell: Scalar) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < float("inf")
