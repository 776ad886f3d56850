"""PostgreSQL for real: what it is asked, what it may not do, and that its password stays secret."""

from __future__ import annotations

import logging
import subprocess
import sys
import zipfile
from pathlib import Path

import polars
import pytest

from tests.support.databases import agree, by_month, values
from tests.support.postgresql import READER, SECRET
from xl_lifecycle.commands.cli import main
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources.database import read_all
from xl_lifecycle.sources.database.address import parse
from xl_lifecycle.sources.database.postgresql_engine import PostgreSQL

QUOTED = "tr0ub4dor%263%2F%25x"


@pytest.fixture(scope="module")
def shop(server) -> str:
    """A database of orders, a thousand rows a month."""
    days = polars.datetime_range(polars.datetime(2026, 1, 1), polars.datetime(2026, 3, 31), "1d", eager=True)
    orders = polars.DataFrame(
        {
            "when": [day for day in days for _ in range(40)],
            "customer": [f"c{n % 700}" for n in range(len(days) * 40)],
            "amount": [n % 50 + 0.25 for n in range(len(days) * 40)],
        }
    )
    name = server.database({"orders": orders})
    server.execute(name, "CREATE TABLE names (id int, name text)", f"GRANT SELECT ON names TO {READER}")
    return name


def test_events_are_grouped_where_they_live_and_only_monthly_rows_come(server, secret, shop, monkeypatch) -> None:
    fetched: list[int] = []
    rows = PostgreSQL.rows

    def count_rows(self, frame):
        result = rows(self, frame)
        fetched.append(len(result))
        return result

    monkeypatch.setattr(PostgreSQL, "rows", count_rows)
    before = len(server.said())
    [result] = read_all([server.url(shop)])
    assert by_month([result], "sales") == {"2026-01": 1240, "2026-02": 1120, "2026-03": 1240}
    assert max(fetched) == 3  # months
    queries = [
        text
        for text in server.said(before).split("LOG:  ")
        if "FETCH" not in text and '"orders"' in text and "SELECT" in text
    ]
    data = [text for text in queries if "LIMIT 0" not in text]
    assert data
    assert all(any(word in text for word in ("GROUP BY", "COUNT(", "SUM(", "DISTINCT")) for text in data)
    assert sum("GROUP BY" in text for text in data) >= 4


def test_a_connection_can_only_read(server, secret, shop) -> None:
    engine = PostgreSQL(parse(server.url(shop, "owner", "owner")))
    with pytest.raises(Exception, match="read-only transaction"):
        engine.con.con.execute("DELETE FROM orders")
    engine.close()


def test_a_config_names_tables_of_other_schemas_queries_and_columns(server, secret, shop, tmp_path) -> None:
    server.execute(
        shop,
        "CREATE SCHEMA IF NOT EXISTS crm",
        "CREATE TABLE IF NOT EXISTS crm.people (born timestamptz, key uuid DEFAULT gen_random_uuid(), via text)",
        "TRUNCATE crm.people",
        "INSERT INTO crm.people (born, via) VALUES ('2026-01-31 23:30-05', 'Email'), ('2026-01-05 10:00', NULL)",
        f"GRANT USAGE ON SCHEMA crm TO {READER}",
        f"GRANT SELECT ON crm.people TO {READER}",
    )
    config = tmp_path / "shop.toml"
    config.write_text(f"""
[database]
url = "{server.url(shop)}"
until = 2026-02-28

[events.leads]
table = "crm.people"
created = "born"
id = "key"
channel = "via"

[events.orders]
query = \"\"\"SELECT "when", upper(customer) AS buyer, amount * 2 AS worth FROM orders;\"\"\"
customer = "buyer"
amount = "worth"
active_months = 2
measures = ["sales", "sales_revenue"]

[monthly.costs]
query = "SELECT '2026-01' AS month, 'Email' AS channel, 12.50::numeric AS spend"
""")
    result = {each.source: each for each in read_all([agree(config)])}
    assert values([result["Leads"]], "leads") == {("2026-01", "(not attributed)"): 1, ("2026-02", "Email"): 1}  # by UTC
    assert by_month([result["Orders"]], "sales") == {"2026-01": 1240, "2026-02": 1120}
    assert result["Orders"].measures == ("sales", "sales_revenue")
    assert str(result["Orders"].last) == "2026-02-28"
    assert values([result["Table of monthly figures"]], "spend") == {("2026-01", "Email"): 12.5}
    assert result["Leads"].file == f"postgresql://127.0.0.1:{server.port}/{shop} crm.people"


