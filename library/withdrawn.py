"""Answers for codes and addresses that were public and are not any more."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from languages.languages import languages_from
from library.fingerprints import fingerprint_language
from library.models import PageAddress, PublicWording, RegisteredCode
from library.models.registry import CodeState
from library.registry import page_names


def answer_for_code(request: HttpRequest, code: str) -> HttpResponse | None:
    """Return the answer for a code that no published record has; None where it was never public.

    A superseded code leads to its successor for good (301), where that one was ever public; for a
    withdrawn one the answer is a page with status 410 that says since when, why, and what stood
    there. `code` is in capital letters, as parse_code() returns it, "" for no code.
    """
    row = RegisteredCode.objects.filter(code__iexact=code).select_related("successor").first()
    if row is None or row.state in (CodeState.UNPUBLISHED, CodeState.CURRENT):
        return None
    if row.successor and row.successor.published_at:
        address = with_query(request, row.successor.permanent_address)
        return HttpResponsePermanentRedirect(address)
    context = {"row": row, "wordings": cited_wordings(request, row) or last_wordings(row)}
    return render(request, "library/withdrawn.html", context, status=410)


def cited_wordings(request: HttpRequest, row: RegisteredCode) -> list[PublicWording]:
    """Return the wording that the fingerprint `?fp=` was taken of, none where there is none."""
    mark = request.GET.get("fp", "")
    if not fingerprint_language(mark):
        return []
    wordings = PublicWording.objects.filter(code=row, fingerprint=mark)
    return list(wordings)[-1:]


def last_wordings(row: RegisteredCode) -> list[PublicWording]:
    """Return what stood last in public under a code, in each language that had a text."""
    wordings = PublicWording.objects.filter(code=row).order_by("until", "pk")
    by_language = {wording.language: wording for wording in wordings}
    return [by_language[code] for code in languages_from() if code in by_language]


def answer_for_page(request: HttpRequest) -> HttpResponse | None:
    """Return the answer for the address of a page that was public; None where none was there.

    A page that has another address now is at that one for good (301).
    """
    match = request.resolver_match
    if match is None or match.view_name not in page_names():
        return None
    (key,) = match.kwargs.values()
    addresses = PageAddress.objects.filter(page=match.view_name, key=str(key))
    address = addresses.first()
    if address is None:
        return None
    if place := present_address(address):
        is_elsewhere = place != request.path
        return HttpResponsePermanentRedirect(with_query(request, place)) if is_elsewhere else None
    if address.code and (answer := answer_for_code(request, address.code)):
        return answer
    return render(request, "library/withdrawn.html", {"address": address}, status=410)


def present_address(address: PageAddress) -> str:
    """Return the path of the page that a former address leads to, "" where there is none now."""
    model: type[Model] = apps.get_model(address.model)
    records: Any = model._default_manager
    records = records.published() if hasattr(records, "published") else records.all()
    record = records.filter(pk=address.record).first()
    return record.get_absolute_url() if record else ""


def with_query(request: HttpRequest, path: str) -> str:
    """Return a path with the query of the request."""
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
