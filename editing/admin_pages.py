"""The pages of the admin that are no form of a record."""

from typing import Any

from django.contrib.admin import ModelAdmin
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
