import signal
from contextlib import contextmanager


@contextmanager
def stopping_cleanly():
    """Let SIGTERM end this block as Ctrl+C does, so that what it has begun is tidied up."""
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def interrupt(number, frame):
    raise KeyboardInterrupt
