"""What each role may do with each kind of record, read from the pages that it gets."""

import re

from django.contrib import admin
from django.db import models

from history.models import Revision
from history.recording import recorded_fields, recorded_models
from tests.factories import make_article, make_sdg, make_term
from tests.portal.test_admin import address

ROLES = ["translator", "editor", "publisher", "administrator"]
ACTIONS = ["add", "change draft", "change published", "delete", "publish", "withdraw", "undo"]
YES, PROPOSAL, TRANSLATIONS, NO, NOTHING = "**yes**", "proposal", "translations", "no", "–"
EDITED = sorted(
    (model for model in admin.site._registry if model in recorded_models and not model.is_source),
    key=lambda model: model._meta.label,
)


def actions_table(clients):
    """Return the table in Markdown; `clients` are those of the roles, by name."""
    head = [f"| Record | Action | {' | '.join(ROLES)} |", "|---" * (len(ROLES) + 2) + "|"]
    rows = [
        f"| {model._meta.label} | {action} | {' | '.join(cells)} |"
        for (model, action), cells in outcomes(clients).items()
    ]
    return "\n".join([*head, *rows]) + "\n"


def outcomes(clients):
    """Return what each role may do, by model and action; there is a record of each model."""
    found = {}
    make_article()
    make_term()
    make_sdg(17, uri="http://example.org/17")
    for model in EDITED:
        record = model.objects.order_by("pk").first()
        has_drafts = hasattr(model, "is_published")
        set_published(True)
        found[model, "add"] = [added(clients[role], model) for role in ROLES]
        published = [changed(clients[role], record) for role in ROLES]
        free = model.objects.order_by("-pk").first()  # to which nothing points
        deleted = [deletion(clients[role], free) for role in ROLES]
        withdrawn = [withdrawal(clients[role], record) for role in ROLES]
        revision = changing_revision(record)
        undone = [undo(clients[role], revision) for role in ROLES]
        set_published(False)
        drafts = [changed(clients[role], record) if has_drafts else NOTHING for role in ROLES]
        publishing = [publication(clients[role], record) for role in ROLES]
        found[model, "change draft"] = drafts
        found[model, "change published"] = published
        found[model, "delete"] = deleted
        found[model, "publish"] = publishing if has_drafts else [NOTHING] * len(ROLES)
        found[model, "withdraw"] = withdrawn if has_drafts else [NOTHING] * len(ROLES)
        found[model, "undo"] = undone
    return found


def set_published(is_published):
    """Publish or hide everything that has drafts."""
    for model in recorded_models:
        if hasattr(model, "is_published"):
            model.objects.update(is_published=is_published)


def page(client, task, record, *arguments):
    """Return the status and the HTML of a page of the admin of a record's model."""
    opts = record._meta
    response = client.get(
        address(f"{opts.app_label}_{opts.model_name}_{task}", *arguments, language="en")
    )
    return response.status_code, response.content.decode()


def buttons(html):
    """Return what the buttons of a form say: YES, PROPOSAL, or NO where there is none."""
    if 'name="_save"' in html:
        return YES
    return PROPOSAL if 'value="Send for publication"' in html else NO


def added(client, model):
    status, html = page(client, "add", model)
    return buttons(html) if status == 200 else NO


def changed(client, record):
    status, html = page(client, "change", record, record.pk)
    if status != 200 or buttons(html) == NO:
        return NO
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', html)
    fields = [field.name for field in record._meta.concrete_fields if not field.primary_key]
    shown = [name for name in names if name in fields]
    return TRANSLATIONS if all(name.endswith("_en") for name in shown) else buttons(html)


def deletion(client, record):
    status, html = page(client, "delete", record, record.pk)
    if status != 200:
        return NO
    return PROPOSAL if "Readers go on seeing it" in html else YES


def publication(client, record):
    _status, html = page(client, "change", record, record.pk)
    if '<input type="checkbox" name="is_published"' in html:
        return YES
    return PROPOSAL if 'value="Send for publication"' in html else NO


def withdrawal(client, record):
    _status, html = page(client, "change", record, record.pk)
    return YES if '<input type="checkbox" name="is_published"' in html else NO


def changing_revision(record):
    """Change a source text of a public record, or its place, and return the revision."""
    texts = [
        field.name
        for field in recorded_fields(type(record))
        if isinstance(field, models.TextField | models.CharField)
        and not field.choices
        and not field.name.endswith("_en")
        and field.name not in ("code", "slug", "issued", "former", "later", "target", "sha256")
    ]
    if texts:
        values = {texts[0]: "changed"}
    else:
        values = (
            {"number": record.number + 1} if hasattr(record, "number") else {"place": "mission"}
        )
    type(record).objects.filter(pk=record.pk).update(**values)
    return Revision.objects.latest("pk")


def undo(client, revision):
    response = client.get(address("history_change_undo", revision.pk, language="en"))
    return YES if 'name="seen"' in response.content.decode() else NO
