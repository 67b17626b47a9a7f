from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from operations.backup.encryption import Key, load_keys
from operations.backup.errors import BackupError
from operations.backup.making import backup_name, make_backup, remove_older_backups
from operations.backup.manifest import Manifest
from operations.backup.signals import stopping_cleanly

INTERRUPTED = 130  # the exit status of a shell after SIGINT: 128 + 2


class Command(BaseCommand):
    help = (
        "Back up everything that cannot be made again, with history and accounts, to one file "
        "that restore puts back on SQLite or PostgreSQL. It is encrypted where BACKUP_KEY or "
        "--key-file has a key of age (age-keygen makes one; the public key is enough)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "destination",
            nargs="?",
            type=Path,
            help="A folder that is there, or a new file (by default, DATA_DIR/backups).",
        )
        parser.add_argument("--key-file", type=Path, help="A file with keys of age.")
        parser.add_argument(
            "--keep", type=int, help="Remove all but this many back-ups from the folder then."
        )

    def handle(
        self,
        *,
        destination: Path | None,
        key_file: Path | None,
        keep: int | None,
        verbosity: int,
        **options: Any,
    ) -> None:
        progress = partial(tqdm, unit=" rows", disable=None if verbosity else True)
        try:
            with stopping_cleanly() as ignore_signals:
                keys = load_keys(key_file)
                path = self.target_path(destination, is_encrypted=bool(keys))
                if keep is not None and (keep < 1 or path == destination):
                    raise BackupError("--keep wants a folder, and a number from 1 on.")
                manifest = make_backup(path, keys, progress, ignore_signals)
                removed = remove_older_backups(path.parent, keep) if keep else []
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Interrupted: no back-up was made.", returncode=INTERRUPTED
            ) from error
        if verbosity:
            self.report(path, manifest, keys, removed)

    def target_path(self, destination: Path | None, *, is_encrypted: bool) -> Path:
        """Return the path of the new file; a destination that is a folder gets a generated name."""
        if destination is None:
            destination = settings.DATA_DIR / "backups"
            destination.mkdir(mode=0o700, exist_ok=True)
        if destination.is_dir():
            return destination / backup_name(is_encrypted=is_encrypted)
        return destination

    def report(
        self, path: Path, manifest: Manifest, keys: Sequence[Key], removed: Iterable[Path]
    ) -> None:
        size = tqdm.format_sizeof(path.stat().st_size, divisor=1000)
        kind = "encrypted" if keys else "not encrypted"
        self.stdout.write(f"Wrote {manifest.rows:,} rows to {path} ({size}B, {kind}).")
        for older in removed:
            self.stdout.write(f"Removed {older}.")
