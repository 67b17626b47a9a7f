"""The release of the portal that runs."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def portal_version() -> str:
    """Return the version in `pyproject.toml`, such as "0.1.0"."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    return version
