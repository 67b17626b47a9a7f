"""Admin of the cross-cutting themes and their commitments."""

from django.contrib import admin

from crosscutting.models import Commitment, Theme
from editing.admin import PUBLISHING_FIELDS
from library.container_admin import ContainerAdmin, StatementInline


class CommitmentInline(StatementInline):
    """The commitments on the form of a theme."""

    model = Commitment


@admin.register(Theme)
class ThemeAdmin(ContainerAdmin):
    """Themes with their commitments."""

    fields = [("edition", "number", "code"), "slug", "title", "line", PUBLISHING_FIELDS]
    search_relations = ["commitments"]
    inlines = [CommitmentInline]
