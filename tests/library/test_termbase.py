"""The glossary goes out to terminologists' tools and comes back."""

import csv
import re
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from translate.storage import factory

from accounts.models import User
from history.models import Revision
from languages.csv_safety import FORMULA_STARTS, escape_formula, unescape_formula
from library.glossary.termbase.exporting import WRITERS, export
from library.glossary.termbase.importing import apply, plan
from library.glossary.termbase.reading import read
from library.models import Term
from tests.exchange import stored_content
from tests.factories import make_document, make_line, make_term
from translations.models import TranslationState

pytestmark = pytest.mark.django_db
HIDDEN = st.text(" \u200e\u200f\u061c\u202b\u2067\ufeff", max_size=3)


@pytest.fixture
def term():
    line = make_line(document=make_document(slug="brochure"), number=3)
    return make_term(
        "police",
        line=line,
        term_ar="الشرطة",
        term_en="police",
        acronym="PO, POL",
        forms_ar="شرطي\nشرطية",
        forms_en="police officer",
        definition_en='Those who "police",\nwherever.',
    )


def import_plan(data):
    return plan(read(data))


@pytest.mark.parametrize("file_format", list(WRITERS))
def test_glossary_arrives_to_the_letter_where_there_is_none(term, file_format):
    make_term("guarded", term_en="=1+1", term_ar="+نص", definition_en="'quoted", forms_en="-a\n@b")
    data, before = export(file_format), stored_content()[0]
    Term.objects.all().delete()
    data = without_digests(data)
    assert b"digest" not in data

    assert apply(import_plan(data)) == 2

    assert term_values(stored_content()[0]) == term_values(before)


def term_values(records):
    return [values for (label, _pk), values in records.items() if label == "library.Term"]


def without_digests(data):
    """A glossary as another tool would make it."""
    return re.sub(rb"<note>digest: \w+</note>|,(digest|[0-9a-f]{64})(?=\r\n)", b"", data)


def test_tbx_has_the_names_of_a_term_by_their_kind(term, tmp_path):
    path = tmp_path / "glossary.tbx"
    path.write_bytes(export("tbx"))
    (unit,) = factory.getobject(str(path)).units

    assert unit.getid() == "term-police"
    assert [term.text for term in unit.get_source_terms()] == ["الشرطة", "شرطي", "شرطية"]
    assert [term.text for term in unit.get_target_terms("en")] == [
        "police",
        "PO",
        "POL",
        "police officer",
    ]


def edited_table(data, **values):
    """A table with other values in its first row."""
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    rows[0].update(values)
    file = StringIO(newline="")
    table = csv.DictWriter(file, rows[0])
    table.writeheader()
    table.writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def test_changes_of_a_table_are_one_revision_of_their_author(term, tmp_path, capsys):
    User.objects.create_superuser("amal")
    path = tmp_path / "glossary.csv"
    path.write_bytes(edited_table(export(), term_en="the police", acronym="", line="3"))
    number = Revision.objects.count()

    call_command("import_glossary", path)
    assert "term_en: {+the +}police" in capsys.readouterr().out
    assert Revision.objects.count() == number
    call_command("import_glossary", path, apply=True, author="amal")

    term.refresh_from_db()
    assert (term.term_en, term.acronym, term.forms_ar) == ("the police", "", "شرطي\nشرطية")
    assert Revision.objects.count() == number + 1
    assert Revision.objects.first().author_name == "amal"
    row = TranslationState.objects.get(record=term.pk, field="term")
    assert (row.state, row.author_name) == ("unreviewed", "amal")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"digest": ""}, "digest of the term is missing"),
        ({"digest": "0" * 64}, "changed since"),
        ({"slug": "gone"}, "does not have this term any more"),
        ({"slug": "no address!", "digest": ""}, "slug: "),
        ({"kind": "nothing"}, "kind: "),
        ({"term_en": ""}, "no text in “term_en”"),
        ({"term_en": "الشرطة"}, "“term_en” is in another language"),
        ({"definition_ar": "In English."}, "“definition_ar” is in another language"),
        ({"term_en": "x" * 300}, "term_en: "),
        ({"line": "99"}, "no line 99 in the document “brochure”"),
        ({"line": "9" * 5000}, "no line 999"),
        ({"document": "none"}, "no line 3 in the document “none”"),
        ({"source_url": "javascript:alert(1)"}, "source_url: "),
    ],
)
def test_wrong_term_is_named_and_nothing_written(term, values, sentence, tmp_path, capsys):
    make_term("second")
    path = tmp_path / "glossary.csv"
    data = edited_table(export(), **values).replace(b"A definition.", b"Another one.")
    path.write_bytes(data)
    before = stored_content()

    with pytest.raises(CommandError, match="some terms are refused"):
        call_command("import_glossary", path, apply=True)

    assert sentence in capsys.readouterr().out
    assert stored_content() == before
    with pytest.raises(CommandError, match="Terms refused: 1"):
        call_command("import_glossary", path, apply=True, take_others=True)
    assert Term.objects.get(slug="second").definition_en == "Another one."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"slug,what\na,b\n", "Unknown columns: what"),
        (b"term_en\na\n", "first line has to name"),
        (b"slug,slug\na,b\n", "first line has to name"),
        (b"slug\n", "no terms"),
        (b'slug,kind\na,"b', "table is broken"),
        (b"\xff\xfe", "not in UTF-8"),
        (b"slug\n" + b"a" * 200_000, "table is broken in line 2"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><martif/>', "document type"),
        (b"<tbx/>", "begins with <tbx>"),
    ],
)
def test_glossary_that_cannot_be_read_is_named(data, sentence, tmp_path):
    path = tmp_path / "glossary"
    path.write_bytes(data)
    with pytest.raises(CommandError, match=f"Nothing was written. .*{sentence}"):
        call_command("import_glossary", path, apply=True)


def test_rows_of_a_wrong_length_and_repeated_terms_are_named(term):
    reasons = [
        change.reason for change in import_plan(b"slug,kind\na\nb,concept\nb,concept\n").refused
    ]
    assert ["line: 1;" in reasons[0], *("more than once" in reason for reason in reasons[1:])] == [
        True
    ] * 3


def test_table_of_another_country_has_semicolons(term):
    data = export().decode("utf-8-sig")
    rows = list(csv.reader(StringIO(data, newline="")))
    file = StringIO(newline="")
    csv.writer(file, delimiter=";").writerows(rows)
    assert [change.kind for change in import_plan(file.getvalue().encode()).steps] == ["unchanged"]


def test_term_that_changes_after_the_plan_is_left_alone(term):
    stored_plan = import_plan(edited_table(export(), term_en="the police"))
    Term.objects.update(definition_en="Else.")
    before = stored_content()
    with pytest.raises(ValidationError, match="meanwhile"):
        apply(stored_plan)
    assert stored_content() == before


@settings(max_examples=50)
@given(
    st.text()
    | st.builds("{}{}{}".format, HIDDEN, st.sampled_from([*FORMULA_STARTS, "'"]), st.text())
)
def test_cell_is_never_a_formula_and_comes_back(text):
    assert (
        not escape_formula(text)
        .lstrip(" \u200e\u200f\u061c\u202b\u2067\ufeff")
        .startswith(FORMULA_STARTS)
    )
    assert unescape_formula(escape_formula(text)) == text
