"""The history in the admin: of a record and its rows, and of what was deleted."""

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from history.change_diffs import with_diffs
from history.models import Change, ChangeKind
from history.recording import last_changes
from history.restoring import restore, restore_deleted
from languages.languages import source
from languages.punctuation import visible

CHANGES_PER_PAGE = 20
COMMENT = "revision_comment"  # what a person says of a change in its form


def comment_of(request):
    """Return what a person said of a change, in one line."""
    return visible(request.POST.get(COMMENT, ""))


class HistoryAdmin:
    """Mixed into the admin of a recorded model: its history with what changed, to restore."""

    history_template = "history/history.html"

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

    def changes_of(self, pks):
        """Return the changes of some records and of their rows, the last first."""
        wanted = Q(model=self.opts.label_lower, record__in=pks)
        for model, key in self.models_of_rows().items():
            wanted |= Q(model=model._meta.label_lower, **{f"state__{key}__in": pks})
        return Change.objects.filter(wanted)

    def newest_change(self, pks):
        """Return what tells whether one of some records or a row of them has changed since."""
        found = self.changes_of(pks).aggregate(number=Count("pk"), last=Max("pk"))
        return f"{found['number']}-{found['last']}"

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        title = _("History of %(record)s") % {"record": record}
        return self.changes_view(request, self.changes_of([record.pk]), title, record)

    def deleted_view(self, request):
        """What was deleted of this model and its rows, the last first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        labels = [self.opts.label_lower, *(m._meta.label_lower for m in self.models_of_rows())]
        changes = Change.objects.filter(model__in=labels, kind=ChangeKind.DELETED)
        title = _("Deleted: %(name)s") % {"name": self.opts.verbose_name_plural}
        return self.changes_view(request, changes, title, None)

    def changes_view(self, request, changes, title, record):
        page = Paginator(changes.select_related("revision"), CHANGES_PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": record,
            "page": page,
            "changes": with_restoring(request, with_diffs(page.object_list)),
            "source_language": source(),
        }
        if record is not None and request.user.has_perm("history.view_change"):
            context["all_changes"] = changes_address(self.opts.label_lower, record.pk)
        return TemplateResponse(request, self.history_template, context)

    def may_restore(self, request, change):
        """Whether this person may make a record what it was after a change."""
        model = apps.get_model(change.model)
        task = "add" if change.kind == ChangeKind.DELETED else "change"
        return not model.is_source and request.user.has_perm(
            f"{model._meta.app_label}.{task}_{model._meta.model_name}"
        )

    def restore_view(self, request, change):
        change = Change.objects.filter(pk=change).select_related("revision").first()
        if change is None:
            raise Http404
        if not may_restore(request, change):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self.address("changelist"))
        try:
            if change.kind == ChangeKind.DELETED:
                records = restore_deleted(change.revision)
                record = next((row for row in records if row.pk == change.record), records[0])
            else:
                record = restore(change, int(request.POST.get("seen", 0)))
        except (ValidationError, ValueError, IndexError) as error:
            text = " ".join(getattr(error, "messages", [])) or gettext("Nothing was restored.")
            self.message_user(request, text, messages.ERROR)
            back = request.POST.get("back", "")
            is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
            return redirect(back if is_ours else self.address("changelist"))
        told_of = gettext("“%(record)s” is again what it was.") % {"record": record}
        self.message_user(request, told_of, messages.SUCCESS)
        # nosemgrep: redirect-to-what-was-asked (the address of a record)
        return redirect(form_of(record) or "admin:index")


def with_restoring(request, changes):
    """Give each change what its restoring needs: the address, and what the person has seen."""
    records = {}
    for change in changes:
        records.setdefault(change.model, set()).add(change.record)
    last_of = {label: last_changes(apps.get_model(label), pks) for label, pks in records.items()}
    for change in changes:
        last = last_of[change.model][change.record]
        change.is_last = last.pk == change.pk
        change.seen = last.pk
        is_back = change.kind == ChangeKind.DELETED and last.kind != ChangeKind.DELETED
        is_same = change.is_last and change.kind != ChangeKind.DELETED
        is_possible = not is_back and not is_same and may_restore(request, change)
        change.restore_address = restore_address(change) if is_possible else ""
    return changes


def admin_of(model):
    """Return the admin whose form shows a model's records, as its own or as rows of another."""
    for its_admin in admin.site._registry.values():
        if isinstance(its_admin, HistoryAdmin) and (
            its_admin.model is model or model in its_admin.models_of_rows()
        ):
            return its_admin
    return None


def restore_address(change):
    its_admin = admin_of(apps.get_model(change.model))
    return reverse(its_admin.address("restore"), args=[change.pk]) if its_admin else ""


def form_of(record):
    """Return the address of the form that shows a record, "" where there is none."""
    its_admin = admin_of(type(record))
    if its_admin is None:
        return ""
    key = its_admin.models_of_rows().get(type(record), "pk")
    return reverse(its_admin.address("change"), args=[getattr(record, key)])


def changes_address(label, record):
    """Return the address of the audit of one record, with_diffs by the label of its model."""
    return f"{reverse('admin:history_change_changelist')}?of={label}-{record}"


def may_restore(request, change):
    """Whether this person may restore a change; accounts have no history but their erasing."""
    its_admin = admin_of(apps.get_model(change.model))
    return its_admin is not None and its_admin.may_restore(request, change)
