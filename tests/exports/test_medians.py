"""Median days to close: for which deals and places, and never added up."""

from __future__ import annotations

from pathlib import Path

import pytest

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import CombinedImport, Import, combine
from xl_lifecycle.sources import read_all

FEB, MAR = 24313, 24314
HEAD = "Record ID,Deal Stage,Amount,Close Date,Create Date,Original Source,Campaign,Associated Company IDs"


def deals(*rows: str) -> str:
    """A HubSpot export of deals. A row: id, stage, closed, created, source, campaign."""
    lines = [HEAD]
    for row in rows:
        id, stage, closed, created, source, campaign = row.split(",")
        lines.append(f"{id},{stage},100,{closed},{created},{source},{campaign},{id}")
    return "\n".join(lines) + "\n"


WON = (  # 40, 10 and 90 days in paid ads, 20 in email, 31 of no channel
    "1,Closed Won,2026-02-10,2026-01-01,Paid Search,Brand",
    "2,Closed Won,2026-02-11,2026-02-01,Paid Social,Spring",
    "3,Closed Won,2026-02-28 23:59,2025-11-30 08:00,Paid Search,Brand",
    "4,Closed Won,2026-02-21,2026-02-01,Email Marketing,",
    "5,Closed Won,2026-03-04,2026-02-01,,",
)


def days(result: Import | CombinedImport) -> dict[tuple[int, str, str], float]:
    return {f[:3]: f.value for f in result.facts if f.measure == "days_to_close"}


def test_the_company_each_channel_and_each_campaign_have_a_median_of_their_own_deals(reads) -> None:
    assert days(reads("d.csv", deals(*WON))) == {
        (FEB, "", ""): 30,  # 10, 20, 40, 90
        (FEB, "Paid ads", ""): 40,  # 10, 40, 90
        (FEB, "Paid ads", "Brand"): 65,  # 40, 90
        (FEB, "Paid ads", "Spring"): 10,
        (FEB, "Email", ""): 20,
        (MAR, "", ""): 31,  # of no known channel: the company's alone
    }


def test_only_won_deals_count_in_the_month_that_won_them(reads) -> None:
    result = reads(
        "d.csv",
        deals(
            *WON[:1],
            "6,Closed Lost,2026-02-11,2026-02-01,Paid Search,Brand",
            "7,Contract sent,2026-02-12,2026-02-01,Paid Search,Brand",
            "8,Closed Won,2026-03-02,2026-03-02,Email Marketing,",
        ),
    )
    assert (days(result)[FEB, "", ""], days(result)[MAR, "", ""]) == (40, 0)


def test_a_month_without_a_won_deal_has_no_median(reads) -> None:
    result = reads("d.csv", deals(*WON[:1], "6,Closed Lost,2026-03-11,2026-02-01,Paid Search,Brand"))
    assert {month for month, _, _ in days(result)} == {FEB}
    assert {str(span.last) for span in result.spans if span.measure == "days_to_close"} == {"2026-03-31"}


def test_closed_before_it_was_created_is_left_out_and_noted(reads) -> None:
    text = deals(*WON[:2], "9,Closed Won,2026-02-03,2026-02-04,Paid Search,Brand")
    result = reads("d.csv", text)
    assert days(result)[FEB, "", ""] == 25
    assert "1 won deals left out of days_to_close: they have no creation date, or closed before it" in result.notes
    assert not any("days_to_close" in note for note in reads("e.csv", deals(*WON)).notes)


def test_names_that_differ_in_case_are_one(reads) -> None:
    result = reads(
        "d.csv",
        deals(
            "1,Closed Won,2026-02-11,2026-02-01,Podcast,Brand",
            "2,Closed Won,2026-02-21,2026-02-01,podcast,BRAND",
        ),
    )
    assert days(result) == {(FEB, "", ""): 15, (FEB, "Podcast", ""): 15, (FEB, "Podcast", "Brand"): 15}


