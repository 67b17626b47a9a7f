"""Trials of taking in documents: four uploads at once, and a server that is killed at any step."""

import sqlite3
import threading
import time
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPException
from itertools import count

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from benchmarks.people import signed_in
from benchmarks.trials_of_servers import kill_until
from benchmarks.trying import p99, portal, request_times, wait_for_page
from tests.forms import AdminForm

UPLOAD = "/en/admin/ingest/incomingdocument/add/"
LINES_PER_PAGE = 40  # as in ingest/admin.py
LINES = [f"السطر رقم {number} من إعلان." for number in range(1, 101)]
CLOSING = dict.fromkeys(
    [f"{name}_{code}" for name in ("title", "short_title", "dating") for code in ("ar", "en")],
    "2026",
)
MAX_P99_MS = 1_000  # of a page while four files are read, on a busy machine


def uploads(prepared, folder):
    """Four people upload a PDF at once, while readers read pages."""
    from tests.ingest.making import SAMPLES

    files = sorted(SAMPLES.glob("*.pdf"))[:4]
    with portal(prepared, folder, WORKERS="2") as server:
        browsers = [signed_in(server.port, number) for number in range(1, 5)]
        before, wrong = request_times(server.port, 10)
        statuses = []
        uploading = [
            threading.Thread(target=lambda pair=pair: statuses.append(upload_file(*pair)))
            for pair in zip(browsers, files, strict=True)
        ]
        for thread in uploading:
            thread.start()
        during, failures = request_times(server.port, 20)
        for thread in uploading:
            thread.join()
    wrong += failures + [status for status in statuses if status != 302]
    wrong += [] if p99(during) < MAX_P99_MS else [f"{p99(during):.0f} ms"]
    summary = (
        f"99 % of the pages within {p99(before):.0f} ms before, {p99(during):.0f} ms while four "
        f"files were read and their pages recognised ({p99(during) / p99(before):.1f} times)"
    )
    return summary, wrong


def upload_file(browser, path):
    """Upload a file; return the status of the response."""
    token = AdminForm(browser, UPLOAD).fields["csrfmiddlewaretoken"]
    fields = {"csrfmiddlewaretoken": token, "changes": "accept"}
    with path.open("rb") as file:
        body = encode_multipart(BOUNDARY, fields | {"file": file})
    return browser.request("POST", UPLOAD, body, MULTIPART_CONTENT).status_code


def killed_while_taking_in(prepared, folder):
    """All processes are killed every five seconds while two people take documents in."""
    steps, wrong = {"uploaded": [], "confirmed": [], "closed": []}, []
    numbers = count(1)
    with portal(prepared, folder, WORKERS="2") as server:
        browsers = [signed_in(server.port, number) for number in (1, 2)]
        end = time.monotonic() + 60

        def take_in(browser):
            while time.monotonic() < end:
                with suppress(OSError, HTTPException, AssertionError):
                    take_one_in(browser, next(numbers), steps)
                time.sleep(0.2)

        people = [threading.Thread(target=take_in, args=[browser]) for browser in browsers]
        for person in people:
            person.start()
        kills = kill_until(server, end, pause=5)
        for person in people:
            person.join()
        status = wait_for_page(server.port)
    wrong += [] if status == 200 else [f"page: {status}"]
    summary = f"killed {kills} times; " + ", ".join(
        f"{len(done)} documents {step}" for step, done in steps.items()
    )
    return summary, [*wrong, *lost_steps(folder, steps)]


def text_of(number):
    return "\n".join([f"إعلان {number}", *LINES])


def take_one_in(browser, number, steps):
    """Take a document in; note in `steps` what was confirmed by a response."""
    address = redirected(AdminForm(browser, UPLOAD).send(pasted=text_of(number)))
    steps["uploaded"].append(number)
    key = address.split("/")[-3]
    for page in range(1, -(-(len(LINES) + 1) // LINES_PER_PAGE) + 1):
        redirected(AdminForm(browser, f"{address}?page={page}").send(confirm=""))
    steps["confirmed"].append(number)
    close = AdminForm(browser, f"/en/admin/ingest/incomingdocument/{key}/close/")
    redirected(close.send(slug=f"killed-{number}", **CLOSING))
    steps["closed"].append(number)


def redirected(answer):
    """Return where a response leads. Raises OSError where nothing was stored."""
    if answer.status_code != 302:
        raise OSError(answer.status_code)
    return answer.headers["Location"]


def lost_steps(folder, steps):
    """Return the documents of which something confirmed is missing, or that are there by halves."""
    database = sqlite3.connect(folder / "portal.sqlite3")
    incoming = {
        mark: (lines, confirmed)
        for mark, lines, confirmed in database.execute(
            "SELECT document.sha256, count(*), sum(line.is_confirmed) "
            "FROM ingest_incomingdocument document "
            "LEFT JOIN ingest_incomingline line ON line.document_id = document.id GROUP BY 1"
        )
    }
    closed = dict(
        database.execute(
            "SELECT document.sha256, count(*) FROM library_document document "
            "LEFT JOIN library_line line ON line.document_id = document.id "
            "WHERE document.slug LIKE 'killed-%' GROUP BY 1"
        )
    )
    database.close()
    expected = len(LINES) + 1
    wrong = [mark for mark, (lines, _confirmed) in incoming.items() if lines != expected]
    wrong += [mark for mark, lines in closed.items() if lines != expected]
    for step, numbers in steps.items():
        for number in numbers:
            mark = sha256(text_of(number).encode()).hexdigest()
            lines, confirmed = incoming.get(mark, (0, 0))
            is_there = mark in closed or (
                step != "closed" and lines and (step == "uploaded" or confirmed == expected)
            )
            wrong += [] if is_there else [f"{number} {step}"]
    return wrong
