"""Admin classes for records with texts in two languages, which stand beside each other."""

from functools import cache

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from editing.known_choices import KnownChoiceField, KnownSelect
from editing.merge_admin import MergingAdmin
from editing.merge_forms import MergingForm, MergingInlineFormSet
from editing.models import PUBLISH
from editing.proposal_admin import ProposingAdmin
from history.admin_filters import ReadOnly
from history.audit_admin import ChangeAdmin
from history.models import Change
from history.recording import current
from languages.fields import lacking, paired_fields
from languages.languages import autonym, direction, in_language, label_with_language, source
from languages.languages import codes as language_codes
from languages.languages import others as other_languages
from languages.templatetags.languages import localized
from search.lookups import RecordedSearch
from translations.checks import findings
from translations.models import TRANSLATE, TranslationState
from translations.units import key_of, rows_to_translate, units

MAX_WARNINGS = 8
PUBLISHING = ("is_published", "publish_at")  # a row of a form


class TranslatedForm(MergingForm):
    """Lets whoever edits a source say whether its translations are older now."""

    source_change = forms.ChoiceField(
        label=gettext_lazy("what you change in the source"),
        required=False,
        choices=[
            ("", gettext_lazy("is minor where it is spaces, vowel signs or punctuation alone")),
            ("minor", gettext_lazy("is minor: the translations stay right")),
            ("meaning", gettext_lazy("changes the meaning: the translations have to follow")),
        ],
        widget=forms.Select(attrs={"data-source": source()}),
    )

    def clean(self):
        cleaned = super().clean()
        choice, recorder = self.cleaned_data.get("source_change"), current.get()
        if choice and recorder and self.is_stored:
            key = (self.instance._meta.label_lower, self.instance.pk)
            recorder.declared[key] = choice == "minor"
        return cleaned


