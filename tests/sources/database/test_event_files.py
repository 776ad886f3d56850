"""Order logs in files: however they are written, read as one table, each order once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.support.databases import by_month, values
from tests.support.export_files import DEALS
from xl_lifecycle.content.rules import ChannelRule, Rate, Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine
from xl_lifecycle.sources import read_all

JANUARY = 2026 * 12
TEXTS = {
    "whitespace.txt": " customer_id  date   cds  dollar_value\n 00001 20260101  1   11.77\n 00002 20260212  1   12.00\n",
    "comma.csv": "Order ID,Order date,Customer,Amount\n1,2026-01-01 10:00,ann,11.77\n2,2026-02-12,bob,12\n",
    "tab.tsv": "date\tcustomer\tamount\n01/31/2026\tann\t11.77\n02/12/2026\tbob\t12\n",
    "european.csv": "date;customer;amount\n31.01.2026;ann;11.77\n12.02.2026;bob;12\n",
    "thousands.csv": 'date,customer,amount\n2026-01-31,ann,11.77\n2026-02-12,bob,"1,012.00"\n',
    "korean.csv": "주문일,고객번호,금액,채널\n2026.01.31,ann,11.77,이메일\n2026.02.12,bob,12,이메일\n",
    "japanese.csv": "注文日,顧客番号,金額\n2026/01/31,ann,11.77\n2026/02/12,bob,12\n",
    "quoted.csv": '"date","customer","amount","note"\n"2026-01-31","ann","11.77","a, b\nc"\n"2026-02-12","bob","12",""\n',
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_order_log_is_recognised_by_its_headers(make, name: str) -> None:
    [result] = read_all([make(name, TEXTS[name])])
    assert result.file == name
    assert result.source == "Orders"
    assert by_month([result], "sales_revenue") == {"2026-01": 11.77, "2026-02": 1012 if "thousands" in name else 12}
    assert by_month([result], "new_customers") == {"2026-01": 1, "2026-02": 1}
    if name == "korean.csv":
        assert values([result], "sales") == {("2026-01", "Email"): 1, ("2026-02", "Email"): 1}


def test_parquet_is_read_by_its_headers_or_its_name(tmp_path: Path) -> None:
    duckdb.sql("SELECT 20260105 AS date, 'ann' AS customer, 2.5 AS amount").write_parquet(
        str(tmp_path / "shop.parquet")
    )
    duckdb.sql("SELECT DATE '2026-01-05' AS created, 1 AS id").write_parquet(str(tmp_path / "leads.parquet"))
    result = read_all([tmp_path])
    assert by_month(result, "sales_revenue") == {"2026-01": 2.5}  # from a folder; a whole number is a date as well
    assert by_month(result, "leads") == {"2026-01": 1}
    duckdb.sql("SELECT 1 AS a, 2 AS b").write_parquet(str(tmp_path / "odd.parquet"))
    with pytest.raises(SourceError, match=r"odd\.parquet has the columns a, b, which are not those of events"):
        read_all([tmp_path / "odd.parquet"])


def test_logs_of_several_files_are_one_table_in_which_the_first_order_is_the_first(make) -> None:
    one = make("2025.csv", "date,customer,amount\n2025-12-31,ann,1\n")
    two = make("2026.csv", "date,customer,amount\n2026-01-01,ann,2\n2026-01-02,bob,3\n")
    copy = make("again.csv", two.read_text())
    result = read_all([two, one, copy])
    assert by_month(result, "new_customers") == {"2025-12": 1, "2026-01": 1}
    assert by_month(result, "sales") == {"2025-12": 1, "2026-01": 2}
    assert "again.csv repeats 2026.csv: counted once" in result[0].remarks


def test_logs_that_overlap_are_refused(make) -> None:
    one = make("a.csv", "date,customer,amount\n2026-01-31,ann,1\n2026-02-03,ann,1\n")
    two = make("b.csv", "date,customer,amount\n2026-02-03,bob,1\n2026-02-04,bob,1\n")
    with pytest.raises(SourceError, match=r"a\.csv and b.csv both have orders of 2026-02-03: they would count twice"):
        read_all([one, two])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,customer,amount\n03/04/2026,ann,1\n", "its dates can have the day or the month first"),
        ("date,customer,amount\nyesterday,ann,1\n", "column 'date': 'yesterday' is not a date (1 such rows)"),
        ("date,customer,amount\n2026-01-05,ann,ten\n", "column 'amount': 'ten' is not a number (1 such rows)"),
        ("date,customer,amount,currency\n2026-01-05,ann,1,EUR\n2026-01-05,ann,1,USD\n", "mixes EUR, USD"),
        ("date customer amount\n2026-01-05 ann 1\n2026-01-05 ann\n", "1 lines do not have the 3 columns of its header"),
        ("date,customer,amount\n", "it has no rows"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(make, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_all([make("log.csv", text)])
    assert message in str(caught.value)
    assert "log.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_known_export_is_no_order_log(make) -> None:
    stripe = "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID\nch_1,2026-01-31 10:00,10,0,usd,Paid,c1\n"
    assert read_all([make("payments.csv", stripe)])[0].source == "Stripe payments"


def test_a_sale_that_a_crm_tells_too_would_count_twice(make) -> None:
    orders = read_all([make("orders.csv", "date,customer,amount\n2026-02-10,ann,11.77\n")])
    deals = read_all([make("deals.csv", DEALS)])
    with pytest.raises(SourceError, match="is in HubSpot deals and in Orders: it would count twice"):
        combine([*orders, *deals])
    assert combine(orders).facts == orders[0].facts
    assert "Orders: partial month 2026-02: covers 1 to 10 Feb 2026" in combine(orders).notes


MAKE = """
import duckdb, sys
duckdb.connect(config={"memory_limit": "600MB", "preserve_insertion_order": "false"}).execute(f'''COPY (
    SELECT 'Customer ' || md5((hash(i) % 1000000)::VARCHAR) AS customer, TIMESTAMP '2024-01-01' + to_seconds((hash(7 * i + 1) % 63072000)::BIGINT) AS date,
    (i % 9973 + 1) / 100.0::DOUBLE AS amount, ['Email', 'Paid ads', 'Referral', NULL][1 + i % 4] AS channel
    FROM range({sys.argv[2]}) t(i)) TO '{sys.argv[1]}' ''')
