"""What a source config asks for beyond the files beside it, and whether this user has agreed to that."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.text import printable, shorten
from xl_lifecycle.sources.database.address import PASSWORD, is_bound, is_server, parse, path_of, variables
from xl_lifecycle.sources.database.config import Config, Where
from xl_lifecycle.sources.database.event_files import FILES

OF_POSTGRESQL = ("PGPASSWORD", "PGSERVICE")
TRUSTED = "trusted-configs.txt"  # in the user's folder: a line for each config, its content's hash and its path


def user_folder() -> Path:
    """The folder for what this user has decided. It needs not exist."""
    folder = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return Path(folder or Path.home() / ".config", "xl-lifecycle")


def requests(config: Config) -> list[str]:
    """What a config asks for that needs the user's consent, in words; empty if it only names tables beside it."""
    asks = []
    if is_server(config.url):
        address = parse(config.url, resolve=False)
        asks.append(f"query the database {address}" + (f" as {address.user}" if address.user else ""))
        asks.append(f"send it the password in {' and '.join(secrets(config))}")
    elif not names_what_is_beside(config.url):  # without a look at it: a path can be another computer's
        asks.append(f"read a file that is not beside it: {path_of(config.url)}")
    else:
        elsewhere = [file for file in config.files() if not _is_beside(file, config)]
        asks += [f"read a file that is not beside it: {file}" for file in elsewhere]
    places: list[Where] = [*(where for where, _ in config.events.values()), *config.monthly.values()]
    asks += [f"run this query there: {' '.join(where.query.split())}" for where in places if where.query]
    return [printable(each) for each in asks]


def secrets(config: Config) -> list[str]:
    """The variables of the environment that a config, or PostgreSQL's own library, sends to its database."""
    password = parse(config.url, config.password, resolve=False).password
    return variables(password) if password else [PASSWORD, *(name for name in OF_POSTGRESQL if name in os.environ)]


def is_trusted(config: Config) -> bool:
    """Whether the user has agreed to exactly this content."""
    try:
        lines = (user_folder() / TRUSTED).read_text("utf-8").splitlines()
    except OSError:
        return False
    return config.digest in {line.split(" ", 1)[0] for line in lines}


def trust(config: Config, path: Path) -> None:
    """Remember that the user agrees to this content."""
    if is_trusted(config):
        return
    folder = user_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / TRUSTED).open("a", encoding="utf-8") as file:
        file.write(f"{config.digest} {printable(str(path.resolve()))}\n")


def refuse_unless_agreed(config: Config, path: Path, found: bool) -> None:
    """Raise SourceError if a config asks for what the user has not agreed to.

    found: whether the config was only found in a folder. If the user has named it, no consent is needed, except for
    sending a password: the command has already said what the config does.
    """
    asks = requests(config)
    sent = secrets(config) if is_server(config.url) else []
    needed = found or any(name in os.environ and not is_bound(name) for name in sent)
    if asks and needed and not is_trusted(config):
        more = f" and {len(asks) - 1} more" if len(asks) > 1 else ""
        raise SourceError(
            f"{path.name} asks to {shorten(asks[0], 80)}{more}; nothing was done. "
            f'If you know who wrote it, see what it does and agree: xl-lifecycle trust "{path}"'
        )


def names_what_is_beside(url: str) -> bool:
    """Whether a path names a file in its own folder, or below, on every system.

    >>> [names_what_is_beside(url) for url in ("shop.db", "a/*.csv", "../x", "/x", "C:/x", "//host/x", "~/x")]
    [True, True, False, False, False, False, False]
    """
    path = PureWindowsPath(path_of(url))
    return not (path.drive or path.root or ".." in path.parts or path_of(url).startswith("~"))


def _is_beside(file: Path, config: Config) -> bool:
    """Whether a file of events really lies in the folder of the config, and no link leads out of it."""
    suffixes = (*FILES, ".duckdb", ".db")
    return file.suffix.lower() in suffixes and file.resolve().is_relative_to(config.folder)
