"""WHAT_MOVED: the change of a figure since the period before, split into what it is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month, months_text
from xl_lifecycle.core.cells.periods import Period, parse_period
from xl_lifecycle.core.cells.values import Scalar, named
from xl_lifecycle.core.dataset.dataset import Dataset, Selection
from xl_lifecycle.core.language.text import said
from xl_lifecycle.core.language.vocabulary import ALL, LANGUAGES, Labels, channel_name
from xl_lifecycle.core.statistics.decomposition import Amounts, Path, split

# Each figure's measures, and the way from visits to it.
FUNNELS: dict[str, tuple[tuple[str, ...], Path]] = {
    "leads": (("visitors", "leads"), Path((0, 1))),
    "new_customers": (("visitors", "leads", "new_customers"), Path((0, 1, 2))),
    "sales_revenue": (("visitors", "leads", "sales", "sales_revenue"), Path((0, 1, 2, 3))),
    "cpl": (("visitors", "spend", "leads"), Path((0, 1), (0, 2))),
    "cac": (("visitors", "spend", "leads", "new_customers"), Path((0, 1), (0, 2, 3))),
}
STEPS: dict[tuple[str, str], Labels] = {
    ("visitors", "leads"): ("Conversion rate", "전환율", "コンバージョン率"),
    ("leads", "new_customers"): ("Customer conversion rate", "고객 전환율", "顧客コンバージョン率"),
    ("leads", "sales"): ("Sales per lead", "리드당 판매", "リード→販売率"),
    ("sales", "sales_revenue"): ("Revenue per sale", "판매당 매출", "販売1件あたり売上"),
    ("visitors", "spend"): ("Spend per visitor", "방문자당 비용", "訪問者1人あたり費用"),
}
MIX: dict[bool, Labels] = {
    True: ("Mix of channels", "채널 구성", "チャネル構成"),
    False: ("Mix of campaigns", "캠페인 구성", "キャンペーン構成"),
}
OUTSIDE: Labels = ("Without visitors", "방문 기록 없음", "訪問の記録なし")
NO_CAMPAIGN: Labels = ("(no campaign)", "(캠페인 없음)", "(キャンペーンなし)")
TOTAL: Labels = ("Total change", "전체 변화", "全体の変化")
MONTHS: Labels = ("Months compared", "비교한 달", "比較した月")
FEWER: Labels = ("{} of {} months", "{1}개월 중 {0}개월", "{1}か月中{0}か月")
NOT_YET: Labels = ("not recorded yet: {}", "아직 기록되지 않음: {}", "未記録: {}")
NO_PAIR: Labels = (
    "{0} cannot be compared with {1}: no pair of months has {2}",
    "{0}: {1}과(와) 비교할 수 없음. 두 기간에 모두 기록된 달이 없음: {2}",
    "{0}: {1}と比較できません。両期間とも記録のある月がないもの: {2}",
)
NONE: Labels = ("{} is 0 in {}", "{1}의 {0}: 0", "{1}の{0}が0です")
NO_SPLIT: Labels = (
    "the change cannot be split: half-way between the periods there is nothing to divide by",
    "변화를 나눌 수 없음: 두 기간의 중간 상태에서 나눌 값이 없음",
    "変化を分解できません。両期間の中間の状態に割る値がありません",
)
NAMED = 3  # parts outside that the label names
NOISE = 1e-12  # of the figure: what is left by rounding where an effect is 0


@dataclass(frozen=True)
class Compared:
    """The months of a period that are complete and have one before that is; and how many there are in all."""

    before: list[Month]
    now: list[Month]
    of: int


def what_moved(dataset: Dataset, word: Scalar, channel: Scalar, period: Scalar) -> list[list[Scalar]]:
    """Rows of a driver, its value before and now, and its effect in the figure's unit; the last is the total.

    The first row names the months, which are as many in both periods. Rates are of the whole; their effects are
    what changed inside the parts, the shift between parts is the mix. Parts whose amounts no visit led to have
    their own row. The rows of a figure are always the same ones; "" where there is nothing to say.
    """
    name = getattr(dataset.catalogue.find(named(word, "name")), "name", "")
    if name not in FUNNELS:
        raise Refusal(ExcelError.VALUE, "WHAT_MOVED knows {names}", names=", ".join(FUNNELS))
    language = LANGUAGES.index(dataset.settings.language)
    measures, path = FUNNELS[name]
    where = dataset.select(named(channel, "channel"))
    compared = _months(dataset, measures, parse_period(period, dataset.settings.fiscal), language)
    parts, before, now = _amounts(dataset, measures, where, compared)
    totals = [_sums(amounts, len(measures)) for amounts in (before, now)]
    spans = [str(months_text(months, ":")) for months in (compared.before, compared.now)]
    figures = []
    for total, span in zip(totals, spans, strict=True):
        figure = _figure(path, total)
        if not isinstance(figure, float):
            label = dataset.catalogue.measures[measures[path.below[-1]]].labels[language]
            raise Refusal(ExcelError.DIV0, NONE[language].format(label, span))
        figures.append(figure)
    try:
        found = split(path, before, now)
    except ZeroDivisionError:
        raise Refusal(ExcelError.DIV0, NO_SPLIT[language]) from None
    fewer = FEWER[language].format(len(compared.now), compared.of) if len(compared.now) < compared.of else ""
    rows: list[list[Scalar]] = [[MONTHS[language], *spans, fewer]]
    visits = dataset.catalogue.measures[measures[0]].labels[language]
    rows.append([visits, *(total[0] for total in totals), found.volume])
    for (a, b), effect in zip(path.steps, found.steps, strict=True):
        rates = [_ratio(total[b], total[a]) for total in totals]
        rows.append([STEPS[measures[a], measures[b]][language], *rates, effect])
    rows.append([MIX[where.channel == ALL][language], "", "", found.mix if len(parts) > 1 else ""])
    outside = [_sums([amounts[i] for i in found.outside], len(measures)) for amounts in (before, now)]
    values = (_figure(path, amounts) if any(amounts) else "" for amounts in outside)
    rows.append([_outside([parts[i] for i in found.outside], language), *values, found.rest])
    noise = NOISE * max(map(abs, figures))
    cleaned = ([*row[:3], 0.0 if isinstance(row[3], float) and abs(row[3]) <= noise else row[3]] for row in rows)
    return [*cleaned, [TOTAL[language], *figures, figures[1] - figures[0]]]


def refused(word: Scalar, refusal: Refusal, language: str = "en") -> list[list[Scalar]]:
    """The reason in words in the place of the rows, as many as there are of a figure that is known."""
    path = FUNNELS[word.casefold()][1] if isinstance(word, str) and word.casefold() in FUNNELS else None
    rest: list[list[Scalar]] = [[""] * 4 for _ in range(len(path.steps) + 4 if path else 0)]
    return [[said(refusal.reason, language), *[refusal.error] * 3], *rest]


def _sums(amounts: Sequence[Amounts], count: int) -> list[float]:
    return [math.fsum(each[i] for each in amounts) for i in range(count)]


def _ratio(above: float, below: float) -> Scalar:
    return above / below if below else ExcelError.DIV0


def _figure(path: Path, amounts: Amounts) -> Scalar:
    """The figure that amounts make."""
    return _ratio(amounts[path.above[-1]], amounts[path.below[-1]]) if path.below else amounts[path.above[-1]]


def _outside(parts: Sequence[Selection], language: int) -> str:
    """What the row of parts without visits is called: with the names of some."""
    code = LANGUAGES[language]
    names = [
        channel_name(part.channel, code) if part.campaign is None else part.campaign or NO_CAMPAIGN[language]
        for part in parts
    ]
    more = [f"+{len(names) - NAMED}"] if len(names) > NAMED else []
    return OUTSIDE[language] + (f": {', '.join([*names[:NAMED], *more])}" if names else "")


def _months(dataset: Dataset, measures: tuple[str, ...], period: Period, language: int) -> Compared:
    """The pairs of months to compare; refuses in words where there is none."""
    labels = {name: dataset.catalogue.measures[name].labels[language] for name in measures}

    def pairs(names: tuple[str, ...]) -> list[tuple[Month, Month]]:
        complete = set.intersection(*(dataset.complete(name) for name in names))
        return [pair for pair in zip(earlier, wanted, strict=True) if complete.issuperset(pair)]

    complete = dataset.common(measures)[1]
    fiscal = dataset.settings.fiscal
    wanted, earlier = period.months(complete, fiscal), period.before().months(complete, fiscal)
    if not wanted:
        lacking = [label for name, label in labels.items() if not dataset.complete(name)] or [*labels.values()]
        raise Refusal(ExcelError.NA, NOT_YET[language].format(", ".join(lacking)))
    found = pairs(measures)
    if not found:
        lacking = [label for name, label in labels.items() if not pairs((name,))] or [*labels.values()]
        spans = (months_text(wanted, ":"), months_text(earlier, ":"))
        raise Refusal(ExcelError.NA, NO_PAIR[language].format(*spans, ", ".join(lacking)))
    before, now = ([pair[i] for pair in found] for i in (0, 1))
    return Compared(before, now, len(wanted))


def _amounts(
    dataset: Dataset, measures: tuple[str, ...], where: Selection, compared: Compared
) -> tuple[list[Selection], list[Amounts], list[Amounts]]:
    """What each part has of each measure, before and now; the whole is the only part where parts are not recorded."""
    parts = [where]
    if where.channel == ALL:
        parts = [Selection(channel) for channel in dataset.channels]
    elif where.campaign is None and (campaigns := dataset.campaigns.get(where.channel)):
        parts = [Selection(where.channel, campaign) for campaign in (*campaigns.values(), "")]

    def summed(parts: list[Selection], months: Sequence[Month]) -> list[Amounts]:
        known = dataset.catalogue.measures
        return [
            [math.fsum(cell.value for cell in dataset.cells(known[name], part, months) if cell) for name in measures]
            for part in parts
        ]

    summed([where], compared.before + compared.now)  # what refuses here is not for want of parts
    try:
        return parts, summed(parts, compared.before), summed(parts, compared.now)
    except Refusal:
        return [where], summed([where], compared.before), summed([where], compared.now)
