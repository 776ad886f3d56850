"""Addresses of databases: what is one, what its parts are, whose a password is, and what no message repeats."""

from __future__ import annotations

import pytest

from tests.sources.database.test_consent import MISTYPED as MISTYPED_ADDRESSES
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources.database.address import (
    MISTYPED,
    Address,
    hide_secrets,
    is_bound,
    is_server,
    looks_secret,
    parse,
    path_of,
    variables,
    variables_are_ours,
    with_password,
)
from xl_lifecycle.sources.database.config import load
from xl_lifecycle.sources.database.consent import refuse_unless_agreed
from xl_lifecycle.sources.database.engines import first_few
from xl_lifecycle.sources.database.limits import MOST_DISK, MOST_ROWS, MOST_SECONDS


def test_the_parts_of_an_address() -> None:
    address = parse("PostgreSQL://an%40na:p%2Fw@db.example.com:5433/sh%20op?sslmode=require&connect_timeout=3")
    assert (address.host, address.port, address.database) == ("db.example.com", "5433", "sh op")
    assert (address.user, address.password) == ("an@na", "p/w")
    assert address.options == (("connect_timeout", "3"), ("sslmode", "require"))
    assert str(address) == "postgresql://db.example.com:5433/sh op"
    assert "p/w" not in repr(address)
    assert address.owner == "an@na@db.example.com/sh op"
    assert address.clean("p/w p%2Fw pw") == "*** *** pw"
    assert Address("h", "", "d", "", "").clean("said") == "said"
    local = parse("postgres:///shop?host=/run/pg&user=anna&password=pw&port=1")
    assert (local.host, local.port, local.user, local.password, local.options) == ("/run/pg", "1", "anna", "pw", ())
    assert str(local) == "postgresql://:1/shop"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("/run/pg", True),
        ("db", False),
        ("127.0.0.2", False),
        ("localhost.evil.example", False),
    ],
)
def test_which_machine_is_this_one(host: str, here: bool) -> None:
    assert Address(host, "", "shop", "", "").is_here is here


@pytest.mark.parametrize(
    "url",
    ["postgresql://a@b@host/db", "postgresql://host/db#x", "postgresql://host/a@b", "postgresql://ho st/db", "postgresql://host/db?service=x", "postgresql://host/db?x",
     "postgresql://host/db?host=other", "postgresql://host:1/db?port=2", "postgresql://host:port/db", "postgresql://host:99999/db", "postgresql://[::1/db", "postgresql://host/db?options=-c"],
)  # fmt: skip
def test_an_address_that_cannot_be_read(url: str) -> None:
    with pytest.raises(SourceError, match="cannot be read: write it as"):
        parse(url)


@pytest.mark.parametrize("url", ["postgresql://host", "postgresql://host/", "postgresql://host/a/b"])
def test_an_address_without_a_database(url: str) -> None:
    with pytest.raises(SourceError, match="names no database"):
        parse(url)


def test_other_kinds() -> None:
    assert [is_server(url) for url in ("mysql://h/d", "duckdb:///x", "DuckDB:///x", "x.duckdb", "C:/x")] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert path_of("duckdb:///x%20y.duckdb") == "x y.duckdb"
    with pytest.raises(SourceError, match="not supported"):
        parse("mysql://h/d")


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert variables("${A}${B}${A}$C{D}") == ["A", "B"]
    assert variables_are_ours("${XL_LIFECYCLE_A} x")
    assert not variables_are_ours("${XL_LIFECYCLE_A}${HOME}")
    monkeypatch.setenv("XL_LIFECYCLE_A", "pw")
    url = "postgresql://anna:${XL_LIFECYCLE_A}@host/db"
    assert parse(url).password == "pw"
    assert parse(url, resolve=False).password == "${XL_LIFECYCLE_A}"
    assert parse("postgresql://anna@host/db", "${XL_LIFECYCLE_A}").password == "pw"
    with pytest.raises(SourceError, match="a variable of ours only"):
        parse("postgresql://anna:${HOME}@host/db")
    with pytest.raises(SourceError, match="only the password"):
        parse("postgresql://${XL_LIFECYCLE_A}@host/db")
    with pytest.raises(SourceError, match="the environment has no XL_LIFECYCLE_NONE, which"):
        parse(url.replace("_A", "_NONE"))
    assert not is_bound("XL_LIFECYCLE_A")
    monkeypatch.setenv("XL_LIFECYCLE_A_FOR", "anna@host/db")
    assert is_bound("XL_LIFECYCLE_A")
    assert parse(url).password == "pw"
    with pytest.raises(SourceError, match="XL_LIFECYCLE_A_FOR says whose it is; nothing was sent"):
        parse(url.replace("host", "other"))
    with pytest.raises(SourceError, match="is not for postgresql://host/db"):
        parse("postgresql://eve@host/db", "${XL_LIFECYCLE_A}")


