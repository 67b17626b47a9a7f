import json
from datetime import date

import pytest
from django.utils import translation

from library.citations import Citation, escape_bibtex, find_cited_text
from library.fingerprints import fingerprint, fingerprint_language
from tests.factories import (
    make_article,
    make_document,
    make_goal,
    make_line,
    make_objective,
    make_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective():
    document = make_document(
        title_ar="كتيّب الأهداف",
        title_en="Brochure & goals",
        dating_ar="تشرين الأول/أكتوبر 2023",
        dating_en="October 2023",
        issued="2023-10",
    )
    goal = make_goal(number=2, title_ar="سلامة الحدود", title_en="Border integrity")
    line = make_line("كشف الأنشطة", document=document, number=61)
    return make_objective(goal, line=line, text_ar="كشف الأنشطة", text_en="Detect activities")


def citation(language, code="GPG 2.1"):
    return Citation(find_cited_text(code), language, "https://portal.example", date(2026, 11, 22))


def test_fingerprint_is_of_the_words_alone():
    expected = fingerprint("Detect  criminal\nactivities", "en")

    assert expected == fingerprint("Detect criminal activities", "en")
    assert expected == fingerprint(" Detect criminal activities ", "en")
    assert expected != fingerprint("Detect criminal activity", "en")
    assert fingerprint("مجمّع", "ar") == fingerprint("\u0645\u062c\u0645\u0651\u0639", "ar")
    assert fingerprint("", "en") == ""


def test_fingerprint_names_its_language():
    assert fingerprint_language(fingerprint("نص", "ar")) == "ar"
    for value in ("", "ar.", "ar.xyz", "ar.3F9C2A71D04E", "x" * 999):
        assert fingerprint_language(value) == ""


def test_citation_in_words_has_code_document_line_address_and_date(objective):
    english, arabic = citation("en"), citation("ar")

    assert english.in_words == (
        "INTERPOL, “Brochure & goals” (October 2023), line 61; GPG 2.1, “Border integrity”, "
        "in: Global Policing Goals: a knowledge base, "
        f"https://portal.example/id/GPG-2.1?fp={fingerprint('Detect activities', 'en')} "
        "(accessed on 22 November 2026). Unofficial translation by the portal."
    )
    assert arabic.in_words == (
        "الإنتربول، «كتيّب الأهداف» (تشرين الأول/أكتوبر 2023)، السطر 61؛ GPG 2.1، «سلامة الحدود»، "
        "في: أهداف العمل الشرطي العالمي: قاعدة معارف، "
        f"https://portal.example/id/GPG-2.1?fp={fingerprint('كشف الأنشطة', 'ar')} "
        "(تاريخ الاطلاع: 22 تشرين الثاني/نوفمبر 2026)."
    )


def test_bibtex_escapes_what_it_would_misread(objective):
    printed = fingerprint("Detect activities", "en")

    assert escape_bibtex("50 % & {a_b}~") == r"50 \% \& \{a\_b\}\textasciitilde{}"
    assert citation("en").bibtex == (
        "@misc{GPG-2.1.en,\n"
        "  author = {{INTERPOL}},\n"
        "  title = {GPG 2.1: Border integrity},\n"
        "  booktitle = {Brochure \\& goals},\n"
        "  year = {2023},\n"
        "  month = {10},\n"
        f"  url = {{https://portal.example/id/GPG-2.1?fp={printed}}},\n"
        "  urldate = {2026-11-22},\n"
        "  langid = {english},\n"
        f"  note = {{GPG 2.1; line 61; fingerprint {printed}; "
        "Unofficial translation by the portal}\n"
        "}\n"
    )


def test_ris_has_one_field_on_each_line(objective):
    lines = citation("ar").ris.split("\r\n")

    assert lines[0] == "TY  - ELEC"
    assert lines[-2:] == ["ER  - ", ""]
    assert "DA  - 2023/10//" in lines
    assert "SP  - 61" in lines
    assert "LA  - ar" in lines
    assert "Y2  - 2026/11/22/" in lines


def test_csl_json_has_dates_as_numbers(objective):
    (item,) = json.loads(citation("ar").csl_json)

    assert item["id"] == "GPG-2.1.ar"
    assert item["issued"] == {"date-parts": [[2023, 10]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 22]]}
    assert item["language"] == "ar"
    assert item["container-title"] == "كتيّب الأهداف"


