"""The admin of the texts that are chosen for the places of other pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editing.admin import UntranslatedAdmin
from editing.known_choices import KnownChoiceField
from editing.models import PUBLISH
from history.models import Change
from languages.languages import source_language, text_in_language
from library.models import Article, Paragraph, Placement

MAX_LABEL_LENGTH = 80


class ParagraphChoiceField(KnownChoiceField):
    """Form field for a paragraph; its label is the code and the beginning of the text."""

    def label_from_instance(self, obj: Paragraph) -> str:
        text = obj.text or text_in_language(obj, "text", source_language())
        return f"{obj.code}: {text[:MAX_LABEL_LENGTH]}"


@admin.register(Placement)
class PlacementAdmin(UntranslatedAdmin):
    """Places with their texts; who may publish may choose what a page shows."""

    list_display = ["place", "chosen", "is_shown"]
    list_select_related = ["article", "paragraph__article"]
    fields = ["place", "article", "paragraph"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.has_perm(PUBLISH)

    def has_change_permission(self, request: HttpRequest, obj: Placement | None = None) -> bool:
        return super().has_change_permission(request, obj) and request.user.has_perm(PUBLISH)

    def has_delete_permission(self, request: HttpRequest, obj: Placement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and request.user.has_perm(PUBLISH)

    def may_restore(self, request: HttpRequest, change: Change) -> bool:
        return super().may_restore(request, change) and request.user.has_perm(PUBLISH)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        if db_field.name == "paragraph":
            kwargs["form_class"] = ParagraphChoiceField
            kwargs["queryset"] = Paragraph.objects.order_by("article__number", "id")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("text"))
    def chosen(self, placement: Placement) -> Article | Paragraph | None:
        """The text of the place."""
        return placement.article or placement.paragraph

    @admin.display(description=_("published"), boolean=True)
    def is_shown(self, placement: Placement) -> bool:
        """Whether readers see it: a draft leaves its place empty."""
        article = placement.article or (placement.paragraph and placement.paragraph.article)
        return bool(article and article.is_published)
