"""The same questions of the same events, on every engine; the answers are counted by hand."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict

import polars
import pytest

from tests.support.databases import by_month, duckdb_file, values
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources.database import read_all


def table(columns: str, *rows: tuple[object, ...], **types: polars.DataType) -> polars.DataFrame:
    """A table of rows: dates as texts 2026-01-05 or 2026-01-05 10:00, an empty text for nothing."""
    names = columns.split()
    frame = polars.DataFrame(
        [[None if cell == "" else cell for cell in row] for row in rows],
        schema=names,
        orient="row",
        infer_schema_length=None,
    )
    for name in names:
        if frame[name].dtype == polars.String and re.match(r"\d{4}-", str(frame[name].drop_nulls().first())):
            frame = frame.with_columns(
                polars.col(name)
                .str.to_datetime("%Y-%m-%d %H:%M", strict=False)
                .fill_null(polars.col(name).str.to_datetime("%Y-%m-%d", strict=False))
            )
    return frame.with_columns(polars.col(name).cast(type) for name, type in types.items())


def test_touches_are_sessions_and_visitors(ask) -> None:
    result = ask({"touches": table(
        "when visitor channel campaign",
        ("2026-01-05 10:00", "v1", "Email", "Spring"),
        ("2026-01-05 11:00", "v1", "Paid Search", "Brand"),  # the same person again, elsewhere
        ("2026-01-07 11:00", "v2", "Paid Search", "Brand"),
        ("2026-01-31 23:59", "", "Paid Search", ""),         # nobody knows who
        ("2026-02-01 00:00", "v1", "", ""),
    )})  # fmt: skip
    assert values(result, "sessions") == {
        ("2026-01", "Email/Spring"): 1, ("2026-01", "Paid ads/Brand"): 2, ("2026-01", "Paid ads"): 1,
        ("2026-02", "(not attributed)"): 1,
    }  # fmt: skip
    assert values(result, "visitors") == {
        ("2026-01", "Email/Spring"): 1,  # v1 once, at the first visit of the month
        ("2026-01", "Paid ads/Brand"): 1,
        ("2026-02", "(not attributed)"): 1,
    }
    assert "1 touches without visitor: sessions, but no visitors" in result[0].remarks
    assert [(check.rows_total, check.file_total) for check in result[0].checks if check.measure == "sessions"] == [
        (5, 5)
    ]


def test_leads_each_in_the_month_of_its_date(ask) -> None:
    result = ask({"leads": table(
        "created id channel mql_date sql_date",
        ("2026-01-05", 1, "Referral", "2026-02-01", "2026-03-09"),
        ("2026-01-31", 2, "Referral", "", ""),
        ("2026-02-01", 3, "Email", "2026-02-28", ""),
    )})  # fmt: skip
    assert values(result, "leads") == {("2026-01", "Referral"): 2, ("2026-02", "Email"): 1}
    assert values(result, "mqls") == {("2026-02", "Referral"): 1, ("2026-02", "Email"): 1}
    assert values(result, "sqls") == {("2026-03", "Referral"): 1}
    assert {(check.measure, check.file_total) for check in result[0].checks} == {("leads", 3), ("mqls", 2), ("sqls", 1)}


DEALS = table(
    "id created closed state amount customer channel campaign",
    (1, "2026-01-05 09:00", "2026-02-10 10:00", "Closed Won", 1000.5, 77, "Paid Search", ""),
    (2, "2026-02-05 09:00", "2026-03-10 10:00", "Closed Won", 500.0, 77, "Paid Search", "Brand"),
    (3, "2026-02-06 09:00", "2026-03-11 10:00", "Closed Won", 200.0, "", "", ""),
    (4, "2026-02-07 09:00", "2026-03-12 10:00", "Closed Lost - no decision", 900.0, 80, "Referrals", ""),
    (5, "2026-03-07 09:00", "2026-05-12 10:00", "Contract sent", 900.0, 81, "Referrals", ""),
    (6, "2026-03-08 09:00", "2026-03-31 10:00", "Closed Won", "", 82, "Referrals", ""),
)  # fmt: skip


def test_deals_count_as_those_of_a_crm_do(ask) -> None:
    result = ask({"deals": DEALS})
    assert by_month(result, "opportunities") == {"2026-01": 1, "2026-02": 3, "2026-03": 2}
    assert by_month(result, "closed_deals") == {"2026-02": 1, "2026-03": 4}
    assert by_month(result, "won_deals") == by_month(result, "sales") == {"2026-02": 1, "2026-03": 3}
    assert by_month(result, "no_decision_deals") == {"2026-03": 1}
    assert by_month(result, "sales_revenue") == {"2026-02": 1000.5, "2026-03": 700}
    assert values(result, "new_customers") == {("2026-02", "Paid ads"): 1, ("2026-03", "Referral"): 1}
    assert by_month(result, "new_revenue") == {"2026-02": 1000.5}
    assert values(result, "existing_revenue") == {("2026-03", "Paid ads/Brand"): 500}
    assert values(result, "sales")["2026-03", "(not attributed)"] == 1
    assert "1 won deals without amount: no revenue counted for them" in result[0].remarks
    assert "1 won deals without customer: sales, but no customers" in result[0].remarks
    assert "deals counted as open: Contract sent" in result[0].remarks


def test_the_same_deals_from_a_crm_s_export_and_from_a_database(ask, reads) -> None:
    header = "Record ID,Deal Name,Create Date,Close Date,Deal Stage,Amount,Associated Company IDs,Original Source,Closed Lost Reason"
    rows = (
        f"{id},x,{created},{closed},{state},{'' if amount is None else amount},{'' if who is None else who},{where or ''},"
        for id, created, closed, state, amount, who, where, _ in DEALS.rows()
    )
    export = reads("deals.csv", "\n".join([header, *(row.replace(":00,", ",") for row in rows)]) + "\n")
    [result] = ask({"deals": DEALS.drop("campaign")})
    assert list(result.facts) == [fact for fact in export.facts if fact.measure != "days_to_close"], (
        "which is no question"
    )


ORDERS = table(
    "when customer amount channel",
    ("2026-01-05 10:00", "A@x", 10.0, "Email"),
    ("2026-01-05 09:00", "a@x ", 5.0, "Paid ads"),  # the same customer, and the earlier order
    ("2026-01-09 10:00", "b", 7.0, ""),
    ("2026-03-31 10:00", "a@x", 2.0, "Email"),
    ("2026-03-31 10:00", "c", 100.0, "Email"),
    ("2026-03-31 10:00", "c", 100.0, "Email"),      # two orders, not one twice
    ("2026-06-30 10:00", "b", 1.0, "Email"),
    ("2026-06-30 10:00", "", 3.0, "Email"),
)  # fmt: skip


def test_orders_are_sales_and_customers(ask) -> None:
    result = ask({"orders": ORDERS})
    assert values(result, "sales") == {
        ("2026-01", "Email"): 1, ("2026-01", "Paid ads"): 1, ("2026-01", "(not attributed)"): 1, ("2026-03", "Email"): 3,
        ("2026-06", "Email"): 2,
    }  # fmt: skip
    assert by_month(result, "sales_revenue") == {"2026-01": 22, "2026-03": 202, "2026-06": 4}
    assert values(result, "buying_customers") == {
        ("2026-01", "Paid ads"): 1, ("2026-01", "(not attributed)"): 1, ("2026-03", "Paid ads"): 1,
        ("2026-03", "Email"): 1, ("2026-06", "(not attributed)"): 1,
    }  # fmt: skip
    assert by_month(result, "repeat_customers") == {"2026-03": 1, "2026-06": 1}
    assert by_month(result, "new_customers") == {"2026-01": 2, "2026-03": 1}
    assert by_month(result, "new_revenue") == {"2026-01": 22, "2026-03": 200}
    assert by_month(result, "existing_revenue") == {"2026-03": 2, "2026-06": 1}
    assert by_month(result, "customers_end") == {
        "2026-01": 2, "2026-02": 2, "2026-03": 3, "2026-04": 3, "2026-05": 3, "2026-06": 3,
    }  # fmt: skip
    assert "2026-01" not in by_month(result, "customers_start")  # nobody: covered, so 0
    assert by_month(result, "customers_start")["2026-06"] == 3
    assert {(str(span.first), str(span.last)) for span in result[0].spans} == {("2026-01-01", "2026-06-30")}
    checks = {check.measure: check.file_total for check in result[0].checks}
    assert (checks["sales"], checks["sales_revenue"], checks["new_customers"]) == (8, 228, 3)


@pytest.mark.parametrize("ask", ["duckdb", "polars", "postgresql"], indirect=True)
def test_who_comes_back_after_a_lapse_is_new_again_so_that_retention_is_right(ask) -> None:
    config = "[events.orders]\nactive_months = 3"
    result = ask({"orders": ORDERS}, config)
    assert by_month(result, "customers_end") == {
        "2026-01": 2, "2026-02": 2, "2026-03": 3, "2026-04": 2, "2026-05": 2, "2026-06": 1,
    }  # fmt: skip
    assert by_month(result, "new_customers") == {"2026-01": 2, "2026-03": 1, "2026-06": 1}
    assert by_month(result, "repeat_customers") == {"2026-03": 1, "2026-06": 1}  # but he had bought before
    assert by_month(result, "new_revenue")["2026-06"] == 1
    assert any("1 of them had been customers before" in remark for remark in result[0].remarks)


SUBSCRIPTIONS = table(
    "customer started ended monthly_amount channel",
    ("a", "2026-01-10", "2026-03-15", 10.0, "Email"),
    ("a", "2026-03-15", "", 15.0, "Referral"),           # goes on with another one
    ("b", "2026-01-20", "2026-02-10", 20.0, "Email"),
    ("b", "2026-04-01", "2026-06-30", 20.0, "Email"),    # comes back
    ("c", "2026-02-01", "2026-06-01", 5.0, "Referral"),
    ("c", "2026-03-01", "2026-04-01", 1.0, "Referral"),  # one inside the other
    ("d", "2026-03-02", "2026-03-30", 9.0, "Email"),     # begun and ended in one month
    ("e", "2026-06-30", "", 100.0, ""),
)  # fmt: skip


def test_subscriptions_are_customers_and_recurring_revenue(ask) -> None:
    result = ask({"subscriptions": SUBSCRIPTIONS})
    assert by_month(result, "customers_end") == {
        "2026-01": 2, "2026-02": 2, "2026-03": 2, "2026-04": 3, "2026-05": 3, "2026-06": 2,
    }  # fmt: skip
    assert by_month(result, "new_customers") == {"2026-01": 2, "2026-02": 1, "2026-04": 1, "2026-06": 1}
    assert values(result, "customers_end")["2026-05", "Email"] == 2  # a and b, by their first one
    assert by_month(result, "new_revenue") == {"2026-01": 30, "2026-02": 5, "2026-04": 20, "2026-06": 100}
    assert by_month(result, "existing_revenue") == {
        "2026-02": 10,
        "2026-03": 21,
        "2026-04": 20,
        "2026-05": 40,
        "2026-06": 15,
    }
    assert values(result, "existing_revenue")["2026-03", "Referral"] == 21  # revenue counts where it is earned


def test_many_random_orders_as_plain_python_counts_them(ask) -> None:
    numbers = random.Random(4)
    start = dt.datetime(2024, 1, 1)
    rows = [
        (start + dt.timedelta(minutes=numbers.randrange(60 * 24 * 700)), f"c{numbers.randrange(120)}",
         numbers.randrange(1, 99999) / 100, numbers.choice(["Email", "Paid ads", None]))
        for _ in range(600)
    ]  # fmt: skip
    result = ask({"orders": polars.DataFrame(rows, schema=["when", "customer", "amount", "channel"], orient="row")})
    months = sorted({when.year * 12 + when.month - 1 for when, *_ in rows})
    bought: dict[str, set[int]] = defaultdict(set)
    for when, customer, *_ in rows:
        bought[customer].add(when.year * 12 + when.month - 1)
    name = "{0[0]}-{0[1]:02d}".format
    ends, starts, new, repeat, revenue = {}, {}, {}, {}, {}
    for month in range(months[0], months[-1] + 1):
        key = name((month // 12, month % 12 + 1))
        now = {c for c, those in bought.items() if any(month - 12 < m <= month for m in those)}
        before = {c for c, those in bought.items() if any(month - 12 <= m < month for m in those)}
        ends[key], starts[key], new[key] = len(now), len(before), len(now - before)
        repeat[key] = sum(month in those and min(those) < month for those in bought.values())
        revenue[key] = sum(round(a * 100) for w, _, a, _ in rows if w.year * 12 + w.month - 1 == month) / 100
        assert now - before <= {c for c, those in bought.items() if month in those}
    filled = lambda expected: {key: value for key, value in expected.items() if value}  # noqa: E731
    assert by_month(result, "customers_end") == filled(ends)
    assert by_month(result, "customers_start") == filled(starts)
    assert by_month(result, "new_customers") == filled(new)
    assert by_month(result, "repeat_customers") == filled(repeat)
    assert by_month(result, "sales_revenue") == pytest.approx(filled(revenue), abs=1e-9)


@pytest.mark.parametrize("ask", ["duckdb", "polars"], indirect=True)  # test_postgresql has such a column of its own
def test_moments_with_a_time_zone_are_counted_by_utc(ask) -> None:
    when = polars.Series("when", [dt.datetime(2026, 1, 31, 23, 30)]).dt.replace_time_zone("America/New_York")
    result = ask({"orders": polars.DataFrame({"when": when, "amount": [1.0]})})
    assert by_month(result, "sales") == {"2026-02": 1}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"orders": table("when amount", ("2026-01-05", "ten"))}, "column 'amount' holds String, not numbers"),
        ({"orders": table("when amount", ("5 Jan", 1.0))}, "column 'when' holds String, not dates"),
        ({"orders": table("when amount currency", ("2026-01-05", 1.0, "EUR"), ("2026-01-05", 1.0, "usd"))}, "mixes EUR, USD"),
        ({"orders": table("order_id when amount", (1, "2026-01-05", 1.0), (1, "2026-01-05", 2.0))}, "1 ids are in several rows"),
        ({"orders": table("when amount", ("2026-01-05", 1.0), ("", 1.0))}, "1 of its rows have no date (when)"),
        ({"orders": table("when amount", ("2026-01-05", float("nan")))}, "not a finite number"),
        ({"orders": table("when price", ("2026-01-05", 1.0))}, "no column is known for amount"),
        ({"orders": table("when amount", ("2206-01-05", 1.0))}, "all of its rows are dated after"),
        ({"deals": table("created closed state", ("2026-01-05", "2026-01-06", "mystery"))}, "no state means won or lost: mystery"),
        ({"deals": table("created closed state", ("2026-01-05", "2026-01-05", "lost"), ("2026-01-05", "", "won"))}, "1 won or lost deals have no date"),
        ({"guests": table("when name", ("2026-01-05", "x"))}, "it has guests"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_in_one_line(ask, tables, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        ask(tables)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rows_dated_later_than_now_are_left_out_and_told(ask) -> None:
    result = ask({"orders": table("when amount", ("2026-01-05", 1.0), ("2206-01-05", 2.0))})
    assert by_month(result, "sales") == {"2026-01": 1}
    assert any("1 rows whose date (when) is after" in remark and "5 Jan 2206" in remark for remark in result[0].remarks)


def test_a_contract_tells_more_than_an_order_and_an_order_more_than_a_deal(tmp_path) -> None:
    tables = {"orders": ORDERS, "deals": DEALS, "subscriptions": SUBSCRIPTIONS}
    result = {each.source: each for each in read_all([duckdb_file(tmp_path / "shop.duckdb", tables)])}
    assert "customers_end" in result["Subscriptions"].measures
    assert set(result["Orders"].measures) == {"buying_customers", "repeat_customers", "sales", "sales_revenue"}
    assert set(result["Deals"].measures) == {"opportunities", "closed_deals", "won_deals", "no_decision_deals"}
    assert any("sales" in remark and "left out" in remark for remark in result["Deals"].remarks)


def test_a_table_of_monthly_figures_is_read_as_a_team_s_own(ask) -> None:
    result = ask({"costs": table("month channel spend", ("2026-01-01", "Email", 100.0), ("2026-02-01", "Email", 50.0))})
    assert values(result, "spend") == {("2026-01", "Email"): 100, ("2026-02", "Email"): 50}
    assert result[0].file.endswith(" costs")
