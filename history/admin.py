"""The history in the admin: the changes of a record and its rows, and the deleted records."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Max, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from history.change_diffs import with_diffs
from history.models import Change, ChangeKind
from history.recording import RecordedModel, last_changes
from history.restoring import restore, restore_deleted
from languages.languages import source_language
from languages.punctuation import without_invisible

CHANGES_PER_PAGE = 20
COMMENT_FIELD = "revision_comment"  # the field of a form for the comment of the revision

if TYPE_CHECKING:  # HistoryAdmin is a mixin, whose children are of ModelAdmin too
    from django.db.models.options import Options

    class _Base(admin.ModelAdmin[Any]):
        """ModelAdmin with the methods that django-stubs does not know."""

        def _changeform_view(
            self,
            request: HttpRequest,
            object_id: str | None,
            form_url: str,
            extra_context: dict[str, Any] | None,
        ) -> HttpResponse: ...

        def _get_obj_does_not_exist_redirect(
            self, request: HttpRequest, opts: Options[Any], object_id: str
        ) -> HttpResponse: ...

else:
    _Base = object


def revision_comment(request: HttpRequest) -> str:
    """Return the comment that was sent with a form, as one line; "" for none."""
    return without_invisible(request.POST.get(COMMENT_FIELD, ""))


class HistoryAdmin(_Base):
    """Mixin for the admin of a recorded model: shows its changes and restores its versions."""

    history_template = "history/history.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.url_pattern("deleted/", self.deleted_view, "deleted"),
            self.url_pattern("restore/<int:change>/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def url_pattern(
        self, route: str, view: Callable[..., HttpResponseBase], task: str
    ) -> URLPattern:
        """Return the URL pattern of a view of this admin; `task` is the end of its name."""
        name = self.url_name(task).removeprefix("admin:")
        return path(route, self.admin_site.admin_view(view), name=name)

    def url_name(self, task: str) -> str:
        """Return the name of a URL pattern, which reverse() takes: "admin:goals_goal_change"."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{task}"

    def inline_foreign_keys(self) -> dict[type[Model], str]:
        """Return the models of the inlines, each with the column of its key to this model."""
        columns: dict[type[Model], str] = {}
        for inline in self.inlines:
            for field in inline.model._meta.concrete_fields:
                if field.is_relation and field.related_model is self.model:
                    columns[inline.model] = field.attname
        return columns

    def record_changes(self, pks: Collection[int]) -> QuerySet[Change]:
        """Return the changes of some records and of their rows, newest first."""
        condition = Q(model=self.opts.label_lower, record__in=pks)
        for model, column in self.inline_foreign_keys().items():
            condition |= Q(model=model._meta.label_lower, **{f"state__{column}__in": pks})
        return Change.objects.filter(condition)

    def change_token(self, pks: Collection[int]) -> str:
        """Return a text that is another one once any of these records or their rows changes."""
        totals = self.record_changes(pks).aggregate(number=Count("pk"), last=Max("pk"))
        return f"{totals['number']}-{totals['last']}"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        title = _("History of %(record)s") % {"record": record}
        return self.render_changes(request, self.record_changes([record.pk]), title, record)

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """The page of the deleted records of this model and of its inlines, newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        models = [self.model, *self.inline_foreign_keys()]
        labels = [model._meta.label_lower for model in models]
        changes = Change.objects.filter(model__in=labels, kind=ChangeKind.DELETED)
        title = _("Deleted: %(name)s") % {"name": self.opts.verbose_name_plural}
        return self.render_changes(request, changes, title, None)

    def render_changes(
        self, request: HttpRequest, changes: QuerySet[Change], title: str, record: Model | None
    ) -> TemplateResponse:
        """Return the page of some changes; `record` is None on that of the deleted."""
        page = Paginator(changes.select_related("revision"), CHANGES_PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": record,
            "page": page,
            "changes": with_restore_addresses(request, with_diffs(page.object_list)),
            "source_language": source_language(),
        }
        if record is not None and request.user.has_perm("history.view_change"):
            context["all_changes"] = changes_address(self.opts.label_lower, record.pk)
        return TemplateResponse(request, self.history_template, context)

    def may_restore(self, request: HttpRequest, change: Change) -> bool:
        """Whether this person may give a record the values that it had after a change."""
        model = cast("type[RecordedModel]", apps.get_model(change.model))
        action = "add" if change.kind == ChangeKind.DELETED else "change"
        return not model.is_source and request.user.has_perm(
            f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        )

    def restore_view(self, request: HttpRequest, change: int) -> HttpResponse:
        """Restore a change, given by its key, on POST; `seen` is the last change that was shown."""
        found = Change.objects.filter(pk=change).select_related("revision").first()
        if found is None:
            raise Http404
        if not may_restore(request, found):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self.url_name("changelist"))
        try:
            if found.kind == ChangeKind.DELETED:
                records = restore_deleted(found.revision)
                record = next((row for row in records if row.pk == found.record), records[0])
            else:
                record = restore(found, int(request.POST.get("seen", 0)))
        except (ValidationError, ValueError, IndexError) as error:
            text = " ".join(getattr(error, "messages", [])) or gettext("Nothing was restored.")
            self.message_user(request, text, messages.ERROR)
            back = request.POST.get("back", "")
            is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
            return redirect(back if is_ours else self.url_name("changelist"))
        text = gettext("“%(record)s” was restored.") % {"record": record}
        self.message_user(request, text, messages.SUCCESS)
        # nosemgrep: redirect-to-what-was-asked (the address of a record)
        return redirect(form_address(record) or "admin:index")


def with_restore_addresses[C: Sequence[Change]](request: HttpRequest, changes: C) -> C:
    """Return the changes with the attributes that the button for restoring needs.

    `is_last` says whether it is the last change of its record, `seen` is the number of that last
    change, and `restore_address` is "" where this person cannot restore it.
    """
    records: dict[str, set[int]] = {}
    for change in changes:
        records.setdefault(change.model, set()).add(change.record)
    last_by_model = {
        label: last_changes(apps.get_model(label), pks) for label, pks in records.items()
    }
    for change in changes:
        last = last_by_model[change.model][change.record]
        change.is_last = last.pk == change.pk
        change.seen = last.pk
        is_restored = change.kind == ChangeKind.DELETED and last.kind != ChangeKind.DELETED
        is_current = change.is_last and change.kind != ChangeKind.DELETED
        is_possible = not is_restored and not is_current and may_restore(request, change)
        change.restore_address = restore_address(change) if is_possible else ""
    return changes


def history_admin_for(model: type[Model]) -> HistoryAdmin | None:
    """Return the HistoryAdmin with a form or an inline for a model, None where there is none."""
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, HistoryAdmin) and (
            model_admin.model is model or model in model_admin.inline_foreign_keys()
        ):
            return model_admin
    return None


def restore_address(change: Change) -> str:
    """Return the address that restores a change, "" where its model has no admin."""
    model_admin = history_admin_for(apps.get_model(change.model))
    return reverse(model_admin.url_name("restore"), args=[change.pk]) if model_admin else ""


def form_address(record: Model) -> str:
    """Return the address of the admin form of a record or of its parent, "" where none is."""
    model_admin = history_admin_for(type(record))
    if model_admin is None:
        return ""
    column = model_admin.inline_foreign_keys().get(type(record), "pk")
    return reverse(model_admin.url_name("change"), args=[getattr(record, column)])


def changes_address(label: str, record: int) -> str:
    """Return the address of the audit of one record: the label of its model and its number."""
    return f"{reverse('admin:history_change_changelist')}?of={label}-{record}"


def may_restore(request: HttpRequest, change: Change) -> bool:
    """Whether this person may restore a change; no model without a HistoryAdmin is restored."""
    model_admin = history_admin_for(apps.get_model(change.model))
    return model_admin is not None and model_admin.may_restore(request, change)
