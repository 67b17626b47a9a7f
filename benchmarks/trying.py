"""What the trials of failures share: a portal with all its optional parts, saves, readers."""

import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles

from benchmarks.people import Browser
from tests.forms import AdminForm
from tests.ports import free_port

PAGE = "/en/goals/goal-1/"
METRICS_TOKEN = secrets.token_urlsafe(30)


@contextmanager
def portal(prepared, folder, prepare=lambda server: None, **variables):
    """Serve the portal with its data in a folder and all optional parts on.

    `prepare(server)` is called before it starts; `variables` are added to its environment. Its mail
    server and its provider of single sign-on accept connections and never answer.
    """
    from tests.serving import served

    with ExitStack() as stack:
        parts, _cache = stack.enter_context(optional_parts())
        yield stack.enter_context(served(prepared, folder, prepare, **parts | variables))


@contextmanager
def optional_parts():
    """Start the servers of all optional parts.

    Yields the variables that switch the parts on, and the process of Valkey, None without one.
    """
    with ExitStack() as stack:
        counters = stack.enter_context(tempfile.TemporaryDirectory(dir=memory_folder()))
        mail, provider = (stack.enter_context(SilentServer()) for _ in range(2))
        variables = {
            "METRICS_TOKEN": METRICS_TOKEN,
            "PROMETHEUS_MULTIPROC_DIR": counters,
            "ACCESS_LOG": "true",
            "LOG_LEVEL": "INFO",
            "EMAIL_URL": f"smtp+plain://127.0.0.1:{mail.port}",
            "ERROR_MAIL_TO": "duty@example.org",
            "OIDC_ISSUER": f"http://127.0.0.1:{provider.port}",
            "OIDC_CLIENT_ID": "portal",
            "OIDC_CLIENT_SECRET": secrets.token_urlsafe(30),
            "OIDC_NAME": "Ministry",
        }
        cache = None
        if program := valkey_program():
            cache = stack.enter_context(valkey(program))
            variables["CACHE_URL"] = f"redis://127.0.0.1:{cache.port}/0"
        yield variables, cache


def memory_folder():
    """Return a folder in memory where there is one, None for the usual temporary folder."""
    return next((name for name in ("/dev/shm",) if Path(name).is_dir()), None)  # noqa: S108


class SilentServer:
    """Accepts connections and never answers; `connections` has those that it has accepted."""

    def __enter__(self):
        self.listening, self.connections = socket.create_server(("127.0.0.1", 0)), []
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                self.connections.append(self.listening.accept()[0])
            except OSError:
                return  # closed

    def __exit__(self, *_error):
        self.listening.close()
        for connection in self.connections:
            connection.close()


def valkey_program():
    """Return the path of a server of Valkey, or of Redis, which has the same protocol; or None."""
    return shutil.which("valkey-server") or shutil.which("redis-server")


@contextmanager
def valkey(program):
    """Start a server of Valkey; yield its process, with its port."""
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    process.port = port
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def save(browser, title, number=1):
    """Save the title of a goal; return the status of the response, 0 where there was none."""
    try:
        form = AdminForm(browser, f"/en/admin/goals/goal/{number}/change/")
        return form.send(title_en=title).status_code
    except (OSError, AssertionError, HTTPException):
        return 0


def stored(folder):
    """Return the set of titles in the history, and the result of integrity_check ("ok")."""
    database = sqlite3.connect(folder / "portal.sqlite3")
    query = "SELECT json_extract(state, '$.title_en') FROM history_change WHERE model = ?"
    titles = {title for (title,) in database.execute(query, ["goals.goal"])}
    (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    return titles, verdict


def lost_edits(folder, saved):
    """Return the saved titles that the history lacks, after the result of a failed check.

    The list is empty where nothing is lost.
    """
    titles, verdict = stored(folder)
    missing = [title for title in saved if title not in titles]
    return [] if verdict == "ok" and not missing else [verdict, *missing]


def wait_for_page(port, seconds=20):
    """Request the page until there is a response; return its status, 0 where there was none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return Browser(port).get(PAGE).status_code
        except (OSError, HTTPException):
            time.sleep(0.2)
    return 0


def request_times(port, seconds, path=PAGE):
    """Request a page for some seconds; return the times of all requests in ms, and the failures.

    A failure is a status other than 200, or the text of an exception.
    """
    times, failures, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        try:
            status = Browser(port).get(path).status_code
        except (OSError, HTTPException) as error:
            status = repr(error)
        times.append((time.perf_counter() - started) * 1000)
        if status != 200:
            failures.append(status)
        time.sleep(0.01)
    return times, failures


def p99(times):
    """Return the 99th percentile."""
    return quantiles(times, n=100)[98]


def metrics(port):
    """Return the metrics of a portal as a text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "localhost", "Authorization": f"Bearer {METRICS_TOKEN}"}
    connection.request("GET", "/metrics", headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode() if answer.status == 200 else f"status {answer.status}"
    connection.close()
    return text


def timed(function, *arguments):
    """Return the result of a function, and the seconds that it took."""
    started = time.monotonic()
    return function(*arguments), time.monotonic() - started
