"""Who reaches what besides the administration: every other view, every draft, every command.

The table is docs/authorisation.md, which UPDATE_ROLES=1 writes; that of the addresses of the
administration is docs/roles.md.
"""

import os
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, get_resolver

from library.models import Container
from tests.conftest import once
from tests.editing.test_roles import ROLES, client_of
from tests.factories import make_article, make_document, make_goal, make_round, make_theme
from tests.fuzzing import PARAMETER
from tests.portal.test_admin import make_one_of_everything

pytestmark = [pytest.mark.django_db, once, pytest.mark.whole_site]

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
# What stands in addresses, by their route within the section of each language.
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
    "library/articles/<slug:slug>/": "article",
    "glossary/<slug:slug>/": "unodc",
    "sdgs/<int:number>/": "16",
    "cite/<str:address>/": "GPG-1",
    "cite/<str:address>/<slug:language>.<slug:file_format>": ("GPG-1", "en", "bib"),
    "help/<slug:name>/": "readers",
}
OWN = {app.label for app in apps.get_app_configs() if (settings.BASE_DIR / app.label).is_dir()}


def routes(patterns=None, before=""):
    """Yield the route of every view that is not the administration's, those of languages once."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = "" if is_prefix(pattern) else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield before + route
        elif pattern.app_name != "admin":
            yield from routes(pattern.url_patterns, before + route)


def is_prefix(pattern):
    return type(pattern.pattern).__name__ == "LocalePrefixPattern"


def machines():
    """Return the routes that have no language."""
    return {str(p.pattern) for p in get_resolver().url_patterns if isinstance(p, URLPattern)}


def address_of(route):
    has_no_language = route in machines()
    values = VALUES.get(route, ())
    for value in (values,) if isinstance(values, str) else values:
        route = PARAMETER.sub(value, route, count=1)
    assert "<" not in route, f"What stands in {route}? Please add it to VALUES."
    return f"/{route}" if has_no_language else f"/en/{route}"


def answer(client, address):
    response = client.get(address)
    if response.status_code in (301, 302) and "/login/" in response.headers["Location"]:
        return "sign in"
    assert response.status_code < 500, address
    return "**yes**" if response.status_code in (200, 301, 302) else "no"


def rows(clients, addresses):
    yield f"| Address | {' | '.join(clients)} |\n" + "|---" * (len(clients) + 1) + "|"
    for address in addresses:
        answers = [answer(client, address) for client in clients.values()]
        shown = re.sub(r"\.\d+$", ".N", address)  # of a preview, whose number is any
        yield f"| `{shown}` | {' | '.join(answers)} |"


def drafts():
    """Return the addresses by which drafts of each kind could be reached."""
    made = {
        "goal": make_goal(number=6, slug="draft", title_en="Zzyzx", is_published=False),
        "theme": make_theme(number=5, slug="draft", title_en="Zzyzx", is_published=False),
        "round": make_round(year=2031, title_en="Zzyzx", is_published=False),
        "article": make_article(slug="draft", code="ZZ", title_en="Zzyzx", is_published=False),
    }
    assert len(made) == len([m for m in apps.get_models() if issubclass(m, Container)])
    for draft in made.values():
        page = f"/en{draft.get_absolute_url()[3:]}"
        yield page
        yield f"{page}?preview={draft._meta.label_lower}.{draft.pk}"
        yield draft.permanent_address
        yield f"/en/cite/{draft.anchor}/"
        yield f"/en/cite/{draft.anchor}/en.bib"


def commands():
    for name, app in sorted(get_commands().items()):
        if str(app).rpartition(".")[2] in OWN:
            told = load_command_class(app, name).help.split("\n")[0]
            yield f"| `{name}` | {told} |"


def test_every_address_answers_every_role_as_the_table_says(settings):
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    make_goal(number=1, slug="goal")
    make_theme(slug="theme")
    make_article(slug="article")
    make_document(slug="document")
    make_one_of_everything()
    clients = {role: client_of(role) for role in ROLES}
    found = [address_of(route) for route in sorted(set(routes()))]
    assert len(found) > 25
    parts = [HEAD, *joined(rows(clients, found)), DRAFTS, *joined(rows(clients, drafts()))]
    table = "".join([*parts, COMMANDS, *joined(commands())])

    if os.environ.get("UPDATE_ROLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert table == TABLE.read_text(encoding="utf-8")


def joined(lines):
    return [f"{line}\n" for line in lines]
