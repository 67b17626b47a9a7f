"""The archive of a back-up: lines of JSON, compressed by xz and, where there is a key, encrypted.

The first line, the header, is an object with the format, the release, the migrations, and the
columns of each table. Each table follows: an object with its name, then each row as a list. The
last line, the trailer, has the number of rows and the SHA-256 of each table, and the SHA-256 of all
lines before it.
"""

import json
import lzma
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from operations.backup import encryption, migrations
from operations.backup.errors import BackupError
from operations.backup.tables import (
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


@dataclass(frozen=True)
class Manifest:
    """The header and the trailer of a back-up; as text, a summary for the administrator."""

    header: dict
    trailer: dict

    @property
    def rows(self):
        return sum(table["rows"] for table in self.trailer["tables"].values())

    @property
    def version(self):
        return self.header["portal"]

    def __str__(self):
        made = f"{self.header['made'][:16].replace('T', ' ')} UTC"
        return (
            f"{self.rows:,} rows of {len(self.trailer['tables'])} tables, made {made} "
            f"on {self.header['database']} by release {self.version}"
        )


def write_archive(out, progress):
    """Write all tables of the database to a binary file; return the Manifest.

    `progress` makes a progress bar, as tqdm does.
    """
    checksum = sha256()

    def write_line(value):
        line = encode_line(value)
        checksum.update(line)
        out.write(line)
        return line

    models = backed_up_models()
    header = {
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
    tables = {}
    with progress(desc="writing", total=header["rows"]) as bar:
        for model in models:
            write_line({"table": label(model)})
            tables[label(model)] = write_table(model, write_line, bar)
    trailer = {"tables": tables, "sha256": checksum.hexdigest()}
    out.write(encode_line(trailer))
    return Manifest(header, trailer)


def write_table(model, write_line, bar):
    """Write the rows of a model; return its entry in the trailer."""
    checksum, count = sha256(), 0
    for row in read_rows(model):
        checksum.update(write_line(row))
        count += 1
        bar.update()
    return {"rows": count, "sha256": checksum.hexdigest(), "last": last_key(model)}


@contextmanager
def open_archive(path, keys):
    """Yield the Archive in a file; `keys` decrypt it where it is encrypted.

    Raises BackupError where the file is no back-up or is damaged, or no key fits.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(path, "rb"))
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

    def __init__(self, lines):
        self.lines, self.checksum, self.trailer = lines, sha256(), None
        line, self.header = self.read_line()
        if not isinstance(self.header, dict) or self.header.get("format") != FORMAT:
            raise BackupError("The file is no back-up of the portal.")
        if self.header.get("version") != VERSION:
            raise BackupError(
                f"The back-up has format {self.header.get('version')}, and this release of the "
                f"portal reads format {VERSION}."
            )
        self.checksum.update(line)

    def read_line(self):
        """Return the next line as bytes, and its value; raise BackupError where it is not JSON."""
        line = self.lines.readline()
        try:
            return line, json.loads(line)
        except ValueError as error:
            raise BackupError(f"{DAMAGED}: a line of it is none of a back-up.") from error

    def rows(self):
        """Yield the label of the model, the row as a list, and its line as bytes, for each row."""
        name = None
        while True:
            line, value = self.read_line()
            if isinstance(value, dict) and "sha256" in value:
                self.trailer = value
                return
            self.checksum.update(line)
            if isinstance(value, dict):
                name = value.get("table")
            else:
                yield name, value, line


def verify(path, keys, progress):
    """Read a whole back-up and compare all checksums; return its Manifest.

    Raises BackupError where it is damaged, or does not have the migrations and columns of this
    database.
    """
    with open_archive(path, keys) as archive:
        migrations.check_migrations(archive.header)
        models = {label(model): model for model in backed_up_models()}
        check_columns(archive.header["tables"], models)
        checksums = {name: [0, sha256()] for name in models}
        with progress(desc="verifying", total=archive.header["rows"]) as bar:
            for name, row, line in archive.rows():
                check_row(models.get(name), name, row, checksums)
                checksums[name][0] += 1
                checksums[name][1].update(line)
                bar.update()
        check_trailer(archive, checksums)
        return Manifest(archive.header, archive.trailer)


def check_columns(tables, models):
    """Raise BackupError where the tables of a back-up differ from the models of this release.

    `tables` maps the label of each model to its columns, `models` to the model.
    """
    own = {name: columns(model) for name, model in models.items()}
    differing = sorted(name for name in {*tables, *own} if tables.get(name) != own.get(name))
    if differing:
        raise BackupError(f"The back-up has other tables or columns: {', '.join(differing)}.")


def check_row(model, name, row, checksums):
    """Raise BackupError where a row does not fit its model; `model` is None for an unknown name."""
    try:
        decode_row(model, row)
    except (AttributeError, TypeError, ValueError, ValidationError) as error:
        number = checksums[name][0] + 1 if name in checksums else "?"
        raise BackupError(f"{DAMAGED}: row {number} of {name} cannot be read.") from error


def check_trailer(archive, checksums):
    """Raise BackupError where the rows that were read differ from the trailer.

    `checksums` maps the label of each model to its number of rows and their hash object.
    """
    if archive.lines.read(1):
        raise BackupError(f"{DAMAGED}: something follows its end.")
    tables = archive.trailer.get("tables", {})
    for name, (count, checksum) in checksums.items():
        table = tables.get(name, {})
        if (table.get("rows"), table.get("sha256")) != (count, checksum.hexdigest()):
            raise BackupError(f"{DAMAGED}: {name} is not what its digest says.")
    if archive.trailer["sha256"] != archive.checksum.hexdigest():
        raise BackupError(f"{DAMAGED}: it is not what its digest says.")
