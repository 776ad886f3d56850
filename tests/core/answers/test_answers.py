"""ANSWER: each sentence says what the data say, and no more than the sample supports."""

from __future__ import annotations

import pytest

from tests.support.answer_books import FUNNEL, START, Asked, Figures, asked
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.core.metric_functions import Caller

CHEAPER: Figures = {"Organic search": {"spend": 1000, "leads": 1000}, "Paid ads": {"spend": 2300, "leads": 100}}
FEW: Figures = {"Organic search": {"spend": 1780, "leads": 100}, "Paid ads": {"spend": 738, "leads": 18}}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Cost per lead: Organic search $1 (1,000 leads) is lowest, then Paid ads $23 (100 leads), 23 times as much, a clear difference."),
        ("ko", "리드당 비용(CPL): 자연 검색 ₩1(리드 1,000건) 최저, 다음 유료 광고 ₩23(리드 100건), 23배로 뚜렷한 차이."),
        ("ja", "リード単価(CPL)：自然検索 ¥1（リード1,000件）が最も低く、次は有料広告 ¥23（リード100件）、23倍で明確な差。"),
    ],
)  # fmt: skip
def test_a_clear_difference_is_told_with_how_many_times(language: str, sentence: str) -> None:
    assert sentence in asked(CHEAPER | {"Email": {"visitors": 1}}, language=language).answer("X05.7")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Cost per lead: Paid ads $41 (18 leads), 2.3 times Organic search $17.80 (100 leads); 18 leads, so too few to tell."),
        ("ko", "리드당 비용(CPL): 유료 광고 ₩41(리드 18건), 자연 검색 ₩18(리드 100건)의 2.3배; 리드 18건: 판단하기에 부족."),
        ("ja", "リード単価(CPL)：有料広告 ¥41（リード18件）、自然検索 ¥18（リード100件）の2.3倍；リード18件：判断には不足。"),
    ],
)  # fmt: skip
def test_eighteen_leads_are_too_few_to_tell(language: str, sentence: str) -> None:
    assert sentence in asked(FEW, language=language).answer("X05.7", "Paid ads")


def test_those_with_too_few_are_named_and_not_ranked() -> None:
    numbers = {"Email": 19, "Signs": 3, "Podcast": 90}
    book = asked({name: {"visitors": 1000, "leads": leads} for name, leads in numbers.items()})
    assert book.answer("X05.7").startswith(
        "Conversion rate: only Podcast 9.0% (90 leads of 1,000 visitors) has enough to judge. "
        "Too few leads to rank: Email 19, Signs 3."
    )
    none = asked({name: {"visitors": 100, "leads": 3} for name in ("Email", "Signs")}).answer("X05.7")
    assert none.startswith("Conversion rate: too few leads to compare, 20 each are needed: Email 3, Signs 3.")


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "no clear difference"), ("ko", "뚜렷한 차이 없음"), ("ja", "明確な差なし")]
)
def test_channels_that_are_equal_do_not_differ(language: str, sentence: str) -> None:
    same = {"visitors": 2000, "leads": 100, "spend": 900, "mqls": 50, "sqls": 30}
    book = asked(dict.fromkeys(("Organic search", "Social media", "Email"), same), language=language)
    for question, channel in (("X02.2", "All"), ("X02.8", "All"), ("X05.7", "All"), ("X05.7", "Email")):
        assert sentence in book.answer(question, channel).lower(), question


def test_the_best_of_many_needs_more_than_the_better_of_two() -> None:
    """One of forty equal channels is ahead by chance: a difference that is clear between two is not clear among forty."""
    two = {"A": {"visitors": 1000, "leads": 75}, "B": {"visitors": 1000, "leads": 52}}
    assert "a clear difference" in asked(two).answer("X05.7")
    many = {f"Channel {n}": {"visitors": 1000, "leads": 52} for n in range(40)}
    assert "no clear difference" in asked(two | many).answer("X05.7")


@pytest.mark.parametrize(
    ("leads", "sentence"),
    [
        ([100, 104], "no clear change (100 to 104)"), ([100, 150], "up 50.0% (100 to 150)"),
        ([150, 100], "down 33.3% (150 to 100)"), ([3, 5], "too few to tell a change (3 to 5)"),
        ([0, 40], "up (0 to 40)"),
    ],
)  # fmt: skip
def test_a_change_is_told_only_when_it_is_more_than_chance(leads: list[float], sentence: str) -> None:
    book = asked({"Email": {"leads": leads}}, 2)
    assert f"Against the month before: {sentence}." in book.answer("X02.4", period="2026-02")


