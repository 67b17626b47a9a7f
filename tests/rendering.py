"""Print every kind of page in a language as JSON: address → status and HTML.

A program of its own, so that tests can run it in a copy of the project with other settings:
python -m tests.rendering fr
"""

import json
import logging
import sys

import django


def render(language):
    from django.test import Client

    from accounts.models import User
    from portal.example_pages import ADMINISTRATION, KINDS
    from tests.signing_in import prove

    client = Client(headers={"host": "localhost"})
    client.force_login(editor := User.objects.get(username="editor"))
    session = client.session
    prove(session, editor)
    session.save()
    # A page of a site map is asked for as a stranger would.
    public = Client(headers={"host": "localhost"})
    paths = {f"/{language}/{kind}": public for kind in KINDS}
    paths |= {f"/{language}/admin/{kind}": client for kind in ADMINISTRATION}
    paths["/sitemap.xml"] = paths[f"/id/GPG-2.1?fp={language}.000000000000"] = public
    found = {}
    for path, visitor in paths.items():
        response = visitor.get(path, headers={"accept-language": language}, follow=True)
        found[path] = [response.status_code, response.content.decode()]
    return found


if __name__ == "__main__":
    django.setup()
    logging.disable()
    json.dump(render(sys.argv[1]), sys.stdout)
