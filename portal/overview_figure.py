"""The data of the overview figure: the published goals and cross-cutting themes."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal
from library.preview import cached_for_readers


class Framework:
    """The published goals and themes in their order, each queried when a template uses it."""

    @cached_property
    def goals(self):
        """The list of published goals."""
        return published_records(Goal)

    @cached_property
    def themes(self):
        """The list of published themes."""
        return published_records(Theme)


@cached_for_readers
def published_records(model):
    """Return the published records of a model as a list; cached until the content changes."""
    return list(model.objects.published())
