"""What a reader's process may use and do; it limits itself before it reads anything."""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_PROCESSOR_SECONDS = 60  # for a file, or for the picture of a page and its recognition together
DRAWING_SECONDS = 20  # of them for the picture
GRACE_SECONDS = 2
MAX_MEMORY_BYTES = 1024**3  # of addresses
MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_OPEN_FILES = 64
NICENESS = 10  # readers of the portal come first

# What Python code could do beyond reading; the names are those of Python's audit events.
FORBIDDEN = {
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.sendto",
    "os.system",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "webbrowser.open",
    "urllib.Request",
}
STARTS_PROGRAM = {"subprocess.Popen", "os.posix_spawn", "os.exec"}


def limit_process(processor_seconds: int = MAX_PROCESSOR_SECONDS) -> None:
    """Limit this process and those that it starts: time, memory, files; and forbid the network."""
    limit_processor(processor_seconds)
    limit(resource.RLIMIT_AS, MAX_MEMORY_BYTES)
    limit(resource.RLIMIT_FSIZE, MAX_ANSWER_BYTES)
    limit(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    limit(resource.RLIMIT_CORE, 0)
    with suppress(OSError):  # a service of systemd may not change it, and limits its group itself
        os.nice(NICENESS)
    sys.addaudithook(refuse)


def limit_processor(seconds: int) -> None:
    """Let the system end this process, and each that it starts from now on, after some seconds.

    The signal SIGXCPU says why; the higher limit is for a process that ignores it.
    """
    highest = MAX_PROCESSOR_SECONDS + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, highest))


def limit(kind: int, value: int) -> None:
    """Set a limit, or leave a lower one that the system has."""
    highest = resource.getrlimit(kind)[1]
    value = value if highest == resource.RLIM_INFINITY else min(value, highest)
    resource.setrlimit(kind, (value, value))


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise PermissionError where code is about to do what no reader needs."""
    is_other_program = event in STARTS_PROGRAM and Path(str(arguments[0])).name != "tesseract"
    if event in FORBIDDEN or is_other_program:
        raise PermissionError(event)
