"""The version of the content: a token that every change of content replaces, in its transaction.

What a process has worked out from the content holds while the token stays the same.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from uuid import uuid4

from django.utils import timezone

from history.models import ContentVersion

# The token as a request has read it, so that a page asks for it once.
read = ContextVar("read", default=None)


def bump():
    """Give the content another version; to be called in the transaction that changes it."""
    now = {"token": uuid4().hex, "changed_at": timezone.now()}
    if not ContentVersion.objects.filter(pk=1).update(**now):
        ContentVersion.objects.update_or_create(pk=1, defaults=now)
    if read.get() is not None:
        read.get().clear()


def version():
    """Return the token of the content as it is now, "" where nothing has ever changed it."""
    known = read.get()
    if known:
        return known[0]
    token = ContentVersion.objects.filter(pk=1).values_list("token", flat=True).first() or ""
    if known is not None:
        known.append(token)
    return token


@contextmanager
def reading_once():
    """Read the version at most once in this block, but again after a change in it."""
    reset = read.set([])
    try:
        yield
    finally:
        read.reset(reset)


def remembered(function):
    """Remember what a function answers, by its arguments, while the content stays as it is.

    The answers are shared by all requests of a process: nobody may change them.
    """
    answers = {}

    @wraps(function)
    def remembering(*arguments):
        token = version()
        known = answers.get(arguments)
        if known is None or known[0] != token:
            known = answers[arguments] = (token, function(*arguments))
        return known[1]

    return remembering
