from django.contrib import admin

from editing.admin import PUBLISHING
from goals.models import Goal, Objective
from library.admin import ContainerAdmin, StatementInline


class ObjectiveInline(StatementInline):
    model = Objective


@admin.register(Goal)
class GoalAdmin(ContainerAdmin):
    fields = [
        ("number", "code"),
        "slug",
        "subject",
        "title",
        "line",
        PUBLISHING,
    ]
    searched_in = ["objectives"]
    inlines = [ObjectiveInline]
