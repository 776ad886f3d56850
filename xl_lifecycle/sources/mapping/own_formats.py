"""A team's own declarations: TOML files among its exports, checked, and used before the built-in ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.exports.declaration import (
    EVENT,
    ITEMS,
    PATTERN,
    PLACE,
    PLAIN,
    Declaration,
    built_in,
    formats,
    load,
    schema,
)
from xl_lifecycle.sources.file_system import why_refused

MARKS = {"title", "columns", "required", "measures", "like"}  # any of them makes a TOML a declaration,
NO_MARKS = {"database", "events"}  # and any of these the configuration of a database
NAMES = {str: "a text", bool: "true or false", PATTERN: "a regular expression"}


def known_formats(froms: Iterable[Path]) -> tuple[Declaration, ...]:
    """The formats that files may be in: the declarations among froms first, then ours.

    A declaration takes the place of ours that has its title. SourceError names the file, the key, and what to do.
    """
    own = own_formats(froms)
    titles = {each.title for each in own}
    return (*own, *(each for each in formats() if each.title not in titles))


def own_formats(froms: Iterable[Path]) -> tuple[Declaration, ...]:
    """The declarations among files and in folders, by file name."""
    texts: dict[str, str] = {}
    found: dict[str, Declaration] = {}
    for path in dict.fromkeys(path for source in froms for path in declarations_in(source)):
        if path.name in texts:
            raise SourceError(f"{path.name}: two declarations have this name: rename one of them")
        texts[path.name] = _text(path)
    for name in sorted(texts):
        declared = _load(name, built_in() | texts)
        if declared.title in found or declared.title in (PLAIN, ITEMS):
            raise SourceError(f"{name}: the title {declared.title!r} is taken: choose another")
        found[declared.title] = declared
    return tuple(found.values())


def declarations_in(source: Path) -> list[Path]:
    """The declarations that a file or folder is or holds."""
    paths = sorted(source.glob("*.toml")) if source.is_dir() else [source]
    return [path for path in paths if path.suffix.lower() == ".toml" and path.is_file() and is_declaration(path)]


def is_declaration(path: Path) -> bool:
    """Whether a TOML file declares a format, as its keys tell; one that is no TOML shall be said to be wrong."""
    try:
        keys = tomllib.loads(_text(path)).keys()
    except tomllib.TOMLDecodeError:
        return True
    return bool(MARKS & keys) and not NO_MARKS & keys


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path.name} is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {why_refused(path, error)}") from None


def _load(name: str, texts: Mapping[str, str]) -> Declaration:
    try:
        raw = tomllib.loads(texts[name])
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{name} is no TOML: {error}: correct that line") from None
    _check(name, "", raw, schema())
    for key, todo in (("title", "name the format"), ("columns", "list its headers")):
        if not raw.get(key):
            raise SourceError(f"{name}: {key} is missing: {todo}")
    if (base := raw.get("like")) is not None and f"{base}.toml" not in texts:
        known = [each.removesuffix(".toml") for each in texts if each != name]
        raise SourceError(f"{name}: like = {base!r} is no declaration{nearest(base, known)}: name one, or leave it out")
    try:
        declared = load(name, texts, own=True)
    except RecursionError:
        raise SourceError(f"{name}: like = {base!r} is the file itself: rename the file, or leave out like") from None
    except KeyError as error:
        raise SourceError(f"{name}: {error.args[0]} is missing: write it, or be like another declaration") from None
    except ValueError as error:
        raise SourceError(f"{error}: correct it") from None
    if wrong := _wrong(declared):
        raise SourceError(f"{name}: {wrong}")
    return declared


def _wrong(declared: Declaration) -> str:
    """What a declaration says that no file could be read with, and what to do; "" if nothing."""
    roles = declared.columns
    if not declared.required:
        return "required is empty: name the columns without which a file is none of these"
    if empty := [role for role, headers in roles.items() if not headers]:
        return f"columns.{empty[0]} is empty: list its headers, or leave it out"
    if declared.shape == "records" and not declared.events:
        return "no [[event]] says what a record counts for: add one"
    if declared.shape != "records" and not declared.measures:
        return "no [measures] say what the columns are: add them"
    if declared.shape == "report of items" and not declared.kind:
        return "item.kind is missing: say what is listed, such as keyword or page"
    if declared.shape == "records" and "id" not in roles:
        return "columns.id is missing: a record needs its id"
    if declared.date_order not in ("", "mdy", "dmy"):
        return f"date_order = {declared.date_order!r}: write mdy or dmy"
    if declared.currency and not re.fullmatch("[A-Z]{3}", declared.currency):
        return f"currency = {declared.currency!r}: write its three letters, such as EUR"
    if len({len(roles[role]) for role in declared.together}) > 1:
        return f"together: {', '.join(declared.together)} must list as many headers each"
    for channel in (declared.channel or "", *declared.channels.values()):
        if channel == ALL or "/" in channel:
            return f'channel {channel!r}: "All" and names with "/" have a meaning of their own; choose another'
    for event in declared.events:
        if event.turn not in ("", "first", "later", "monthly"):
            return f"event.turn = {event.turn!r}: write first, later or monthly"
    return ""


def _check(name: str, key: str, value: Any, kind: Any) -> None:
    """SourceError where a value is not of its kind."""
    if isinstance(kind, dict):
        _refuse_unless(isinstance(value, dict), name, key, "a table")
        for inner, each in value.items():
            path = f"{key}.{inner}" if key else inner
            if inner not in kind and ... not in kind:
                raise SourceError(f"{name}: {path} is no key of a declaration{nearest(inner, kind)}: correct it")
            _check(name, path, each, kind.get(inner, kind.get(...)))
        if kind in (PLACE, EVENT):
            needed = ("column", "matches") if kind is PLACE else ("measure", "date")
            for inner in needed:
                _refuse_unless(inner in value, name, f"{key}.{inner}", "given")
    elif isinstance(kind, list):
        _refuse_unless(isinstance(value, list), name, key, 'a list, such as ["one", "two"]')
        for each in value:
            _check(name, key, each, kind[0])
    else:
        _refuse_unless(isinstance(value, bool if kind is bool else str), name, key, NAMES[kind])
        if kind is PATTERN or (key.startswith("columns.") and len(value) > 1 and value[0] == value[-1] == "/"):
            try:
                re.compile(value[1:-1] if key.startswith("columns.") else value)
            except re.error as error:
                raise SourceError(f"{name}: {key} = {value!r} is no regular expression ({error}): correct it") from None


def _refuse_unless(right: bool, name: str, key: str, what: str) -> None:
    if not right:
        raise SourceError(f"{name}: {key or 'the file'} must be {what}: correct it")