def test_an_average_of_sums_is_not_said_to_have_changed_for_sure() -> None:
    book = asked({"Email": {"leads": 50, "lead_points": [2500, 2600]}}, 2)
    answer = book.answer("X03.3", period="2026-02")
    assert (
        "Lead score: 52.0 (50 leads). Against the month before: 50.0 to 52.0, how much of it is chance is not known"
        in answer
    )


def test_without_an_earlier_period_the_last_three_months_stand_beside_the_three_before() -> None:
    book = asked({"Email": {"leads": [100] * 3 + [200] * 3}}, 6)
    assert "Last 3 months against the 3 before: up 100% (300 to 600)" in book.answer("X02.4", period=2026)
    assert "No earlier months recorded to compare with" in book.answer("X02.4", period="2026-02:2026-04")
    assert "Against the 3 months before: up 100% (300 to 600)" in book.answer("X02.4", period="2026-Q2")


def test_a_year_to_date_stands_beside_the_same_months_a_year_before() -> None:
    book = asked({"Email": {"leads": [100] * 12 + [200] * 2}}, 14)
    assert "Against the same months a year before: up 100% (200 to 400)" in book.answer("X02.4", period="YTD")


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        (20, "Target $20: 50.0% attained."), (36, "Target $36: 90.0% attained, not clearly missed."),
        (50, "Target $50: 125% attained."),
    ],
)  # fmt: skip
def test_a_target_is_missed_by_more_than_chance_or_not(goal: float, sentence: str) -> None:
    book = asked({"Email": FUNNEL}, targets=[["CAC", "All", 2026, goal]])
    assert sentence in book.answer("X03.5", period=2026)
    assert "No target set: write one on Targets." in book.answer("X03.5", "Email", 2026)


def test_cac_is_told_with_what_chance_allows_and_what_a_customer_is_worth() -> None:
    book = asked({"Email": FUNNEL})
    low, high = book.functions.call("INTERVAL", ["cac", "All", "all", book.data])[0]  # type: ignore[index]
    answer = book.answer("X03.5")
    assert f"CAC: $40 (25 new customers). With chance allowed for, between ${low:.2f} and ${high:.2f}." in answer
    ratio = book.functions.call("KPI", ["ltv_to_cac", "All", "all", book.data])
    assert f"LTV is {ratio:.0f} times CAC" in answer
    nobody = asked({"Email": FUNNEL | {"new_customers": 0}})
    assert nobody.answer("X03.5") == "No new customers in this period, so no CAC."


LOADED: Figures = {
    "Email": FUNNEL | {"other_marketing_cost": 500, "sales_cost": 750},
    "Signs": FUNNEL | {"other_marketing_cost": 0, "sales_cost": 250},
}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "CAC with salaries, tools and sales cost: $70."),  # (2,000 + 500 + 1,000) / 50
        ("ko", "인건비·도구·영업 비용 포함 CAC: ₩70."),
        ("ja", "人件費・ツール・営業費用込みのCAC：¥70。"),
    ],
)
def test_cac_is_told_with_all_cost_too_where_that_is_known(language: str, sentence: str) -> None:
    book = asked(LOADED, language=language)
    assert sentence in book.answer("X03.5")
    assert sentence.replace("70", "90") in book.answer("X03.5", "Email")


