"""Admin of the library, and the base classes for the admin of all cited models."""

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
from django.utils import translation
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override

from editing.admin import (
    PUBLISHING_FIELDS,
    BilingualAdmin,
    BilingualInline,
    ReadOnlyAdmin,
    text_column,
)
from editing.ordered_formset import MAX_NUMBER
from history.admin_filters import AnyModelAdmin
from languages.languages import autonym, language_codes
from library import dashboard_admin, placement_admin  # noqa: F401  (they register admins)
from library.deletion import CodedDeletionMixin
from library.line_autocomplete import (
    LineAutocompleteView,
    LineChoiceField,
    LineSelect,
    filter_lines,
)
from library.models import (
    Article,
    Container,
    Correction,
    Document,
    Line,
    Note,
    Paragraph,
    Term,
)
from library.preview import preview_address
from library.publication import differing_records
from library.registry_admin import ask_for_reasons
from library.unanswered_queries import UnansweredQueryForm, add_query_to_term
from library.wording import CitedForm, StatementFormSet
from search.lookups import AnalysedSearch
from search.models import UnansweredQuery

if TYPE_CHECKING:  # what the mixins call with super()
    _Base = admin.options.BaseModelAdmin[Any]
    _QueryAdmin = admin.ModelAdmin[UnansweredQuery]
else:
    _Base = object
    _QueryAdmin = admin.ModelAdmin

PREVIEW_CSP = settings.SECURE_CSP | {"frame-src": [CSP.SELF]}
MAX_NAMED = 10  # records that a message names
QUERY_COLUMNS = ("text", "language", "count", "last_asked")  # of an UnansweredQuery

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
def publish(model_admin: AnyModelAdmin, request: HttpRequest, containers: QuerySet[Any]) -> None:
    """Admin action: publish the selected containers, but none that differs from its lines."""
    differing = [record for each in containers for record in differing_records(each)]
    if differing:
        text = _("Not as in the document, and no correction says so: %(codes)s.")
        named = ", ".join(record.code for record in differing[:MAX_NAMED])
        model_admin.message_user(request, text % {"codes": named}, messages.ERROR)
        return
    set_published(model_admin, request, containers, is_published=True)


@admin.action(description=_("Hide from readers"), permissions=["publish"])
def hide(model_admin: AnyModelAdmin, request: HttpRequest, containers: QuerySet[Any]) -> None:
    """Admin action: make the selected containers drafts again."""
    set_published(model_admin, request, containers, is_published=False)


def set_published(
    model_admin: AnyModelAdmin,
    request: HttpRequest,
    containers: QuerySet[Any],
    *,
    is_published: bool,
) -> None:
    """Set `is_published` where it differs, and show a message with the number of changed rows."""
    codes = list(containers.values_list("code", flat=True))
    count = containers.filter(is_published=not is_published).update(is_published=is_published)
    if is_published:
        text = ngettext("%(count)d page was published.", "%(count)d pages were published.", count)
    else:
        text = ngettext("%(count)d page was hidden.", "%(count)d pages were hidden.", count)
    model_admin.message_user(request, text % {"count": count}, messages.SUCCESS)
    transaction.on_commit(lambda: ask_for_reasons(request, codes))


class ContainerAdmin(CodedDeletionMixin, AnalysedSearch, CitedAdminMixin, BilingualAdmin):
    """Base admin of containers, with a preview.

    Subclasses name in `search_relations` the relation to the container's statements.
    """

    actions = [publish, hide]
    form = CitedForm
    change_form_template = "library/container_form.html"

    list_display = ["code", text_column("title", _("title")), "is_published"]
    list_display_links = list_display[:2]
    list_filter = ["is_published"]

    def get_urls(self) -> list[URLPattern]:
        preview = self.url_pattern("<int:record>/preview/", self.preview_view, "preview")
        return [preview, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # The registry is written at the end of the revision, which is that of the transaction.
        transaction.on_commit(lambda: ask_for_reasons(request, [form.instance.code]))

    @method_decorator(csp_override(PREVIEW_CSP))
    def preview_view(self, request: HttpRequest, record: int) -> HttpResponse:
        """Show the container's page in frames: each language, on a small and on a large screen.

        `record` is the primary key. Raises Http404 where there is no such container, and
        PermissionDenied where the user may not view it.
        """
        container = self.get_object(request, str(record))
        if container is None:
            raise Http404
        if not self.has_view_or_change_permission(request, container):
            raise PermissionDenied
        frames = []
        for code in language_codes():
            with translation.override(code):
                frames.append((code, autonym(code), preview_address(container)))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview of %(record)s") % {"record": container},
            "opts": self.opts,
            "original": container,
            "frames": frames,
        }
        return TemplateResponse(request, "library/preview.html", context)


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