class BilingualForms:
    """Gives each input the language and direction of what is typed into it."""

    form = TranslatedForm

    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
    }

    def has_change_permission(self, request, obj=None):
        return self.may_edit(request, obj) or self.may_translate(request)

    def may_edit(self, request, obj=None):
        return super().has_change_permission(request, obj)

    def may_translate(self, request):
        return bool(self.trans_opts.all_fields) and request.user.has_perm(TRANSLATE)

    def get_readonly_fields(self, request, obj=None):
        """Return what this person may not edit: translators edit translations alone."""
        shown = flatten_fieldsets(self.get_fieldsets(request, obj))
        fixed = list(super().get_readonly_fields(request, obj))
        if not request.user.has_perm(PUBLISH):
            fixed += [name for name in PUBLISHING if name in shown]
        if self.only_translates(request, obj):
            fixed += [name for name in shown if name not in self.translations()]
        return list(dict.fromkeys(fixed))

    def only_translates(self, request, obj):
        return obj is not None and not self.may_edit(request, obj) and self.may_translate(request)

    def translations(self):
        """Return the columns of the languages that texts are translated into."""
        languages = other_languages(source())
        return [f"{field}_{code}" for field in self.trans_opts.all_fields for code in languages]

    def get_fieldsets(self, request, obj=None):
        """Return the declared fields, a translated one as a row of all its languages."""
        fixed = self.fixed_languages(request, obj)
        rows = [self.row(field, fixed) for field in self.fields]
        edits_sources = self.has_change_permission(request, obj) and self.may_edit(request, obj)
        if obj and edits_sources and paired_fields(self.model):
            rows.append("source_change")
        return [(None, {"fields": rows})]

    def fixed_languages(self, request, obj):
        """Return the languages whose texts this person sees and does not edit."""
        return [source()] if self.only_translates(request, obj) else []

    def row(self, field, fixed):
        if field not in self.trans_opts.all_fields:
            return field
        label = self.opts.get_field(field).verbose_name
        return tuple(
            text_cell(field, label, code) if code in fixed else f"{field}_{code}"
            for code in language_codes()
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", KnownChoiceField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, forms.TextInput | forms.Textarea):
            # Only the columns that django-modeltranslation made know a language.
            language = getattr(db_field, "language", None)
            attributes = {"dir": "auto"}
            if language:
                attributes = {"lang": language, "dir": direction(language)}
            field.widget.attrs.update(attributes)
        return field


@admin.register(Change)
class AuditAdmin(RecordedSearch, ChangeAdmin):
    """The audit, in which records are found by their words in either language."""


class PlainAdmin(MergingAdmin, admin.ModelAdmin):
    """Admin of a model without translated fields."""


class LackingFilter(admin.SimpleListFilter):
    """Records of which, or of whose rows, a text is not there in a language."""

    title = gettext_lazy("missing translation")
    parameter_name = "lacking"

    def lookups(self, request, model_admin):
        return [(code, autonym(code)) for code in language_codes()]

    def queryset(self, request, records):
        if self.value() not in language_codes():
            return records
        return records.filter(self.lacking(self.value()))

    def __init__(self, request, params, model, model_admin):
        self.lacking = model_admin.lacking
        super().__init__(request, params, model, model_admin)


class BilingualAdmin(ProposingAdmin, MergingAdmin, BilingualForms, TranslationAdmin):
    """Admin of a model with translated fields, each named once in `fields`."""

    form = TranslatedForm

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), LackingFilter]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rows = [row for formset in formsets for row in formset.forms if row.instance.pk]
        sentences = [text for each in [form, *rows] for text in disagreements(each)]
        for sentence in sentences[:MAX_WARNINGS]:
            messages.warning(request, sentence)

    def render_change_form(self, request, context, obj=None, **options):
        if obj is not None:
            context["stale"] = self.stale_units(obj)
        return super().render_change_form(request, context, obj=obj, **options)

    def stale_units(self, record):
        """Return the translations of a record and its rows that are older than their sources."""
        wanted = Q(model=self.opts.label_lower, record=record.pk)
        for model, key in self.models_of_rows().items():
            rows = model._base_manager.filter(**{key: record.pk}).order_by()
            wanted |= Q(model=model._meta.label_lower, record__in=rows.values("pk"))
        return units(rows_to_translate().filter(wanted, state__in=TranslationState.STALE))

    def lacking(self, language):
        """Return the filter of the records of which, or of whose rows, a translation is missing."""
        wanted = lacking(self.model, language)
        for model, key in self.models_of_rows().items():
            rows = model._base_manager.filter(lacking(model, language))
            wanted |= Q(pk__in=rows.values(key))
        return wanted


def disagreements(form):
    """Yield sentences on what the texts that a form changed do not agree in."""
    record = form.instance
    for field in paired_fields(type(record)):
        ours = in_language(record, field, source())
        for code in other_languages(source()):
            if {f"{field}_{code}", f"{field}_{source()}"}.isdisjoint(form.changed_data):
                continue
            key, theirs = key_of(record, field, code), in_language(record, field, code)
            for finding in findings(key, ours, theirs, source(), code):
                if not finding.reason:
                    yield f"{record}: {finding.problem.message}"


class BilingualInline(BilingualForms, TranslationStackedInline):
    extra = 0
    formset = MergingInlineFormSet


class ReadOnlyAdmin(ReadOnly, BilingualAdmin):
    """Shows records that nobody changes by hand."""

    def get_list_filter(self, request):
        return self.list_filter

    def fixed_languages(self, request, obj):
        return language_codes()

    def get_readonly_fields(self, request, obj=None):
        return flatten_fieldsets(self.get_fieldsets(request, obj))


@cache
def text_cell(field, label, language):
    """Return a cell that shows a text in one language, with that language's direction.

    The same cell each time, since the admin compares the fields of a form with each other.
    """

    @admin.display(description=label_with_language(label, language))
    def cell(record):
        text = in_language(record, field, language)
        return format_html(
            '<span lang="{}" dir="{}">{}</span>', language, direction(language), text
        )

    cell.__name__ = f"{field}_{language}"
    return cell


def text_column(field, label):
    """Return a column of the list that shows a text in the language of the admin."""

    @admin.display(description=label)
    def column(record):
        return localized(record, field)

    return column
