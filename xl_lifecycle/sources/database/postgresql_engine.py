"""PostgreSQL: each query is one prepared statement in a transaction that can only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import narwhals.stable.v2 as nw

from xl_lifecycle.sources.database.address import PASSWORD, Address, with_password
from xl_lifecycle.sources.database.engines import in_one_line, needs, quoted_name, quoted_table, refuse_unknown_table
from xl_lifecycle.sources.database.limits import MOST_ROWS, MOST_SECONDS, limited, refuse_too_many
from xl_lifecycle.sources.database.monthly_counts import Frame

ENCRYPTED = ("require", "verify-ca", "verify-full")
NOT_IN_CLEAR = "scram-sha-256,gss,sspi,none"  # how a server may ask who we are if the connection is not encrypted
NEEDS_LIBPQ = 160000  # the first version of PostgreSQL's library that knows require_auth


class PostgreSQL:
    """A PostgreSQL database, through Ibis: expressions become queries that PostgreSQL answers."""

    def __init__(self, address: Address) -> None:
        self.name = str(address)
        self.address = address = with_password(address)
        with needs("ibis", "psycopg", extra="postgresql"):
            import ibis
            import psycopg

        with in_one_line(self.name, self._why_not):
            parameters = psycopg.conninfo.make_conninfo(
                host=address.host or None,
                port=int(address.port or 5432),
                user=address.user or None,
                password=address.password or None,
                dbname=address.database,
                **{"connect_timeout": "10", **dict(address.options), **_proof(address)},
                options=f"-c default_transaction_read_only=on -c statement_timeout={round(MOST_SECONDS * 1000)}",
                application_name="xl-lifecycle",
            )
            self._server = psycopg.connect(parameters, autocommit=True)
            self._server.read_only = True  # each transaction begins with READ ONLY
            self._fix_search_path()
            self.con = ibis.postgres.from_connection(self._server)

    def _fix_search_path(self) -> None:
        """Look for functions and tables in PostgreSQL's own schema first, and in temporary ones last."""
        with self._server.transaction():
            schemas = self._server.execute("SELECT current_schemas(false)").fetchone()
            path = ["pg_catalog", *(schemas[0] if schemas else ()), "pg_temp"]
            names = ", ".join(map(quoted_name, path))
            self._server.execute("SELECT set_config('search_path', %s, false)", (names,))

    def tables(self) -> list[str]:
        with self._limited(), self._server.transaction():
            rows = self._server.execute(
                "SELECT n.nspname, c.relname, pg_table_is_visible(c.oid) FROM pg_class c JOIN pg_namespace n "
                "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^pg_' "
                "AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE') "
                "AND has_any_column_privilege(c.oid, 'SELECT')"
            ).fetchall()
        return sorted(name if visible else f"{schema}.{name}" for schema, name, visible in rows)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        return self.query(f"SELECT * FROM {quoted_table(name)}")

    def query(self, sql: str) -> Frame:
        """The result of one SELECT. PostgreSQL prepares a single statement only, so a second one cannot be slipped in.

        It is asked for the columns, because Ibis would create a view to find them.
        """
        sql = sql.rstrip("; \n")
        with self._limited():
            import ibis

            with self._server.transaction():
                cursor = self._server.execute(f"SELECT * FROM ({sql}\n) AS asked LIMIT 0", prepare=True)
                schema = {column.name: self._type(column.type_code) for column in cursor.description or ()}
            frame: Frame = nw.from_native(self.con.sql(sql, schema=ibis.schema(schema)))
            return frame

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self._limited():
            rows = list(frame.head(MOST_ROWS + 1).collect("pyarrow").iter_rows(named=True))
        refuse_too_many(self.name, len(rows))
        return rows

    def materialize(self, frame: Frame) -> Frame:
        return frame  # PostgreSQL is only read

    def _type(self, code: int) -> Any:
        """A column's type. A column that is neither numbers, dates nor text is read as text."""
        from ibis.backends.sql.datatypes import PostgresType

        type_info = self._server.adapters.types.get(code)
        try:
            return PostgresType.from_string(type_info.name) if type_info else "string"
        except Exception:  # a type that the team has defined
            return "string"

    @contextmanager
    def _limited(self) -> Iterator[None]:
        with in_one_line(self.name, self._message), limited(self.name, self._server.cancel_safe):
            yield

    def _message(self, error: Exception) -> str:
        """What PostgreSQL says, without the query, of which other libraries show a part."""
        import psycopg

        if isinstance(error, psycopg.errors.QueryCanceled):
            return f"a query took longer than {MOST_SECONDS / 60:g} minutes and was stopped"
        if isinstance(error, psycopg.errors.SyntaxError) and "multiple commands" in str(error):
            return "a query must be one SELECT: it only reads"
        if isinstance(error, psycopg.Error):
            return self.address.clean(error.diag.message_primary or str(error))
        return "a query has SQL that cannot be read: write it more simply, or make a view of it in the database"

    def _why_not(self, error: Exception) -> str:
        message = str(error)
        if "password authentication failed" in message or "no password supplied" in message:
            return f"the user or password is wrong; set the password in {PASSWORD}"
        if "authentication method requirement" in message:
            return "the server asks for the password in a way that others can read; add ?sslmode=require to the address"
        if match := re.search(r'(database|role) "[^"]*" does not exist', message):
            return f"there is no such {'database' if match[1] == 'database' else 'user'}; check the address"
        return "no server answers there, or it refuses to; check the address, the network, and that it is running"

    def close(self) -> None:
        self.con.disconnect()


def _proof(address: Address) -> dict[str, str]:
    """The options with which a password is never sent to another machine in a way that others can read."""
    import psycopg

    if address.is_here or dict(address.options).get("sslmode") in ENCRYPTED:
        return {}
    return {"require_auth": NOT_IN_CLEAR} if psycopg.pq.version() >= NEEDS_LIBPQ else {"sslmode": "require"}
