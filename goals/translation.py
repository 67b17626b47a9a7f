"""The translated fields of each model."""

from modeltranslation.translator import TranslationOptions, register

from goals.models import Goal, Objective


@register(Goal)
class GoalTranslation(TranslationOptions):
    fields = ["title", "subject"]


@register(Objective)
class ObjectiveTranslation(TranslationOptions):
    fields = ["text"]
