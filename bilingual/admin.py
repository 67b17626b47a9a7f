"""Admin classes for records with texts in two languages, which stand beside each other."""

from contextlib import nullcontext
from functools import cache
from urllib.parse import quote

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.forms.models import _get_foreign_key
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from bilingual.choices import KnownChoiceField, KnownSelect
from bilingual.fields import lacking
from bilingual.history import last_change, recording
from bilingual.history_admin import HistoryAdmin
from bilingual.languages import autonym, direction, in_language, label_with_language, source
from bilingual.languages import codes as language_codes
from bilingual.languages import others as other_languages
from bilingual.merging import (
    MergingForm,
    MergingInlineFormSet,
    MergingModelFormSet,
    sentence,
)
from bilingual.presence import close, keep_open, others
from bilingual.proposal_admin import ProposingAdmin
from bilingual.roles import PUBLISH, TRANSLATE
from bilingual.templatetags.bilingual import localized

PUBLISHING = ("is_published", "publish_at")  # a row of a form


class BilingualForms:
    """Gives each input the language and direction of what is typed into it."""

    form = MergingForm

    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
    }

    class Media:
        css = {"all": ["bilingual/admin.css"]}

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
        row = self.row_to_translate if self.only_translates(request, obj) else self.row
        return [(None, {"fields": [row(field) for field in self.fields]})]

    def row_to_translate(self, field):
        """Return the row of a field with the source as text."""
        if field not in self.trans_opts.all_fields:
            return field
        label = self.opts.get_field(field).verbose_name
        return tuple(
            text_cell(field, label, code) if code == source() else f"{field}_{code}"
            for code in language_codes()
        )

    def row(self, field):
        if field in self.trans_opts.all_fields:
            return tuple(f"{field}_{language}" for language in language_codes())
        return field

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


class MergingAdmin(HistoryAdmin):
    """Saves what each person changed and no more, as one revision with its author."""

    form = MergingForm
    change_form_template = "bilingual/change_form.html"
    change_list_template = "bilingual/change_list.html"
    delete_confirmation_template = "bilingual/delete_confirmation.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {"draft": self.draft_key(request, object_id)} | (extra_context or {})
        if object_id is not None and unquote(object_id).isdecimal():
            record = int(unquote(object_id))
            context["presence"] = reverse(self.address("presence"), args=[record])
            context["others"] = others(request.user, self.opts.label_lower, record)
        with self.recorded(request):
            if request.method == "POST" and object_id is not None:
                self.lock(request, unquote(object_id))
            return super().changeform_view(request, object_id, form_url, context)

    def draft_key(self, request, object_id=None):
        """Return what the browser calls the draft of a form by."""
        return f"{request.user.pk} {self.opts.label_lower} {object_id or 'add'}"

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return self.saved(response, self.draft_key(request))

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        return self.saved(response, self.draft_key(request, obj.pk))

    def saved(self, response, key):
        """Tell the browser that it need not keep the draft of a form any longer."""
        response.set_cookie("saved_form", quote(key), max_age=86_400, samesite="Lax")
        return response

    def get_urls(self):
        presence = self.path("<int:record>/presence/", self.presence_view, "presence")
        return [presence, *super().get_urls()]

    def presence_view(self, request, record):
        """Note that a form is open, or left, and answer who else has it open."""
        if request.method != "POST" or not self.has_view_or_change_permission(request):
            raise PermissionDenied
        label = self.opts.label_lower
        if request.POST.get("leaves"):
            close(request.user, label, record)
        else:
            keep_open(request.user, label, record)
        return JsonResponse({"sentence": others(request.user, label, record)})

    def delete_view(self, request, object_id, extra_context=None):
        with self.recorded(request):
            if request.method == "POST":
                self.lock(request, unquote(object_id))
            now = self.newest_change(unquote(object_id))
            is_sent = request.method == "POST" and self.has_delete_permission(request)
            if is_sent and request.POST.get("seen") != now:
                text = _("%(what)s It was not deleted. Look at it again.")
                text %= {"what": sentence(last_change(self.model, unquote(object_id)))}
                self.message_user(request, text, messages.ERROR)
                return redirect(request.get_full_path())
            return super().delete_view(request, object_id, {"seen": now} | (extra_context or {}))

    def recorded(self, request):
        return recording(request.user) if request.method == "POST" else nullcontext()

    def lock(self, request, pk):
        """Lock a record and its rows, parents first, so that what is compared stays as it is."""
        try:
            record = self.model._base_manager.select_for_update().filter(pk=pk).first()
        except (ValueError, ValidationError):
            return  # no number of a record; the view says so
        if record:
            for inline in self.get_inline_instances(request, record):
                key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name).name
                rows = inline.model._base_manager.select_for_update().order_by("pk")
                list(rows.filter(**{key: record}).values_list("pk"))

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record was deleted"),
            "opts": opts,
            "what": sentence(last_change(self.model, object_id)),
            "typed": list(self.typed(request.POST)),
        }
        return TemplateResponse(request, "bilingual/gone.html", context, status=410)

    def typed(self, sent):
        """Yield the name, the language and the text of each field that a sent form changed."""
        models_of_form = [self.model, *self.models_of_rows()]
        fields = {
            field.name: field for model in models_of_form for field in model._meta.concrete_fields
        }
        for name, text in sent.items():
            field = fields.get(name.rpartition("-")[2])
            if field and sent.get(f"initial-{name}", text) != text:
                yield field.verbose_name, getattr(field, "language", ""), text

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=form.changed_columns())

    def changelist_view(self, request, extra_context=None):
        with self.recorded(request):
            return super().changelist_view(request, extra_context)

    def has_publish_permission(self, request):
        """Whether this person may publish, as actions ask."""
        return request.user.has_perm(PUBLISH)

    def get_changelist_form(self, request, **options):
        return super().get_changelist_form(request, **{"form": MergingForm} | options)

    def get_changelist_formset(self, request, **options):
        return super().get_changelist_formset(request, **{"formset": MergingModelFormSet} | options)


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
        wanted = lacking(records.model, self.value())
        for model, key in self.rows.items():
            rows = model._base_manager.filter(lacking(model, self.value()))
            wanted |= Q(pk__in=rows.values(key))
        return records.filter(wanted)

    def __init__(self, request, params, model, model_admin):
        self.rows = model_admin.models_of_rows()
        super().__init__(request, params, model, model_admin)


class BilingualAdmin(ProposingAdmin, MergingAdmin, BilingualForms, TranslationAdmin):
    """Admin of a model with translated fields, each named once in `fields`."""

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), LackingFilter]


class BilingualInline(BilingualForms, TranslationStackedInline):
    extra = 0
    formset = MergingInlineFormSet


class ReadOnlyAdmin(BilingualAdmin):
    """Shows records that nobody changes by hand."""

    def get_list_filter(self, request):
        return self.list_filter

    def row(self, field):
        if field in self.trans_opts.all_fields:
            label = self.opts.get_field(field).verbose_name
            return tuple(text_cell(field, label, code) for code in language_codes())
        return field

    def get_readonly_fields(self, request, obj=None):
        return flatten_fieldsets(self.get_fieldsets(request, obj))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


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
