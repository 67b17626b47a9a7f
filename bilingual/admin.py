"""Admin classes for records with texts in two languages, which stand beside each other."""

from functools import cache

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.utils.html import format_html
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from bilingual.languages import codes as language_codes
from bilingual.languages import direction, in_language, label_with_language
from bilingual.templatetags.bilingual import localized


class BilingualForms:
    """Gives each input the language and direction of what is typed into it."""

    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
    }

    class Media:
        css = {"all": ["bilingual/admin.css"]}

    def get_fieldsets(self, request, obj=None):
        """Return the declared fields, a translated one as a row of all its languages."""
        return [(None, {"fields": [self.row(field) for field in self.fields]})]

    def row(self, field):
        if field in self.trans_opts.all_fields:
            return tuple(f"{field}_{language}" for language in language_codes())
        return field

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


class BilingualAdmin(BilingualForms, TranslationAdmin):
    """Admin of a model with translated fields, each named once in `fields`."""


class BilingualInline(BilingualForms, TranslationStackedInline):
    extra = 0


class ReadOnlyAdmin(BilingualAdmin):
    """Shows records that nobody changes by hand."""

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