def test_cac_with_all_cost_is_not_told_where_it_is_not_known_for_the_same() -> None:
    """The company's salaries say nothing about a channel; salaries of other months say nothing about these months."""
    company = asked({"Email": FUNNEL, "": {"other_marketing_cost": 500, "sales_cost": 500}})
    assert "salaries, tools and sales cost: $80." in company.answer("X03.5")
    assert "salaries" not in company.answer("X03.5", "Email")
    assert "salaries" not in asked({"Email": FUNNEL | {"sales_cost": 500}}).answer("X03.5")
    fewer = asked({"Email": FUNNEL | {"other_marketing_cost": [500, None], "sales_cost": 500}}, 2)
    assert "salaries" in fewer.answer("X03.5", period="2026-01")
    assert "salaries" not in fewer.answer("X03.5", period="2026-01:2026-02")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "5.0% (200 leads of 4,000 visitors, months added up)"),
        ("ko", "5.0%(방문자수 4,000명 중 리드 200건, 월별 합산)"),
        ("ja", "5.0%（訪問者数4,000人のうちリード200件、月ごとに合算）"),
    ],
)
def test_visitors_of_several_months_are_said_to_be_added_up(language: str, sentence: str) -> None:
    book = asked({"Email": FUNNEL}, 2, language)
    assert sentence in book.answer("X02.3")
    assert {"en": "added up", "ko": "합산", "ja": "合算"}[language] not in book.answer("X02.3", period="2026-01")


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("2026-Q2", "Now: 2026-04 to 2026-06; before: 2026-01 to 2026-03."),
        ("2026-02", "Now: 2026-02; before: 2026-01."),
        (2026, "Now: 2026-01 to 2026-12; before: 2025-01 to 2025-12, not recorded."),
        ("all", "Now: 2026-01 to 2026-06; no period comes before."),
        ("last 3 months", "Now: 2026-04 to 2026-06; before: 2026-01 to 2026-03."),
        ("YTD", "Now: 2026-01 to 2026-06; before: 2025-01 to 2025-06, not recorded."),
    ],
)
def test_the_months_of_now_and_before_are_named(period: Value, sentence: str) -> None:
    assert asked({"Email": {"leads": 100}}, 6).answer("months", period=period) == sentence


def test_a_figure_recorded_for_less_long_has_months_of_its_own() -> None:
    book = asked({"Email": {"leads": 100, "spend": [90.0] * 5 + [None]}}, 6)
    apart = "A figure recorded only to an earlier month ends with that month."
    assert book.answer("MONTHS", period="last 2 months").endswith(apart)
    assert apart not in book.answer("MONTHS", period="2026-Q2")
    assert asked({}).answer("MONTHS", period="all") == "Nothing recorded yet."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "No leads recorded yet: fill Capture."), ("ko", "아직 리드 기록 없음: 포착 시트를 채우세요."),
        ("ja", "リードの記録がまだない：リード獲得シートに入力。"),
    ],
)  # fmt: skip
def test_an_empty_workbook_says_what_to_fill(language: str, sentence: str) -> None:
    nothing = [
        [["Setting", "Value"], ["Language", language]],
        [["Month", "Channel", "Leads"], ["2026-01", "Email", None]],
    ]
    assert sentence in Asked(nothing).answer("X02.4")
    assert sentence in Asked(nothing).answer("X03.3")


def test_what_is_not_recorded_then_is_said_to_be() -> None:
    assert asked({"Email": {"leads": 10}}).answer("X02.4", period=2027) == "Leads: recorded only for 2026-01."


def test_months_that_are_missing_or_recorded_in_part_are_told() -> None:
    book = asked({"Email": {"leads": 50, "spend": [100, 100, None], "new_customers": 30}}, 3)
    assert "2 of 3 months recorded." in book.answer("X02.5", period="2026-Q1")
    imports = [["Source", "File", "Measure", "From", "To"], ["CRM", "a.csv", "Leads", "2026-01-01", "2026-03-10"]]
    half = asked({"Email": {"leads": 50}}, 3, extra=[imports])
    assert "Recorded only in part: 2026-03." in half.answer("X02.4", period="2026-Q1")


def test_half_a_month_is_not_compared_with_a_whole_one() -> None:
    imports = [["Source", "File", "Measure", "From", "To"], ["CRM", "a.csv", "Leads", "2026-01-01", "2026-07-10"]]
    book = asked({"Email": {"leads": [100] * 6 + [20]}}, 7, extra=[imports])
    assert "Against" not in book.answer("X02.4", period="2026-07")
    assert "Last 3 months against the 3 before: no clear change (300 to 300)" in book.answer("X02.4", period=2026)


def test_one_channel_alone_has_nothing_to_be_compared_with() -> None:
    answer = "Email 5.0% (100 leads of 2,000 visitors); nothing else is recorded to compare it with"
    for channel in ("All", "Email"):
        assert answer in asked({"Email": FUNNEL}).answer("X05.7", channel)


def test_a_channel_that_a_figure_is_not_recorded_for() -> None:
    book = asked({"Email": {"followers": 900}, "Signs": {"leads": 30}})
    assert book.answer("X04.3", "Signs").startswith("Followers: none for Signs; whole company 900.")


