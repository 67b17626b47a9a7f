"""The access of each role to all views outside the administration, to drafts and to commands.

The expected table is docs/authorisation.md; with UPDATE_ROLES=1 the test writes it. The table of
the administration is docs/roles.md.
"""

import os
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, get_resolver

from library.models import Container
from tests.conftest import sqlite_only
from tests.editing.test_roles import ROLES, client_with_role
from tests.factories import make_article, make_document, make_goal, make_round, make_theme
from tests.fuzzing import PARAMETER
from tests.portal.test_admin import make_one_of_everything

pytestmark = [pytest.mark.django_db, sqlite_only, pytest.mark.whole_site]

TABLE = settings.BASE_DIR / "docs" / "authorisation.md"
HEAD = """# Who reaches what

Made and checked by `tests/portal/test_authorisation.py` from the addresses that the portal answers,
beside [roles.md](roles.md), which has those of the administration. **yes**: the page or what it is
for; no: it is not there for this person, or refused; sign in: asked to sign in. There is no other
interface for programs than these addresses.

## Addresses

"""
DRAFTS = """
## Drafts

By their own addresses, by the preview, by their codes, and in the files that are offered for taking
away (what the search finds is tried in `tests/search/`). A draft that somebody may not see is not
there: the answer is that of a page that there never was.

"""
COMMANDS = """
## Commands

They ask for no account: whoever has a shell on the machine and may read the settings runs them, as
the account `portal` of the system (docs/deployment.md). What they change in the content is written
into the history.

| Command | What it does |
|---|---|
"""
# The parameters of addresses, by route.
VALUES = {
    "id/<str:address>": "GPG-1",
    "account/<slug:provider_id>/login/": "sso",
    "account/<slug:provider_id>/callback/": "sso",
    "account/sessions/<int:pk>/end/": "1",
    "account/passkeys/<int:pk>/": "1",
    "account/passkeys/<int:pk>/remove/": "1",
    "account/password/reset/<base36:uidb36>-<str:key>/": ("1", "key"),
    "account/email/<str:key>/": "key",
    "goals/<slug:slug>/": "goal",
    "themes/<slug:slug>/": "theme",
    "dialogue/rounds/<int:year>/": "2019",
    "library/documents/<slug:slug>/": "document",
    "library/documents/<slug:slug>/concordance/": "document",
    "library/articles/<slug:slug>/": "article",
    "glossary/<slug:slug>/": "unodc",
    "sdgs/<int:number>/": "16",
    "sitemap-<slug:section>.xml": "goal",
    "cite/<str:address>/": "GPG-1",
    "cite/<str:address>/<slug:language>.<slug:file_format>": ("GPG-1", "en", "bib"),
    "help/<slug:name>/": "readers",
}
OWN_APPS = {app.label for app in apps.get_app_configs() if (settings.BASE_DIR / app.label).is_dir()}


def routes(patterns=None, prefix=""):
    """Yield the route of every view outside the administration, without the language."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = "" if is_language_prefix(pattern) else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield prefix + route
        elif pattern.app_name != "admin":
            yield from routes(pattern.url_patterns, prefix + route)


def is_language_prefix(pattern):
    return type(pattern.pattern).__name__ == "LocalePrefixPattern"


def routes_without_language():
    return {
        str(pattern.pattern)
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLPattern)
    }


def route_address(route):
    has_no_language = route in routes_without_language()
    values = VALUES.get(route, ())
    for value in (values,) if isinstance(values, str) else values:
        route = PARAMETER.sub(value, route, count=1)
    assert "<" not in route, f"What stands in {route}? Please add it to VALUES."
    return f"/{route}" if has_no_language else f"/en/{route}"


def access(client, address):
    """Return the entry of the table for an address: "**yes**", "no" or "sign in"."""
    response = client.get(address)
    if response.status_code in (301, 302) and "/login/" in response.headers["Location"]:
        return "sign in"
    assert response.status_code < 500, address
    return "**yes**" if response.status_code in (200, 301, 302) else "no"


def rows(clients, addresses):
    yield f"| Address | {' | '.join(clients)} |\n" + "|---" * (len(clients) + 1) + "|"
    for address in addresses:
        entries = [access(client, address) for client in clients.values()]
        shown = re.sub(r"\.\d+$", ".N", address)  # the number of a record in a preview
        yield f"| `{shown}` | {' | '.join(entries)} |"


def draft_addresses():
    """Make a draft of each kind of container, and yield the addresses that could show it."""
    drafts = {
        "goal": make_goal(number=6, slug="draft", title_en="Zzyzx", is_published=False),
        "theme": make_theme(number=5, slug="draft", title_en="Zzyzx", is_published=False),
        "round": make_round(year=2031, title_en="Zzyzx", is_published=False),
        "article": make_article(slug="draft", code="ZZ", title_en="Zzyzx", is_published=False),
    }
    containers = [model for model in apps.get_models() if issubclass(model, Container)]
    assert len(drafts) == len(containers)
    for draft in drafts.values():
        page = f"/en{draft.get_absolute_url()[3:]}"
        yield page
        yield f"{page}?preview={draft._meta.label_lower}.{draft.pk}"
        yield draft.permanent_address
        yield f"/en/cite/{draft.anchor}/"
        yield f"/en/cite/{draft.anchor}/en.bib"


def command_rows():
    for name, app in sorted(get_commands().items()):
        if str(app).rpartition(".")[2] in OWN_APPS:
            description = load_command_class(app, name).help.split("\n")[0]
            yield f"| `{name}` | {description} |"


def test_every_address_answers_every_role_as_the_table_says(settings):
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    make_goal(number=1, slug="goal")
    make_theme(slug="theme")
    make_article(slug="article")
    make_document(slug="document", replaces=make_document())
    make_one_of_everything()
    clients = {role: client_with_role(role) for role in ROLES}
    addresses = [route_address(route) for route in sorted(set(routes()))]
    assert len(addresses) > 25
    draft_rows = rows(clients, draft_addresses())
    parts = [HEAD, *as_lines(rows(clients, addresses)), DRAFTS, *as_lines(draft_rows)]
    table = "".join([*parts, COMMANDS, *as_lines(command_rows())])

    if os.environ.get("UPDATE_ROLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert table == TABLE.read_text(encoding="utf-8")


def as_lines(texts):
    return [f"{text}\n" for text in texts]
