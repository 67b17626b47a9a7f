"""Fixtures of the browser tests: a public server, and Chromium."""

import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from tests.conftest import require
from tests.serving import served
from tests.signing_in import session_cookie

# Without requests to Google, and without a sandbox, so that it works in containers.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Milliseconds. Playwright waits as long for its actions; a slow machine needs more than 5 seconds.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items):
    skipped = pytest.mark.skip(reason="A browser sees the same pages on SQLite.")
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.whole_site)
            if connection.vendor != "sqlite":
                item.add_marker(skipped)


# For one module only: while Playwright has an event loop, Django refuses database queries.
@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    require(chromium, "Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory, prepared):
    """The address of a server with the settings, static files and compression of a public one."""
    with served(prepared, tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture
def open_page(browser, portal):
    """Open a page of the portal in a fresh browser: open_page("/ar/", width=360, scheme="dark")."""
    contexts = []

    def open_path(path, width=1280, height=800, scheme="light", **options):
        options = {"service_workers": "block", "reduced_motion": "reduce"} | options
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{portal}{path}")
        return page

    yield open_path
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def page(browser):
    """One page for all tests of a module that only open addresses: its files stay cached."""
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def arrive(page, url):
    """Wait until a page has an address, and its scripts have run: only then it knows its keys."""
    expect(page).to_have_url(url)
    page.wait_for_load_state()


@pytest.fixture
def printed(open_page, tmp_path):
    """A function that prints a page and returns the text of the PDF."""
    pdftotext = shutil.which("pdftotext")
    require(pdftotext, "pdftotext (Debian's poppler-utils)")

    def print_page(path):
        page = open_page(path)
        page.emulate_media(media="print")
        page.evaluate("document.fonts.ready.then(() => null)")
        file = tmp_path / "page.pdf"
        page.pdf(path=file, prefer_css_page_size=True, format="A4")
        result = subprocess.run([pdftotext, "-layout", file, "-"], capture_output=True, check=True)
        # pdftotext adds marks of direction.
        text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u0640]", "", result.stdout.decode())
        return re.sub(r"[ \n]+", " ", text)

    return print_page


@pytest.fixture
def open_as_editor(browser):
    """A function that opens a page of a portal for somebody who may take in documents."""
    contexts = []

    def open_page(portal, path):
        contexts.append(browser.new_context(service_workers="block", reduced_motion="reduce"))
        sign_in(contexts[-1], portal, "editor")
        page = contexts[-1].new_page()
        page.goto(f"{portal}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@contextmanager
def signed_in(browser, portal, name="editor"):
    """A page of a browser in which an administrator has signed in."""
    context = browser.new_context(service_workers="block")
    sign_in(context, portal, name)
    page = context.new_page()
    page.goto(f"{portal}/en/admin/")
    yield page
    context.close()


def sign_in(context, portal, name, index=0):
    """Give a browser context the cookie of a session that write_sessions() has created."""
    cookie, key = session_cookie(portal.environment["DATA_DIR"], name, index)
    address = portal.replace("http:", "https:")  # the cookie is for encrypted connections
    context.add_cookies([{"name": cookie, "value": key, "url": address, "httpOnly": True}])
