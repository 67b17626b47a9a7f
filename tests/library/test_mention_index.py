"""The index of mentions is what a computation of everything anew gives, whatever happened."""

from contextlib import suppress
from threading import Event, Thread
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from goals.models import Goal, Objective
from history.content_version import bump_version
from history.models import Change
from history.recording import recording
from languages.languages import language_codes
from library.glossary.mention_check import find_index_problems
from library.glossary.mentions import MentionFinder
from library.glossary.term_index import MAX_TERMS, passages_with_term
from library.models import IndexedPage, PageTerm, Term, TermMention, TermName
from library.passages import passages
from library.related import related_content
from tests.examples import examples
from tests.factories import (
    make_article,
    make_goal,
    make_objective,
    make_paragraph,
    make_round,
    make_term,
    make_theme,
)

pytestmark = pytest.mark.django_db


def mentions_anew():
    """Return the codes of the passages that mention each term, by slug, computed from the texts."""
    mentions = {term.slug: [] for term in Term.objects.all()}
    for code in language_codes():
        finder = MentionFinder({term.slug: term.names(code) for term in Term.objects.all()})
        for passage in passages():
            for mention in finder.find(getattr(passage, f"text_{code}") or ""):
                if passage.code not in mentions[mention.term]:
                    mentions[mention.term].append(passage.code)
    return {slug: sorted(codes) for slug, codes in mentions.items()}


def stored_mentions():
    return {
        term.slug: sorted(passage.code for passage in passages_with_term(term))
        for term in Term.objects.all()
    }


def pages_anew():
    """Return the slugs of the terms on each published page, by the code of its container."""
    pages = {}
    containers = {passage.code: passage.container for passage in passages()}
    for slug, codes in mentions_anew().items():
        for code in codes:
            pages.setdefault(containers[code], set()).add(slug)
    return pages


def stored_pages():
    pages = {}
    for code, slug in PageTerm.objects.values_list("page__code", "term__slug"):
        pages.setdefault(code, set()).add(slug)
    return pages


# Few words, so that names and texts meet: with «ال», particles, plurals and common first words.
WORDS = ["الحوار", "وحوار", "حوار", "الشرطة", "شرطة", "للشرطة", "تبادل", "police", "forces", "s"]
WORDS += ["force", "dialogue", "ͺ", "½"]  # the last ones have signs where a key might be split


def nth(model, number):
    """Return the record of a model with a number, counted round; a new one where it has none."""
    records = list(model.objects.order_by("pk"))
    makers = {Goal: make_goal, Objective: make_objective, Term: make_term}
    return records[number % len(records)] if records else makers[model]()


def add_term(number, text):
    slug = f"term-{len(text)}-{number}"
    if not Term.objects.filter(slug=slug).exists():
        make_term(slug, term_ar=text or "نص", term_en=text or "text")


def change_names(number, text):
    term = nth(Term, number)
    term.forms_ar = term.forms_en = text.replace(" ", "\n")
    term.acronym = text[:20]
    term.save()


def delete_term(number, text):
    nth(Term, number).delete()


def change_text(number, text):
    objective = nth(Objective, number)
    objective.text_ar = text
    objective.save(update_fields=["text_ar"])


def change_title(number, text):
    goal = nth(Goal, number)
    goal.title_ar = goal.title_en = text
    goal.save()


def publish_or_not(number, text):
    goal = nth(Goal, number)
    goal.is_published = not goal.is_published
    goal.save()


def move_statement(number, text):
    objective = nth(Objective, number)
    objective.goal = nth(Goal, number + 1)
    objective.number = 1 + Objective.objects.latest("number").number
    objective.save()


def change_codes_and_slugs(number, text):
    goal, term = nth(Goal, number), nth(Term, number)
    goal.code, goal.slug = f"GPG 9{goal.pk}.{number}", f"moved-{goal.pk}-{number}"
    goal.save()
    term.slug = f"moved-{term.pk}-{number}"
    term.save()


def delete_statement(number, text):
    nth(Objective, number).delete()


def delete_page(number, text):
    nth(Goal, number).delete()


def change_many(number, text):
    Objective.objects.all().update(text_en=text)
    Goal.objects.filter(pk__gte=nth(Goal, number).pk).update(is_published=bool(number % 2))


def add_many(number, text):
    with recording():
        make_objective(make_goal(is_published=bool(number % 2)), text_ar=text, text_en=text)
        make_paragraph(text_en=text)


