"""Rules that people own, applied to exports before they are combined."""

from __future__ import annotations

import pytest

from tests.support.export_files import ADS_ROWS, CONTACTS, DEALS, ads, ga4, total
from xl_lifecycle.content.rules import ChannelRule, LeadRule, Rate, Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import PLAIN, combine, read_cells
from xl_lifecycle.sources import read

JULY = 2026 * 12 + 6
PAID_SOCIAL = Rules(channels=(ChannelRule("GA4", "Paid S*", "", "Social media", ""),))
USD = Rules(currency="USD", rates=(Rate("EUR", JULY - 6, 1.1), Rate("EUR", JULY, 1.2)))


def amount(result, measure: str, **where: object) -> float:
    return total(result, measure, **where)


def test_a_channel_of_an_export_becomes_ours(make) -> None:
    path = make("ga4.csv", ga4())
    assert total(read(path), "sessions", channel="Paid ads") == 72
    result = read(path, PAID_SOCIAL)
    assert total(result, "sessions", channel="Social media") == 60
    assert total(result, "sessions", channel="Paid ads") == 12
    assert total(combine([result], PAID_SOCIAL), "sessions") == 292
    cells = [line.split(",") for line in ga4().splitlines()]
    assert read_cells("Import", cells, 1, rules=PAID_SOCIAL).facts == result.facts


def test_campaigns_become_one_and_nothing_doubles(make) -> None:
    rules = Rules(channels=(ChannelRule("Google Ads", "", "*Generic*", "", "Brand"),))
    result = combine([read(make("ads.csv", ads()), rules)] * 2, rules)
    assert amount(result, "spend", campaign="Brand", channel="Paid ads") == 150.5
    assert {fact.campaign for fact in result.facts} == {"Brand"}


def test_records_go_where_a_rule_says(make) -> None:
    rules = Rules(channels=(ChannelRule("HubSpot", "Paid Social", "", "Social media", "Any"),))
    result = combine([read(make("c.csv", CONTACTS), rules)], rules)
    assert amount(result, "leads", channel="Social media", campaign="Any") == 1
    assert amount(result, "leads") == 3


def test_stocks_of_channels_that_become_one_add(make) -> None:
    rules = Rules(channels=(ChannelRule("", "Shop*", "", "Shops", ""),))
    path = make("t.csv", "month,channel,customers_start\n2026-01,Shop A,5\n2026-01,Shop B,5\n2026-02,Shop A,7\n")
    result = combine([read(path, rules)], rules)
    assert [(fact.channel, fact.value) for fact in result.facts] == [("Shops", 10.0), ("Shops", 7.0)]


def test_items_of_channels_that_become_one_add_or_are_refused(make) -> None:
    rules = Rules(channels=(ChannelRule("", "Shop*", "", "Shops", ""),))
    head = "month,kind,item,channel,measure,value\n"
    rows = "2026-01,cta,Buy,Shop A,cta_clicks,5\n2026-01,cta,Buy,Shop B,cta_clicks,5\n"
    assert [item.value for item in read(make("i.csv", head + rows), rules).items] == [10.0]
    with pytest.raises(SourceError, match="does not add up"):
        read(make("r.csv", head + rows.replace("cta,Buy", "keyword,Buy").replace("cta_clicks", "rank")), rules)


STATUS = """Record ID,Email,Create Date,Original Source,Lead Status,Became an MQL Date
1,a@example.com,2026-01-31,Organic Search,Qualified,2026-03-03
2,b@example.com,2026-01-05,Paid Social,Open deal;Other,
3,c@example.com,2026-02-01,,New,2026-02-09
"""
AGREED = Rules(leads=(LeadRule("mqls", "", "lead status", "qualified; open*"),))


def test_a_lead_counts_as_agreed(make) -> None:
    path = make("contacts.csv", STATUS)
    assert {(f.month, f.value) for f in read(path).facts if f.measure == "mqls"} == {(24314, 1.0), (24313, 1.0)}
    result = combine([read(path, AGREED)], AGREED)
    # record 1 in the month of its own date, record 2, which has none, in that of its creation
    assert {(f.month, f.value) for f in result.facts if f.measure == "mqls"} == {(24314, 1.0), (24312, 1.0)}
    assert any("mqls as agreed: lead status is qualified; open*" in note for note in result.notes)
    assert amount(result, "leads") == 3


