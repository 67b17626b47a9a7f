"""The archive of a back-up: lines of JSON, compressed by xz and, where there is a key, encrypted.

The first line, the header, is an object with the format, the release, the migrations, and the
columns of each table. Each table follows: an object with its name, then each row as a list. The
last line, the trailer, has the number of rows and the SHA-256 of each table, and the SHA-256 of all
lines before it.
"""

import json
import lzma
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from operations.backup import encryption, migrations
from operations.backup.encryption import Key
from operations.backup.errors import BackupError
from operations.backup.manifest import Header, Manifest, TableSummary, Trailer
from operations.backup.progress import ProgressBar, ProgressBarFactory
from operations.backup.tables import (
    TableRow,
    backed_up_models,
    columns,
    decode_row,
    encode_line,
    label,
    last_key,
    read_rows,
    row_count,
)
from operations.release import portal_version

FORMAT, VERSION = "policing-goals-portal back-up", 1
XZ_MAGIC = b"\xfd7zXZ\0"
DAMAGED = "The back-up is damaged or cut off"


def write_archive(out: BufferedIOBase, progress: ProgressBarFactory) -> Manifest:
    """Write all tables of the database to a binary file."""
    checksum = sha256()

    def write_line(value: TableRow | Mapping[str, Any]) -> bytes:
        line = encode_line(value)
        checksum.update(line)
        out.write(line)
        return line

    models = backed_up_models()
    header: Header = {
        "format": FORMAT,
        "version": VERSION,
        "portal": portal_version(),
        "made": timezone.now().isoformat(),
        "database": connection.display_name,
        "migrations": sorted(migrations.applied_migrations()),
        "tables": {label(model): columns(model) for model in models},
        "rows": sum(map(row_count, models)),
    }
    write_line(header)
    tables: dict[str, TableSummary] = {}
    with progress(desc="writing", total=header["rows"]) as bar:
        for model in models:
            write_line({"table": label(model)})
            tables[label(model)] = write_table(model, write_line, bar)
    trailer: Trailer = {"tables": tables, "sha256": checksum.hexdigest()}
    out.write(encode_line(trailer))
    return Manifest(header, trailer)


def write_table(
    model: type[models.Model], write_line: Callable[[TableRow], bytes], bar: ProgressBar
) -> TableSummary:
    """Write the rows of a model; return its entry in the trailer."""
    checksum, count = sha256(), 0
    for row in read_rows(model):
        checksum.update(write_line(row))
        count += 1
        bar.update()
    return {"rows": count, "sha256": checksum.hexdigest(), "last": last_key(model)}


@contextmanager
def open_archive(path: Path, keys: Sequence[Key]) -> Iterator["Archive"]:
    """Yield the archive in a file; `keys` decrypt it where it is encrypted.

    Raises BackupError where the file is no back-up or is damaged, or no key fits.
    """
    with ExitStack() as stack:
        try:
            file: IO[bytes] = stack.enter_context(open(path, "rb"))
            magic = file.read(len(encryption.MAGIC))
        except OSError as error:
            raise BackupError(f"The back-up cannot be read: {error}.") from error
        file.seek(0)
        if magic == encryption.MAGIC:
            if not keys:
                raise BackupError("The back-up is encrypted: BACKUP_KEY or --key-file opens it.")
            file = stack.enter_context(encryption.decrypted_reader(file, keys))
        elif not magic.startswith(XZ_MAGIC):
            raise BackupError(f"{path} is no back-up of the portal.")
        try:
            yield Archive(stack.enter_context(lzma.open(file)))
        except (EOFError, lzma.LZMAError) as error:
            raise BackupError(f"{DAMAGED}: {error}.") from error


