import re

import pytest

from tests.counting import count_queries
from tests.factories import (
    make_correction,
    make_goal,
    make_line,
    make_objective,
    make_sdg,
    make_sdg_link,
    make_term,
)

pytestmark = pytest.mark.django_db


def test_goal_list_leaves_out_drafts(client):
    goal = make_goal()
    make_goal(is_published=False)

    response = client.get("/en/goals/")

    assert list(response.context["goals"]) == [goal]


def test_goal_list_says_so_when_it_is_empty(client):
    assert "No goal has been published yet." in client.get("/en/goals/").content.decode()
    assert "لم يُنشر أي هدف بعد." in client.get("/ar/goals/").content.decode()


@pytest.mark.whole_site
@pytest.mark.parametrize("path", ["/en/goals/", "/en/", "/en/goals/{slug}/"])
def test_queries_do_not_grow_with_rows(client, path):
    goal = make_goal()
    path = path.format(slug=goal.slug)
    make_objective(goal)
    make_sdg_link(goal, make_sdg(1))
    before = count_queries(client, path)

    for number in range(2, 5):
        make_objective(goal)
        make_objective(make_goal())
        make_sdg_link(goal, make_sdg(number))
        make_term(f"term-{number}")

    assert count_queries(client, path) == before <= 5


@pytest.mark.parametrize("path", ["/{}/goals/{}/", "/{}/goals/{}/?view=parallel"])
def test_goal_shows_each_edit_in_each_language(client, path):
    objective = make_objective(text_ar="ميناء", text_en="harbour")

    def pages():
        addresses = [path.format(language, objective.goal.slug) for language in ("ar", "en")]
        return [client.get(address).content.decode() for address in addresses]

    arabic, english = pages()
    assert "ميناء" in arabic
    assert "harbour" in english

    objective.text_ar, objective.text_en = "مطار", "airport"
    objective.save()

    arabic, english = pages()
    assert "مطار" in arabic
    assert ("airport" in english, "harbour" in english) == (True, False)


def test_goal_is_kept_for_readers_without_a_draft(admin_client, client):
    goal = make_goal(is_published=False, subject_en="smuggling")
    make_objective(goal, text_en="routes")
    other = make_goal()
    addresses = [f"/en/goals/{each.slug}/" for each in (goal, other)]

    preview = admin_client.get(f"{addresses[0]}?preview=goals.goal.{goal.pk}")
    around = admin_client.get(f"{addresses[1]}?preview=goals.goal.{goal.pk}")

    assert "routes" in preview.content.decode()
    assert "smuggling" in around.content.decode()
    assert client.get(addresses[0]).status_code == 404
    assert "smuggling" not in client.get(addresses[1]).content.decode()


def test_addresses_in_a_citation_have_the_host_of_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["first.example", "second.example"]
    objective = make_objective()

    for host in settings.ALLOWED_HOSTS:
        address = f"http://{host}{objective.permanent_address}"
        page = client.get(objective.goal.get_absolute_url(), headers={"host": host})
        assert f'data-copies="{address}"' in page.content.decode()


