from django.contrib import admin

from dialogue.models import Highlight, Participant, Round
from editing.admin import PUBLISHING, PlainAdmin
from library.admin import CitingForms, ContainerAdmin, NestedStatementInline
from search.lookups import AnalysedSearch


class HighlightInline(NestedStatementInline):
    model = Highlight
    fields = [("number", "code"), ("parent", "marker"), "text", "line"]


@admin.register(Round)
class RoundAdmin(ContainerAdmin):
    searched_in = ["highlights"]
    fields = [
        ("year", "number", "code"),
        "title",
        "line",
        ("starts_on", "ends_on"),
        "place",
        "host",
        "subject",
        "source_url",
        PUBLISHING,
    ]
    inlines = [HighlightInline]


@admin.register(Participant)
class ParticipantAdmin(CitingForms, AnalysedSearch, PlainAdmin):
    list_display = ["number", "term", "role"]
    list_display_links = ["number", "term"]
    list_filter = ["role"]
    list_select_related = ["term"]
    autocomplete_fields = ["term", "line"]
    fields = ["number", "term", "role", "line"]
