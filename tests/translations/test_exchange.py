"""Translations go out to translators' tools and come back through the gate."""

import polib
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from translate.storage import factory

from goals.models import Goal, Objective
from history.models import Revision
from library.models import Term
from tests.exchange import FORMS, everything, exported, key_of, planned, through_tool
from tests.factories import make_document, make_goal, make_line, make_objective, make_term
from translations.exchange.exporting import ENDINGS, rows_to_export
from translations.exchange.importing import apply
from translations.exchange.reading import read
from translations.models import TranslationState, TranslationStatus
from translations.units import units

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective():
    line = make_line(document=make_document(short_title_en="The brochure"), number=7)
    make_term("police", term_ar="الشرطة", term_en="police")
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
    return make_objective(goal, text_ar="تعمل الشرطة.", text_en="Police work.", line=line)


@pytest.mark.parametrize("form", FORMS)
def test_file_tells_the_translator_what_a_text_is(objective, form, tmp_path):
    path = tmp_path / f"file.{ENDINGS[form]}"
    path.write_bytes(exported(form, section="goals"))
    of_keys = {key_of(unit): unit for unit in factory.getobject(str(path)).units}

    unit = of_keys["goals.objective/GPG 1.1/text/en"]
    text = str(unit)

    assert (unit.source, unit.target) == ("تعمل الشرطة.", "Police work.")
    for told in [
        "GPG 1.1",
        "https://example.org/en/goals/goal-1/#GPG-1.1",
        "The brochure, line 7",
        "Glossary: الشرطة = police",
        entry_of("GPG 1.1").source_digest,
    ]:
        assert told in text
    assert not any(key.startswith("library.") for key in of_keys if key)


def entry_of(code, data=None):
    """The Entry of an objective, in a file or in one made now."""
    key = f"goals.objective/{code}/text/en"
    return next(entry for entry in read(data or exported()) if entry.key == key)


@pytest.mark.parametrize(
    ("change", "fuzzy", "xliff"),
    [
        ({"text_en": ""}, False, "new"),
        ({"text_ar": "تعمل أجهزة أخرى."}, True, "needs-review-translation"),
        ({"text_ar": "تعمل الشرطة!"}, True, "needs-review-translation"),
        ({}, False, "translated"),
    ],
)
def test_states_are_told_in_the_words_of_each_form(objective, change, fuzzy, xliff):
    for name, text in change.items():
        setattr(objective, name, text)
    objective.save()

    entry = polib.pofile(exported().decode()).find("goals.objective/GPG 1.1/text/en", by="msgctxt")
    assert entry.fuzzy == fuzzy
    assert entry.previous_msgid == ("تعمل الشرطة." if fuzzy else None)
    assert f'state="{xliff}"' in unit_of_xliff()
    needs_work = {unit.key for unit in units(rows_to_export("en", needs_work=True))}
    assert ("goals.objective/GPG 1.1/text/en" in needs_work) == bool(change)


def unit_of_xliff():
    return exported("xliff").decode().partition('id="goals.objective/')[2].partition("</trans")[0]


def test_reviewed_translation_is_final(objective, amal):
    from translations.staleness import review

    row = TranslationState.objects.get(model="goals.objective")
    review(row, objective.text_ar, objective.text_en, "amal")

    assert 'state="final"' in unit_of_xliff()
    assert 'approved="yes"' in unit_of_xliff()


def edited(data, texts):
    """A PO file with other translations of some sources."""
    file = polib.pofile(data.decode())
    for entry in file:
        entry.msgstr = texts.get(entry.msgid, entry.msgstr)
    return str(file).encode()


def test_changes_of_a_file_are_one_revision_of_their_author(objective, amal, tmp_path, capsys):
    path = tmp_path / "file.po"
    path.write_bytes(edited(exported(), {"تعمل الشرطة.": "The police work.", "عنوان": "Heading"}))
    number = Revision.objects.count()

    call_command("import_translations", path)
    assert "[-Police-]{+The police+} work." in capsys.readouterr().out
    assert Revision.objects.count() == number
    call_command("import_translations", path, apply=True, author="amal")

    assert Objective.objects.get().text_en == "The police work."
    assert Goal.objects.get().title_en == "Heading"
    (revision,) = Revision.objects.all()[: Revision.objects.count() - number]
    assert (revision.author, revision.changes.count()) == (amal, 2)
    row = TranslationState.objects.get(model="goals.objective")
    assert (row.state, row.author_name) == (TranslationStatus.UNREVIEWED, "amal")


