from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bilingual.admin import BilingualAdmin, text_column
from sdg_links.models import Sdg, SdgLink


@admin.register(Sdg)
class SdgAdmin(BilingualAdmin):
    list_display = ["number", text_column("name", _("name")), "colour"]
    list_display_links = list_display[:2]
    search_fields = ["=number", "name_ar__folded", "name_en__folded"]
    fields = [("number", "colour"), "name", "full_name", "uri"]


@admin.register(SdgLink)
class SdgLinkAdmin(BilingualAdmin):
    list_display = ["goal", "sdg", "target", "basis", "year"]
    list_display_links = ["goal", "sdg"]
    list_filter = ["basis", "goal", "sdg"]
    list_select_related = ["goal", "sdg"]
    search_fields = [
        "target",
        "reason_ar__folded",
        "reason_en__folded",
        "goal__title_ar__folded",
        "goal__title_en__folded",
        "sdg__name_ar__folded",
        "sdg__name_en__folded",
    ]
    fields = [
        ("goal", "sdg", "target"),
        ("basis", "year"),
        "reason",
        "source_url",
        "verified_by",
    ]
