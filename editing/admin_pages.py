"""The pages of the admin that are no form of a record."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def admin_page(
    model_admin: ModelAdmin[Any], request: HttpRequest, template: str, title: str, **context: Any
) -> HttpResponse:
    """Return a page of the admin of a model, with its title and the values for its template."""
    common = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, template, common | context)


def ask_first(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    action: str,
    question: str,
    records: Iterable[Model],
    explanation: str = "",
) -> HttpResponse | None:
    """Return the page that asks before an action of a list, and names the records.

    Returns None once the person has said yes. `action` is the name of the action, and its
    description is the label of the button.
    """
    if "confirmed" in request.POST:
        return None
    chosen = model_admin.get_actions(request)[action]
    return admin_page(
        model_admin,
        request,
        "editing/ask_first.html",
        question,
        records=list(records),
        action=action,
        label=chosen.description if chosen else question,
        explanation=explanation,
    )
