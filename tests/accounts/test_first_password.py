"""An account is made without a password, and its owner sets the first one by a link in a mail."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.test_limits_of_mails import immediate_mail, link_of  # noqa: F401
from tests.accounts.test_password import attempt
from tests.conftest import sqlite_only

pytestmark = [pytest.mark.django_db, sqlite_only]


@pytest.mark.usefixtures("immediate_mail")
def test_owner_sets_the_first_password_by_a_link(admin_client):
    cache.clear()
    add = {"username": "lena", "usable_password": "false"}
    assert admin_client.post("/en/admin/accounts/user/add/", add).status_code == 302
    lena = User.objects.get(username="lena")
    assert not lena.has_usable_password()
    lena.email = "lena@example.org"  # as on the page that follows
    lena.save()

    client = Client()
    client.post("/en/account/password/reset/", {"email": "lena@example.org"})
    form = client.get(link_of(mail.outbox[-1]), follow=True).redirect_chain[-1][0]
    data = dict.fromkeys(["password1", "password2"], "another long phrase")
    assert client.post(form, data).status_code == 302

    assert attempt("lena", "another long phrase").status_code == 302
