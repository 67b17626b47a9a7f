"""The translation dashboard: a list of the units to work on, and an editor for one unit."""

from copy import copy
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.admin import form_address
from history.admin_filters import AnyModelAdmin, ChangeOnly, ColumnFilter, NameFilter, name_column
from languages import text_validation
from languages.draft_cookie import forget_draft
from languages.languages import autonym, language_codes
from languages.text_diff import word_diff
from translations.checks import failed_checks
from translations.exchange_admin import ExchangeAdmin
from translations.models import TRANSLATE, TranslationState, TranslationStatus
from translations.progress import translation_progress
from translations.units import (
    Unit,
    load_unit,
    load_units,
    make_source,
    rows_to_translate,
    translate,
    translated_models,
)

# In the order of the list: the most urgent first.
TO_DO_STATUSES: list[TranslationStatus] = [
    TranslationStatus.MISSING,
    TranslationStatus.OUTDATED,
    TranslationStatus.OUTDATED_MINOR,
    TranslationStatus.UNREVIEWED,
]
FILTERS = "_changelist_filters"  # the parameter by which the admin passes on a list's filters
MAX_EXCERPT_WORDS = 14  # words of a source in the list
UNIT_ORDER: list[str] = ["model", "record", "field", "language"]

if TYPE_CHECKING:  # Django's admin takes no type arguments at run time

    class ListedState(TranslationState):
        """A state in the list, to which changelist_view() gives its unit."""

        unit: Unit | None

        class Meta:
            abstract = True

    _Base = admin.ModelAdmin[TranslationState]
else:
    ListedState = TranslationState
    _Base = admin.ModelAdmin


def rows_after(row: TranslationState) -> Q:
    """Return the filter of the states that follow a row in UNIT_ORDER."""
    after = Q(pk=None)
    same: dict[str, Any] = {}
    for column in UNIT_ORDER:
        value = getattr(row, column)
        after |= Q(**same, **{f"{column}__gt": value})
        same[column] = value
    return after


class StateFilter(admin.SimpleListFilter):
    """Filters the list by one state, or by several that need work."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        groups = [
            ("work", _("missing or older than its source")),
            ("stale", _("older than its source")),
        ]
        statuses = [*TO_DO_STATUSES, TranslationStatus.REVIEWED]
        return groups + [(status, str(status.label)) for status in statuses]

    def queryset(
        self, request: HttpRequest, rows: QuerySet[TranslationState]
    ) -> QuerySet[TranslationState]:
        groups = {
            "work": TranslationState.NEEDS_WORK_STATUSES,
            "stale": TranslationState.OUTDATED_STATUSES,
        }
        value = self.value()
        if value in groups:
            return rows.filter(state__in=groups[value])
        return rows.filter(state=value) if value in TranslationStatus else rows


class LanguageFilter(ColumnFilter):
    """Filters the list by the language of the translation."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [(code, autonym(code)) for code in language_codes()]


class SectionFilter(ColumnFilter):
    """Filters the list by the model of the records."""

    title = gettext_lazy("kind of record")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [
            (model._meta.label_lower, str(model._meta.verbose_name_plural))
            for model in translated_models()
        ]


class TranslatorFilter(NameFilter):
    """Filters the list by the person who translated."""

    title = gettext_lazy("translated by")
    parameter_name = "author_name"


