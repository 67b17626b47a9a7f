"""The first and the last line of a back-up, which say what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict


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
    """The header and the trailer of a back-up; as text, a summary for the administrator."""

    header: Header
    trailer: Trailer

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.trailer["tables"].values())

    @property
    def version(self) -> str:
        return self.header["portal"]

    def __str__(self) -> str:
        made = f"{self.header['made'][:16].replace('T', ' ')} UTC"
        return (
            f"{self.rows:,} rows of {len(self.trailer['tables'])} tables, made {made} "
            f"on {self.header['database']} by release {self.version}"
        )
