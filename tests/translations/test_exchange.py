"""Translations are export_file to files of translation tools, and imported again."""

import polib
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from translate.storage import factory

from goals.models import Goal, Objective
from history.models import Revision
from library.models import Term
from tests.exchange import (
    FILE_FORMATS,
    export_file,
    plan_file,
    resave_with_toolkit,
    stored_content,
    toolkit_key,
)
from tests.factories import make_document, make_goal, make_line, make_objective, make_term
from translations.exchange.exporting import FILE_EXTENSIONS, rows_to_export
from translations.exchange.importing import apply
from translations.exchange.reading import read
from translations.models import TranslationState, TranslationStatus
from translations.units import load_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective():
    line = make_line(document=make_document(short_title_en="The brochure"), number=7)
    make_term("police", term_ar="الشرطة", term_en="police")
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
    return make_objective(goal, text_ar="تعمل الشرطة.", text_en="Police work.", line=line)


@pytest.mark.parametrize("file_format", FILE_FORMATS)
def test_file_has_notes_for_the_translator(objective, file_format, tmp_path):
    path = tmp_path / f"file.{FILE_EXTENSIONS[file_format]}"
    path.write_bytes(export_file(file_format, section="goals"))
    unit_by_key = {toolkit_key(unit): unit for unit in factory.getobject(str(path)).units}

    unit = unit_by_key["goals.objective/GPG 1.1/text/en"]
    text = str(unit)

    assert (unit.source, unit.target) == ("تعمل الشرطة.", "Police work.")
    for note in [
        "GPG 1.1",
        "https://example.org/en/goals/goal-1/#GPG-1.1",
        "The brochure, line 7",
        "Glossary: الشرطة = police",
        exported_unit("GPG 1.1").source_digest,
    ]:
        assert note in text
    assert not any(key.startswith("library.") for key in unit_by_key if key)


def exported_unit(code):
    """Return the FileUnit of an objective in an exported file."""
    key = f"goals.objective/{code}/text/en"
    return next(file_unit for file_unit in read(export_file()) if file_unit.key == key)


@pytest.mark.parametrize(
    ("change", "fuzzy", "xliff"),
    [
        ({"text_en": ""}, False, "new"),
        ({"text_ar": "تعمل أجهزة أخرى."}, True, "needs-review-translation"),
        ({"text_ar": "تعمل الشرطة!"}, True, "needs-review-translation"),
        ({}, False, "translated"),
    ],
)
def test_each_format_has_the_state_of_a_translation(objective, change, fuzzy, xliff):
    for name, text in change.items():
        setattr(objective, name, text)
    objective.save()

    file = polib.pofile(export_file().decode())
    message = file.find("goals.objective/GPG 1.1/text/en", by="msgctxt")
    assert message.fuzzy == fuzzy
    assert message.previous_msgid == ("تعمل الشرطة." if fuzzy else None)
    assert f'state="{xliff}"' in objective_in_xliff()
    needs_work = {unit.key for unit in load_units(rows_to_export("en", needs_work=True))}
    assert ("goals.objective/GPG 1.1/text/en" in needs_work) == bool(change)


def objective_in_xliff():
    return (
        export_file("xliff").decode().partition('id="goals.objective/')[2].partition("</trans")[0]
    )


def test_reviewed_translation_is_final(objective, amal):
    from translations.staleness import mark_reviewed

    row = TranslationState.objects.get(model="goals.objective")
    mark_reviewed(row, objective.text_ar, objective.text_en, "amal")

    assert 'state="final"' in objective_in_xliff()
    assert 'approved="yes"' in objective_in_xliff()


def edited(data, texts):
    """Return a PO file with other translations, given as {source: translation}."""
    file = polib.pofile(data.decode())
    for message in file:
        message.msgstr = texts.get(message.msgid, message.msgstr)
    return str(file).encode()


def test_changes_of_a_file_are_one_revision_of_their_author(objective, amal, tmp_path, capsys):
    path = tmp_path / "file.po"
    path.write_bytes(
        edited(export_file(), {"تعمل الشرطة.": "The police work.", "عنوان": "Heading"})
    )
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
    data = edited(export_file(), {"تعمل الشرطة.": "The police work.", "كلمة وأخرى": "Two words"})

    counts = plan_file(data).counts

    assert (counts["changed"], counts["new"], counts["refused"]) == ((1, 2), (1, 2), (0, 0))


@pytest.mark.parametrize("text", ["Police work.", "Police work!"])
@pytest.mark.parametrize("file_format", FILE_FORMATS)
def test_translation_that_is_finished_in_the_tool_is_as_new_as_its_source(
    objective, amal, file_format, text
):
    objective.text_ar = "تعمل الشرطة!"
    objective.save()
    data = export_file(file_format).decode()
    assert {step.kind for step in plan_file(data.encode()).steps} == {"unchanged"}

    data = data.replace("#, fuzzy\n", "").replace("needs-review-translation", "translated")
    data = data.replace("Police work.", text)
    assert apply(plan_file(data.encode()), amal) == 1

    row = TranslationState.objects.get(model="goals.objective")
    assert (row.state, row.made_from) == (TranslationStatus.UNREVIEWED, "تعمل الشرطة!")
    assert row.author_name == "amal"
    objective.refresh_from_db()
    assert objective.text_en == text


