"""Four people edit one record in any order: the result is that of a model that loses nothing."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import connection, transaction
from django.forms import modelform_factory
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from editing.merge_forms import CONFLICT, MergingForm
from history.models import Change
from history.recording import recording
from library.models import Term
from tests.examples import examples
from tests.factories import make_term
from tests.forms import AdminForm, form_fields
from tests.portal.test_admin import address

FIELDS = ["term_ar", "term_en", "definition_ar", "definition_en", "kind"]
TermForm = modelform_factory(Term, form=MergingForm, fields=FIELDS)
numbers = count()

WRITERS = st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), WRITERS),
        st.tuples(
            st.just("type"),
            WRITERS,
            st.sampled_from(FIELDS[:-1]),
            st.sampled_from(["واحد", "two", "ثلاثة\nسطران", "four  words in it", "x"]),
        ),
        st.tuples(st.just("type"), WRITERS, st.just("kind"), st.sampled_from(["body", "concept"])),
        st.tuples(st.just("send"), WRITERS),
        st.tuples(st.just("send"), WRITERS),
    ),
    min_size=4,
    max_size=24,
)


class Writer:
    """A person with a form open: the fields of the real form, and those of the model."""

    def __init__(self, pk, stored):
        self.pk = pk
        self.open(stored)

    def open(self, stored):
        self.sent = form_fields(as_html(TermForm(instance=Term.objects.get(pk=self.pk))))
        self.shown, self.typed = dict(stored), dict(stored)

    def type(self, field, text):
        self.sent[field] = self.typed[field] = text

    def send(self, stored):
        """Send the form, compare the result with the model, and return the stored values."""
        data = {name: text.replace("\n", "\r\n") for name, text in self.sent.items()}
        with recording():
            form = TermForm(data, instance=Term.objects.select_for_update().get(pk=self.pk))
            is_saved = form.is_valid()
            if is_saved:
                form.save()
        mine = {name for name in FIELDS if self.typed[name] != self.shown[name]}
        lost = {name for name in mine if stored[name] not in (self.shown[name], self.typed[name])}
        assert is_saved == (not lost)
        if is_saved:
            stored = stored | {name: self.typed[name] for name in mine}
            self.open(stored)
        else:
            assert set(form.errors.as_data()) == lost
            codes = {error.code for errors in form.errors.as_data().values() for error in errors}
            assert codes == {CONFLICT}
            self.sent = form_fields(as_html(form))
            self.shown = dict(stored)
            self.typed = stored | {name: self.typed[name] for name in mine}
            assert {name: self.sent[name] for name in FIELDS} == self.typed
        return stored


def as_html(form):
    return f'<form method="post">{form.as_p()}</form>'


@pytest.mark.no_cover
@pytest.mark.whole_site
@pytest.mark.django_db
@settings(
    max_examples=examples(100 if connection.vendor == "sqlite" else 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_any_interleaving_ends_as_in_a_model_that_loses_nothing(steps):
    with transaction.atomic():
        term = make_term(f"term-{next(numbers)}", kind="body")
        stored = {name: getattr(term, name) or "" for name in FIELDS}
        writers = [Writer(term.pk, stored) for _ in range(4)]
        for task, writer, *typed in steps:
            if task == "open":
                writers[writer].open(stored)
            elif task == "type":
                writers[writer].type(*typed)
            else:
                stored = writers[writer].send(stored)
            now = Term.objects.get(pk=term.pk)
            assert {name: getattr(now, name) or "" for name in FIELDS} == stored
        last = Change.objects.filter(model="library.term", record=term.pk).first()
        assert {name: last.state[name] for name in FIELDS} == stored
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_four_people_who_save_at_the_same_moment_all_keep_their_edits():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time; the test's database is one connection.")
    term = make_term("unodc")
    form = address("library_term_change", term.pk)
    edits = {
        "term_ar": "اسم",
        "term_en": "Name",
        "definition_ar": "شرح",
        "definition_en": "Meaning",
    }
    forms = []
    for name in edits:
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        forms.append(AdminForm(client, form))

    def send(opened, field):
        try:
            return opened.send(**{field: edits[field]}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(send, forms, edits))

    assert codes == [302] * 4
    term.refresh_from_db()
    assert {name: getattr(term, name) for name in edits} == edits
    changes = Change.objects.filter(model="library.term", kind="changed")
    assert {change.revision.author_name for change in changes} == set(edits)
