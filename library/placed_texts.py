"""The articles and paragraphs that editors chose for places, each in its newest edition."""

from django.db.models import F

from library.editions import later_codes, newer_articles
from library.models import Article, Paragraph, Place, Placement
from library.models.placements import PARAGRAPH_PLACES
from library.preview import cached_for_readers


@cached_for_readers
def placed_keys() -> dict[str, int]:
    """Return the key of the article at each place that has one, in its newest edition."""
    placed = Placement.objects.exclude(article=None).values_list("place", "article")
    return {place: newer_articles().get(key, key) for place, key in placed if key}


@cached_for_readers
def placed_article(place: Place, edition: int | None = None) -> Article | None:
    """Return the published article at a place; None where there is none. It is kept by version.

    With the year of an edition, it is the edition of the article that has this year, if there is
    one.
    """
    articles = Article.objects.published().select_related("document", "line__document")
    article = newest = articles.filter(pk=placed_keys().get(place, 0)).first()
    while article and edition is not None and article.edition != edition:
        article = articles.filter(pk=article.replaces_id or 0).first()
    return article or newest


def placed_paragraphs() -> dict[str, Paragraph]:
    """Return the published paragraph at each place that has one, in its newest edition."""
    placed = Placement.objects.filter(place__in=PARAGRAPH_PLACES, paragraph__isnull=False)
    codes = {
        place: later_codes(code)
        for place, code in placed.annotate(code=F("paragraph__code")).values_list("place", "code")
    }
    paragraphs = Paragraph.objects.published().select_related("article", "line__document")
    wanted = [code for chain in codes.values() for code in chain]
    by_code = {paragraph.code: paragraph for paragraph in paragraphs.filter(code__in=wanted)}
    newest = {
        place: next(filter(by_code.get, reversed(chain)), "") for place, chain in codes.items()
    }
    return {place: by_code[code] for place, code in newest.items() if code}
