"""The file of a back-up: lines of JSON, compressed by xz and, where there is a key, encrypted.

The first line is an object that says what made the file and which columns the tables have. Then
comes each table: an object with its name, and each row as a list. The last line has the number of
rows and the SHA-256 of each table, and that of all lines before it.
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
    columns,
    count,
    decoded,
    encoded,
    kept_models,
    label,
    last_number,
    rows,
)
from operations.release import portal_version

FORMAT, VERSION = "policing-goals-portal back-up", 1
XZ = b"\xfd7zXZ\0"
DAMAGED = "The back-up is damaged or cut off"


@dataclass(frozen=True)
class Manifest:
    """What a back-up says of itself: its first line and its last one."""

    header: dict
    end: dict

    @property
    def rows(self):
        return sum(table["rows"] for table in self.end["tables"].values())

    @property
    def version(self):
        return self.header["portal"]

    def __str__(self):
        made = f"{self.header['made'][:16].replace('T', ' ')} UTC"
        return (
            f"{self.rows:,} rows of {len(self.end['tables'])} tables, made {made} "
            f"on {self.header['database']} by release {self.version}"
        )


def write(out, progress):
    """Write all tables to a file as the database has them now; return the Manifest."""
    whole = sha256()

    def put(value):
        line = encoded(value)
        whole.update(line)
        out.write(line)
        return line

    models = kept_models()
    header = {
        "format": FORMAT,
        "version": VERSION,
        "portal": portal_version(),
        "made": timezone.now().isoformat(),
        "database": connection.display_name,
        "migrations": sorted(migrations.applied()),
        "tables": {label(model): columns(model) for model in models},
        "rows": sum(map(count, models)),
    }
    put(header)
    tables = {}
    with progress(desc="writing", total=header["rows"]) as bar:
        for model in models:
            put({"table": label(model)})
            tables[label(model)] = write_table(model, put, bar)
    end = {"tables": tables, "sha256": whole.hexdigest()}
    out.write(encoded(end))
    return Manifest(header, end)


def write_table(model, put, bar):
    found, number = sha256(), 0
    for row in rows(model):
        found.update(put(row))
        number += 1
        bar.update()
    return {"rows": number, "sha256": found.hexdigest(), "last": last_number(model)}


@contextmanager
def opened(path, keys):
    """Give the Archive in a file; BackupError where it is none, damaged, or no key opens it."""
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
            file = stack.enter_context(encryption.decrypting(file, keys))
        elif not magic.startswith(XZ):
            raise BackupError(f"{path} is no back-up of the portal.")
        try:
            yield Archive(stack.enter_context(lzma.open(file)))
        except (EOFError, lzma.LZMAError) as error:
            raise BackupError(f"{DAMAGED}: {error}.") from error


class Archive:
    """A back-up that is being read. What is at its end (`end`) is known after all rows."""

    def __init__(self, lines):
        self.lines, self.whole, self.end = lines, sha256(), None
        line, self.header = self.next()
        if not isinstance(self.header, dict) or self.header.get("format") != FORMAT:
            raise BackupError("The file is no back-up of the portal.")
        if self.header.get("version") != VERSION:
            raise BackupError(
                f"The back-up has format {self.header.get('version')}, and this release of the "
                f"portal reads format {VERSION}."
            )
        self.whole.update(line)

    def next(self):
        """Return the next line, and what it says."""
        line = self.lines.readline()
        try:
            return line, json.loads(line)
        except ValueError as error:
            raise BackupError(f"{DAMAGED}: a line of it is none of a back-up.") from error

    def rows(self):
        """Yield the label of the model, the row and its line, for each row."""
        name = None
        while True:
            line, value = self.next()
            if isinstance(value, dict) and "sha256" in value:
                self.end = value
                return
            self.whole.update(line)
            if isinstance(value, dict):
                name = value.get("table")
            else:
                yield name, value, line


def verify(path, keys, progress):
    """Read a whole back-up; return its Manifest.

    Raises BackupError where it is damaged, or cannot be restored to this database as it is.
    """
    with opened(path, keys) as archive:
        migrations.check(archive.header)
        models = {label(model): model for model in kept_models()}
        check_columns(archive.header["tables"], models)
        found = {name: [0, sha256()] for name in models}
        with progress(desc="verifying", total=archive.header["rows"]) as bar:
            for name, row, line in archive.rows():
                check_row(models.get(name), name, row, found)
                found[name][0] += 1
                found[name][1].update(line)
                bar.update()
        check_end(archive, found)
        return Manifest(archive.header, archive.end)


def check_columns(tables, models):
    here = {name: columns(model) for name, model in models.items()}
    differing = sorted(name for name in {*tables, *here} if tables.get(name) != here.get(name))
    if differing:
        raise BackupError(f"The back-up has other tables or columns: {', '.join(differing)}.")


def check_row(model, name, row, found):
    try:
        decoded(model, row)
    except (AttributeError, TypeError, ValueError, ValidationError) as error:
        number = found[name][0] + 1 if name in found else "?"
        raise BackupError(f"{DAMAGED}: row {number} of {name} cannot be read.") from error


def check_end(archive, found):
    """Compare what was read with what the last line says of it."""
    if archive.lines.read(1):
        raise BackupError(f"{DAMAGED}: something follows its end.")
    tables = archive.end.get("tables", {})
    for name, (number, digest) in found.items():
        said = tables.get(name, {})
        if (said.get("rows"), said.get("sha256")) != (number, digest.hexdigest()):
            raise BackupError(f"{DAMAGED}: {name} is not what its digest says.")
    if archive.end["sha256"] != archive.whole.hexdigest():
        raise BackupError(f"{DAMAGED}: it is not what its digest says.")
