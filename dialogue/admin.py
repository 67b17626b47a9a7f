from django.contrib import admin

from dialogue.models import Highlight, Participant, Round
from library.admin import ContainerAdmin, NestedStatementInline


class HighlightInline(NestedStatementInline):
    model = Highlight
    fields = [("number", "code"), ("parent", "marker"), "text", "line"]


@admin.register(Round)
class RoundAdmin(ContainerAdmin):
    statements = "highlights"
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
