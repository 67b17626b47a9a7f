"""Where each message of the interface is shown: found by opening the example pages."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest import mock

from babel.messages.catalog import Message
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client, override_settings
from django.utils import translation

from accounts.second_factor import verified_session_data
from portal.catalogues import (
    LOCALE,
    MessageKey,
    Occurrence,
    extract_messages,
    message_key,
    messages,
    plural_forms,
    read_catalogue,
)
from portal.example_pages import ADMINISTRATION, KINDS

MAX_PAGES = 3
# The readers of a message, as the list names them.
PUBLIC, STAFF, BOTH, NOT_MET = "readers", "administration", "both", "not met on an example page"


class ShownMessage(NamedTuple):
    """A message of the catalogue, with its translation and the pages that show it.

    `readers` is one of PUBLIC, STAFF, BOTH, NOT_MET; `pages` are addresses of a few pages;
    `occurrences` are the places in code and templates, as in "portal/views.py:12".
    """

    text: str
    translation: str
    readers: str
    pages: list[str]
    occurrences: list[str]


def shown_messages(language: str) -> list[ShownMessage]:
    """Return a ShownMessage for each message of code and templates, in the order of the files."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    translated: dict[MessageKey, Message] = {}
    if file.exists():
        translated = {message_key(message): message for message in messages(read_catalogue(file))}
    pages = pages_by_message(language)
    return [
        shown_message(key, occurrences, translated.get(key), pages.get(key, []))
        for key, occurrences in sorted(extract_messages().items(), key=lambda item: item[1])
    ]


def shown_message(
    key: MessageKey,
    occurrences: Iterable[Occurrence],
    message: Message | None,
    pages: Sequence[str],
) -> ShownMessage:
    """Return the ShownMessage of a key; `message` is Babel's, None if it is not translated."""
    context, text = key
    forms = plural_forms(message.string or "") if message else []
    return ShownMessage(
        f"{text} [{context}]" if context else text,
        " | ".join(form for form in forms if form),
        readers_of(pages),
        sample_pages(pages),
        [f"{path}:{line}" for path, line in occurrences],
    )


def readers_of(pages: Iterable[str]) -> str:
    """Return PUBLIC, STAFF, BOTH or NOT_MET for the addresses that show a message."""
    kinds = {is_for_staff(page) for page in pages}
    return {0: NOT_MET, 2: BOTH}.get(len(kinds)) or (STAFF if True in kinds else PUBLIC)


def is_for_staff(page: str) -> bool:
    """Whether an address is of the administration, or of the pages of an account."""
    return f"/{settings.ADMIN_PATH}/" in page or "/account/" in page


def sample_pages(pages: Sequence[str]) -> list[str]:
    """Return a few addresses: public ones, and one or more of staff."""
    public = [page for page in pages if not is_for_staff(page)]
    staff = [page for page in pages if is_for_staff(page)]
    return public[:MAX_PAGES] + staff[: MAX_PAGES if not public else 1]


def pages_by_message(language: str) -> dict[MessageKey, list[str]]:
    """Return the addresses of the example pages that show each message."""
    pages: defaultdict[MessageKey, list[str]] = defaultdict(list)
    with example_clients() as (reader, administrator):
        for client, paths in [
            (reader, [*KINDS, "account/login/"]),
            (administrator, [f"{settings.ADMIN_PATH}/{path}" for path in ADMINISTRATION]),
        ]:
            for path in paths:
                address = f"/{language}/{path}"
                with recorded_keys() as keys:
                    client.get(address)
                for key in keys:
                    pages[key].append(address)
    return pages


@contextmanager
def example_clients() -> Iterator[tuple[Client, Client]]:
    """The test clients of a reader and of an administrator; the database is rolled back."""
    allowed = [*settings.ALLOWED_HOSTS, "testserver"]
    overridden = override_settings(ALLOWED_HOSTS=allowed, DEBUG=False, SECURE_SSL_REDIRECT=False)
    logging.disable(logging.WARNING)
    try:
        with overridden, transaction.atomic():
            administrator = Client()
            user = get_user_model().objects.create_superuser("of-the-list-of-texts")
            administrator.force_login(user)
            session = administrator.session
            session.update(verified_session_data(user))
            session.save()
            yield Client(), administrator
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def recorded_keys() -> Iterator[set[MessageKey]]:
    """A set that gets the key of each message that is translated within the block.

    It patches the functions behind Django's gettext functions, lazy ones too.
    """
    keys: set[MessageKey] = set()
    trans = translation._trans  # type: ignore[attr-defined]  # private, not in django-stubs
    # The position of the text among the arguments; a context is before it.
    text_positions = {"gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}

    def recording(function: Callable[..., str], position: int) -> Callable[..., str]:
        def record(*arguments: Any) -> str:
            keys.add((arguments[0] if position else None, str(arguments[position])))
            return function(*arguments)

        return record

    with ExitStack() as stack:
        for name, position in text_positions.items():
            function = recording(getattr(trans, name), position)
            stack.enter_context(mock.patch.object(trans, name, function))
        yield keys
