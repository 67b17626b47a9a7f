"""The framework of the portal in one figure: the goals, and the themes that cross them."""

from typing import NamedTuple

from crosscutting.models import Theme
from goals.models import Goal


class Framework(NamedTuple):
    goals: list
    themes: list


def framework():
    """Return the published goals and themes in their order."""
    return Framework(list(Goal.objects.published()), list(Theme.objects.published()))
