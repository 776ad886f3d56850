"""A source config: a TOML that says where a database is and which tables have which events."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports.facts import MEASURE
from xl_lifecycle.sources.database.address import is_server, path_of, variables_are_ours
from xl_lifecycle.sources.database.event_kinds import KINDS
from xl_lifecycle.sources.database.events import Options

MARKS = ("database", "events")  # a TOML with one of these is a source config; any other TOML declares a format
DATABASE = ("url", "password", "engine", "until")
PLACE = ("table", "query")
STATES = {"won": "won", "lost": "lost", "no_decision": "no decision"}
LONGEST_URL = 1000
ENGINES = ("duckdb", "polars")


@dataclass(frozen=True)
class Where:
    """A table of the database, or a query."""

    table: str = ""
    query: str = ""


@dataclass(frozen=True)
class Config:
    """The content of a config. events: kind -> place and options; monthly: name -> place. Both may be empty."""

    url: str
    password: str
    engine: str
    folder: Path
    events: Mapping[str, tuple[Where, Options]]
    monthly: Mapping[str, Where]
    until: dt.date | None = None
    digest: str = ""  # the hash of the content; "" if it was not in a file

    def files(self) -> list[Path]:
        """The files that the url names, if it is not a server; they need not exist."""
        if is_server(self.url):
            return []
        path = self.folder / path_of(self.url)
        return sorted(path.parent.glob(path.name)) if "*" in path.name else [path]


def is_config(path: Path) -> bool:
    """Whether a TOML is a source config, by its content."""
    try:
        return bool(set(MARKS) & tomllib.loads(path.read_text("utf-8-sig")).keys())
    except (OSError, ValueError, RecursionError):
        return False


def load(path: Path) -> Config:
    """Load a source config; SourceError says what is wrong with it."""
    content, name = path.read_bytes(), path.name
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        _wrong(name, f"it is not valid TOML: {error}: correct that line")
    _only(name, raw, ("database", "events", "monthly"), "")
    database = _section(name, raw, "database")
    _only(name, database, DATABASE, "database")
    if not isinstance(database.get("url"), str):
        _wrong(name, 'it needs a [database] with a url, such as "postgresql://user@host/database"')
    if not database["url"].isprintable() or "**" in database["url"] or len(database["url"]) > LONGEST_URL:
        _wrong(name, "the url is not the address of a server or the path of a file; * stands for names in one folder")
    password, engine, until = str(database.get("password", "")), database.get("engine", "duckdb"), database.get("until")
    if password and not re.fullmatch(r"\$\{\w+\}", password):
        _wrong(name, 'a password does not belong in a file: write password = "${NAME}", a variable of the environment')
    if re.match(r"\w+://[^/@]*:(?!\$\{\w+\}@)[^/]*@", database["url"]):
        _wrong(name, "a password does not belong in a file: leave it out of the url, or write ${NAME} for it")
    if not variables_are_ours(database["url"] + password):
        _wrong(name, 'a password comes from a variable of ours only: write "${XL_LIFECYCLE_SHOP}" and set that')
    if engine not in ENGINES:
        _wrong(name, f"engine is {engine!r}: write duckdb or polars")
    if until is not None and type(until) is not dt.date:
        _wrong(name, "until must be a date, such as until = 2026-06-30")
    events = {kind: _events(name, kind, each, until) for kind, each in _section(name, raw, "events").items()}
    monthly = _section(name, raw, "monthly")
    for each, place in monthly.items():
        _only(name, place, PLACE, f"monthly.{each}")
    places = {each: _where(name, f"monthly.{each}", place) for each, place in monthly.items()}
    queries = [where.query for where in (*(where for where, _ in events.values()), *places.values())]
    if engine == "polars" and any(queries):
        _wrong(name, 'a query needs engine = "duckdb", which keeps it from reading other files')
    digest = hashlib.sha256(content).hexdigest()
    return Config(database["url"], password, engine, path.resolve().parent, events, places, until, digest)


def _events(name: str, kind: str, raw: Mapping[str, Any], until: dt.date | None) -> tuple[Where, Options]:
    if kind not in KINDS:
        _wrong(name, f"[events.{kind}] is not a kind of events: {', '.join(KINDS)}{nearest(kind, KINDS)}")
    section = f"events.{kind}"
    states = list(STATES) if kind == "deals" else []
    months = ["active_months"] if kind == "orders" else []
    _only(name, raw, (*PLACE, *KINDS[kind].columns, *states, *months, "measures"), section)
    where = _where(name, section, {"table": kind, **raw} if "query" not in raw else raw)
    active = raw.get("active_months", 12)
    if type(active) is not int or active < 1:
        _wrong(name, f"active_months of [{section}] must be a number of months, 1 or more")
    measures = raw.get("measures", [])
    if not isinstance(measures, list):
        _wrong(name, f'measures of [{section}] must be a list, such as ["sales"]')
    for measure in measures:
        if not isinstance(measure, str) or measure not in MEASURE:
            _wrong(name, f"{measure!r} of [{section}] is not a measure{nearest(str(measure), MEASURE)}")
    columns = {role: str(raw[role]) for role in KINDS[kind].columns if role in raw}
    words = {STATES[state]: tuple(map(str, raw[state])) for state in states if isinstance(raw.get(state), list)}
    return where, Options(columns, words, active, tuple(measures), until)


def _where(name: str, section: str, raw: Mapping[str, Any]) -> Where:
    places = {key: raw[key] for key in PLACE if key in raw}
    if len(places) != 1 or not all(isinstance(text, str) and text.strip() for text in places.values()):
        _wrong(name, f"[{section}] needs either a table or a query")
    return Where(**places)


def _section(name: str, raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    result = raw.get(key, {})
    if not isinstance(result, dict) or (
        key != "database" and not all(isinstance(each, dict) for each in result.values())
    ):
        _wrong(name, f"[{key}] must be a section{'' if key == 'database' else f', such as [{key}.orders]'}")
    return result


def _only(name: str, raw: Mapping[str, Any], known_keys: tuple[str, ...], section: str) -> None:
    for key in raw:
        if key not in known_keys:
            _wrong(name, f"{key!r}{f' of [{section}]' if section else ''} is not known{nearest(key, known_keys)}")


def _wrong(name: str, what: str) -> NoReturn:
    raise SourceError(f"{name}: {what}")
