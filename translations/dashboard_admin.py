"""The translators' desk: what is missing, stale or unreviewed, and an editor for one text."""

from copy import copy

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.admin import form_of
from history.admin_filters import ColumnFilter, Kept, NameFilter, name_column
from languages import text_validation
from languages.draft_cookie import forget_draft
from languages.languages import autonym, codes
from languages.text_diff import differences
from translations.checks import findings
from translations.exchange_admin import ExchangeAdmin
from translations.models import TRANSLATE, TranslationState, TranslationStatus
from translations.progress import progress
from translations.units import (
    make_source,
    rows_to_translate,
    translate,
    translated_models,
    unit_of,
    units,
)

TO_DO = [
    TranslationStatus.MISSING,
    TranslationStatus.OUTDATED,
    TranslationStatus.OUTDATED_MINOR,
    TranslationStatus.UNREVIEWED,
]
FILTERS = "_changelist_filters"  # how the admin hands on what a list was filtered by
MAX_EXCERPT_WORDS = 14  # words of a source in the list
PLACE = ["model", "record", "field", "language"]  # the order of the texts


def later_than(row):
    """Return the filter of the rows that stand after one in the order of PLACE."""
    wanted, same = Q(pk=None), {}
    for column in PLACE:
        value = getattr(row, column)
        wanted |= Q(**same, **{f"{column}__gt": value})
        same[column] = value
    return wanted


