"""Admin of the goals and their objectives."""

from django.contrib import admin

from editing.admin import PUBLISHING_FIELDS
from goals.models import Goal, Objective
from library.container_admin import ContainerAdmin, StatementInline


class ObjectiveInline(StatementInline):
    """The objectives on the form of a goal."""

    model = Objective


@admin.register(Goal)
class GoalAdmin(ContainerAdmin):
    """Goals with their objectives."""

    fields = [
        ("edition", "number", "code"),
        "slug",
        "subject",
        "title",
        "line",
        PUBLISHING_FIELDS,
    ]
    search_relations = ["objectives"]
    inlines = [ObjectiveInline]
