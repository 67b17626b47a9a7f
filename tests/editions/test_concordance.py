"""Writing the concordance of two editions in the admin: proposals, saving, conflicts, errors."""

import re

import pytest
from django.test import Client

from accounts.models import User
from editing.models import Proposal
from editing.proposals import accept
from history.models import Revision
from library.concordance import EditionText, propose
from library.concordance_admin import read_codes
from library.models import Correspondence
from tests.editing.test_roles import client_with_role
from tests.editions.reading import words
from tests.factories import make_document, make_goal, make_line, make_objective

SAME = {"ar": "لم تتغير الصياغة.", "en": "The wording is the same."}


def text(code, arabic):
    return EditionText(code, code.partition(".")[0], {"ar": arabic, "en": ""})


class TestProposals:
    def test_equal_text_comes_first(self):
        former = [
            text("A 1.1", "نلتزم بالتعاون في كل مكان"),
            text("A 1.2", "نتبادل البيانات بأمان"),
        ]
        later = [text("A 9.1", "نتبادل البيانات بأمان"), text("A 9.2", "نلتزم بالتعاون في كل مكان")]

        assert propose(former, later) == {"A 1.1": ["A 9.2"], "A 1.2": ["A 9.1"]}

    def test_text_with_few_other_words_was_reworded(self):
        former = [text("A 1.1", "تعزيز تبادل المعلومات بين أجهزة الشرطة في البلدان الأعضاء")]
        later = [
            text("A 9.1", "حماية البيئة والأنواع المهددة بالانقراض"),
            text("A 9.2", "تسريع تبادل المعلومات بين أجهزة الشرطة في المناطق"),
        ]

        assert propose(former, later) == {"A 1.1": ["A 9.2"]}

    def test_parts_of_a_text_were_split(self):
        former = [
            text(
                "A 1.1",
                "وضع معايير عالمية لإدارة الحدود واحترام حقوق الإنسان وتحليل المخاطر الرقمية",
            )
        ]
        later = [
            text("A 9.1", "وضع معايير عالمية لإدارة الحدود"),
            text("A 9.2", "احترام حقوق الإنسان وتحليل المخاطر الرقمية"),
        ]

        assert sorted(propose(former, later)["A 1.1"]) == ["A 9.1", "A 9.2"]

    def test_texts_that_one_has_were_merged(self):
        former = [
            text("A 1.1", "وضع معايير عالمية لإدارة الحدود"),
            text("A 1.2", "احترام حقوق الإنسان وتحليل المخاطر الرقمية"),
        ]
        later = [
            text(
                "A 9.1",
                "وضع معايير عالمية لإدارة الحدود واحترام حقوق الإنسان وتحليل المخاطر الرقمية",
            )
        ]

        assert propose(former, later) == {"A 1.1": ["A 9.1"], "A 1.2": ["A 9.1"]}

    def test_other_texts_are_not_joined(self):
        former = [text("A 1.1", "مكافحة الإرهاب"), text("A 1.2", "")]
        later = [text("A 9.1", "حماية البيئة"), text("A 9.2", "")]

        assert "A 1.1" not in propose(former, later)


@pytest.fixture
def later(db):
    """A document with two statements, which replaces one with two others."""
    former = make_document(issued="2023", slug="first", number=1)
    document = make_document(issued="2028", slug="second", number=2, replaces=former)
    for year, source in ((2023, former), (2028, document)):
        goal = make_goal(
            number=1,
            slug=f"goal-{year}",
            code="",
            line=make_line("عنوان", document=source, number=1),
        )
        for number, words_of_line in enumerate(["نص أول", f"نص {year}"], 1):
            line = make_line(words_of_line, document=source, number=number + 1)
            make_objective(
                goal,
                number=number,
                code="",
                line=line,
                text_ar=words_of_line,
                text_en=f"Text {number}",
            )
    return document


def address(document, language="en"):
    return f"/{language}/admin/library/document/{document.pk}/concordance/"


def send(client, document, rows, **extra):
    """Send the form as a browser does that has changed some fields of `rows`, by code."""
    page = client.get(address(document)).content.decode()
    data = dict(
        re.findall(
            r'<input type="hidden" name="((?:stored|shown|same)-[^"]+)" value="([^"]*)"', page
        )
    )
    data["row"] = re.findall(r'name="row" value="([^"]+)"', page)
    for name, value in re.findall(r'<input name="([^"]+)" value="([^"]*)"', page):
        data[name] = value
    return client.post(address(document), data | rows | extra)


def reasons(code, text="Why."):
    return {f"reason-ar-{code}": "لماذا.", f"reason-en-{code}": text}


def stored():
    return sorted(Correspondence.objects.values_list("former", "later"))


@pytest.fixture
def publisher(db):
    return client_with_role("publisher")


def test_nothing_is_saved_that_nobody_accepted(publisher, later):
    page = words(publisher.get(address(later)).content.decode())
    response = send(publisher, later, {})

    assert "2 of 2 statements are not joined yet. GPG 1.1, GPG 1.2" in page
    assert "2 statements of the later edition stand in no row yet." in page
    assert response.status_code == 302
    assert stored() == []


