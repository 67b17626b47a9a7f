"""An edition that is being prepared, which readers do not see yet."""

import pytest

from goals.models import Goal
from library.models import Article, Document
from tests.editions.making import GOALS, NextEdition
from tests.editions.reading import read

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.django_db, pytest.mark.whole_site]


@pytest.fixture
def drafts():
    return NextEdition(is_published=False).join()


def test_nobody_hears_of_an_edition_before_it_is_published(client, drafts):
    for path in (
        "/en/",
        "/en/goals/",
        "/en/goals/border-integrity/",
        "/en/sdgs/matrix/",
        "/en/library/",
        "/en/cite/GPG-2.3/",
        "/en/brief/?items=GPG-2.3",
        "/en/library/articles/strategic-framework/",
        "/en/library/documents/global-policing-goals-2023/",
    ):
        assert "2028" not in read(client, path), path
    assert client.get(f"/en/library/documents/{GOALS}/concordance/").status_code == 404
    assert client.get("/id/GPG-2028.1.1").status_code == 404


def test_first_edition_of_a_document_has_no_concordance(client, drafts):
    page = "/en/library/documents/global-policing-goals-2023/concordance/"

    assert client.get(page).status_code == 404


def test_code_is_never_given_to_another_edition(drafts):
    goal = Goal(number=9, edition=2028, line=Document.objects.get(slug=GOALS).lines.first())
    later = Goal(number=1, edition=2033, line=goal.line)

    assert goal.first_code() == "GPG 2028.9"
    assert later.first_code() == "GPG 2033.1"
    assert Goal(number=8, edition=2023, line=goal.line).first_code() == "GPG 8"


def test_published_document_says_nothing_of_its_draft_goals(client, drafts):
    Document.objects.filter(slug=GOALS).update(is_published=True)
    pages = {
        path: read(client, path)
        for path in (
            "/en/goals/",
            "/en/goals/corruption-and-financial-crime/",
            "/en/cite/GPG-5.3/",
            "/en/brief/?items=GPG-5.3,GPG-2.3",
            f"/en/library/documents/{GOALS}/concordance/",
        )
    }

    for path, page in pages.items():
        assert "GPG 2028" not in page, path
        assert "Dropped" not in page, path


def test_preview_of_a_draft_changes_no_page_of_readers(client, admin_client, drafts):
    framework = Article.objects.get(slug="strategic-framework-2031-2035")
    draft = f"{framework.get_absolute_url()}?preview=library.article.{framework.pk}"
    older = "/en/library/articles/strategic-framework/"
    goal = Goal.objects.get(code="GPG 2028.2")
    addresses = (draft, f"{goal.get_absolute_url()}?preview=goals.goal.{goal.pk}")

    for address in addresses:
        read(admin_client, address)
    for path in ("/en/", "/en/goals/", "/en/library/", older, "/en/search/?q=SF+1.1"):
        page = read(client, path)
        assert "2028" not in page, path
        assert "2031" not in page, path
        assert "Superseded" not in page, path
