"""Makes a back-up: a file that is there as a whole or not at all."""

import lzma
import os
from contextlib import contextmanager, nullcontext

from django.db import Error, connection, transaction
from django.utils import timezone

from operations.backup.archive import write
from operations.backup.encryption import encrypting
from operations.backup.errors import BackupError
from operations.models import Backup

NAMES, PART = "portal-*.jsonl.xz*", ".part"
# As quick as gzip, and from a tenth to a half smaller; higher ones take many times as long.
PRESET = 1


def name_now(*, is_encrypted):
    """Return the name of a back-up that is made now; such names sort by time."""
    suffix = ".age" if is_encrypted else ""
    return f"portal-{timezone.now():%Y%m%dT%H%M%SZ}.jsonl.xz{suffix}"


def make(path, keys, progress, at_end=lambda: None):
    """Back up the database to a new file, encrypted where there are keys; return its Manifest.

    `at_end` is called before the file gets its name.

    Raises BackupError where the file is there already, or it or the database fails.
    """
    refuse_existing(path)
    part = path.with_name(path.name + PART)
    refuse_existing(part)
    try:
        with new_file(part) as file:
            with snapshot(), compressed(file, keys) as out:
                manifest = write(out, progress)
            file.flush()
            os.fsync(file.fileno())
            refuse_existing(path)
            at_end()
            os.replace(part, path)
        synchronise(path.parent)
    except OSError as error:
        reason = error.strerror or error
        raise BackupError(f"The back-up could not be written to {path}: {reason}.") from error
    except Error as error:
        raise BackupError(f"The database could not be read: {error}".strip()) from error
    note(path, manifest, is_encrypted=bool(keys))
    return manifest


def refuse_existing(path):
    if path.exists():
        raise BackupError(f"{path} is there already, and is not overwritten.")


@contextmanager
def new_file(path):
    """Give a new file that only its owner reads; whatever breaks the block off removes it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def compressed(file, keys):
    with (
        encrypting(file, keys) if keys else nullcontext(file) as target,
        lzma.open(target, "wb", preset=PRESET) as out,
    ):
        yield out


@contextmanager
def snapshot():
    """Let all that is read in this block be of one moment, while others go on writing."""
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


def synchronise(folder):
    """See to it that the name of a new file is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def note(path, manifest, *, is_encrypted):
    try:
        Backup.objects.create(
            name=path.name[-Backup._meta.get_field("name").max_length :],
            rows=manifest.rows,
            size=path.stat().st_size,
            version=manifest.version,
            is_encrypted=is_encrypted,
        )
    except Error as error:
        raise BackupError(
            f"The back-up is in {path} as a whole, but the database could not note it: {error}"
        ) from error


def remove_older(folder, kept):
    """Remove all but the latest back-ups of a folder that have their names from here."""
    whole = [path for path in folder.glob(NAMES) if path.suffix != PART]
    older = sorted(whole)[:-kept]
    for path in older:
        path.unlink()
    return older
