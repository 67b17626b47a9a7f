"""Write docs/configuration.md: the environment variables of the portal.

`make configuration` runs it. The names, and the defaults that are plain values, come from
portal/settings.py and scripts/serve; the meanings and all other defaults are in SECTIONS.
tests/portal/test_deploy.py checks that the page is up to date.
"""

import ast
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"
HEAD = """# Configuration

`make configuration` writes this page from `portal/settings.py`, `scripts/serve` and
`scripts/configuration.py`, and a test compares it.

The portal is configured by environment variables. A machine with a `SECRET_KEY` in its environment
serves the public; any other answers only to its own developer, and needs no variable at all. An
empty variable counts as not set. With a wrong value the portal does not start, and a sentence names
the variable. Whether something is on or off is written as `true` or `false`.

`deploy/portal.env.example` is a template of the environment of a server;
[deployment.md](deployment.md) describes the installation.
"""
TABLE_HEAD = ["| Variable | Meaning | Without it |", "|---|---|---|"]
SYSTEM_VARIABLES = {"VENV"}  # of scripts/serve, for `make run`


class Variable(NamedTuple):
    """The meaning of an environment variable, and what applies without it.

    `default` is Markdown; it is "" where the default is a plain value in the code.
    """

    meaning: str
    default: str = ""


# The variables by the titles of the page.
SECTIONS = {
    "The installation": {
        "SECRET_KEY": Variable(
            "50 random characters or more, at least 10 of them different, kept secret",
            "a developer's machine",
        ),
        "SECRET_KEY_FALLBACKS": Variable(
            "former values of `SECRET_KEY`, separated by spaces: sessions and second factors "
            "stay valid",
            "none",
        ),
        "ALLOWED_HOSTS": Variable(
            "host names that the portal answers to, separated by spaces",
            "localhost; required with a `SECRET_KEY`",
        ),
        "PUBLIC_ORIGIN": Variable(
            "scheme and host of absolute addresses, such as `https://portal.example.org`: "
            "canonical links, mails, citations, exports; the host is one of `ALLOWED_HOSTS`",
            "the host that each request was sent to, and a warning at each start",
        ),
        "DATA_DIR": Variable(
            "a folder for the database of SQLite and the collected static files", "`data/`"
        ),
        "LOCALE_DIR": Variable(
            "a folder with this installation's own translations of the interface", "none"
        ),
        "TIME_ZONE": Variable("a time zone such as `Asia/Riyadh`"),
        "DEBUG": Variable(
            "`false` shows a developer the portal as readers see it; a machine with a "
            "`SECRET_KEY` does not start with `true`",
            "`true` on a developer's machine",
        ),
    },
    "Databases and caches": {
        "DATABASE_URL": Variable(
            "`postgresql://user:password@host/name`, with a password of 12 characters or more "
            "(none with a socket or a certificate), or `sqlite:////path`",
            "SQLite in `DATA_DIR`",
        ),
        "DATABASE_MAX_AGE": Variable("seconds that a connection to PostgreSQL is kept"),
        "DATABASE_REPLICA_URLS": Variable(
            "streaming replicas of PostgreSQL that serve readers, separated by spaces", "none"
        ),
        "CACHE_URL": Variable(
            "`valkey://host:6379/0`, where sessions are looked up first (`valkeys://` with TLS)",
            "sessions in the database only",
        ),
        "PAGE_CACHE_MB": Variable(
            "size of the page cache of each process, in megabytes; 0 switches it off, and so "
            "does `DEBUG`"
        ),
        "SHARED_CACHE_SECONDS": Variable("seconds for which proxies may cache a page"),
    },
    "The proxy and https": {
        "BEHIND_PROXY": Variable(
            "`true` where a proxy sets `X-Forwarded-Proto`, `X-Request-ID` and, for `account/` "
            "and the administration, `X-Real-IP`, and removes these headers from the requests of "
            "clients"
        ),
        "CSRF_TRUSTED_ORIGINS": Variable(
            "origins such as `https://portal.example.org` whose forms are accepted, separated by "
            "spaces",
            "none",
        ),
        "HTTPS_REDIRECT": Variable(
            "whether http is redirected to https", "`true` with a `SECRET_KEY`"
        ),
        "HSTS_SECONDS": Variable(
            "seconds for which browsers use https only; 0 switches it off",
            "a year with a `SECRET_KEY`",
        ),
        "HSTS_PRELOAD": Variable(
            "whether browsers may come with the domain in their list of https-only sites, which "
            "is hard to undo",
            "`true` with HSTS",
        ),
        "SECURITY_CONTACT": Variable(
            "addresses (`mailto:…`, `https://…`, `tel:…`) for reports of a vulnerability, "
            "separated by spaces, for `/.well-known/security.txt`",
            "no such file",
        ),
    },
    "The administration and signing in": {
        "ADMIN_PATH": Variable("the last part of the address of the administration"),
        "ADMIN_NETWORKS": Variable(
            "networks such as `192.0.2.0/24` that can reach the administration, separated by "
            "spaces",
            "all",
        ),
        "SESSION_HOURS": Variable("hours after which everybody has to sign in again"),
        "SESSION_IDLE_MINUTES": Variable("minutes without a request after which a session ends"),
        "SECOND_FACTOR_FOR_ALL": Variable(
            "`true` requires a second factor of all staff, also of translators and editors"
        ),
        "BREACHED_PASSWORDS": Variable(
            "a file with the SHA-1 hashes of passwords from data breaches, sorted, one a line, "
            "such as “Pwned Passwords, ordered by hash”; they are refused as new passwords",
            "none",
        ),
        "OIDC_ISSUER": Variable(
            "the address of an OpenID Connect provider for single sign-on", "none"
        ),
        "OIDC_CLIENT_ID": Variable(
            "the name of the portal at the provider", "none; required with `OIDC_ISSUER`"
        ),
        "OIDC_CLIENT_SECRET": Variable(
            "the secret of the portal at the provider", "none; required with `OIDC_ISSUER`"
        ),
        "OIDC_NAME": Variable("the name of the provider on the sign-in page", "“single sign-on”"),
        "OIDC_CREATE": Variable(
            "whether a user of the provider without an account of the portal gets one, without a "
            "role"
        ),
    },
    "Mail": {
        "EMAIL_URL": Variable(
            "`smtp://user:password@host:587` (STARTTLS), `smtps://…` or `smtp+plain://…`, the "
            "mail server for all mails",
            "none",
        ),
        "EMAIL_FROM": Variable(
            "the sender of mails to people about their accounts", "the first of `ERROR_MAIL_TO`"
        ),
        "NOTIFY_BY_MAIL": Variable(
            "whether people get mails about proposals, of the kinds that each has chosen; needs "
            "`EMAIL_URL`"
        ),
        "PROPOSAL_OVERDUE_DAYS": Variable(
            "after how many days publishers get a mail about a proposal that waits; 0 for never"
        ),
        "SEND_MAIL_SECONDS": Variable(
            "seconds between two looks for mails that are due; 0 where `manage.py send_mail` is "
            "run in another way"
        ),
        "ERROR_MAIL_TO": Variable(
            "addresses that errors are mailed to, separated by spaces; needs `EMAIL_URL`", "none"
        ),
    },
    "Logs, metrics and back-ups": {
        "LOG_LEVEL": Variable("`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`"),
        "LOG_FORMAT": Variable("`json` or `text`", "`json` with a `SECRET_KEY`, else `text`"),
        "ACCESS_LOG": Variable("whether each request is logged", "`true` with a `SECRET_KEY`"),
        "SLOW_QUERY_MS": Variable(
            "a query to the database that takes this many milliseconds is logged; 0 logs none"
        ),
        "METRICS_TOKEN": Variable(
            "20 characters or more, at least 8 of them different, which Prometheus has to send to "
            "`/metrics`",
            "no metrics",
        ),
        "PROMETHEUS_MULTIPROC_DIR": Variable(
            "a folder for the counters of the processes of a server",
            "a folder in `/dev/shm`, or `metrics/` in `DATA_DIR`",
        ),
        "BACKUP_KEY": Variable(
            "a key of age that encrypts back-ups, preferably a public one (`age1…`)",
            "back-ups are not encrypted",
        ),
    },
    "The server (scripts/serve)": {
        "HOST": Variable("the IP address at which it listens"),
        "PORT": Variable("the port at which it listens"),
        "WORKERS": Variable("the number of its processes"),
        "THREADS": Variable(
            "the requests of readers that each process works on at once, and as many of editors"
        ),
        "SERVER_LOG_LEVEL": Variable(
            "how much the server itself logs: `debug`, `info`, `warning`, `error`"
        ),
    },
}


