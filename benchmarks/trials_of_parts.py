"""Trials of the optional parts: each one stalls, while people read, save and sign in."""

import signal
import threading

from benchmarks.people import COMMANDS, Browser, signed_in
from benchmarks.trials_of_servers import lost_in
from benchmarks.trying import (
    SilentServer,
    lost_edits,
    metrics,
    portal,
    request_times,
    save,
    timed,
    valkey,
    valkey_program,
)
from tests.cluster import cluster
from tests.forms import form_fields

MAX_SECONDS = 6  # for one request of a person, while a part stalls
ADDRESS = """
from allauth.account.models import EmailAddress
from accounts.models import User
writer = User.objects.get(username="writer1")
User.objects.filter(pk=writer.pk).update(email="writer@example.org")
EmailAddress.objects.update_or_create(
    user=writer, email="writer@example.org", defaults={"verified": True, "primary": True}
)
"""


def mail(prepared, folder):
    """The mail server accepts connections and never answers; passwords are reset, others read."""
    path = "/en/account/password/reset/"
    with SilentServer() as silent:
        url = f"smtp+plain://127.0.0.1:{silent.port}"
        with portal(prepared, folder, EMAIL_URL=url) as server:
            server.manage("shell", "--command", ADDRESS)
            browser = Browser(server.port)
            fields = form_fields(browser.get(path).content.decode())
            fields["email"] = "writer@example.org"
            answer, seconds = timed(browser.post, path, fields)
            times, failures = request_times(server.port, 4)
        connections = len(silent.connections)
    summary = (
        f"reset answered after {seconds:.2f} s, pages in at most {max(times):.0f} ms; "
        f"{connections} mails were tried"
    )
    wrong = [] if answer.status_code == 302 and seconds < 2 and connections else [summary]
    return summary, wrong + failures


def cache(prepared, folder):
    """Valkey stalls (SIGSTOP), is killed, and answers again, while titles are saved."""
    with valkey(valkey_program()) as process:
        url = f"redis://127.0.0.1:{process.port}/0"
        with portal(prepared, folder, CACHE_URL=url, WORKERS="2") as server:
            browser = signed_in(server.port, 1)
            results = [timed(save, browser, "before")]
            process.send_signal(signal.SIGSTOP)
            results += [timed(save, browser, f"stalled {number}") for number in range(5)]
            signing_in, seconds = timed(signed_in, server.port, 2)
            process.send_signal(signal.SIGCONT)
            results += [timed(save, browser, f"back {number}") for number in range(5)]
            process.kill()
            results += [timed(save, browser, f"killed {number}") for number in range(5)]
            results += [(save(signing_in, "second", 2), seconds)]
    slowest = max(seconds for _status, seconds in results)
    wrong = [status for status, _seconds in results if status != 302]
    wrong += [] if slowest < MAX_SECONDS else [f"{slowest:.1f} s"]
    titles = ["before", "second"]
    titles += [f"{name} {number}" for name in ("stalled", "back", "killed") for number in range(5)]
    return f"the slowest save and sign-in took {slowest:.1f} s", wrong + lost_edits(folder, titles)


def single_sign_on(prepared, folder):
    """The provider of single sign-on never answers, while six people sign in and others read."""
    words = {"ar": "لم يجب مزود الدخول", "en": "The provider did not answer"}
    path, answers = "/account/sso/login/", []
    with portal(prepared, folder, WORKERS="2") as server:

        def sign_in(language):
            browser = Browser(server.port)
            page = browser.get(f"/{language}/account/login/").content.decode()
            token = form_fields(page)["csrfmiddlewaretoken"]
            answer, seconds = timed(browser.post, path, {"csrfmiddlewaretoken": token})
            answers.append((answer.status_code, answer.content.decode(), seconds))

        people = [threading.Thread(target=sign_in, args=[language]) for language in words]
        people += [threading.Thread(target=sign_in, args=["en"]) for _ in range(4)]
        for person in people:
            person.start()
        times, failures = request_times(server.port, 10)
        for person in people:
            person.join()
    slowest = max(seconds for _status, _text, seconds in answers)
    wrong = [status for status, _text, _seconds in answers if status != 503]
    wrong += [text[:200] for _status, text, _seconds in answers if not says(text, words)]
    wrong += [] if slowest < 2 * MAX_SECONDS and len(answers) == len(people) else [slowest]
    summary = f"answered after at most {slowest:.1f} s; pages in at most {max(times) / 1000:.1f} s"
    return summary, wrong + failures


def says(text, words):
    """Whether a page has one of the sentences."""
    return any(sentence in text for sentence in words.values())


def replica(prepared, folder):
    """A replica stalls (SIGSTOP) while searches, which are never cached, are requested."""
    from tests.prepared import environment, run_command

    with cluster(replicas=1) as (primary, (standby,)):
        variables = environment(folder / "set-up") | {"DATABASE_URL": primary.url}
        for command in COMMANDS:
            run_command(variables, *command)
        urls = {"DATABASE_URL": primary.url, "DATABASE_REPLICA_URLS": standby.url}
        with portal(prepared, folder, WORKERS="2", **urls) as server:
            browser = signed_in(server.port, 1)
            request_times(server.port, 3, "/en/search/?q=goal")
            with standby.stalled():
                during, failures = request_times(server.port, 12, "/en/search/?q=goal")
                saved = save(browser, "stalled")
            after, more_failures = request_times(server.port, 4, "/en/search/?q=goal")
        lost = lost_in(primary, ["stalled"])
    summary = f"searches took at most {max(during) / 1000:.1f} s, afterwards {max(after):.0f} ms"
    # 5 seconds until it is given up, and perhaps 3 more in a second attempt to connect.
    wrong = [] if max(during) < 1000 * (MAX_SECONDS + 4) and saved == 302 else [max(during), saved]
    return summary, [*wrong, *failures, *more_failures, *lost]


def metrics_folder(prepared, folder):
    """The folder of the metrics cannot be used: it is a file."""
    (folder / "file").touch()
    with portal(prepared, folder, PROMETHEUS_MULTIPROC_DIR=str(folder / "file")) as server:
        _times, failures = request_times(server.port, 2)
        text = metrics(server.port)
    wrong = [] if "portal_counting 0.0" in text else [text[:200]]
    return "pages were served, and /metrics says that nothing is counted", wrong + failures
