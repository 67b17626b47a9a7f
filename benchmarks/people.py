"""People who use a portal in trials: their accounts and goals, and browsers with cookies."""

import http.client
from urllib.parse import urlencode

from tests.forms import form_fields

WRITERS = 4
PASSWORD = "a long enough phrase"  # noqa: S105
PEOPLE = f"""
from django.contrib.auth.models import Group
from accounts.models import User
from editing.roles import EDITORS
from tests.factories import make_goal
for number in range(1, {WRITERS + 1}):
    make_goal(number=number, slug=f"goal-{{number}}", title_en="0")
    writer = User.objects.create_user(f"writer{{number}}", password="{PASSWORD}", is_staff=True)
    writer.groups.add(Group.objects.get(name=EDITORS))
"""
COMMANDS = [("migrate",), ("collectstatic", "--noinput"), ("shell", "--command", PEOPLE)]


class PageAnswer:
    """A response, with the attributes of Django's responses that tests/forms.py reads."""

    def __init__(self, response):
        self.status_code, self.content = response.status, response.read()
        self.headers = response.headers


class Browser:
    """Sends each request over a new connection, and keeps cookies."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, data):
        return self.request("POST", path, urlencode(data))

    def request(self, method, path, body=None, kind="application/x-www-form-urlencoded"):
        """Send a request, with a body of a kind; return its PageAnswer.

        Raises OSError or HTTPException.
        """
        headers = {"Host": f"localhost:{self.port}", "Referer": f"http://localhost:{self.port}/"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = PageAnswer(connection.getresponse())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer


def signed_in(port, number):
    """Return a Browser in which a writer has signed in; raise OSError where that fails."""
    browser = Browser(port)
    page = browser.get("/en/account/login/")
    fields = form_fields(page.content.decode())
    fields |= {"login": f"writer{number}", "password": PASSWORD}
    answer = browser.post("/en/account/login/", fields)
    if answer.status_code != 302:
        raise OSError(answer.status_code)
    return browser
