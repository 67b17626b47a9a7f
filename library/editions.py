"""Which editions there are, and what became of the statements of older ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, cast

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from history.content_version import cached_by_version
from languages.cached_reverse import cached_reverse
from languages.languages import source_language
from library import codes
from library.models import (
    Article,
    Correspondence,
    EditionContainer,
    PageAddress,
    PublicWording,
    RegisteredCode,
)
from library.models.editions import YEARS, CorrespondenceKind
from library.preview import cached_for_readers

# The editions of a list, by the parameter of its page; the newest has none.
# That of documents without a date is 0.
EDITIONS = {"edition": frozenset(map(str, [0, *YEARS]))}

GROUPS_PER_PAGE = 100  # statements on a page of a concordance


class Succession(NamedTuple):
    """A row of a public concordance: what became of a code, "" where there is none.

    `kind` is None for a title that follows from its statements. `edition` is the year of the later
    edition and `document` the slug of its document; the containers are the codes of the pages on
    which the two stand, `page` is that of the concordance, 0 for what is in none.
    """

    former: str
    later: str
    kind: CorrespondenceKind | None
    edition: int
    document: str
    former_container: str
    later_container: str
    page: int = 0


class CodeRow(NamedTuple):
    """A code of another edition, how a statement became it or came of it, and its page's code.

    `kind` is None for a title that follows from its statements.
    """

    code: str
    kind: CorrespondenceKind | None
    container: str


class JoinedCode(codes.Coded, CodeRow):
    """A CodeRow with its addresses."""

    __slots__ = ()

    def get_absolute_url(self) -> str:
        """Return its address in the active language; where it is not public, the permanent one."""
        place = places_of_containers().get(self.container)
        if place is None:
            return self.permanent_address
        page = cached_reverse(*place)
        return page if self.code == self.container else f"{page}#{self.anchor}"


class OlderEdition(NamedTuple):
    """The years of the edition of a title and of the newest one, 0 where one is not known."""

    year: int
    newest: int


class Standing(NamedTuple):
    """What qualifies a statement or title of an older edition.

    `successions` say what became of it in the next edition, none where the concordance does not
    have it (yet). `year` is that of its own edition, `newest` that of the newest.
    """

    code: str
    year: int
    newest: int
    successions: tuple[Succession, ...]

    @property
    def edition(self) -> int:
        """The year of the edition that followed, 0 where it is not known."""
        return self.successions[0].edition if self.successions else self.newest

    @property
    def concordance(self) -> str:
        """The address of its row in the concordance, "" where it has none."""
        row = next(iter(self.successions), None)
        if row is None or not row.page:
            return ""
        page = cached_reverse("library:concordance", row.document)
        number = f"?page={row.page}" if row.page > 1 else ""
        return f"{page}{number}#{codes.to_slug(row.former)}"

    @property
    def later(self) -> list[JoinedCode]:
        """The codes of the next edition that it became."""
        return [
            JoinedCode(row.later, row.kind, row.later_container)
            for row in self.successions
            if row.later
        ]

    @property
    def sentence(self) -> str:
        """The same as a sentence in the active language."""
        later = [row.code for row in self.later]
        values = {"codes": _(" and ").join(later), "edition": self.edition}
        if later and not self.edition:
            return _("Superseded by %(codes)s.") % values
        if later:
            return _("Superseded in the edition of %(edition)s by %(codes)s.") % values
        if self.successions:
            return _("Dropped in the edition of %(edition)s.") % values
        if self.year and self.newest:
            values = {"year": self.year, "newest": self.newest}
            return _("From the edition of %(year)s; the newest is that of %(newest)s.") % values
        return _("From an older edition.")


@cached_for_readers
def editions_of(model: type[EditionContainer]) -> list[int]:
    """Return the years of the published editions of a model, the newest first."""
    years = model._default_manager.published().order_by("-edition")
    return list(years.values_list("edition", flat=True).distinct())


def newest_edition(model: type[EditionContainer]) -> int:
    """Return the year of the newest published edition of a model, 0 where there is none."""
    return next(iter(editions_of(model)), 0)


def chosen_edition(request: HttpRequest, model: type[EditionContainer]) -> int:
    """Return the edition in `?edition=`, the newest without it; Http404 where there is none."""
    chosen = request.GET.get("edition", "")
    if not chosen or chosen not in EDITIONS["edition"]:
        return newest_edition(model)
    if int(chosen) not in editions_of(model):
        raise Http404
    return int(chosen)


def of_edition[C: EditionContainer](model: type[C], year: int) -> QuerySet[C]:
    """Return the published records of an edition of a model."""
    records = cast("QuerySet[C]", model._default_manager.published())
    return records.filter(edition=year)


@cached_for_readers
def published_records[C: EditionContainer](model: type[C]) -> list[C]:
    """Return the published records of all editions with their lines; cached by version."""
    records = cast("QuerySet[C]", model._default_manager.published())
    return list(records.select_related("line__document"))


def records_of_edition[C: EditionContainer](model: type[C], year: int) -> list[C]:
    """Return those of the published_records() that belong to an edition."""
    return [record for record in published_records(model) if record.edition == year]


def same_edition[C: EditionContainer](model: type[C], slug: str) -> list[C]:
    """Return the published records of the edition of the one with an address; none without it."""
    records = published_records(model)
    years = {record.edition for record in records if record.slug == slug}
    return [record for record in records if record.edition in years]


class Editions:
    """The editions of a model as a page shows them: its own (or the newest), and the others."""

    def __init__(self, model: type[EditionContainer], year: int | None = None) -> None:
        self.all = editions_of(model)
        self.year = self.newest if year is None else year

    @property
    def others(self) -> list[int]:
        """The years of the other editions, the newest first."""
        return [year for year in self.all if year != self.year]

    @property
    def newest(self) -> int:
        """The year of the newest edition, 0 where there is none."""
        return next(iter(self.all), 0)

    @property
    def is_older(self) -> bool:
        """Whether there is a newer edition than that of the page."""
        return self.newest > self.year


def edition_models() -> Iterator[type[EditionContainer]]:
    """Yield the models whose records belong to editions by their year."""
    return (model for model in apps.get_models() if issubclass(model, EditionContainer))


@cached_for_readers
def newer_articles() -> dict[int, int]:
    """Return the key of the newest published edition of each replaced article, by its key."""
    published = Article.objects.published().filter(replaces__isnull=False)
    later = {article.replaces_id or 0: article.pk for article in published}
    newest = {}
    for former in later:
        last, seen = former, {former}
        while last in later and later[last] not in seen:
            last = later[last]
            seen.add(last)
        newest[former] = last
    return newest


@cached_for_readers
def older_editions() -> dict[str, OlderEdition]:
    """Return the OlderEdition of each published title that is not of the newest edition."""
    older: dict[str, OlderEdition] = {}
    for model in edition_models():
        newest = newest_edition(model)
        rows = model._default_manager.published().exclude(edition=newest)
        older |= {
            code: OlderEdition(year, newest) for code, year in rows.values_list("code", "edition")
        }
    newer = newer_articles()
    if newer:
        keys = {*newer, *newer.values()}
        articles = Article.objects.select_related("document").in_bulk(keys)
        older |= {
            articles[former].code: OlderEdition(articles[former].edition, articles[last].edition)
            for former, last in newer.items()
        }
    return older


def codes_above(code: str) -> Iterator[str]:
    """Yield a code and those under which it stands: SF 1.3, SF 1, SF; not GPG for GPG 2028.1.

    An SDG link stands under its goal: GPG 1 SDG 16.4, GPG 1, GPG.
    """
    yield code
    parsed = codes.ParsedCode.of(code)
    if parsed and parsed.other:
        code = code.removesuffix(f" {parsed.other}")
        yield code
    while "." in code:
        code = code.rpartition(".")[0]
        yield code
    if parsed and parsed.parts and not parsed.year:
        yield parsed.scheme


def shown_rows() -> QuerySet[Correspondence]:
    """Return the rows of concordances whose later code is public, or leads to one that is.

    A row without a later code waits until others of its edition have one. The former code was
    public.
    """
    public = RegisteredCode.objects.filter(published_at__isnull=False)
    present = Q(withdrawn_at=None) | Q(successor__isnull=False)
    later = Exists(public.filter(present, code=OuterRef("later")))
    others = Correspondence.objects.filter(later, document=OuterRef("document")).exclude(later="")
    return Correspondence.objects.filter(
        later | Q(later="") & Exists(others),
        Q(former="") | Exists(public.filter(code=OuterRef("former"))),
        document__is_published=True,
        document__replaces__is_published=True,
    )


def with_wordings(rows: QuerySet[Correspondence]) -> QuerySet[Correspondence]:
    """Annotate rows with the fingerprints and the containers of both codes."""
    wordings = PublicWording.objects.filter(language=source_language()).order_by("-since", "-pk")

    def mark(field: str) -> Subquery:
        own = wordings.filter(code__code=OuterRef(field))
        return Subquery(own.values("fingerprint")[:1])

    def container(field: str) -> Subquery:
        holder = RegisteredCode.objects.filter(code=OuterRef(field))
        return Subquery(holder.values("container")[:1])

    return rows.annotate(
        former_mark=mark("former"),
        later_mark=mark("later"),
        former_container=container("former"),
        later_container=container("later"),
    )


@cached_by_version
def successions() -> tuple[Succession, ...]:
    """Return all rows of public concordances, in the order of codes."""
    columns = ["former_mark", "later_mark", "former_container", "later_container"]
    names = ["former", "later", "document__issued", "document__slug", *columns]
    rows = with_wordings(shown_rows()).order_by().values_list(*names)
    return find_kinds(rows)


def find_kinds(
    rows: Iterable[tuple[str, str, str, str, str, str, str, str]],
) -> tuple[Succession, ...]:
    """Return the Succession of each row of a concordance; its kind follows from all rows.

    A statement with several later ones was split, several with the same one were merged; else
    it was kept where the wording in the language of the documents is the same.
    """
    given = list(rows)
    numbers: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for former, later, _issued, slug, *_others in given:
        numbers[slug, "former", former] += 1
        numbers[slug, "later", later] += bool(former)
    found = []
    for former, later, issued, slug, mark, later_mark, container, later_container in given:
        if not later:
            kind = CorrespondenceKind.DROPPED
        elif not former:
            kind = CorrespondenceKind.NEW
        elif numbers[slug, "former", former] > 1:
            kind = CorrespondenceKind.SPLIT
        elif numbers[slug, "later", later] > 1:
            kind = CorrespondenceKind.MERGED
        else:
            same = bool(mark) and mark == later_mark
            kind = CorrespondenceKind.KEPT if same else CorrespondenceKind.REWORDED
        year = int((issued or "0")[:4])
        found.append(
            Succession(former, later, kind, year, slug, container or "", later_container or "")
        )
    return in_order(found)


def in_order(rows: Iterable[Succession]) -> tuple[Succession, ...]:
    """Return rows by document and code, new statements last, each with its page."""
    ordered = sorted(
        rows,
        key=lambda row: (
            row.document,
            not row.former,
            codes.sort_key(row.former),
            codes.sort_key(row.later),
        ),
    )
    numbered: list[Succession] = []
    for _document, of_document in groupby(ordered, key=attrgetter("document")):
        groups = groupby(of_document, key=lambda row: row.former or row.later)
        for position, (_code, group) in enumerate(groups):
            page = position // GROUPS_PER_PAGE + 1
            numbered += [row._replace(page=page) for row in group]
    return tuple(numbered)


def article_successions() -> Iterator[Succession]:
    """Yield a Succession for each published article that replaces one."""
    public = RegisteredCode.objects.filter(published_at__isnull=False)
    articles = Article.objects.published().filter(
        Exists(public.filter(code=OuterRef("replaces__code")))
    )
    for article in articles.select_related("replaces", "document"):
        if (former := article.replaces) is not None:
            ends = (former.code, article.code)
            yield Succession(*ends, None, article.edition, article.document.slug, *ends)


@cached_for_readers
def successions_by_code() -> tuple[dict[str, list[Succession]], dict[str, list[Succession]]]:
    """Return the rows of each former code, then those of each later one.

    A title without a row of its own has those that follow from its statements (the pages on
    which they stand in the other edition), or the article that replaces it.
    """
    by_former: defaultdict[str, list[Succession]] = defaultdict(list)
    by_later: defaultdict[str, list[Succession]] = defaultdict(list)
    for row in successions():
        if row.former:
            by_former[row.former].append(row)
        if row.later:
            by_later[row.later].append(row)
    of_pages = {(row.former, row.later): row for row in article_successions()} | {
        (row.former_container, row.later_container): row
        for row in successions()
        if row.former and row.later
    }
    for own, field in ((by_former, "former_container"), (by_later, "later_container")):
        titles: defaultdict[str, list[Succession]] = defaultdict(list)
        for (former, later), row in of_pages.items():
            page = row._replace(former=former, later=later, kind=None)
            titles[getattr(row, field)].append(page)
        for code, rows in titles.items():
            if code not in own:
                own[code] = rows
    return dict(by_former), dict(by_later)


@cached_for_readers
def places_of_containers() -> dict[str, tuple[str, str]]:
    """Return the URL name and its argument of each public page in a concordance, by its code."""
    rows = [*successions(), *article_successions()]
    containers = {code for row in rows for code in (row.former_container, row.later_container)}
    addresses = PageAddress.objects.filter(until=None, code__among=sorted(containers))
    return {code: (page, key) for code, page, key in addresses.values_list("code", "page", "key")}


def standing(code: str) -> Standing | None:
    """Return what qualifies a title or statement, None for one of the newest edition."""
    rows = successions_by_code()[0].get(code, [])
    older = older_editions()
    own = next((older[above] for above in codes_above(code) if above in older), None)
    if own is None and not rows:
        return None
    year, newest = own or OlderEdition(0, 0)
    return Standing(code, year, newest, tuple(rows))


def former_codes(code: str) -> list[JoinedCode]:
    """Return the codes of the former edition that a code continues, none for a new one."""
    rows = successions_by_code()[1].get(code, [])
    return [JoinedCode(row.former, row.kind, row.former_container) for row in rows if row.former]


def later_codes(code: str) -> list[str]:
    """Return a code, then what it became in each later edition; of several codes the first."""
    chain = [code]
    while (found := standing(chain[-1])) and found.later and found.later[0].code not in chain:
        chain.append(found.later[0].code)
    return chain
