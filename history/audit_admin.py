"""The audit in the admin: the list of all changes, with filters and export."""

import csv
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from history.actors import shown_comment, shown_name
from history.admin import changes_address, with_restore_addresses
from history.admin_filters import AnyModelAdmin, ColumnFilter, ReadOnly
from history.change_diffs import with_diffs
from history.models import Change
from history.recording import recorded_models
from languages.csv_safety import escape_formula
from languages.languages import direction, source_language
from languages.text_diff import DiffPart


class ModelFilter(ColumnFilter):
    """Filters by the model of the changed record."""

    title = gettext_lazy("kind of record")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        options = [model._meta for model in recorded_models]
        return [(opts.label_lower, str(opts.verbose_name)) for opts in options]


class AuthorFilter(admin.SimpleListFilter):
    """Filters by the name of the author; "-" stands for changes without one."""

    title = gettext_lazy("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        changes = Change.objects.order_by("revision__author_name")
        names = changes.values_list("revision__author_name", flat=True).distinct()
        return [(name or "-", shown_name(name) or gettext("unknown")) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        if not self.value():
            return queryset
        return queryset.filter(revision__author_name="" if self.value() == "-" else self.value())


class RecordFilter(admin.SimpleListFilter):
    """Filters by one record, which a link chooses: there are too many records to list."""

    title = gettext_lazy("record")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        value = self.value()
        if not value:
            return []
        change = self.queryset(request, Change.objects.all()).first()
        return [(value, change.label if change else value)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        value = self.value()
        if not value:
            return queryset
        label, _, number = value.rpartition("-")
        if not number.isdecimal():
            return queryset.none()
        return queryset.filter(model=label, record=int(number))


class ChangeAdmin(ReadOnly, admin.ModelAdmin):
    """Shows and exports changes, filtered by author, record, model, kind and period."""

    list_display = [
        "time",
        "author",
        "kind",
        "model_name",
        "record_label",
        "comment",
        "same_record",
    ]
    list_display_links = ["time", "record_label"]
    list_filter = [
        RecordFilter,
        AuthorFilter,
        "kind",
        ModelFilter,
        ("revision__made", admin.DateFieldListFilter),
    ]
    list_select_related = ["revision"]
    date_hierarchy = "revision__made"
    search_fields = ["label", "revision__comment", "revision__author_name"]
    change_form_template = "history/change.html"
    change_list_template = "history/audit.html"

    @admin.display(description=gettext_lazy("time"), ordering="revision__made")
    def time(self, change: Change) -> datetime:
        return change.revision.made

    @admin.display(description=gettext_lazy("author"), ordering="revision__author_name")
    def author(self, change: Change) -> str:
        return shown_name(change.revision.author_name) or "–"

    @admin.display(description=gettext_lazy("kind of record"), ordering="model")
    def model_name(self, change: Change) -> str:
        return str(apps.get_model(change.model)._meta.verbose_name)

    @admin.display(description=gettext_lazy("record"), ordering="label")
    def record_label(self, change: Change) -> SafeString:
        language = source_language()
        return format_html(
            '<bdi lang="{}" dir="{}">{}</bdi>', language, direction(language), change.label
        )

    @admin.display(description=gettext_lazy("comment"))
    def comment(self, change: Change) -> str:
        return shown_comment(change.revision.comment)

    @admin.display(description=gettext_lazy("changes"))
    def same_record(self, change: Change) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            changes_address(change.model, change.record),
            gettext("All changes of this record"),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="history_change_export"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        change = self.get_object(request, unquote(object_id))
        if change is not None:
            # Not "change": the admin's context has a boolean of that name.
            recorded_change = with_restore_addresses(request, with_diffs([change]))[0]
            extra_context = {
                "recorded_change": recorded_change,
                "source_language": source_language(),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The filtered list as a CSV file in UTF-8, with a line for each column that changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(
            "\ufeff",  # by which spreadsheets recognise UTF-8
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="changes.csv"'},
        )
        writer = csv.writer(response)
        names = ["time", "author", "kind", "record", "number", "label", "comment", "column"]
        writer.writerow([*names, "before", "after"])
        changes = self.get_changelist_instance(request).get_queryset(request)
        for change in with_diffs(changes.select_related("revision")):
            cells = [
                change.revision.made.isoformat(timespec="seconds"),
                shown_name(change.revision.author_name),
                change.kind,
                change.model,
                change.record,
                change.label,
                change.revision.comment,
            ]
            for difference in change.differences:
                row = [*cells, difference.name, *before_and_after(difference.parts)]
                writer.writerow([escape_formula(str(cell)) for cell in row])
        return response


def before_and_after(parts: Iterable[DiffPart]) -> list[str]:
    """Return the two texts that the parts were made from."""
    return [
        "".join(part.text for part in parts if part.kind != "added"),
        "".join(part.text for part in parts if part.kind != "removed"),
    ]
