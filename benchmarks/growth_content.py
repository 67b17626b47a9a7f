"""Made-up terms and statements beside the portal's content, the same ones on every machine.

Terms are named as real ones are: by a few words each, from a small vocabulary that many names
share. Each statement is a paragraph with a line of its own that mentions some of the terms.
"""

from itertools import batched, chain, count
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import models, transaction

from benchmarks.passages import Lexicon, build_lexicons
from goals.models import Objective
from history.recording import recording
from library import codes
from library.models import Article, Document, Line, Paragraph, Term

BATCH_SIZE = 500  # rows
FIRST = 1_001  # the number of the first made-up document, article and term
NAME_WORD_COUNT, TEXT_WORD_COUNT = 400, 3_000  # words of the vocabularies
PARAGRAPHS_PER_ARTICLE, ARTICLES_PER_DOCUMENT = 25, 10
NAME_LENGTHS, DEFINITION_LENGTHS, TEXT_LENGTHS = (2, 4), (12, 30), (15, 45)  # words
MAX_TERMS_MENTIONED = 3  # by name in each statement, in addition to those that occur by chance
ACRONYM_SHARE = FORM_SHARE = 0.3


class Vocabulary:
    """The words of a language for names and for texts: real ones, by their frequency."""

    def __init__(self, lexicon):
        self.names = first_words(lexicon.commonest(NAME_WORD_COUNT))
        self.texts = first_words(lexicon.words[:TEXT_WORD_COUNT])

    def name(self, random):
        """Return a name of two to four different words."""
        words = self.names.draw(random, random.randint(*NAME_LENGTHS))
        return " ".join(dict.fromkeys(words))

    def text(self, random, lengths):
        """Return a list of words."""
        return self.texts.draw(random, random.randint(*lengths))


def first_words(words):
    """Return a Lexicon of words, the commonest first, whose frequencies follow Zipf's law."""
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return Lexicon(words, [sum(weights[: end + 1]) for end in range(len(words))])


def grow(terms, statements):
    """Add terms and statements until there are as many; objectives count as statements too.

    The history, the state of translations and the search index are written as for any content.
    """
    vocabularies = dict(
        zip(
            ("ar", "en"),
            map(Vocabulary, build_lexicons(settings.BASE_DIR / "fixtures")),
            strict=True,
        )
    )
    with transaction.atomic(), recording() as recorder:
        for model, records in chain(
            made_up_terms(terms - Term.objects.count(), vocabularies),
            made_up_documents(statements - statement_count(), vocabularies),
        ):
            recorder.add_records(model, insert(model, records))
    call_command("search_index", "--rebuild", verbosity=0)


def statement_count():
    """Return the number of objectives and made-up paragraphs."""
    made_up = Paragraph.objects.filter(article__number__gte=FIRST)
    return Objective.objects.count() + made_up.count()


def insert(model, records):
    """Insert unsaved records, without signals; return their primary keys."""
    created = []
    for batch in batched(records, BATCH_SIZE):
        # Not the model's own queryset: it would write the index after each batch.
        created += models.QuerySet(model).bulk_create(batch)
    return [record.pk for record in created]


def next_number(model, field="number"):
    """Return the number that the next made-up record of a model gets."""
    largest = model.objects.aggregate(largest=models.Max(field))["largest"]
    return max(largest + 1, FIRST)


def made_up_terms(number, vocabularies):
    """Yield the model Term with some new terms."""
    first = FIRST + Term.objects.filter(slug__startswith="made-up-").count()
    yield Term, [made_up_term(key, vocabularies) for key in range(first, first + number)]


def made_up_term(key, vocabularies):
    """Return an unsaved term, which is always the same for a key."""
    random = Random(key)  # noqa: S311 (nothing secret)
    fields = {}
    for language, vocabulary in vocabularies.items():
        name = vocabulary.name(random)
        fields[f"term_{language}"] = name[:1].upper() + name[1:]
        fields[f"definition_{language}"] = " ".join(vocabulary.text(random, DEFINITION_LENGTHS))
        fields[f"forms_{language}"] = (
            vocabulary.name(random) if random.random() < FORM_SHARE else ""
        )
    initials = "".join(word[0] for word in fields["term_en"].upper().split())
    return Term(
        slug=f"made-up-{key}",
        kind="concept",
        source_url="https://example.org/",
        acronym=f"{initials}-{key}" if random.random() < ACRONYM_SHARE else "",
        **fields,
    )


def made_up_documents(number, vocabularies):
    """Yield models with new records: documents, their lines and articles, `number` paragraphs."""
    names = list(Term.objects.values_list("term_ar", "term_en").order_by("pk"))
    article_numbers = count(next_number(Article))
    document_numbers = count(next_number(Document))
    size = PARAGRAPHS_PER_ARTICLE * ARTICLES_PER_DOCUMENT
    for start in range(0, number, size):
        document = made_up_document(next(document_numbers), vocabularies)
        yield Document, [document]
        texts = [
            made_up_text(document.number * size + position, vocabularies, names)
            for position in range(min(size, number - start))
        ]
        lines = [
            Line(document=document, number=position, text=text["text_ar"])
            for position, text in enumerate(texts, 1)
        ]
        yield Line, lines
        pairs = list(zip(lines, texts, strict=True))
        for part in batched(pairs, PARAGRAPHS_PER_ARTICLE):
            yield from made_up_article(next(article_numbers), document, part, vocabularies)


def made_up_document(number, vocabularies):
    """Return an unsaved document without lines."""
    return Document(
        number=number,
        slug=f"made-up-{number}",
        sha256=f"{number:064x}",
        dating_ar="2026",
        dating_en="2026",
        **titles(number, vocabularies, "title", "short_title"),
    )


def made_up_article(number, document, pairs, vocabularies):
    """Yield the models Article and Paragraph with the records that cite some lines."""
    article = Article(
        code=f"ART {number}",
        number=number,
        slug=f"made-up-{number}",
        document=document,
        is_published=True,
        **titles(number, vocabularies, "title"),
    )
    yield Article, [article]
    yield (
        Paragraph,
        [
            Paragraph(
                code=codes.child_code(article.code, position),
                article=article,
                number=position,
                line=line,
                **texts,
            )
            for position, (line, texts) in enumerate(pairs, 1)
        ],
    )


def titles(number, vocabularies, *fields):
    """Return the values of some fields in both languages."""
    random = Random(number)  # noqa: S311
    return {
        f"{field}_{language}": f"{vocabulary.name(random)} {number}"[:80]
        for field in fields
        for language, vocabulary in vocabularies.items()
    }


def made_up_text(key, vocabularies, names):
    """Return the texts of a statement in both languages; `names` are those of terms, in pairs."""
    random = Random(key)  # noqa: S311
    mentioned = random.choices(names, k=random.randint(1, MAX_TERMS_MENTIONED))
    texts = {}
    for place, (language, vocabulary) in enumerate(vocabularies.items()):
        words = vocabulary.text(random, TEXT_LENGTHS)
        for name in mentioned:
            words.insert(random.randint(0, len(words)), name[place])
        texts[f"text_{language}"] = " ".join(words)
    return texts
