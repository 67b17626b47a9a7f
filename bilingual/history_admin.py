"""The history in the admin: of a record, of what was deleted, and of everything (the audit)."""

import csv

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from bilingual.history import last_change, registered
from bilingual.languages import direction, source
from bilingual.models import Change
from bilingual.restoring import restore, restore_deleted
from bilingual.roles import PUBLISH
from bilingual.telling import told

PER_PAGE = 20


class HistoryAdmin:
    """Mixed into the admin of a recorded model: its history with what changed, to restore."""

    history_template = "bilingual/history.html"

    def get_urls(self):
        return [
            self.path("deleted/", self.deleted_view, "deleted"),
            self.path("restore/<int:change>/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def path(self, route, view, task):
        name = self.address(task).removeprefix("admin:")
        return path(route, self.admin_site.admin_view(view), name=name)

    def address(self, task):
        """Return the name of the address of one of this admin's tasks."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{task}"

    def models_of_rows(self):
        """Return the models of the rows on this form, each with its key to this model."""
        found = {}
        for inline in self.inlines:
            for field in inline.model._meta.concrete_fields:
                if field.is_relation and field.related_model is self.model:
                    found[inline.model] = field.attname
        return found

    def changes_of(self, pk):
        """Return the changes of a record and of its rows, the last first."""
        wanted = Q(model=self.opts.label_lower, record=pk)
        for model, key in self.models_of_rows().items():
            wanted |= Q(model=model._meta.label_lower, **{f"state__{key}": pk})
        return Change.objects.filter(wanted)

    def newest_change(self, pk):
        """Return what tells whether a record or a row of it has been changed since."""
        if not pk.isdecimal():
            return ""
        found = self.changes_of(int(pk)).aggregate(number=Count("pk"), last=Max("pk"))
        return f"{found['number']}-{found['last']}"

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        title = _("History of %(record)s") % {"record": record}
        return self.changes_view(request, self.changes_of(record.pk), title, record)

    def deleted_view(self, request):
        """What was deleted of this model and its rows, the last first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        labels = [self.opts.label_lower, *(m._meta.label_lower for m in self.models_of_rows())]
        changes = Change.objects.filter(model__in=labels, kind=Change.Kind.DELETED)
        title = _("Deleted: %(name)s") % {"name": self.opts.verbose_name_plural}
        return self.changes_view(request, changes, title, None)

    def changes_view(self, request, changes, title, record):
        page = Paginator(changes.select_related("revision"), PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": record,
            "page": page,
            "changes": with_restoring(request, told(page.object_list)),
            "source_language": source(),
        }
        return TemplateResponse(request, self.history_template, context)

    def restore_view(self, request, change):
        change = Change.objects.filter(pk=change).select_related("revision").first()
        if change is None:
            raise Http404
        if not may_restore(request, change):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        try:
            if change.kind == Change.Kind.DELETED:
                records = restore_deleted(change.revision)
                record = next((row for row in records if row.pk == change.record), records[0])
            else:
                record = restore(change, int(request.POST.get("seen", 0)))
        except (ValidationError, ValueError, IndexError) as error:
            text = " ".join(getattr(error, "messages", [])) or gettext("Nothing was restored.")
            self.message_user(request, text, messages.ERROR)
            return redirect(request.POST.get("back") or ".")
        told_of = gettext("“%(record)s” is again what it was.") % {"record": record}
        self.message_user(request, told_of, messages.SUCCESS)
        return redirect(form_of(record) or "admin:index")


def with_restoring(request, changes):
    """Give each change what its restoring needs: the address, and what the person has seen."""
    for change in changes:
        last = last_change(apps.get_model(change.model), change.record)
        change.is_last = last.pk == change.pk
        change.seen = last.pk
        is_back = change.kind == Change.Kind.DELETED and last.kind != Change.Kind.DELETED
        is_same = change.is_last and change.kind != Change.Kind.DELETED
        is_possible = not is_back and not is_same and may_restore(request, change)
        change.restore_address = restore_address(change) if is_possible else ""
    return changes


def admin_model(label):
    """Return the model whose form shows records of a model: its own, or the one it is a row of."""
    model = apps.get_model(label)
    if model in admin.site._registry:
        return model
    for other, its_admin in admin.site._registry.items():
        if model in [inline.model for inline in its_admin.inlines]:
            return other
    return None


def restore_address(change):
    model = admin_model(change.model)
    if model is None:
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_restore"
    try:
        return reverse(name, args=[change.pk])
    except NoReverseMatch:
        return ""  # nobody edits these records


def form_of(record):
    """Return the address of the form that shows a record."""
    model = admin_model(record._meta.label_lower)
    if model is None:
        return ""
    key = record.pk
    if model is not type(record):
        key = next(
            getattr(record, field.attname)
            for field in record._meta.concrete_fields
            if field.related_model is model
        )
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def may_restore(request, change):
    opts = apps.get_model(change.model)._meta
    task = "add" if change.kind == Change.Kind.DELETED else "change"
    if "is_published" in change.state and not request.user.has_perm(PUBLISH):
        return False
    return request.user.has_perm(f"{opts.app_label}.{task}_{opts.model_name}")


class ModelFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind of record")
    parameter_name = "model"

    def lookups(self, request, model_admin):
        return [(model._meta.label_lower, model._meta.verbose_name) for model in registered]

    def queryset(self, request, changes):
        return changes.filter(model=self.value()) if self.value() else changes


class AuthorFilter(admin.SimpleListFilter):
    title = gettext_lazy("author")
    parameter_name = "author"

    def lookups(self, request, model_admin):
        names = Change.objects.order_by("revision__author_name")
        names = names.values_list("revision__author_name", flat=True).distinct()
        return [(name or "-", name or gettext("nobody")) for name in names]

    def queryset(self, request, changes):
        if not self.value():
            return changes
        return changes.filter(revision__author_name="" if self.value() == "-" else self.value())


@admin.register(Change)
class ChangeAdmin(admin.ModelAdmin):
    """The audit: who changed what, by person, record and period."""

    list_display = ["time", "author", "kind", "model_name", "record_label", "comment"]
    list_display_links = ["time", "record_label"]
    list_filter = [AuthorFilter, "kind", ModelFilter, ("revision__made", admin.DateFieldListFilter)]
    list_select_related = ["revision"]
    date_hierarchy = "revision__made"
    search_fields = ["label", "revision__comment", "revision__author_name"]
    change_form_template = "bilingual/change.html"
    change_list_template = "bilingual/audit.html"

    @admin.display(description=gettext_lazy("time"), ordering="revision__made")
    def time(self, change):
        return change.revision.made

    @admin.display(description=gettext_lazy("author"), ordering="revision__author_name")
    def author(self, change):
        return change.revision.author_name or "–"

    @admin.display(description=gettext_lazy("kind of record"), ordering="model")
    def model_name(self, change):
        return apps.get_model(change.model)._meta.verbose_name

    @admin.display(description=gettext_lazy("record"), ordering="label")
    def record_label(self, change):
        language = source()
        return format_html(
            '<bdi lang="{}" dir="{}">{}</bdi>', language, direction(language), change.label
        )

    @admin.display(description=gettext_lazy("comment"))
    def comment(self, change):
        return gettext(change.revision.comment) if change.revision.comment else ""

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="bilingual_change_export"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        change = self.get_object(request, unquote(object_id))
        if change is not None:
            told_change = with_restoring(request, told([change]))[0]
            extra_context = {"change": told_change, "source_language": source()}
        return super().change_view(request, object_id, form_url, extra_context)

    def export_view(self, request):
        """The filtered list as a CSV file, a line for each column that a change changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(
            "\ufeff",  # tells spreadsheets that it is UTF-8
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="changes.csv"'},
        )
        rows = csv.writer(response)
        names = ["time", "author", "kind", "record", "number", "label", "comment", "column"]
        rows.writerow([*names, "before", "after"])
        changes = self.get_changelist_instance(request).get_queryset(request)
        for change in told(changes.select_related("revision")):
            head = [
                change.revision.made.isoformat(timespec="seconds"),
                change.revision.author_name,
                change.kind,
                change.model,
                change.record,
                change.label,
                change.revision.comment,
            ]
            for difference in change.differences:
                rows.writerow([safe(cell) for cell in [*head, *export(difference)]])
        return response

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def export(difference):
    name = f"{difference.name}"
    return [
        name,
        "".join(piece.text for piece in difference.pieces if piece.kind != "added"),
        "".join(piece.text for piece in difference.pieces if piece.kind != "removed"),
    ]


def safe(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
