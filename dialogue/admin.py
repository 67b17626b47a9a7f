from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bilingual.admin import BilingualAdmin, text_column
from dialogue.models import Highlight, Participant, Round
from library.admin import CitedForms, NestedStatementInline


class HighlightInline(NestedStatementInline):
    model = Highlight
    fields = [("number", "code"), ("parent", "marker"), "text", "line"]


@admin.register(Round)
class RoundAdmin(CitedForms, BilingualAdmin):
    list_display = [
        "code",
        text_column("title", _("title")),
        text_column("place", _("place")),
        "is_published",
    ]
    list_display_links = list_display[:2]
    list_filter = ["is_published"]
    search_fields = [
        "code",
        "title_ar__folded",
        "title_en__folded",
        "place_ar__folded",
        "place_en__folded",
        "highlights__text_ar__folded",
        "highlights__text_en__folded",
    ]
    fields = [
        ("year", "number", "code"),
        "title",
        "line",
        ("starts_on", "ends_on"),
        "place",
        "host",
        "subject",
        "source_url",
        "is_published",
    ]
    inlines = [HighlightInline]


@admin.register(Participant)
class ParticipantAdmin(admin.ModelAdmin):
    list_display = ["number", "term", "role"]
    list_display_links = ["number", "term"]
    list_filter = ["role"]
    list_select_related = ["term"]
    search_fields = ["term__term_ar__folded", "term__term_en__folded", "term__acronym"]
    autocomplete_fields = ["term", "line"]
    fields = ["number", "term", "role", "line"]