def test_the_reconciliation_claims_no_sum(reads) -> None:
    result = reads("d.csv", deals(*WON))
    check = next(check for check in result.checks if check.measure == "days_to_close")
    assert (check.rows_total, check.file_total, check.agrees) == (None, None, True)
    (line,) = (line for line in combine([result]).coverage if line.measure == "days_to_close")
    assert (line.rows, line.rows_total, line.file_total) == (5, None, None)
    table = reads("t.csv", "Month,Channel,Days_to_close,Leads\n2026-02,,30,5\n2026-03,,31,4\nTotal,,61,9\n")
    assert {check.measure: (check.rows_total, check.file_total) for check in table.checks} == {
        "days_to_close": (None, None),
        "leads": (9, 9),
    }


def test_of_several_files_the_median_is_that_of_all_their_deals_each_once(reads) -> None:
    one, other = reads("a.csv", deals(*WON[:2])), reads("b.csv", deals(*WON[1:]))
    assert days(one)[FEB, "", ""] == 25
    assert days(other)[FEB, "", ""] == 20
    whole = days(reads("c.csv", deals(*WON)))
    for order in ([one, other], [other, one], [one, other, one]):
        assert days(combine(order)) == whole


def test_a_typed_median_is_the_exports_or_refused(reads) -> None:
    export = reads("d.csv", deals(*WON))
    head = "Month,Channel,Campaign,Median days to close\n"
    same = reads("t.csv", head + "2026-02,,,30\n2026-02,Paid ads,,40\n2026-02,Paid ads,Autumn,7\n2026-01,,,12\n")
    assert days(combine([export, same])) == days(export) | {(FEB, "Paid ads", "Autumn"): 7, (FEB - 1, "", ""): 12}
    for row in ("2026-02,,,31", "2026-02,Paid ads,,41", "2026-02,Paid ads,Brand,66"):
        with pytest.raises(SourceError, match="days_to_close"):
            combine([export, reads("t.csv", f"{head}{row}\n")])
    assert not any("adds to" in note for note in combine([export, reads("t.csv", head + "2026-02,,,30\n")]).notes)


DECLARATION = """
title = "Our CRM"
shape = "records"
required = ["id", "closed"]
[columns]
id = ["No"]
closed = ["Won on"]
opened = ["Opened"]
lead = ["Lead since"]
[[event]]
measure = "days_to_close"
date = "closed"
since = "lead|opened"
"""


def read_with(folder: Path, declaration: str, text: str) -> Import:
    (folder / "crm.toml").write_text(declaration, "utf-8")
    (folder / "crm.csv").write_text(text, "utf-8")
    (result,) = read_all([folder])
    return result


def test_a_format_of_ones_own_counts_from_the_lead_or_where_that_is_not_known_the_deal(tmp_path: Path) -> None:
    rows = "1,2026-02-11,2026-02-01,2026-01-12\n2,2026-02-11,2026-02-01,\n3,2026-02-11,,\n"
    result = read_with(tmp_path, DECLARATION, f"No,Won on,Opened,Lead since\n{rows}")
    assert days(result) == {(FEB, "", ""): 20}  # 30 and 10
    assert "1 won CRM left out of days_to_close: they have no creation date, or closed before it" in result.notes


def test_without_a_column_for_the_start_it_is_unknown(tmp_path: Path) -> None:
    text = DECLARATION + '[[event]]\nmeasure = "won_deals"\ndate = "closed"\n'
    result = read_with(tmp_path, text, "No,Won on\n1,2026-02-11\n")
    assert result.measures == ("won_deals",)
    assert not any("days_to_close" in note for note in result.notes)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('since = "lead|opened"\n', "", "event of days_to_close needs since"),
        ('"days_to_close"', '"won_deals"', "event of won_deals must not have since"),
        ("lead|opened", "lead|begun", "no column is declared for begun"),
        ('"lead|opened"', "3", r"event\.since must be a text"),
    ],
)
def test_a_declaration_that_counts_days_from_nowhere_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read_with(tmp_path, DECLARATION.replace(old, new), "No,Won on,Opened,Lead since\n1,2026-02-11,2026-02-01,\n")