class Archive:
    """A back-up that is being read: `header` at once, `trailer` after all rows().

    Raises BackupError where it is not in the format of this release.
    """

    header: Header
    trailer: Trailer

    def __init__(self, lines: BufferedIOBase) -> None:
        self.lines, self.checksum = lines, sha256()
        line, header = self.read_line()
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise BackupError("The file is no back-up of the portal.")
        if header.get("version") != VERSION:
            raise BackupError(
                f"The back-up has format {header.get('version')}, and this release of the "
                f"portal reads format {VERSION}."
            )
        self.header = cast(Header, header)
        self.checksum.update(line)

    def read_line(self) -> tuple[bytes, Any]:
        """Return the next line as bytes, and its value; raise BackupError where it is not JSON."""
        line = self.lines.readline()
        try:
            return line, json.loads(line)
        except ValueError as error:
            raise BackupError(f"{DAMAGED}: a line of it is none of a back-up.") from error

    def rows(self) -> Iterator[tuple[str, TableRow, bytes]]:
        """Yield the label of the model, the row, and its line, for each row."""
        name = "no table"
        while True:
            line, value = self.read_line()
            if isinstance(value, dict) and "sha256" in value:
                self.trailer = cast(Trailer, value)
                return
            self.checksum.update(line)
            if isinstance(value, dict):
                name = str(value.get("table"))
            else:
                yield name, value, line


def verify(path: Path, keys: Sequence[Key], progress: ProgressBarFactory) -> Manifest:
    """Read a whole back-up and compare all checksums; return its manifest.

    Raises BackupError where it is damaged, or does not have the migrations and columns of this
    database.
    """
    with open_archive(path, keys) as archive:
        migrations.check_migrations(archive.header)
        models = {label(model): model for model in backed_up_models()}
        check_columns(archive.header["tables"], models)
        counts = dict.fromkeys(models, 0)
        checksums = {name: sha256() for name in models}
        with progress(desc="verifying", total=archive.header["rows"]) as bar:
            for name, row, line in archive.rows():
                check_row(models.get(name), name, row, counts)
                counts[name] += 1
                checksums[name].update(line)
                bar.update()
        check_trailer(
            archive,
            {name: (counts[name], checksums[name].hexdigest()) for name in models},
        )
        return Manifest(archive.header, archive.trailer)


def check_columns(
    tables: Mapping[str, list[str]], models: Mapping[str, type[models.Model]]
) -> None:
    """Raise BackupError where the tables of a back-up differ from the models of this release.

    `tables` maps the label of each model to its columns, `models` to the model.
    """
    own = {name: columns(model) for name, model in models.items()}
    differing = sorted(name for name in {*tables, *own} if tables.get(name) != own.get(name))
    if differing:
        raise BackupError(f"The back-up has other tables or columns: {', '.join(differing)}.")


def check_row(
    model: type[models.Model] | None, name: str, row: TableRow, counts: Mapping[str, int]
) -> None:
    """Raise BackupError where a row does not fit its model; `model` is None for an unknown name.

    `counts` has the number of rows that were read before, by the label of the model.
    """
    if model is None:
        raise BackupError(f"{DAMAGED}: row ? of {name} cannot be read.")
    try:
        decode_row(model, row)
    except (AttributeError, TypeError, ValueError, ValidationError) as error:
        raise BackupError(f"{DAMAGED}: row {counts[name] + 1} of {name} cannot be read.") from error


def check_trailer(archive: Archive, checksums: Mapping[str, tuple[int, str]]) -> None:
    """Raise BackupError where the rows that were read differ from the trailer.

    `checksums` maps the label of each model to its number of rows and their SHA-256.
    """
    if archive.lines.read(1):
        raise BackupError(f"{DAMAGED}: something follows its end.")
    tables = archive.trailer.get("tables", {})
    for name, (count, checksum) in checksums.items():
        table = tables.get(name)
        if table is None or (table.get("rows"), table.get("sha256")) != (count, checksum):
            raise BackupError(f"{DAMAGED}: {name} is not what its digest says.")
    if archive.trailer["sha256"] != archive.checksum.hexdigest():
        raise BackupError(f"{DAMAGED}: it is not what its digest says.")
