"""Measures pages and saves in this process, which serves as the portal's own process does.

Processor time is that of the process, without the server of PostgreSQL. What takes longer than a
limit is stopped, and is None in the results.
"""

import gzip
import os
import re
import signal
from contextlib import contextmanager
from html import unescape
from statistics import median
from time import thread_time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from benchmarks.growth_report import FIRST_PAGE, SAVE, SAVE_TERM
from benchmarks.measuring import memory
from goals.models import Objective
from library.models import Article, Document, Term
from search.models import UnansweredQuery
from tests.signing_in import create_session

EDITOR = "growth"
GOAL = "/ar/goals/border-integrity/"
TIMED = {
    "home page": "/ar/",
    "goal": GOAL,
    "glossary": "/ar/glossary/",
    "search": "/ar/search/?q=الاتجار بالبشر",
    "admin change form": "/ar/admin/goals/goal/1/change/",
}
# Pages that could grow; those of the largest records are added to them.
SIZED = (
    "", "goals/", "goals/border-integrity/", "goals/border-integrity/?view=parallel", "themes/",
    "sdgs/", "sdgs/16/", "sdgs/matrix/", "dialogue/", "library/", "glossary/", "parity/",
    "search/?q=الشرطة", "search/?q=police&section=glossary", "admin/", "admin/library/term/",
    "admin/library/line/", "admin/library/article/",
    "admin/goals/goal/1/history/", "admin/history/change/", "admin/translations/translationstate/",
)  # fmt: skip
LETTER = re.compile(r'href="[^"?]*\?((?:letter|page)=[^"]+)"')
LOCATION = re.compile(r"<loc>https?://[^/]+([^<]+)</loc>")
WORDS = ("أمن", "security")


class OutOfTimeError(BaseException):
    """Some work has used all of its processor time; Django handles no exceptions of this kind."""


@contextmanager
def time_limit(seconds):
    """Raise OutOfTimeError when this process has used some seconds of processor time."""

    def stop(*_arguments):
        raise OutOfTimeError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def timed(function, limit):
    """Return the ms of processor time that a call takes, None where it was stopped."""
    # Not process_time(): while a timer of the process runs, it advances in steps of 4 ms.
    start = thread_time()
    try:
        with time_limit(limit):
            function()
    except OutOfTimeError:
        return None
    return 1000 * (thread_time() - start)


def median_of(rounds, function, limit, prepare=lambda: None):
    """Return the median ms of some calls, each after `prepare()`; None where one was stopped."""
    results = []
    for _ in range(rounds):
        prepare()
        if (result := timed(function, limit)) is None:
            return None
        results.append(result)
    return median(results)


def measure(rounds, limit):
    """Return the results of this database as a dict for JSON.

    `times` has the ms of processor time by name, `queries` the number of queries, `pages` the plain
    and packed bytes by path, `memory` the PSS of this process in MB.
    """
    get = client_of_both()
    # Pages with mentions of terms are not tried again where the first one was not done.
    has_mentions = timed(lambda: get(GOAL), limit) is not None
    times, queries = {FIRST_PAGE: None}, {}
    if has_mentions:
        times[FIRST_PAGE] = median_of(rounds, lambda: get(GOAL), limit, save_objective)
    for name, path in TIMED.items():
        times[name], queries[name] = None, None
        if has_mentions or path != GOAL:
            times[name], queries[name] = measure_page(lambda path=path: get(path), rounds, limit)
    times[SAVE] = median_of(rounds, save_objective, limit)
    times[SAVE_TERM] = median_of(rounds, save_term, limit)
    pages = measure_pages(get, limit, has_mentions=has_mentions)
    return {"times": times, "queries": queries, "pages": pages, "memory": memory(os.getpid())}


def client_of_both():
    """Return a function that requests a path: pages of the administration as an editor."""
    reader, editor = Client(), signed_in_client()

    def get(path):
        client = editor if "/admin/" in path else reader
        return client.get(path, headers={"host": "localhost"})

    return get


def measure_page(get, rounds, limit):
    """Return the ms and the queries of a page that was requested before; None if stopped."""
    if timed(get, limit) is None or (ms := median_of(rounds, get, limit)) is None:
        return None, None
    with CaptureQueriesContext(connection) as captured:
        get()
    return ms, len(captured)


def signed_in_client():
    """Return a client of a superuser with a second factor."""
    editor, _created = User.objects.get_or_create(
        username=EDITOR, defaults={"is_superuser": True, "is_staff": True}
    )
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = create_session(editor)
    return client


def save_objective():
    """Add a word to an objective of GOAL, or remove it again."""
    objective = Objective.objects.filter(goal__slug="border-integrity").first()
    toggle_word(objective, "text")


def save_term():
    """Add a word to the definition of a term, or remove it again."""
    toggle_word(Term.objects.get(slug="interpol"), "definition")


def toggle_word(record, field):
    for language, word in zip(("ar", "en"), WORDS, strict=True):
        name, text = f"{field}_{language}", getattr(record, f"{field}_{language}")
        text = text.removesuffix(f" {word}") if text.endswith(f" {word}") else f"{text} {word}"
        setattr(record, name, text)
    record.save()


def measure_pages(get, limit, *, has_mentions):
    """Return {path: [plain bytes, packed bytes]} of all pages that could grow; None if stopped."""
    paths, pages = list(sized_paths()), {}
    for path in paths:  # the first page of the glossary and of the site map name the others
        pages[path], answers = None, []
        if has_mentions or not shows_mentions(path):
            timed(lambda path=path, answers=answers: answers.append(get(path)), limit)
        for response in answers:
            if response.status_code != 200:
                raise RuntimeError(f"{path}: {response.status_code}")
            pages[path] = [len(response.content), len(gzip.compress(response.content, 6))]
            paths += [other for other in further_pages(path, response) if other not in paths]
    return pages


def sized_paths():
    """Yield the paths of SIZED, of the largest records and of the site map."""
    records = [
        Article.objects.exclude(paragraphs=None).latest("pk"),
        Document.objects.latest("pk"),
        Term.objects.get(slug="interpol"),
        Term.objects.latest("pk"),
    ]
    for language in ("ar", "en"):
        yield from (f"/{language}/{path}" for path in SIZED)
        with override(language):
            yield from [record.get_absolute_url() for record in records]
    query, _created = UnansweredQuery.objects.get_or_create(text="xyzzy", language="en")
    yield f"/ar/admin/search/unansweredquery/{query.pk}/change/"
    yield "/sitemap.xml"


def shows_mentions(path):
    """Whether a page shows mentions of terms, or related pages."""
    return re.search(r"^/\w+/(goals|themes|dialogue/rounds|library/articles|glossary)/[\w-]", path)


def further_pages(path, response):
    """Return the paths of the other pages of the glossary, or parts of the site map."""
    text = response.content.decode()
    if path.startswith("/sitemap"):
        return [other for other in LOCATION.findall(text) if other.startswith("/sitemap")]
    if re.match(r"/\w+/glossary/(\?|$)", path):
        return [f"{path.partition('?')[0]}?{unescape(query)}" for query in LETTER.findall(text)]
    return []
