"""Source configs: the unchanged example of the page, how they differ from declarations, and addresses."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.support.databases import by_month, values
from tests.support.paths import ROOT
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources import read_all
from xl_lifecycle.sources.database import reads
from xl_lifecycle.sources.database.address import parse

PAGE = ROOT / "docs" / "databases.md"

SHOP = """
CREATE SCHEMA sales;
CREATE TABLE sales.invoices AS SELECT * FROM (VALUES
    (TIMESTAMP '2026-01-05', 'ann', 10.0, 'Email'), ('2026-06-30', 'bob', 20.0, NULL), ('2026-07-01', 'ann', 40.0, 'Email')
    ) AS t(paid_at, account, amount, channel);
CREATE TABLE crm_deals AS SELECT * FROM (VALUES
    (1, DATE '2026-01-05', DATE '2026-02-05', 'signed', 5.0, 'new business'), (2, '2026-01-06', '2026-02-06', 'gone quiet', 5.0, 'new business'),
    (3, '2026-01-06', '2026-02-06', 'signed', 5.0, 'renewal')) AS t(id, created, closed, state, amount, kind);
CREATE TABLE marketing_costs AS SELECT '2026-01' AS month, 'Email' AS channel, 99.5::DECIMAL(9, 2) AS spend;
"""


def test_the_example_of_the_page_is_read(tmp_path: Path, monkeypatch) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(SHOP)
    monkeypatch.setenv("SHOP_PASSWORD", "x")
    config = tmp_path / "shop.toml"
    config.write_text(example.replace("postgresql://anna@db.example.com/shop", "shop.duckdb"), "utf-8")
    result = {each.source: each for each in read_all([config])}
    assert by_month([result["Orders"]], "sales_revenue") == {"2026-01": 10, "2026-06": 20}  # until the end of June
    assert by_month([result["Orders"]], "customers_end") == {f"2026-0{n}": 1 for n in range(1, 6)} | {"2026-06": 2}
    assert by_month([result["Deals"]], "opportunities") == {"2026-01": 2}
    assert by_month([result["Deals"]], "won_deals") == {"2026-02": 1}
    assert set(result["Deals"].measures) == {"opportunities", "won_deals"}
    assert values([result["Table of monthly figures"]], "spend") == {("2026-01", "Email"): 99.5}
    assert result["Orders"].file == "shop.duckdb sales.invoices"


def test_a_config_in_a_folder_of_exports_is_read_with_them(tmp_path: Path, make) -> None:
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute(SHOP)
    make("shop.toml", '[database]\nurl = "shop.db"\n[monthly.costs]\ntable = "marketing_costs"\n')
    make("clicks.csv", "Month,Channel,Clicks\n2026-01,Email,7\n")
    result = read_all([tmp_path])
    assert by_month(result, "spend") == {"2026-01": 99.5}
    assert by_month(result, "clicks") == {"2026-01": 7}


def test_content_tells_a_config_from_the_declaration_of_a_format(make) -> None:
    assert reads(make("a.toml", '[database]\nurl = "x.duckdb"\n'))
    assert not reads(make("b.toml", 'title = "Our ads"\n[columns]\nspend = ["Cost"]\n'))
    assert not reads(make("c.toml", "no toml at all ["))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[database]\n", "it needs a [database] with a url"),
        ('[database]\nurl = "no.duckdb"\n', "no.duckdb does not exist"),
        ('[database]\nurl = "x"\nengine = "spark"\n', "write duckdb or polars"),
        ('[database]\nurl = "x"\nuntil = "June"\n', "until must be a date"),
        ('[database]\nurl = "x"\n[events.orders]\nactive_months = 0\n', "active_months of [events.orders] must be"),
        ('[database]\nurl = "x"\n[event.orders]\n', "'event' is not known; did you mean \"events\"?"),
        ('[database]\nurl = "x"\n[events]\norders = "o"\n', "[events] must be a section, such as [events.orders]"),
    ],
)
def test_a_wrong_config_is_refused_in_one_line(make, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_all([make("shop.toml", text)])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_database_and_one_without_events_are_refused_in_one_line(tmp_path: Path, make) -> None:
    with pytest.raises(SourceError) as caught:
        read_all([make("bad.duckdb", "this is no database")])
    assert str(caught.value).startswith("bad.duckdb: ")
    assert "\n" not in str(caught.value)
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE guests (name TEXT, age INT)")
    with pytest.raises(SourceError, match=r"no table is called .*orders.*; it has guests; say in a source config"):
        read_all([f"duckdb:///{path}"])


def test_a_duckdb_file_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE orders AS SELECT DATE '2026-01-05' AS date, 1.5 AS amount")
    before = path.read_bytes()
    assert by_month(read_all([f"duckdb:///{path}"]), "sales_revenue") == {"2026-01": 1.5}
    assert path.read_bytes() == before


def test_an_address_is_shown_without_user_and_password() -> None:
    address = parse("postgresql://anna:se%40cret@db.example.com:5433/shop?sslmode=require")
    assert (address.user, address.password, address.options) == ("anna", "se@cret", (("sslmode", "require"),))
    assert str(address) == "postgresql://db.example.com:5433/shop"
    assert "anna" not in repr(address)
    assert "se@cret" not in repr(address)
    assert address.clean("wrong: se@cret or se%40cret") == "wrong: *** or ***"
    assert str(parse("postgresql:///shop?host=/var/run/postgresql")) == "postgresql:///shop"
