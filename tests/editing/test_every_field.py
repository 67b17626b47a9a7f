"""Every field of every form, as each role that may not publish: readers see no change of a source.

Translations are saved at once by whoever may translate; all else waits or is refused.
"""

import re

import pytest
from django.contrib import admin

from editing.models import Proposal
from editing.publishing_rights import translation_columns
from goals.models import Objective
from history.recording import record_state, recorded_models
from library.models import Correspondence
from tests.conftest import sqlite_only
from tests.editing.test_roles import client_with_role
from tests.forms import AdminForm
from tests.portal.test_admin import address, make_one_of_everything

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site, pytest.mark.no_cover, sqlite_only]

EDITED = [
    model for model in admin.site._registry if model in recorded_models and not model.is_source
]
NOT_CONTENT = re.compile(
    r"csrf|^initial-|-initial-|_FORMS$|^revision|^source_change|source_change$|-id$"
)


def other_value(form, name):
    """Return another value than a field has, one that the form may take."""
    value = form.fields[name]
    options = re.search(rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', form.html, re.DOTALL)
    if options:
        values = re.findall(r'<option value="([^"]*)"', options[1])
        return next((other for other in values if other != value), value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value[:-1]}{(int(value[-1]) + 1) % 9 + 1}"
    if value.isdigit():
        return str(int(value) + 1)
    return f"{value}x" if value else "x"


def public_states():
    """Return the state of every record of the content."""
    return {
        (model, record.pk): record_state(record)
        for model in recorded_models
        for record in model._base_manager.all()
    }


def changed_columns(before, after):
    """Return the columns that differ, with their models; no record may have come or gone."""
    assert before.keys() == after.keys()
    return {
        (model, column)
        for (model, pk), state in before.items()
        for column, value in state.items()
        if after[model, pk][column] != value
    }


def tried(client, where, only=None):
    """Change one field after the other, each in a form opened anew; return (name, status) pairs."""
    names = list(only or AdminForm(client, where).fields)
    for name in names:
        if NOT_CONTENT.search(name):
            continue
        form = AdminForm(client, where)
        value = other_value(form, name) if name in form.fields else "x1"
        yield name, form.send(_save="1", **{name: value})


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label)
def test_what_readers_see_changes_by_translations_alone(model):
    make_one_of_everything()
    Proposal.objects.all().delete()
    Correspondence.objects.update(later=Objective.objects.get().code)
    for container in recorded_models:
        if hasattr(container, "is_published"):
            container.objects.filter(is_published=False).update(is_published=True)
    record = model.objects.order_by("pk").first()
    name = f"{model._meta.app_label}_{model._meta.model_name}_change"
    where = address(name, record.pk, language="en")
    every_field = AdminForm(client_with_role("administrator"), where).fields
    translations = {
        (each, column) for each in recorded_models for column in translation_columns(each)
    }

    states = public_states()
    for role in ("translator", "editor"):
        client = client_with_role(role)
        if "<form" not in client.get(where).content.decode().partition("<main")[2]:
            continue
        for field, response in tried(client, where, every_field):
            before, states = states, public_states()
            columns = changed_columns(before, states)
            assert columns <= translations, (role, field, columns)
            assert response.status_code in (200, 302, 403), (role, field)
    authors = set(Proposal.objects.values_list("author_name", flat=True))
    assert authors == ({"editor"} if model.__name__ != "Placement" else set())
