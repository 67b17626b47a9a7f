"""Recognises the text of a page's picture with Tesseract, where it is installed.

It is the second witness of what a page says (`witnesses`).
"""

import os
import shutil
import subprocess
from functools import cache

from languages.punctuation import INVISIBLE

LANGUAGE = "ara"
RESOLUTION = 200  # dots per inch
ANSWER_SECONDS = 20  # for the list of its languages
MAX_WAIT_SECONDS = 110  # for a page; its processor time is limited by `limits`


@cache
def is_ocr_available() -> bool:
    """Whether Tesseract is installed here with Arabic; a new installation needs a restart."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        result = subprocess.run(  # noqa: S603  (a program of the system, without input)
            [program, "--list-langs"], capture_output=True, timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE in result.stdout.decode(errors="replace").split()


def recognise(png: bytes) -> str | None:
    """Return the text of a picture, a line for each visual line, or None where Tesseract fails."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    # One thread: the server's other processors are for its readers.
    try:
        result = subprocess.run(  # noqa: S603  (a program of the system; the picture is our own)
            [program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(RESOLUTION)],
            input=png,
            capture_output=True,
            timeout=MAX_WAIT_SECONDS,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    text = INVISIBLE.sub("", result.stdout.decode(errors="replace").replace("\f", "\n"))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
