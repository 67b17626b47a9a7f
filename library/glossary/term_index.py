"""Where each term of the glossary is mentioned in what readers see."""

from collections import defaultdict

from languages.languages import codes as language_codes
from languages.languages import in_language
from library.glossary.mentions import Finder
from library.models import Term
from library.passages import passages
from library.preview import remembered_for_readers


@remembered_for_readers
def published():
    """Return all terms by their slugs, and all passages."""
    return {term.slug: term for term in Term.objects.all()}, tuple(passages())


@remembered_for_readers
def mentions_by_term():
    """Return where each term is mentioned, by its slug.

    The passages are in order, each with its mentions by language: (passage, {"ar": [Mention]}).
    """
    terms, all_passages = published()
    finders = {
        code: Finder({slug: term.names(code) for slug, term in terms.items()})
        for code in language_codes()
    }
    found = {slug: [] for slug in terms}
    for passage in all_passages:
        of_terms = defaultdict(lambda: {code: [] for code in finders})
        for code, finder in finders.items():
            for mention in finder.mentions(in_language(passage, "text", code)):
                of_terms[mention.term][code].append(mention)
        for slug, mentions in of_terms.items():
            found[slug].append((passage, mentions))
    return found


@remembered_for_readers
def terms_by_page():
    """Return the slugs of the terms in all passages of each page, by the page's code."""
    _terms, all_passages = published()
    found = {passage.container: set() for passage in all_passages}
    for slug, passages_of_term in mentions_by_term().items():
        for passage, _mentions in passages_of_term:
            found[passage.container].add(slug)
    return {code: frozenset(slugs) for code, slugs in found.items()}
