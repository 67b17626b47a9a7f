"""From closed lines to pages with statements: the plan, problems beside lines, making, undo."""

import re
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dialogue.models import Highlight, Round
from goals.models import Goal, Objective
from history.models import Revision
from ingest.making import confirm, make
from ingest.models import MadeStatements
from ingest.plan_forms import sent_plans
from ingest.planning import add_use, plan_of, propose_translation, remove_use, save_plan
from ingest.taking_back import undo
from library.models import Article, Document, Line, Note, Paragraph
from portal.content.verification import verify
from tests.editing.test_roles import client_with_role
from tests.factories import make_article, make_document, make_goal, make_line
from tests.forms import AdminForm
from tests.ingest.making import make_docx, paragraph, run

pytestmark = pytest.mark.django_db

NEWS = [
    "الإنتربول يفتتح مكتبًا في مدينة الياسمين",
    "12 أيار/مايو 2026",
    "افتتح الإنتربول اليوم مكتبًا جديدًا.",
    "ماذا يعمل المكتب",
    "يعمل المكتب على ما يلي:",
    "- تبادل المعلومات.",
    "- تدريب الشرطة.",
    "للتواصل",
]
ENGLISH = [
    "INTERPOL opens an office in Jasmine City",
    "12 May 2026",
    "INTERPOL opened a new office today.",
    "What the office does",
    "The office works on the following:",
    "- Exchange of information.",
    "- Training of police.",
]


def close_lines(texts, **fields):
    text = "\n".join(texts)
    document = make_document(is_published=False, sha256=sha256(text.encode()).hexdigest(), **fields)
    Line.objects.bulk_create(
        Line(document=document, number=number, text=line) for number, line in enumerate(texts, 1)
    )
    return document


@pytest.fixture
def news():
    return close_lines(NEWS, slug="jasmine", issued="2026-05-12")


def plan_form(client, document, language="en", page=""):
    address = f"/{language}/admin/ingest/incomingdocument/statements/{document.pk}/{page}"
    return AdminForm(client, address)


def plan_fields(document, **values_by_number):
    """Return the fields of a form by the numbers of lines: {"use": {8: "nothing"}}."""
    rows = {row.line.number: row.pk for row in plan_of(document)}
    return {
        f"{name}-{rows[number]}": value
        for name, values in values_by_number.items()
        for number, value in values.items()
    }


def test_news_item_becomes_an_article(client, admin_client, news):
    form = plan_form(admin_client, news)
    token = form.fields["csrfmiddlewaretoken"]
    admin_client.post(
        form.address,
        {
            "pair": "1",
            "pasted": "\n".join(ENGLISH),
            "changes": "accept",
            "csrfmiddlewaretoken": token,
        },
    )
    form = plan_form(admin_client, news)
    assert "ART 1" in form.html
    unused = plan_fields(
        news,
        use={8: "nothing"},
        reason={8: "web"},
        confirmed=dict.fromkeys(range(1, 8), "on"),
    )
    answer = form.send(make="1", **unused)
    assert answer.headers["Location"].endswith("/make/")

    pages = plan_form(admin_client, news, page="make/")
    assert "interpol-opens-an-office-in-jasmine-city" in pages.html
    (kind,) = [name for name in pages.fields if name.endswith("-kind")]
    answer = pages.send(confirm="1", **{kind: "news"})

    article = Article.objects.get()
    assert (article.is_published, article.kind, article.document) == (False, "news", news)
    assert (article.title_ar, article.title_en) == (NEWS[0], ENGLISH[0])
    paragraphs = [
        (each.code, each.kind, each.text_en) for each in Paragraph.objects.order_by("code")
    ]
    assert paragraphs[:3] == [
        ("ART 1.1", "date", "12 May 2026"),
        ("ART 1.2", "text", "INTERPOL opened a new office today."),
        ("ART 1.3", "heading", "What the office does"),
    ]
    heading = Paragraph.objects.get(code="ART 1.3")
    assert [each.text_ar for each in heading.children.all()] == [
        "يعمل المكتب على ما يلي:",
        "تبادل المعلومات.",
        "تدريب الشرطة.",
    ]
    assert news.lines.get(number=8).boilerplate_en == "A remnant of the web page."
    assert plan_of(news) == []
    assert client.get("/en/library/articles/" + article.slug + "/").status_code == 404
    revision = MadeStatements.objects.get().revision
    assert revision == Revision.objects.latest("pk")
    assert revision.changes.count() == 8


