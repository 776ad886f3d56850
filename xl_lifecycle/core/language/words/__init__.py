"""The words of each language except English: one file per language, in sections, by the English text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

Words = Mapping[str, Mapping[str, str]]  # by section, by English text


@cache
def words(language: str) -> Words:
    """The words of a language; empty for English, and for a language whose file was not copied with the code."""
    from importlib.resources import files  # on first use, as most workbooks are in English

    paths = {file.name: file for file in files(__name__).iterdir()}
    # Code that travels in a workbook has JSON: LibreOffice on Windows has Python 3.10, which has no tomllib.
    if f"{language}.json" in paths:
        from_json: Words = json.loads(paths[f"{language}.json"].read_text("utf-8"))
        return from_json
    if f"{language}.toml" in paths:
        import tomllib

        return tomllib.loads(paths[f"{language}.toml"].read_text("utf-8"))
    return {}