def test_accepted_proposal_is_saved_with_its_reason(publisher, later):
    send(publisher, later, {"accepted-GPG-1.1": "on"})

    row = Correspondence.objects.get()
    assert (row.former, row.later) == ("GPG 1.1", "GPG 2028.1.1")
    assert {"ar": row.reason_ar, "en": row.reason_en} == SAME
    assert Revision.objects.latest("pk").author.username
    assert "1 of 2 statements is not joined yet." in words(
        publisher.get(address(later)).content.decode()
    )


def test_rows_with_the_same_wording_are_accepted_together(publisher, later):
    send(publisher, later, {}, accept="1")

    assert stored() == [("GPG 1.1", "GPG 2028.1.1")]


@pytest.mark.parametrize(
    "typed",
    [
        "GPG 2028.1.2, GPG 2028.1.1",
        "gpg-2028.1.1 gpg-2028.1.2",
        "GPG 2028.1.1، GPG 2028.1.2",
        "  GPG-2028.1.1   GPG 2028.1.2  GPG 2028.1.2 ",
    ],
)
def test_several_codes_split_a_statement(publisher, later, typed):
    send(publisher, later, {"later-GPG-1.1": typed, **reasons("GPG-1.1")})

    assert stored() == [("GPG 1.1", "GPG 2028.1.1"), ("GPG 1.1", "GPG 2028.1.2")]


def test_statement_without_a_code_was_dropped_and_a_new_one_is_new(publisher, later):
    send(publisher, later, {"later-GPG-1.2": "", **reasons("GPG-1.2")})
    send(publisher, later, reasons("GPG-2028.1.2"))

    assert stored() == [("", "GPG 2028.1.2"), ("GPG 1.2", "")]


def test_row_that_is_emptied_is_taken_away(publisher, later):
    send(publisher, later, {"accepted-GPG-1.1": "on"})
    send(publisher, later, {"later-GPG-1.1": "", **reasons("GPG-1.1", ""), "reason-ar-GPG-1.1": ""})

    assert stored() == []


def test_changed_row_keeps_what_did_not_change(publisher, later):
    send(publisher, later, {"later-GPG-1.1": "GPG 2028.1.1", **reasons("GPG-1.1")})
    first = Correspondence.objects.get()
    send(publisher, later, {"later-GPG-1.1": "GPG 2028.1.1 GPG 2028.1.2"})

    assert Correspondence.objects.get(later="GPG 2028.1.1").pk == first.pk
    assert Correspondence.objects.get(later="GPG 2028.1.2").reason_en == "Why."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"later-GPG-1.1": "GPG 1.2"}, "This edition has no statement with the code GPG 1.2."),
        ({"later-GPG-1.1": "nonsense"}, "This edition has no statement with the code NONSENSE."),
        ({"later-GPG-1.1": "GPG 2028.1.2"}, ""),
        ({"reason-en-GPG-1.1": ""}, "Please give the reason in each language."),
        ({"later-GPG-1.2": "", "accepted-GPG-1.2": "on"}, ""),
    ],
)
def test_row_that_cannot_be_saved_keeps_what_was_typed(publisher, later, fields, sentence):
    typed = next(iter(fields.values()))
    rows = {**reasons("GPG-1.2"), "later-GPG-1.2": "GPG 2028.1.2", **fields}
    response = send(publisher, later, rows)

    if not sentence:
        assert response.status_code == 302
        return
    page = response.content.decode()
    assert sentence in words(page)
    assert typed.upper() in page.upper()
    assert "1 row was not saved" in words(page)
    assert stored() == [("GPG 1.2", "GPG 2028.1.2")]  # the other row was


def test_two_people_do_not_overwrite_each_other(later, people):
    publisher, other = people
    page = publisher.get(address(later)).content.decode()
    send(other, later, {"later-GPG-1.1": "GPG 2028.1.2", **reasons("GPG-1.1", "Theirs.")})
    shown = dict(re.findall(r'name="((?:stored|shown)-[^"]+)" value="([^"]*)"', page))
    mine = {**shown, "row": ["GPG 1.1"], "later-GPG-1.1": "GPG 2028.1.1", **reasons("GPG-1.1")}

    response = publisher.post(address(later), mine)
    again = response.content.decode()

    assert "Somebody else has changed this row: GPG 2028.1.2." in words(again)
    assert 'value="GPG 2028.1.1"' in again
    assert stored() == [("GPG 1.1", "GPG 2028.1.2")]
    shown = dict(re.findall(r'name="((?:stored|shown)-[^"]+)" value="([^"]*)"', again))
    publisher.post(address(later), {**mine, **shown})
    assert stored() == [("GPG 1.1", "GPG 2028.1.1")]


def test_only_people_who_may_change_rows_see_the_page(later):
    translator = client_with_role("translator")

    assert translator.get(address(later)).status_code == 403
    assert translator.post(address(later), {"row": "GPG 1.1"}).status_code == 403
    assert Client().get(address(later)).status_code == 302


