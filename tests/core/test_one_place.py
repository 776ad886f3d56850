"""A metric, a function, a format and a language are each declared in one place, and then work everywhere.

The package is copied, each is written into its one place, and a Python of its own is asked what it knows of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.support.paths import ROOT

METRIC = '''

@metric(stage=Stage.ATTRACT, unit=Unit.RATIO, better=Better.HIGHER, timing=Timing.LEADING, seeds=["M03"])
def views_per_visitor(page_views: float, visitors: float) -> float:
    """Views of a visitor: page views divided by visitors.

    Source: a test.

    >>> views_per_visitor(30, 10)
    3.0
    """
    return page_views / visitors
'''
FUNCTION = """
    @function("TWICE_OF", "Twice a number.", number="A number")
    def _twice_of(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return 2 * number(as_grid(args[0])[0][0])

"""
FORMAT = """
title = "Ours ads report"
required = ["day", "campaign", "cost"]

[columns]
day = ["Tag der Anzeige"]
campaign = ["Name der Kampagne"]
cost = ["Ausgaben"]

[measures]
spend = ["cost"]

[channel]
always = "Paid ads"
"""
EXPORT = "Tag der Anzeige,Name der Kampagne,Ausgaben\n2026-01-02,Brand,10\n2026-01-03,Brand,20\n"
ASKED = """
import json, sys
from pathlib import Path
from xl_lifecycle.commands.reference.metrics_page import metrics_json, metrics_markdown
from xl_lifecycle.content.content import empty
from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.hosts.classic import vba
from xl_lifecycle.hosts.libreoffice import types
from xl_lifecycle.hosts.lite.bundle import bundle
from xl_lifecycle.sources import read_all
from xl_lifecycle.template.plan import plan

catalogue = FUNCTIONS.catalogue
lite, shown = bundle(), {}
for language in LANGUAGES:
    book = plan(empty(["Email"], [2026 * 12], Settings(language=language)), catalogue)
    shown[language] = [sheet.name for sheet in book.sheets for cell in sheet.cells if cell.content == "VIEWS_PER_VISITOR"]
(found,) = read_all([Path(sys.argv[1])], lambda _: None, Rules())
print(json.dumps({
    "value": FUNCTIONS.call("VIEWS_PER_VISITOR", [30, 10]), "twice": FUNCTIONS.call("TWICE_OF", [21]),
    "entry": next(each for each in metrics_json(catalogue) if each["name"] == "views_per_visitor"),
    "page": metrics_markdown(catalogue), "shown": shown, "titles": titles(),
    "wizard": FUNCTIONS.names["VIEWS_PER_VISITOR"].description, "argument": FUNCTIONS.names["TWICE_OF"].argument_descriptions,
    "lite": [f"def {name}(" in lite for name in ("VIEWS_PER_VISITOR", "TWICE_OF")],
    "classic": [f"Function {name}(" in vba.functions(FUNCTIONS.names.values()) for name in ("VIEWS_PER_VISITOR", "TWICE_OF")],
    "libreoffice": [f" {name}(" in types.idl() for name in ("VIEWS_PER_VISITOR", "TWICE_OF")],
    "french": [catalogue.find("Prospects").name, translate(catalogue.label("leads"), "fr"), translate("percent", "fr")],
    "heads": [head for sheet in book.sheets for table in sheet.tables for head in table.headers],
    "source": found.source, "facts": [[fact.measure, fact.channel, fact.campaign, fact.value] for fact in found.facts],
}))
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the package says about them, after each is added in one place."""
    folder = tmp_path_factory.mktemp("copy")
    package = folder / "xl_lifecycle"
    shutil.copytree(ROOT / "xl_lifecycle", package, ignore=shutil.ignore_patterns("__pycache__"))
    attract, functions = package / "core/metrics/attract.py", package / "core/functions.py"
    attract.write_text(attract.read_text("utf-8") + METRIC, "utf-8")
    code = functions.read_text("utf-8")
    functions.write_text(code.replace("\n\nFUNCTIONS = ", FUNCTION + "\nFUNCTIONS = "), "utf-8")
    (package / "exports/ours_ads.toml").write_text(FORMAT, "utf-8")
    vocabulary = package / "core/language/vocabulary.py"
    vocabulary.write_text(
        vocabulary.read_text("utf-8").replace('Literal["en", "ko", "ja"]', 'Literal["en", "ko", "ja", "fr"]')
    )
    (package / "core/language/words/fr.toml").write_text('[measures]\n"Leads" = "Prospects"\n', "utf-8")
    export = folder / "ours.csv"
    export.write_text(EXPORT, "utf-8")
    command = [sys.executable, "-c", ASKED, str(export)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_metric_is_one_function(results: dict[str, Any]) -> None:
    assert results["value"] == 3.0
    assert (results["entry"]["title"], results["entry"]["formula"]) == ("Views of a visitor", "page_views / visitors")
    assert "### VIEWS_PER_VISITOR" in results["page"]
    assert results["wizard"].startswith("Views of a visitor: page views divided by visitors.")
    for language, stage in (("en", "Attract"), ("ko", "유치"), ("ja", "集客")):
        assert stage in results["shown"][language]


def test_a_function_is_one_method(results: dict[str, Any]) -> None:
    assert (results["twice"], results["argument"]) == (42, ["A number"])


def test_each_host_registers_them(results: dict[str, Any]) -> None:
    assert results["lite"] == results["classic"] == results["libreoffice"] == [True, True]


def test_a_format_is_one_file(results: dict[str, Any]) -> None:
    assert "Ours ads report" in results["titles"]
    assert results["source"] == "Ours ads report"
    assert sum(value for measure, _, _, value in results["facts"] if measure == "spend") == 30
    assert {(channel, campaign) for _, channel, campaign, _ in results["facts"]} == {("Paid ads", "Brand")}


def test_a_language_is_its_code_and_its_words(results: dict[str, Any]) -> None:
    """What it has no word for is English."""
    assert results["french"] == ["leads", "Prospects", "percent"]
    assert {"Prospects", "Visitors"} <= {*results["heads"]}
