"""The address of a database, and its password, which is never shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from xl_lifecycle.core.cells.errors import SourceError

PASSWORD = "XL_LIFECYCLE_PASSWORD"
KEYRING = "xl-lifecycle"
POSTGRESQL = ("postgresql", "postgres")
OPTIONS = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
HOW = f"postgresql://user@host/database, the password in {PASSWORD}, or with %40 for @, %2F for / and so on"


@dataclass(frozen=True)
class Address:
    """The address of a database on a server. It is shown without its user and password."""

    host: str
    port: str
    database: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        host = "" if self.host.startswith("/") else self.host  # a path is the folder of a local server's socket
        return f"postgresql://{host}{':' if self.port else ''}{self.port}/{self.database}"

    def clean(self, text: str) -> str:
        """A text without the password, plain or encoded."""
        for secret in sorted({self.password, quote(self.password, "")}, key=len, reverse=True):
            text = text.replace(secret, "***") if secret else text
        return text


def is_url(source: object) -> bool:
    """Whether a source is an address, not a file.

    >>> is_url("postgresql://host/db"), is_url("exports/orders.csv"), is_url("C:/exports")
    (True, False, False)
    """
    return bool(re.match(r"[a-z][\w+.-]+://", str(source), re.IGNORECASE))


def parse(url: str, password: str = "") -> Address:
    """The address in a URL. ${VAR} is replaced by an environment variable. SourceError never shows the URL.

    >>> str(parse("postgresql://anna:secret@db.example.com/shop"))
    'postgresql://db.example.com/shop'
    """
    try:
        parts = urlsplit(url)
        port, options = str(parts.port or ""), dict(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
    except ValueError:
        raise SourceError(f"the database's address cannot be read: write it as {HOW}") from None
    # A password with a bare / ? # or @ would be split, and a part of it would be shown as the host or database.
    odd = parts.fragment or "@" in parts.path + parts.query or parts.netloc.count("@") > 1
    if odd or not re.fullmatch(r"[\w.:%\[\]-]*", parts.hostname or "") or options.keys() - set(OPTIONS):
        raise SourceError(f"the database's address cannot be read: write it as {HOW}")
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name:
        raise SourceError("the database's address names no database: write it as postgresql://user@host/database")
    url_password = _from_environment(unquote(parts.password or "")) or options.pop("password", "")
    return Address(
        parts.hostname or options.pop("host", ""),
        port or options.pop("port", ""),
        name,
        _from_environment(unquote(parts.username or "")) or options.pop("user", ""),
        url_password or _from_environment(password),
        tuple(sorted(options.items())),
    )


def with_password(address: Address) -> Address:
    """The address with its password: from the address itself, the environment or the keyring, if there is one."""
    if address.password:
        return address
    password = os.environ.get(PASSWORD) or _from_keyring(f"{address.user}@{address.host}/{address.database}")
    return replace(address, password=password or "")


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING, name)
    except keyring.errors.KeyringError:  # for example on a server, which has no keyring
        return None


def _from_environment(text: str) -> str:
    """A text with each ${VAR} replaced by the environment variable."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise SourceError(f"the environment has no {match[1]}, which the database's address asks for: set it")
        return os.environ[match[1]]

    return re.sub(r"\$\{(\w+)\}", value, text)
