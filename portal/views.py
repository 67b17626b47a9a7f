"""The views of pages that belong to no other app, and the pages for errors."""

import sys

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from dialogue.models import Round
from history.content_version import current_version
from languages.languages import languages_from
from languages.punctuation import without_invisible
from library import codes
from library.editions import newer_articles
from library.models import Article, Paragraph, Place
from library.models.articles import ArticleKind
from library.passages import passages
from library.placed_texts import placed_keys, placed_paragraphs
from library.withdrawn import answer_for_code, answer_for_page
from portal.briefs import make_brief, read_items
from portal.help import PAGES, help_page
from sdg_links.models import Sdg, SdgLink
from translations.models import TranslationState
from translations.progress import translation_progress
from translations.units import load_units, published_rows

MAX_TITLE_LENGTH = 150
MAX_OUTDATED = 200  # texts on the page about the two languages
RETRY_AFTER_SECONDS = 10  # seconds


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page: vision and mission, the overview figure, articles, the last round."""
    current_version()  # so that a database that is away is noticed before the template
    return render(request, "portal/home.html", {"home": HomePage()})


class HomePage:
    """The records on the home page, each queried when the template uses it."""

    def vision(self) -> Paragraph | None:
        """The paragraph in the place of the vision, None where there is none."""
        return self.paragraph_by_place.get(Place.VISION)

    def mission(self) -> Paragraph | None:
        """The same for the mission."""
        return self.paragraph_by_place.get(Place.MISSION)

    @cached_property
    def paragraph_by_place(self) -> dict[str, Paragraph]:
        """The published paragraphs that are placed, with their sources."""
        return placed_paragraphs()

    def sdgs(self) -> QuerySet[Sdg]:
        """All SDGs."""
        return Sdg.objects.all()

    def articles(self) -> QuerySet[Article]:
        """The articles that the page links to."""
        return Article.objects.published().filter(on_home_page())

    def last_round(self) -> Round | None:
        """The last published round of the Dialogue."""
        return Round.objects.published().first()


def on_home_page() -> Q:
    """Return the Q of the articles on the home page: one strategic framework, no introductions.

    Of each article it is the newest edition.
    """
    others = ~Q(kind__in=[ArticleKind.INTRODUCTION, ArticleKind.FRAMEWORK])
    return others & ~Q(pk__in=newer_articles()) | Q(pk=placed_keys().get(Place.FRAMEWORK))


@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of the codes in `?items=`, with the title in `?title=`."""
    items = read_items(request.GET.get("items", ""))
    context = {
        "brief": make_brief(items, languages_from()),
        "brief_title": without_invisible(request.GET.get("title", ""))[:MAX_TITLE_LENGTH],
        "today": timezone.localdate(),
    }
    return render(request, "portal/brief.html", context)


@require_safe
def help_detail(request: HttpRequest, name: str) -> HttpResponse:
    """A help page; 404 for an unknown name."""
    if name not in PAGES:
        raise Http404
    language = get_language()
    pages = [help_page(page_name, language) for page_name in PAGES]
    context = {"pages": pages, "help": pages[PAGES.index(name)]}
    return render(request, "portal/help.html", context)


@require_safe
def parity(request: HttpRequest) -> HttpResponse:
    """The progress of translation, and the published texts whose translation needs work."""
    rows = published_rows()
    outdated = rows.filter(state__in=TranslationState.NEEDS_WORK_STATUSES)
    context = {
        "progress": translation_progress(rows),
        "stale": load_units(outdated[:MAX_OUTDATED]),
    }
    return render(request, "portal/parity.html", context)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker shows without a network."""
    return render(request, "portal/offline.html")


@require_safe
def code(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect from the permanent address of a code to its page in the reader's language.

    With the fingerprint of a text (`fp`), redirect to the page of its citation, which says whether
    the text has changed.
    """
    normalised = codes.normalise_code(address)
    letters, _space, rest = normalised.partition(" ")
    if letters == "SDG" and rest.isdigit() and 1 <= int(rest) <= 17:
        return redirect("sdg_links:detail", int(rest))
    for passage in passages(code=normalised) if codes.parse_code(address) else []:
        if fingerprint := request.GET.get("fp"):
            page = reverse("citations:cite", args=[passage.anchor], query={"fp": fingerprint})
            return redirect(page)
        return redirect(passage)
    for link in SdgLink.objects.published().select_related("goal", "sdg"):
        if link.code.upper() == normalised:
            return redirect(link)
    if answer := answer_for_code(request, codes.parse_code(address)):
        return answer
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an unknown address (handler404), or for one that a page had before."""
    return answer_for_page(request) or page_not_found(request, exception, template_name="404.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form with a wrong CSRF token, as after signing out in another tab."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error with a page in both languages that needs no database.

    If the database does not answer or is too busy, the status is 503 with a Retry-After header.
    """
    is_database_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    if not is_database_away:
        return HttpResponse(render_to_string("500.html"), status=500)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
