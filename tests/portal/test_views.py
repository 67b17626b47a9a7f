"""The views of portal: permanent addresses, errors, the home page, and addresses for programs."""

from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from django.urls import path
from django.utils import timezone

from tests.factories import (
    make_goal,
    make_highlight,
    make_objective,
    make_round,
    make_sdg,
    make_theme,
)

pytestmark = pytest.mark.django_db


@pytest.mark.whole_site
@pytest.mark.parametrize(
    ("languages", "address"),
    [
        ("ar", "/ar/"),
        ("en-GB,en;q=0.9", "/en/"),
        ("fr,en;q=0.5", "/en/"),
        ("fr", "/ar/"),
        ("", "/ar/"),
    ],
)
def test_root_leads_to_the_language_of_the_browser(client, languages, address):
    response = client.get("/", headers={"accept-language": languages})

    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("typed", ["GPG-901.2", "gpg-901.2", "GPG 901.2"])
def test_permanent_address_leads_to_the_statement_in_the_readers_language(client, typed):
    goal = make_goal(number=901)
    make_objective(goal, number=2)

    arabic = client.get(f"/id/{typed}", headers={"accept-language": "ar"})
    english = client.get(f"/id/{typed}", headers={"accept-language": "en"})

    assert arabic.headers["Location"] == f"/ar/goals/{goal.slug}/#GPG-901.2"
    assert english.headers["Location"] == f"/en/goals/{goal.slug}/#GPG-901.2"


def test_permanent_addresses_of_containers_sdgs_and_nested_statements(client):
    make_sdg(16)
    parent = make_highlight(make_round(2019), number=2)
    make_highlight(parent.round, parent=parent, number=1)

    def leads_to(address):
        return client.get(address, headers={"accept-language": "en"}).headers["Location"]

    assert leads_to("/id/D-2019") == "/en/dialogue/rounds/2019/"
    assert leads_to("/id/D-2019.2.1") == "/en/dialogue/rounds/2019/#D-2019.2.1"
    assert leads_to("/id/SDG-16") == "/en/sdgs/16/"


@pytest.mark.parametrize(
    "address",
    ["/id/GPG-99", "/id/", "/id/%00", "/id/SDG-18", "/id/SDG-99999999999", "/id/'--", "/id/١"],
)
def test_code_that_does_not_exist_is_not_found(client, address):
    assert client.get(address, headers={"accept-language": "en"}).status_code == 404


def test_code_of_a_draft_is_not_found(client):
    objective = make_objective(make_goal(is_published=False))

    assert client.get(objective.permanent_address).status_code == 404


@pytest.mark.parametrize(
    ("address", "languages", "text"),
    [
        ("/ar/nothing/", "", "الصفحة غير موجودة"),
        ("/en/nothing/", "", "Page not found"),
        ("/nothing", "en", "Page not found"),
        ("/nothing", "ar", "الصفحة غير موجودة"),
        ("/en/goals/nothing/", "", "Page not found"),
    ],
)
def test_missing_page_says_so_in_the_readers_language(client, address, languages, text):
    response = client.get(address, headers={"accept-language": languages})

    assert response.status_code == 404
    assert text in response.content.decode()


def test_missing_page_shows_the_address_as_text(client):
    response = client.get("/en/%3Cscript%3E/")

    assert "&lt;script&gt;" in response.content.decode()


def fail(request):
    raise RuntimeError("This view fails.")


urlpatterns = [path("fails", fail)]
handler500 = "portal.views.server_error"


@override_settings(ROOT_URLCONF=__name__)
def test_server_error_is_answered_in_both_languages_without_the_database(
    client, django_assert_num_queries
):
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        response = client.get("/fails")

    page = response.content.decode()
    assert response.status_code == 500
    assert "حدث خطأ" in page
    assert "Something went wrong" in page
    assert "RuntimeError" not in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_language_switch_keeps_place_and_query(client):
    goal = make_goal()

    page = client.get(f"/en/goals/{goal.slug}/?view=parallel&x=1").content.decode()

    assert f'href="/ar/goals/{goal.slug}/?view=parallel&amp;x=1" lang="ar" dir="rtl"' in page
    assert ">العربية</a>" in page


def test_home_shows_the_framework(client):
    goal = make_goal(subject_en="Border integrity")
    make_goal(is_published=False, subject_en="A draft")

    page = client.get("/en/").content.decode()

    assert goal.get_absolute_url() in page
    assert "Border integrity" in page
    assert "A draft" not in page


@pytest.mark.parametrize(
    ("goals", "themes", "texts"),
    [
        (1, 1, ["هدف واحد، وموضوع واحد يشملها،", "موضوع واحد يشمل الأهداف جميعا"]),
        (2, 2, ["هدفان، وموضوعان يشملانها،", "موضوعان يشملان الأهداف جميعا"]),
        (8, 6, ["8 أهداف، و6 مواضيع تشملها جميعا،", "6 مواضيع تشمل الأهداف جميعا"]),
        (12, 11, ["12 هدفا، و11 موضوعا تشملها جميعا،", "11 موضوعا تشمل الأهداف جميعا"]),
    ],
)
def test_home_counts_goals_and_themes(client, goals, themes, texts):
    for number in range(1, goals + 1):
        make_goal(number=number)
    for number in range(1, themes + 1):
        make_theme(number=number)

    arabic, english = (client.get(f"/{code}/").content.decode() for code in ("ar", "en"))

    assert [text for text in texts if text not in arabic] == []
    assert f"{goals} goal{'s' * (goals > 1)}, {themes} theme" in english


def test_home_stands_in_an_empty_database(client):
    assert client.get("/ar/").status_code == client.get("/en/").status_code == 200


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/ar/", "text/html; charset=utf-8"),
        ("/en/nothing/", "text/html; charset=utf-8"),
        ("/en/search/suggestions/?q=a", "application/json"),
        ("/en/cite/GPG-1/en.bib", "application/x-bibtex; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/sitemap-goal.xml", "application/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/service-worker.js", "text/javascript; charset=utf-8"),
        ("/en/admin/jsi18n/", 'text/javascript; charset="utf-8"'),
    ],
)
def test_every_answer_says_what_it_is(client, address, kind):
    make_goal(number=1)

    assert client.get(address).headers["Content-Type"] == kind


def test_programs_can_ask_for_the_health_of_the_portal(client, monkeypatch):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").content == b"ready\n"
    assert b"Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content
    assert client.get("/favicon.ico").status_code == 301


def test_security_contacts_are_valid_for_half_a_year(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404

    settings.SECURITY_CONTACT = ["mailto:security@example.org", "https://example.org/security"]
    answer = client.get("/.well-known/security.txt")

    first, second, expires, *rest = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert first == "Contact: mailto:security@example.org"
    assert second == "Contact: https://example.org/security"
    until = datetime.fromisoformat(expires.removeprefix("Expires: "))
    assert timedelta(days=178) < until - timezone.now() < timedelta(days=181)
    assert rest == [
        "Preferred-Languages: ar, en",
        "Canonical: http://testserver/.well-known/security.txt",
    ]


def test_readiness_says_when_the_database_does_not_answer(client, monkeypatch):
    from django.db import OperationalError, connection

    def no_cursor():
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", no_cursor)

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
