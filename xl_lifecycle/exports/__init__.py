"""Reads an export as facts, and reconciles it to its own total.

To add a format, write one TOML file in this folder, or put it among a team's exports.
`read_cells` reads a table from a sheet or a file; `combine` makes one import of several. A `SourceError`
says in one line what is wrong, where, and what to do.
"""

from __future__ import annotations

from xl_lifecycle.exports.combine import combine
from xl_lifecycle.exports.declaration import ITEMS, PLAIN, Declaration
from xl_lifecycle.exports.facts import Check, CombinedImport, CoverageLine, ExportFact, Import, ItemFact
from xl_lifecycle.exports.read_export import Progress, read_cells

__all__ = [
    "ITEMS",
    "PLAIN",
    "Check",
    "CombinedImport",
    "CoverageLine",
    "Declaration",
    "ExportFact",
    "Import",
    "ItemFact",
    "Progress",
    "combine",
    "read_cells",
]
