"""The first and the last line of a back-up, which say what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

MAX_TEXT_LENGTH = 100  # characters of a text of the header, which messages show
MAX_KEY = 2**63 - 2


class Header(TypedDict):
    """The first line."""

    format: str
    version: int  # of the format
    portal: str  # the release that made the back-up
    made: str  # in ISO 8601, UTC
    database: str
    migrations: Sequence[Sequence[str]]  # (application, name) pairs
    tables: dict[str, list[str]]  # label of the model → names of the columns
    rows: int


class TableSummary(TypedDict):
    """The number of rows of a table, their SHA-256, and the last primary key (see last_key())."""

    rows: int
    sha256: str
    last: int


class Trailer(TypedDict):
    """The last line; `sha256` is that of all lines before it."""

    tables: dict[str, TableSummary]  # by the label of the model
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The header and the trailer of a back-up; as text, a summary for the administrator.

    `superusers` is the number of accounts in it that may do everything; it is only known of a
    back-up that was read.
    """

    header: Header
    trailer: Trailer
    superusers: int = 0

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.trailer["tables"].values())

    @property
    def version(self) -> str:
        return self.header["portal"]

    def __str__(self) -> str:
        made = f"{self.header['made'][:16].replace('T', ' ')} UTC"
        accounts = "account" if self.superusers == 1 else "accounts"
        return (
            f"{self.rows:,} rows of {len(self.trailer['tables'])} tables, made {made} "
            f"on {self.header['database']} by release {self.version}, with "
            f"{self.superusers:,} {accounts} that may do everything (superusers)"
        )


def is_header(value: dict[str, Any]) -> bool:
    """Whether an object has all keys of a header, with values of their types."""
    migrations, tables = value.get("migrations"), value.get("tables")
    return (
        all(is_text(value.get(name)) for name in ("format", "portal", "made", "database"))
        and is_time(value["made"])
        and isinstance(migrations, list)
        and all(is_list_of_texts(pair) and len(pair) == 2 for pair in migrations)
        and isinstance(tables, dict)
        and all(is_text(name) and is_list_of_texts(names) for name, names in tables.items())
        and is_number(value.get("rows"))
    )


def is_trailer(value: dict[str, Any]) -> bool:
    """Whether an object has all keys of a trailer, with values of their types."""
    tables = value.get("tables")
    return (
        is_text(value.get("sha256"))
        and isinstance(tables, dict)
        and all(
            isinstance(table, dict)
            and is_number(table.get("rows"))
            and is_text(table.get("sha256"))
            and is_number(table.get("last"))
            for table in tables.values()
        )
    )


def is_text(value: object) -> bool:
    """Whether a value is a short text that a terminal shows as it is."""
    return isinstance(value, str) and value.isprintable() and len(value) <= MAX_TEXT_LENGTH


def is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def is_number(value: object) -> bool:
    """Whether a value is a whole number that a database can have as a key."""
    return type(value) is int and 0 <= value <= MAX_KEY


def is_time(text: str) -> bool:
    """Whether a text is a time in ISO 8601."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
