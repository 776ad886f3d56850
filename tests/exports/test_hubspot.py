from __future__ import annotations

import pytest

from tests.support.export_files import CONTACTS, DEALS, total
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine

JAN, FEB, MAR = 24312, 24313, 24314


def test_leads_and_mqls_each_in_their_own_month(reads) -> None:
    result = reads("contacts.csv", CONTACTS)
    assert total(result, "leads", month=JAN, channel="Organic search") == 1  # the first of several sources
    assert total(result, "leads", month=JAN, channel="Paid ads") == 1
    assert total(result, "leads", month=MAR, channel="(not attributed)") == 1
    assert total(result, "mqls", month=FEB) == 1
    assert result.measures == ("leads", "mqls")  # no column for SQLs
    assert result.notes == ("1 contacts without a source: (not attributed)",)
    leads = next(check for check in result.checks if check.measure == "leads")
    assert (leads.rows_total, leads.file_total) == (3, 3)
    assert [(span.measure, str(span.first), str(span.last)) for span in result.spans] == [
        ("leads", "2026-01-01", "2026-03-31"),
        ("mqls", "2026-02-01", "2026-02-28"),
    ]


def test_a_record_twice_in_a_file_counts_once(reads) -> None:
    result = reads("contacts.csv", CONTACTS + CONTACTS.splitlines()[1] + "\n")
    assert total(result, "leads") == 3
    assert any("repeat a record" in note for note in result.notes)


def test_deals(reads) -> None:
    result = reads("deals.csv", DEALS)
    assert total(result, "opportunities") == 5
    assert total(result, "closed_deals") == 4  # the open deal's close date is a hope
    assert total(result, "won_deals") == total(result, "sales") == 3
    assert total(result, "no_decision_deals") == 1
    assert total(result, "sales_revenue") == 1700.5
    assert (total(result, "new_customers"), total(result, "new_revenue", month=FEB)) == (1, 1000.5)
    assert total(result, "existing_revenue", month=MAR) == 500  # the second deal of company 77
    assert total(result, "sales", channel="(not attributed)") == 1
    assert {str(span.last) for span in result.spans if span.measure == "sales"} == {"2026-03-31"}
    assert "1 won deals without a company or contact id: counted as sales, but not as customers" in result.notes


def test_without_an_id_column_customers_are_unknown(reads) -> None:
    result = reads("deals.csv", DEALS.replace("Associated Company IDs", "Company words"))
    assert not {"new_customers", "new_revenue", "existing_revenue"} & set(result.measures)
    assert total(result, "sales") == 3


def test_without_reason_or_stage_no_decisions_are_unknown(reads) -> None:
    assert "no_decision_deals" not in reads("d.csv", DEALS.replace("Closed Lost Reason", "Notes")).measures
    staged = DEALS.replace("Closed Lost Reason", "Notes").replace("Closed Lost,", "No decision,")
    assert total(reads("d.csv", staged), "no_decision_deals") == 1


def test_contact_ids_make_customers_when_there_is_no_company(reads) -> None:
    result = reads("deals.csv", DEALS.replace("Associated Company IDs", "Associated Contact IDs"))
    assert total(result, "new_customers") == 1


def test_first_deal_is_found_across_files(reads) -> None:
    header, *rows = DEALS.splitlines()
    early, late = (
        reads("early.csv", "\n".join([header, *rows[:1]])),
        reads("late.csv", "\n".join([header, *rows[1:]])),
    )
    assert total(late, "new_customers", month=MAR) == 1  # by itself it looks new
    both = combine([late, early])
    assert [(f.month, f.value) for f in both.facts if f.measure == "new_customers"] == [(FEB, 1)]


def test_the_later_content_of_a_record_wins(reads) -> None:
    later = DEALS.replace(
        "900,2026-03-12 10:00,2026-02-07 09:00,2026-03-12 10:00",
        "950,2026-03-12 10:00,2026-02-07 09:00,2026-04-01 10:00",
    )
    later = later.replace("Four,Closed Lost", "Four,Closed Won").replace("No decision", "")
    old, new = reads("old.csv", DEALS), reads("new.csv", later)
    assert combine([old, new]).facts == combine([new, old]).facts == new.facts


def test_contradicting_records_without_a_date_are_refused(reads) -> None:
    other = reads("b.csv", CONTACTS.replace("Paid Social", "Referrals"))
    with pytest.raises(SourceError, match=r"record 2: source is Paid Social in a\.csv but Referrals in b\.csv"):
        combine([reads("a.csv", CONTACTS), other])


def test_files_with_different_columns_complete_each_other(reads) -> None:
    bare = "\n".join(line.rsplit(",", 1)[0] for line in CONTACTS.splitlines())
    both = combine([reads("a.csv", CONTACTS), reads("b.csv", bare)])
    assert sum(f.value for f in both.facts if f.measure == "leads") == 3
    assert sum(f.value for f in both.facts if f.measure == "mqls") == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1,A,One", ",A,One", "line 2, column 'Record ID' is empty"),
        ("2026-01-31 23:59", "", "line 2, column 'Create Date' is empty"),
        (
            "2026-01-31 23:59",
            "03/04/2026",
            "'03/04/2026' can have the day or the month first, and no date of the file shows which",
        ),
        ("2026-01-31 23:59", "soon", "'soon' is not a date"),
    ],
)
def test_bad_records(reads, old: str, new: str, message: str) -> None:
    with pytest.raises(SourceError, match=message.replace("(", r"\(")):
        reads("contacts.csv", CONTACTS.replace(old, new))


def test_deals_in_several_currencies_are_refused(reads) -> None:
    text = "Record ID,Deal Stage,Amount,Close Date,Create Date,Currency\n1,Closed Won,5,2026-01-02,2026-01-01,EUR\n"
    text += "2,Closed Won,5,2026-01-02,2026-01-01,USD\n"
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        reads("deals.csv", text)


def test_japanese_labels(reads) -> None:
    text = "レコードID,名,姓,作成日,元のソース\n1,A,B,2026/01/05 10:00,オーガニック検索\n"
    assert total(reads("c.csv", text, "cp932"), "leads", channel="Organic search") == 1


def test_amounts_that_hubspot_converted_have_one_currency(reads) -> None:
    text = "Record ID,Deal Stage,Amount,Amount in company currency,Close Date,Create Date,Currency\n"
    text += "1,Closed Won,5,4,2026-01-02,2026-01-01,EUR\n2,Closed Won,5,5,2026-01-02,2026-01-01,USD\n"
    assert total(reads("deals.csv", text), "sales_revenue") == 9


def test_the_first_deal_is_the_one_closed_first(reads) -> None:
    result = reads("deals.csv", DEALS.replace("1,One,", "9,One,"))
    assert total(result, "new_customers", month=FEB) == 1
    assert total(result, "new_revenue") == 1000.5
