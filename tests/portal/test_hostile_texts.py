"""Mark-up in every text of every model, and in requests, is escaped on every page."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import models
from django.test import Client

from languages.fields import translated_fields
from operations.models import Backup
from search.models import UnansweredQuery
from tests.conftest import sqlite_only
from tests.exchange import export_file
from tests.portal.test_admin import make_one_of_everything

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site, sqlite_only]

HOSTILE = "'\"><x-evil id={}>"
REFLECTED = HOSTILE.format("typed")
# Columns whose values come from the software, and that people cannot write.
SOFTWARE_COLUMNS = {"model", "field", "language", "source", "code", "password", "codename"}
SOFTWARE_COLUMNS |= {"app_label", "state", "kind", "app", "name_of_page", "session_key"}
SOFTWARE_COLUMNS |= {"session_data", "terms", "token", "letter", "sort_key"}
SOFTWARE_COLUMNS |= {"page", "key", "container", "fingerprint", "keys", "start"}
# Apps without texts of people; the entries of the search index follow the content.
EXCLUDED_APPS = {"sessions", "contenttypes", "search"}
START = ["/ar/", "/en/", "/sitemap.xml", "/sitemap-term.xml", "/robots.txt"]
START += ["/service-worker.js"]
EXCLUDED_ADDRESS = re.compile(r"^/static/|logout|/password|^/(ar|en)/help/|/jsi18n/")
MAX_SIMILAR = 2  # pages whose addresses differ only in numbers and parameters
# Columns that pages show only after an action, or while a translation is older than its source.
NOT_ALWAYS_SHOWN = {"author_name", "label", "made_from", "reviewed", "reviewer_name", "version"}
NOT_ALWAYS_SHOWN |= {"sha256"}  # of a file that is being taken in


class PageReader(HTMLParser):
    """The links of a page, and the tags and addresses from texts that were not escaped."""

    def __init__(self, html):
        super().__init__()
        self.links, self.evil = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "x-evil" or any("x-evil" in name for name in values):
            self.evil.append(self.get_starttag_text())
        for name in ("href", "action", "src"):
            value = values.get(name) or ""
            if re.match(r"\s*(javascript:|vbscript:|data:text)", value, re.IGNORECASE):
                self.evil.append(value)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])


def text_columns():
    """Yield the model and field of each column with texts that people write."""
    for model in apps.get_models():
        if model._meta.app_label in EXCLUDED_APPS and model is not UnansweredQuery:
            continue
        unsuffixed = set(translated_fields(model))
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            rules = [rule for rule in field.validators if "Length" not in type(rule).__name__]
            is_free = not rules or isinstance(field, models.URLField) or field.name == "username"
            is_code = isinstance(field, models.SlugField)
            is_code |= field.name in SOFTWARE_COLUMNS | unsuffixed
            if is_text and is_free and not field.choices and not is_code:
                yield model, field


@pytest.fixture
def numbers(admin_user):
    """Put mark-up into every text of every model; return the number in it by column."""
    make_one_of_everything()
    Backup.objects.create(name="x", rows=1, size=1, version="1", is_encrypted=False)
    admin_user.groups.add(Group.objects.first())
    LogEntry.objects.log_actions(admin_user.pk, [admin_user], 2, "changed")
    number_by_column = {}
    for number, (model, field) in enumerate(text_columns()):
        text = HOSTILE.format(number)
        if isinstance(field, models.URLField):
            text = f"https://example.org/{text}"
        rows = getattr(model, "objects", model._base_manager)
        if not rows.exists():
            continue
        assert not field.max_length or len(text) < field.max_length, field
        for pk in rows.values_list("pk", flat=True) if field.unique else [None]:
            queryset = rows.all() if pk is None else rows.filter(pk=pk)
            queryset.update(**{field.name: text if pk is None else f"{text}{pk}"})
        number_by_column[f"{model._meta.label}.{field.name}"] = str(number)
    call_command("search_index", rebuild=True, verbosity=0)
    return number_by_column


def crawl(client, start):
    """Return the responses that links lead to from some addresses: address → response."""
    responses, waiting, similar = {}, deque(start), Counter()
    while waiting:
        address = waiting.popleft()
        kind = re.sub(r"\d+", "0", urlsplit(address).path)
        if address in responses or similar[kind] == MAX_SIMILAR:
            continue
        similar[kind] += 1
        response = responses[address] = client.get(address)
        links = [response.headers["Location"]] if "Location" in response.headers else []
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.page = PageReader(response.content.decode())
            links += response.page.links
        for link in links:
            target = urldefrag(urljoin(address, link)).url
            if target.startswith("/") and is_followed(target, client):
                waiting.append(target)
    return responses


def is_followed(target, client):
    parts = urlsplit(target)
    is_admin = "/admin/" in parts.path
    is_list = is_admin and parts.query
    return is_admin == client.is_admin and not is_list and not EXCLUDED_ADDRESS.search(parts.path)


def check(address, response):
    """Assert that a response has no mark-up from a text."""
    content_type = response.headers.get("Content-Type", "")
    assert response.status_code < 500, address
    body = response.content.decode("utf-8-sig")
    if content_type.startswith("text/html"):
        assert PageReader(body).evil == [], address
    elif "xml" in content_type:
        assert "x-evil" not in {element.tag for element in ElementTree.fromstring(body).iter()}  # noqa: S314
    else:
        assert response.headers.get("X-Content-Type-Options") == "nosniff", address


@pytest.mark.no_cover
def test_no_text_is_mark_up_on_any_page(numbers, admin_client):
    reader = Client()
    reader.is_admin, admin_client.is_admin = False, True
    pages = crawl(reader, START)
    pages |= crawl(admin_client, ["/ar/admin/", "/en/admin/"])
    for language in ("ar", "en"):
        export = (
            f"/{language}/admin/translations/translationstate/exchange/export/?language=en&form="
        )
        for path in (f"{export}po", f"{export}xliff", f"/{language}/search/suggestions/?q=evil"):
            pages[path] = admin_client.get(path)

    seen = set()
    for address, response in pages.items():
        check(address, response)
        seen |= set(re.findall(r"&lt;x-evil id=(\d+)&gt;", response.content.decode("utf-8-sig")))

    assert len(pages) > 200
    unseen = {name for name, number in numbers.items() if number not in seen}
    assert {name.rpartition(".")[2] for name in unseen} <= NOT_ALWAYS_SHOWN
    for form in ("po", "xliff"):
        assert "x-evil" in export_file(form).decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_that_is_typed_is_mark_up(admin_client, language):
    make_one_of_everything()
    typed = quote(REFLECTED)
    paths = ["search/?q=", "search/?q=a&section=", "search/?q=a&document=", "search/?page="]
    paths += ["brief/?items=", "brief/?items=GPG-1&title=", "goals/?view=", "sdgs/matrix/?basis="]
    paths += ["nothing/", "goals/", "cite/", "cite/GPG-1/?fp=", "help/", "search/suggestions/?q="]
    lists = ["goals/goal/", "library/term/", "history/change/", "translations/translationstate/"]
    paths += [f"admin/{path}?q=" for path in lists] + [f"admin/{path}?evil=" for path in lists]
    paths += ["admin/login/?next=", "admin/goals/goal/add/?title_en=", "admin/goals/goal/"]
    paths += ["admin/goals/goal/1/change/?_changelist_filters=", "admin/autocomplete/?term="]
    for path in [*(f"/{language}/{path}{typed}" for path in paths), f"/id/{typed}", f"/{typed}"]:
        for client in (Client(), admin_client):
            check(path, client.get(path, headers={"referer": REFLECTED, "user-agent": REFLECTED}))

    form = f"/{language}/admin/goals/goal/add/"
    check(
        form, admin_client.post(form, {"title_en": REFLECTED, "slug": REFLECTED, "line": REFLECTED})
    )
    check(
        form,
        admin_client.post(f"/{language}/admin/goals/goal/999/change/", {"title_en": REFLECTED}),
    )
