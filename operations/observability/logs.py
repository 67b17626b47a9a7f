"""Lines of the log: one JSON object or one line of text each, without personal data.

Only what is named here is written of a record, so that what libraries attach to theirs (Django
attaches the request) never is. What a line has beyond that stands in `extra={"fields": {…}}`.
"""

import json
import logging
import re
from datetime import UTC, datetime

from operations.observability.tally import request_id

MAX_MESSAGE_LENGTH = 1000
MAX_TRACEBACK_LENGTH = 20_000
# What somebody typed into a search, in the addresses that Django's messages name.
QUERY_STRING = re.compile(r"\?[^\s\"'<>]*")
# ASCII, since some readers of logs end a line at other characters than JSON does.
encode = json.JSONEncoder(default=str).encode
BROKEN_PIPE = "- Broken pipe from"


def time_of(record):
    """Return when a record was made: UTC, in ISO 8601, to the millisecond."""
    made = datetime.fromtimestamp(record.created, UTC)
    return made.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def message_of(record):
    """Return a record's message, of Django's without query strings and addresses of clients."""
    text = record.getMessage()
    if record.name.startswith("django."):
        text = QUERY_STRING.sub("?…", text)
        if text.startswith(BROKEN_PIPE):
            text = "Broken pipe"
    return text[:MAX_MESSAGE_LENGTH]


def escaped(text):
    """Return text in which nothing ends the line or changes how a terminal shows it."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


class Formatter(logging.Formatter):
    def traceback_of(self, record):
        """Return the end of a record's traceback, which has no values of variables."""
        return self.formatException(record.exc_info)[-MAX_TRACEBACK_LENGTH:]


class JsonFormatter(Formatter):
    def format(self, record):
        line = {
            "time": time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            "request_id": request_id(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.traceback_of(record)
        return encode(line)


class TextFormatter(Formatter):
    def format(self, record):
        named = [f"{name}={value}" for name, value in getattr(record, "fields", {}).items()]
        words = [record.levelname, record.name, request_id() or "-", message_of(record), *named]
        text = escaped(f"{time_of(record)} {' '.join(words)}")
        if record.exc_info:
            # Set in, so that no line of an exception's text looks like one of the log.
            lines = self.traceback_of(record).split("\n")
            text += "".join(f"\n    {escaped(line)}" for line in lines)
        return text
