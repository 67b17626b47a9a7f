from collections import defaultdict

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from library.models import Article, Document, Paragraph
from library.passages import passages
from library.related import surroundings
from library.statements import find_among, nest


@require_safe
def library_home(request):
    context = {
        "documents": Document.objects.all(),
        "articles": Article.objects.published(),
    }
    return render(request, "library/library_home.html", context)


@require_safe
def document_detail(request, slug):
    document = get_object_or_404(Document, slug=slug)
    used = defaultdict(list)
    for passage in passages(line__document=document):
        used[passage.line].append(passage)
    lines = list(document.lines.all())
    for line in lines:
        line.used_in = used[line.pk]
    context = {
        "document": document,
        "lines": lines,
        "contents": [
            (line, passage) for line in lines for passage in line.used_in if opens_part(passage)
        ],
    }
    return render(request, "library/document_detail.html", context)


def opens_part(passage):
    """Whether a passage is a title, or a paragraph of an article that stands under no other."""
    is_top = passage.code.rpartition(".")[0] in ("", passage.container)
    return passage.is_container or (is_top and passage.model == Paragraph._meta.label_lower)


@require_safe
def article_detail(request, slug):
    articles = Article.objects.published().select_related("document", "line__document")
    article, around = find_among(articles, slug=slug)
    paragraphs = article.paragraphs.select_related("line__document")
    context = {
        "article": article,
        "statements": nest(paragraphs),
        "surroundings": surroundings(article),
        **around,
    }
    return render(request, "library/article_detail.html", context)
