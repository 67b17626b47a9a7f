"""Base classes for the admin of records with texts in several languages, side by side."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from editing.known_choices import KnownChoiceField, KnownSelect
from editing.merge_admin import MergingAdmin
from editing.merge_forms import MergingForm, MergingInlineFormSet
from editing.models import PUBLISH
from editing.proposal_admin import ProposingAdmin
from editing.undo_admin import undo_view
from history.admin_filters import AnyModelAdmin, ReadOnly
from history.audit_admin import ChangeAdmin
from history.models import Change
from history.recording import Column, current_recorder
from languages.fields import missing_translation, paired_fields
from languages.languages import (
    autonym,
    direction,
    label_with_language,
    language_codes,
    other_languages,
    source_language,
    text_in_language,
)
from languages.templatetags.languages import localized
from search.lookups import RecordedSearch
from translations.checks import failed_checks
from translations.models import TRANSLATE, TranslationState
from translations.units import Unit, load_units, rows_to_translate, unit_key

MAX_WARNINGS = 8
# One row of a form (a tuple in `fields`).
PUBLISHING_FIELDS = ("is_published", "publish_at", "unpublish_at")

if TYPE_CHECKING:  # BilingualForms is a mixin of admins and of inlines
    # Names of django-stubs.
    from django.contrib.admin.options import _FieldGroups, _FieldsetSpec, _ListFilterT
    from django.utils.functional import _StrOrPromise
    from modeltranslation.admin import TranslationBaseModelAdmin

    _Base = TranslationBaseModelAdmin[Any]
else:
    _Base = object

type Cell = Callable[[models.Model], SafeString]  # shows a field of a record, read-only
# The name of a field, or the names and cells that stand side by side.
type FormRow = str | Sequence[str | Cell]


class TranslatedForm(MergingForm):
    """A form whose author may say whether a change of a source text outdates its translations."""

    source_change = forms.ChoiceField(
        label=gettext_lazy("what you change in the source"),
        required=False,
        choices=[
            ("", gettext_lazy("is minor where it is spaces, vowel signs or punctuation alone")),
            ("minor", gettext_lazy("is minor: the translations stay right")),
            ("meaning", gettext_lazy("changes the meaning: the translations have to follow")),
        ],
        widget=forms.Select(attrs={"data-source": source_language()}),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        choice, recorder = self.cleaned_data.get("source_change"), current_recorder.get()
        if choice and recorder and self.is_stored:
            key = (self.instance._meta.label_lower, self.instance.pk)
            recorder.declared[key] = choice == "minor"
        return cleaned


class BilingualForms(_Base):
    """Mixin for admins and inlines: fields of all languages in rows, with `lang` and `dir`.

    Translators may edit the translations only.
    """

    form: "type[forms.ModelForm[Any]]" = TranslatedForm
    fields: "ClassVar[_FieldGroups]"

    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
    }

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may_edit(request, obj) or self.may_translate(request)

    def may_edit(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether this person may edit the record, and not only its translations."""
        return super().has_change_permission(request, obj)

    def may_translate(self, request: HttpRequest) -> bool:
        """Whether the model has translated fields that this person may translate."""
        return bool(self.trans_opts.all_fields) and request.user.has_perm(TRANSLATE)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        """Return the names of the fields that this person may not edit."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        readonly = list(super().get_readonly_fields(request, obj))
        if not request.user.has_perm(PUBLISH):
            readonly += [name for name in PUBLISHING_FIELDS if name in fields]
        if self.only_translates(request, obj):
            readonly += [name for name in fields if name not in self.translation_columns()]
        return list(dict.fromkeys(readonly))

    def only_translates(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Whether this person may edit the translations of a record and nothing else of it."""
        return obj is not None and not self.may_edit(request, obj) and self.may_translate(request)

    def translation_columns(self) -> list[str]:
        """Return the names of the columns that hold translations: title_en."""
        languages = other_languages(source_language())
        return [f"{field}_{code}" for field in self.trans_opts.all_fields for code in languages]

    def get_fieldsets(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> "_FieldsetSpec":
        """Return the declared fields, each translated one as a row with all its languages."""
        readonly = self.readonly_languages(request, obj)
        rows = [self.field_row(field, readonly) for field in self.fields]
        may_edit_source = self.has_change_permission(request, obj) and self.may_edit(request, obj)
        if obj and may_edit_source and paired_fields(self.model):
            rows.append("source_change")
        # django-stubs does not know that a function may be in a row.
        return cast("_FieldsetSpec", [(None, {"fields": rows})])

    def readonly_languages(self, request: HttpRequest, obj: models.Model | None) -> list[str]:
        """Return the codes of the languages whose texts this person may only read."""
        return [source_language()] if self.only_translates(request, obj) else []

    def field_row(self, field: str | Sequence[str], readonly: Sequence[str]) -> FormRow:
        """Return a field or, for a translated one, the tuple of its columns or text cells."""
        if not isinstance(field, str) or field not in self.trans_opts.all_fields:
            return field
        label = cast("Column", self.opts.get_field(field)).verbose_name
        return tuple(
            text_cell(field, label, code) if code in readonly else f"{field}_{code}"
            for code in language_codes()
        )

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        kwargs.setdefault("form_class", KnownChoiceField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Column, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, forms.TextInput | forms.Textarea):
            # Only the columns of django-modeltranslation have a language.
            language = getattr(db_field, "language", None)
            attributes = {"dir": "auto"}
            if language:
                attributes = {"lang": language, "dir": direction(language)}
            field.widget.attrs.update(attributes)
        return field


@admin.register(Change)
class AuditAdmin(RecordedSearch, ChangeAdmin):
    """The audit, with a search for the words of records in any language, and with undo."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(undo_view, self))
        undo = path("revision/<int:revision>/undo/", view, name="history_change_undo")
        return [undo, *super().get_urls()]


class UntranslatedAdmin(ProposingAdmin, MergingAdmin, admin.ModelAdmin):
    """Admin of a model without translated fields."""


class MissingTranslationFilter(admin.SimpleListFilter):
    """Filters for records that lack a text in a language, in themselves or in their rows."""

    title = gettext_lazy("missing translation")
    parameter_name = "lacking"

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        return [(code, autonym(code)) for code in language_codes()]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        language = self.value()
        if language not in language_codes():
            return queryset
        return queryset.filter(self.missing_translation(language))

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: "BilingualAdmin",
    ) -> None:
        self.missing_translation = model_admin.missing_translation
        super().__init__(request, params, model, model_admin)


class BilingualAdmin(ProposingAdmin, MergingAdmin, BilingualForms, TranslationAdmin):
    """Admin of a model with translated fields; `fields` names each without its language."""

    form = TranslatedForm

    def get_list_filter(self, request: HttpRequest) -> "list[_ListFilterT]":
        return [*super().get_list_filter(request), MissingTranslationFilter]

    def save_related(
        self,
        request: HttpRequest,
        form: MergingForm,
        formsets: "Sequence[forms.BaseFormSet[MergingForm]]",
        change: bool,
    ) -> None:
        super().save_related(request, form, formsets, change)
        rows = [row for formset in formsets for row in formset.forms]
        stored = [each for each in [form, *rows] if each.instance.pk]
        warnings = [text for each in stored for text in check_warnings(each)]
        for text in warnings[:MAX_WARNINGS]:
            messages.warning(request, text)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: models.Model | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["stale"] = self.stale_units(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def stale_units(self, record: models.Model) -> list[Unit]:
        """Return the outdated translations of a record and its rows."""
        condition = Q(model=self.opts.label_lower, record=record.pk)
        for model, column in self.inline_foreign_keys().items():
            rows = model._base_manager.filter(**{column: record.pk}).order_by()
            condition |= Q(model=model._meta.label_lower, record__in=rows.values("pk"))
        return load_units(
            rows_to_translate().filter(condition, state__in=TranslationState.OUTDATED_STATUSES)
        )

    def missing_translation(self, language: str) -> Q:
        """Return the Q of the records that lack a text in a language, in themselves or their rows.

        See languages.fields.missing_translation().
        """
        condition = missing_translation(self.model, language)
        for model, column in self.inline_foreign_keys().items():
            rows = model._base_manager.filter(missing_translation(model, language))
            condition |= Q(pk__in=rows.values(column))
        return condition


def check_warnings(form: MergingForm) -> Iterator[str]:
    """Yield a sentence for each problem between a text that a form changed and its translation.

    Problems that are explained (translations.checks) are left out.
    """
    record = form.instance
    for field in paired_fields(type(record)):
        source_text = text_in_language(record, field, source_language())
        for code in other_languages(source_language()):
            if {f"{field}_{code}", f"{field}_{source_language()}"}.isdisjoint(form.changed_data):
                continue
            key, text = unit_key(record, field, code), text_in_language(record, field, code)
            for check in failed_checks(key, source_text, text, source_language(), code):
                if not check.explanation:
                    yield f"{record}: {check.problem.message}"


class BilingualInline(BilingualForms, TranslationStackedInline):
    """Rows of a form with translated fields."""

    extra = 0
    formset = MergingInlineFormSet


class ReadOnlyAdmin(ReadOnly, BilingualAdmin):
    """Admin of records that are shown with their texts, and not edited."""

    def get_list_filter(self, request: HttpRequest) -> "list[_ListFilterT]":
        return list(self.list_filter)

    def readonly_languages(self, request: HttpRequest, obj: models.Model | None) -> list[str]:
        return language_codes()

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))


@cache
def text_cell(field: str, label: "_StrOrPromise", language: str) -> Cell:
    """Return a read-only field of a form that shows a text in one language, with its direction.

    It is cached, because the admin compares the fields of a form: equal ones must be one object.
    """

    @admin.display(description=label_with_language(label, language))
    def cell(record: models.Model) -> SafeString:
        text = text_in_language(record, field, language)
        return format_html(
            '<span lang="{}" dir="{}">{}</span>', language, direction(language), text
        )

    cell.__name__ = f"{field}_{language}"
    return cell


def text_column(field: str, label: "_StrOrPromise") -> Cell:
    """Return a function for `list_display` that shows a text in the active language."""

    @admin.display(description=label)
    def column(record: models.Model) -> SafeString:
        return localized(record, field)

    return column
