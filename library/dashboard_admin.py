"""The translation dashboard with filters by document and page, and with the glossary's terms."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history.admin_filters import AnyModelAdmin
from library.glossary.terminology import source_terms
from library.models import Container, Document
from translations.dashboard_admin import DashboardAdmin
from translations.models import TranslationState
from translations.units import Unit, translated_models


class DocumentFilter(admin.SimpleListFilter):
    """Limits the list to texts whose line is in one document."""

    title = _("document")
    parameter_name = "document"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [(str(document.pk), str(document)) for document in Document.objects.all()]

    def queryset(
        self, request: HttpRequest, states: QuerySet[TranslationState]
    ) -> QuerySet[TranslationState]:
        value = self.value() or ""
        if not value.isdecimal():
            return states
        document_id = int(value)
        return states.filter(state_filter(lambda model: document_records(model, document_id)))


class PageFilter(admin.SimpleListFilter):
    """Limits the list to the texts on one page: a goal, theme, round or article."""

    title = _("page")
    parameter_name = "page"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [
            (container.code, str(container))
            for model in container_models()
            for container in model._base_manager.all()
        ]

    def queryset(
        self, request: HttpRequest, states: QuerySet[TranslationState]
    ) -> QuerySet[TranslationState]:
        code = self.value()
        if not code:
            return states
        return states.filter(state_filter(lambda model: page_records(model, code)))


def container_models() -> list[type[Container]]:
    """Return the models of containers that have translated fields."""
    return [model for model in translated_models() if issubclass(model, Container)]


def state_filter(select_records: Callable[[type[Model]], QuerySet[Any] | None]) -> Q:
    """Return a Q for the TranslationStates of some records.

    `select_records` gets a model and returns a queryset of it, or None to leave the model out.
    """
    condition = Q(pk=None)
    for model in translated_models():
        records = select_records(model)
        if records is not None:
            condition |= Q(model=model._meta.label_lower, record__in=records.values("pk"))
    return condition


def document_records(model: type[Model], document_id: int) -> QuerySet[Any] | None:
    """Return the records of a model whose line is in a document, None if they have no line."""
    names = {field.name for field in model._meta.concrete_fields}
    if "line" not in names:
        return None
    return model._base_manager.filter(line__document=document_id).order_by()


def page_records(model: type[Model], code: str) -> QuerySet[Any] | None:
    """Return the records of a model on the page of the container with a code.

    None where the model is neither a container nor a statement.
    """
    if issubclass(model, Container):
        return model._base_manager.filter(code=code).order_by()
    field = getattr(model, "container_field", "")
    return model._base_manager.filter(**{f"{field}__code": code}).order_by() if field else None


@admin.register(TranslationState)
class ContentDashboardAdmin(DashboardAdmin):
    """The translation dashboard of the portal."""

    list_filter = [*DashboardAdmin.list_filter, DocumentFilter, PageFilter]

    def glossary_terms(self, unit: Unit) -> list[tuple[str, list[str]]]:
        """Return the terms in the source: (name in the source's language, up to 3 translations).

        A term without a name in the language of the translation is left out.
        """
        return [
            (term.names(unit.row.source)[0], names[:3])
            for term in source_terms([unit])[0]
            if (names := term.names(unit.row.language))
        ]
