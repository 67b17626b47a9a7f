"""The pages of the library: documents with their lines, and articles."""

from collections import defaultdict
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from library.editions import newer_articles
from library.models import Article, Document, Paragraph
from library.page_parameters import PARALLEL, page_parameters
from library.passages import Passage, passages
from library.related import related_content
from library.statements import get_with_neighbours_or_404, nest_statements


@require_safe
def library_home(request: HttpRequest) -> HttpResponse:
    """Show all documents and all published articles."""
    context = {
        "documents": Document.objects.published().select_related("replaces", "replaced_by"),
        "articles": with_earlier(Article.objects.published().select_related("document")),
    }
    return render(request, "library/library_home.html", context)


def with_earlier(articles: Iterable[Article]) -> list[Article]:
    """Return the articles of the newest editions; each has its `earlier` ones, the newest first."""
    newer = newer_articles()
    given = list(articles)
    by_key = {article.pk: article for article in given}
    for article in given:
        article.earlier = []
    for article in sorted(given, key=lambda article: -article.edition):
        if article.pk in newer:
            by_key[newer[article.pk]].earlier.append(article)
    return [article for article in given if article.pk not in newer]


@require_safe
def document_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all lines of a document, each with the published passages that cite it."""
    documents = Document.objects.published().select_related("replaces", "replaced_by")
    document = get_object_or_404(documents, slug=slug)
    passages_by_line: defaultdict[int | None, list[Passage]] = defaultdict(list)
    for passage in passages(line__document=document):
        passages_by_line[passage.line].append(passage)
    lines = list(document.lines.all())
    for line in lines:
        line.used_in = passages_by_line[line.pk]
    context = {
        "document": document,
        "official_versions": document.official_versions.all(),
        "lines": lines,
        "contents": [
            (line, passage)
            for line in lines
            for passage in passages_by_line[line.pk]
            if opens_part(passage)
        ],
    }
    return render(request, "library/document_detail.html", context)


def opens_part(passage: Passage) -> bool:
    """Whether a passage begins a part of its document, for the table of contents.

    Titles do, and paragraphs of an article that have no parent.
    """
    is_top = passage.code.rpartition(".")[0] in ("", passage.container)
    return passage.is_container or (is_top and passage.model == Paragraph._meta.label_lower)


@require_safe
@page_parameters(PARALLEL)
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article with its paragraphs."""
    articles = Article.objects.published().select_related("document", "line__document")
    article, neighbours = get_with_neighbours_or_404(articles, slug=slug)
    paragraphs = article.paragraphs.select_related("line__document")
    context = {
        "article": article,
        "statements": nest_statements(paragraphs),
        "related_content": related_content(article),
        **neighbours,
    }
    return render(request, "library/article_detail.html", context)