REFUSED = {
    "a wrong password": ("{url}", "not it", "the user or password is wrong; set the password in XL_LIFECYCLE_PASSWORD"),
    "no such database": ("{url}_none", SECRET, "there is no such database; check the address"),
    "no such user": ("postgresql://nobody:x@127.0.0.1:{port}/{shop}", SECRET, "the user or password is wrong"),
    "nobody answers": ("postgresql://reader@127.0.0.1:1/shop", SECRET, "no server answers there, or it refuses"),
    "no such host": ("postgresql://reader@host.invalid/shop?connect_timeout=2", SECRET, "no server answers there"),
    "an unknown kind of database": (
        "mysql://reader:{quoted}@127.0.0.1/shop",
        SECRET,
        "databases of this kind are not supported",
    ),
    "a bare slash in the password": (
        "postgresql://reader:tr0ub4dor&3/%x@127.0.0.1/shop",
        "",
        "cannot be read: write it as",
    ),
    "a bare at sign in the password": (
        "postgresql://reader:tr0ub4dor&3@x@127.0.0.1/shop",
        "",
        "cannot be read: write it as",
    ),
    "no database named": ("postgresql://reader:{quoted}@127.0.0.1", SECRET, "names no database"),
    "a variable that is not set": (
        "postgresql://reader:${{XL_LIFECYCLE_NO_SUCH}}@127.0.0.1/shop",
        SECRET,
        "the environment has no XL_LIFECYCLE_NO_SUCH",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_with_an_address_is_said_in_one_line(server, shop, monkeypatch, case: str) -> None:
    url, password, message = REFUSED[case]
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD", password)
    url = url.format(url=server.url(shop), port=server.port, shop=shop, quoted=QUOTED)
    with pytest.raises(SourceError) as caught:
        read_all([url])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not {"tr0ub4dor", "not it", "reader@", "nobody"} & set(_parts(str(caught.value)))
    assert "tr0ub4dor" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None  # a traceback would show it


def _parts(text: str) -> list[str]:
    return text.replace("/", " ").split()


WRONG = {
    "a missing table": ('[events.orders]\ntable = "orderz"', "has no table 'orderz'; did you mean \"orders\"?"),
    "a missing column": ('[events.orders]\namount = "amounts"', 'it has no column \'amounts\' for amount; did you mean "amount"?'),
    "wrong SQL": ('[events.orders]\nquery = "SELEC 1"', "syntax error at or near"),
    "what writes": ('[events.orders]\nquery = "DELETE FROM orders RETURNING *"', "syntax error at or near"),
    "text for a number": ('[events.orders]\nquery = "SELECT \\"when\\", customer AS amount FROM orders"', "column 'amount' holds String, not numbers"),
    "an unknown key": ("[events.orders]\namont = 'x'", '\'amont\' of [events.orders] is not known; did you mean "amount"?'),
    "an unknown kind": ("[events.order]\ntable = 'orders'", 'is not a kind of events'),
    "table and query": ("[events.orders]\ntable = 'orders'\nquery = 'SELECT 1'", "needs either a table or a query"),
    "an unknown measure": ('[events.orders]\nmeasures = ["sale"]', '\'sale\' of [events.orders] is not a measure; did you mean "sales"?'),
    "a number that fails in the database": (
        "[events.orders]\nquery = 'SELECT \"when\", customer, 1 / (amount - amount) AS amount FROM orders'", "division by zero"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_config_is_said_in_one_line(server, secret, shop, tmp_path, case: str) -> None:
    text, message = WRONG[case]
    config = tmp_path / "shop.toml"
    config.write_text(f'[database]\nurl = "{server.url(shop)}"\n{text}\n')
    with pytest.raises(SourceError) as caught:
        read_all([agree(config)])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_password_in_a_config_is_refused_and_not_shown(server, tmp_path) -> None:
    for text in (
        f'url = "postgresql://reader:{QUOTED}@h/d"',
        f'url = "postgresql://reader@h/d"\npassword = "{SECRET}"',
    ):
        config = tmp_path / "shop.toml"
        config.write_text(f"[database]\n{text}\n")
        with pytest.raises(SourceError, match="a password does not belong in a file") as caught:
            read_all([config])
        assert "tr0ub4dor" not in str(caught.value)


def test_where_the_password_comes_from(server, shop, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("XL_LIFECYCLE_PASSWORD", raising=False)
    monkeypatch.setenv("XL_LIFECYCLE_SHOP", SECRET)
    assert read_all([server.url(shop, secret="${XL_LIFECYCLE_SHOP}")])
    assert read_all([server.url(shop, secret=QUOTED)])
    config = tmp_path / "shop.toml"
    config.write_text(f'[database]\nurl = "{server.url(shop)}"\npassword = "${{XL_LIFECYCLE_SHOP}}"\n')
    assert read_all([agree(config)])
    with pytest.raises(SourceError, match="password is wrong"):
        read_all([server.url(shop)])
    import keyring

    requests = []
    monkeypatch.setattr(keyring, "get_password", lambda service, name: requests.append((service, name)) or SECRET)
    assert read_all([server.url(shop)])
    assert requests == [("xl-lifecycle", f"reader@127.0.0.1/{shop}")]


def test_the_password_is_nowhere(server, shop, small_book: Path, capsys, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.url(shop, secret=QUOTED)
    assert main(["refresh", str(small_book), url]) == 0
    assert main(["refresh", str(small_book), url.replace("/shop", "/sho")]) == 1
    assert main(["refresh", str(small_book), url.replace(QUOTED, QUOTED[:-1])]) == 1
    seen = capsys.readouterr()
    with zipfile.ZipFile(small_book) as book:
        parts = b"".join(book.read(name) for name in book.namelist())
    assert f"postgresql://127.0.0.1:{server.port}/{shop} orders" in parts.decode("utf-8", "replace")
    for text in (seen.out, seen.err, caplog.text, parts.decode("utf-8", "replace")):
        assert "tr0ub4dor" not in text
        assert "reader@" not in text


def test_even_a_crash_shows_no_password(server, shop, small_book: Path) -> None:
    """As when a library fails in a way that nobody foresaw: the traceback is a person's to paste into a ticket."""
    code = """
import sys
from xl_lifecycle.sources.database.postgresql_engine import PostgreSQL
from xl_lifecycle.commands.cli import main
def crash(self, frame): raise RuntimeError(repr(self.address) + str(self.address) + sys.argv[-1])
PostgreSQL.rows = crash
main(sys.argv[1:])
"""
    url = server.url(shop, secret=QUOTED)
    for more in ([], ["--json"], ["--debug"]):
        command = [sys.executable, "-c", code, "refresh", *more, str(small_book), url]
        run = subprocess.run(command, capture_output=True, text=True)
        assert "RuntimeError" in run.stdout + run.stderr
        assert "tr0ub4dor" not in run.stdout + run.stderr
        assert ("Traceback" in run.stderr) is ("--debug" in more)
