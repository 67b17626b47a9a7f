"""The framework of the portal in one figure: the goals, and the themes that cross them."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal
from library.preview import remembered_for_readers


class Framework:
    """The published goals and themes in their order, each asked for when needed."""

    @cached_property
    def goals(self):
        return published(Goal)

    @cached_property
    def themes(self):
        return published(Theme)


@remembered_for_readers
def published(model):
    return list(model.objects.published())
