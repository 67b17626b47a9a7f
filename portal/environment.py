"""Read settings from environment variables.

The first argument of each function is the name of the variable. An invalid value raises
SystemExit with one sentence that names the variable, so that the process does not start.
"""

import os
import re
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url
from dj_database_url import DBConfig
from django.http.request import validate_host

from operations.observability.processes import default_folder

TRUE = {"1", "true", "yes", "on"}
AGE_KEY = re.compile(r"age1[0-9a-z]{50,}|AGE-SECRET-KEY-1[0-9A-Z]{50,}", re.IGNORECASE)
FALSE = {"0", "false", "no", "off"}
CACHE_TIMEOUT_SECONDS = 0.5  # for each answer of Valkey


def setting_error(name: str, sentence: str) -> SystemExit:
    """Return the SystemExit to raise for an invalid value; the sentence gives the reason."""
    return SystemExit(f"{name} is wrong: {sentence}")


def text(name: str, default: str = "") -> str:
    """Return the value without spaces around it, or the default if it is empty or not set."""
    return os.environ.get(name, "").strip() or default


def text_list(name: str) -> list[str]:
    """Return the values of a variable, separated by spaces or commas."""
    return text(name).replace(",", " ").split()


def boolean(name: str, default: bool) -> bool:
    """Return a boolean, written as one of TRUE or FALSE in upper or lower case."""
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise setting_error(name, f"“{value}” is neither true nor false.")
    return value in TRUE


def number(name: str, default: int) -> int:
    """Return an integer of 0 or more."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise setting_error(name, f"“{value}” is not a whole number of 0 or more.")
    return int(value)


def positive_number(name: str, default: int) -> int:
    """Return an integer of 1 or more."""
    value = number(name, default)
    if not value:
        raise setting_error(name, "“0” is not a whole number of 1 or more.")
    return value


def choice(name: str, default: str, choices: Collection[str]) -> str:
    """Return a value that is one of the choices."""
    value = text(name, default)
    if value not in choices:
        raise setting_error(name, f"“{value}” is none of {', '.join(choices)}.")
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone in the IANA database, as in Asia/Riyadh."""
    value = text(name, default)
    if value not in available_timezones():
        raise setting_error(name, f"there is no time zone “{value}”, as in Asia/Riyadh.")
    return value


def folders(name: str) -> list[Path]:
    """Return a list with the path of the folder that a variable names; empty if it is not set."""
    value = text(name)
    if value and not Path(value).is_dir():
        raise setting_error(name, f"there is no folder “{value}”.")
    return [Path(value).resolve()] if value else []


def file(name: str) -> Path | None:
    """Return the path of the file that a variable names; None if it is not set."""
    value = text(name)
    if value and not Path(value).is_file():
        raise setting_error(name, f"there is no file “{value}”.")
    return Path(value).resolve() if value else None


def metrics_folder(name: str, data_folder: Path) -> Path:
    """Return the path of the folder for metrics, by default one in memory where there is one."""
    value = text(name)
    return Path(value).resolve() if value else default_folder(data_folder)


def secret_key(name: str, default: str) -> str:
    """Return the secret key: the default, or a strong key of at least 50 characters."""
    return checked_key(name, text(name, default), default)


def fallback_keys(name: str) -> list[str]:
    """Return the earlier secret keys; they have to be as strong as the present one."""
    return [checked_key(name, value) for value in text_list(name)]


def checked_key(name: str, value: str, default: str | None = None) -> str:
    """Return a secret key if it is strong enough or the default."""
    if value != default and (len(value) < 50 or is_guessable(value, 10)):
        raise setting_error(
            name, "it needs at least 50 characters, of at least 10 different kinds."
        )
    if value != default and value.startswith("django-insecure-"):
        raise setting_error(name, "a key that begins with “django-insecure-” is public.")
    return value


