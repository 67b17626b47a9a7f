"""Print every kind of page in a language as JSON: address → [status, HTML].

It is a program, so that tests can run it in a copy of the project with other settings:
python -m tests.rendering fr
"""

import json
import logging
import sys

import django


def render(language):
    """Return the status and HTML of each example page by its address."""
    from django.test import Client

    from accounts.models import User
    from portal.example_pages import ADMINISTRATION, KINDS
    from tests.signing_in import mark_verified

    editor_client = Client(headers={"host": "localhost"})
    editor_client.force_login(editor := User.objects.get(username="editor"))
    session = editor_client.session
    mark_verified(session, editor)
    session.save()
    public_client = Client(headers={"host": "localhost"})
    client_by_path = {f"/{language}/{kind}": public_client for kind in KINDS}
    client_by_path |= {f"/{language}/admin/{kind}": editor_client for kind in ADMINISTRATION}
    for path in ("/sitemap-goal.xml", f"/id/GPG-2.1?fp={language}.000000000000"):
        client_by_path[path] = public_client
    pages = {}
    for path, client in client_by_path.items():
        response = client.get(path, headers={"accept-language": language}, follow=True)
        pages[path] = [response.status_code, response.content.decode()]
    return pages


if __name__ == "__main__":
    django.setup()
    logging.disable()
    json.dump(render(sys.argv[1]), sys.stdout)
