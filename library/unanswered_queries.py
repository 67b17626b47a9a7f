"""Queries without results: an administrator can make one another name of a term."""

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from languages.fields import translated_fields
from languages.languages import language_of_direction, text_in_language
from library.models import Headword, Term
from search.analysis import is_arabic, words
from search.models import UnansweredQuery

if TYPE_CHECKING:
    _Base = forms.ModelForm[UnansweredQuery]
else:
    _Base = forms.ModelForm


class UnansweredQueryForm(_Base):
    """Form with the term of which a query is another name; empty leaves the query as it is."""

    term = forms.ModelChoiceField(
        Term.objects.all(),
        required=False,
        label=_("is another name of"),
        # Fetches the terms that are typed: a list of all would grow with the glossary.
        widget=AutocompleteSelect(Headword._meta.get_field("term"), admin.site),
        help_text=_("The query is added to the other forms of this term, and leaves this list."),
    )

    class Meta:
        model = UnansweredQuery
        fields: ClassVar[list[str]] = []


def add_query_to_term(term: Term, query: UnansweredQuery) -> bool:
    """Add the text of an UnansweredQuery to the forms of a term, and delete the query.

    The language of the forms is that of the script of the first word. Returns whether the text
    was added: not where the term has this name already. Raises ValidationError where the term
    would not be valid.
    """
    query_words = list(words(query.text))
    language = language_of_direction(is_rtl=bool(query_words) and is_arabic(query_words[0].normal))
    with transaction.atomic():
        term = Term.objects.select_for_update().get(pk=term.pk)
        forms_field = f"forms_{language}"
        term_forms = text_in_language(term, "forms", language).split("\n")
        is_new = query.text not in term.names(language)
        if is_new:
            setattr(term, forms_field, "\n".join([*filter(None, term_forms), query.text]))
            term.full_clean(exclude=translated_fields(Term))
            term.save(update_fields=[forms_field])
        query.delete()
    return is_new
