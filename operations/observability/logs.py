"""Formatters of log records: one JSON object or one line of text each, without personal data.

They write only the attributes of a record that are named here, since libraries attach others to
theirs (Django attaches the request). More values for a line go into `extra={"fields": {…}}`.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from operations.observability.tally import request_id

if TYPE_CHECKING:
    from logging import _SysExcInfoType as ExcInfo  # exists for type checkers only

MAX_MESSAGE_LENGTH = 1000
MAX_TRACEBACK_LENGTH = 20_000
# In addresses that Django's messages name; it may have the text of a search.
QUERY_STRING = re.compile(r"\?[^\s\"'<>]*")
# ASCII, since some programs end a line at characters that JSON does not escape (U+2028).
encode_json = json.JSONEncoder(default=str).encode
BROKEN_PIPE = "- Broken pipe from"


def record_time(record: logging.LogRecord) -> str:
    """Return the time of a record in ISO 8601: UTC, to the millisecond, with "Z" at its end."""
    created = datetime.fromtimestamp(record.created, UTC)
    return created.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def record_message(record: logging.LogRecord) -> str:
    """Return the message of a record, at most MAX_MESSAGE_LENGTH characters.

    Query strings and addresses of clients are removed from the messages of Django.
    """
    text = record.getMessage()
    if record.name.startswith("django."):
        text = QUERY_STRING.sub("?…", text)
        if text.startswith(BROKEN_PIPE):
            text = "Broken pipe"
    return text[:MAX_MESSAGE_LENGTH]


def escape(text: str) -> str:
    """Return text with escape sequences of Python for line breaks and other unprintable characters.

    So no text from outside ends the line of the log or sends control codes to a terminal.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


class Formatter(logging.Formatter):
    def format_traceback(self, exc_info: "ExcInfo") -> str:
        """Return the last MAX_TRACEBACK_LENGTH characters of a traceback, without local values."""
        return self.formatException(exc_info)[-MAX_TRACEBACK_LENGTH:]


class JsonFormatter(Formatter):
    """Formats a record as one line of JSON; docs/watching.md lists its names."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": record_time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record_message(record),
            "request_id": request_id(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.format_traceback(record.exc_info)
        return encode_json(line)


class TextFormatter(Formatter):
    """Formats a record as one line of text; the lines of a traceback follow, indented."""

    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{name}={value}" for name, value in getattr(record, "fields", {}).items()]
        message = record_message(record)
        words = [record.levelname, record.name, request_id() or "-", message, *fields]
        text = escape(f"{record_time(record)} {' '.join(words)}")
        if record.exc_info:
            # Indented, so that no line in the text of an exception looks like a line of the log.
            lines = self.format_traceback(record.exc_info).split("\n")
            text += "".join(f"\n    {escape(line)}" for line in lines)
        return text