def test_refused_text_leaves_all_unwritten_unless_the_others_are_wanted(objective, amal):
    data = edited(export_file(), {"تعمل الشرطة.": "The police work.", "عنوان": "x" * 300})
    before = stored_content()

    with pytest.raises(ValidationError) as refused:
        apply(plan_file(data), amal)
    assert refused.value.code == "refused"
    assert stored_content() == before

    assert apply(plan_file(data), amal, take_others=True) == 1
    assert Objective.objects.get().text_en == "The police work."
    assert Goal.objects.get().title_en == "Title"


@pytest.mark.parametrize(
    ("change", "code"), [({"title_ar": "آخر"}, "moved"), ({"title_en": "Else"}, "conflict")]
)
def test_change_after_the_plan_leaves_nothing_written(objective, amal, change, code):
    data = edited(export_file(), {"تعمل الشرطة.": "The police work.", "عنوان": "Heading"})
    import_plan = plan_file(data)
    Goal.objects.update(**change)
    before, number = stored_content(), Revision.objects.count()

    with pytest.raises(ValidationError, match=r"goals\.goal/GPG 1/title/en") as refused:
        apply(import_plan, amal)

    assert refused.value.code == code
    assert (stored_content(), Revision.objects.count()) == (before, number)
    assert plan_file(data).token != import_plan.token


def test_text_that_only_the_portal_has_changed_stays(objective):
    data = export_file()
    Objective.objects.update(text_en="Police officers work.")

    import_plan = plan_file(data)

    assert not import_plan.to_write
    assert not import_plan.refused


@pytest.mark.parametrize("file_format", FILE_FORMATS)
def test_characters_that_no_file_can_carry_do_not_stop_an_exchange(
    objective, file_format, tmp_path
):
    source = "  سطر\r\nآخر\u2028ثالث\x0bرابع\x07 «{name}» <b>&amp; \\n \"'  "
    text = "  Line\r\nother\u2028third\x0bfourth\x07 “{name}” <b>&amp; \\n \"'  "
    Objective.objects.update(text_ar=source, text_en=text)
    data = resave_with_toolkit(export_file(file_format), file_format, tmp_path)

    assert {step.kind for step in plan_file(data).steps} == {"unchanged"}
    assert Objective.objects.get().text_en == text


def test_missing_codes_are_a_warning(objective):
    Objective.objects.update(text_ar="منظومة I-24/7 في 2030", text_en="The I-24/7 system in 2030")
    data = edited(export_file(), {"منظومة I-24/7 في 2030": "The system in 2030"})

    (step,) = plan_file(data).to_write

    assert "I-24/7" in step.result.warnings[0]


def test_queries_of_export_and_plan_do_not_grow(objective, django_assert_max_num_queries):
    for number in range(5):
        make_term(f"term-{number}", line=make_line())
        make_objective(objective.goal)
    # Seven of them ask once which editions there are.
    with django_assert_max_num_queries(15):
        data = export_file()
    with django_assert_max_num_queries(6):
        plan_file(data)


def test_export_by_command(objective, tmp_path, capsys):
    path = tmp_path / "file.xlf"
    call_command("export_translations", "en", path, section="goals")
    assert f"to {path}" in capsys.readouterr().out
    assert {file_unit.key.split(".")[0] for file_unit in read(path.read_bytes())} == {"goals"}
    with pytest.raises(CommandError, match="nothing to translate"):
        call_command("export_translations", "ar", path)
    assert Term.objects.exists()


@pytest.mark.parametrize(
    ("approval", "kind"), [('approved="yes" ', "confirmed"), ("", "unchanged")]
)
def test_translation_that_is_approved_in_the_tool_is_finished_whatever_its_state(
    objective, approval, kind
):
    Objective.objects.update(text_ar="تعمل أجهزة أخرى.")
    data = export_file("xliff").decode()
    name = 'id="goals.objective/GPG 1.1/text/en" '
    assert name in data

    import_plan = plan_file(data.replace(name, f"{name}{approval}").encode())

    kinds = {step.key: step.kind for step in import_plan.steps}
    assert kinds["goals.objective/GPG 1.1/text/en"] == kind


@pytest.mark.parametrize("language", ["en", "en_GB", "en-US", "EN"])
def test_language_of_a_file_may_have_a_country(objective, language):
    text = export_file().decode().replace("Language: en", f"Language: {language}", 1)
    text = text.replace("Police work.", "The police work.")

    import_plan = plan_file(text.encode())

    assert not import_plan.refused
    assert [step.result.text for step in import_plan.to_write] == ["The police work."]
