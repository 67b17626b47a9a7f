from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bilingual.admin import BilingualAdmin, text_column
from goals.models import Goal, Objective
from library.admin import CitedForms, StatementInline


class ObjectiveInline(StatementInline):
    model = Objective


@admin.register(Goal)
class GoalAdmin(CitedForms, BilingualAdmin):
    list_display = ["code", text_column("title", _("title")), "is_published"]
    list_display_links = list_display[:2]
    list_filter = ["is_published"]
    search_fields = [
        "code",
        "title_ar__folded",
        "title_en__folded",
        "objectives__text_ar__folded",
        "objectives__text_en__folded",
    ]
    fields = [("number", "code"), "slug", "subject", "title", "line", "is_published"]
    inlines = [ObjectiveInline]