def test_citation_without_document_or_line_says_what_there_is(objective):
    make_article(code="SF", document=objective.line.document, line=None, title_en="Framework")
    make_round(2022, line=None, source_url="https://example.org/round")

    assert "“Brochure & goals” (October 2023); SF" in citation("en", "SF").in_words
    assert "INTERPOL, https://example.org/round; D 2022" in citation("en", "D 2022").in_words
    assert "year" not in citation("en", "D 2022").bibtex.splitlines()[3]


def test_container_is_cited_with_all_its_statements(objective):
    before = find_cited_text("GPG 2").fingerprint("en")
    make_objective(objective.goal, text_en="Another")

    assert find_cited_text("GPG 2").fingerprint("en") != before
    assert find_cited_text("GPG 2").texts["en"] == "Border integrity\nDetect activities\nAnother"


def test_drafts_are_not_cited(client, objective):
    make_objective(make_goal(number=9, is_published=False), code="GPG 9.1")

    assert find_cited_text("GPG 9.1") is None
    assert client.get("/en/cite/GPG-9.1/").status_code == 404


def test_page_shows_both_languages_the_readers_first(client, objective):
    english = client.get("/en/cite/GPG-2.1/").content.decode()
    arabic = client.get("/ar/cite/GPG-2.1/").content.decode()

    assert english.index('id="cite-en"') < english.index('id="cite-ar"')
    assert arabic.index('id="cite-ar"') < arabic.index('id="cite-en"')
    assert "@misc{GPG-2.1.en" in english
    assert client.get("/en/cite/gpg 2.1/").headers["Location"] == "/en/cite/GPG-2.1/"


def test_text_that_is_missing_in_a_language_has_no_citation_in_it(client, objective):
    objective.text_en = None
    objective.save()

    page = client.get("/en/cite/GPG-2.1/").content.decode()

    assert "@misc{GPG-2.1.ar" in page
    assert "@misc{GPG-2.1.en" not in page
    assert "There is no text in" in page
    assert client.get("/en/cite/GPG-2.1/en.bib").status_code == 404


@pytest.mark.parametrize(
    ("ending", "content_type"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_citations_are_downloaded_as_files(client, objective, ending, content_type):
    response = client.get(f"/en/cite/GPG-2.1/ar.{ending}")

    assert response.headers["Content-Type"] == f"{content_type}; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="GPG-2.1.ar.{ending}"'
    assert "سلامة الحدود" in response.content.decode()


@pytest.mark.parametrize("address", ["GPG-9.9/", "x/", "GPG-2.1/ar.exe", "GPG-2.1/fr.bib"])
def test_what_cannot_be_cited_is_not_found(client, objective, address):
    assert client.get(f"/en/cite/{address}").status_code == 404


def test_fingerprint_tells_whether_the_text_has_changed(client, objective):
    fingerprints = {code: find_cited_text("GPG 2.1").fingerprint(code) for code in ("ar", "en")}
    with translation.override("en"):
        followed = client.get(
            f"/id/GPG-2.1?fp={fingerprints['en']}", headers={"accept-language": "en"}
        )
    assert followed.headers["Location"] == f"/en/cite/GPG-2.1/?fp={fingerprints['en']}"

    objective.text_en = "Detect and disrupt activities"
    objective.save()

    assert "Unchanged." in client.get(f"/en/cite/GPG-2.1/?fp={fingerprints['ar']}").content.decode()
    assert (
        "Not the same." in client.get(f"/en/cite/GPG-2.1/?fp={fingerprints['en']}").content.decode()
    )
    assert "is no fingerprint" in client.get("/en/cite/GPG-2.1/?fp=<b>").content.decode()
    assert "لم يتغير." in client.get(f"/ar/cite/GPG-2.1/?fp={fingerprints['ar']}").content.decode()
