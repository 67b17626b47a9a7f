"""What Ctrl+C and SIGTERM do to a back-up or a restore."""

import signal
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping_cleanly():
    """Let SIGTERM end this block as Ctrl+C does, so that what it has begun is tidied up.

    Gives a function that makes both be ignored from then on, for a step that is not to be told
    wrongly that it did not happen.
    """
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ignore():
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield ignore
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupt(number, frame):
    raise KeyboardInterrupt
