"""The processes of one server, which keep their metrics in a folder that all of them read."""

import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from operations.observability.counters import copies, files_of_processes

logger = logging.getLogger("portal.metrics")

MERGED_PID = 0  # stands in names of files for all processes that have ended
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (only folders of this account are used in it)
MAX_WAIT_SECONDS = 2  # seconds that a request for the metrics waits for another one

started_at = datetime.now(UTC)  # when this process began to serve
held_locks: list[IO[str]] = []  # open files, so that their locks last as long as the process
has_failed = False  # whether the folder of the metrics could not be used


def default_folder(data_folder: Path) -> Path:
    """Return the folder for the metrics of the server that has its data in a folder.

    It is in memory where the system has a place for that, so that metrics need no disk.
    """
    if SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK | os.X_OK):
        name = sha256(str(data_folder).encode()).hexdigest()[:16]
        return SHARED_MEMORY / f"portal-{os.geteuid()}-{name}"
    return data_folder / "metrics"


def share(folder: Path) -> None:
    """Let this process write its metrics to a folder that all processes of the server share.

    The first process removes the files of an earlier server. Where the folder cannot be used, a
    warning is logged, and the portal serves without metrics.
    """
    global has_failed
    try:
        make_private(folder)
        lock = (folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another process of this server runs
        else:
            for file in files_of_processes(folder):
                file.path.unlink()
        # Shared by all processes of the server, and released by the system when a process ends.
        fcntl.flock(lock, fcntl.LOCK_SH)
    except OSError as error:
        has_failed = True
        logger.warning("Requests are not counted, since the folder cannot be used: %s", error)
        return
    held_locks.append(lock)
    copies.folder = folder


def make_private(folder: Path) -> None:
    """Make a folder that only this account can use.

    Raises OSError where it cannot be made, or where another account has made it in SHARED_MEMORY,
    in which all accounts may write.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.parent == SHARED_MEMORY:
        found = folder.lstat()
        is_private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
        if found.st_uid != os.geteuid() or not is_private:
            raise PermissionError(f"{folder} belongs to another account or is open to others")


def is_shared() -> bool:
    """Whether this process shares its metrics with the other processes of the server."""
    return bool(held_locks)


@contextmanager
def metrics_lock(folder: Path) -> Iterator[None]:
    """Hold the lock that a process needs to merge the metrics of a folder.

    Raises OSError where there is no lock to be had within MAX_WAIT_SECONDS.
    """
    end = monotonic() + MAX_WAIT_SECONDS
    with (folder / "reading").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > end:
                    raise
                sleep(0.02)
        yield


def running_pids(folder: Path) -> list[int]:
    """Return the sorted ids of the processes that have metrics in a folder and still run."""
    return sorted(filter(is_running, {file.pid for file in files_of_processes(folder)}))


def is_running(pid: int) -> bool:
    """Whether a process runs; False for MERGED_PID."""
    if pid == MERGED_PID:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs as another user
    return True
