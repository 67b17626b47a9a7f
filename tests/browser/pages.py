"""The pages that browser tests open."""

import re
import urllib.request

from portal.example_pages import KINDS

__all__ = ["KINDS", "SIDEWAYS", "pages_of_site_map"]

# A script: whether the page scrolls sideways.
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


def pages_of_site_map(portal):
    """Return the path of every page that the parts of the site map name."""
    parts = locations(portal, "/sitemap.xml")
    return [path for part in parts for path in locations(portal, part)]


def locations(portal, path):
    """Return the paths that a file of the site map names."""
    with urllib.request.urlopen(f"{portal}{path}") as response:
        return re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", response.read().decode())
