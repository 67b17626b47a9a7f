from collections import defaultdict

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from bilingual.languages import in_language, localized, others
from library.mentions import mark
from library.models import Article, Document, Paragraph, Term
from library.passages import passages
from library.related import mentions_by_term, surroundings
from library.statements import find_among, nest
from search.analysis import words


def library_home(request):
    context = {
        "documents": Document.objects.all(),
        "articles": Article.objects.published(),
    }
    return render(request, "library/library_home.html", context)


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


def term_list(request):
    terms = sorted(Term.objects.all(), key=lambda term: sorting_words(localized(term, "term")))
    groups = defaultdict(list)
    for term in terms:
        groups[first_letter(localized(term, "term"))].append(term)
    context = {"groups": dict(groups), "count": len(terms)}
    return render(request, "library/term_list.html", context)


def term_detail(request, slug):
    term = get_object_or_404(Term.objects.select_related("line__document"), slug=slug)
    active = get_language()
    entries = [
        {
            "language": code,
            "name": in_language(term, "term", code),
            "definition": in_language(term, "definition", code),
            "forms": in_language(term, "forms", code).splitlines(),
        }
        for code in [active, *others(active)]
    ]
    context = {"term": term, "entries": entries, "mentions": list(mentions_of(term))}
    return render(request, "library/term_detail.html", context)


def sorting_words(text):
    """Return what sorts a name as a dictionary does: without «ال» and whatever the alef."""
    return [word.normal.removeprefix("ال") for word in words(text.value)]


def first_letter(text):
    return "".join(sorting_words(text))[:1].upper()


def mentions_of(term):
    """Yield the passages that mention a term in either language, its mentions marked."""
    for passage, mentions in mentions_by_term()[term.slug]:
        text = passage.text
        marked = mark(text.value, mentions[text.language], text.language)
        yield {"passage": passage, "text": text, "marked": marked}