def test_problems_stand_beside_their_lines(admin_client, news):
    form = plan_form(admin_client, news)
    fields = plan_fields(
        news,
        place={1: ""},
        use={8: "nothing"},
        reason={8: ""},
        original={3: "كلمة ليست فيه"},
        note={4: "ملاحظة"},
        confirmed={5: "on"},
    )
    form.send(save="1", **fields)

    rows = {row.line.number: row.pk for row in plan_of(news)}
    problems = make(news).problems
    assert "belongs to no page" in problems[rows[1]][0]
    assert problems[rows[8]] == ["Say why this line is not used."]
    page = plan_form(admin_client, news, "ar").html
    assert "لا ينتمي هذا السطر إلى أي صفحة" in page
    answer = plan_form(admin_client, news, page="make/").send(confirm="1")
    assert answer.status_code == 302
    assert not Article.objects.exists()
    assert Revision.objects.filter(made_statements=None).count() == Revision.objects.count()


def test_declaration_becomes_a_round_with_nested_highlights(news):
    texts = ["إعلان الجولة التاسعة", "نلتزم بما يلي:", "- التعاون.", "- التدريب.", "نشكر المضيف."]
    document = close_lines(texts, slug="ninth", issued="2026")
    rows = plan_of(document)
    rows[0].place = "dialogue.round"
    for row, use in zip(rows[1:], ["text", "nested", "nested", "text"], strict=True):
        row.use = use
    for row in rows:
        row.save()

    confirm(document)

    made = Round.objects.get()
    assert (made.year, made.number, made.title_ar, made.code) == (2026, 1, texts[0], "D 2026")
    codes = [(each.code, each.parent and each.parent.code) for each in Highlight.objects.all()]
    assert sorted(codes, key=str) == [
        ("D 2026.1", None),
        ("D 2026.1.1", "D 2026.1"),
        ("D 2026.1.2", "D 2026.1"),
        ("D 2026.2", None),
    ]


def test_new_edition_has_its_year_in_its_codes(db):
    former = make_document(slug="goals-2023", issued="2023")
    old = make_goal(number=1, code="GPG 1", line=make_line("هدف", document=former))
    introduction = make_article(document=former, line=None, code="GPG 0")
    texts = ["الهدف الأول", "نص أول", "نص ثان", "الهدف الثاني", "نص ثالث", "تمهيد", "فقرة"]
    document = close_lines(texts, slug="goals-2028", issued="2028-05", replaces=former)
    rows = plan_of(document)
    for position, place in ((0, "goals.goal"), (3, "goals.goal"), (5, "library.article")):
        rows[position].place = place
    for row in rows:
        row.use = "text"
        row.save()

    confirm(document)

    assert list(Goal.objects.values_list("code", "edition", "number")) == [
        ("GPG 1", 2023, 1),
        ("GPG 2028.1", 2028, 1),
        ("GPG 2028.2", 2028, 2),
    ]
    assert [each.code for each in Objective.objects.all()] == [
        "GPG 2028.1.1",
        "GPG 2028.1.2",
        "GPG 2028.2.1",
    ]
    article = Article.objects.get(document=document)
    assert (article.code, article.replaces) == ("GPG 2028.0", introduction)
    assert Paragraph.objects.get(article=article).code == "GPG 2028.0.1"
    assert Goal.objects.get(pk=old.pk).code == "GPG 1"


