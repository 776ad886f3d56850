"""Builds the extension that a LibreOffice user installs: one .oxt file, and nothing else is needed."""

from __future__ import annotations

import zipfile
from importlib import resources
from pathlib import Path

from xl_lifecycle import __version__
from xl_lifecycle.hosts.libreoffice import types as libreoffice_types
from xl_lifecycle.hosts.travelling import travelling_sources

IDENTIFIER = "org.xllifecycle.functions"
OLDEST = "24.8"  # the first LibreOffice with LET, FILTER and XLOOKUP, which the workbook may use
_STAMP = (2026, 1, 1, 0, 0, 0)  # fixed, so that building twice gives the same bytes
_HOST_SOURCES = ("hosts/__init__.py", "hosts/libreoffice/__init__.py", "hosts/libreoffice/types.py")

_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"
  manifest:full-path="{libreoffice_types.TYPES}"/>
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.uno-components"
  manifest:full-path="{libreoffice_types.COMPONENTS}"/>
</manifest:manifest>
"""

_DESCRIPTION = f"""<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
 xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:l="http://libreoffice.org/extensions/description/2011">
 <identifier value="{IDENTIFIER}"/>
 <version value="{__version__}"/>
 <display-name><name lang="en">Customer lifecycle metrics (xl-lifecycle)</name></display-name>
 <publisher><name lang="en">xl-lifecycle</name></publisher>
 <dependencies>
  <l:LibreOffice-minimal-version value="{OLDEST}" d:name="LibreOffice {OLDEST}"/>
 </dependencies>
</description>
"""


def build_extension(path: Path) -> None:
    """Write the extension. LibreOffice is not needed for this."""
    package = resources.files("xl_lifecycle")
    parts = {
        "META-INF/manifest.xml": _MANIFEST,
        "description.xml": _DESCRIPTION,
        libreoffice_types.COMPONENTS: libreoffice_types.components("addin.py"),
        libreoffice_types.TYPES: libreoffice_types.idl(),
        "addin.py": package.joinpath("hosts/libreoffice/addin.py").read_text("utf-8"),
    }
    parts |= {f"pythonpath/xl_lifecycle/{name}": source for name, source in travelling_sources()}
    for name in _HOST_SOURCES:
        parts[f"pythonpath/xl_lifecycle/{name}"] = package.joinpath(name).read_text("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
