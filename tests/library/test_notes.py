import pytest

from tests.factories import make_goal, make_line, make_note, make_objective

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "text", "heading"),
    [
        ("ar", "صار العدد 196.", "ملاحظة تحريرية"),
        ("en", "The number is now 196.", "Editorial note"),
    ],
)
def test_note_stands_under_the_statement_and_in_the_document(client, language, text, heading):
    line = make_line("نص")
    make_note(line, text_ar="صار العدد 196.", text_en="The number is now 196.", year=2023)
    goal = make_goal(line=line)
    make_objective(goal, line=line)

    for address in (goal.get_absolute_url(), line.document.get_absolute_url()):
        address = address.removeprefix("/en/")
        page = client.get(f"/{language}/{address}").content.decode()
        assert text in page
        assert heading in page
        assert 'href="https://example.org/"' in page