def test_goal_of_another_document_joins_the_newest_edition(db):
    goal = make_goal(number=7, code="GPG 7", edition=2023)
    document = close_lines(["هدف ثامن", "نص"], slug="addendum", issued="2026")
    first, second = plan_of(document)
    first.place, second.use = "goals.goal", "text"
    first.save()
    second.save()

    confirm(document)

    made = Goal.objects.exclude(pk=goal.pk).get()
    assert (made.code, made.edition, made.number) == ("GPG 8", 2023, 8)


def test_two_articles_cannot_be_the_next_edition_of_one(db):
    former = make_document(slug="first", issued="2023")
    article = make_article(document=former, line=None)
    document = close_lines(
        ["عنوان", "نص", "عنوان آخر"], slug="second", issued="2028", replaces=former
    )
    rows = plan_of(document)
    for row in rows:
        row.use = "text"
    for row in (rows[0], rows[2]):
        row.place, row.values = "library.article", {"replaces": article.pk, "number": row.pk}
    for row in rows:
        row.save()

    made = make(document)

    assert "has a new edition already" in str(made.problems[rows[2].pk])
    assert rows[0].pk not in made.problems


def test_correction_and_note_are_made_with_their_statement(news):
    row = plan_of(news)[2]
    row.original, row.reading = "جديدًا", "حديثًا"
    row.correction_reason = row.correction_reason_translation = "خطأ طباعي."
    row.note, row.note_translation, row.note_year = "ملاحظة", "A note", 2026
    row.note_url = "https://example.org/"
    row.save()

    confirm(news)

    paragraph = Paragraph.objects.get(line__number=3)
    assert paragraph.text_ar == "افتتح الإنتربول اليوم مكتبًا حديثًا."
    assert paragraph.original == NEWS[2]
    assert Note.objects.get().text_en == "A note"
    assert [problem for check in verify() for problem in check.problems if "ART" in problem] == [
        problem for check in verify() for problem in check.problems if "“en”" in problem
    ]


def test_statements_are_taken_back_as_one_and_their_plan_stays(news):
    row = plan_of(news)[2]
    row.translation, row.is_translation_confirmed = ENGLISH[2], True
    row.save()
    last = plan_of(news)[7]
    last.use, last.reason = "nothing", "web"
    last.save()
    made = confirm(news)
    before = Revision.objects.count()

    assert undo(made) == 7

    assert not Article.objects.exists()
    assert not Paragraph.objects.exists()
    assert Revision.objects.count() == before + 1
    assert news.lines.get(number=8).boilerplate_en == ""
    assert [each.translation for each in plan_of(news)][2] == ENGLISH[2]
    confirm(news)  # the codes that nobody saw are free again
    assert Article.objects.get().code == "ART 1"
    assert Paragraph.objects.get(code="ART 1.2").text_en == ENGLISH[2]


def change_title(article):
    article.title_en = "Another"
    article.save()


def publish(article):
    Document.objects.update(is_published=True)
    article.is_published = True
    article.save()


def hide_again(article):
    publish(article)
    article.is_published = False
    article.save()


def add_paragraph(article):
    line = article.document.lines.get(number=2)
    Paragraph.objects.create(article=article, line=line, number=9, kind="text", text_ar="تاريخ")


def cite(_article):
    make_goal(subject_en="See ART 1.2 for more.", is_published=False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (change_title, "changed since"),
        (publish, "changed since"),
        (hide_again, "changed since"),
        (add_paragraph, "belongs to it or cites it"),
        (cite, "belongs to it or cites it"),
    ],
)
def test_what_is_changed_seen_or_cited_is_not_taken_back(admin_client, news, change, sentence):
    made = confirm(news)
    change(Article.objects.get())

    address = f"/en/admin/ingest/incomingdocument/statements/{news.pk}/undo/{made.pk}/"
    assert "Take them back" in admin_client.get(address).content.decode()
    page = admin_client.post(address, follow=True).content.decode()

    assert sentence in page
    assert Article.objects.exists()
    assert MadeStatements.objects.exists()


