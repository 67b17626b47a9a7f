"""Encryption by age (age-encryption.org), whose own tools open the files too.

A server that only makes back-ups needs the public key alone, so whoever takes hold of the server
cannot read those made before.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from operations.backup.errors import BackupError

MAGIC = b"age-encryption.org/"


def keys(text):
    """Return the keys in a text such as age-keygen writes: one a line, comments after #.

    Raises BackupError where there is none, or a line is no key.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [parsed(line) for line in lines if line and not line.startswith("#")]
    if not found:
        raise BackupError("The key is empty: age-keygen makes one.")
    return found


def parsed(line):
    kind = Identity if line.upper().startswith("AGE-SECRET-KEY-") else Recipient
    try:
        return kind.from_str(line)
    except (pyrage.IdentityError, pyrage.RecipientError) as error:
        raise BackupError(
            "The key is none of age's, which begin with age1 or AGE-SECRET-KEY-1."
        ) from error


def public(found):
    """Return the public keys, which encrypt."""
    return [key.to_public() if isinstance(key, Identity) else key for key in found]


def secret(found):
    """Return the secret keys, which decrypt; BackupError where there are public ones only."""
    chosen = [key for key in found if isinstance(key, Identity)]
    if not chosen:
        raise BackupError("A public key does not decrypt: the secret key (AGE-SECRET-KEY-…) does.")
    return chosen


# The library reads and writes by itself, as does who makes or reads a back-up: each has a thread,
# with a pipe between them.


@contextmanager
def encrypting(file, found):
    """Give a file to write to; what is written there goes to `file` encrypted.

    Raises OSError where `file` takes no more.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(encrypt, reading, file, public(found))
        # Where the other end is gone, the thread says why.
        with suppress(BrokenPipeError), open(writing, "wb") as pipe:
            yield pipe
        work.result()


def encrypt(reading, file, recipients):
    with open(reading, "rb") as source:
        try:
            pyrage.encrypt_io(source, file, recipients)
        except pyrage.EncryptError as error:
            raise OSError(str(error).removeprefix("OSError: ")) from error


@contextmanager
def decrypting(file, found):
    """Give a file to read from, which has what is encrypted in `file`.

    Raises BackupError where no key fits or the file is damaged.
    """
    identities = secret(found)
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(decrypt, file, writing, identities)
        try:
            with open(reading, "rb") as pipe:
                yield pipe
        except Exception as error:
            if work.exception():
                raise work.exception() from error
            raise
        work.result()


def decrypt(file, writing, identities):
    with suppress(BrokenPipeError), open(writing, "wb") as target:
        try:
            pyrage.decrypt_io(file, target, identities)
        except pyrage.DecryptError as error:
            raise BackupError(f"The key does not open the back-up: {error}.") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise BackupError(f"The back-up is damaged or cut off: {error}.") from error


def keys_given(key_file=None):
    """Return the keys of a file or, without one, of BACKUP_KEY; none where neither is given.

    A command line shows in the list of processes, so no key stands there.
    """
    if key_file:
        try:
            return keys(Path(key_file).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"The key file cannot be read: {error}.") from error
    given = os.environ.get("BACKUP_KEY", "")
    return keys(given) if given.strip() else []
