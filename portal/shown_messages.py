"""Where each text of the interface is shown, found by opening pages and noting what they say."""

import logging
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client, override_settings
from django.utils import translation

from accounts.second_factor import mark_of
from portal.catalogues import LOCALE, extracted, key_of, read, texts, variants
from portal.example_pages import ADMINISTRATION, KINDS

MAX_PAGES = 3
# Who sees a text, in words for the list.
PUBLIC, STAFF, BOTH, NOT_MET = "readers", "administration", "both", "not met on an example page"


class ShownMessage(NamedTuple):
    """A text, its translation, who sees it, addresses of pages that say it, and its sources."""

    text: str
    translation: str
    shown: str
    pages: list
    sources: list


def rows(language):
    """Return the ShownMessage of each text of code and templates, in the order of their sources."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = {key_of(message): message for message in texts(read(file))} if file.exists() else {}
    met = pages_by_text(language)
    return [
        row(key, places, known.get(key), met.get(key, []))
        for key, places in sorted(extracted().items(), key=lambda item: item[1])
    ]


def row(key, places, message, pages):
    context, text = key
    forms = variants(message.string) if message else []
    return ShownMessage(
        f"{text} [{context}]" if context else text,
        " | ".join(form for form in forms if form),
        seen_by(pages),
        shortest(pages),
        [f"{path}:{line}" for path, line in places],
    )


def seen_by(pages):
    kinds = {is_for_staff(page) for page in pages}
    return {0: NOT_MET, 2: BOTH}.get(len(kinds)) or (STAFF if True in kinds else PUBLIC)


def is_for_staff(page):
    return f"/{settings.ADMIN_PATH}/" in page or "/account/" in page


def shortest(pages):
    """Return a few pages, of readers and of the administration by turns."""
    public = [page for page in pages if not is_for_staff(page)]
    staff = [page for page in pages if is_for_staff(page)]
    return public[:MAX_PAGES] + staff[: MAX_PAGES if not public else 1]


def pages_by_text(language):
    """Return the addresses of the example pages that say each text, by its context and words."""
    found = defaultdict(list)
    with visitors() as (reader, editor):
        for client, paths in [
            (reader, [*KINDS, "account/login/"]),
            (editor, [f"{settings.ADMIN_PATH}/{path}" for path in ADMINISTRATION]),
        ]:
            for path in paths:
                address = f"/{language}/{path}"
                with noted() as said:
                    client.get(address)
                for key in said:
                    found[key].append(address)
    return found


@contextmanager
def visitors():
    """A reader and an administrator who leave no trace in the database."""
    allowed = [*settings.ALLOWED_HOSTS, "testserver"]
    quiet = override_settings(ALLOWED_HOSTS=allowed, DEBUG=False, SECURE_SSL_REDIRECT=False)
    logging.disable(logging.WARNING)
    try:
        with quiet, transaction.atomic():
            editor = Client()
            user = get_user_model().objects.create_superuser("of-the-list-of-texts")
            editor.force_login(user)
            session = editor.session
            session.update(mark_of(user))
            session.save()
            yield Client(), editor
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def noted():
    """The set of texts, with their contexts, that are translated meanwhile."""
    said, trans = set(), translation._trans
    plain = {"gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}

    def noting(function, place):
        def note(*arguments):
            said.add((arguments[0] if place else None, str(arguments[place])))
            return function(*arguments)

        return note

    with ExitStack() as stack:
        for name, place in plain.items():
            function = noting(getattr(trans, name), place)
            stack.enter_context(mock.patch.object(trans, name, function))
        yield said
