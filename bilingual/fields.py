"""Which fields of a model exist in every language of the portal."""

from modeltranslation.translator import translator


def translated_fields(model):
    """Return the names of a model's fields that exist in every language."""
    if model not in translator.get_registered_models(abstract=False):
        return []
    return list(translator.get_options_for_model(model).all_fields)


def unpaired_fields(model):
    """Return those of the translated fields whose languages need not say the same."""
    if model not in translator.get_registered_models(abstract=False):
        return []
    return getattr(translator.get_options_for_model(model), "unpaired", [])
