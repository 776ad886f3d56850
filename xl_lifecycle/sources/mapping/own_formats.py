"""A team's own declarations: TOML files among its exports, which are checked and used before the built-in ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import re2

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.exports.declaration import (
    EVENT,
    ITEMS,
    NOTHING,
    PATTERN,
    PLACE,
    PLAIN,
    Declaration,
    HeaderPattern,
    built_in,
    formats,
    is_pattern,
    load,
    schema,
)
from xl_lifecycle.sources.file_system import why_refused

MOST_MEMORY = 256 * 1024  # of a regular expression; a larger one is linear too, but slow
MARKS = {"title", "columns", "required", "measures", "like"}  # a TOML with one of these is a declaration
NO_MARKS = {"database", "events"}  # a TOML with one of these is the configuration of a database
NAMES = {str: "a text", bool: "true or false", PATTERN: "a regular expression"}


def all_formats(froms: Iterable[Path]) -> tuple[Declaration, ...]:
    """The formats that files may have: the declarations among froms first, then ours.

    A declaration replaces one of ours with the same title. SourceError names the file, the key, and what to do.
    """
    team = team_formats(froms)
    titles = {each.title for each in team}
    return (*team, *(each for each in formats() if each.title not in titles))


def team_formats(froms: Iterable[Path]) -> tuple[Declaration, ...]:
    """The declarations among files and in folders, by file name."""
    texts: dict[str, str] = {}
    result: dict[str, Declaration] = {}
    for path in dict.fromkeys(path for source in froms for path in declarations_in(source)):
        if path.name in texts:
            raise SourceError(f"{path.name}: two declarations have this name: rename one of them")
        texts[path.name] = _text(path)
    for name in sorted(texts):
        declaration = _load(name, built_in() | texts)
        if declaration.title in result or declaration.title in (PLAIN, ITEMS):
            raise SourceError(f"{name}: the title {declaration.title!r} is taken: choose another")
        result[declaration.title] = declaration
    return tuple(result.values())


def declarations_in(source: Path) -> list[Path]:
    """The declarations in a folder, or the file itself if it is a declaration."""
    paths = sorted(source.glob("*.toml")) if source.is_dir() else [source]
    return [path for path in paths if path.suffix.lower() == ".toml" and path.is_file() and is_declaration(path)]


def is_declaration(path: Path) -> bool:
    """Whether a TOML file declares a format, by its keys. An invalid TOML counts, so that its error is reported."""
    try:
        keys = tomllib.loads(_text(path)).keys()
    except (ValueError, RecursionError):
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
    except (ValueError, RecursionError) as error:
        hint = (
            "; write a path of Windows in single quotes: 'C:\\...'"
            if '"' in texts[name] and "\\" in texts[name]
            else ""
        )
        raise SourceError(f"{name} is not valid TOML: {error}: correct that line{hint}") from None
    _check(name, "", raw, schema())
    for key, todo in (("title", "name the format"), ("columns", "list its headers")):
        if not raw.get(key):
            raise SourceError(f"{name}: {key} is missing: {todo}")
    if (base := raw.get("like")) is not None and f"{base}.toml" not in texts:
        names = [each.removesuffix(".toml") for each in texts if each != name]
        raise SourceError(
            f"{name}: like = {base!r} is not a declaration{nearest(base, names)}: name one, or leave it out"
        )
    try:
        declaration = load(name, texts, is_team_format=True)
    except RecursionError:
        raise SourceError(f"{name}: like = {base!r} is the file itself: rename the file, or leave out like") from None
    except KeyError as error:
        raise SourceError(f"{name}: {error.args[0]} is missing: write it, or use like = another declaration") from None
    except ValueError as error:
        raise SourceError(f"{error}: correct it") from None
    except re.error as error:  # what only one of the two libraries accepts
        raise SourceError(f"{name}: {error.pattern!r} is not a regular expression ({error}): correct it") from None
    if wrong := _wrong(declaration):
        raise SourceError(f"{name}: {wrong}")
    return replace(
        declaration, **{each.name: _bounded(getattr(declaration, each.name)) for each in fields(declaration)}
    )


def linear(text: str) -> re.Pattern[str]:
    """A regular expression that takes a time in proportion to the text, whoever wrote it; re2.error says what is wrong.

    >>> linear("(a+)+b").search("a" * 100_000) is None
    True
    """
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MOST_MEMORY
    pattern: re.Pattern[str] = re2.compile(text, options)
    return pattern


def _bounded(value: Any) -> Any:
    """A value of a declaration with its regular expressions bounded. One that it is like may have others."""
    if isinstance(value, dict):
        return {key: _bounded(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_bounded, value))
    try:
        if isinstance(value, HeaderPattern):
            return HeaderPattern(value, linear)
        return linear(value.pattern) if isinstance(value, re.Pattern) and value is not NOTHING else value
    except re2.error:  # one of ours looks ahead
        return value


def _wrong(declaration: Declaration) -> str:
    """What makes a declaration useless for reading files, and what to do; "" if nothing does."""
    roles = declaration.columns
    if not declaration.required:
        return "required is empty: name the columns that a file of this format must have"
    if empty := [role for role, headers in roles.items() if not headers]:
        return f"columns.{empty[0]} is empty: list its headers, or leave it out"
    if declaration.shape == "records" and not declaration.events:
        return "no [[event]] says what a record counts for: add one"
    if declaration.shape != "records" and not declaration.measures:
        return "no [measures] say what the columns are: add them"
    if declaration.shape == "report of items" and not declaration.kind:
        return "item.kind is missing: say what is listed, such as keyword or page"
    if declaration.shape == "records" and "id" not in roles:
        return "columns.id is missing: a record needs its id"
    if declaration.date_order not in ("", "mdy", "dmy"):
        return f"date_order = {declaration.date_order!r}: write mdy or dmy"
    if declaration.currency and not re.fullmatch("[A-Z]{3}", declaration.currency):
        return f"currency = {declaration.currency!r}: write its three letters, such as EUR"
    if len({len(roles[role]) for role in declaration.together}) > 1:
        return f"together: {', '.join(declaration.together)} must each list the same number of headers"
    for channel in (declaration.channel or "", *declaration.channels.values()):
        if channel == ALL or "/" in channel:
            return f'channel {channel!r}: "All" and names with "/" have a special meaning; choose another'
    for event in declaration.events:
        if event.turn not in ("", "first", "later", "monthly"):
            return f"event.turn = {event.turn!r}: write first, later or monthly"
    return ""


def _check(name: str, key: str, value: Any, kind: Any) -> None:
    """SourceError if a value does not have the right type."""
    if isinstance(kind, dict):
        _refuse_unless(isinstance(value, dict), name, key, "a table")
        for inner, each in value.items():
            path = f"{key}.{inner}" if key else inner
            if inner not in kind and ... not in kind:
                raise SourceError(f"{name}: {path} is not a key of a declaration{nearest(inner, kind)}: correct it")
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
        if kind is PATTERN or (key.startswith("columns.") and is_pattern(value)):
            try:
                linear(value) if kind is PATTERN else HeaderPattern(value, linear)
            except re2.error as error:
                raise SourceError(
                    f"{name}: {key} = {value!r} is not a regular expression ({error.args[0].decode()}): correct it"
                ) from None


def _refuse_unless(right: bool, name: str, key: str, what: str) -> None:
    if not right:
        raise SourceError(f"{name}: {key or 'the file'} must be {what}: correct it")
