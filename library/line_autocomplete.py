"""The form field for a line of a document, with search by words or by line number."""

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from editing.known_choices import KnownChoiceField, KnownSelect
from library.models import Line
from search.lookups import matching_records

# 12 is the number of a line; 4:12 is line 12 of the document with the number 4.
LINE_REFERENCE = re.compile(r"(?:(\d{1,4})\s*[:،,/]\s*)?(\d{1,6})")
MAX_WORDS = 10

type LineModelAdmin = admin.ModelAdmin[Line]


def filter_lines(lines: QuerySet[Line], search_term: str) -> QuerySet[Line]:
    """Return the lines of a queryset that a search term finds.

    A number finds the lines with this number, in the document before it if there is one. Other
    terms find the lines that have each word in any form, or as a part of another word; words
    after MAX_WORDS are ignored.
    """
    reference = LINE_REFERENCE.fullmatch(search_term.strip())
    if reference:
        document, number = reference.groups()
        condition = Q(number=int(number))
        if document:
            condition &= Q(document__number=int(document))
        return lines.filter(condition)
    for word in search_term.replace("\0", " ").split()[:MAX_WORDS]:
        indexed = matching_records(Line, word)
        has_word = Q(text__icontains=word)
        lines = lines.filter(has_word if indexed is None else has_word | Q(pk__in=indexed))
    return lines


class LineChoiceField(KnownChoiceField):
    """Form field for a line; its label is the document, the number and the whole text."""

    def label_from_instance(self, obj: Line) -> str:
        return obj.label(obj.text)


class LineSelect(KnownSelect):
    """Select widget that fetches its choices from LineAutocompleteView."""

    def get_url(self) -> str:
        return reverse(f"{self.admin_site.name}:library_line_choose")


class LineAutocompleteView(AutocompleteJsonView):
    """The lines that a search term finds, without blank ones, in pages, as JSON."""

    def process_request(self, request: HttpRequest) -> tuple[str, LineModelAdmin, Any, str]:
        model_admin = admin.site.get_model_admin(Line)
        return request.GET.get("term", ""), model_admin, None, "pk"

    def get_queryset(self) -> QuerySet[Line]:
        lines = self.model_admin.get_queryset(self.request).exclude(text="")
        return filter_lines(lines.select_related("document"), self.term)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(obj.pk), "text": obj.label(obj.text)}