def is_guessable(secret: str, min_distinct: int) -> bool:
    """Whether a secret has too few different characters, or repeats one part to its end."""
    parts = (secret[:length] for length in range(1, len(secret) // 2 + 1))
    is_repeated = any((part * len(secret)).startswith(secret) for part in parts)
    return len(set(secret)) < min_distinct or is_repeated


def token(name: str) -> str:
    """Return a secret of at least 20 ASCII characters, "" if the variable is not set."""
    value = text(name)
    if value and (len(value) < 20 or not value.isascii() or not value.isprintable()):
        raise setting_error(name, "it needs at least 20 characters, all of them ASCII.")
    if value and is_guessable(value, 8):
        raise setting_error(
            name, "it needs at least 8 different characters, and no part again and again."
        )
    return value


def check_age_keys(name: str) -> None:
    """Check that each line is a key of age or a comment (#).

    Only the form is checked. pyrage checks the keys when a back-up is made or restored.
    """
    lines = [line.strip() for line in text(name).splitlines()]
    for line in lines:
        if line and not line.startswith("#") and not AGE_KEY.fullmatch(line):
            raise setting_error(name, "a key of age begins with age1 or AGE-SECRET-KEY-1.")


def check_database_password(name: str, settings: DBConfig) -> None:
    """Check that the password in Django's settings of one database is not empty or guessable.

    It may be empty where PostgreSQL identifies the account in another way: by a socket of the
    same machine, a certificate, a password file or Kerberos.
    """
    options = settings.get("OPTIONS", {})
    other_methods = {"sslcert", "passfile", "service", "gssencmode", "krbsrvname"} & set(options)
    host, password = settings["HOST"] or options.get("host", ""), settings["PASSWORD"]
    is_local_socket = not host or host.startswith("/")
    if not password and not is_local_socket and not other_methods:
        raise setting_error(name, "the database needs a password, a certificate, or a socket.")
    if password and (len(password) < 12 or is_guessable(password, 5)):
        raise setting_error(
            name, "its password needs at least 12 characters, of 5 different kinds."
        )


def hosts(name: str, default: list[str]) -> list[str]:
    """Return host names without scheme, port or path."""
    values = text_list(name)
    for value in values:
        if "/" in value or (":" in value and not value.startswith("[")):
            raise setting_error(
                name, f"“{value}” has to be a host name alone, without scheme or port."
            )
    return values or default


def issuer(name: str) -> str:
    """Return the URL of an OpenID Connect provider, "" if the variable is not set.

    It has to be https; http is accepted for a provider on the same machine.
    """
    value = text(name).rstrip("/")
    host = urlsplit(value).hostname
    is_local = value.startswith("http://") and host in {"localhost", "127.0.0.1"}
    if value and not ((value.startswith("https://") and host) or is_local):
        raise setting_error(name, "it has to be the address of a provider, https://….")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return IP networks, as in 192.0.2.0/24."""
    values = []
    for value in text_list(name):
        try:
            values.append(ip_network(value))
        except ValueError as error:
            raise setting_error(name, f"“{value}” is no network, as in 192.0.2.0/24.") from error
    return values


def path_segment(name: str, default: str, reserved: Collection[str]) -> str:
    """Return one segment of a URL path that is not in the reserved ones."""
    value = text(name, default)
    if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", value) or value in reserved:
        raise setting_error(
            name, f"“{value}” has to be small letters, digits and hyphens, and not taken."
        )
    return value


def origins(name: str) -> list[str]:
    """Return origins, each with its scheme, as in https://portal.example.org."""
    values = text_list(name)
    for value in values:
        if not value.startswith(("https://", "http://")):
            raise setting_error(name, f"“{value}” has to begin with https:// or http://.")
    return values


def origin(name: str) -> str:
    """Return one origin, as in https://portal.example.org; "" where the variable is not set."""
    value = text(name).rstrip("/")
    if value and not re.fullmatch(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?", value):
        raise setting_error(
            name, f"“{value}” has to be like https://portal.example.org, without a path."
        )
    return value


def check_public_origin(name: str, value: str, allowed_hosts: list[str]) -> None:
    """Raise ImproperlyConfigured where the portal does not answer at the host of its origin."""
    host = urlsplit(value).hostname or ""
    if value and not validate_host(host, allowed_hosts):
        raise setting_error(name, f"its host {host} has to be one of ALLOWED_HOSTS.")


def contacts(name: str) -> list[str]:
    """Return contact URIs (mailto:, https: or tel:), separated by spaces."""
    values = text(name).split()
    for value in values:
        if not re.fullmatch(r"(?:mailto:[^@]+@[^@]+|https://.+|tel:\+?[0-9-]+)", value):
            raise setting_error(name, f"“{value}” has to begin with mailto:, https:// or tel:.")
        if not (value.isascii() and value.isprintable()):
            raise setting_error(name, f"“{value}” has to be ASCII.")
    return values


def mailers(name: str) -> dict[str, dict[str, object]]:
    """Return Django's MAILERS for the SMTP server that a URL names.

    smtp:// encrypts after connecting (STARTTLS), smtps:// encrypts from the start, and
    smtp+plain:// does not encrypt; it is for a relay on the same machine.
    """
    kinds = {"smtp": (587, "use_tls"), "smtps": (465, "use_ssl"), "smtp+plain": (25, None)}
    try:
        parts = urlsplit(text(name))
        port, encryption = kinds[parts.scheme]
        port = parts.port or port
    except (ValueError, KeyError) as error:
        raise setting_error(
            name, "it has to begin with smtp://, smtps:// or smtp+plain://."
        ) from error
    if not parts.hostname:
        raise setting_error(name, "it names no host.")
    options: dict[str, str | int | bool] = {"host": parts.hostname, "port": port, "timeout": 5}
    if parts.username:
        options |= {
            "username": unquote(parts.username),
            "password": unquote(parts.password or ""),
        }
    if encryption:
        options[encryption] = True
    return {"default": {"BACKEND": "notifications.smtp.EmailBackend", "OPTIONS": options}}


def database(name: str, default: str) -> DBConfig:
    """Return Django's settings of the PostgreSQL or SQLite database that a URL names."""
    return parse_database(name, text(name, default))


def is_on_read_only_disk(file: Path) -> bool:
    """Whether a file is there, on a disk that can only be read."""
    return file.exists() and bool(os.statvfs(file).f_flag & os.ST_RDONLY)


def caches(name: str) -> dict[str, dict[str, object]]:
    """Return Django's CACHES: with the cache "sessions" if a URL names a Valkey or Redis server.

    The default cache counts attempts to sign in. The counts have to be the same in all processes
    and must not depend on Valkey, so they are in the database. Fragments of pages are in the
    memory of each process.
    """
    settings: dict[str, dict[str, object]] = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "accounts_cacheentry",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        },
        # Enough for all records in both languages and some older versions: about 2 MB.
        "template_fragments": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 2_000},
        },
    }
    url = text(name)
    if not url:
        return settings
    scheme, separator, server = url.partition("://")
    if scheme not in {"valkey", "valkeys", "redis", "rediss"} or not separator or not server:
        raise setting_error(name, "it has to begin with valkey:// or redis://.")
    location = f"{scheme.replace('valkey', 'redis')}://{server}"
    backend = "django.core.cache.backends.redis.RedisCache"
    # Imported here: most installations have no such server.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # A session is read from the database instead, which is quicker than to try again.
    options = {
        "socket_timeout": CACHE_TIMEOUT_SECONDS,
        "socket_connect_timeout": CACHE_TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    sessions: dict[str, object] = {
        "BACKEND": backend,
        "LOCATION": location,
        "KEY_PREFIX": "portal",
        "OPTIONS": options,
    }
    return settings | {"sessions": sessions}


def replicas(name: str) -> dict[str, DBConfig]:
    """Return Django's settings of the PostgreSQL replicas that URLs name: replica1, replica2…"""
    databases = {
        f"replica{number}": parse_database(name, url)
        for number, url in enumerate(text_list(name), 1)
    }
    if any(settings["ENGINE"].endswith("sqlite3") for settings in databases.values()):
        raise setting_error(name, "replicas are those of PostgreSQL, postgresql://.")
    return databases


def parse_database(name: str, url: str) -> DBConfig:
    """Return Django's settings of one database from its URL."""
    try:
        settings = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise setting_error(name, "it is not the address of a database.") from error
    engine = settings["ENGINE"].rpartition(".")[2]
    if engine not in {"postgresql", "sqlite3"}:
        raise setting_error(name, "it has to begin with postgresql:// or sqlite:///.")
    if not settings["NAME"]:
        raise setting_error(name, "it names no database.")
    return settings