def test_draft_goal_is_not_found(client):
    goal = make_goal(is_published=False)

    assert client.get(goal.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_goal_is_shown_in_the_language_of_its_address(client, language, direction):
    goal = make_goal(title_ar="سلامة الحدود", title_en="Border integrity")

    page = client.get(f"/{language}/goals/{goal.slug}/").content.decode()

    assert f'<html lang="{language}" dir="{direction}">' in page
    assert {"ar": "سلامة الحدود", "en": "Border integrity"}[language] in page


def test_objective_shows_code_citation_and_original_wording(client):
    line = make_line("- إمكانات الإتربول")
    make_correction(line, "الإتربول", "الإنتربول")
    objective = make_objective(text_ar="إمكانات الإنتربول", line=line)

    page = client.get(objective.goal.get_absolute_url()).content.decode()

    assert f'id="{objective.anchor}"' in page
    assert f"/en/library/documents/{line.document.slug}/#L{line.number}" in page
    assert '<q lang="ar" dir="rtl">إمكانات الإتربول</q>' in page
    assert "<del>الإتربول</del>" in page


@pytest.mark.parametrize("reading", ["الإنتربول", "المنظمة"])
def test_text_is_called_corrected_only_where_a_correction_explains_it(client, reading):
    line = make_line("- إمكانات الإتربول")
    make_correction(line, "الإتربول", reading)
    objective = make_objective(text_ar="إمكانات الإنتربول", line=line)

    page = client.get(objective.goal.get_absolute_url()).content.decode()

    is_explained = reading == "الإنتربول"
    assert ("Corrected; see the document’s wording" in page) == is_explained
    assert ("Not as in the document; see its wording" in page) != is_explained
    assert '<q lang="ar" dir="rtl">إمكانات الإتربول</q>' in page


def test_objective_without_english_is_shown_in_arabic_and_marked(client):
    objective = make_objective(text_ar="نص بلا ترجمة", text_en=None)

    page = client.get(objective.goal.get_absolute_url()).content.decode()

    assert '<span lang="ar" dir="rtl">نص بلا ترجمة</span>' in page
    assert "not yet translated" in page


def test_parallel_view_shows_both_languages(client):
    objective = make_objective(text_ar="نص عربي", text_en="English text")

    page = client.get(f"{objective.goal.get_absolute_url()}?view=parallel").content.decode()

    assert '<span lang="en" dir="ltr">English text</span>' in page
    assert '<span lang="ar" dir="rtl">نص عربي</span>' in page


def test_goal_says_whose_claim_each_sdg_link_is(client):
    link = make_sdg_link(basis="editorial", target="16.a", reason_en="Because of its wording.")

    page = client.get(link.goal.get_absolute_url()).content.decode()

    assert "the portal’s own suggestion" in page
    assert "Because of its wording." in page
    assert "target <bdi>16.a</bdi>" in page


def test_goal_leads_to_its_neighbours(client):
    first, second, third = (make_goal(number=number) for number in (501, 502, 503))

    response = client.get(second.get_absolute_url())

    assert (response.context["previous"], response.context["next"]) == (first, third)
    assert client.get(third.get_absolute_url()).context["next"] is None


@pytest.mark.parametrize(
    ("numbers", "english", "arabic"),
    [
        (range(1, 9), "Goal 8 of 8", "الهدف 8 من 8"),
        (range(1, 13), "Goal 8 of 12", "الهدف 8 من 12"),
        ([1, 2, 8], "Goal 8", "الهدف 8"),  # “of 3” would be wrong
    ],
)
def test_goal_says_which_of_how_many_it_is(client, numbers, english, arabic):
    for number in numbers:
        make_goal(number=number, slug=f"goal-{number}")

    assert f"</a> {english}</p>" in client.get("/en/goals/goal-8/").content.decode()
    assert f"</a> {arabic}</p>" in client.get("/ar/goals/goal-8/").content.decode()


def test_goal_without_a_mark_has_its_number_as_a_mark(client):
    page = client.get(make_goal(number=8).get_absolute_url()).content.decode()

    assert re.search(r'<svg class="mark".*<text class="solid"[^>]*>8</text></svg>', page)


def test_goal_names_the_terms_of_its_text_and_pages_that_share_them(client):
    goal = make_objective(text_ar="منع الجريمة السيبرية").goal
    other = make_objective(text_ar="كشف الجرائم السيبرية").goal
    for _ in range(3):
        make_objective()
    term = make_term("cybercrime", term_ar="الجريمة السيبرية", forms_ar="الجرائم السيبرية")

    related = client.get(goal.get_absolute_url()).context["related_content"]

    assert related.terms == [term]
    assert [page.passage.code for page in related.pages["goal"]] == [other.code]
