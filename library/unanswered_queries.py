"""Queries that found nothing become other names of terms, if an administrator says so."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from languages.fields import translated_fields
from languages.languages import in_language, of_script
from library.models import Term
from search.analysis import is_arabic, words
from search.models import UnansweredQuery


class FormOfTerm(forms.ModelForm):
    """Asks for the term that a query is another name of."""

    term = forms.ModelChoiceField(
        Term.objects.all(),
        required=False,
        label=_("is another name of"),
        help_text=_("The query is added to the other forms of this term, and leaves this list."),
    )

    class Meta:
        model = UnansweredQuery
        fields = []


def add_form(term, query):
    """Add a query to the forms of a term in the query's own script, and forget the query.

    Returns whether it was added; a name that the term has already is not added again.
    """
    found = list(words(query.text))
    language = of_script(right_to_left=bool(found) and is_arabic(found[0].normal))
    with transaction.atomic():
        term = Term.objects.select_for_update().get(pk=term.pk)
        forms_field = f"forms_{language}"
        known = in_language(term, "forms", language).split("\n")
        is_new = query.text not in term.names(language)
        if is_new:
            setattr(term, forms_field, "\n".join([*filter(None, known), query.text]))
            term.full_clean(exclude=translated_fields(Term))
            term.save(update_fields=[forms_field])
        query.delete()
    return is_new
