"""The translated fields of each model."""

from modeltranslation.translator import TranslationOptions, register

from sdg_links.models import Sdg, SdgLink


@register(Sdg)
class SdgTranslation(TranslationOptions):
    fields = ["name", "full_name"]


@register(SdgLink)
class SdgLinkTranslation(TranslationOptions):
    fields = ["reason"]
