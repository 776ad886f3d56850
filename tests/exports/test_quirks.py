"""Single quirks of the formats that no other test would miss, and tables of a team's own as people lay them out."""

from __future__ import annotations

import pytest

from tests.support.export_files import ga4, total
from tests.support.sample_exports import CONTACTS_JA, CONTACTS_KO, DEALS_JA, DEALS_KO, MICROSOFT, STRIPE, trends
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import PLAIN
from xl_lifecycle.exports.numbers import parse_number

JAN, FEB = 24312, 24313


def test_a_teams_own_table_with_channels_is_not_googles(reads) -> None:
    result = reads("t.csv", "Month,Channel,Campaign,Cost,Impressions\n2026-01,Email,Brand,5,10\n")
    assert (result.source, total(result, "impressions", channel="Email")) == (PLAIN, 10)


def test_ga4_with_a_channel_group_of_ones_own(reads) -> None:
    result = reads("ga4.csv", ga4(header="Session our channel group,Users,Sessions,Views", rows=("Podcast,5,6,3",)))
    assert total(result, "visitors", channel="Podcast") == 5


@pytest.mark.parametrize("mark", ["©", "@"])
def test_microsoft_known_by_its_last_line_alone(reads, mark: str) -> None:
    table = "\n".join(MICROSOFT.splitlines()[10:-1])
    result = reads("bing.csv", f'{table}\n"{mark}2026 Microsoft Corporation. All rights reserved. "\n')
    assert (result.source, total(result, "spend")) == ("Microsoft Ads report", 30)


@pytest.mark.parametrize("text", [CONTACTS_KO, CONTACTS_JA], ids=["ko", "ja"])
def test_sources_of_contacts_are_channels_in_korean_and_japanese(reads, text: str) -> None:
    result = reads("c.csv", text)
    channels = {"Organic search": 1, "Paid ads": 1, "(not attributed)": 1}
    assert {channel: total(result, "leads", channel=channel) for channel in channels} == channels


@pytest.mark.parametrize("text", [DEALS_KO, DEALS_JA], ids=["ko", "ja"])
def test_sources_of_deals_are_channels_in_korean_and_japanese(reads, text: str) -> None:
    assert total(reads("d.csv", text), "won_deals", channel="Paid ads") == 2


def test_a_week_of_two_months_counts_in_each_by_its_days(reads) -> None:
    result = reads("t.csv", trends("Week,chess: (Worldwide)", "2026-01-28,70\n2026-02-04,40\n"))
    assert {item.month: item.value for item in result.items} == {JAN: 70, FEB: (3 * 70 + 7 * 40) / 10}


def test_a_month_in_which_every_payment_failed_is_known_to_have_none(reads) -> None:
    result = reads("stripe.csv", STRIPE)
    assert {span.measure for span in result.spans if str(span.last) == "2026-03-31"} == set(result.measures)


# Tables that people lay out as they like


@pytest.mark.parametrize(
    "text",
    [
        "Measure,Jan 2026,Feb 2026\nSpend,\"1,000\",2\nLeads,3,4\nTotal,1003,6\n",
        "Our year,,\n,,\n,2026-01,2026-02\n마케팅 비용,1000,2\nリード,3,4\n",
        "지표,2026년 1월,2026년 2월,합계\n마케팅 비용,1000,2,1002\n리드,3,4,7\n",
        "指標,2026年1月,2026年2月\nマーケティング費用,1000,2\n\nリード,3,4\n",
        "Month,Measure,Value\n2026-01,Spend,1000\n2026-01,Leads,3\n2026-02,Spend,2\n2026-02,Leads,4\n",
    ],
)  # fmt: skip
def test_months_across_or_measures_down(reads, text: str) -> None:
    result = reads("t.csv", text)
    assert result.source == PLAIN
    assert [total(result, m, month=at) for m in ("spend", "leads") for at in (JAN, FEB)] == [1000, 2, 3, 4]


def test_months_across_by_channel_and_campaign(reads) -> None:
    text = "Channel,Campaign,Metric,2026-01,2026-02\nEmail,A,Leads,1,2\nEmail,B,Leads,3,\nPaid ads,A,Leads,5,6\n"
    result = reads("t.csv", text)
    assert total(result, "leads", channel="Email", campaign="B") == 3
    assert total(result, "leads", month=FEB) == 8
    assert not any(fact.value == 0 for fact in result.facts)  # what is blank is unknown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Channel,2026-01,2026-02\nEmail,1,2\n",
            "line 1 has a column for each month, but nothing says what the figures are: add",
        ),
        ("Channel,Measure,2026-01,2026-02\nEmail,Leads,1,2\n,Spend,3,4\n", "line 3 names no channel: write it in each"),
        ("Measure,2026-01,2026-02\nLeads,1,2\nLeads,3,4\n", "line 3: 'Leads' is there twice"),
        ("Measure,2026-01,2026-02\nLeads,1,x\n", "line 2, column 'Leads': 'x' is not a number"),
        ("Month,Email,Paid ads\n2026-01,1,2\n", "found Month, Email, Paid ads"),
        ("Month,Channel,Spend\n2026-01,Email,3\n2026-01,Total,3\n", "line 3, column 'Channel': 'Total' cannot be"),
        ("월,채널,마케팅 비용\n2026-01,Email,3\n2026-01,합계,3\n", "'합계' cannot be a channel"),
        ("Month,Channel,Campaign,Spend\n2026-01,Email,A,3\n2026-01,Email,Total,3\n", "'Total' is not a campaign"),
        ("Month,Spend,Leads\n2026-01,3,5%\n", "line 2, column 'Leads': '5%' is not a number"),
        ("Month,Channel,Spend\n2026-01,Email,$3\n2026-01,Podcast,€3\n", "mixes"),
        ("Month,Channel,Spend\n2026-01,Email,3 USD\n2026-01,Podcast,EUR 3\n", "mixes EUR, USD"),
    ],
)
def test_tables_that_are_refused(reads, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        reads("t.csv", text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,5;1.234", 1234), ("12.5;1.234", 1.234), ("€ 1.000,00;2.500", 2500), ("1,000.50;1.234", 1.234)],
)
def test_a_dot_is_a_thousand_where_a_comma_is_decimal(reads, text: str, value: float) -> None:
    assert total(reads("t.csv", f"month;spend;leads\n2026-01;{text}\n"), "leads") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234,50", 1234.5), ("1\u00a0234", 1234), ("1\u202f234.5", 1234.5), ("\u22125", -5), ("(5)", -5), ("USD 5", 5)],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("header", "nearest"),
    [
        ("Kampagne,Impressionen,Kosten,Klicks", "Google Ads campaign report"),
        ("Campaña,Impresiones,Coste,Clics", "Google Ads campaign report"),
        ("Grupo de canales,Usuarios,Sesiones,Sesiones con interacción", "Google Analytics 4"),
    ],
)
def test_other_languages_are_refused_naming_the_nearest(reads, header: str, nearest: str) -> None:
    with pytest.raises(SourceError, match=f"no known format .*nearest is {nearest}.*, in English, Korean or Japanese"):
        reads("x.csv", f"{header}\nA,1,2,3\n")


def test_the_better_fit_is_taken_and_the_other_told(reads) -> None:
    result = reads("t.csv", "Month,Session default channel group,Sessions,Users,Leads\n2026-01,Email,5,4,3\n")
    assert result.source == "Google Analytics 4 traffic acquisition"
    assert result.why == (
        "by Session default channel group, Sessions, Users in line 1; Table of monthly figures fits less"
    )
