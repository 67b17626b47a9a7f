"""Counters in memory, of which each process writes a copy to files that the other ones read.

The files are written and never mapped into memory. Where a disk is full, writing raises an OSError,
which is caught here; a mapped page without a block on the disk would end the process (SIGBUS).

A file has the number of its used bytes (4 bytes, 4 of padding), then entries: the length of the
key (4 bytes), the key in UTF-8, padding to a multiple of 8 bytes, and the value (a double).
"""

import json
import logging
import os
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

logger = logging.getLogger("portal.metrics")

FILE_NAME = re.compile(r"(counter|histogram)_(\d{1,9})(?:-\d{1,9})?\.db")
HEADER, LENGTH, VALUE = struct.Struct("<i4x"), struct.Struct("<i"), struct.Struct("<d")
MAX_FILE_BYTES = 16_000_000  # a file of the portal has some 100 KB


class FileOfProcess(NamedTuple):
    """A file of counters; `kind` is counter or histogram, `pid` the process that writes it."""

    path: Path
    kind: str
    pid: int


def files_of_processes(folder: Path) -> list[FileOfProcess]:
    """Return the files of counters in a folder; empty where it cannot be read."""
    files = []
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if match := FILE_NAME.fullmatch(path.name):
                files.append(FileOfProcess(path, match[1], int(match[2])))
    return files


def read_counters(path: Path) -> dict[str, float]:
    """Return the values in a file by their keys.

    Raises OSError where it cannot be read, ValueError where it is truncated or no file of counters.
    """
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES)
    try:
        return dict(entries(data))
    except struct.error as error:
        raise ValueError(f"{path.name} is truncated") from error


def entries(data: bytes) -> Iterator[tuple[str, float]]:
    """Yield the (key, value) pairs of a file; raise struct.error or ValueError for another file."""
    (used,) = HEADER.unpack_from(data) if data else (0,)
    if not used:
        return  # its process has just made it
    if not HEADER.size <= used <= len(data):
        raise ValueError("an impossible number of used bytes")
    position = HEADER.size
    while position < used:
        (length,) = LENGTH.unpack_from(data, position)
        if length <= 0:
            raise ValueError("an entry has no key")
        key = data[position + LENGTH.size : position + LENGTH.size + length].decode()
        position += padded_size(length)
        (value,) = VALUE.unpack_from(data, position)
        yield key, value
        position += VALUE.size


def padded_size(length: int) -> int:
    """Return the bytes that a key of a length in bytes takes, with that length and padding."""
    return (LENGTH.size + length + 7) // 8 * 8


class CounterFile:
    """A new file to which values are written by key.

    Where writing fails, what was written before is still there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None
        self.positions: dict[str, int] = {}  # key → the offset of its value
        self.used = HEADER.size

    def write(self, key: str, value: float) -> None:
        """Write a value; raises OSError where the disk is full or cannot be written to."""
        if self.descriptor is None:
            self.descriptor = self.open_new()
        position = self.positions.get(key)
        if position is not None:
            write_at(self.descriptor, VALUE.pack(value), position)
            return
        encoded = key.encode()
        entry = (LENGTH.pack(len(encoded)) + encoded).ljust(padded_size(len(encoded)), b"\0")
        write_at(self.descriptor, entry + VALUE.pack(value), self.used)
        # Last: until then, readers do not see the entry.
        used = self.used + len(entry) + VALUE.size
        write_at(self.descriptor, HEADER.pack(used), 0)
        self.positions[key], self.used = self.used + len(entry), used

    def open_new(self) -> int:
        """Open a file that does not exist yet: an ended process may have had the same id."""
        number, path = 0, self.path
        while True:
            try:
                return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                number += 1
                path = self.path.with_stem(f"{self.path.stem}-{number}")

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def write_at(descriptor: int, data: bytes, position: int) -> None:
    """Write bytes at an offset; raises OSError where not all of them could be written."""
    written = os.pwrite(descriptor, data, position)
    if written < len(data):
        raise OSError(f"only {written} of {len(data)} bytes could be written")


class Copies:
    """The files of this process, one for each kind of metric.

    `folder` is None while nothing is written.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.files: dict[str, CounterFile] = {}
        self.values: list[CopiedValue] = []
        self.lock = Lock()
        self.is_failing = self.has_warned = False  # whether the last write, or any, has failed

    def write(self, counted: "CopiedValue") -> None:
        """Write a value if there is a folder; the first failure is logged.

        After failures all values are written, so that the files are right again.
        """
        if self.folder is None:
            return
        try:
            for value in self.values if self.is_failing else (counted,):
                kind = value.kind
                if kind not in self.files:
                    self.files[kind] = CounterFile(self.folder / f"{kind}_{os.getpid()}.db")
                self.files[kind].write(value.key, value.value)
            self.is_failing = False
        except OSError as error:
            self.is_failing = True
            if not self.has_warned:
                self.has_warned = True
                logger.warning("The metrics cannot be written at present: %s", error)

    def begin_anew(self) -> None:
        """Count from 0, in new files: this process was forked from one that counts on its own."""
        self.lock = Lock()
        for file in self.files.values():
            file.close()
        self.files = {}
        for value in self.values:
            value.value = 0.0


copies = Copies()
os.register_at_fork(after_in_child=copies.begin_anew)


class CopiedValue:
    """A number of a metric as prometheus_client uses it, of which `copies` writes a copy."""

    _multiprocess = False  # read by prometheus_client

    def __init__(
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: list[str],
        labelvalues: list[str],
        help_text: str,
        **_options: Any,
    ) -> None:
        self.kind = typ
        labels = dict(zip(labelnames, labelvalues, strict=False))  # none yet where they are missing
        self.key = json.dumps([metric_name, name, labels, help_text], sort_keys=True)
        self.value = 0.0
        with copies.lock:
            copies.values.append(self)

    def inc(self, amount: float) -> None:
        with copies.lock:
            self.value += amount
            copies.write(self)

    def set(self, value: float, timestamp: float | None = None) -> None:
        with copies.lock:
            self.value = value
            copies.write(self)

    def get(self) -> float:
        return self.value

    def set_exemplar(self, exemplar: object) -> None:
        """Do nothing: the format in which the portal answers has no exemplars."""

    def get_exemplar(self) -> None:
        return None