def page() -> str:
    """Return the text of docs/configuration.md.

    Raises ValueError where SECTIONS and the code differ: a variable is in one of them only, or its
    default is in both or in neither.
    """
    defaults = settings_defaults() | server_defaults()
    described = [name for variables in SECTIONS.values() for name in variables]
    if sorted(described) != sorted(defaults):
        differing = sorted(set(described) ^ set(defaults)) or "one stands there twice"
        raise ValueError(f"The code and scripts/configuration.py differ: {differing}")
    parts = [HEAD]
    for title, variables in SECTIONS.items():
        rows = [
            f"| `{name}` | {variable.meaning} | {default(name, variable, defaults[name])} |"
            for name, variable in variables.items()
        ]
        parts.append("\n".join([f"## {title}\n", *TABLE_HEAD, *rows, ""]))
    return "\n".join(parts)


def default(name: str, variable: Variable, value: object) -> str:
    """Return the default of a variable as a text; `value` is that in the code, None for none."""
    if bool(variable.default) == (value is not None):
        raise ValueError(f"The default of {name} is in both the code and this script, or in none.")
    if value is None:
        return variable.default
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if text.isdigit() else f"`{text}`"


def settings_defaults() -> dict[str, object]:
    """Return the variables that portal/settings.py reads, with their defaults.

    The default is None where it is not a plain value.
    """
    tree = ast.parse((ROOT / "portal" / "settings.py").read_text(encoding="utf-8"))
    defaults: dict[str, object] = {}
    for call in ast.walk(tree):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="environment"), attr=function),
                args=[ast.Constant(value=str(name)), *others],
            ) if function != "setting_error":
                others += [keyword.value for keyword in call.keywords if keyword.arg == "default"]
                value = others[0].value if others and isinstance(others[0], ast.Constant) else None
                if defaults.get(name) is None:
                    defaults[name] = value
    return defaults


def server_defaults() -> dict[str, object]:
    """Return the variables that scripts/serve reads, with their defaults: ${PORT:-8000}."""
    script = (ROOT / "scripts" / "serve").read_text(encoding="utf-8")
    found = re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", script)
    return {name: value for name, value in found if name not in SYSTEM_VARIABLES}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
