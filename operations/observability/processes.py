"""The processes of one server, which keep their metrics in a folder that all of them read."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

MERGED_PID = 0  # stands in names of files for all processes that have ended

started_at = datetime.now(UTC)  # when this process began to serve
held_locks: list[IO[str]] = []  # open files, so that their locks last as long as the process


def share(folder: Path) -> None:
    """Let this process keep its metrics in a folder that all processes of the server share.

    The first process removes the files of an earlier server. Call it before prometheus_client is
    imported: the library chooses its storage then. Where it is imported already, as under
    runserver, which has one process, nothing happens. Raises OSError where the folder cannot be
    written to.
    """
    if "prometheus_client" in sys.modules:
        return
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass  # another process of this server runs
    else:
        for file in folder.glob("*.db"):
            file.unlink()
    # Shared by all processes of the server, and released by the system when a process ends.
    fcntl.flock(lock, fcntl.LOCK_SH)
    held_locks.append(lock)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def is_shared() -> bool:
    """Whether this process shares its metrics with the other processes of the server."""
    return bool(held_locks)


@contextmanager
def metrics_lock(folder: Path) -> Iterator[None]:
    """Hold the lock that a process needs to read or merge the metrics of a folder."""
    with (folder / "reading").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def file_pid(file: Path) -> int:
    """Return the process id in the name of a metrics file: 123 for counter_123.db."""
    return int(file.stem.rpartition("_")[2])


def running_pids(folder: Path) -> list[int]:
    """Return the sorted ids of the processes that have metrics in a folder and still run."""
    return sorted(filter(is_running, {file_pid(file) for file in folder.glob("*_*.db")}))


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
