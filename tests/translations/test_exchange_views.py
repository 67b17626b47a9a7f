"""Translators take files away and bring them back on a page, having seen what they change."""

import base64
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from goals.models import Objective
from history.models import Change
from tests.editing.test_roles import client_of
from tests.factories import make_goal, make_objective
from tests.forms import fields_of
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
    return client_of("translator")


def page():
    return address("translations_translationstate_exchange", language="en")


def taken(client, **asked):
    asked = {"language": "en", "form": "po"} | asked
    response = client.get(address("translations_translationstate_export", language="en"), asked)
    assert response.status_code == 200, response.headers
    return response.content.decode()


def bring(client, text):
    response = client.post(page(), {"file": SimpleUploadedFile("texts.po", text.encode())})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("form", ["po", "xliff"])
def test_files_hold_what_was_asked_for(translator, form):
    everything = taken(translator, form=form)
    assert "نص أول" in everything
    needing = taken(translator, form=form, needs_work="on", section="goals")
    assert "نص ثان" in needing
    assert "نص أول" not in needing


def test_file_is_looked_at_and_then_written(goal, translator):
    text = taken(translator).replace('msgstr "First text"', 'msgstr "Other text"')
    html = bring(translator, text)
    assert "<del>First</del><ins>Other</ins> text" in html
    assert goal.objectives.first().text_en == "First text"

    response = translator.post(page(), carried(html), follow=True)

    assert "1 text was written" in response.content.decode()
    assert goal.objectives.first().text_en == "Other text"
    assert Change.objects.first().revision.author_name == "translator"


def carried(html):
    return {name: value for name, value in fields_of(html).items() if name in ("carried", "token")}


def test_what_changed_meanwhile_is_looked_at_again(goal, translator):
    html = bring(translator, taken(translator).replace('"First text"', '"Other text"'))
    Objective.objects.filter(code="GPG 1.1").update(text_ar="نص آخر")

    answer = translator.post(page(), carried(html)).content.decode()

    assert "Something has changed since you looked" in answer
    assert "The source has been changed since" in answer
    assert goal.objectives.first().text_en == "First text"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"carried": "x"},
        {"carried": base64.b64encode(b"no zlib").decode()},
        {"carried": base64.b64encode(zlib.compress(b"<!DOCTYPE x><x/>")).decode()},
        {"file": SimpleUploadedFile("x.po", b"")},
        {"file": SimpleUploadedFile("x.xlf", b"<xliff")},
    ],
)
def test_bad_files_are_said_to_be(translator, sent):
    response = translator.post(page(), sent)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("asked", [{"language": "xx"}, {"form": "exe"}, {"section": "../x"}, {}])
def test_files_that_there_are_not_lead_back(translator, asked):
    asked = ({"language": "en", "form": "po"} | asked) if asked else {}
    response = translator.get(address("translations_translationstate_export"), asked)
    assert response.status_code == 302


def test_files_are_for_those_who_translate(goal):
    guest = client_of("staff without a role")
    assert guest.get(page()).status_code == 403
    assert guest.post(page(), {}).status_code == 403
    assert guest.get(address("translations_translationstate_export")).status_code == 403