def test_without_the_column_the_measure_is_unknown(make) -> None:
    result = read(make("contacts.csv", CONTACTS), AGREED)
    assert "mqls" not in result.measures
    assert any("mqls left out, because the file has no such column" in note for note in result.notes)
    assert "leads" in result.measures


def test_won_is_unknown_where_no_file_has_the_column(make) -> None:
    """Else the lost deals, whose months are known, would make it 0."""
    rules = Rules(leads=(LeadRule("won_deals", "HubSpot deals", "Sales stage", "Signed"),))
    result = read(make("deals.csv", DEALS), rules)
    assert not {"won_deals", "closed_deals", "sales", "sales_revenue", "new_customers"} & set(result.measures)
    assert "opportunities" in result.measures
    both = read(
        make("with.csv", DEALS.replace("Closed Lost Reason", "Sales stage").replace("No decision", "Signed")), rules
    )
    assert total(both, "won_deals") == 1


def test_won_as_agreed_holds_for_all_that_is_won(make) -> None:
    rules = Rules(leads=(LeadRule("won_deals", "HubSpot deals", "Deal Stage", "Contract sent"),))
    path = make("deals.csv", DEALS)
    result = combine([read(path, rules)], rules)
    assert amount(result, "won_deals") == 1
    assert amount(result, "sales_revenue") == 900
    assert amount(result, "new_customers") == 1
    assert amount(result, "closed_deals") == 2  # lost, or won as agreed


def test_a_measure_that_the_format_does_not_count_needs_its_source_named(make) -> None:
    path = make("deals.csv", DEALS)
    rule = LeadRule("sqls", "", "Deal Stage", "Closed*")
    assert "sqls" not in read(path, Rules(leads=(rule,))).measures
    rules_with_source = Rules(leads=(LeadRule("sqls", "HubSpot deals", "Deal Stage", "Closed*"),))
    assert amount(combine([read(path, rules_with_source)], rules_with_source), "sqls") == 4


SALESFORCE = """Lead ID,Create Date,Lead Source,Last Modified Date
00Q1,2026-01-05,Web,2026-01-06
00Q2,2026-01-06,Web,2026-01-06
"""


def test_the_source_that_is_named_wins(make) -> None:
    one, other = read(make("h.csv", CONTACTS)), read(make("s.csv", SALESFORCE))
    with pytest.raises(SourceError, match="table SourceRules"):
        combine([one, other])
    for word, leads in (("HubSpot", 3), ("Salesforce leads", 2)):
        rules = Rules(source_rules=(("leads", word),))
        for order in ([one, other], [other, one]):
            result = combine(order, rules)
            assert amount(result, "leads") == leads
            assert len({row.source for row in result.coverage if row.measure == "leads"}) == 1
            assert sum("leads of" in note and "left out" in note for note in result.notes) == 1
    assert amount(combine([other], Rules(source_rules=(("leads", "HubSpot"),))), "leads") == 0


def test_typed_figures_give_way_where_the_named_source_tells(make) -> None:
    export = read(make("ads.csv", ads()))
    table = read(make("t.csv", "month,channel,spend\n2026-07,Paid ads,160\n2026-07,Email,20\n2026-07,,999\n"))
    with pytest.raises(SourceError, match=r"150\.5 in ads\.csv .* but 160 in t\.csv .*table SourceRules"):
        combine([export, table])
    assert amount(combine([table, export], Rules(source_rules=(("spend", "Google Ads"),))), "spend") == 170.5
    assert amount(combine([table, export], Rules(source_rules=(("spend", PLAIN),))), "spend") == 1179


