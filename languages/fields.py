"""The fields of a model that have a column for each language of the portal."""

from django.db.models import Model, Q
from modeltranslation.translator import translator

from languages.languages import other_languages


def translated_fields(model: type[Model]) -> list[str]:
    """Return the names of the fields that django-modeltranslation translates, [] for none."""
    if model not in translator.get_registered_models(abstract=False):
        return []
    return list(translator.get_options_for_model(model).all_fields)


def missing_translation(model: type[Model], language: str) -> Q:
    """Return the Q of the records that have a text in another language and not in this one.

    Looks at the paired fields alone.
    """
    condition = Q(pk=None)
    for field in paired_fields(model):
        has_text = Q()
        for code in other_languages(language):
            has_text |= ~is_empty(f"{field}_{code}")
        condition |= is_empty(f"{field}_{language}") & has_text
    return condition


def is_empty(column: str) -> Q:
    """Return the Q of the records whose column is NULL or ""."""
    return Q(**{f"{column}__isnull": True}) | Q(**{column: ""})


def paired_fields(model: type[Model]) -> list[str]:
    """Return the names of the translated fields whose texts are translations of each other.

    The others are named as `unpaired` by the TranslationOptions of the model: each language has
    texts of its own there.
    """
    fields = translated_fields(model)
    if not fields:
        return []
    unpaired = getattr(translator.get_options_for_model(model), "unpaired", [])
    return [field for field in fields if field not in unpaired]
