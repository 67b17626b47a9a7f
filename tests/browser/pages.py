"""The pages that browser tests open."""

import re
import urllib.request

from portal.example_pages import KINDS

__all__ = ["KINDS", "SIDEWAYS", "pages_of_site_map"]

# A script: whether the page scrolls sideways.
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


def pages_of_site_map(portal):
    """Return the path of every page that the site map names."""
    with urllib.request.urlopen(f"{portal}/sitemap.xml") as response:
        return re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", response.read().decode())
