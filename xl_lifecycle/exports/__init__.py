"""An export as facts, reconciled to its own total.

Adding a format is one TOML in this folder, or among a team's exports.
`read_cells` takes a table as it stands on a sheet or in a file; `combine` makes one import of several. A `SourceError`
says in one line what is wrong, where, and what to do.
"""

from __future__ import annotations

from xl_lifecycle.exports.combine import combine
from xl_lifecycle.exports.declaration import ITEMS, PLAIN, Declaration
from xl_lifecycle.exports.facts import Check, Combined, Covered, ExportFact, Import, ItemFact
from xl_lifecycle.exports.read_export import Progress, read_cells

__all__ = [
    "ITEMS",
    "PLAIN",
    "Check",
    "Combined",
    "Covered",
    "Declaration",
    "ExportFact",
    "Import",
    "ItemFact",
    "Progress",
    "combine",
    "read_cells",
]
