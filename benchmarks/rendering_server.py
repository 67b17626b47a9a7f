"""A process that makes pages of one version of the portal, and measures them, for rendering.py."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from time import process_time
from urllib.parse import quote, unquote

import django

LOCATION = re.compile(r"<loc>https?://[^/]+([^<]+)</loc>")
ORDERS = ("change", "time", "page", "paths", "words")  # the methods of Portal that answer


@contextmanager
def serving(folder, variables):
    """Start a process with the version of the portal in a folder, in this environment.

    Yields a function that sends it the name of one of ORDERS, with its arguments, and returns the
    answer.
    """
    variables = variables | {"PYTHONPATH": str(folder), "ACCESS_LOG": "false"}
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(manage, cwd=folder, env=variables, check=True)
    process = subprocess.Popen(
        # -P: the modules beside this file have names of packages.
        [sys.executable, "-P", __file__],
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def send(order, *arguments):
        print(json.dumps([order, *arguments]), file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())

    try:
        yield send
    finally:
        process.stdin.close()
        process.wait()


class Portal:
    """The portal of this process, of which each page is made anew."""

    def __init__(self):
        from operations.version_watcher import SeenVersion, read_version
        from portal.wsgi import application
        from tests.signing_in import session_cookie

        self.application = application
        self.see = lambda: SeenVersion(*read_version("default"), float("inf"))
        self.cookie = "=".join(session_cookie(os.environ["DATA_DIR"], "editor"))
        application.watcher.keep_checking = lambda: None
        application.watcher.latest = self.see()

    def get(self, path, is_editor=False, coding="br, gzip"):
        """Return the body of a page and the ms that it took."""
        from django.test import RequestFactory

        headers = {"host": "localhost", "accept-encoding": coding}
        headers |= {"cookie": self.cookie} if is_editor else {}
        request = RequestFactory(headers=headers).get(quote(path, safe="/?=&"))
        environ = request.environ | {"wsgi.multithread": True}
        self.application.store.pages.clear()
        statuses = []
        start = process_time()
        response = self.application(environ, lambda status, headers: statuses.append(status))
        body = b"".join(response)
        ms = 1000 * (process_time() - start)
        getattr(response, "close", lambda: None)()
        if not statuses[0].startswith("200"):
            raise RuntimeError(f"{path}: {statuses[0]}")
        return body, ms

    def change(self):
        """Give the content a new version, as every edit does."""
        from history.content_version import bump_version

        bump_version()
        self.application.watcher.latest = self.see()

    def time(self, paths, is_editor):
        """Return the ms of each page."""
        return [self.get(path, is_editor)[1] for path in paths]

    def page(self, path, is_editor):
        """Return the HTML of a page."""
        return self.get(path, is_editor, coding="")[0].decode()

    def paths(self):
        """Return the paths of the site map."""
        parts = LOCATION.findall(self.page("/sitemap.xml", False))
        locations = [path for part in parts for path in LOCATION.findall(self.page(part, False))]
        return [unquote(path) for path in locations]

    def words(self, language):
        """Return public words of a language, the commonest first."""
        from search.models import SearchWord

        words = SearchWord.objects.filter(audience="").order_by("-frequency", "base")
        names = dict.fromkeys(words.values_list("display", flat=True))
        return [name for name in names if len(name) > 3 and name.isascii() == (language == "en")]


def serve():
    """Answer the orders of standard input, one in each line."""
    django.setup()
    portal = Portal()
    for line in sys.stdin:
        order, *arguments = json.loads(line)
        if order in ORDERS:
            print(json.dumps(getattr(portal, order)(*arguments)), flush=True)


if __name__ == "__main__":
    serve()
