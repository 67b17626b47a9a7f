from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bilingual.admin import BilingualAdmin, text_column
from crosscutting.models import Commitment, Theme
from library.admin import CitedForms, StatementInline


class CommitmentInline(StatementInline):
    model = Commitment


@admin.register(Theme)
class ThemeAdmin(CitedForms, BilingualAdmin):
    list_display = ["code", text_column("title", _("title")), "is_published"]
    list_display_links = list_display[:2]
    list_filter = ["is_published"]
    search_fields = [
        "code",
        "title_ar__folded",
        "title_en__folded",
        "commitments__text_ar__folded",
        "commitments__text_en__folded",
    ]
    fields = [("number", "code"), "slug", "title", "line", "is_published"]
    inlines = [CommitmentInline]
