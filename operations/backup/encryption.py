"""Encryption of back-ups by age (age-encryption.org); the tools of age open the files too.

A server that only makes back-ups needs the public key alone. An attacker who takes over that server
cannot read its back-ups.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

from operations.backup.errors import BackupError

type Key = Identity | Recipient  # a secret key, or a public one

MAX_KEY_FILE_BYTES = 100_000
MAGIC = b"age-encryption.org/"


def parse_keys(text: str) -> list[Key]:
    """Return the keys in a text as age-keygen writes it: one key a line, comments begin with #.

    Raises BackupError where there is no key, or a line is not a key.
    """
    lines = [line.strip() for line in text.splitlines()]
    keys = [parse_key(line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise BackupError("The key is empty: age-keygen makes one.")
    return keys


def parse_key(line: str) -> Key:
    kind = Identity if line.upper().startswith("AGE-SECRET-KEY-") else Recipient
    try:
        return kind.from_str(line)
    except (pyrage.IdentityError, pyrage.RecipientError) as error:
        raise BackupError(
            "The key is none of age's, which begin with age1 or AGE-SECRET-KEY-1."
        ) from error


def public_keys(keys: Iterable[Key]) -> list[Recipient]:
    """Return the public keys of all keys, for encryption."""
    return [key.to_public() if isinstance(key, Identity) else key for key in keys]


def secret_keys(keys: Iterable[Key]) -> list[Identity]:
    """Return the secret keys, for decryption; raise BackupError where all keys are public."""
    identities = [key for key in keys if isinstance(key, Identity)]
    if not identities:
        raise BackupError("A public key does not decrypt: the secret key (AGE-SECRET-KEY-…) does.")
    return identities


# pyrage reads one file to its end and writes another one. The caller wants to write or read step by
# step, so pyrage runs in a thread of its own, and a pipe connects both.


@contextmanager
def encrypted_writer(file: IO[bytes], keys: Sequence[Key]) -> Iterator[IO[bytes]]:
    """Yield a file to write to; the encrypted data goes to `file`.

    Raises OSError where `file` cannot be written to, as on a full disk.
    """
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        encryption = pool.submit(encrypt, read_end, file, public_keys(keys))
        # Where the thread has failed, the pipe is broken; result() raises the reason.
        with suppress(BrokenPipeError), open(write_end, "wb") as pipe:
            yield pipe
        encryption.result()


def encrypt(read_end: int, file: IO[bytes], recipients: Sequence[Recipient]) -> None:
    with open(read_end, "rb") as pipe:
        try:
            pyrage.encrypt_io(pipe, file, recipients)
        except pyrage.EncryptError as error:
            raise OSError(str(error).removeprefix("OSError: ")) from error


@contextmanager
def decrypted_reader(file: IO[bytes], keys: Sequence[Key]) -> Iterator[IO[bytes]]:
    """Yield a file to read from, with the decrypted data of `file`.

    Raises BackupError where no key fits or the data is damaged.
    """
    identities = secret_keys(keys)
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        decryption = pool.submit(decrypt, file, write_end, identities)
        try:
            with open(read_end, "rb") as pipe:
                yield pipe
        except Exception as error:
            if failure := decryption.exception():
                raise failure from error
            raise
        decryption.result()


def decrypt(file: IO[bytes], write_end: int, identities: Sequence[Identity]) -> None:
    with suppress(BrokenPipeError), open(write_end, "wb") as pipe:
        try:
            pyrage.decrypt_io(file, pipe, identities)
        except pyrage.DecryptError as error:
            raise BackupError(f"The key does not open the back-up: {error}.") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise BackupError(f"The back-up is damaged or cut off: {error}.") from error


def load_keys(key_file: str | Path | None = None) -> list[Key]:
    """Return the keys of a file, else those of BACKUP_KEY; an empty list where neither is given.

    A key is no argument of a command, since all users of a machine see the command lines. Raises
    BackupError where the file cannot be read or has no keys.
    """
    if key_file:
        try:
            with Path(key_file).open("rb") as file:
                text = file.read(MAX_KEY_FILE_BYTES + 1).decode()
            if len(text) > MAX_KEY_FILE_BYTES:
                raise BackupError(f"The key file is larger than {MAX_KEY_FILE_BYTES:,} bytes.")
            return parse_keys(text)
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"The key file cannot be read: {error}.") from error
    text = os.environ.get("BACKUP_KEY", "")
    return parse_keys(text) if text.strip() else []
