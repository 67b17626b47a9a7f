"""Which fields of a model exist in every language of the portal."""

from django.db.models import Q
from modeltranslation.translator import translator

from languages.languages import others


def translated_fields(model):
    """Return the names of a model's fields that exist in every language."""
    if model not in translator.get_registered_models(abstract=False):
        return []
    return list(translator.get_options_for_model(model).all_fields)


def lacking(model, language):
    """Return the filter of the records that have a text in another language and not in this.

    Texts whose languages need not say the same are left out.
    """
    found = Q(pk=None)
    for field in paired_fields(model):
        there = Q()
        for code in others(language):
            there |= ~missing(f"{field}_{code}")
        found |= missing(f"{field}_{language}") & there
    return found


def missing(column):
    return Q(**{f"{column}__isnull": True}) | Q(**{column: ""})


def paired_fields(model):
    """Return the names of the translated fields whose languages say the same."""
    fields = translated_fields(model)
    if not fields:
        return []
    unpaired = getattr(translator.get_options_for_model(model), "unpaired", [])
    return [field for field in fields if field not in unpaired]
