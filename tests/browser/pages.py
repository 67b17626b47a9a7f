"""Which pages the browser looks at."""

import re
import urllib.request

SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"

# One page of each kind and state, without its language.
KINDS = [
    "",
    "goals/",
    "goals/vulnerable-communities/",
    "goals/vulnerable-communities/?view=parallel",
    "themes/",
    "themes/data-and-information-exchange/",
    "sdgs/",
    "sdgs/16/",
    "sdgs/1/",
    "sdgs/matrix/",
    "sdgs/matrix/?basis=set",
    "dialogue/",
    "dialogue/?view=parallel",
    "dialogue/rounds/2017/",
    "dialogue/rounds/2022/",
    "library/",
    "library/articles/strategic-framework/?view=parallel",
    "library/articles/un-cooperation/",
    "library/articles/heads-of-ncb-conference-2024/",
    "library/documents/un-cooperation/",
    "glossary/",
    "glossary/interpol/",
    "search/",
    "search/?q=police",
    "search/?q=الشرطة",
    "search/?q=xyzzy",
    "brief/",
    "brief/?items=GPG-1.1,GPG-2,SDG-16,GPG-1-SDG-16.4,XY-9",
    "cite/GPG-2.1/",
    "cite/GPG-2/?fp=ar.000000000000",
    "help/readers/",
    "help/administrators/",
    "help/translators/",
    "parity/",
    "offline/",
    "nothing/",
]


def pages_of_site_map(portal):
    """Return the path of every page that the site map names."""
    with urllib.request.urlopen(f"{portal}/sitemap.xml") as response:  # noqa: S310
        return re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", response.read().decode())