def test_the_password_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    asked = []
    monkeypatch.setattr(keyring, "get_password", lambda service, name: asked.append((service, name)) or "kept")
    monkeypatch.delenv("XL_LIFECYCLE_PASSWORD", raising=False)
    address = parse("postgresql://anna@host/db")
    assert with_password(address).password == "kept"
    assert asked == [("xl-lifecycle", "anna@host/db")]
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD", "set")
    assert with_password(address).password == "set"
    assert with_password(parse("postgresql://anna:own@host/db")).password == "own"
    assert len(asked) == 1


def test_what_is_not_repeated(tmp_path) -> None:
    assert all(looks_secret(source) for source in MISTYPED_ADDRESSES)
    assert not any(
        looks_secret(word) for word in ("june.csv", "C:\\exports\\june.csv", "/srv/exports", "--json", "=SUM(A1)")
    )
    assert hide_secrets("no abc here", ["x:abc@"]) == MISTYPED
    assert hide_secrets("no ab here", ["x:ab@"]) == "no ab here"
    assert hide_secrets("host: no", ["postgresql:/anna:pw1@host"]) == "host: no"
    assert hide_secrets("wrong: pw1 %", ["postgresql://anna:pw1@host/db"]) == "wrong: *** %"
    assert hide_secrets("long", ["a@" + "x" * 5000]) == "long"
    assert hide_secrets("x" * 6000, ["a@" + "x" * 5000]) == MISTYPED
    assert hide_secrets("with \0xyz", ["a@\0xyz"]) == MISTYPED
    assert hide_secrets("Sommer!%40x Sommer!@x", ["postgresql://anna:Sommer!%40x@db/shop"]) == "*** ***"
    assert hide_secrets("hunter%2f2", ["postgresql://db/shop?password=hunter%2f2"]) == "***"
    assert hide_secrets("anna: no", ["postgresql://anna:${XL_LIFECYCLE_NONE}@host/db"]) == "anna: no"
    file = tmp_path / "anna@example.csv"
    file.touch()
    assert hide_secrets(f"{file} is empty", [str(file)]) == f"{file} is empty"


def test_what_holds_if_nothing_is_said(tmp_path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('[database]\nurl = "shop.duckdb"\n[events.orders]\n[events.deals]\nwon = ["yes"]\n')
    config = load(path)
    assert config.events["orders"][1].active_months == 12
    assert (config.engine, config.password, config.until, config.events["orders"][0].table) == (
        "duckdb",
        "",
        None,
        "orders",
    )
    assert config.events["deals"][1].words == {"won": ("yes",)}
    assert (MOST_SECONDS, MOST_DISK, MOST_ROWS) == (600, 10**10, 500_000)
    assert first_few(list("abcdefghijklm")) == "a, b, c, d, e, f, g, h, i, j, k, l and 1 more"


def test_what_a_config_asks_for_is_counted(tmp_path) -> None:
    path = tmp_path / "shop.toml"
    database = '[database]\nurl = "shop.duckdb"\n'
    for queries, said in (
        (1, "SELECT 0; nothing"),
        (2, "SELECT 0 and 1 more; nothing"),
        (3, "SELECT 0 and 2 more; nothing"),
    ):
        kinds = ("orders", "leads", "deals")[:queries]
        path.write_text(database + "".join(f'[events.{kind}]\nquery = "SELECT {n}"\n' for n, kind in enumerate(kinds)))
        with pytest.raises(SourceError) as caught:
            refuse_unless_agreed(load(path), path, found=True)
        assert f"shop.toml asks to run this query there: {said} was done." in str(caught.value)
        refuse_unless_agreed(load(path), path, found=False)
    path.write_text(f"{database}[events.ordres]\n")
    with pytest.raises(SourceError, match=r'is not a kind of events: .*did you mean "orders"'):
        load(path)
