from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from dialogue.models import Round
from library import codes
from library.models import Article, Paragraph
from library.passages import passages
from library.statements import load_corrections
from sdg_links.models import Sdg

# The paragraphs of the strategic framework that say what INTERPOL is for.
VISION, MISSION = "SF V.1", "SF M.1"


def home(request):
    paragraphs = Paragraph.objects.published().select_related("article", "line__document")
    paragraphs = {
        paragraph.code: paragraph for paragraph in paragraphs.filter(code__in=[VISION, MISSION])
    }
    load_corrections(*paragraphs.values())
    context = {
        "vision": paragraphs.get(VISION),
        "mission": paragraphs.get(MISSION),
        "sdgs": Sdg.objects.all(),
        "articles": Article.objects.published(),
        "last_round": Round.objects.published().first(),
    }
    return render(request, "portal/home.html", context)


def code(request, address):
    """Lead from a permanent code to its place in the reader's language."""
    wanted = codes.from_address(address)
    letters, _space, number = wanted.partition(" ")
    if letters == "SDG" and number.isdigit() and 1 <= int(number) <= 17:
        return redirect("sdg_links:detail", int(number))
    for passage in passages(code=wanted) if wanted else []:
        return redirect(passage)
    raise Http404


def favicon(request):
    return redirect(static("portal/mark.svg"), permanent=True)


def robots(request):
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    text = f"User-agent: *\nDisallow: /ar/admin/\nDisallow: /en/admin/\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz(request):
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request):
    """Say whether the database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        message, status = "the database does not answer\n", 503
    else:
        message, status = "ready\n", 200
    return HttpResponse(message, content_type="text/plain; charset=utf-8", status=status)


def not_found(request, exception):
    return page_not_found(request, exception, template_name="404.html")


def server_error(request):
    """Answer without the database, in both languages, whatever has failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