def test_document_that_replaces_none_has_no_concordance(publisher, later):
    assert publisher.get(address(later.replaces)).status_code == 404


def test_page_is_in_arabic(publisher, later):
    page = words(publisher.get(address(later, "ar")).content.decode())

    assert "نصان من أصل 2 لم يُقابلا بعد." in page


def test_document_is_no_edition_of_itself(later):
    former = later.replaces
    former.replaces = later

    with pytest.raises(Exception, match="new edition of itself"):
        former.full_clean()


def test_goal_of_a_document_that_is_no_new_edition_joins_the_newest(later):
    other = make_document(issued="2030", slug="third", number=3)
    goal = make_goal(number=2, code="", line=make_line("هدف", document=other, number=1))

    assert goal.edition == 2028
    assert goal.code == "GPG 2028.2"


@pytest.mark.parametrize("number", [1000, 2028])
def test_number_of_four_digits_would_be_a_year(later, number):
    goal = make_goal(number=3, code="", line=later.lines.first())
    goal.number = number

    with pytest.raises(Exception, match="three digits"):
        goal.full_clean()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("SF V", ["SF V"]),
        ("sf-v, SF M.1", ["SF V", "SF M.1"]),
        ("SF V.1 SF 2", ["SF V.1", "SF 2"]),
        ("GPG 2028.1.1 GPG-2028.1.2", ["GPG 2028.1.1", "GPG 2028.1.2"]),
        ("UN, UN 1", ["UN", "UN 1"]),
        (" , ،  ", []),
        ("1.3 GPG", ["1.3", "GPG"]),
    ],
)
def test_codes_are_read_as_people_type_them(typed, found):
    assert read_codes(typed, {"SF V", "SF M.1", "UN", "UN 1"}) == found


def test_statement_that_continues_another_is_not_new_any_more(publisher, later):
    send(publisher, later, reasons("GPG-2028.1.2"))
    send(publisher, later, {"later-GPG-1.2": "GPG 2028.1.2", **reasons("GPG-1.2")})

    assert stored() == [("GPG 1.2", "GPG 2028.1.2")]


def test_statement_that_continues_another_cannot_be_new(publisher, later):
    first = publisher.get(address(later)).content.decode()
    send(publisher, later, {"later-GPG-1.2": "GPG 2028.1.2", **reasons("GPG-1.2")})
    shown = dict(re.findall(r'name="((?:stored|shown)-[^"]+)" value="([^"]*)"', first))
    answer = publisher.post(
        address(later), {**shown, "row": ["GPG 2028.1.2"], **reasons("GPG-2028.1.2", "Typed.")}
    )
    page = answer.content.decode()

    assert "It is no new statement: GPG 1.2 became it." in words(page)
    assert 'value="Typed."' in page
    assert stored() == [("GPG 1.2", "GPG 2028.1.2")]


def test_statement_that_is_gone_keeps_what_was_typed(publisher, later):
    answer = publisher.post(
        address(later), {"row": ["GPG 9.9"], "later-GPG-9.9": "GPG 2028.1.1", **reasons("GPG-9.9")}
    )

    assert "This statement is not there any more." in words(answer.content.decode())
    assert "GPG 2028.1.1" in answer.content.decode()


def test_rows_keep_a_reason_of_their_own(publisher, later):
    codes = "GPG 2028.1.1, GPG 2028.1.2"
    send(publisher, later, {"later-GPG-1.1": codes, **reasons("GPG-1.1", "First.")})
    row = Correspondence.objects.get(later="GPG 2028.1.2")
    row.reason_en = "Second,\nwith a line break."
    row.save()
    changes = Revision.objects.count()

    send(publisher, later, {"accepted-GPG-1.2": "on", **reasons("GPG-1.2")})
    send(publisher, later, {"accepted-GPG-1.1": "on"})

    row.refresh_from_db()
    assert row.reason_en == "Second,\nwith a line break."
    assert Revision.objects.count() == changes + 1


@pytest.mark.parametrize("edition", [28, 1899, 20280])
def test_edition_is_a_year(later, edition):
    goal = make_goal(number=3, code="", line=later.lines.first())
    goal.edition = edition

    with pytest.raises(Exception, match="four digits"):
        goal.full_clean()


def test_rows_of_an_editor_wait_for_a_publisher(publisher, later):
    editor = client_with_role("editor")
    response = send(editor, later, {"accepted-GPG-1.1": "on"})

    assert not Correspondence.objects.exists()
    assert "waits for a publisher" in editor.get(response.url).content.decode()
    proposal = Proposal.objects.get()
    page = publisher.get(f"/en/admin/editing/proposal/{proposal.pk}/change/").content.decode()
    assert "GPG 2028.1.1" in page
    accept(proposal, User.objects.get(username="publisher"), {}, {})
    row = Correspondence.objects.get()
    assert (row.former, bool(row.later)) == ("GPG 1.1", True)
