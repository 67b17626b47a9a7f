"""Choosing a line of a document in a form: by its words, or by its number."""

import re

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Q
from django.urls import reverse

from editing.known_choices import KnownChoiceField, KnownSelect
from library.models import Line
from search.lookups import matching_records

# 12 is the number of a line; 4:12 that of a document before it.
PLACE = re.compile(r"(?:(\d{1,4})\s*[:،,/]\s*)?(\d{1,6})")
MAX_WORDS = 10


def lines_found(lines, typed):
    """Return those of some lines that have all words typed, or a part of them, or the number."""
    place = PLACE.fullmatch(typed.strip())
    if place:
        document, number = place.groups()
        found = Q(number=int(number))
        return lines.filter(found & Q(document__number=int(document)) if document else found)
    for word in typed.replace("\0", " ").split()[:MAX_WORDS]:
        known = matching_records(Line, word)
        has_word = Q(text__icontains=word)
        lines = lines.filter(has_word if known is None else has_word | Q(pk__in=known))
    return lines


class LineField(KnownChoiceField):
    """Says the place and all the words of the chosen line."""

    def label_from_instance(self, obj):
        return obj.label(obj.text)


class LineSelect(KnownSelect):
    """Asks for the lines that have some words."""

    def get_url(self):
        return reverse(f"{self.admin_site.name}:library_line_choose")


class LineChoices(AutocompleteJsonView):
    """The lines that have some words, a page of them at a time, as the select asks for them."""

    def process_request(self, request):
        model_admin = admin.site.get_model_admin(Line)
        return request.GET.get("term", ""), model_admin, None, "pk"

    def get_queryset(self):
        lines = self.model_admin.get_queryset(self.request).exclude(text="")
        return lines_found(lines.select_related("document"), self.term)

    def serialize_result(self, obj, to_field_name):
        return {"id": str(obj.pk), "text": obj.label(obj.text)}
