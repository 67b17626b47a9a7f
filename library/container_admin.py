"""Base classes for the admin of all cited models: containers with a preview, and statements."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Field, ForeignKey, Model, QuerySet
from django.db.models.functions import Coalesce
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from editing.admin import BilingualAdmin, BilingualInline, text_column
from editing.admin_pages import ask_first
from editing.ordered_formset import MAX_NUMBER
from editing.undo_admin import undo_message
from history.admin_filters import AnyModelAdmin
from history.recording import current_recorder
from languages.languages import autonym, language_codes
from library.deletion import CodedDeletionMixin
from library.line_autocomplete import LineChoiceField, LineSelect
from library.models import Container
from library.preview import preview_address
from library.publication import (
    MAX_NAMED,
    cited_records,
    differs_from_line,
    draft_document,
    not_yet,
)
from library.registry_admin import ask_for_reasons
from library.wording import CitedForm, StatementFormSet
from search.lookups import AnalysedSearch

if TYPE_CHECKING:  # what the mixins call with super()
    _Base = admin.options.BaseModelAdmin[Any]
else:
    _Base = object

PREVIEW_CSP = settings.SECURE_CSP | {"frame-src": [CSP.SELF]}

type AnyField = Field[Any, Any]
type AnyRelation = ForeignKey[Any, Any]
type AnyChoiceField = forms.ModelChoiceField[Any]
type AnyFormSet = BaseInlineFormSet[Any, Any, Any]


class LineChoiceMixin(_Base):
    """Mixin for admin classes with a field `line`: it is chosen by words or by line number."""

    autocomplete_fields = ["line"]

    def formfield_for_foreignkey(
        self, db_field: AnyRelation, request: HttpRequest, **kwargs: Any
    ) -> AnyChoiceField | None:
        if db_field.name == "line":
            kwargs |= {
                "form_class": LineChoiceField,
                "widget": LineSelect(db_field, self.admin_site),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CitedAdminMixin(LineChoiceMixin):
    """Mixin for the admin of each Cited model: the line is chosen, the code is read-only."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("line__document")


@admin.action(description=_("Publish"), permissions=["publish"])
def publish(
    model_admin: AnyModelAdmin, request: HttpRequest, containers: QuerySet[Any]
) -> HttpResponse | None:
    """Admin action: publish the selected drafts, but none that readers may not see; asks first."""
    records = [record for each in containers for record in cited_records(each)]
    drafts = {document for document in map(draft_document, records) if document}
    for document in drafts:
        model_admin.message_user(request, not_yet(document), messages.ERROR)
    if drafts:
        return None
    differing = [record for record in records if differs_from_line(record)]
    if differing:
        text = _("Not as in the document, and no correction says so: %(codes)s.")
        named = ", ".join(record.code for record in differing[:MAX_NAMED])
        model_admin.message_user(request, text % {"codes": named}, messages.ERROR)
        return None
    question = gettext("Shall readers see these pages from now on?")
    return set_published(model_admin, request, containers, question, is_published=True)


@admin.action(description=_("Hide from readers"), permissions=["publish"])
def hide(
    model_admin: AnyModelAdmin, request: HttpRequest, containers: QuerySet[Any]
) -> HttpResponse | None:
    """Admin action: make the selected containers drafts again; asks first."""
    question = gettext("Shall readers not see these pages any more?")
    return set_published(model_admin, request, containers, question, is_published=False)


def set_published(
    model_admin: AnyModelAdmin,
    request: HttpRequest,
    containers: QuerySet[Any],
    question: str,
    *,
    is_published: bool,
) -> HttpResponse | None:
    """Ask, then set `is_published` where it differs; a message says how often, and undoes it."""
    chosen = containers.filter(is_published=not is_published)
    action = "publish" if is_published else "hide"
    if chosen and (page := ask_first(model_admin, request, action, question, chosen)):
        return page
    codes = list(containers.values_list("code", flat=True))
    count = chosen.update(is_published=is_published)
    if is_published:
        text = ngettext("%(count)d page was published.", "%(count)d pages were published.", count)
    else:
        text = ngettext("%(count)d page was hidden.", "%(count)d pages were hidden.", count)
    message = undo_message(current_recorder.get(), text % {"count": count})
    model_admin.message_user(request, message, messages.SUCCESS)
    transaction.on_commit(lambda: ask_for_reasons(request, codes))
    return None


