"""The data folder of a public portal with the whole content, made once in a run of the tests."""

import fcntl
import os
import secrets
import subprocess
import sys

from django.conf import settings

ADMINISTRATORS = """
from accounts.models import User
from tests.signing_in import PASSWORD, write_sessions
names = ("editor", "amal", "badr")
write_sessions([User.objects.create_superuser(name, password=PASSWORD) for name in names])
"""
COMMANDS = [
    ("migrate",),
    ("load_content",),
    ("collectstatic", "--noinput"),
    ("shell", "--command", ADMINISTRATORS),
]


def prepare(tmp_path_factory):
    """Return the folder, which all processes of a run share; the first process makes it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "prepared.done").exists():
            for command in COMMANDS:
                run_command(environment(folder), *command)
            (shared / "prepared.done").touch()
    return folder


def environment(folder):
    """Return the environment variables of a public portal with its data in a folder."""
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return variables | {
        "SECRET_KEY": secret_key(folder),
        "ALLOWED_HOSTS": "localhost",
        "HTTPS_REDIRECT": "false",
        "HSTS_SECONDS": "0",
        "DATA_DIR": str(folder),
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "LOG_LEVEL": "ERROR",
    }


def secret_key(folder):
    """Return the secret key of the portal with its data in a folder; the first call makes it."""
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(60))
    return file.read_text()


def manage_command(*arguments):
    """Return the command line of a management command, for subprocess."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def run_command(variables, *arguments):
    """Run a management command; raise CalledProcessError where it fails."""
    subprocess.run(manage_command(*arguments, "--verbosity", "0"), env=variables, check=True)
