from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from operations.backup.archive import verify
from operations.backup.encryption import load_keys
from operations.backup.errors import BackupError
from operations.backup.restoring import restore_backup
from operations.backup.signals import stopping_cleanly
from operations.management.confirmation import confirm_replacement

INTERRUPTED = 130  # the exit status of a shell after SIGINT: 128 + 2


class Command(BaseCommand):
    help = (
        "Replace everything in the database by what is in a back-up. The file is verified first, "
        "and all is written in one transaction: whatever happens, the database has either all of "
        "the back-up or what it had before. Everybody has to sign in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The file that backup has made.")
        parser.add_argument("--key-file", type=Path, help="A file with the secret key of age.")
        parser.add_argument("--check", action="store_true", help="Only verify the file.")
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="Do not ask before replacing."
        )

    def handle(
        self,
        *,
        file: Path,
        key_file: Path | None,
        check: bool,
        no_input: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        progress = partial(tqdm, unit=" rows", disable=None if verbosity else True)
        try:
            with stopping_cleanly() as ignore_signals:
                keys = load_keys(key_file)
                manifest = verify(file, keys, progress)
                if not check:
                    if not no_input:
                        self.stdout.write(f"The back-up is whole: {manifest}.")
                        confirm_replacement(self.stdout, "It")
                    restore_backup(file, keys, manifest, progress, ignore_signals)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Interrupted: the database is as before.", returncode=INTERRUPTED
            ) from error
        if verbosity:
            result = "The back-up is whole" if check else "Restored"
            self.stdout.write(f"{result}: {manifest}.")