def test_campaigns_stand_beside_those_of_their_channel() -> None:
    one, other = {"closed_deals": 100, "won_deals": 60}, {"closed_deals": 100, "won_deals": 30}
    book = asked({"Paid ads/Brand": one, "Paid ads/Generic": other, "Email": {"closed_deals": 10, "won_deals": 5}})
    best = "Paid ads/Brand 60.0% (60 deals won of 100 deals closed) is best, 2.0 times Paid ads/Generic 30.0%"
    assert best in book.answer("X05.12")
    assert best in book.answer("X05.12", "Paid ads")
    here = book.answer("X05.12", "Paid ads/Generic")
    assert "Paid ads/Generic 30.0% (30 deals won of 100 deals closed); Paid ads/Brand 60.0%" in here
    assert "No campaigns recorded" in book.answer("X05.12", "Email")


def test_items_are_ranked_one_by_one() -> None:
    rows = [
        ["2026-01", "CTA", item, channel, measure, value]
        for item, channel, clicks in (("Demo", "Email", 90), ("Demo", "Signs", 30), ("Paper", "Email", 40))
        for measure, value in (("CTA views", 1000), ("CTA clicks", clicks))
    ]
    answer = asked({"Email": {"leads": 1}}, items=rows).answer("X05.6")
    assert "Demo 6.0% (120 CTA clicks of 2,000 CTA views) is best, 1.5 times Paper 4.0%" in answer
    assert "Email 9.0% (90 CTA clicks of 1,000 CTA views) is best, 3.0 times Signs 3.0%" in answer
    assert asked({"Email": {"leads": 1}}).answer("X05.9") == "No items of the kind program recorded yet: fill Items."


def test_returns_are_ordered_by_what_they_are_and_not_said_to_be_sure() -> None:
    answer = asked({"Email": FUNNEL, "Signs": FUNNEL | {"sales_revenue": 9000}}).answer("X02.6")
    assert answer.startswith("ROI: Email 800% (30 sales) first, then Signs 200% (30 sales); sums do not tell")
    revenue_only = {name: value for name, value in FUNNEL.items() if name != "direct_cost"}
    assert asked({"Email": revenue_only, "Signs": revenue_only}).answer("X02.6").startswith("ROAS: ")


def test_what_costs_nothing_is_no_cheapest_channel() -> None:
    answer = asked(CHEAPER | {"Referral": {"leads": 500}}).answer("X03.2")
    assert "Paid ads $23" in answer
    assert "Referral" not in answer
    alone = asked({"Email": {"spend": 900, "leads": 300}, "Referral": {"leads": 500}}).answer("X05.7")
    assert "Cost per lead: Email $3 (300 leads); nothing else" in alone


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lever_that_helps_most_is_named(language: str) -> None:
    book = asked({"Email": FUNNEL | {"mqls": [60] * 9 + [90] * 3}}, 12, language)
    marked = [str(row[0]) for row in book.what_if(period=2026) if row[-1]]
    answer = book.answer("X02.5", period=2026)
    assert len(marked) == 1
    assert marked[0] in answer
    assert {"en": "all else as it is", "ko": "다른 조건이 같으면", "ja": "他の条件が同じなら"}[language] in answer


def test_without_a_lost_customer_or_an_input_the_sentence_says_which_is_missing() -> None:
    loyal = asked({"Email": FUNNEL | {"customers_end": 125}})
    assert loyal.answer("X03.6") == "No customer was lost in this period, so no LTV."
    assert (
        asked({"Email": {"visitors": 0, "leads": 0}}).answer("X02.3")
        == "No visitors in this period, so no conversion rate."
    )
    other = asked({"Email": FUNNEL, "Organic search": {"sqls": 1}, "Social media": {"visitors": 90, "leads": 30}})
    assert other.answer("X02.2").startswith("Conversion rate: none for Organic search; whole company ")
    assert asked({"Email": FUNNEL}).answer("X03.2") == "Sessions: none for Organic search; whole company 3,000. " + (
        "Cost per lead: none for Organic search; whole company $10."
    )


def test_each_comparison_keeps_its_own_verdict() -> None:
    same = {"visitors": 1000, "leads": 50, "spend": 100}
    answer = asked({"Email": same, "Signs": same}).answer("X05.7", "Email")
    assert answer.count("; no clear difference.") == 2


def test_the_last_is_named_only_where_it_is_behind() -> None:
    rates = {"A": 90, "B": 88, "C": 86}
    book = asked({name: {"visitors": 1000, "leads": leads} for name, leads in rates.items()})
    assert "Last" not in book.answer("X05.7")
    behind = asked({name: {"visitors": 1000, "leads": leads} for name, leads in (rates | {"D": 30}).items()})
    assert "Last: D 3.0% (30 leads of 1,000 visitors)." in behind.answer("X05.7")


