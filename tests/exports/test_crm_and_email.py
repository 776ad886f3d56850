"""Exports of Salesforce, Stripe and Mailchimp."""

from __future__ import annotations

import pytest

from tests.support.export_files import DEALS, total
from tests.support.sample_exports import LEADS, MAILCHIMP, OPPORTUNITIES, STRIPE
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine

JAN, FEB, MAR = 24312, 24313, 24314


def test_salesforce_leads(reads) -> None:
    found = reads("leads.csv", LEADS)
    assert found.source == "Salesforce leads"
    assert (total(found, "leads", month=JAN), total(found, "leads", month=FEB)) == (1, 2)  # 2/3 is in February
    assert total(found, "leads", channel="Referral") == 1
    assert total(found, "leads", channel="(not attributed)") == 1
    assert found.checks[0].file_total == 3  # ids that differ in capitals only are two


def test_salesforce_in_another_order_of_dates(reads) -> None:
    british = (
        LEADS.replace("1/31/2026", "31/01/2026").replace("2/3/2026", "03/02/2026").replace("2/4/2026", "04/02/2026")
    )
    assert total(reads("leads.csv", british), "leads", month=FEB) == 2
    with pytest.raises(
        SourceError, match=r"line 3, column 'Create Date': '2/3/2026' can be day or month first, and no"
    ):
        reads("leads.csv", LEADS.replace("1/31/2026", "2026-01-31"))
    with pytest.raises(SourceError, match="can be day or month first"):  # 31/1 and 1/31: neither order
        reads("leads.csv", LEADS.replace("2/4/2026", "31/1/2026"))


def test_salesforce_rows_that_are_missing_are_noticed(reads) -> None:
    with pytest.raises(SourceError, match=r"says 'Grand Totals \(4 records\)?.* but holds 3"):
        reads("leads.csv", LEADS.replace("(3 records)", "(4 records)"))


def test_salesforce_leads_in_japanese(reads) -> None:
    text = '"リード ID","姓","リードソース","作成日"\n"00Q1","田中","Web","2026/01/31"\n'
    assert total(reads("leads.csv", text, "cp932"), "leads", month=JAN) == 1


def test_salesforce_opportunities(reads) -> None:
    found = reads("opportunities.csv", OPPORTUNITIES)
    assert (total(found, "sales_revenue"), found.currency) == (1700, "EUR")  # as converted, with its own currency
    assert (total(found, "new_customers"), total(found, "existing_revenue")) == (2, 200)
    assert (total(found, "opportunities", month=JAN), total(found, "won_deals", month=FEB)) == (3, 2)
    own = OPPORTUNITIES.replace(' (converted) Currency"', ' of something"').replace(' (converted)"', ' of what"')
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        reads("opportunities.csv", own)


def test_salesforce_groups_without_details_are_refused(reads) -> None:
    with pytest.raises(SourceError, match="column 'Stage' is empty: export the details"):
        reads("opportunities.csv", OPPORTUNITIES.replace('"Two","Closed Won"', '"Two",""'))


def test_salesforce_opportunities_in_japanese(reads) -> None:
    text = "商談 ID,取引先 ID,商談名,フェーズ,金額,通貨,完了予定日,作成日\n1,2,A,受注,1000,JPY,2026/02/10,2026/01/05\n2,3,B,失注,500,JPY,2026/02/11,2026/01/05\n"
    found = reads("o.csv", text, "shift_jis")
    assert (total(found, "won_deals"), total(found, "closed_deals"), found.currency) == (1, 2, "JPY")


def test_two_crms_are_not_added(reads) -> None:
    with pytest.raises(SourceError, match="is in HubSpot deals and in Salesforce opportunities: it would count twice"):
        combine([reads("deals.csv", DEALS), reads("opportunities.csv", OPPORTUNITIES)])


def test_stripe(reads) -> None:
    found = reads("stripe.csv", STRIPE)
    assert total(found, "sales") == 3  # failed retries and what was given back are none
    assert round(total(found, "sales_revenue", month=JAN), 2) == 891.33  # as settled, less what was refunded
    assert found.currency == "THB"
    assert total(found, "buying_customers", month=JAN) == 1
    assert str(found.last) == "2026-03-31"  # a month in which every payment failed is known to be 0
    assert "new_customers" not in found.measures


def test_stripe_that_is_not_settled_in_one_currency_is_refused(reads) -> None:
    plain = "\n".join(",".join(line.split(",")[:6] + line.split(",")[9:]) for line in STRIPE.splitlines())
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        reads("stripe.csv", plain)
    found = reads("stripe.csv", plain.replace(",usd,", ",eur,").replace("15.00", '"15,00"'))
    assert (total(found, "sales_revenue"), found.currency) == (45, "EUR")


def test_payments_give_way_to_the_deals_of_a_crm(reads) -> None:
    euros = STRIPE.replace(",usd,", ",eur,").replace("thb", "eur")
    found = combine([reads("stripe.csv", euros), reads("deals.csv", DEALS)])
    alone = combine([reads("deals.csv", DEALS)])

    def of(each, month):
        return sum(f.value for f in each.facts if f.measure == "sales" and f.month == month)

    assert of(found, FEB) == of(alone, FEB) == 1
    assert of(found, JAN) == 2  # which the deals do not cover
    assert "sales of Stripe payments left out: HubSpot deals tells it" in found.notes


@pytest.mark.parametrize("audience", ["List", "Audience"])
def test_mailchimp(reads, audience: str) -> None:
    found = reads("campaigns.csv", MAILCHIMP.format(list=audience))
    assert (total(found, "delivered"), total(found, "unique_opens"), total(found, "unique_clicks")) == (1090, 278, 33)
    assert total(found, "unsubscribes") == 3
    assert {(fact.channel, fact.campaign) for fact in found.facts} == {("Email", "June news"), ("Email", "Reminder")}
    assert [str(found.first), str(found.last)] == ["2018-06-09", "2018-06-19"]
    assert found.notes == ("partial month 2018-06: covers 9 to 19 Jun 2018",)


def test_an_amount_is_taken_with_its_own_currency(reads) -> None:
    euros = STRIPE.replace(",usd,", ",eur,")
    text = "\n".join(",".join(line.split(",")[:8] + line.split(",")[9:]) for line in euros.splitlines())
    found = reads("stripe.csv", text)  # has a converted amount, but not in what
    assert (total(found, "sales_revenue"), found.currency) == (45, "EUR")
    text = OPPORTUNITIES.replace(' (converted) Currency"', ' of something"').replace('"USD"', '"EUR"')
    found = reads("opportunities.csv", text)
    assert (total(found, "sales_revenue"), found.currency) == (1800, "EUR")
