"""The texts that are chosen for places, on the pages and in the administration."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from editing.roles import EDITORS, PUBLISHERS
from history.models import Change
from library.models import Place, Placement
from tests.factories import make_article, make_paragraph, make_placement

pytestmark = pytest.mark.django_db

PAGES = {
    Place.GOALS: "/en/goals/",
    Place.THEMES: "/en/themes/",
    Place.DIALOGUE: "/en/dialogue/",
    Place.FRAMEWORK: "/en/",
}


@pytest.mark.parametrize(("place", "path"), PAGES.items())
def test_page_shows_the_article_that_is_chosen(client, place, path):
    article = make_article(title_en="The chosen text", kind="framework")
    make_article(title_en="Another text", kind="framework")
    make_placement(place, article)

    page = client.get(path).content.decode()

    assert "The chosen text" in page
    assert "Another text" not in page


@pytest.mark.parametrize(("place", "path"), PAGES.items())
@pytest.mark.parametrize("language", ["ar", "en"])
def test_empty_place_is_left_out(client, place, path, language):
    make_placement(place, make_article(title_en="A draft", title_ar="مسودة", is_published=False))

    response = client.get(path.replace("/en/", f"/{language}/"))

    assert response.status_code == 200
    assert not {"A draft", "مسودة"} & set(response.content.decode().split(">"))


def test_home_shows_the_chosen_vision_and_mission(client):
    vision, mission = make_paragraph(text_en="To see"), make_paragraph(text_en="To do")
    assert "Purpose of INTERPOL" not in client.get("/en/").content.decode()

    make_placement(Place.VISION, vision)
    only_vision = client.get("/en/").content.decode()
    make_placement(Place.MISSION, mission)

    assert "To see" in only_vision
    assert "Mission</dt>" not in only_vision
    assert "To do" in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    ("place", "kind", "field"),
    [
        ("vision", "article", "paragraph"),
        ("goals", "paragraph", "article"),
        ("goals", "", "article"),
        ("mission", "", "paragraph"),
    ],
)
def test_place_has_a_text_of_its_kind(place, kind, field):
    record = {"article": make_article, "paragraph": make_paragraph}.get(kind, lambda: None)()

    with pytest.raises(ValidationError) as error:
        Placement(place=place, **({kind: record} if kind else {})).full_clean()

    assert field in error.value.message_dict


def test_place_is_empty_when_its_text_is_deleted():
    article = make_article()
    make_placement(Place.GOALS, article)

    article.delete()

    assert not Placement.objects.exists()
    assert list(
        Change.objects.filter(model="library.placement")
        .values_list("kind", flat=True)
        .order_by("pk")
    ) == ["added", "deleted"]


@pytest.mark.parametrize(("role", "status"), [(EDITORS, 403), (PUBLISHERS, 200)])
def test_who_may_publish_may_choose_texts(client, amal, role, status):
    amal.is_staff, amal.is_superuser = True, False
    amal.save()
    amal.groups.add(Group.objects.get(name=role))
    client.force_login(amal)

    assert client.get("/en/admin/library/placement/add/").status_code == status
    assert client.get("/en/admin/library/placement/").status_code == 200