def fail(number, text):
    objective = nth(Objective, number)
    with suppress(ZeroDivisionError), recording():
        objective.text_en = text
        objective.save()
        _ = 1 / 0


CHANGES = (add_term, change_names, delete_term, change_text, change_title, publish_or_not)
CHANGES += (move_statement, change_codes_and_slugs, delete_statement, delete_page)
CHANGES += (change_many, add_many, fail)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
STEPS = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.integers(0, 3), TEXTS), min_size=1, max_size=8
)


@pytest.mark.no_cover
@pytest.mark.whole_site
@settings(
    max_examples=examples(30 if connection.vendor == "sqlite" else 15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_any_history_ends_as_if_all_were_computed_anew(steps):
    with transaction.atomic():
        make_objective(make_goal(), text_ar="الحوار مع الشرطة", text_en="dialogue of police forces")
        make_objective(make_goal(is_published=False), text_ar="شرطة", text_en="police")
        make_term("dialogue", term_ar="الحوار", term_en="dialogue", forms_en="police")
        for change, number, text in steps:
            change(number, text)
        connection.check_constraints()

        assert list(find_index_problems()) == []
        assert stored_mentions() == mentions_anew()
        assert stored_pages() == pages_anew()
        transaction.set_rollback(True)


def test_many_terms_at_once_are_found_as_each_alone():
    make_objective(text_ar="الحوار مع الشرطة", text_en="dialogue of police forces")

    with recording():
        for number in range(30):
            make_term(f"term-{number}", term_ar="نص آخر", term_en="police force" if number else "x")

    assert TermMention.objects.values("term").distinct().count() == 29
    assert list(find_index_problems()) == []


def test_statement_that_was_stored_before_its_page_is_found():
    objective = make_objective(text_en="cybercrime")
    term = make_term("cybercrime")
    # As if the goal had been loaded last, and were new.
    IndexedPage.objects.all().remove()
    Change.objects.filter(model="goals.goal").delete()

    objective.goal.save()

    assert [passage.code for passage in passages_with_term(term)] == [objective.code]


def test_nothing_stays_of_a_deleted_term():
    make_objective(text_en="cybercrime")
    term = make_term("cybercrime")
    assert PageTerm.objects.count() == 1

    term.delete()

    assert [model.objects.count() for model in (TermName, TermMention, PageTerm)] == [0, 0, 0]


def test_draft_counts_for_no_reader(client):
    draft = make_objective(make_goal(is_published=False), text_en="cybercrime").goal
    goal = make_objective(text_en="cybercrime").goal
    term = make_term("cybercrime")

    page = client.get(term.get_absolute_url()).content.decode()

    assert draft.code not in page
    assert related_content(goal).pages == {}
    assert not PageTerm.objects.filter(page__record=draft.pk, page__kind="goals.goal").exists()


def test_preview_of_a_draft_shows_its_terms_and_related_pages(client):
    draft = make_objective(make_goal(is_published=False), text_en="cybercrime").goal
    other = make_objective(text_en="cybercrime").goal
    for _ in range(3):
        make_objective()
    term = make_term("cybercrime")
    client.force_login(User.objects.create_superuser("amal"))

    address = f"{draft.get_absolute_url()}?preview=goals.goal.{draft.pk}"
    related = client.get(address).context["related_content"]

    assert related.terms == [term]
    assert [page.passage.code for page in related.pages["goal"]] == [other.code]


def test_unpublished_page_is_no_longer_related():
    goal, other = (make_objective(text_en="cybercrime").goal for _ in range(2))
    for _ in range(3):
        make_objective()
    make_term("cybercrime")
    assert [page.passage.code for page in related_content(goal).pages["goal"]] == [other.code]

    other.is_published = False
    other.save()

    assert related_content(goal).pages == {}


def test_pages_are_related_by_their_rarest_terms_then_by_code():
    for slug in ("alpha", "beta", "gamma"):
        make_term(slug, term_ar=slug)
    goal = make_objective(text_en="alpha beta gamma").goal
    by_text = {}
    for text in ("alpha", "alpha beta", "gamma", "gamma", "gamma", "gamma", "alpha"):
        by_text.setdefault(text, []).append(make_objective(text_en=text).goal)
    theme, article = make_theme(title_en="beta"), make_article(title_en="gamma")
    for year in range(2000, 2008):
        make_round(year=year)

    pages = related_content(goal).pages

    best = [by_text["alpha beta"][0], *by_text["alpha"], by_text["gamma"][0]]
    assert [page.passage.code for page in pages["goal"]] == [goal.code for goal in best]
    assert [term.slug for term in pages["goal"][0].terms] == ["beta", "alpha"]
    assert [page.passage.code for page in pages["theme"]] == [theme.code]
    assert [page.passage.code for page in pages["article"]] == [article.code]


def test_page_shows_the_terms_that_most_of_its_texts_mention(client):
    names = [f"alpha{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    names += [f"beta{letter}" for letter in "abcdefg"]
    for name in names:
        make_term(name, term_ar=name)
    objective = make_objective(text_en=" ".join(names))
    make_objective(objective.goal, text_en=" ".join(names[-5:]))
    make_objective(objective.goal, text_en=names[0])

    page = client.get(objective.goal.get_absolute_url().replace("/ar/", "/en/"))

    shown = [term.slug for term in page.context["related_content"].terms]
    assert len(shown) == MAX_TERMS
    assert {*names[-5:], names[0]} < set(shown)
    assert shown == sorted(shown)
    assert f"and {len(names) - MAX_TERMS} more" in page.content.decode()


def count_first(client, path):
    """Return the number of queries of the first request for a page after a change."""
    bump_version()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_queries_of_pages_do_not_grow_with_content(client):
    goal = make_objective(text_en="cybercrime").goal
    make_objective(text_en="cybercrime")
    for year in range(2000, 2008):
        make_round(year=year)
    term = make_term("cybercrime")
    paths = [goal.get_absolute_url(), term.get_absolute_url()]
    few = [count_first(client, path) for path in paths]

    for number in range(3):
        make_objective(goal, text_en=f"cybercrime and word{number}")
        make_objective(text_en=f"cybercrime and word{number}")
        make_term(f"word{number}")

    assert [count_first(client, path) for path in paths] == few


def count_save_queries(objective):
    with CaptureQueriesContext(connection) as queries:
        objective.text_en = f"{objective.text_en} cybercrime"
        objective.save()
    return len(queries)


def test_queries_of_a_save_do_not_grow_with_content():
    objective = make_objective(text_en="police")
    make_term("cybercrime")
    few = count_save_queries(objective)

    for number in range(5):
        make_objective(text_en="cybercrime police")
        make_term(f"word{number}")
    objective.text_en = "police"
    objective.save()

    assert count_save_queries(objective) == few


def test_check_names_what_differs_and_stale_repairs_it(capsys):
    objective = make_objective(text_en="cybercrime")
    make_term("cybercrime")
    call_command("mention_index", check=True)
    assert "in step" in capsys.readouterr().out
    TermMention.objects.all().remove()
    TermName.objects.all().remove()
    PageTerm.objects.all().remove()
    IndexedPage.objects.filter(record=objective.goal_id).update(code="GPG another")

    with pytest.raises(CommandError) as error:
        call_command("mention_index", check=True)

    assert "its names differ" in str(error.value)
    assert f"goals.objective {objective.pk}: its texts differ" in str(error.value)
    call_command("mention_index", stale=True, verbosity=0)
    call_command("mention_index", check=True, verbosity=0)
    assert stored_pages() == {objective.goal.code: {"cybercrime"}}


def test_rebuilding_gives_the_same_index():
    make_objective(text_en="cybercrime")
    make_term("cybercrime")
    mentions = stored_mentions()

    call_command("mention_index", rebuild=True, verbosity=0)

    assert stored_mentions() == mentions
    assert list(find_index_problems()) == []


@pytest.mark.django_db(transaction=True)
def test_text_and_term_that_are_saved_at_the_same_time_see_each_other(on_postgresql):
    if not on_postgresql:
        pytest.skip("On SQLite, the second transaction begins after the first.")
    objective = make_objective(text_en="police")
    is_saved = Event()

    def change_meanwhile():
        is_saved.wait(10)
        objective.text_en = "cybercrime"
        objective.save()
        connection.close()

    thread = Thread(target=change_meanwhile)
    thread.start()
    with transaction.atomic():
        make_term("cybercrime")
        is_saved.set()
        sleep(0.5)  # for the other transaction to come as far as it can
    thread.join(10)

    assert list(find_index_problems()) == []
    assert stored_pages() == {objective.goal.code: {"cybercrime"}}