class PreviewAdmin(BilingualAdmin):
    """Base admin of records with a page, which staff see before readers do."""

    change_form_template = "library/container_form.html"

    def get_urls(self) -> list[URLPattern]:
        preview = self.url_pattern("<int:record>/preview/", self.preview_view, "preview")
        return [preview, *super().get_urls()]

    @method_decorator(csp_override(PREVIEW_CSP))
    def preview_view(self, request: HttpRequest, record: int) -> HttpResponse:
        """Show the record's page in frames: each language, on a small and on a large screen.

        `record` is the primary key. Raises Http404 where there is no such record, and
        PermissionDenied where the user may not view it.
        """
        previewed = self.get_object(request, str(record))
        if previewed is None:
            raise Http404
        if not self.has_view_or_change_permission(request, previewed):
            raise PermissionDenied
        frames = []
        for code in language_codes():
            with translation.override(code):
                frames.append((code, autonym(code), preview_address(previewed)))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview of %(record)s") % {"record": previewed},
            "opts": self.opts,
            "original": previewed,
            "frames": frames,
        }
        return TemplateResponse(request, "library/preview.html", context)


class ScheduleFilter(admin.SimpleListFilter):
    """Filters for the pages that are published or hidden by themselves at a set time."""

    title, parameter_name = _("scheduled"), "scheduled"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [("publish", gettext("to be published")), ("hide", gettext("to be hidden"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "publish":
            return queryset.filter(is_published=False, publish_at__isnull=False)
        if self.value() == "hide":
            return queryset.filter(is_published=True, unpublish_at__isnull=False)
        return queryset


class ContainerAdmin(CodedDeletionMixin, AnalysedSearch, CitedAdminMixin, PreviewAdmin):
    """Base admin of containers.

    Subclasses name in `search_relations` the relation to the container's statements.
    """

    actions = [publish, hide]
    form = CitedForm

    list_display = ["code", text_column("title", _("title")), "is_published", "schedule"]
    list_display_links = list_display[:2]
    list_filter = ["is_published", ScheduleFilter]

    @admin.display(description=_("scheduled"), empty_value="")
    def schedule(self, container: Container) -> str:
        """When the container is published or hidden by itself, "" where it is not."""
        if container.is_published:
            text, time = gettext("hidden %(time)s"), container.unpublish_at
        else:
            text, time = gettext("published %(time)s"), container.publish_at
        if time is None:
            return ""
        return text % {"time": date_format(timezone.localtime(time), "DATETIME_FORMAT")}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # The registry is written at the end of the revision, which is that of the transaction.
        transaction.on_commit(lambda: ask_for_reasons(request, [form.instance.code]))


class StatementInline(CitedAdminMixin, BilingualInline):
    """Base inline for the statements of a container, in the order of their numbers."""

    fields = [("number", "code"), "text", "line"]
    form = CitedForm
    formset = StatementFormSet
    ordering = ["number"]

    def formfield_for_dbfield(
        self, db_field: AnyField, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "number":
            kwargs |= {"min_value": 1, "max_value": MAX_NUMBER}
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class NestedStatementInline(StatementInline):
    """Base inline for statements with a parent; each is followed by the statements under it."""

    ordering = [
        Coalesce("parent__number", "number"),
        F("parent").asc(nulls_first=True),
        "number",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("parent")

    def get_formset(
        self, request: HttpRequest, obj: Container | None = None, **kwargs: Any
    ) -> type[AnyFormSet]:
        self.container = obj  # for formfield_for_foreignkey, which does not get it
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: AnyRelation, request: HttpRequest, **kwargs: Any
    ) -> AnyChoiceField | None:
        if db_field.name == "parent":
            # Only the statements of this container, fetched once for all rows.
            kwargs["queryset"] = self.model.objects.filter(
                **{self.model.container_field: self.container}, parent=None
            )
            field = super().formfield_for_foreignkey(db_field, request, **kwargs)
            if field is not None:
                field.choices = list(cast(Iterable[Any], field.choices))
            return field
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