def test_statements_that_readers_have_seen_are_not_taken_back(news):
    publish(goal := make_goal(is_published=False))
    news.refresh_from_db()
    rows = plan_of(news)
    rows[0].place = f"goals.goal.{goal.pk}"
    rows[0].save()
    made = confirm(news)

    with pytest.raises(ValidationError, match="Readers have seen GPG"):
        undo(made)


def test_line_is_used_for_a_title_a_statement_and_elsewhere(admin_client, news):
    goal = make_goal(is_published=False)
    first = plan_of(news)[0]
    form = plan_form(admin_client, news)
    answer = form.send(**plan_fields(news, translation={1: "Jasmine"}), again=str(first.pk))
    assert answer.headers["Location"].endswith("?page=1#number-1")
    own, elsewhere = plan_of(news)[1], add_use(first)
    assert (own.translation, plan_of(news)[2]) == ("Jasmine", elsewhere)
    form = plan_form(admin_client, news)
    form.send(save="1", **{f"code-{elsewhere.pk}": goal.code.lower()})

    confirm(news)

    article = Article.objects.get()
    assert (article.title_ar, article.line.number) == (NEWS[0], 1)
    assert Paragraph.objects.get(code="ART 1.1").text_ar == NEWS[0]
    assert goal.objectives.get().text_ar == NEWS[0]
    assert Paragraph.objects.get(code="ART 1.2").text_ar == NEWS[1]


def test_use_that_is_not_wanted_is_taken_away_but_never_the_first(admin_client, news):
    first = plan_of(news)[0]
    again = add_use(first)
    first.place, first.use = "", "nothing"
    first.save()
    assert "another use of the line" in make(news).problems[first.pk][0]

    plan_form(admin_client, news).send(drop=str(again.pk))

    assert len(plan_of(news)) == len(NEWS)
    assert not remove_use(first)
    assert len(plan_of(news)) == len(NEWS)


def test_plan_that_two_people_confirm_is_made_once(news):
    confirm(news)

    with pytest.raises(ValidationError, match="nothing to be made"):
        confirm(news)

    assert Article.objects.count() == 1


def test_number_that_was_taken_meanwhile_is_a_problem_of_its_line(news):
    row = plan_of(news)[0]
    row.values = {"number": 7}
    row.save()
    make_article(number=7)

    with pytest.raises(ValidationError, match="still have problems"):
        confirm(news)

    assert "The code ART 7 has been given" in make(news).problems[row.pk][0]


def test_line_that_is_not_used_belongs_to_no_page(news):
    row = plan_of(news)[0]
    row.use = "nothing"
    row.save()

    assert "neither with a page" in make(news).problems[row.pk][0]


def test_unknown_code_of_a_page_stays_in_the_form_with_its_problem(admin_client, news):
    row = plan_of(news)[3]
    plan_form(admin_client, news).send(save="1", **{f"code-{row.pk}": "GPG 77"})

    assert make(news).problems[row.pk] == ["There is no such page."]
    assert plan_form(admin_client, news).fields[f"code-{row.pk}"] == "GPG 77"


