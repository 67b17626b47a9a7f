"""The archive of a back-up: lines of JSON, compressed by xz and, where there is a key, encrypted.

The first line, the header, is an object with the format, the release, the migrations, and the
columns of each table. Each table follows: an object with its name, then each row as a list. The
last line, the trailer, has the number of rows and the SHA-256 of each table, and the SHA-256 of all
lines before it.
"""

import lzma
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from operations.backup import encryption, migrations
from operations.backup.encryption import Key
from operations.backup.errors import BackupError
from operations.backup.lines import DAMAGED, LineReader, check_length
from operations.backup.manifest import (
    Header,
    Manifest,
    TableSummary,
    Trailer,
    is_header,
    is_trailer,
)
from operations.backup.progress import ProgressBar, ProgressBarFactory
from operations.backup.tables import (
    TableRow,
    backed_up_models,
    columns,
    decode_row,
    encode_line,
    fields,
    label,
    last_key,
    read_rows,
    row_count,
)
from operations.release import portal_version

FORMAT, VERSION = "policing-goals-portal back-up", 1
XZ_MAGIC = b"\xfd7zXZ\0"
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1


def write_archive(out: BufferedIOBase, progress: ProgressBarFactory) -> Manifest:
    """Write all tables of the database to a binary file."""
    checksum = sha256()

    def write_line(value: TableRow | Mapping[str, Any]) -> bytes:
        line = encode_line(value)
        check_length(line)  # the file could not be read again
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
            yield Archive(LineReader(file))
        except (EOFError, lzma.LZMAError) as error:
            raise BackupError(f"{DAMAGED}: {error}.") from error


class Archive:
    """A back-up that is being read: `header` at once, `trailer` after all rows().

    Raises BackupError where it is not in the format of this release.
    """

    header: Header
    trailer: Trailer

    def __init__(self, lines: LineReader) -> None:
        self.lines, self.checksum = lines, sha256()
        line, header = self.lines.read()
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise BackupError("The file is no back-up of the portal.")
        if header.get("version") != VERSION:
            raise BackupError(
                f"The back-up has format {ascii(header.get('version'))[:20]}, and this release of "
                f"the portal reads format {VERSION}."
            )
        if not is_header(header):
            raise BackupError(f"{DAMAGED}: its first line lacks something, or has it wrong.")
        self.header = cast(Header, header)
        self.checksum.update(line)

    def rows(self) -> Iterator[tuple[str, TableRow, bytes]]:
        """Yield the label of the model, the row, and its line, for each row."""
        name = None
        while True:
            line, value = self.lines.read()
            if isinstance(value, dict) and "sha256" in value:
                if not is_trailer(value):
                    raise BackupError(f"{DAMAGED}: its last line lacks something.")
                self.trailer = cast(Trailer, value)
                return
            self.checksum.update(line)
            if isinstance(value, list) and name is not None:
                yield name, value, line
            elif isinstance(value, dict) and str(value.get("table")) in self.header["tables"]:
                name = str(value["table"])
            else:
                raise BackupError(f"{DAMAGED}: a line of it is of no table.")


def verify(path: Path, keys: Sequence[Key], progress: ProgressBarFactory) -> Manifest:
    """Read a whole back-up and compare all checksums; return its manifest.

    Raises BackupError where it is damaged, or does not have the migrations and columns of this
    database.
    """
    with open_archive(path, keys) as archive:
        migrations.check_migrations(archive.header)
        models = {label(model): model for model in backed_up_models()}
        check_columns(archive.header["tables"], models)
        counts, superusers = dict.fromkeys(models, 0), 0
        checksums = {name: sha256() for name in models}
        with progress(desc="verifying", total=archive.header["rows"]) as bar:
            for name, row, line in archive.rows():
                values = check_row(models[name], row, line, counts[name])
                counts[name] += 1
                superusers += is_superuser(models[name], values)
                checksums[name].update(line)
                bar.update()
        check_trailer(
            archive,
            {name: (counts[name], checksums[name].hexdigest()) for name in models},
        )
        return Manifest(archive.header, archive.trailer, superusers)


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


def check_row(model: type[models.Model], row: TableRow, line: bytes, count: int) -> TableRow:
    """Return the values of a row; raise BackupError where it does not fit its model.

    `line` is the row as it stands in the back-up, `count` the number of rows before it.
    """
    try:
        values = decode_row(model, row)
        if encode_line(values) != line:
            raise ValueError("The row is written in another way than a back-up has it.")
        check_values(row)
    except (
        ArithmeticError,
        AttributeError,
        RecursionError,
        TypeError,
        ValueError,
        ValidationError,
    ) as error:
        raise BackupError(
            f"{DAMAGED}: row {count + 1} of {label(model)} cannot be read."
        ) from error
    return values


def check_values(value: Any) -> None:
    """Raise ValueError where a value, or one within it, is none that both databases can store."""
    if isinstance(value, str) and "\0" in value:
        raise ValueError("A text has a NUL character.")
    if isinstance(value, int) and not MIN_INTEGER <= value <= MAX_INTEGER:
        raise ValueError("A number is too large.")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for each in value:
            check_values(each)


def is_superuser(model: type[models.Model], values: TableRow) -> bool:
    """Whether a row is the account of a person who may do everything."""
    if model is not get_user_model():
        return False
    value_by_name = {field.name: value for field, value in zip(fields(model), values, strict=True)}
    return bool(value_by_name["is_superuser"] and value_by_name["is_active"])


def check_trailer(archive: Archive, checksums: Mapping[str, tuple[int, str]]) -> None:
    """Raise BackupError where the rows that were read differ from the trailer.

    `checksums` maps the label of each model to its number of rows and their SHA-256.
    """
    if not archive.lines.is_at_end():
        raise BackupError(f"{DAMAGED}: something follows its end.")
    tables = archive.trailer["tables"]
    for name, (count, checksum) in checksums.items():
        table = tables.get(name)
        if table is None or (table["rows"], table["sha256"]) != (count, checksum):
            raise BackupError(f"{DAMAGED}: {name} is not what its digest says.")
    if archive.trailer["sha256"] != archive.checksum.hexdigest():
        raise BackupError(f"{DAMAGED}: it is not what its digest says.")
