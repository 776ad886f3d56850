"""The words of each language but English: one file a language, in sections, by the English text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

Words = Mapping[str, Mapping[str, str]]  # by section, by English text


@cache
def words(language: str) -> Words:
    """The words of a language; none of English, nor of a language that did not travel with the code."""
    from importlib.resources import files  # on first use, as most workbooks are in English

    found = {file.name: file for file in files(__name__).iterdir()}
    # What travels has JSON: the Python of LibreOffice on Windows is 3.10, which has no tomllib.
    if f"{language}.json" in found:
        carried: Words = json.loads(found[f"{language}.json"].read_text("utf-8"))
        return carried
    if f"{language}.toml" in found:
        import tomllib

        return tomllib.loads(found[f"{language}.toml"].read_text("utf-8"))
    return {}