def test_two_tools_that_say_the_same_count_once_and_it_is_told(make) -> None:
    export = read(make("ads.csv", ads()))
    table = read(make("t.csv", "month,channel,spend\n2026-07,Paid ads,150.5\n"))
    result = combine([export, table])
    assert amount(result, "spend") == 150.5
    assert "t.csv: spend of Paid ads is the same as in ads.csv: counted once" in result.notes


def test_a_rule_for_a_source_that_nobody_knows_is_refused(make) -> None:
    from xl_lifecycle.core.cells.errors import ExcelError
    from xl_lifecycle.core.dataset.tables import Problem

    strange = Rules(
        unknown_sources=(("Warehouse", Problem("SourceRules", 3, 1, '"Warehouse" is not a source', ExcelError.VALUE)),)
    )
    with pytest.raises(
        SourceError, match='Settings, table SourceRules, row 3: "Warehouse" is not a source; correct it'
    ):
        combine([read(make("ads.csv", ads()))], strange)


def test_amounts_are_converted_at_the_rate_of_their_month(make) -> None:
    one = read(make("june.csv", ads('"June 1, 2026 - June 30, 2026"')), USD)
    two = read(make("july.csv", ads()), USD)
    result = combine([one, two], USD)
    assert {f.month: f.value for f in result.facts if f.campaign == "Brand" and f.measure == "spend"} == {
        JULY - 1: pytest.approx(100.5 * 1.1),
        JULY: pytest.approx(100.5 * 1.2),
    }
    assert amount(result, "ad_conversions") == 20.5
    assert "july.csv: EUR converted at 1.2 USD, the rate from 2026-07" in result.notes
    spend = next(row for row in result.coverage if row.measure == "spend")
    assert (spend.rows_total, spend.file_total) == (150.5, 150.5)  # against the file, in its own currency


def test_without_a_rate_another_currency_is_refused(make) -> None:
    path = make("ads.csv", ads())
    with pytest.raises(
        SourceError, match=r"ads\.csv is in EUR, the workbook in USD: write the rate of EUR from 2026-07"
    ):
        read(path, Rules(currency="USD"))
    assert total(read(path, Rules(currency="EUR")), "spend") == 150.5


def test_files_of_two_currencies_add(make) -> None:
    euro, dollar = make("e.csv", ads()), make("d.csv", ads('"June 1, 2026 - June 30, 2026"').replace("EUR", "USD"))
    with pytest.raises(SourceError, match="export all in one currency"):
        combine([read(euro), read(dollar)])
    assert amount(combine([read(euro, USD), read(dollar, USD)], USD), "spend") == pytest.approx(150.5 * 2.2)


MIXED = (ADS_ROWS[0], ADS_ROWS[1].replace("EUR", "USD"))


def test_rows_of_several_currencies_are_converted_one_by_one(make) -> None:
    path = make("ads.csv", ads(rows=MIXED))
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        read(path)
    result = read(path, USD)
    assert total(result, "spend") == pytest.approx(100.5 * 1.2 + 50)
    assert next(check for check in result.checks if check.measure == "spend").file_total is None
    with pytest.raises(SourceError, match="GBP from 2026-07"):
        read(make("gbp.csv", ads(rows=(MIXED[0].replace("EUR", "GBP"), MIXED[1]))), USD)
    gap = ads(rows=(*MIXED, ADS_ROWS[0].replace("EUR", "").replace("Brand", "Other")), totals=())
    with pytest.raises(SourceError, match=r"gap\.csv, line 6, column 'Currency code' is empty"):
        read(make("gap.csv", gap), USD)


def test_deals_are_converted_by_the_month_in_which_they_count(make) -> None:
    header, *rows = DEALS.splitlines()
    coins = ("EUR", "USD", "EUR", "EUR", "")
    text = "\n".join([f"{header},Currency", *(f"{row},{coin}" for row, coin in zip(rows, coins, strict=True))])
    result = combine([read(make("deals.csv", text), USD)], USD)
    assert amount(result, "sales_revenue") == pytest.approx(1000.5 * 1.1 + 500 + 200 * 1.1)
    assert amount(result, "won_deals") == 3
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        read(make("deals.csv", text))
