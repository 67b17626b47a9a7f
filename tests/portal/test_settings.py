"""The settings in a given environment: defaults, production, and invalid values."""

import os
import runpy
import subprocess
import sys

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

KEY = "k3y-of-the-tests-" + "abcdefghijklmnopqrstuvwxyz0123456789"
PRODUCTION = {
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "portal.example.org",
    "DATABASE_URL": "postgresql://portal:Kb4-9xq_Lw2mZ@localhost/portal",
}


def manage(*arguments, tmp_path, **environment):
    """Run manage.py with only these environment variables."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=inherited | {"DATA_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_with(monkeypatch, tmp_path, **environment):
    """Return the variables of settings.py as a dict, with only these environment variables."""
    more = ["DEBUG", "CSRF_TRUSTED_ORIGINS", "LOCALE_DIR", "LOG_FORMAT", "ACCESS_LOG", "EMAIL_URL"]
    for name in [*PRODUCTION, *more]:
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"DATA_DIR": str(tmp_path)} | environment).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "portal" / "settings.py"))


def test_empty_environment_serves_this_machine_only(monkeypatch, tmp_path):
    variables = settings_with(monkeypatch, tmp_path)

    assert variables["DEBUG"] is True
    assert "localhost" in variables["ALLOWED_HOSTS"]
    assert variables["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert variables["DATABASES"]["default"]["NAME"] == str(tmp_path / "portal.sqlite3")


def test_machine_with_a_secret_key_serves_the_public(monkeypatch, tmp_path):
    variables = settings_with(monkeypatch, tmp_path, **PRODUCTION)

    assert variables["DEBUG"] is False
    assert variables["ALLOWED_HOSTS"] == ["portal.example.org"]
    assert variables["DATABASES"]["default"]["ENGINE"].endswith("postgresql")
    assert variables["SESSION_COOKIE_SECURE"] is variables["CSRF_COOKIE_SECURE"] is True


@pytest.mark.whole_site
@pytest.mark.parametrize("preload", ["true", "false"])
def test_deployment_check_is_clean_in_production(tmp_path, preload):
    command = ["check", "--deploy", "--fail-level", "WARNING"]
    result = manage(*command, tmp_path=tmp_path, **PRODUCTION, HSTS_PRELOAD=preload)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY_FALLBACKS", f"{KEY} short"),
        ("SECRET_KEY", "abcdefghijkl" * 5),
        ("SECRET_KEY", "django-insecure-" + KEY),
        ("DEBUG", "perhaps"),
        ("DEBUG", "true"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "https://portal.example.org"),
        ("ALLOWED_HOSTS", "portal.example.org:8000"),
        ("PUBLIC_ORIGIN", "portal.example.org"),
        ("PUBLIC_ORIGIN", "https://portal.example.org/ar/"),
        ("PUBLIC_ORIGIN", "https://elsewhere.example.org"),
        ("DATABASE_URL", "mysql://portal@localhost/portal"),
        ("DATABASE_URL", "portal"),
        ("DATABASE_URL", "postgresql://portal@localhost:many/portal"),
        ("DATABASE_URL", "postgresql://portal@localhost"),
        ("DATABASE_URL", "postgresql://portal@10.0.0.5/portal"),
        ("DATABASE_URL", "postgresql://portal:@localhost/portal"),
        ("DATABASE_URL", "postgresql://portal:portal@localhost/portal"),
        ("DATABASE_URL", "postgresql://portal:abcabcabcabcabc@localhost/portal"),
        ("DATABASE_REPLICA_URLS", "postgresql://portal@10.0.0.6/portal"),
        ("CSRF_TRUSTED_ORIGINS", "portal.example.org"),
        ("HSTS_SECONDS", "-1"),
        ("HSTS_SECONDS", "a year"),
        ("HSTS_PRELOAD", "perhaps"),
        ("SECURITY_CONTACT", "security@example.org"),
        ("SECURITY_CONTACT", "http://example.org/"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("ACCESS_LOG", "perhaps"),
        ("SLOW_QUERY_MS", "soon"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "a" * 40),
        ("METRICS_TOKEN", "changeme12" * 4),
        ("BACKUP_KEY", "correct horse battery staple"),
        ("BACKUP_KEY", "age1"),
        ("ERROR_MAIL_TO", "duty@example.org"),
        ("EMAIL_URL", "ftp://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:many"),
        ("TIME_ZONE", "Middle/Earth"),
        ("DATA_DIR", "/proc/portal"),
        ("LOCALE_DIR", "/nowhere"),
    ],
)
def test_wrong_value_stops_the_start_with_a_sentence_that_names_it(
    monkeypatch, tmp_path, name, value
):
    with pytest.raises(SystemExit) as stop:
        settings_with(monkeypatch, tmp_path, **PRODUCTION | {name: value})

    assert str(stop.value).startswith(f"{name} is wrong: ")
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://%2Fvar%2Frun%2Fpostgresql/portal",
        "postgresql:///portal?host=/var/run/postgresql",
        "postgresql://portal@10.0.0.5/portal?sslmode=verify-full&sslcert=/etc/portal/tls/portal.crt",
        "sqlite:////tmp/portal.sqlite3",
    ],
)
def test_database_may_know_an_account_without_a_password(monkeypatch, tmp_path, url):
    settings_with(monkeypatch, tmp_path, **PRODUCTION | {"DATABASE_URL": url})


@pytest.mark.whole_site
def test_no_secret_is_shown_where_a_start_or_a_request_fails(tmp_path):
    """With invalid values, without a database, and on a page that fails after a form."""
    secret = "-".join(["Vf7", "no_one", "knows", "1x9Q"])
    environments = [
        {"DATABASE_URL": f"postgresql://portal:{secret}@localhost:1/portal"},
        {"DATABASE_URL": f"postgresql://portal:{secret}@localhost:many/portal"},
        {"DATABASE_URL": f"mysql://portal:{secret}@localhost/portal"},
        {"CACHE_URL": f"memcached://:{secret}@localhost"},
        {"EMAIL_URL": f"ftp://portal:{secret}@localhost"},
        {"SECRET_KEY": secret},
        {"METRICS_TOKEN": secret[:19]},
        {"BACKUP_KEY": secret},
    ]
    for environment in environments:
        result = manage("migrate", "--check", tmp_path=tmp_path, **PRODUCTION | environment)
        output = result.stdout + result.stderr
        assert result.returncode != 0, environment
        assert output.strip()
        assert secret[:19] not in output
        assert KEY not in output

    environment = {
        "DATABASE_URL": f"postgresql://portal:{secret}@localhost:1/portal",
        "METRICS_TOKEN": secret,
        "EMAIL_URL": f"smtp://portal:{secret}@localhost:1",
        "ERROR_MAIL_TO": "duty@example.org",
        "HTTPS_REDIRECT": "false",
    }
    result = manage("shell", "-v0", "-c", FAILING, tmp_path=tmp_path, **PRODUCTION | environment)
    output = result.stdout + result.stderr
    assert "503 500" in result.stdout, output
    assert "mail: [Global Policing Goals] ERROR" in result.stdout
    assert "RuntimeError" in output
    assert secret not in output
    assert KEY not in output
    assert "typed-password" not in output


# Opens a page whose database is away and one that fails with a password; prints pages and mails.
FAILING = """
import django.core.mail.backends.smtp as smtp
from django.conf import settings
from django.test import Client
from portal import machine_views

