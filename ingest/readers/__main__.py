"""The process of a reader: a file on standard input, its lines as JSON on standard output.

    python -m ingest.readers document accept     the lines of a document
    python -m ingest.readers translation accept  the lines of its text in another language
    python -m ingest.readers page 3              the picture of a page and its recognised text

`process` starts it. It has no settings, no database and no secrets of the portal.
"""

import json
import os
import sys
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from ingest.readers.limits import (
    DRAWING_SECONDS,
    MAX_PROCESSOR_SECONDS,
    limit_process,
    limit_processor,
)
from ingest.readers.results import MAX_BYTES, Fault, ReadError


def main(arguments: Sequence[str]) -> None:
    """Read what the arguments say, and write the answer: {"result": …} or {"fault": …}."""
    answer_file = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # what a library prints is no part of the answer
    task, argument = arguments
    limit_process(DRAWING_SECONDS if task == "page" else MAX_PROCESSOR_SECONDS)
    with answer_file:
        json.dump(answer(task, argument, sys.stdin.buffer.read(MAX_BYTES + 1)), answer_file)


def answer(task: str, argument: str, data: bytes) -> dict[str, Any]:
    """Return what was read, or the fault."""
    try:
        if task == "page":
            result = page(data, int(argument))
        else:
            result = document(data, argument, is_translation=task == "translation")
    except ReadError as error:
        return {"fault": error.fault}
    except MemoryError:
        return {"fault": Fault.TOO_MUCH_MEMORY}
    except Exception:  # a library can raise anything on a hostile file
        return {"fault": Fault.BROKEN}
    return {"result": result}


def document(data: bytes, changes: str, *, is_translation: bool) -> Any:
    """Return the ReadDocument of a file."""
    from ingest.readers.docx import Changes
    from ingest.readers.files import read_file

    return read_file(data, Changes(changes), is_translation=is_translation)


def page(data: bytes, number: int) -> Any:
    """Return the picture of a page in Base64, and its recognised text."""
    from ingest.readers.ocr import is_ocr_available, recognise
    from ingest.readers.pictures import draw_page

    png = draw_page(data, number)
    # The recognition is a process of its own, which counts its time from the beginning.
    limit_processor(MAX_PROCESSOR_SECONDS - DRAWING_SECONDS)
    text = recognise(png) if is_ocr_available() else None
    return [b64encode(png).decode(), text]


if __name__ == "__main__":
    main(sys.argv[1:])
