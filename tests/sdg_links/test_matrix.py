import pytest

from sdg_links.matrix import build_matrix
from tests.counting import count_queries
from tests.factories import make_goal, make_sdg, make_sdg_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def links():
    first, second = make_goal(number=1), make_goal(number=2)
    peace, equality = make_sdg(16), make_sdg(5)
    return [
        make_sdg_link(first, peace, basis="set", year=2023),
        make_sdg_link(first, peace, target="16.a", reason_en="Its text names terrorism."),
        make_sdg_link(second, equality, basis="every-goal"),
    ]


def test_matrix_has_a_row_per_sdg_and_a_cell_per_goal(links):
    goals, rows, matrix_links = build_matrix(["set", "editorial", "every-goal"], 0)

    assert [goal.number for goal in goals] == [1, 2]
    assert [(row.sdg.number, [len(cell.links) for cell in row.cells]) for row in rows] == [
        (5, [0, 1]),
        (16, [2, 0]),
    ]
    assert matrix_links == [links[2], links[0], links[1]]


def test_matrix_says_reason_source_and_year_of_each_link(client, links):
    page = client.get("/en/sdgs/matrix/").content.decode()

    assert "Its text names terrorism." in page
    assert "3 links" in page
    assert 'id="GPG-1-SDG-16.a"' in page
    assert 'href="#GPG-1-SDG-16.a"' in page
    assert "goal 1, SDG 16.a: the portal’s own suggestion" in page


def test_matrix_is_filtered_by_basis(client, links):
    page = client.get("/en/sdgs/matrix/?basis=set&basis=nonsense").content.decode()

    assert "1 link" in page
    assert "Its text names terrorism." not in page
    assert "Show all" in page


def test_links_of_drafts_are_left_out(client, links):
    links[2].goal.is_published = False
    links[2].goal.save()

    assert "2 links" in client.get("/en/sdgs/matrix/").content.decode()


def test_empty_matrix_says_so(client):
    assert "No link has this basis." in client.get("/en/sdgs/matrix/").content.decode()


def test_queries_do_not_grow_with_links(client, links):
    before = count_queries(client, "/en/sdgs/matrix/")
    make_sdg_link(make_goal(number=3), make_sdg(4))

    assert count_queries(client, "/en/sdgs/matrix/") == before <= 5
