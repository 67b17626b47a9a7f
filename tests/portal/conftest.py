import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def people():
    """Two administrators, signed in."""
    clients = []
    for name in ("amal", "badr"):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        clients.append(client)
    return clients


@pytest.fixture
def amal():
    return User.objects.create_user("amal")
