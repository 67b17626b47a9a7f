"""Publishers and administrators need a second factor for the administration."""

import re
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from editing.roles import ADMINISTRATORS, EDITORS, PUBLISHERS, TRANSLATORS
from library.preview import preview_address
from tests.conftest import sqlite_only
from tests.factories import make_goal
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
REQUIRED = {TRANSLATORS: False, EDITORS: False, PUBLISHERS: True, ADMINISTRATORS: True}


@pytest.fixture(autouse=True)
def no_counts(db):
    cache.clear()


def make_person(role=PUBLISHERS, name="lena", with_app=False):
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    if with_app:
        TOTP.activate(user, SECRET)
    return user


def one_time_code(secret=SECRET):
    """Return the present one-time code of an app; it is valid for at least two seconds more."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    (counter,) = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, counter))


def signed_in(name="lena", client=None):
    """Return a client that has signed in with the right password."""
    client = client or Client()
    client.post("/en/account/login/", {"login": name, "password": PASSWORD})
    return client


def show_code(client, code):
    return client.post("/en/account/second-factor/show/", {"code": code})


@pytest.mark.parametrize(("role", "is_required"), REQUIRED.items())
def test_second_factor_is_set_up_before_anything_opens(role, is_required):
    make_person(role)
    draft = make_goal(is_published=False)
    client = signed_in()
    places = ["/en/admin/", "/ar/admin/goals/goal/", "/en/admin/status/", preview_address(draft)]
    answers = [client.get(place) for place in places]
    if not is_required:
        assert [answer.status_code for answer in answers] == [200, 200, 403, 200]
        return

    assert [answer.status_code for answer in answers] == [302, 302, 302, 404]
    for answer in answers[:3]:
        response = client.get(answer.headers["Location"], follow=True)
        assert response.redirect_chain[-1][0].endswith("/account/second-factor/")
    assert client.post("/en/admin/goals/goal/add/", {"title_en": "x"}).status_code == 302

    page = client.get("/en/account/app/").content.decode()
    secret = re.search(r'<code class="code" dir="ltr">(\w+)</code>', page)[1]
    code = one_time_code(secret)
    answer = client.post("/en/account/app/", {"code": code}, follow=True)
    recovery_codes = re.findall(r'<code class="code">(\d{8})</code>', answer.content.decode())
    assert len(recovery_codes) == 10
    assert [client.get(place).status_code for place in places[:2]] == [200, 200]
    assert client.get(preview_address(draft)).status_code == 200
    # Recovery codes are shown once.
    assert recovery_codes[0] not in client.get("/en/account/recovery-codes/").content.decode()
    # The code of the set-up cannot be used for signing in.
    other_client = signed_in()
    assert show_code(other_client, code).status_code == 200
    assert show_code(other_client, recovery_codes[0]).headers["Location"] == "/en/admin/"
    assert other_client.get("/en/admin/").status_code == 200
    # A recovery code can be used once.
    assert show_code(signed_in(), recovery_codes[0]).status_code == 200


@sqlite_only
@pytest.mark.parametrize("role", [TRANSLATORS, EDITORS])
def test_installation_may_require_a_second_factor_of_all_staff(role, settings):
    settings.SECOND_FACTOR_FOR_ALL = True
    user = make_person(role, with_app=True)
    client = signed_in()
    assert client.get("/en/admin/").status_code == 302
    show_code(client, one_time_code())
    assert client.get("/en/admin/").status_code == 200

    page = client.post("/en/account/app/remove/").content.decode()
    assert "Your role needs a second factor." in page
    Authenticator.objects.filter(user=user).delete()
    assert signed_in().get("/en/admin/").status_code == 302


def test_replayed_code_is_refused():
    make_person(with_app=True)
    code = one_time_code()
    first, second = signed_in(), signed_in()
    assert first.get("/en/admin/").status_code == 302
    assert show_code(first, code).status_code == 302
    assert first.get("/en/admin/").status_code == 200

    answer = show_code(second, code)

    assert "was used before" in answer.content.decode()
    assert second.get("/en/admin/").status_code == 302


@sqlite_only
@pytest.mark.parametrize("language", ["ar", "en"])
def test_guesses_of_codes_are_counted(language):
    make_person(with_app=True)
    client = signed_in()
    address = f"/{language}/account/second-factor/show/"
    for number in range(5):
        client.post(address, {"code": f"00000{number}"}, REMOTE_ADDR=f"192.0.2.{number}")

    last = client.post(
        address, {"code": one_time_code()}, REMOTE_ADDR="192.0.2.99"
    ).content.decode()
    assert {"ar": "جرت محاولات كثيرة", "en": "There were too many attempts"}[language] in last


@sqlite_only
def test_session_without_the_factor_is_asked_for_it_when_its_role_changes():
    user = make_person(EDITORS)
    client = signed_in()
    assert client.get("/en/admin/").status_code == 200
    TOTP.activate(user, SECRET)
    user.groups.set(Group.objects.filter(name=ADMINISTRATORS))

    response = client.get("/en/admin/", follow=True)
    address = response.redirect_chain[-1][0]
    assert address.startswith("/en/account/second-factor/again/")
    assert client.post(address, {"code": one_time_code()}).headers["Location"] == "/en/admin/"
    assert client.get("/en/admin/").status_code == 200


@sqlite_only
def test_session_data_of_another_person_open_nothing():
    make_person()
    client = signed_in()
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = "0"
    session.save()

    assert client.get("/en/admin/").status_code == 302


@sqlite_only
def test_last_factor_stays_where_it_is_needed():
    user = make_person(with_app=True)
    client = signed_in()
    show_code(client, one_time_code())

    page = client.post("/en/account/app/remove/").content.decode()
    assert "Your role needs a second factor." in page
    user.groups.set(Group.objects.filter(name=EDITORS))
    assert client.post("/en/account/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()


@sqlite_only
def test_lost_factor_is_reset_by_an_administrator(admin_client):
    user = make_person(with_app=True)
    client = signed_in()
    show_code(client, one_time_code())
    assert client.get("/en/admin/").status_code == 200

    data = {"action": "reset_second_factor", "_selected_action": [user.pk], "confirmed": "yes"}
    page = admin_client.post("/en/admin/accounts/user/", data, follow=True).content.decode()

    assert "The second factor of 1 person was reset." in page
    assert client.get("/en/account/").status_code == 302
    assert signed_in().get("/en/account/second-factor/").status_code == 200
    call_command("reset_second_factor", "lena", verbosity=0)
    with pytest.raises(CommandError, match="no account “nobody”"):
        call_command("reset_second_factor", "nobody")
