"""The processes of one server, which count for themselves and answer for all."""

import fcntl
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

FOLDED = 0  # stands for all processes that are gone

# When this process began to serve, and what it holds while it does.
started = datetime.now(UTC)
held = []


def share(folder):
    """Let each process of the server keep what it counts in a file of this folder.

    The first one removes what an earlier server has left. Does nothing where the library has been
    imported already, as in runserver, which has one process. Raises OSError where the folder
    cannot be written to.
    """
    if "prometheus_client" in sys.modules:
        return
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass  # another process of this server lives
    else:
        for file in folder.glob("*.db"):
            file.unlink()
    # Held until the process ends, however it does; nobody has opened a file before.
    fcntl.flock(lock, fcntl.LOCK_SH)
    held.append(lock)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def is_shared():
    """Whether this process counts together with others."""
    return bool(held)


@contextmanager
def reading(folder):
    """Let no other process read or fold what is counted in a folder meanwhile."""
    with (folder / "reading").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def number_of(file):
    """Return the number of the process that counts in a file, such as counter_123.db."""
    return int(file.stem.rpartition("_")[2])


def living(folder):
    """Return the numbers of the processes that count in a folder and still run."""
    return sorted(filter(is_running, {number_of(file) for file in folder.glob("*_*.db")}))


def is_running(number):
    if number == FOLDED:
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
