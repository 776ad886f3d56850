"""The validators that others made. Each says what it finds in a workbook; none of them is Excel."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.support.placed import placed
from tests.support.validity.files import TYPES
from xl_lifecycle.core.functions import FUNCTIONS

OURS = {name for function in FUNCTIONS.names for name in (function, f"_XLDUDF_{function}")}
BOOK_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_BOOK_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
UNKNOWN_FUNCTION = "calculation.unsupported_function"


def audit(path: Path) -> list[str]:
    """openxml-audit: the schema of every part, and rules between parts."""
    from openxml_audit import OpenXmlValidator

    return [str(error) for error in OpenXmlValidator(max_errors=0).validate(path).errors]


def formualizer(path: Path) -> list[str]:
    """formualizer: reads the package strictly and computes every formula. Our functions are unknown to it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.xlsx"
        _as_it_reads(path, copy)
        command = [
            Path(sysconfig.get_path("scripts"), "formualizer"),
            "recalc",
            "--check",
            "--json",
            "--max-errors",
            "100000",
        ]
        done = subprocess.run([*command, copy], capture_output=True, text=True, encoding="utf-8", check=False)
    report = json.loads(done.stdout)
    if report["status"] in ("error", "refused"):
        return [report["message"]]
    unknown = [f["name"] for f in report["unknown_functions"] if f["name"].upper() not in OURS]
    lost = [e for e in report["errors"] if e["error"] in ("#NAME?", "#REF!")]  # other errors are a matter of the data
    errors = [e for e in lost if "Unknown function" not in (e["message"] or "")]
    return [f"unknown function {name}" for name in unknown] + [
        f"{error['sheet']}!{error['cell']}: {error['error']} {error['message']}" for error in errors
    ]


def _as_it_reads(path: Path, copy: Path) -> None:
    """A copy that is no workbook with macros, and in which each cell says where it stands: it refuses the others."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a part that stands twice does so in the copy
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == TYPES:
                data = data.replace(MACRO_BOOK_TYPE, BOOK_TYPE)
            elif entry.filename.startswith("xl/worksheets/sheet"):
                with suppress(UnicodeDecodeError):
                    data = placed(data.decode()).encode()
            new.writestr(entry.filename, data)


def cellrune(path: Path) -> list[str]:
    """cellrune: reads the package within limits, tables and names exactly, and can compute what it knows."""
    from cellrune import CellRuneError, Workbook

    try:
        workbook = Workbook.open_path(path)
        summary, usage = workbook.summary(), workbook.function_usage()
        formulas = workbook.scan_capabilities(limit=usage["formula_count"] or 1)["entries"]
    except CellRuneError as error:
        return [f"{error.code}: {error}"]
    found = []
    if summary["diagnostic_count"] > (path.suffix == ".xlsm"):  # one says that macros are kept and not run
        found.append(f"{summary['diagnostic_count']} diagnostics")
    if usage["unparsed_formula_count"]:
        found.append(f"{usage['unparsed_formula_count']} formulas that cannot be read")
    for entry in usage["entries"]:
        if not entry["supported"] and entry["name"].upper() not in OURS:
            found.append(f"unknown function {entry['name']}")
    for entry in formulas:
        cell, codes = entry["cell"], set(entry["issue_codes"]) - {UNKNOWN_FUNCTION}
        found += [f"{cell['sheet_name']}!{cell['address']}: {code}" for code in sorted(codes)]
    return found


VALIDATORS: dict[str, Callable[[Path], list[str]]] = {
    "openxml-audit": audit,
    "formualizer": formualizer,
    "cellrune": cellrune,
}
