"""Pivot tables read a copy of their source. Excel makes a new copy if the file says so."""

from __future__ import annotations

from xl_lifecycle.xlsx.package import Package


def refresh_on_load(package: Package) -> None:
    """Let Excel read the sources of pivot tables again if a sheet changed, or the source is a table or name."""
    changed = {name for name, part in package.sheets() if part in package.touched}
    caches = (each.target for each in package.relations(package.workbook) if each.kind == "pivotCacheDefinition")
    for part in [name for name in caches if name in package]:
        source = package.tree(part).find("{*}cacheSource/{*}worksheetSource")
        if source is not None and (source.get("sheet") in changed or not source.get("sheet")):
            package.touch(part).set("refreshOnLoad", "1")