"""
READ = """
import sys
from pathlib import Path
from xl_lifecycle.sources import read_all
[found] = read_all([sys.argv[1]])
for measure in ("sales", "sales_revenue", "new_customers"):
    print(sum(fact.value for fact in found.facts if fact.measure == measure))
print(sum(f.value for f in found.facts if f.measure == "sales" and f.channel == "Email"))
# The peak of this program alone: what getrusage tells begins with that of the process that started it
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
"""


@pytest.mark.parametrize(("name", "count"), [("orders.parquet", 10_000_000), ("orders.csv", 2_000_000)])
def test_ten_million_orders_stay_well_under_a_gigabyte(tmp_path: Path, name: str, count: int) -> None:
    path, spill = tmp_path / name, tmp_path / "spill"
    spill.mkdir()
    subprocess.run([sys.executable, "-c", MAKE, str(path), str(count)], check=True)
    environment = {**os.environ, "TMPDIR": str(spill)}
    run = subprocess.run(
        [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True, env=environment
    )
    sales, revenue, customers, email, memory = map(float, run.stdout.split())
    assert sales == count
    whole, rest = divmod(count, 9973)
    assert revenue == pytest.approx((whole * 9973 * 9974 / 2 + rest * (rest + 1) / 2) / 100, abs=1e-5)
    assert 0.8 * 1_000_000 < customers <= count
    assert email == count / 4
    assert memory < 700_000_000
    assert not list(spill.iterdir())


def test_rules_of_settings_hold_for_logs_too(make) -> None:
    text = "date,customer,amount,currency,channel\n2026-01-31,ann,10,USD,web\n2026-02-12,bob,20,USD,mail\n"
    rules = Rules(
        "EUR", channels=(ChannelRule("Orders", "web", "", "Paid ads", "Shop"),), rates=(Rate("USD", JANUARY, 0.5),)
    )
    result = combine(read_all([make("orders.csv", text)], rules=rules), rules)
    revenue = {(f.channel, f.campaign): f.value for f in result.facts if f.measure == "sales_revenue"}
    assert revenue == {("Paid ads", "Shop"): 5, ("mail", ""): 10}
    assert any("USD converted at 0.5 EUR" in note for note in result.notes)
    with pytest.raises(SourceError, match=r"orders\.csv is in USD, the workbook in EUR: write the rate"):
        read_all([make("orders.csv", text)], rules=Rules("EUR"))
