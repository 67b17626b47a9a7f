"""The registry of codes: a code is given once, and whatever was public stays findable."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from goals.models import Goal, Objective
from history.models import Change, Revision
from history.restoring import restore_deleted
from library.citing_texts import records_naming
from library.fingerprints import fingerprint
from library.models import CodeState, PublicWording, RegisteredCode
from library.registry import register_existing, withhold
from sdg_links.models import Sdg, SdgLink
from tests.factories import make_goal, make_line, make_objective, make_sdg, make_sdg_link, make_term
from tests.forms import AdminForm

pytestmark = pytest.mark.django_db


def new_objective(goal, number, text):
    """Add an objective as an editor does, who does not choose its code."""
    line = make_line(f"{text} ع")
    objective = Objective(goal=goal, number=number, text_ar=line.text, text_en=text, line=line)
    objective.full_clean(exclude=["text"])
    objective.save()
    return objective


def status(client, path):
    return client.get(path).status_code


def test_code_of_a_deleted_statement_is_never_given_again(client):
    goal = make_goal(number=4)
    new_objective(goal, 1, "First")
    second = new_objective(goal, 2, "Second")
    second.delete()

    third = new_objective(goal, 2, "Third")

    assert third.code == "GPG 4.3"
    answer = client.get("/id/GPG-4.2")
    assert answer.status_code == 410
    assert "Second" in answer.content.decode()
    assert client.get("/id/GPG-4.3").headers["Location"].endswith("#GPG-4.3")


def test_nothing_is_asked_of_the_database_that_is_no_code_or_fingerprint(client):
    objective = make_objective(make_goal(number=4), number=1)
    objective.delete()

    assert status(client, "/id/%00") == status(client, "/id/GPG-4.1%00") == 404
    assert status(client, "/en/cite/GPG%00/") == 404
    assert status(client, "/id/GPG-4.1?fp=%00") == status(client, "/id/GPG-4.1?fp=en.%00") == 410


def test_code_of_a_draft_is_never_given_again_and_was_never_there(client):
    goal = make_goal(number=4, is_published=False)
    new_objective(goal, 1, "Secret").delete()

    assert new_objective(goal, 1, "Other").code == "GPG 4.2"
    goal.delete()
    again = Goal(number=4, slug="again", title_ar="ع", title_en="Again", subject="x")
    with pytest.raises(ValidationError, match="GPG 4 has been given"):
        again.full_clean(exclude=["line", "title"])
    assert [status(client, f"/id/{code}") for code in ("GPG-4", "GPG-4.1", "GPG-9")] == [404] * 3


def test_deleted_record_comes_back_with_its_code(client):
    goal = make_goal(number=4)
    objective = new_objective(goal, 1, "First")
    objective.delete()
    new_objective(goal, 1, "Second")
    Objective.objects.filter(code="GPG 4.2").update(number=5)

    restore_deleted(Revision.objects.filter(changes__kind="deleted").first())

    assert Objective.objects.get(code="GPG 4.1").text_en == "First"
    assert status(client, "/id/GPG-4.1") == 302


def test_withdrawn_page_says_since_when_why_and_what_stood_there(client):
    goal = make_goal(number=4, slug="four", title_en="Fourth goal", title_ar="الهدف الرابع")
    make_objective(goal, number=1, text_en="Protect everybody", text_ar="حماية الجميع")
    Goal.objects.filter(pk=goal.pk).update(is_published=False)
    RegisteredCode.objects.filter(code="GPG 4").update(reason_en="Merged.", reason_ar="أُدمج.")

    for path in ("/en/goals/four/", "/en/cite/GPG-4/", "/en/cite/GPG-4.1/"):
        answer = client.get(path)
        assert answer.status_code == 410, path
        assert "Protect everybody" in answer.content.decode()
    assert "Merged." in client.get("/en/goals/four/").content.decode()
    arabic = client.get("/ar/goals/four/").content.decode()
    assert 'dir="rtl"' in arabic
    assert "أُدمج." in arabic
    Goal.objects.filter(pk=goal.pk).update(is_published=True)
    assert status(client, "/en/goals/four/") == 200


def test_superseded_code_leads_to_its_successor_for_good(client):
    goal = make_goal(number=4)
    old, new = new_objective(goal, 1, "Old"), new_objective(goal, 2, "New")
    old.delete()
    successor = RegisteredCode.objects.get(code=new.code)
    RegisteredCode.objects.filter(code=old.code).update(successor=successor)

    answer = client.get("/id/GPG-4.1?a=b")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/id/GPG-4.2?a=b")


def test_former_address_leads_on_for_ever(client):
    goal, term = make_goal(slug="first"), make_term(slug="old-term")
    goal.slug, term.slug = "second", "new-term"
    goal.save()
    term.save()
    goal.slug = "third"
    goal.save()

    for former in ("first", "second"):
        answer = client.get(f"/en/goals/{former}/?view=parallel")
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            "/en/goals/third/?view=parallel",
        )
    assert client.get("/en/glossary/old-term/").headers["Location"] == "/en/glossary/new-term/"
    term.delete()
    assert [status(client, f"/en/glossary/{slug}-term/") for slug in ("old", "new")] == [410, 410]
    assert status(client, "/en/glossary/no-term/") == 404


def test_address_that_was_another_page_s_is_refused():
    goal = make_goal(slug="first")
    goal.slug = "second"
    goal.save()

    other = make_goal(is_published=False)
    other.slug = "first"
    with pytest.raises(ValidationError, match="first"):
        other.full_clean(exclude=["title"])
    goal.slug = "first"
    goal.full_clean(exclude=["title"])


def test_fingerprint_leads_to_the_wording_it_was_taken_of(client):
    objective = make_objective(make_goal(number=4), number=1, text_en="To protect all people")
    mark = fingerprint(objective.text_en, "en")
    objective.text_en = "To protect all persons"
    objective.save()

    page = client.get(f"/en/cite/GPG-4.1/?fp={mark}").content.decode()

    assert "To protect all people" in page
    assert "<del>people</del><ins>persons</ins>" in page
    of_goal = PublicWording.objects.filter(code__code="GPG 4", language="en")
    goal_mark = of_goal.get(text__contains="people").fingerprint
    assert "To protect all people" in client.get(f"/en/cite/GPG-4/?fp={goal_mark}").content.decode()


def test_database_of_an_earlier_release_is_registered():
    goal = make_goal(number=4)
    make_objective(goal, number=1)
    make_objective(goal, number=2).delete()
    for model in (PublicWording, RegisteredCode):
        model.objects.all().delete()
    assert Change.objects.filter(kind="deleted").exists()

    assert register_existing() == 3
    assert register_existing() == 0
    assert new_objective(goal, 2, "New").code == "GPG 4.3"
    assert PublicWording.objects.filter(code__code="GPG 4.1", until=None).count() == 2


def test_withheld_wording_stands_nowhere_and_its_fingerprint_says_so(client):
    goal = make_goal(number=4)
    objective = make_objective(goal, number=1, text_en="A zzyzx secret", text_ar="نص")
    mark = fingerprint(objective.text_en, "en")
    whole = PublicWording.objects.filter(code__code="GPG 4", text__contains="zzyzx").last()
    objective.text_en = "Another text"
    objective.save()
    RegisteredCode.objects.filter(code="GPG 4.1").update(reason_en="By order.", reason_ar="بأمر.")

    assert withhold(PublicWording.objects.filter(fingerprint=mark)) == 2

    assert not PublicWording.objects.filter(text__contains="zzyzx").exists()
    for code, of in [("GPG-4.1", mark), ("GPG-4", whole.fingerprint)]:
        page = client.get(f"/en/cite/{code}/?fp={of}").content.decode()
        assert "is withheld since" in page
        assert "zzyzx" not in page
    assert "By order." in client.get(f"/en/cite/GPG-4.1/?fp={mark}").content.decode()
    goal.delete()
    assert "zzyzx" not in client.get(f"/id/GPG-4.1?fp={mark}").content.decode()
    assert withhold(PublicWording.objects.filter(until=None)) == 0


def test_page_that_is_seen_again_keeps_its_wording_when_a_part_is_withheld():
    goal = make_goal(number=4)
    objective = make_objective(goal, number=1, text_en="First text")
    make_objective(goal, number=2, text_en="Second text")
    for text in ("Another text", "First text", "Another text"):
        objective.text_en = text
        objective.save()
    (again, *_first) = PublicWording.objects.filter(code__code="GPG 4", until=None, language="en")

    withhold(PublicWording.objects.filter(code__code="GPG 4.1", text="First text"))

    assert not PublicWording.objects.filter(text__contains="First text").exists()
    kept = PublicWording.objects.filter(code__code="GPG 4", fingerprint=again.fingerprint)
    assert [bool(wording.text) for wording in kept] == [True, True]


def test_wording_that_readers_see_under_another_code_is_not_withheld():
    goal = make_goal(number=4, title_ar="عنوان", title_en="A title")
    objectives = [make_objective(goal, number=number, text_en="Same text") for number in (1, 2)]
    for text in ("A title", "Another text"):
        objectives[0].text_en = text
        objectives[0].save()
    former = PublicWording.objects.filter(code__code="GPG 4.1", language="en").exclude(until=None)

    assert withhold(former) == 0
    objectives[1].delete()
    assert withhold(former.filter(text="Same text")) > 0
    assert withhold(former.filter(text="A title")) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "is withheld since"), ("ar", "محجوبة منذ")]
)
def test_withheld_wording_is_not_published_anew(admin_client, language, sentence):
    goal = make_goal(number=4)
    objective = make_objective(goal, number=1, text_en="A zzyzx secret")
    objective.text_en = "Another text"
    objective.save()
    withhold(PublicWording.objects.exclude(until=None))
    form = AdminForm(admin_client, f"/{language}/admin/goals/goal/{goal.pk}/change/")

    answer = form.send(**{"objectives-0-text_en": "A  zzyzx secret"})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    objective.refresh_from_db()
    assert objective.text_en == "Another text"


def test_successor_that_was_never_public_is_refused_and_leads_nowhere(admin_client, client):
    goal = make_goal(number=4)
    old = new_objective(goal, 1, "Old")
    old.delete()
    draft = make_objective(make_goal(number=5, is_published=False), number=1)
    row, never = (RegisteredCode.objects.get(code=code) for code in (old.code, draft.code))
    path = f"/en/admin/library/registeredcode/{row.pk}/change/"

    answer = AdminForm(admin_client, path).send(successor=str(never.pk)).content.decode()

    assert "was never public" in answer
    RegisteredCode.objects.filter(pk=row.pk).update(successor=never)  # as a file may
    assert client.get("/id/GPG-4.1").status_code == 410


def test_registry_is_kept_in_the_admin(admin_client):
    goal = make_goal(number=4)
    old, new = new_objective(goal, 1, "Old"), new_objective(goal, 2, "New")
    for objective in (old, new):
        objective.delete()
    old, new = (RegisteredCode.objects.get(code=code) for code in ("GPG 4.1", "GPG 4.2"))
    path = "/en/admin/library/registeredcode/"
    assert "GPG 4.1" in admin_client.get(f"{path}?state=withdrawn").content.decode()

    form = AdminForm(admin_client, f"{path}{old.pk}/change/")
    answer = form.send(reason_en="Merged.", reason_ar="أُدمج.", successor=str(new.pk))
    assert answer.status_code == 302
    old.refresh_from_db()
    assert (old.state, old.reason_ar) == (CodeState.SUPERSEDED, "أُدمج.")
    circle = AdminForm(admin_client, f"{path}{new.pk}/change/").send(successor=str(old.pk))
    assert "successors cannot go in a circle" in circle.content.decode()
    wordings = f"{path.replace('registeredcode', 'publicwording')}"
    pks = list(PublicWording.objects.filter(code=old).values_list("pk", flat=True))
    data = {"action": "withhold_wordings", "_selected_action": pks, "confirmed": "yes"}
    page = admin_client.post(wordings, data, follow=True).content.decode()
    assert "wordings are withheld" in page
    assert not PublicWording.objects.filter(pk__in=pks).exclude(text="").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_withdraws_is_told_what_is_cited_and_asked_why(admin_client):
    goal = make_goal(number=4)
    for number in (1, 2):
        make_objective(goal, number=number)
    path = f"/en/admin/goals/goal/{goal.pk}"

    assert "3 codes" in admin_client.get(f"{path}/delete/").content.decode()
    data = {"action": "hide", "_selected_action": [goal.pk], "confirmed": "yes"}
    page = admin_client.post("/en/admin/goals/goal/", data, follow=True).content.decode()

    assert "readers are told so: GPG 4, GPG 4.1, GPG 4.2" in page
    listed = admin_client.get("/en/admin/library/registeredcode/?state=unexplained")
    assert listed.context["cl"].result_count == 3
    assert "Withdrawn without a reason" in admin_client.get("/en/admin/").content.decode()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Other texts name these codes"), ("ar", "وترد هذه الرموز في نصوص أخرى")],
)
def test_texts_that_name_a_code_are_shown_before_it_is_deleted(admin_client, language, sentence):
    goal = make_goal(number=4)
    for number in (1, 2):
        make_objective(goal, number=number)
    sdg = make_sdg()
    make_sdg_link(goal, sdg, reason_en="As GPG 4.1 says.")  # it would go as well
    other = make_sdg_link(make_goal(number=5), sdg, reason_en="As gpg 4.1 says.", reason_ar="نص")
    make_sdg_link(make_goal(number=6), sdg, reason_en="GPG 4.10, GPG 4.1.2 and GPG 40.")
    last = make_sdg_link(make_goal(number=7), sdg, reason_en="Like GPG 4.", reason_ar="نص")

    page = admin_client.get(f"/{language}/admin/goals/goal/{goal.pk}/delete/")

    assert sentence in page.content.decode()
    with translation.override(language):
        assert [label for _kind, label, _form in page.context["citing"]] == [str(other), str(last)]


def test_code_of_one_word_is_found_before_a_full_stop():
    term = make_term("vision", definition_en="A word of the SF.")
    make_term("mission", definition_en="A word of the SFX.")

    assert list(records_naming(["SF"])) == [term]


@pytest.mark.django_db(transaction=True)
def test_statement_that_is_deleted_on_a_form_asks_for_its_reason(admin_client):
    goal = make_goal(number=4)
    for number in (1, 2):
        make_objective(goal, number=number)
    form = AdminForm(admin_client, f"/en/admin/goals/goal/{goal.pk}/change/")

    answer = form.send(**{"objectives-1-DELETE": "on"})
    page = admin_client.get(answer.headers["Location"]).content.decode()

    row = RegisteredCode.objects.get(code="GPG 4.2")
    assert "readers are told so: GPG 4.2" in page
    assert f"/en/admin/library/registeredcode/{row.pk}/change/" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Delete it all the same"), ("ar", "حذفه رغم ذلك")]
)
def test_statement_that_is_cited_is_deleted_on_a_form_when_that_is_confirmed(
    admin_client, language, sentence
):
    goal = make_goal(number=4)
    for number in (1, 2):
        make_objective(goal, number=number)
    citing = make_sdg_link(make_goal(number=5), reason_en="As GPG 4.2 says.")
    form = AdminForm(admin_client, f"/{language}/admin/goals/goal/{goal.pk}/change/")

    page = form.send(**{"objectives-1-DELETE": "on"}).content.decode()

    assert sentence in page
    assert f"/{language}/admin/sdg_links/sdglink/{citing.pk}/change/" in page
    assert Objective.objects.count() == 2
    confirmed = {"objectives-1-DELETE": "on", "objectives-deletes": "GPG 4.2"}
    assert form.send(**confirmed).status_code == 302
    assert Objective.objects.get().code == "GPG 4.1"


def test_list_names_what_cites_before_it_deletes(admin_client):
    goals = [make_goal(number=number) for number in (4, 5)]
    citing = make_sdg_link(make_goal(number=6), reason_en="As GPG 4 and GPG 5 say.")
    data = {"action": "delete_selected", "_selected_action": [goal.pk for goal in goals]}

    page = admin_client.post("/en/admin/goals/goal/", data)

    assert page.context["public_codes"] == ["GPG 4", "GPG 5"]
    assert f"/en/admin/sdg_links/sdglink/{citing.pk}/change/" in page.content.decode()


def test_code_of_a_link_that_was_taken_away_says_so(client):
    goal = make_goal(number=4)
    link = make_sdg_link(goal, target="16.a", reason_en="It serves peace.")
    assert client.get("/id/GPG-4-SDG-16.a").status_code == 302

    link.delete()

    for spelling in ("GPG-4-SDG-16.a", "gpg-4-sdg-16.A"):
        answer = client.get(f"/id/{spelling}")
        assert answer.status_code == 410
        assert "It serves peace." in answer.content.decode()
    assert status(client, "/id/GPG-4-SDG-16.b") == 404
    make_sdg_link(goal, link.sdg, target="16.a")  # the same claim again
    assert status(client, "/id/GPG-4-SDG-16.a") == 302


def test_code_of_a_link_whose_target_changes_is_withdrawn(client):
    link = make_sdg_link(make_goal(number=4), target="16.4")
    link.target = "16.5"
    link.save()

    assert status(client, "/id/GPG-4-SDG-16.4") == 410
    assert status(client, "/id/GPG-4-SDG-16.5") == 302


def test_codes_of_links_go_and_come_with_their_goal(client):
    goal = make_goal(number=4)
    make_sdg_link(goal, target="16.4")
    for is_published, expected in ((False, 410), (True, 302)):
        Goal.objects.update(is_published=is_published)
        assert status(client, "/id/GPG-4-SDG-16.4") == expected
    goal.delete()
    assert status(client, "/id/GPG-4-SDG-16.4") == 410
    make_sdg_link(make_goal(number=5, is_published=False), Sdg.objects.get(), target="16.4")
    assert status(client, "/id/GPG-5-SDG-16.4") == 404


def test_links_of_an_earlier_release_are_registered(client):
    make_sdg_link(make_goal(number=4), target="16.4")
    RegisteredCode.objects.filter(model="sdg_links.sdglink").delete()

    assert register_existing() == 1

    SdgLink.objects.all().delete()
    assert status(client, "/id/GPG-4-SDG-16.4") == 410


@pytest.mark.django_db(transaction=True)
def test_reason_is_asked_of_whoever_deletes_a_link(admin_client):
    link = make_sdg_link(make_goal(number=4), target="16.4")
    form = AdminForm(admin_client, f"/en/admin/sdg_links/sdglink/{link.pk}/delete/")
    assert "Readers see the code <bdi>GPG 4 SDG 16.4</bdi>" in form.html

    page = admin_client.get(form.send().headers["Location"]).content.decode()

    assert "readers are told so: GPG 4 SDG 16.4" in page
