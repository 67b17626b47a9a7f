"""Which release of the portal this is."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def portal_version():
    """Return the release of the portal, as its project file has it."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