@admin.register(Document)
class DocumentAdmin(AnalysedSearch, ReadOnlyAdmin):
    """Documents are read-only: only `load_content` writes them."""

    list_display = ["number", text_column("short_title", _("short title")), "issued", "slug"]
    list_display_links = list_display[:2]
    fields = [
        ("number", "slug"),
        "title",
        "short_title",
        "dating",
        ("issued", "language"),
        "source_url",
        "counterpart_url",
        "sha256",
    ]


@admin.register(Line)
class LineAdmin(AnalysedSearch, ReadOnlyAdmin):
    """Lines are read-only; forms of other models fetch them from `choose/`."""

    list_display = ["document", "number", "text"]
    list_display_links = ["number", "text"]
    list_filter = ["document"]
    list_select_related = ["document"]
    fields = [("document", "number"), "text", "boilerplate"]

    def get_urls(self) -> list[URLPattern]:
        return [
            self.url_pattern("choose/", LineAutocompleteView.as_view(), "choose"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Line], search_term: str
    ) -> tuple[QuerySet[Line], bool]:
        return filter_lines(queryset, search_term), False


@admin.register(Correction)
class CorrectionAdmin(LineChoiceMixin, AnalysedSearch, BilingualAdmin):
    """Corrections, listed with their lines."""

    list_display = ["line", "original", "reading", "certainty"]
    list_filter = ["certainty", "line__document"]
    list_select_related = ["line__document"]
    fields = ["line", ("original", "reading"), "certainty", "reason"]


@admin.register(Note)
class NoteAdmin(LineChoiceMixin, AnalysedSearch, BilingualAdmin):
    """Editorial notes, listed with their lines."""

    list_display = ["line", text_column("text", _("text")), "year"]
    list_display_links = list_display[:2]
    list_filter = ["line__document"]
    list_select_related = ["line__document"]
    fields = [("line", "number"), "text", ("year", "source_url")]


class ParagraphInline(NestedStatementInline):
    """The paragraphs on the form of an article."""

    model = Paragraph
    fields = [("number", "code"), ("parent", "kind"), "text", "line"]


@admin.register(Article)
class ArticleAdmin(ContainerAdmin):
    """Articles with their paragraphs."""

    list_filter = ["is_published", "kind", "document"]
    fields = [
        ("number", "code"),
        "slug",
        "title",
        "kind",
        "document",
        "line",
        PUBLISHING_FIELDS,
    ]
    search_relations = ["paragraphs"]
    inlines = [ParagraphInline]


@admin.register(Term)
class TermAdmin(LineChoiceMixin, AnalysedSearch, BilingualAdmin):
    """Terms of the glossary, listed with their preferred name in each language."""

    names = [f"term_{code}" for code in language_codes()]
    list_display = ["slug", *names, "acronym", "kind"]
    list_display_links = ["slug", *names]
    list_filter = ["kind"]
    fields = [
        ("slug", "kind", "acronym"),
        "term",
        "definition",
        "forms",
        "source_url",
        "line",
    ]


@admin.register(UnansweredQuery)
class UnansweredQueryAdmin(_QueryAdmin):
    """Queries without results. The form adds a query to a term as another name of it."""

    list_display = QUERY_COLUMNS
    list_filter = ["language"]
    readonly_fields = QUERY_COLUMNS
    form = UnansweredQueryForm
    fields = [*QUERY_COLUMNS, "term"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: UnansweredQuery | None = None
    ) -> bool:
        return super().has_change_permission(request, obj) and request.user.has_perm(
            "library.change_term"
        )

    def save_model(
        self, request: HttpRequest, obj: UnansweredQuery, form: UnansweredQueryForm, change: bool
    ) -> None:
        term = form.cleaned_data.get("term")
        if term and add_query_to_term(term, obj):
            self.message_user(
                request,
                _("“%(query)s” now finds what the term “%(term)s” finds.")
                % {"query": obj.text, "term": term},
                messages.SUCCESS,
            )
