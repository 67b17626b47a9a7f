"""The translators' desk, with what the library knows: documents, pages and the glossary."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from library.glossary.terminology import terms_in
from library.models import Container, Document
from translations.dashboard_admin import DashboardAdmin
from translations.models import TranslationState
from translations.units import translated_models


class DocumentFilter(admin.SimpleListFilter):
    """Texts that were taken from a document."""

    title = _("document")
    parameter_name = "document"

    def lookups(self, request, model_admin):
        return [(str(document.pk), str(document)) for document in Document.objects.all()]

    def queryset(self, request, rows):
        if not (self.value() or "").isdecimal():
            return rows
        return rows.filter(of_records(lambda model: from_document(model, int(self.value()))))


class PageFilter(admin.SimpleListFilter):
    """Texts of one goal, theme, round or article."""

    title = _("page")
    parameter_name = "page"

    def lookups(self, request, model_admin):
        return [
            (container.code, str(container))
            for model in containers()
            for container in model._base_manager.all()
        ]

    def queryset(self, request, rows):
        if not self.value():
            return rows
        return rows.filter(of_records(lambda model: on_page(model, self.value())))


def containers():
    return [model for model in translated_models() if issubclass(model, Container)]


def of_records(find):
    """Return the filter of the states of the records that `find` finds in each model, if any."""
    wanted = Q(pk=None)
    for model in translated_models():
        records = find(model)
        if records is not None:
            wanted |= Q(model=model._meta.label_lower, record__in=records.values("pk"))
    return wanted


def from_document(model, document):
    names = {field.name for field in model._meta.concrete_fields}
    if "line" not in names:
        return None
    return model._base_manager.filter(line__document=document).order_by()


def on_page(model, code):
    """Return the records of a model that stand on the page of a container, by its code."""
    if issubclass(model, Container):
        return model._base_manager.filter(code=code).order_by()
    field = getattr(model, "container_field", "")
    return model._base_manager.filter(**{f"{field}__code": code}).order_by() if field else None


@admin.register(TranslationState)
class ContentDashboardAdmin(DashboardAdmin):
    list_filter = [*DashboardAdmin.list_filter, DocumentFilter, PageFilter]

    def terms(self, unit):
        """Return each term in the source with its names in the language of the translation."""
        return [
            (term.names(unit.row.source)[0], names[:3])
            for term in terms_in(unit)
            if (names := term.names(unit.row.language))
        ]