def test_plan_counts_texts_and_words(objective):
    make_objective(objective.goal, text_ar="كلمة وأخرى", text_en="")
    data = edited(exported(), {"تعمل الشرطة.": "The police work.", "كلمة وأخرى": "Two words"})

    counts = planned(data).counts

    assert (counts["changed"], counts["new"], counts["refused"]) == ((1, 2), (1, 2), (0, 0))


@pytest.mark.parametrize("text", ["Police work.", "Police work!"])
@pytest.mark.parametrize("form", FORMS)
def test_translation_that_is_finished_in_the_tool_is_as_new_as_its_source(
    objective, amal, form, text
):
    objective.text_ar = "تعمل الشرطة!"
    objective.save()
    data = exported(form).decode()
    assert {step.kind for step in planned(data.encode()).steps} == {"unchanged"}

    data = data.replace("#, fuzzy\n", "").replace("needs-review-translation", "translated")
    data = data.replace("Police work.", text)
    assert apply(planned(data.encode()), amal) == 1

    row = TranslationState.objects.get(model="goals.objective")
    assert (row.state, row.made_from) == (TranslationStatus.UNREVIEWED, "تعمل الشرطة!")
    assert row.author_name == "amal"
    objective.refresh_from_db()
    assert objective.text_en == text


def test_nothing_is_written_where_something_is_refused_unless_asked_for(objective, amal):
    data = edited(exported(), {"تعمل الشرطة.": "The police work.", "عنوان": "x" * 300})
    before = everything()

    with pytest.raises(ValidationError) as refused:
        apply(planned(data), amal)
    assert refused.value.code == "refused"
    assert everything() == before

    assert apply(planned(data), amal, take_others=True) == 1
    assert Objective.objects.get().text_en == "The police work."
    assert Goal.objects.get().title_en == "Title"


@pytest.mark.parametrize(
    ("change", "code"), [({"title_ar": "آخر"}, "moved"), ({"title_en": "Else"}, "conflict")]
)
def test_change_after_the_plan_leaves_nothing_written(objective, amal, change, code):
    data = edited(exported(), {"تعمل الشرطة.": "The police work.", "عنوان": "Heading"})
    made = planned(data)
    Goal.objects.update(**change)
    before, number = everything(), Revision.objects.count()

    with pytest.raises(ValidationError, match=r"goals\.goal/GPG 1/title/en") as refused:
        apply(made, amal)

    assert refused.value.code == code
    assert (everything(), Revision.objects.count()) == (before, number)
    assert planned(data).token != made.token


def test_what_only_the_portal_has_changed_stays(objective):
    data = exported()
    Objective.objects.update(text_en="Police officers work.")

    found = planned(data)

    assert not found.written
    assert not found.refused


@pytest.mark.parametrize("form", FORMS)
def test_signs_that_no_file_can_carry_do_not_stop_an_exchange(objective, form, tmp_path):
    source = "  سطر\r\nآخر\u2028ثالث\x0bرابع\x07 «{name}» <b>&amp; \\n \"'  "
    text = "  Line\r\nother\u2028third\x0bfourth\x07 “{name}” <b>&amp; \\n \"'  "
    Objective.objects.update(text_ar=source, text_en=text)
    data = through_tool(exported(form), form, tmp_path)

    assert {step.kind for step in planned(data).steps} == {"unchanged"}
    assert Objective.objects.get().text_en == text


def test_lost_codes_are_told_and_taken(objective):
    Objective.objects.update(text_ar="منظومة I-24/7 في 2030", text_en="The I-24/7 system in 2030")
    data = edited(exported(), {"منظومة I-24/7 في 2030": "The system in 2030"})

    (step,) = planned(data).written

    assert "I-24/7" in step.verdict.warnings[0]


def test_queries_of_export_and_plan_do_not_grow(objective, django_assert_max_num_queries):
    for number in range(5):
        make_term(f"term-{number}", line=make_line())
        make_objective(objective.goal)
    with django_assert_max_num_queries(8):
        data = exported()
    with django_assert_max_num_queries(6):
        planned(data)


def test_export_by_command(objective, tmp_path, capsys):
    path = tmp_path / "file.xlf"
    call_command("export_translations", "en", path, section="goals")
    assert f"to {path}" in capsys.readouterr().out
    assert {entry.key.split(".")[0] for entry in read(path.read_bytes())} == {"goals"}
    with pytest.raises(CommandError, match="nothing to translate"):
        call_command("export_translations", "ar", path)
    assert Term.objects.exists()
