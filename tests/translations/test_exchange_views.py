"""Translators export files and import them on a page that first shows the plan."""

import base64
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from goals.models import Objective
from history.models import Change
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal, make_objective
from tests.forms import form_fields
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1)
    make_objective(goal, text_ar="نص أول", text_en="First text")
    make_objective(goal, text_ar="نص ثان", text_en="")
    return goal


@pytest.fixture
def translator(goal):
    return client_with_role("translator")


def page_address():
    return address("translations_translationstate_exchange", language="en")


def exported_text(client, **query):
    query = {"language": "en", "form": "po"} | query
    response = client.get(address("translations_translationstate_export", language="en"), query)
    assert response.status_code == 200, response.headers
    return response.content.decode()


def upload(client, text):
    response = client.post(page_address(), {"file": SimpleUploadedFile("texts.po", text.encode())})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("file_format", ["po", "xliff"])
def test_file_has_the_texts_that_were_chosen(translator, file_format):
    assert "نص أول" in exported_text(translator, form=file_format)
    needing = exported_text(translator, form=file_format, needs_work="on", section="goals")
    assert "نص ثان" in needing
    assert "نص أول" not in needing


def test_file_is_looked_at_and_then_written(goal, translator):
    text = exported_text(translator).replace('msgstr "First text"', 'msgstr "Other text"')
    html = upload(translator, text)
    assert "<del>First</del><ins>Other</ins> text" in html
    assert goal.objectives.first().text_en == "First text"

    response = translator.post(page_address(), plan_fields(html), follow=True)

    assert "1 text was written" in response.content.decode()
    assert goal.objectives.first().text_en == "Other text"
    assert Change.objects.first().revision.author_name == "translator"


def plan_fields(html):
    return {
        name: value for name, value in form_fields(html).items() if name in ("carried", "token")
    }


def test_plan_is_shown_again_where_a_text_has_changed_meanwhile(goal, translator):
    html = upload(translator, exported_text(translator).replace('"First text"', '"Other text"'))
    Objective.objects.filter(code="GPG 1.1").update(text_ar="نص آخر")

    answer = translator.post(page_address(), plan_fields(html)).content.decode()

    assert "Something has changed since you looked" in answer
    assert "The source has been changed since" in answer
    assert goal.objectives.first().text_en == "First text"


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"carried": "x"},
        {"carried": base64.b64encode(b"no zlib").decode()},
        {"carried": base64.b64encode(zlib.compress(b"<!DOCTYPE x><x/>")).decode()},
        {"file": SimpleUploadedFile("x.po", b"")},
        {"file": SimpleUploadedFile("x.xlf", b"<xliff")},
    ],
)
def test_unreadable_file_is_reported(translator, posted):
    response = translator.post(page_address(), posted)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize(
    ("file_format", "name", "is_taken"),
    [
        ("po", "TEXTS.PO", True),
        ("po", "texts.xlf", False),
        ("po", "texts.po.exe", False),
        ("po", "po", False),
        ("xliff", "texts.xliff", True),
        ("xliff", "texts.po", False),
    ],
)
def test_file_has_the_extension_of_its_content(translator, file_format, name, is_taken):
    data = exported_text(translator, form=file_format).encode()

    response = translator.post(page_address(), {"file": SimpleUploadedFile(name, data)})

    html = response.content.decode()
    assert ('role="alert"' in html, "The name of a PO file" in html) == (not is_taken,) * 2


@pytest.mark.parametrize("query", [{"language": "xx"}, {"form": "exe"}, {"section": "../x"}, {}])
def test_unknown_file_leads_back_to_the_page(translator, query):
    query = ({"language": "en", "form": "po"} | query) if query else {}
    response = translator.get(address("translations_translationstate_export"), query)
    assert response.status_code == 302


def test_files_are_for_those_who_translate(goal):
    guest = client_with_role("staff without a role")
    assert guest.get(page_address()).status_code == 403
    assert guest.post(page_address(), {}).status_code == 403
    assert guest.get(address("translations_translationstate_export")).status_code == 403
