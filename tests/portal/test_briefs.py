"""Briefs, and the page that shows one."""

import pytest

from portal.briefs import MAX_ITEMS, make_brief, read_items
from tests.counting import count_queries
from tests.factories import make_goal, make_objective, make_sdg, make_sdg_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_en="Counter terrorism")
    make_objective(goal, text_en="Advocate")
    make_objective(goal, text_en="Support")
    make_sdg_link(goal, make_sdg(16), target="16.a", reason_en="Its text names terrorism.")
    return goal


def test_items_are_read_once_each_and_in_order():
    assert read_items("GPG-1.2, gpg 1.1,,GPG-1.2,<b>") == ["GPG 1.2", "GPG 1.1", "<B>"]
    assert read_items("") == []


def test_brief_holds_statements_pages_sdgs_and_links_in_the_readers_order(goal):
    items = read_items("SDG-16,GPG-1.2,GPG-1-SDG-16.a,GPG-1,CCT-9")

    brief = make_brief(items, ["en", "ar"])

    assert [(item.address, item.kind) for item in brief.items] == [
        ("SDG-16", "sdg"),
        ("GPG-1.2", "statement"),
        ("GPG-1-SDG-16.a", "link"),
        ("GPG-1", "container"),
    ]
    assert brief.unknown == ["CCT 9"]
    assert [part.number for part in brief.parts] == [1, 2, 3, 4, 5, 6]
    assert [part.texts["en"] for part in brief.parts[1:]] == [
        "Support",
        "Its text names terrorism.",
        "Counter terrorism",
        "Advocate",
        "Support",
    ]
    assert list(brief.parts[0].texts) == ["en", "ar"]


def test_items_are_moved_and_removed_by_links(goal):
    first, second, third = make_brief(["GPG 1.1", "GPG 1.2", "SDG 16"], ["en"]).items

    assert (first.moved_up, first.moved_down) == ("", "GPG-1.2,GPG-1.1,SDG-16")
    assert (second.moved_up, second.removed) == ("GPG-1.2,GPG-1.1,SDG-16", "GPG-1.1,SDG-16")
    assert (third.moved_up, third.moved_down) == ("GPG-1.1,SDG-16,GPG-1.2", "")


def test_brief_of_too_many_items_says_how_many_it_left_off(client, goal):
    items = ",".join(f"GPG-{number}" for number in range(1, MAX_ITEMS + 4))

    page = client.get("/en/brief/", {"items": items}).content.decode()

    assert "3 items were left off" in page


def test_page_of_a_brief_has_both_languages_sources_and_date(client, goal):
    english = client.get("/en/brief/?items=GPG-1.1,GPG-1-SDG-16.a&title=For the <board>")
    arabic = client.get("/ar/brief/?items=GPG-1.1").content.decode()

    page = english.content.decode()
    assert '<h1 dir="auto">For the &lt;board&gt;</h1>' in page
    assert 'id="source-2"' in page
    assert "/id/GPG-1-SDG-16.a" in page
    assert "own suggestion" in page
    assert 'lang="ar" dir="rtl"' in page
    assert arabic.index("نص عربي") < arabic.index("Advocate")


@pytest.mark.parametrize("items", ["", "X", "," * 5000, "GPG-1\x00", "'; DROP", "ا" * 3000])
def test_bad_items_are_answered_politely(client, goal, items):
    response = client.get("/en/brief/", {"items": items})

    assert response.status_code == 200
    assert "nothing in it yet" in response.content.decode()


def test_drafts_are_left_out(client, goal):
    goal.is_published = False
    goal.save()

    brief = make_brief(["GPG 1", "GPG 1.1", "GPG 1 SDG 16.A"], ["en"])

    assert brief.items == []


def test_queries_do_not_grow_with_items(client, goal):
    few = count_queries(client, "/en/brief/?items=GPG-1.1")

    # The statements of pages are one query more.
    many = "/en/brief/?items=GPG-1,GPG-1.1,GPG-1.2,SDG-16,GPG-1-SDG-16.a"
    assert count_queries(client, many) <= few + 1
    assert few <= 5


def test_permanent_address_of_a_link_leads_to_it(client, goal):
    response = client.get("/id/GPG-1-SDG-16.A", headers={"accept-language": "en"})

    assert response.headers["Location"] == "/en/goals/goal-1/#GPG-1-SDG-16.a"
