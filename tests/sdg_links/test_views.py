import pytest

from sdg_links.colours import contrast_ratio, readable_ink
from tests.counting import count_queries
from tests.factories import make_goal, make_sdg, make_sdg_link

pytestmark = pytest.mark.django_db


def test_sdg_list_counts_published_goals_once(client):
    sdg, goal = make_sdg(), make_goal()
    make_sdg_link(goal, sdg)
    make_sdg_link(goal, sdg, target="16.4")
    make_sdg_link(make_goal(is_published=False), sdg)

    (listed_sdg,) = client.get("/en/sdgs/").context["sdgs"]

    assert listed_sdg.goal_count == 1


def test_sdg_page_leaves_out_links_of_drafts(client):
    sdg = make_sdg()
    link = make_sdg_link(make_goal(), sdg)
    make_sdg_link(make_goal(is_published=False), sdg)

    assert list(client.get("/en/sdgs/16/").context["links"]) == [link]


def test_sdg_without_links_says_so_in_both_languages(client):
    make_sdg(2)

    assert "No link between" in client.get("/en/sdgs/2/").content.decode()
    assert "لا تُعرف صلة" in client.get("/ar/sdgs/2/").content.decode()


@pytest.mark.parametrize("number", [0, 18, 99999999999999999999])
def test_sdg_that_does_not_exist_is_not_found(client, number):
    assert client.get(f"/en/sdgs/{number}/").status_code == 404


@pytest.mark.parametrize("path", ["/en/sdgs/", "/en/sdgs/1/"])
def test_queries_do_not_grow_with_rows(client, path):
    sdg = make_sdg(1)
    make_sdg_link(sdg=sdg)
    before = count_queries(client, path)

    for number in range(2, 5):
        make_sdg_link(sdg=sdg)
        make_sdg(number)

    assert count_queries(client, path) == before <= 5


@pytest.mark.parametrize(
    ("colour", "ink"),
    [("#E5243B", "light"), ("#DDA63A", "dark"), ("#FF3A21", "dark"), ("#19486A", "light")],
)
def test_text_on_an_sdg_colour_can_be_read(colour, ink):
    assert readable_ink(colour) == ink
    assert contrast_ratio(colour, {"light": "#FFFFFF", "dark": "#000000"}[ink]) >= 4.5
