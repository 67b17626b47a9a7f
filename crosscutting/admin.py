from django.contrib import admin

from crosscutting.models import Commitment, Theme
from editing.admin import PUBLISHING
from library.admin import ContainerAdmin, StatementInline


class CommitmentInline(StatementInline):
    model = Commitment


@admin.register(Theme)
class ThemeAdmin(ContainerAdmin):
    fields = [("number", "code"), "slug", "title", "line", PUBLISHING]
    searched_in = ["commitments"]
    inlines = [CommitmentInline]