class DashboardAdmin(ChangeOnly, ExchangeAdmin, _Base):
    """The list of all translations, the most urgent first, and the editor of one of them.

    A subclass may override glossary_terms().
    """

    list_display = ["source_text", "what", "state", "into", "words", "translator"]
    list_filter = [StateFilter, LanguageFilter, SectionFilter, TranslatorFilter]
    list_per_page = 50
    actions = None
    sortable_by = ["words", "translator"]
    change_list_template = "translations/dashboard.html"
    template = "translations/translate.html"

    def glossary_terms(self, unit: Unit) -> list[tuple[str, list[str]]]:
        """Return (name in the source, names in the translation) of the terms in a source.

        The package of the glossary overrides this.
        """
        return []

    def problem_messages(self, unit: Unit, text: str) -> list[str]:
        """Return the messages of the unexplained problems of a text as a unit's translation."""
        failed = failed_checks(unit.key, unit.source, text, unit.row.source, unit.row.language)
        return [check.problem.message for check in failed if not check.explanation]

    # Permissions

    def has_change_permission(
        self, request: HttpRequest, obj: TranslationState | None = None
    ) -> bool:
        return request.user.has_perm(TRANSLATE)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[TranslationState]:
        urgency = Case(
            *(
                When(state=status, then=Value(position))
                for position, status in enumerate(TO_DO_STATUSES)
            ),
            default=Value(len(TO_DO_STATUSES)),
            output_field=IntegerField(),
        )
        rows = rows_to_translate().annotate(urgency=urgency)
        return rows.order_by("urgency", *UNIT_ORDER)

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        return ["urgency", *UNIT_ORDER]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        progress = translation_progress(rows_to_translate())
        context = {"title": _("Translation dashboard"), "progress": progress}
        response = super().changelist_view(request, context | (extra_context or {}))
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist:
            rows: list[ListedState] = list(changelist.result_list)
            unit_by_row = {unit.row.pk: unit for unit in load_units(rows)}
            for row in rows:
                row.unit = unit_by_row.get(row.pk)
            changelist.result_list = rows
        return response

    translator = name_column("author_name", gettext_lazy("translated by"))

    @admin.display(description=gettext_lazy("source"))
    def source_text(self, row: ListedState) -> str:
        text = row.unit.source if row.unit else ""
        return Truncator(text).words(MAX_EXCERPT_WORDS, truncate="…") or "–"

    @admin.display(description=gettext_lazy("text"))
    def what(self, row: ListedState) -> str:
        return f"{row.unit.record}: {row.unit.name}" if row.unit else str(row)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def into(self, row: TranslationState) -> str:
        return autonym(row.language)

    # The editor

    def get_urls(self) -> list[URLPattern]:
        check_view = self.admin_site.admin_view(self.check_view)
        name = "translations_translationstate_check"
        return [path("<int:record>/check/", check_view, name=name), *super().get_urls()]

    def get_unit_or_404(self, request: HttpRequest, pk: int | str) -> Unit:
        """Return the unit of a state of the list; raises Http404 where there is none."""
        row = self.get_queryset(request).filter(pk=pk).first() if str(pk).isdecimal() else None
        unit = load_unit(row) if row else None
        if unit is None:
            raise Http404
        return unit

    def check_view(self, request: HttpRequest, record: int) -> JsonResponse:
        """Answer with the problems of a translation that is being typed, as JSON."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        unit = self.get_unit_or_404(request, record)
        text = request.POST.get("text", "")[: text_validation.MAX_LENGTH]
        return JsonResponse({"problems": self.problem_messages(unit, text)})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        unit = self.get_unit_or_404(request, unquote(object_id))
        if request.method != "POST":
            return self.render_editor(request, unit, unit.text)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "_swap" in request.POST:
            return self.save_as_source(request, unit)
        return self.save_translation(request, unit)

    def save_as_source(self, request: HttpRequest, unit: Unit) -> HttpResponse:
        """Make a translation the source of its text, and redirect to the list."""
        try:
            unit = make_source(unit.row)
        except ValidationError as error:
            unit = self.get_unit_or_404(request, unit.row.pk)
            return self.render_editor(request, unit, "", error=error)
        message = _("“%(record)s”, %(name)s: the source is %(language)s now.")
        values = {"record": unit.record, "name": unit.name, "language": autonym(unit.row.language)}
        self.message_user(request, message % values, messages.SUCCESS)
        return redirect("admin:translations_translationstate_changelist")

    def save_translation(self, request: HttpRequest, unit: Unit) -> HttpResponse:
        """Save the text of the editor, and redirect to the next unit.

        Where it is refused, the editor is shown again with the text and the reason.
        """
        posted = {name: str(text).replace("\r\n", "\n") for name, text in request.POST.items()}
        text, shown_text = posted.get("text", ""), posted.get("initial-text", "")
        try:
            saved = translate(
                unit.row,
                text,
                posted.get("source", ""),
                shown_text,
                request.user,
                is_confirmed="_confirm" in posted,
                is_reviewed="_review" in posted,
            )
        except ValidationError as error:
            unit = self.get_unit_or_404(request, unit.row.pk)
            return self.render_editor(request, unit, text, error=error, shown_text=shown_text)
        self.message_user(
            request,
            _("“%(record)s”, %(name)s: %(state)s.")
            % {
                "record": saved.record,
                "name": saved.name,
                "state": saved.row.get_state_display(),
            },
            messages.SUCCESS,
        )
        return self.redirect_after_save(request, saved, stay="_stay" in posted)

    def redirect_after_save(self, request: HttpRequest, unit: Unit, *, stay: bool) -> HttpResponse:
        """Redirect to the next unit that the list shows, else to the list.

        With `stay`, redirect to the editor of the same unit.
        """
        filters = request.GET.get(FILTERS, "")
        if not stay and (next_row := self.next_row(request, unit, filters)):
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(self.editor_address(next_row, filters))
        elif stay:
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(self.editor_address(unit.row, filters))
        else:
            address = reverse("admin:translations_translationstate_changelist")
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(f"{address}?{filters}" if filters else address)
        return forget_draft(response, self.draft_key(request, unit))

    def editor_address(self, row: TranslationState, filters: str) -> str:
        """Return the address of the editor of a row, with the filters of the list as a query."""
        address = reverse("admin:translations_translationstate_change", args=[row.pk])
        query = QueryDict(mutable=True)
        query[FILTERS] = filters
        return f"{address}?{query.urlencode()}" if filters else address

    def next_row(self, request: HttpRequest, unit: Unit, filters: str) -> TranslationState | None:
        """Return the row after a unit in the filtered list that is not reviewed, in UNIT_ORDER.

        After the last one comes the first again; None where there is no other.
        """
        rows = self.filtered_rows(request, filters).exclude(pk=unit.row.pk)
        rows = rows.exclude(state=TranslationStatus.REVIEWED).order_by(*UNIT_ORDER)
        return rows.filter(rows_after(unit.row)).first() or rows.first()

    def filtered_rows(self, request: HttpRequest, filters: str) -> QuerySet[TranslationState]:
        """Return the rows of the list with some filters, given as a query string."""
        list_request = copy(request)
        list_request.GET = QueryDict(filters)
        return self.get_changelist_instance(list_request).get_queryset(list_request)

    def draft_key(self, request: HttpRequest, unit: Unit) -> str:
        """Return the key by which the browser stores the draft of a person for a unit."""
        return f"{request.user.pk} translation {unit.row.pk}"

    def render_editor(
        self,
        request: HttpRequest,
        unit: Unit,
        text: str,
        error: ValidationError | None = None,
        shown_text: str | None = None,
    ) -> HttpResponse:
        """Return the page of the editor with a text in its field.

        `error` is the ValidationError of a text that was refused. `shown_text` is the translation
        that the form showed before; if another one is stored now, the page shows their difference.
        """
        has_changed = shown_text not in (None, unit.text)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Translate: %(record)s, %(name)s")
            % {"record": unit.record, "name": unit.name},
            "opts": self.opts,
            "unit": unit,
            "text": text,
            "error": error,
            "stored_diff": word_diff(shown_text, unit.text) if has_changed else [],
            "problems": self.problem_messages(unit, text) if text else [],
            "terms": self.glossary_terms(unit),
            "form_address": form_address(unit.record),
            "draft": self.draft_key(request, unit),
            "may_translate": self.has_change_permission(request),
            "is_outdated": unit.row.state in TranslationState.OUTDATED_STATUSES,
            "may_review": unit.row.state == TranslationStatus.UNREVIEWED,
            "filters": request.GET.get(FILTERS, ""),
        }
        return TemplateResponse(request, self.template, context)
