"""No input makes an error, and highlighting changes no text."""

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.glossary.mentions import highlight_spans
from search.engine import build_search_expression, search
from search.entries import PUBLIC
from search.highlighting import analyse_with_offsets, find_matches, make_snippet
from search.models import SearchEntry
from search.query import MAX_QUERY_LENGTH, MAX_QUERY_WORDS, parse_query

ARABIC = st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
PUNCTUATION = st.sampled_from(list("\"'«»“”‘’()*:&|!<->^%\\{}~+0 \t\n\x00\u200f\u202e\u0640"))
LATIN = st.sampled_from(list("abcdeGPG 1.3/24"))
RAW_QUERIES = st.one_of(
    st.text(st.one_of(ARABIC, PUNCTUATION, LATIN, st.characters()), max_size=260),
    st.lists(
        st.sampled_from(["NEAR", "AND", "OR", "NOT", "الإرهاب", "terror", '"', "GPG 1.3", "24/7"])
    ).map(" ".join),
)
WITHOUT_DEADLINE = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@WITHOUT_DEADLINE
@given(RAW_QUERIES)
def test_reading_keeps_within_bounds(raw_query):
    query = parse_query(raw_query)

    assert len(query.text) <= MAX_QUERY_LENGTH
    assert len(query.words) <= MAX_QUERY_WORDS
    for word in query.words:
        assert 0 <= word.start < word.end <= len(query.text)


@pytest.mark.whole_site
@pytest.mark.django_db
@WITHOUT_DEADLINE
@given(RAW_QUERIES)
def test_search_takes_whatever_is_typed(content, raw_query):
    results = search(raw_query)
    expression = build_search_expression(raw_query, [PUBLIC])
    if expression:
        assert SearchEntry.objects.filter(terms__match=expression).count() >= 0
    assert [entry.score for entry in results.ranked] == sorted(
        (entry.score for entry in results.ranked), reverse=True
    )


@pytest.mark.django_db
@settings(parent=WITHOUT_DEADLINE, max_examples=20)
@given(RAW_QUERIES)
def test_pages_take_whatever_is_typed(content, raw_query):
    raw_query = raw_query.encode("utf-8", "surrogatepass")
    for address in ("/ar/search/", "/en/search/suggestions/"):
        assert Client().get(address, {"q": raw_query}).status_code == 200


@WITHOUT_DEADLINE
@given(st.text(st.one_of(ARABIC, PUNCTUATION, LATIN, st.characters()), max_size=900), st.data())
def test_highlighting_never_changes_the_text(text, data):
    terms = sorted({term for _start, _end, term in analyse_with_offsets(text)}) or ["terror"]
    clause_by_term = dict.fromkeys(data.draw(st.lists(st.sampled_from(terms))), 0)
    snippet = make_snippet(text, clause_by_term, max_length=200)

    assert snippet.text in text
    if not (snippet.is_cut_before or snippet.is_cut_after):
        assert snippet.text == text
    html = highlight_spans(snippet.text, snippet.spans, "ar")
    assert unescape(re.sub("<[^>]*>", "", html)) == snippet.text
    matches = [snippet.text[start:end] for start, end in snippet.spans]
    assert html.count("<mark>") == len(matches)
    assert set(matches) <= {
        text[start:end] for start, end, _clause in find_matches(text, clause_by_term)
    }


def test_code_is_highlighted_as_a_whole_although_its_words_match_too():
    text = "Under GPG 1.3, as GPG 1 says"
    clause_by_term = {term: 0 for _start, _end, term in analyse_with_offsets(text)}

    matches = [text[start:end] for start, end, _clause in find_matches(text, clause_by_term)]

    assert matches == ["Under", "GPG 1.3", "as", "GPG 1", "says"]
