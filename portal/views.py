import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from dialogue.models import Round
from languages.languages import others
from languages.punctuation import visible
from library import codes
from library.models import Article, Paragraph, Statement
from library.passages import passages
from portal.briefs import make_brief, read_items
from portal.help import PAGES, help_page
from sdg_links.models import Sdg, SdgLink
from translations.models import TranslationState
from translations.progress import progress
from translations.units import rows_to_translate, units

# The paragraphs of the strategic framework that say what INTERPOL is for.
VISION, MISSION = "SF V.1", "SF M.1"
MAX_TITLE_LENGTH = 150
MAX_OUTDATED = 200  # texts that the page of the two languages names
RETRY_AFTER_SECONDS = 10  # seconds


@require_safe
def home(request):
    paragraphs = Paragraph.objects.published().select_related("article", "line__document")
    paragraphs = {
        paragraph.code: paragraph for paragraph in paragraphs.filter(code__in=[VISION, MISSION])
    }
    context = {
        "vision": paragraphs.get(VISION),
        "mission": paragraphs.get(MISSION),
        "sdgs": Sdg.objects.all(),
        "articles": Article.objects.published(),
        "last_round": Round.objects.published().first(),
    }
    return render(request, "portal/home.html", context)


@require_safe
def brief(request):
    active = get_language()
    items = read_items(request.GET.get("items", ""))
    context = {
        "brief": make_brief(items, [active, *others(active)]),
        "brief_title": visible(request.GET.get("title", ""))[:MAX_TITLE_LENGTH],
        "today": timezone.localdate(),
    }
    return render(request, "portal/brief.html", context)


@require_safe
def help_detail(request, name):
    if name not in PAGES:
        raise Http404
    language = get_language()
    pages = [help_page(other, language) for other in PAGES]
    context = {"pages": pages, "help": pages[PAGES.index(name)]}
    return render(request, "portal/help.html", context)


@require_safe
def parity(request):
    """How far the languages say the same, and which of the published texts do not."""
    rows = rows_to_translate().filter(state__in=TranslationState.NEEDS_WORK)
    shown = [unit for unit in units(rows[:MAX_OUTDATED]) if is_published(unit.record)]
    return render(request, "portal/parity.html", {"progress": progress(), "stale": shown})


def is_published(record):
    """Whether readers see a record, as far as its own page or its container's is published."""
    if isinstance(record, Statement):
        record = record.container
    return getattr(record, "is_published", True)


@require_safe
def offline(request):
    return render(request, "portal/offline.html")


@require_safe
def code(request, address):
    """Lead from a permanent code to its place in the reader's language.

    With the fingerprint of a text (`fp`), lead to where its citation says whether it changed.
    """
    wanted = codes.normalised(address)
    letters, _space, rest = wanted.partition(" ")
    if letters == "SDG" and rest.isdigit() and 1 <= int(rest) <= 17:
        return redirect("sdg_links:detail", int(rest))
    for passage in passages(code=wanted) if codes.from_address(address) else []:
        if mark := request.GET.get("fp"):
            page = reverse("citations:cite", args=[passage.anchor], query={"fp": mark})
            return redirect(page)
        return redirect(passage)
    for link in SdgLink.objects.published().select_related("goal", "sdg"):
        if link.code.upper() == wanted:
            return redirect(link)
    raise Http404


def not_found(request, exception):
    return page_not_found(request, exception, template_name="404.html")


def form_refused(request, reason=""):
    """Answer a form whose token is not that of the session, as after signing out elsewhere."""
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """Answer without the database, in both languages, whatever has failed.

    Where the database is away or too busy, the answer says when to come back.
    """
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    if not is_away:
        return HttpResponse(render_to_string("500.html"), status=500)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
