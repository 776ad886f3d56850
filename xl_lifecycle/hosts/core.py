"""The part of the package that travels: what the functions need, standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from xl_lifecycle.vocabulary import LANGUAGES

# Lowest layer first, so that each module finds what it imports.
CORE = (
    "vocabulary",
    "names",
    "texts",
    "words",
    "words.ko",
    "words.ja",
    "values",
    "periods",
    "measures",
    "metrics",
    "metrics.attract",
    "metrics.capture",
    "metrics.nurture",
    "metrics.convert",
    "metrics.expand",
    "formula",
    "expressions",
    "catalogue",
    "headers",
    "custom",
    "vintages",
    "tables",
    "as_of",
    "dataset",
    "evaluate",
    "explain",
    "models",
    "models.intervals",
    "models.decomposition",
    "certainty",
    "moved",
    "progress",
    "scorecard",
    "answers",
    "answers.phrases",
    "answers.speech",
    "answers.figures",
    "answers.clauses",
    "answers.ranking",
    "answers.levers",
    "answers.what_if",
    "answers.questions",
    "answers.worksheet",
    "answers.stages",
    "answers.months",
    "answers.answer",
    "experiments",
    "journey",
    "wizard",
    "functions",
)


# What Refresh needs besides, loaded when it is asked for.
FROM_DISK = ("disk.py", "file_system.py")  # of sources: Lite sees pasted sheets only
REFRESH = ("rules.py", "content.py", "reading.py", "sheet_names.py", "merge.py", "edits.py", "report.py")


def refresh_sources() -> Iterator[tuple[str, str]]:
    """The path and text of what Refresh needs besides: modules, and the declarations of export formats."""
    package = resources.files("xl_lifecycle")
    for path in REFRESH:
        yield path, package.joinpath(path).read_text("utf-8")
    for file in sorted(package.joinpath("sources").iterdir(), key=lambda file: file.name):
        if file.name.endswith((".py", ".toml")) and file.name not in FROM_DISK:
            yield f"sources/{file.name}", file.read_text("utf-8")


def core_sources(language: str = "") -> Iterator[tuple[str, str]]:
    """Each core module's path inside the package, and its source; of the words only a language's, if one is named."""
    package = resources.files("xl_lifecycle")
    left_out = {f"words.{each}" for each in LANGUAGES if language and each != language}
    for path in ("__init__.py", *(_path(module) for module in CORE if module not in left_out)):
        yield path, package.joinpath(path).read_text("utf-8")


def _path(module: str) -> str:
    packages = ("metrics", "models", "words", "answers")
    return f"{module}/__init__.py" if module in packages else f"{module.replace('.', '/')}.py"
