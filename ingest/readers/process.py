"""Runs a reader in a process of its own, so that no file can harm the server.

The process is a fresh Python without the portal's settings, secrets and database; it limits its
processor time, memory and files itself (`limits`), and is ended when it takes too long. Its output
goes into a file in memory, whose size the system limits as well.
"""

import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple, cast

from ingest.readers.docx import Changes
from ingest.readers.limits import MAX_ANSWER_BYTES
from ingest.readers.results import MAX_BYTES, Fault, ReadDocument, ReadError

ROOT = Path(__file__).resolve().parents[2]
# More than the limit of processor time, for a server with much to do.
MAX_WAIT_SECONDS = 180
# What the process gets of the environment; nothing in it is secret.
VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")


class PagePicture(NamedTuple):
    """The picture of a page as the bytes of a PNG file, and its recognised text.

    The text has a line for each visual line; it is None without Tesseract.
    """

    png: bytes
    text: str | None


def read_document(
    data: bytes, changes: Changes = Changes.ACCEPT, *, is_translation: bool = False
) -> ReadDocument:
    """Return the lines of a file: plain text, DOCX, a saved page or PDF.

    `changes` says which reading of tracked changes is taken. Only a translation may be without
    Arabic. Takes up to MAX_WAIT_SECONDS. Raises ReadError, whose text is a sentence in the active
    language, where the file is not taken in.
    """
    task = "translation" if is_translation else "document"
    return ReadDocument.from_json(run(data, task, changes))


def read_page(data: bytes, page: int) -> PagePicture:
    """Return the picture of a page of a PDF, whose number is from 1 on, and its recognised text.

    Takes some 10 seconds where Tesseract is installed; at most 60 s of processor time. Raises
    ReadError where there is no such page or it cannot be drawn.
    """
    png, text = run(data, "page", str(page))
    return PagePicture(b64decode(png), text)


def run(data: bytes, *arguments: str) -> Any:
    """Return the result that a reader's process writes. Raises ReadError."""
    if len(data) > MAX_BYTES:
        raise ReadError(Fault.TOO_LARGE)
    if not data.strip():
        raise ReadError(Fault.EMPTY)
    with memory_file() as source, memory_file() as target:
        source.write(data)
        source.seek(0)
        status = wait(arguments, source, target)
        target.seek(0)
        return read_answer(status, target.read(MAX_ANSWER_BYTES + 1))


def memory_file() -> BinaryIO:
    """Return an empty file in memory, so that no upload lies on a disk (on Linux only)."""
    if not hasattr(os, "memfd_create"):
        return cast(BinaryIO, TemporaryFile())
    return os.fdopen(os.memfd_create("reader"), "w+b")


def wait(arguments: tuple[str, ...], source: BinaryIO, target: BinaryIO) -> int:
    """Run the process and return its exit status; end it, and what it started, if it is late."""
    process = subprocess.Popen(  # noqa: S603  (our own module)
        [sys.executable, "-m", "ingest.readers", *arguments],
        stdin=source,
        stdout=target,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={name: os.environ[name] for name in VARIABLES if name in os.environ}
        | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        start_new_session=True,
    )
    try:
        return process.wait(MAX_WAIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ReadError(Fault.TOO_LONG) from error
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that is still running, with those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def read_answer(status: int, text: bytes) -> Any:
    """Return the result from what a process wrote. Raises ReadError where it died or failed."""
    if status == -signal.SIGXCPU:
        raise ReadError(Fault.TOO_LONG)
    if status or len(text) > MAX_ANSWER_BYTES:
        raise ReadError(Fault.FAILED)
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise ReadError(Fault.FAILED) from error
    if "fault" in answer:
        raise ReadError(Fault(answer["fault"]))
    return answer["result"]