class StateFilter(admin.SimpleListFilter):
    """Shows what is to be done, or one state."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        several = [
            ("work", _("missing or older than its source")),
            ("stale", _("older than its source")),
        ]
        return several + [(state, state.label) for state in [*TO_DO, TranslationStatus.REVIEWED]]

    def queryset(self, request, rows):
        several = {"work": TranslationState.NEEDS_WORK, "stale": TranslationState.STALE}
        if self.value() in several:
            return rows.filter(state__in=several[self.value()])
        return rows.filter(state=self.value()) if self.value() in TranslationStatus else rows


class LanguageFilter(ColumnFilter):
    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        return [(code, autonym(code)) for code in codes()]


class SectionFilter(ColumnFilter):
    title = gettext_lazy("kind of record")
    parameter_name = "model"

    def lookups(self, request, model_admin):
        return [
            (model._meta.label_lower, model._meta.verbose_name_plural)
            for model in translated_models()
        ]


class TranslatorFilter(NameFilter):
    title = gettext_lazy("translated by")
    parameter_name = "author_name"


class DashboardAdmin(Kept, ExchangeAdmin, admin.ModelAdmin):
    """The list of all translations, the most pressing first, and their editor."""

    list_display = ["source_text", "what", "state", "into", "words", "translator"]
    list_filter = [StateFilter, LanguageFilter, SectionFilter, TranslatorFilter]
    list_per_page = 50
    actions = None
    sortable_by = ["words", "translator"]
    change_list_template = "translations/dashboard.html"
    template = "translations/translate.html"

    # What other rooms know about a text

    def terms(self, unit):
        """Return the glossary's terms in the source: (name there, names in the language)."""
        return []

    def problems(self, unit, text):
        """Return sentences on what the source and a translation do not agree in."""
        found = findings(unit.key, unit.source, text, unit.row.source, unit.row.language)
        return [finding.problem.message for finding in found if not finding.reason]

    # Who may do what

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm(TRANSLATE)

    # The list

    def get_queryset(self, request):
        urgency = Case(
            *(When(state=state, then=Value(place)) for place, state in enumerate(TO_DO)),
            default=Value(len(TO_DO)),
            output_field=IntegerField(),
        )
        rows = rows_to_translate().annotate(urgency=urgency)
        return rows.order_by("urgency", *PLACE)

    def get_ordering(self, request):
        return ["urgency", *PLACE]

    def changelist_view(self, request, extra_context=None):
        context = {"title": _("Translators’ desk"), "progress": progress()}
        response = super().changelist_view(request, context | (extra_context or {}))
        found = getattr(response, "context_data", {}).get("cl")
        if found:
            rows = list(found.result_list)
            shown = {unit.row.pk: unit for unit in units(rows)}
            for row in rows:
                row.unit = shown.get(row.pk)
            found.result_list = rows
        return response

    translator = name_column("author_name", gettext_lazy("translated by"))

    @admin.display(description=gettext_lazy("source"))
    def source_text(self, row):
        text = row.unit.source if row.unit else ""
        return Truncator(text).words(MAX_EXCERPT_WORDS, truncate="…") or "–"

    @admin.display(description=gettext_lazy("text"))
    def what(self, row):
        return f"{row.unit.record}: {row.unit.name}" if row.unit else str(row)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def into(self, row):
        return autonym(row.language)

    # The editor

    def get_urls(self):
        checking = self.admin_site.admin_view(self.check_view)
        name = "translations_translationstate_check"
        return [path("<int:record>/check/", checking, name=name), *super().get_urls()]

    def found(self, request, pk):
        row = self.get_queryset(request).filter(pk=pk).first() if str(pk).isdecimal() else None
        unit = unit_of(row) if row else None
        if unit is None:
            raise Http404
        return unit

    def check_view(self, request, record):
        """What a translation that is being typed does not agree with its source in."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        unit = self.found(request, record)
        typed = request.POST.get("text", "")[: text_validation.MAX_LENGTH]
        return JsonResponse({"problems": self.problems(unit, typed)})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        unit = self.found(request, unquote(object_id))
        if request.method != "POST":
            return self.page(request, unit, unit.text)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return (self.swap if "_swap" in request.POST else self.save)(request, unit)

    def swap(self, request, unit):
        try:
            unit = make_source(unit.row)
        except ValidationError as error:
            return self.page(request, self.found(request, unit.row.pk), "", problem=error)
        text = _("“%(record)s”, %(name)s: the source is %(language)s now.")
        told = {"record": unit.record, "name": unit.name, "language": autonym(unit.row.language)}
        self.message_user(request, text % told, messages.SUCCESS)
        return redirect("admin:translations_translationstate_changelist")

    def save(self, request, unit):
        sent = {name: text.replace("\r\n", "\n") for name, text in request.POST.items()}
        text, shown = sent.get("text", ""), sent.get("initial-text", "")
        try:
            saved = translate(
                unit.row,
                text,
                sent.get("source", ""),
                shown,
                request.user,
                is_confirmed="_confirm" in sent,
                is_reviewed="_review" in sent,
            )
        except ValidationError as error:
            unit = self.found(request, unit.row.pk)
            return self.page(request, unit, text, problem=error, shown=shown)
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
        return self.onward(request, saved, stays="_stay" in sent)

    def onward(self, request, unit, *, stays):
        """Lead to the next text that the list would show, or back to the list."""
        filters = request.GET.get(FILTERS, "")
        response = None
        if not stays and (following := self.following(request, unit, filters)):
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(self.editor(following, filters))
        elif stays:
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(self.editor(unit.row, filters))
        else:
            address = reverse("admin:translations_translationstate_changelist")
            # nosemgrep: redirect-to-what-was-asked (the filters are a query)
            response = redirect(f"{address}?{filters}" if filters else address)
        return forget_draft(response, self.draft_key(request, unit))

    def editor(self, row, filters):
        address = reverse("admin:translations_translationstate_change", args=[row.pk])
        query = QueryDict(mutable=True)
        query[FILTERS] = filters
        return f"{address}?{query.urlencode()}" if filters else address

    def following(self, request, unit, filters):
        """Return the row after a unit in the list with some filters, None at its end."""
        rows = self.listed(request, filters).exclude(pk=unit.row.pk)
        rows = rows.exclude(state=TranslationStatus.REVIEWED).order_by(*PLACE)
        return rows.filter(later_than(unit.row)).first() or rows.first()

    def listed(self, request, filters):
        """Return the rows that the list has with some filters."""
        asked = copy(request)
        asked.GET = QueryDict(filters)
        return self.get_changelist_instance(asked).get_queryset(asked)

    def draft_key(self, request, unit):
        return f"{request.user.pk} translation {unit.row.pk}"

    def page(self, request, unit, text, problem=None, shown=None):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Translate: %(record)s, %(name)s")
            % {"record": unit.record, "name": unit.name},
            "opts": self.opts,
            "unit": unit,
            "text": text,
            "problem": problem,
            "theirs": differences(shown, unit.text) if shown not in (None, unit.text) else [],
            "problems": self.problems(unit, text) if text else [],
            "terms": self.terms(unit),
            "form_address": form_of(unit.record),
            "draft": self.draft_key(request, unit),
            "may_translate": self.has_change_permission(request),
            "is_stale": unit.row.state in TranslationState.STALE,
            "may_review": unit.row.state == TranslationStatus.UNREVIEWED,
            "filters": request.GET.get(FILTERS, ""),
        }
        return TemplateResponse(request, self.template, context)
