"""Admin of the rounds of the Dialogue and its participants."""

from django.contrib import admin

from dialogue.models import Highlight, Participant, Round
from editing.admin import PUBLISHING_FIELDS, UntranslatedAdmin
from library.container_admin import ContainerAdmin, LineChoiceMixin, NestedStatementInline
from search.lookups import AnalysedSearch


class HighlightInline(NestedStatementInline):
    """The highlights on the form of a round."""

    model = Highlight
    fields = [("number", "code"), ("parent", "marker"), "text", "line"]


@admin.register(Round)
class RoundAdmin(ContainerAdmin):
    """Rounds with their highlights."""

    search_relations = ["highlights"]
    fields = [
        ("year", "number", "code"),
        "title",
        "line",
        ("starts_on", "ends_on"),
        "place",
        "host",
        "subject",
        "source_url",
        PUBLISHING_FIELDS,
    ]
    inlines = [HighlightInline]


@admin.register(Participant)
class ParticipantAdmin(LineChoiceMixin, AnalysedSearch, UntranslatedAdmin):
    """Participants, each with its term of the glossary."""

    list_display = ["number", "term", "role"]
    list_display_links = ["number", "term"]
    list_filter = ["role"]
    list_select_related = ["term"]
    autocomplete_fields = ["term", "line"]
    fields = ["number", "term", "role", "line"]
