"""The words that travel in a workbook are complete, with and without Python's tomllib."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.core.language.words import words
from xl_lifecycle.hosts.libreoffice.extension import build_extension
from xl_lifecycle.hosts.travelling import travelling_sources

# What LibreOffice's Python does with the extension, were it one of 3.10.
WITHOUT_TOML = """
import json, sys
sys.modules["tomllib"] = None
sys.path.insert(0, sys.argv[1])
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.text import Label, Text, translate
assert FUNCTIONS.__class__.__module__ == "xl_lifecycle.core.functions" and sys.argv[1] in translate.__code__.co_filename
print(json.dumps([
    FUNCTIONS.call("CAC", [1000, 25]), Label("Owner", "journey").everywhere,
    translate(Text("the {what} is empty", what=Text("channel")), "ko"), FUNCTIONS.catalogue.find("고객 획득 비용(CAC)").name,
]))
"""


def test_the_extension_needs_no_toml(tmp_path: Path) -> None:
    build_extension(tmp_path / "functions.oxt")
    zipfile.ZipFile(tmp_path / "functions.oxt").extractall(tmp_path)
    command = [sys.executable, "-c", WITHOUT_TOML, str(tmp_path / "pythonpath")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cac, owner, text, name = json.loads(done.stdout)
    assert (cac, owner, text, name) == (40.0, ["Owner", "책임자", "責任者"], "채널 칸이 비어 있습니다", "cac")


@pytest.mark.parametrize("language", [*LANGUAGES, None])
def test_what_people_type_travels_in_every_language_and_sentences_in_the_workbooks(language: str | None) -> None:
    files = {path: json.loads(text) for path, text in travelling_sources(language) if path.endswith(".json")}
    assert len(files) == len(LANGUAGES) - 1
    for path, sections in files.items():
        words_of_language = words(Path(path).stem)
        assert {name: words_of_language[name] for name in sections} == sections
        assert {"measures", "headers", "channels"} <= sections.keys()
        assert ("cells" in sections) == (language is None or Path(path).stem == language)
        assert not {"sheets", "guides", "sample"} & sections.keys()
