"""Reads the lines of a back-up, which may come from anybody: within bounds of memory and form."""

import json
import lzma
from io import BufferedReader, RawIOBase
from math import isfinite
from typing import IO, Any, Never

from operations.backup.errors import BackupError

# A row of the portal has a few kilobytes; a form of the administration takes 2.6 MB at most.
MAX_LINE_BYTES = 16 * 1024 * 1024
# Commas and brackets of a line: Python needs some 100 bytes for each value between them.
MAX_VALUES = 1_000_000
MAX_XZ_MEMORY_BYTES = 128 * 1024 * 1024  # xz -9 needs 65 MB
BLOCK_BYTES = 65_536
DAMAGED = "The back-up is damaged or cut off"


class XzReader(RawIOBase):
    """Decompresses a file of xz with MAX_XZ_MEMORY_BYTES at most; lzma.open() has no limit.

    Raises LZMAError or EOFError where the file is damaged or cut off.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data and not self.decompressor.eof:
            block = self.file.read(BLOCK_BYTES) if self.decompressor.needs_input else b""
            if not block and self.decompressor.needs_input:
                raise EOFError("the compressed data have no end")
            data = self.decompressor.decompress(block, len(buffer))
        if not data and (self.decompressor.unused_data or self.file.read(1)):
            raise lzma.LZMAError("something follows its end")
        buffer[: len(data)] = data
        return len(data)


class LineReader:
    """Reads lines of JSON from a compressed file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = BufferedReader(XzReader(file))

    def read(self) -> tuple[bytes, Any]:
        """Return the next line as bytes, and its value.

        Raises BackupError where it is too long or no JSON of a back-up: with a key that stands
        twice, a number that is none or infinite, or arrays within arrays without end.
        """
        line = self.file.readline(MAX_LINE_BYTES + 1)
        check_length(line)
        try:
            return line, json.loads(
                line,
                object_pairs_hook=without_repeated_keys,
                parse_float=finite_number,
                parse_constant=refuse_constant,
            )
        except (ValueError, RecursionError) as error:
            raise BackupError(f"{DAMAGED}: a line of it is none of a back-up.") from error

    def is_at_end(self) -> bool:
        return not self.file.read(1)


def check_length(line: bytes) -> None:
    """Raise BackupError where a line is longer than a back-up may have, or has too many values."""
    if len(line) > MAX_LINE_BYTES:
        raise BackupError(
            f"A line of the back-up is longer than {MAX_LINE_BYTES // 1024 // 1024} MB."
        )
    if line.count(b",") + line.count(b"[") + line.count(b"{") > MAX_VALUES:
        raise BackupError(f"A line of the back-up has more than {MAX_VALUES:,} values.")


def without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("A key stands twice.")
    return value


def finite_number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("A number is infinite.")
    return number


def refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is no number.")
