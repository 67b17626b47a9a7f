"""Which passages and pages mention which terms of the glossary."""

from collections import defaultdict

from languages.languages import language_codes, text_in_language
from library.glossary.mentions import Mention, MentionFinder
from library.models import Term
from library.passages import Passage, passages
from library.preview import cached_for_readers

# A passage, and its mentions of one term by language.
type PassageMentions = tuple[Passage, dict[str, list[Mention]]]


@cached_for_readers
def terms_and_passages() -> tuple[dict[str, Term], tuple[Passage, ...]]:
    """Return all terms by their slugs, and all published passages."""
    return {term.slug: term for term in Term.objects.all()}, tuple(passages())


@cached_for_readers
def mentions_by_term() -> dict[str, list[PassageMentions]]:
    """Return the passages that mention a term, in their order, by slug, for every term."""
    terms, all_passages = terms_and_passages()
    finders = {
        code: MentionFinder({slug: term.names(code) for slug, term in terms.items()})
        for code in language_codes()
    }
    passages_by_slug: dict[str, list[PassageMentions]] = {slug: [] for slug in terms}
    for passage in all_passages:
        mentions_by_slug: defaultdict[str, dict[str, list[Mention]]] = defaultdict(
            lambda: {code: [] for code in finders}
        )
        for code, finder in finders.items():
            for mention in finder.find(text_in_language(passage, "text", code)):
                mentions_by_slug[mention.term][code].append(mention)
        for slug, mentions in mentions_by_slug.items():
            passages_by_slug[slug].append((passage, mentions))
    return passages_by_slug


@cached_for_readers
def terms_by_page() -> dict[str, frozenset[str]]:
    """Return the slugs of the terms on the page of each container, by its code."""
    _terms, all_passages = terms_and_passages()
    slugs_by_page: dict[str, set[str]] = {passage.container: set() for passage in all_passages}
    for slug, term_passages in mentions_by_term().items():
        for passage, _mentions in term_passages:
            slugs_by_page[passage.container].add(slug)
    return {code: frozenset(slugs) for code, slugs in slugs_by_page.items()}
