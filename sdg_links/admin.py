"""Admin of the SDGs and of the links between goals and SDGs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.admin import BilingualAdmin, text_column
from library.deletion import CodedDeletionMixin
from sdg_links.models import Sdg, SdgLink
from search.lookups import AnalysedSearch


@admin.register(Sdg)
class SdgAdmin(AnalysedSearch, BilingualAdmin):
    """SDGs with their colours."""

    list_display = ["number", text_column("name", _("name")), "colour"]
    list_display_links = list_display[:2]
    fields = [("number", "colour"), "name", "full_name", "uri"]


@admin.register(SdgLink)
class SdgLinkAdmin(CodedDeletionMixin, AnalysedSearch, BilingualAdmin):
    """Links between goals and SDGs, with basis, reason and source."""

    list_display = ["goal", "sdg", "target", "basis", "year"]
    list_display_links = ["goal", "sdg"]
    list_filter = ["basis", "goal", "sdg"]
    list_select_related = ["goal", "sdg"]
    fields = [
        ("goal", "sdg", "target"),
        ("basis", "year"),
        "reason",
        "source_url",
        "verified_by",
    ]