def send(self, messages):
    for message in messages:
        print("mail:", message.subject, message.body)
        print(message.message().as_string())
    return len(messages)

def fail(request):
    password, key = request.POST.get("password"), settings.SECRET_KEY
    raise RuntimeError("it broke")

smtp.EmailBackend.send_messages = send
client = Client(raise_request_exception=False, headers={"host": "portal.example.org"})
away = client.get("/ar/", headers={"cookie": "sessionid=typed-password"})
from django.urls import clear_url_caches, path
from portal import urls
urls.urlpatterns.insert(0, path("fails", fail))
clear_url_caches()
fail.csrf_exempt = True
broken = client.post("/fails?token=typed-password", {"password": "typed-password"})
for answer in (away, broken):
    print(answer.content.decode(), answer.headers)
print(away.status_code, broken.status_code)
"""


def test_start_ends_without_a_traceback(tmp_path):
    result = manage("check", tmp_path=tmp_path, **PRODUCTION | {"DEBUG": "true"})

    assert result.returncode == 1
    assert result.stderr == "DEBUG is wrong: a machine with a SECRET_KEY never shows debug pages.\n"


def test_password_of_the_database_is_never_shown(tmp_path):
    url = "mysql://portal:top-secret@localhost/portal"

    result = manage("check", tmp_path=tmp_path, **PRODUCTION | {"DATABASE_URL": url})

    assert "top-secret" not in result.stdout + result.stderr


OWN = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Global Policing Goals"
msgstr "أهداف الشرطة"
"""
SHOW = "from django.utils.translation import gettext as _, activate; activate('ar'); print({})"


@pytest.mark.whole_site
def test_translations_of_an_installation_go_before_those_of_the_project(tmp_path):
    file = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(OWN, encoding="utf-8")
    with file.open("rb") as po_file, file.with_suffix(".mo").open("wb") as mo_file:
        write_mo(mo_file, read_po(po_file, locale="ar"))
    script = SHOW.format("_('Global Policing Goals'), _('Search')")

    own, usual = (
        manage("shell", "-v0", "-c", script, tmp_path=tmp_path, **environment).stdout
        for environment in ({"LOCALE_DIR": str(tmp_path)}, {})
    )

    assert own != usual
    assert own.startswith("أهداف الشرطة ")
    assert own.split()[-1] == usual.split()[-1] == "بحث"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://mail", {"host": "mail", "port": 587, "timeout": 5, "use_tls": True}),
        ("smtp+plain://localhost", {"host": "localhost", "port": 25, "timeout": 5}),
        (
            "smtps://me%40x:p%2Fw@mail:1465",
            {
                "host": "mail",
                "port": 1465,
                "timeout": 5,
                "username": "me@x",
                "password": "p/w",
                "use_ssl": True,
            },
        ),
    ],
)
def test_mail_server_is_named_by_an_address(monkeypatch, tmp_path, url, options):
    variables = settings_with(
        monkeypatch, tmp_path, **PRODUCTION, EMAIL_URL=url, ERROR_MAIL_TO="duty@example.org"
    )

    assert variables["MAILERS"]["default"]["OPTIONS"] == options
    assert variables["LOGGING"]["root"]["handlers"] == ["terminal", "mail"]
    assert variables["SERVER_EMAIL"] == "duty@example.org"


@pytest.mark.parametrize(("environment", "expected"), [(PRODUCTION, "json"), ({}, "text")])
def test_public_machine_logs_for_machines_and_logs_each_request(
    monkeypatch, tmp_path, environment, expected
):
    variables = settings_with(monkeypatch, tmp_path, **environment)

    assert (variables["LOG_FORMAT"], variables["ACCESS_LOG"]) == (expected, expected == "json")
