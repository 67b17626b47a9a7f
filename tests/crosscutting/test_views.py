import pytest

from tests.counting import count_queries
from tests.factories import make_commitment, make_theme

pytestmark = pytest.mark.django_db


def test_theme_list_leaves_out_drafts(client):
    theme = make_theme()
    make_theme(is_published=False)

    assert list(client.get("/en/themes/").context["themes"]) == [theme]


def test_draft_theme_is_not_found(client):
    assert client.get(make_theme(is_published=False).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["/en/themes/", "/en/themes/{slug}/"])
def test_queries_do_not_grow_with_rows(client, path):
    theme = make_commitment().theme
    path = path.format(slug=theme.slug)
    before = count_queries(client, path)

    for _ in range(3):
        make_commitment(theme)
        make_commitment()

    assert count_queries(client, path) == before <= 5


def test_theme_shows_its_commitments_in_both_languages(client):
    theme = make_commitment(text_ar="التزام عربي", text_en="English commitment").theme

    assert "English commitment" in client.get(f"/en/themes/{theme.slug}/").content.decode()
    assert "التزام عربي" in client.get(f"/ar/themes/{theme.slug}/").content.decode()
