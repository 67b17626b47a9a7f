"""Drafts leave no trace: with them, readers get the same answers as without them."""

import re
from itertools import chain
from urllib.parse import quote, unquote

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import translation

from library.passages import passages
from search.checking import find_index_problems
from search.entries import indexes
from tests.drafts import ARABIC, LATIN, draft_models, make_drafts, marker, set_published

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

LANGUAGES = ["ar", "en"]
SEARCHES = [
    *("police", "borders", "policing boarders", "polise", "الشرطة", "الحدود", "شرطي", "الشرظة"),
    *("police&section=goals", "الشرطة&document=1", "police&sdg=16", "police&page=2"),
]
# What differs from one request to the next: times, and tokens of forms.
CHANGING_HEADERS = {"Expires", "Last-Modified", "Set-Cookie"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
# Addresses outside the URL map's pages: they have tests of their own, and no content.
WITHOUT_CONTENT = {"metrics", "security_txt", "openid_connect_login", "openid_connect_callback"}


def test_every_kind_of_draft_is_made():
    models = {model._meta.label for model in draft_models()}

    containers = {
        model._meta.label
        for model in apps.get_models()
        if any(field.name == "is_published" for field in model._meta.concrete_fields)
        and getattr(model, "is_backed_up", True)  # what is made from the content is none
    }
    assert containers <= models
    assert {
        "library.Document",
        "goals.Goal",
        "goals.Objective",
        "sdg_links.SdgLink",
        "library.Paragraph",
    } <= models
    drafts = make_content_drafts()
    assert {type(record) for record in drafts} == set(draft_models())
    assert not any(
        model._default_manager.published().filter(pk=record.pk).exists()
        for record in drafts
        for model in [type(record)]
    )


def make_content_drafts():
    """Return make_drafts() with the public records that they need."""
    from tests.factories import make_line, make_sdg

    make_line()
    make_sdg()
    return make_drafts()


def searches():
    """Yield queries: the markers as they are, misspelt, cut, in other numbers and forms."""
    for model in draft_models():
        latin, arabic = marker(model, LATIN), marker(model, ARABIC)
        yield from (latin, latin[:-1], latin[:-2], latin.replace("z", "s"), latin.upper())
        yield from (arabic, arabic[:-2], arabic[:-2] + "ة", "و" + arabic, "ال" + arabic[:-2])
        yield from (arabic.replace("غ", "ع"), f'"{latin} police"', f"police {latin}")
    yield from (f"{LATIN.upper()} 9001", LATIN, ARABIC)


def search_addresses():
    for language in LANGUAGES:
        for query in searches():
            yield f"/{language}/search/?q={quote(query)}"
        for query in SEARCHES:
            yield f"/{language}/search/?q={quote(query, safe='&=')}"
        for word in ("police", "الشرطة", f"{LATIN}aas", f"{ARABIC}ااات"):
            for length in range(1, len(word) + 1):
                yield f"/{language}/search/suggestions/?q={quote(word[:length])}"


def locations(address):
    """Return the paths that a file of the site map names."""
    text = Client().get(address).content.decode()
    return re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", text)


def page_addresses():
    """Yield the pages of the site map, and what can be taken away of some of them."""
    yield from ("/sitemap.xml", "/robots.txt", "/service-worker.js", "/favicon.ico")
    yield from ("/healthz", "/readyz", "/en/nothing/", "/nothing", "/en/search/", "/")
    for part in locations("/sitemap.xml"):
        yield part
        yield from locations(part)
    first_of_model = {}
    for passage in passages():
        first_of_model.setdefault(passage.model, passage.anchor)
    for language in LANGUAGES:
        for path in (
            "sdgs/matrix/",
            "brief/",
            "offline/",
            "library/documents/dialogue/concordance/",
            "help/readers/",
            "account/login/",
        ):
            yield f"/{language}/{path}"
        yield f"/{language}/brief/?items={','.join(first_of_model.values())}"
        for code in first_of_model.values():
            yield f"/{language}/cite/{code}/"
            yield from (
                f"/{language}/cite/{code}/{language}.{end}" for end in ("bib", "ris", "json")
            )
    yield from (f"/id/{code}" for code in first_of_model.values())


def draft_addresses(drafts):
    """Yield every address that a draft has or would have."""
    for record in drafts:
        if not hasattr(record, "get_absolute_url"):  # it stands on the page of another one
            continue
        code = getattr(record, "code", "").replace(" ", "-")
        with translation.override("en"):
            path = record.get_absolute_url().partition("#")[0].removeprefix("/en/")
        label = record._meta.label_lower
        if code:
            yield from (f"/id/{code}", f"/id/{code}?fp=en.000000000000")
        for language in LANGUAGES:
            yield from (f"/{language}/{path}", f"/{language}/{path}?view=parallel")
            yield f"/{language}/{path}?preview={label}.{record.pk}"
            yield f"/{language}/goals/?preview={label}.{record.pk}"
            if code:
                yield from (f"/{language}/cite/{code}/", f"/{language}/cite/{code}/{language}.bib")
                yield f"/{language}/brief/?items={code},GPG-1"
            form = f"{settings.ADMIN_PATH}/{label.replace('.', '/')}/{record.pk}"
            yield from (f"/{language}/{form}/change/", f"/{language}/{form}/preview/")


def answers(addresses, views=None):
    """Return what a stranger gets at each address: status, headers and body.

    The names of the views that answer are added to the set `views`.
    """
    client, found = Client(), {}
    for address in addresses:
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        match = response.wsgi_request.resolver_match
        if views is not None and match:
            views.add(match.view_name)
        headers = [item for item in response.headers.items() if item[0] not in CHANGING_HEADERS]
        found[address] = (response.status_code, headers, TOKEN.sub(b"", body).decode())
    return found


def differences(before, after):
    return [address for address in before if before[address] != after[address]]


def marked(found):
    """Return the addresses without a marker whose answers have one.

    What is asked with a marker is shown again; differences() sees what else is there.
    """
    words = re.compile(f"{LATIN}|{ARABIC}", re.IGNORECASE)
    return [
        address
        for address, answer in found.items()
        if words.search(" ".join(map(str, answer))) and not words.search(unquote(address))
    ]


def public_views(resolver=None, namespaces=()):
    """Yield the names of all views of the URL map outside accounts and administration."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith(("account", settings.ADMIN_PATH)):
                names = (*namespaces, *filter(None, [pattern.namespace]))
                yield from public_views(pattern, names)
        elif pattern.name and not route.startswith("static"):
            yield ":".join([*namespaces, pattern.name])


@pytest.mark.no_cover
def test_public_answers_are_the_same_with_drafts_as_without(content):
    pages, found = list(page_addresses()), {}
    with transaction.atomic():
        drafts = make_drafts()
        addresses = list(dict.fromkeys(chain(pages, search_addresses(), draft_addresses(drafts))))
        found["drafts"] = answers(addresses)

        # Once they are public, some of these requests see them: what the test would notice.
        set_published(drafts, is_published=True)
        seen = [*search_addresses(), "/en/", "/en/goals/", "/sitemap-goal.xml"]
        found["public"] = answers([*seen, *draft_addresses(drafts)])

        # Then they are withdrawn, which their own addresses say, and no others.
        set_published(drafts, is_published=False)
        own = list(draft_addresses(drafts))
        found["withdrawn"] = answers(address for address in addresses if address not in own)
        assert {410} < {status for status, _headers, _body in answers(own).values()}
        assert list(find_index_problems()) == []
        transaction.set_rollback(True)
    views = set()
    found["none"] = answers(addresses, views)

    assert set(public_views()) - WITHOUT_CONTENT <= views
    assert marked(found["drafts"]) == marked(found["withdrawn"]) == []
    assert differences(found["none"], found["drafts"]) == []
    assert differences(found["withdrawn"], found["none"]) == []
    assert len(marked(found["public"])) >= 3
    assert len(differences(found["public"], found["none"])) > len(found["public"]) / 3


def test_staff_who_may_view_drafts_find_each_by_its_words(content, admin_client):
    drafts = make_drafts()

    for record in drafts:
        model = type(record)
        if model._meta.label_lower not in indexes or not hasattr(record, "code"):
            continue
        for beginning in (LATIN, ARABIC):
            word = marker(model, beginning)
            for query in (word, word[:-2] if beginning == ARABIC else word[:-1]):
                hits = admin_client.get("/en/search/", {"q": query}).context["hits"]
                assert record.code in [hit.code for hit in hits if hit.is_draft], query