def test_the_channels_share_in_sessions() -> None:
    book = asked({f"Channel {n}": {"sessions": 10 * (n + 1)} for n in range(4)})
    assert book.answer("X05.1") == "Share of sessions: Channel 3 40.0%, Channel 2 30.0%, Channel 1 20.0% and 1 more."


def test_a_sentence_a_row_and_nothing_for_a_blank() -> None:
    book = asked({"Email": FUNNEL})
    ids = [["X02.4"], [None], [" x03.5 "], ["X99"], [5.0], [ExcelError.REF]]
    rows = [str(row[0]) for row in book.functions.call("ANSWER", [ids, "All", "all", book.data])]  # type: ignore[union-attr]
    assert rows[0].startswith("Leads: 100")
    assert rows[1] == ""
    assert rows[2].startswith("CAC: ")
    assert rows[3:] == ["#VALUE!", "#VALUE!", "#REF!"]


@pytest.mark.parametrize(
    ("channel", "period", "error"),
    [
        (None, "all", ExcelError.NA), ("Nowhere", "all", ExcelError.VALUE), ("All", "soon", ExcelError.VALUE),
        (ExcelError.DIV0, "all", ExcelError.DIV0), (5.0, "all", ExcelError.VALUE),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_an_error(channel: object, period: str, error: ExcelError) -> None:
    book = asked({"Email": FUNNEL})
    args = [channel, period, book.data]
    assert book.functions.call("ANSWER", ["X02.4", *args]) == [[error]]  # type: ignore[list-item]
    assert book.functions.call("WHAT_IF", args) == [[error] * 9]  # type: ignore[arg-type]


def test_a_question_alone_is_of_where_the_cell_stands() -> None:
    book = asked({"Email": FUNNEL, "Signs": {"leads": 7}})
    book.functions.default = str(book.data)
    here = book.functions.call("ANSWER", ["X02.4"], Caller("Signs", month_text(START)))
    assert str(here[0][0]).startswith("Leads: 7 (2026-01)")  # type: ignore[index]
    for name, args in (("ANSWER", ["X02.4"]), ("ANSWER", []), ("WHAT_IF", [])):
        assert book.functions.call(name, args) is ExcelError.NA  # type: ignore[arg-type]


RADIO: dict[str, dict[str, float]] = {
    "Organic search": {
        "spend": 1000,
        "visitors": 5000,
        "leads": 100,
        "new_customers": 20,
        "sales": 20,
        "sales_revenue": 40000,
        "direct_cost": 8000,
    },
    "Paid ads": {
        "spend": 3000,
        "visitors": 3000,
        "leads": 60,
        "new_customers": 10,
        "sales": 10,
        "sales_revenue": 20000,
        "direct_cost": 4000,
    },
    "Radio & TV": {
        "spend": 9000,
        "visitors": 600,
        "leads": 30,
        "new_customers": 2,
        "sales": 2,
        "sales_revenue": 4000,
        "direct_cost": 800,
    },
}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A lead costs most with Radio & TV $300 (30 leads)."),
        ("ko", "리드당 비용이 가장 높은 채널: 라디오·TV ₩300(리드 30건)."),
        ("ja", "リード単価が最も高いのはラジオ・テレビ ¥300（リード30件）。"),
    ],
)
def test_a_high_rate_that_is_dearly_bought_is_told(language: str, sentence: str) -> None:
    """Radio turns most of its few visitors into leads, and pays thirty times as much for each."""
    for question in ("X02.3", "X05.7"):
        assert sentence in asked(RADIO, language=language).answer(question)
    level = {channel: {**values, "spend": 10 * values["leads"]} for channel, values in RADIO.items()}
    assert "costs most" not in asked(level).answer("X05.7"), "where a lead costs the same"


def test_a_channel_that_sells_too_little_to_be_ranked_does_not_escape() -> None:
    answer = asked(RADIO).answer("X02.6")
    assert "Most spent for a new customer: Radio & TV $9,000 for 2 new customers, Paid ads $3,000 for 10" in answer
    assert answer.endswith("A longer period tells more.")
    assert "longer" not in asked(RADIO, months=12).answer("X02.6")
    assert "Most spent" not in asked(RADIO, months=12).answer("X02.6"), "all have enough to be ranked"
