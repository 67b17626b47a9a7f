"""Makes a back-up: a complete file, or none at all."""

import lzma
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

from django.db import Error, connection, transaction
from django.utils import timezone

from operations.backup.archive import write_archive
from operations.backup.encryption import Key, encrypted_writer
from operations.backup.errors import BackupError
from operations.backup.manifest import Manifest
from operations.backup.progress import ProgressBarFactory
from operations.models import MAX_NAME_LENGTH, Backup

NAME_PATTERN, PART_SUFFIX = "portal-*.jsonl.xz*", ".part"
# As fast as gzip, with files smaller by 10 to 50 %; higher presets take many times as long.
XZ_PRESET = 1


def backup_name(*, is_encrypted: bool) -> str:
    """Return the file name of a back-up that is made now: "portal-20261231T235959Z.jsonl.xz".

    The time is UTC, so that names sort by time. Encrypted files end with ".age" in addition.
    """
    suffix = ".age" if is_encrypted else ""
    return f"portal-{timezone.now():%Y%m%dT%H%M%SZ}.jsonl.xz{suffix}"


def make_backup(
    path: Path,
    keys: Sequence[Key],
    progress: ProgressBarFactory,
    at_end: Callable[[], None] = lambda: None,
) -> Manifest:
    """Back up the database to a new file, encrypted where there are keys; return its manifest.

    `at_end` is called when all is written, before the file gets its final name. Raises BackupError
    where the file exists, the file cannot be written, or the database fails.
    """
    refuse_existing(path)
    part = path.with_name(path.name + PART_SUFFIX)
    refuse_existing(part)
    try:
        with open_new(part) as file:
            with snapshot(), compressing_writer(file, keys) as out:
                manifest = write_archive(out, progress)
            file.flush()
            os.fsync(file.fileno())
            refuse_existing(path)
            at_end()
            os.replace(part, path)
        sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or error
        raise BackupError(f"The back-up could not be written to {path}: {reason}.") from error
    except Error as error:
        raise BackupError(f"The database could not be read: {error}".strip()) from error
    record_backup(path, manifest, is_encrypted=bool(keys))
    return manifest


def refuse_existing(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} is there already, and is not overwritten.")


@contextmanager
def open_new(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new binary file with mode 600; it is removed where the block raises an exception."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def compressing_writer(file: IO[bytes], keys: Sequence[Key]) -> Iterator[lzma.LZMAFile]:
    """Yield a file to write to; the data goes to `file` compressed and, with keys, encrypted."""
    with (
        encrypted_writer(file, keys) if keys else nullcontext(file) as target,
        lzma.open(target, "wb", preset=XZ_PRESET) as out,
    ):
        yield out


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all reads in this block see the database at one moment, while others go on writing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic(durable=True):
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield
        else:
            # The transactions of Django are immediate here, and would keep others from writing.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def sync_folder(folder: Path) -> None:
    """Write the entries of a folder to the disk, so that a crash does not lose a new file name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def record_backup(path: Path, manifest: Manifest, *, is_encrypted: bool) -> None:
    """Add a file to the list of back-ups; raise BackupError where the database refuses it."""
    try:
        Backup.objects.create(
            name=path.name[-MAX_NAME_LENGTH:],
            rows=manifest.rows,
            size=path.stat().st_size,
            version=manifest.version,
            is_encrypted=is_encrypted,
        )
    except Error as error:
        raise BackupError(
            f"The back-up is in {path} as a whole, but the database could not note it: {error}"
        ) from error


def remove_older_backups(folder: Path, keep: int) -> list[Path]:
    """Remove all but the `keep` latest back-ups with generated names; return the removed paths."""
    complete = [path for path in folder.glob(NAME_PATTERN) if path.suffix != PART_SUFFIX]
    older = sorted(complete)[:-keep]
    for path in older:
        path.unlink()
    return older
