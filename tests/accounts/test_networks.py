"""The installation chooses the address of the administration and the networks that may reach it."""

import os
import subprocess
import sys
from ipaddress import ip_network

import pytest
from django.conf import settings as project
from django.test import Client

from accounts.models import User
from library.preview import preview_address
from tests.conftest import sqlite_only
from tests.factories import make_goal

pytestmark = [pytest.mark.django_db, sqlite_only]

INSIDE, OUTSIDE = "192.0.2.77", "198.51.100.7"
PLACES = ["/en/admin/", "/ar/admin/", "/en/admin", "/en/admin/status/", "/en/admin/login/"]
PLACES += ["/en/admin/jsi18n/", "/en/admin/goals/goal/"]


@pytest.fixture
def person(settings):
    settings.ADMIN_NETWORKS = [ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")]
    client = Client()
    client.force_login(User.objects.create_superuser("amal"))
    return client


def test_others_find_no_administration(person):
    draft = preview_address(make_goal(is_published=False))
    for place in PLACES:
        response = person.get(place, REMOTE_ADDR=OUTSIDE)
        assert response.status_code == 404, place
        assert "no-store" in response.headers["Cache-Control"]
        assert person.get(place, REMOTE_ADDR=INSIDE).status_code in (200, 301, 302), place
    assert person.get(draft, REMOTE_ADDR=OUTSIDE).status_code == 404
    assert person.get(draft, REMOTE_ADDR=INSIDE).status_code == 200
    assert person.get("/en/account/", REMOTE_ADDR=OUTSIDE).status_code == 200
    assert person.get("/en/goals/", REMOTE_ADDR=OUTSIDE).status_code == 200


def test_address_is_that_of_the_proxys_header(person, settings):
    def status(**headers):
        return person.get("/en/admin/", **headers).status_code

    # Without a proxy, the header of a client is ignored.
    assert status(REMOTE_ADDR=OUTSIDE, HTTP_X_REAL_IP=INSIDE) == 404
    assert status(REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR=INSIDE) == 404
    settings.BEHIND_PROXY = True
    assert status(REMOTE_ADDR=INSIDE) == 404
    assert status(REMOTE_ADDR=INSIDE, HTTP_X_REAL_IP=OUTSIDE) == 404
    assert status(REMOTE_ADDR=INSIDE, HTTP_X_REAL_IP="no address") == 404
    assert status(REMOTE_ADDR=OUTSIDE, HTTP_X_REAL_IP=INSIDE) == 200
    assert status(REMOTE_ADDR=OUTSIDE, HTTP_X_REAL_IP=f"::ffff:{INSIDE}") == 200
    assert status(REMOTE_ADDR=OUTSIDE, HTTP_X_REAL_IP="2001:db8:1::5") == 200


SCRIPT = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.urls import reverse
from operations.page_cache.application import CACHEABLE_PATHS
client = Client(headers={"host": "localhost"})
print(reverse("admin:index"), client.get("/ar/admin/").status_code)
is_cacheable = bool(CACHEABLE_PATHS.match("/ar/back-office/"))
print(client.get("/ar/back-office/").headers["Location"], is_cacheable)
print("back-office" in client.get("/robots.txt").content.decode())
"""


@pytest.mark.whole_site
def test_address_of_the_administration_is_chosen(tmp_path):
    variables = os.environ | {"ADMIN_PATH": "back-office", "DATA_DIR": str(tmp_path)}
    variables |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEBUG": "false"}
    variables.pop("DATABASE_URL", None)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=variables, cwd=project.BASE_DIR, check=True)
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=variables,
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split("\n")[:3] == [
        "/ar/back-office/ 404",
        "/ar/back-office/login/?next=/ar/back-office/ False",
        "False",
    ]
