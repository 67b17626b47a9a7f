"""The site map: an index, and its parts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import sitemaps
from tests.factories import make_goal, make_term

pytestmark = pytest.mark.django_db

PORTAL = "https://portal.example.org"
LOCATION = re.compile("<loc>(.*?)</loc>")


def test_sitemap_names_each_page_with_its_translation(client):
    goal = make_goal()
    make_goal(slug="draft", is_published=False)

    sitemap = client.get("/sitemap-goal.xml").content.decode()

    assert f"<loc>http://testserver/ar/goals/{goal.slug}/</loc>" in sitemap
    assert f'hreflang="en" href="http://testserver/en/goals/{goal.slug}/"' in sitemap
    assert "draft" not in sitemap


def test_sitemap_is_an_index_of_parts(client, monkeypatch, settings):
    settings.PUBLIC_ORIGIN = PORTAL
    monkeypatch.setattr(sitemaps.PageSitemap, "limit", 3)
    goals = sorted(make_goal().get_absolute_url()[3:] for _ in range(4))

    parts = LOCATION.findall(client.get("/sitemap.xml").content.decode())
    goal_parts = [part for part in parts if "goal" in part]
    pages = [
        page
        for part in goal_parts
        for page in LOCATION.findall(client.get(part.removeprefix(PORTAL)).content.decode())
    ]

    assert goal_parts == [f"{PORTAL}/sitemap-goal.xml{query}" for query in ["", "?p=2", "?p=3"]]
    assert sorted(pages) == [f"{PORTAL}/{code}{goal}" for code in ("ar", "en") for goal in goals]
    for path in ["/sitemap-goal.xml?p=4", "/sitemap-nothing.xml"]:
        assert client.get(path).status_code == 404, path


def test_part_of_the_sitemap_reads_its_records_alone(client, monkeypatch):
    monkeypatch.setattr(sitemaps.PageSitemap, "limit", 2)
    for number in range(3):
        make_term(f"term-{number}")

    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap-term.xml?p=2")

    assert len(queries) <= 3
    assert any("LIMIT 1 OFFSET 1" in query["sql"] for query in queries)