def test_lines_go_on_with_a_page_that_is_named_twice(news):
    goal = make_goal(is_published=False)
    rows = plan_of(news)
    for row in (rows[2], rows[4]):
        row.place = f"goals.goal.{goal.pk}"
        row.save()

    confirm(news)

    numbers = [each.number for each in goal.objectives.order_by("line__number")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_only_a_publisher_adds_to_a_page_that_readers_see(news):
    publish(goal := make_goal(is_published=False))
    rows = plan_of(news)
    rows[0].place = f"goals.goal.{goal.pk}"
    rows[0].save()
    client = client_with_role("editor")

    form = plan_form(client, news, page="make/")
    assert "Readers see these pages already" in form.html
    answer = form.send(confirm="1")

    assert (
        "only a publisher may add to it" in client.get(answer.headers["Location"]).content.decode()
    )
    assert not goal.objectives.exists()


def pair(client, document, **fields):
    form = plan_form(client, document)
    token = form.fields["csrfmiddlewaretoken"]
    sent = {"pair": "1", "changes": "accept", "csrfmiddlewaretoken": token} | fields
    return client.post(form.address, sent, follow=True).content.decode()


def test_text_in_the_other_language_is_uploaded(admin_client, news):
    data = make_docx(*map(paragraph, map(run, ENGLISH)))

    page = pair(admin_client, news, file=SimpleUploadedFile("en.docx", data))

    assert "7 lines were paired." in page
    assert [row.translation for row in plan_of(news)][:7] == ENGLISH


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({}, "choose a file or paste a text"), ({"file": b"\x89PNG x"}, "none of those")],
)
def test_text_that_cannot_be_read_is_refused_in_the_form(admin_client, news, fields, sentence):
    files = {name: SimpleUploadedFile("text", data) for name, data in fields.items()}
    assert sentence in pair(admin_client, news, **files)


def test_lines_that_found_no_place_are_named(admin_client, news):
    extra = [f"Nobody asked about {word}. " * 12 + "So it was." for word in ("tea", "milk", "rice")]
    page = pair(admin_client, news, pasted="\n".join([*ENGLISH[:3], *extra, *ENGLISH[3:]]))

    assert "found no place" in page
    assert all(sentence in page for sentence in extra)


def test_lines_are_added_to_an_existing_page(news):
    goal = make_goal(is_published=False)
    rows = plan_of(news)
    rows[2].place = f"goals.goal.{goal.pk}"
    rows[2].save()

    made = make(news)

    assert made.problems == {}
    assert made.by_line[rows[2].pk].code == f"{goal.code}.1"
    assert made.by_line[rows[3].pk].code == f"{goal.code}.2"
    goal.is_published = True
    goal.save()
    assert "not published" in make(news).problems[rows[2].pk][0]


def test_nobody_overwrites_a_plan_that_they_have_not_seen(admin_client, news):
    mine, theirs = (plan_form(admin_client, news) for _ in range(2))
    theirs.send(save="1", **plan_fields(news, translation={3: "Theirs"}))

    answer = mine.send(save="1", **plan_fields(news, translation={3: "Mine", 5: "Other"}))

    page = answer.content.decode()
    assert "yours was not saved" in page
    assert "Mine" in page
    assert [row.translation for row in plan_of(news)][2:5:2] == ["Theirs", "Other"]


def test_confirmed_translations_are_not_replaced_by_proposals(news):
    row = plan_of(news)[2]
    row.translation, row.is_translation_confirmed = "My own", True
    row.save()

    propose_translation(news, ENGLISH)

    assert plan_of(news)[2].translation == "My own"
    assert plan_of(news)[0].translation == ENGLISH[0]


def test_unknown_values_of_a_form_are_left_out(news):
    row = plan_of(news)[0]
    data = {f"version-{row.pk}": "0", f"place-{row.pk}": "auth.user", f"use-{row.pk}": "x"}

    (sent,) = sent_plans(data)

    assert (sent.values["place"], sent.values["use"]) == ("", "text")
    assert save_plan(make_document(), [sent]) == [sent]


def test_plans_are_for_people_who_take_in_documents(client, news, django_user_model):
    client.force_login(django_user_model.objects.create_user("somebody", is_staff=True))

    for page in ("", "make/", "undo/1/"):
        address = f"/en/admin/ingest/incomingdocument/statements/{news.pk}/{page}"
        assert client.get(address).status_code == 403
    assert Client().get(f"/en/admin/library/document/{news.pk}/change/").status_code == 302


def test_what_is_left_out_is_on_the_list_of_the_translators_with_its_size(admin_client, news):
    confirm(news)

    page = admin_client.get("/en/admin/translations/translationstate/").content.decode()

    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if NEWS[2] in row]
    assert '<td class="field-words">5</td>' in row
