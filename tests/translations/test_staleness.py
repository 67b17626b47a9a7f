"""The state of a translation follows from the texts, never from a time."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from goals.models import Goal
from history.content_version import current_version
from history.models import Change
from history.recording import recording
from history.restoring import restore_deleted
from tests.conftest import sqlite_only
from tests.editing.test_roles import client_with_role
from tests.examples import examples
from tests.factories import (
    make_goal,
    make_note,
    make_objective,
    make_sdg,
    make_sdg_link,
    make_term,
)
from tests.forms import AdminForm
from tests.portal.test_admin import address
from translations import staleness
from translations.models import TranslationState, TranslationStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    return make_goal(title_ar="مكافحة الإرهاب", title_en="Counter terrorism")


def state_row(record, field="title", language="en"):
    return TranslationState.objects.get(
        model=record._meta.label_lower, record=record.pk, field=field, language=language
    )


def edit(record, is_minor=None, **texts):
    with recording(User.objects.get_or_create(username="amal", is_superuser=True)[0]) as recorder:
        if is_minor is not None:
            recorder.declared[record._meta.label_lower, record.pk] = is_minor
        for name, text in texts.items():
            setattr(record, name, text)
        record.save()
    return state_row(record)


def test_translation_of_new_content_is_up_to_date_and_unreviewed(goal):
    row = state_row(goal)
    assert (row.state, row.source, row.words) == (TranslationStatus.UNREVIEWED, "ar", 2)
    assert state_row(make_goal(title_en="")).state == TranslationStatus.MISSING


@pytest.mark.parametrize(
    ("title", "is_minor", "expected"),
    [
        ("مكافحة الإرهاب!", None, TranslationStatus.OUTDATED_MINOR),
        ("مُكافحة  الإرهاب", None, TranslationStatus.OUTDATED_MINOR),
        ("مكافحة الجريمة", None, TranslationStatus.OUTDATED),
        ("مكافحة الجريمة", True, TranslationStatus.OUTDATED_MINOR),
        ("مكافحة الإرهاب!", False, TranslationStatus.OUTDATED),
    ],
)
def test_change_of_the_source_makes_the_translation_outdated(goal, title, is_minor, expected):
    row = edit(goal, is_minor, title_ar=title)
    assert (row.state, row.made_from) == (expected, "مكافحة الإرهاب")
    assert edit(goal, title_ar="مكافحة الإرهاب").state == TranslationStatus.UNREVIEWED
    assert edit(goal, is_minor, title_ar=title).state == expected


def test_change_of_meaning_is_not_undone_by_a_minor_one(goal):
    edit(goal, title_ar="مكافحة الجريمة")
    assert edit(goal, title_ar="مكافحة الجريمة.").state == TranslationStatus.OUTDATED


def test_new_translation_is_up_to_date_and_a_minor_change_of_it_is_not(goal):
    edit(goal, title_ar="مكافحة الجريمة")
    assert edit(goal, title_en="Counter terrorism.").state == TranslationStatus.OUTDATED
    row = edit(goal, title_en="Counter crime")
    assert (row.state, row.made_from, row.author_name) == (
        TranslationStatus.UNREVIEWED,
        "مكافحة الجريمة",
        "amal",
    )


def test_translation_changed_together_with_its_source_is_up_to_date(goal):
    assert edit(goal, title_ar="جديد", title_en="New").state == TranslationStatus.UNREVIEWED


def test_review_holds_for_the_texts_that_were_reviewed(goal):
    staleness.mark_reviewed(state_row(goal), goal.title_ar, goal.title_en, "badr")
    row = state_row(goal)
    assert (row.state, row.reviewer_name) == (TranslationStatus.REVIEWED, "badr")
    assert edit(goal, title_en="Fight terrorism").state == TranslationStatus.UNREVIEWED
    assert edit(goal, title_en="Counter terrorism").state == TranslationStatus.REVIEWED
    edit(goal, title_ar="مكافحة الجريمة")
    with pytest.raises(ValueError, match="as new as its source"):
        staleness.mark_reviewed(state_row(goal), goal.title_ar, goal.title_en, "badr")


def test_review_is_seen_on_cached_pages(goal):
    before = current_version()
    staleness.mark_reviewed(state_row(goal), goal.title_ar, goal.title_en, "badr")
    assert current_version() != before


def test_text_may_be_written_in_english_first():
    goal = make_goal(title_ar="", title_en="Only English")
    row = state_row(goal, language="ar")
    assert (row.source, row.state) == ("en", TranslationStatus.MISSING)
    row = edit_in_arabic(goal)
    assert (row.source, row.state) == ("en", TranslationStatus.UNREVIEWED)
    goal.title_en = "Other English"
    goal.save()
    assert state_row(goal, language="ar").state == TranslationStatus.OUTDATED


def edit_in_arabic(goal):
    goal.title_ar = "بالعربية"
    goal.save()
    return state_row(goal, language="ar")


@pytest.mark.parametrize("way", ["update", "bulk_update", "delete and restore"])
def test_every_way_of_changing_a_record_updates_its_states(goal, way):
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    assert state_row(goal).state == TranslationStatus.OUTDATED
    if way == "bulk_update":
        goal.title_en = "Counter crime"
        Goal.objects.bulk_update([goal], ["title_en"])
        assert state_row(goal).state == TranslationStatus.UNREVIEWED
    if way == "delete and restore":
        pk = goal.pk
        goal.delete()
        assert state_row(Goal(pk=pk)).state == TranslationStatus.NOTHING
        restore_deleted(Change.objects.filter(kind="deleted").first().revision)
        assert state_row(Goal.objects.get(pk=pk)).state == TranslationStatus.OUTDATED


def test_forms_of_terms_do_not_translate_each_other():
    term = make_term()
    fields = TranslationState.objects.filter(record=term.pk).values_list("field", flat=True)
    assert set(fields) == {"term", "definition"}


def test_missing_states_are_created(goal):
    make_objective(goal)
    before = list(TranslationState.objects.values_list("record", "field", "state"))
    TranslationState.objects.all().delete()

    assert staleness.create_missing_states() == len(before) > 3
    assert list(TranslationState.objects.values_list("record", "field", "state")) == before
    assert staleness.create_missing_states() == 0


def test_state_is_rolled_back_with_its_text(goal):
    with transaction.atomic():
        assert edit(goal, title_ar="غيره").state == TranslationStatus.OUTDATED
        transaction.set_rollback(True)
    assert state_row(goal).state == TranslationStatus.UNREVIEWED


class Model:
    """A plain model of the states, which keeps texts instead of digests.

    `near` has the source texts that differ by minor changes alone from the translated one.
    """

    def __init__(self):
        self.texts = {"ar": "ا", "en": "a"}
        self.made_from, self.near = "ا", {"ا"}
        self.reviewed = set()

    def edit(self, language, text, is_minor):
        old = self.texts[language]
        if text == old:
            return
        was_outdated = self.state in (TranslationStatus.OUTDATED_MINOR, TranslationStatus.OUTDATED)
        self.texts[language] = text
        if language == "en":
            is_touch_up = was_outdated and old and letters(old) == letters(text)
            if not is_touch_up:
                self.made_from = self.texts["ar"] if text else ""
                self.near = {self.made_from}
        elif old in self.near:
            is_change_minor = letters(old) == letters(text) if is_minor is None else is_minor
            if is_change_minor:
                self.near.add(text)

    def review(self):
        if self.state == TranslationStatus.UNREVIEWED:
            self.reviewed = {(self.texts["ar"], self.texts["en"])}

    @property
    def state(self):
        source, text = self.texts["ar"], self.texts["en"]
        if not source:
            return TranslationStatus.NOTHING
        if not text:
            return TranslationStatus.MISSING
        if source == self.made_from:
            return (
                TranslationStatus.REVIEWED
                if (source, text) in self.reviewed
                else TranslationStatus.UNREVIEWED
            )
        return (
            TranslationStatus.OUTDATED_MINOR if source in self.near else TranslationStatus.OUTDATED
        )


def letters(text):
    return "".join(letter for letter in text if letter.isalpha())


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("ar"),
            st.sampled_from(["ا", "ا.", "ا !", "ب", "ب.", "ج"]),
            st.sampled_from([None, True, False]),
        ),
        st.tuples(st.just("en"), st.sampled_from(["a", "a.", "b", "b!", ""]), st.none()),
        st.tuples(st.just("review"), st.none(), st.none()),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.no_cover
@sqlite_only
@pytest.mark.whole_site
@settings(max_examples=examples(40), deadline=None)
@given(steps=STEPS)
def test_random_histories_end_as_in_a_plain_model(steps):
    model, goal = Model(), make_goal(title_ar="ا", title_en="a")
    for task, text, is_minor in steps:
        if task == "review":
            model.review()
            row = state_row(goal)
            if row.state == TranslationStatus.UNREVIEWED:
                staleness.mark_reviewed(row, goal.title_ar, goal.title_en, "badr")
        else:
            model.edit(task, text, is_minor)
            edit(goal, is_minor, **{f"title_{task}": text})
        assert state_row(goal).state == model.state, (task, text, is_minor)


def test_readers_see_that_a_translation_is_outdated_and_the_diff_of_its_source(client, goal):
    objective = make_objective(goal, text_ar="نص أول", text_en="First text")
    objective.text_ar = "نص ثان"
    objective.save()

    english = client.get(f"/en/goals/{goal.slug}/").content.decode()
    assert english.count("older than its source") == 1
    assert "نص <del>أول</del><ins>ثان</ins>" in english
    assert 'class="older"' not in client.get(f"/ar/goals/{goal.slug}/").content.decode()
    objective.text_en = "Second text"
    objective.save()
    assert "older than" not in client.get(f"/en/goals/{goal.slug}/").content.decode()


def test_readers_see_outdated_reasons_and_notes_too(client, goal):
    link = make_sdg_link(goal, make_sdg(16))
    note = make_note(goal.line)
    type(link).objects.update(reason_ar="سبب آخر.")
    type(note).objects.update(text_ar="ملاحظة أخرى.")

    page = client.get(f"/en/goals/{goal.slug}/").content.decode()

    assert page.count("older than its source") == 2
    assert "older than its source" in client.get("/en/sdgs/matrix/").content.decode()


def test_editor_of_the_source_says_whether_the_change_is_minor(admin_client, goal):
    make_objective(goal, text_ar="نص أول", text_en="First text")
    type(goal).objects.update(is_published=False)  # a draft may differ from its lines
    form = AdminForm(admin_client, address("goals_goal_change", goal.pk, language="en"))

    response = form.send(
        title_ar="مكافحة الإرهاب كله",
        source_change="minor",
        objectives__0__text_ar="نص أول!",
        objectives__0__source_change="meaning",
    )

    assert response.status_code == 302
    assert state_row(goal).state == TranslationStatus.OUTDATED_MINOR
    assert state_row(goal.objectives.get(), "text").state == TranslationStatus.OUTDATED


def test_form_lists_the_outdated_translations(admin_client, goal):
    make_objective(goal, text_ar="نص أول", text_en="First text")
    goal.objectives.update(text_ar="نص ثان")

    page = admin_client.get(address("goals_goal_change", goal.pk, language="en")).content.decode()

    assert "1 translation here is older than its source" in page
    assert "نص <del>أول</del><ins>ثان</ins>" in page
    index = admin_client.get(address("index", language="en")).content.decode()
    assert "Translations older than their source" in index


def test_translators_are_not_asked_whether_a_change_is_minor(goal):
    form = AdminForm(
        client_with_role("translator"), address("goals_goal_change", goal.pk, language="en")
    )
    assert "source_change" not in form.html
