"""Admin of the library: documents with their lines, articles, terms, unanswered queries."""

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from editing.admin import (
    PUBLISHING_FIELDS,
    BilingualAdmin,
    BilingualInline,
    ReadOnlyAdmin,
    TranslatedForm,
    text_column,
)
from editing.proposal_admin import WAITS
from editing.proposals import proposing
from editing.publishing_rights import must_propose
from history.actors import signed_in
from history.admin_filters import ChangeOnly
from languages.languages import language_codes
from library import dashboard_admin, placement_admin  # noqa: F401  (they register admins)
from library.concordance_admin import concordance_view
from library.container_admin import (
    ContainerAdmin,
    LineChoiceMixin,
    NestedStatementInline,
    PreviewAdmin,
    ScheduleFilter,
)
from library.line_autocomplete import LineAutocompleteView, filter_lines
from library.models import (
    Article,
    Correction,
    Correspondence,
    Document,
    Line,
    Note,
    OfficialVersion,
    Paragraph,
    RegisteredCode,
    Term,
)
from library.publication import check_citing
from library.unanswered_queries import UnansweredQueryForm, add_query_to_term
from search.lookups import AnalysedSearch
from search.models import UnansweredQuery

if TYPE_CHECKING:
    _QueryAdmin = admin.ModelAdmin[UnansweredQuery]
else:
    _QueryAdmin = admin.ModelAdmin

QUERY_COLUMNS = ("text", "language", "count", "last_asked")  # of an UnansweredQuery


class PublishedDocumentForm(TranslatedForm):
    """The form of a document, which is not hidden while readers see texts that cite it."""

    def clean_is_published(self) -> bool:
        is_published: bool = self.cleaned_data["is_published"]
        document = cast(Document, self.instance)
        if document.is_published and not is_published:
            check_citing(document)
        return is_published


class OfficialVersionInline(BilingualInline):
    """The official versions on the form of a document."""

    model = OfficialVersion
    fields = [("language", "url")]


@admin.register(Document)
class DocumentAdmin(ChangeOnly, AnalysedSearch, PreviewAdmin):
    """What is said about a document can be edited; it is taken in or loaded with its lines."""

    form = PublishedDocumentForm
    change_form_template = "library/document_form.html"
    inlines = [OfficialVersionInline]
    list_display = [
        "number",
        text_column("short_title", _("short title")),
        "issued",
        "slug",
        "is_published",
    ]
    list_display_links = list_display[:2]
    list_filter = ["is_published"]
    fields = [
        ("number", "slug"),
        "title",
        "short_title",
        "dating",
        ("issued", "language"),
        "publisher",
        "source_url",
        "replaces",
        "is_published",
        "sha256",
    ]
    readonly_fields = ["number", "slug", "language", "sha256"]

    def get_urls(self) -> list[URLPattern]:
        concordance = self.url_pattern(
            "<int:record>/concordance/", partial(concordance_view, self), "concordance"
        )
        return [concordance, *super().get_urls()]


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


class CorrespondenceForm(TranslatedForm):
    """The form of a row of a concordance, whose codes were given to something."""

    def clean_former(self) -> str:
        return self.check_code("former")

    def clean_later(self) -> str:
        return self.check_code("later")

    def check_code(self, field: str) -> str:
        """Return the code in a field. Raises ValidationError for one that was never given."""
        code: str = self.cleaned_data[field]
        if code and not RegisteredCode.objects.filter(code=code).exists():
            message = _("No title or statement has the code %(code)s.")
            raise ValidationError(message, params={"code": code})
        return code


@admin.register(Correspondence)
class CorrespondenceAdmin(BilingualAdmin):
    """The rows of concordances; they are written on the page of the document."""

    form = CorrespondenceForm
    search_fields = ["former", "later"]
    list_display = ["document", "former", "later", text_column("reason", _("reason"))]
    list_display_links = list_display[1:3]
    list_filter = ["document"]
    list_select_related = ["document"]
    fields = ["document", ("former", "later"), "reason"]


class ParagraphInline(NestedStatementInline):
    """The paragraphs on the form of an article."""

    model = Paragraph
    fields = [("number", "code"), ("parent", "kind"), "text", "line"]


@admin.register(Article)
class ArticleAdmin(ContainerAdmin):
    """Articles with their paragraphs."""

    list_filter = ["is_published", ScheduleFilter, "kind", "document"]
    fields = [
        ("number", "code"),
        "slug",
        "title",
        "kind",
        "document",
        "line",
        "replaces",
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
        term: Term | None = form.cleaned_data.get("term")
        if term is None:
            return
        waits = must_propose(request, term)
        with proposing(term, signed_in(request)) if waits else nullcontext():
            is_added = add_query_to_term(term, obj)
        if waits and is_added:
            self.message_user(request, WAITS, messages.SUCCESS)
        elif is_added:
            self.message_user(
                request,
                _("“%(query)s” now finds what the term “%(term)s” finds.")
                % {"query": obj.text, "term": term},
                messages.SUCCESS,
            )
