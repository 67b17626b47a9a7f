"""The framework of the portal in one figure: the goals, and the themes that cross them."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal


class Framework:
    """The published goals and themes in their order, each asked for once and when needed."""

    @cached_property
    def goals(self):
        return list(Goal.objects.published())

    @cached_property
    def themes(self):
        return list(Theme.objects.published())
