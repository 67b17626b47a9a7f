"""How Ctrl+C (SIGINT) and SIGTERM end the making or restoring of a back-up."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

SIGNALS: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping_cleanly() -> Iterator[Callable[[], None]]:
    """Let SIGTERM raise KeyboardInterrupt in this block, as Ctrl+C does, so that it is cleaned up.

    Yields a function that lets both signals be ignored from then on. Call it before the step that
    completes the work: an interruption after that step would be reported as a failure.
    """
    handlers = {number: signal.getsignal(number) for number in SIGNALS}

    def ignore() -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield ignore
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def interrupt(number: int, frame: FrameType | None) -> Never:
    raise KeyboardInterrupt
