"""No input makes an error, and nothing that is shown is changed."""

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.glossary.mentions import mark
from search.engine import search, search_expression
from search.highlighting import analysed, passage, places
from search.models import SearchEntry
from search.query import MAX_QUERY_LENGTH, MAX_QUERY_WORDS, read

ARABIC = st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
SIGNS = st.sampled_from(list("\"'«»“”‘’()*:&|!<->^%\\{}~+0 \t\n\x00\u200f\u202e\u0640"))
LATIN = st.sampled_from(list("abcdeGPG 1.3/24"))
TYPED = st.one_of(
    st.text(st.one_of(ARABIC, SIGNS, LATIN, st.characters()), max_size=260),
    st.lists(
        st.sampled_from(["NEAR", "AND", "OR", "NOT", "الإرهاب", "terror", '"', "GPG 1.3", "24/7"])
    ).map(" ".join),
)
UNHURRIED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNHURRIED
@given(TYPED)
def test_reading_keeps_within_bounds(typed):
    query = read(typed)

    assert len(query.text) <= MAX_QUERY_LENGTH
    assert len(query.words) <= MAX_QUERY_WORDS
    for word in query.words:
        assert 0 <= word.start < word.end <= len(query.text)


@pytest.mark.whole_site
@pytest.mark.django_db
@UNHURRIED
@given(TYPED)
def test_search_takes_whatever_is_typed(content, typed):
    results = search(typed)
    expression = search_expression(typed)
    if expression:
        assert SearchEntry.objects.filter(terms__match=expression).count() >= 0
    assert [found.score for found in results.ranked] == sorted(
        (found.score for found in results.ranked), reverse=True
    )


@pytest.mark.django_db
@settings(parent=UNHURRIED, max_examples=20)
@given(TYPED)
def test_pages_take_whatever_is_typed(content, typed):
    typed = typed.encode("utf-8", "surrogatepass")
    for address in ("/ar/search/", "/en/search/suggestions/"):
        assert Client().get(address, {"q": typed}).status_code == 200


@UNHURRIED
@given(st.text(st.one_of(ARABIC, SIGNS, LATIN, st.characters()), max_size=900), st.data())
def test_highlighting_never_changes_the_text(text, data):
    terms = sorted({name for _start, _end, name in analysed(text)}) or ["terror"]
    wanted = dict.fromkeys(data.draw(st.lists(st.sampled_from(terms))), 0)
    found = passage(text, wanted, longest=200)

    assert found.text in text
    if not (found.is_cut_before or found.is_cut_after):
        assert found.text == text
    html = mark(found.text, found.places, "ar")
    assert unescape(re.sub("<[^>]*>", "", html)) == found.text
    marked = [found.text[start:end] for start, end in found.places]
    assert html.count("<mark>") == len(marked)
    assert set(marked) <= {text[start:end] for start, end, _group in places(text, wanted)}
