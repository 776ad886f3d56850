"""Makes a wheel of this package from the files that it runs from: a checkout or an installation."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from xl_lifecycle import __version__
from xl_lifecycle.core.cells.errors import SetupError
from xl_lifecycle.template.maker_version import wheel_name

PACKAGE = "xl_lifecycle"
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same for every file, so that the same package gives the same bytes
_OMITTED_ENDINGS = (".pyc", ".pyo", "~")
_WHEEL = f"Wheel-Version: 1.0\nGenerator: xl-lifecycle {__version__}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: Path) -> Path:
    """Write the wheel into a folder. Raises SetupError if this package is not installed."""
    files = dict(sorted(_files(resources.files(PACKAGE), PACKAGE)))
    info = f"{PACKAGE}-{__version__}.dist-info"
    files |= {f"{info}/{name}": text.encode() for name, text in _metadata().items()}
    record = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items()]
    files[f"{info}/RECORD"] = "".join([*record, f"{info}/RECORD,,\n"]).encode()
    path = folder / wheel_name(__version__)
    with zipfile.ZipFile(path, "w") as file:  # not compressed: the result of zlib differs between computers
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            file.writestr(entry, data)
    return path


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name == "__pycache__" or entry.name.endswith(_OMITTED_ENDINGS):
            continue
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry.read_bytes()


def _metadata() -> dict[str, str]:
    """The metadata for pip, from what pip wrote when it installed this package."""
    try:
        installed = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise SetupError("xl-lifecycle is not installed here; run: pip install . in its folder") from None
    if installed.version != __version__:
        raise SetupError(
            f"xl-lifecycle was installed as {installed.version} and is now {__version__}; run: pip install . again"
        )
    texts = {"METADATA": installed.read_text("METADATA"), "WHEEL": _WHEEL}
    texts["entry_points.txt"] = installed.read_text("entry_points.txt")
    for name in installed.metadata.get_all("License-File") or []:
        texts[f"licenses/{name}"] = installed.read_text(f"licenses/{name}")
    missing = [name for name, text in texts.items() if text is None]
    if missing:
        raise SetupError(f"the installed xl-lifecycle has no {missing[0]}; run: pip install --force-reinstall .")
    return {name: text.replace("\r\n", "\n") for name, text in texts.items() if text is not None}


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
