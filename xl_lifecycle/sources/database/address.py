"""The address of a database, and its password, which is never shown."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from xl_lifecycle.core.cells.errors import SourceError

PASSWORD = "XL_LIFECYCLE_PASSWORD"
KEYRING = "xl-lifecycle"
POSTGRESQL = ("postgresql", "postgres")
OPTIONS = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
OURS = "XL_LIFECYCLE_"  # the variables of the environment that may hold a password begin so
HERE = ("", "localhost", "127.0.0.1", "::1")
HOW = f"postgresql://user@host/database, the password in {PASSWORD}, or with %40 for @, %2F for / and so on"
MISTYPED = f"an address of a database is mistyped, and is not repeated here: write it as {HOW}"


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

    @property
    def is_here(self) -> bool:
        """Whether the server is this machine."""
        return self.host.casefold() in HERE or self.host.startswith("/")

    @property
    def owner(self) -> str:
        """What a password belongs to."""
        return f"{self.user}@{self.host}/{self.database}"

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


def is_server(url: str) -> bool:
    """Whether a url names a server, not a file."""
    return is_url(url) and _scheme(url) != "duckdb"


def path_of(url: str) -> str:
    """The path in the url of a file: as it is, or after duckdb:///.

    >>> path_of("shop.duckdb"), path_of("duckdb:///a%20shop.duckdb"), path_of("duckdb:////srv/shop.duckdb")
    ('shop.duckdb', 'a shop.duckdb', '/srv/shop.duckdb')
    """
    return unquote(re.sub("^[^/]*//[^/]*/?", "", url)) if is_url(url) else url


def _scheme(url: str) -> str:
    return url.partition(":")[0].casefold()


def parse(url: str, password: str = "", resolve: bool = True) -> Address:
    """The address in a URL. SourceError never shows the URL.

    ${VAR} is replaced by the environment variable, unless resolve is false.

    >>> str(parse("postgresql://anna:secret@db.example.com/shop"))
    'postgresql://db.example.com/shop'
    """
    if _scheme(url) not in POSTGRESQL:
        raise SourceError(
            "databases of this kind are not supported: write postgresql://user@host/db or duckdb:///file.duckdb"
        )
    try:
        parts = urlsplit(url)
        port, options = str(parts.port or ""), dict(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
    except ValueError:
        raise SourceError(f"the database's address cannot be read: write it as {HOW}") from None
    # A password with a bare / ? # or @ would be split, and a part of it would be shown as the host or database.
    odd = parts.fragment or "@" in parts.path + parts.query or parts.netloc.count("@") > 1
    twice = (parts.hostname and "host" in options) or (port and "port" in options)
    if odd or twice or not re.fullmatch(r"[\w.:%\[\]-]*", parts.hostname or "") or options.keys() - set(OPTIONS):
        raise SourceError(f"the database's address cannot be read: write it as {HOW}")
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name:
        raise SourceError("the database's address names no database: write it as postgresql://user@host/database")
    user = unquote(parts.username or "") or options.pop("user", "")
    address = Address(parts.hostname or options.pop("host", ""), port or options.pop("port", ""), name, user, "", ())
    secret = options.pop("password", "") or unquote(parts.password or "") or password
    address = replace(address, options=tuple(sorted(options.items())))
    if any(map(variables, (user, address.host, address.port, name, *options.values()))):
        raise SourceError("only the password of a database's address may be a variable: write the rest out")
    return replace(address, password=_from_environment(secret, address) if resolve else secret)


def with_password(address: Address) -> Address:
    """The address with its password: from the address itself, the environment or the keyring, if there is one."""
    if address.password:
        return address
    if os.environ.get(PASSWORD):
        _refuse_for_another(PASSWORD, address)
    return replace(address, password=os.environ.get(PASSWORD) or _from_keyring(address.owner) or "")


def variables(text: str) -> list[str]:
    """The variables of the environment that a text asks for.

    >>> variables("postgresql://anna:${XL_LIFECYCLE_SHOP}@host/shop")
    ['XL_LIFECYCLE_SHOP']
    """
    return list(dict.fromkeys(re.findall(r"\$\{(\w+)\}", text)))


def variables_are_ours(text: str) -> bool:
    """Whether a text asks for no variables but ours: any other may hold a secret that is not meant for a database."""
    return all(name.startswith(OURS) for name in variables(text))


def is_bound(name: str) -> bool:
    """Whether the user has said whose password a variable has, such as XL_LIFECYCLE_SHOP_FOR=user@host/database."""
    return bool(os.environ.get(f"{name}_FOR"))


def _refuse_for_another(name: str, address: Address) -> None:
    """Raise SourceError if the user has said that a variable's password belongs to another address."""
    if is_bound(name) and os.environ[f"{name}_FOR"] != address.owner:
        raise SourceError(f"the password in {name} is not for {address}: {name}_FOR says whose it is; nothing was sent")


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


def _from_environment(text: str, address: Address) -> str:
    """A password with each ${VAR} replaced by the environment variable, which must be for this address."""
    if not variables_are_ours(text):
        raise SourceError(f"a password comes from a variable of ours only: rename yours to {OURS}..., and write that")

    def value(match: re.Match[str]) -> str:
        if not os.environ.get(match[1]):
            raise SourceError(f"the environment has no {match[1]}, which the database's address asks for: set it")
        _refuse_for_another(match[1], address)
        return os.environ[match[1]]

    return re.sub(r"\$\{(\w+)\}", value, text)


_SECRET = re.compile(
    r"://|@|^\W*(jdbc\W*)?(postgres|postgresql|pg|psql|mysql|mariadb|mssql|sqlserver|snowflake|redshift|mongodb|oracle|pgsql)\W"
    r"|(\bpass|password|passwd|pwd|secret|token|api_?key)\w*\s*[=:]",
    re.IGNORECASE,
)


def looks_secret(source: object) -> bool:
    """Whether a source may hold a password, however it is mistyped, so that no message must repeat it.

    >>> [looks_secret(s) for s in ("postgres:/anna:pw@host/db", "host=db Password = x", "anna%3Apw%40db", "june.csv")]
    [True, True, True, False]
    """
    return bool(_SECRET.search(unicodedata.normalize("NFKC", unquote(str(source)))))


def hide_secrets(message: str, words: Iterable[str]) -> str:
    """A message without what the user's words may hold in secret. words: arguments or sources, as they were given."""
    for word in words:
        if not looks_secret(word) or _is_file(word) or word.startswith("="):  # a formula may have an @
            continue
        try:
            message = parse(word, resolve=False).clean(message)
            for raw in re.findall(r":([^:/@]+)@|password=([^&]+)", word, re.IGNORECASE):  # as it was typed
                message = message.replace("".join(raw), "***")
            continue
        except SourceError:
            pass
        pieces = {piece for piece in re.split(r"[\s:/\\@?&=;,'\"%]+", word) if len(piece) > 2}
        if any(piece in message.replace(HOW, "") for piece in (word, *pieces) if piece.casefold() not in _HARMLESS):
            return MISTYPED
    return message


def _is_file(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


_HARMLESS = {*POSTGRESQL, "host", "user", "password", "database", "port", "sslmode", "pwd", "jdbc", "refresh", "book"}
