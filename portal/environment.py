"""Read settings from the environment; a wrong value stops the start with a sentence."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url

TRUE = {"1", "true", "yes", "on"}
AGE_KEY = re.compile(r"age1[0-9a-z]{50,}|AGE-SECRET-KEY-1[0-9A-Z]{50,}", re.IGNORECASE)
FALSE = {"0", "false", "no", "off"}


def wrong(name, sentence):
    """Return the exception that ends the process with one sentence that names the variable."""
    return SystemExit(f"{name} is wrong: {sentence}")


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def words(name):
    """Return the values of a variable separated by spaces or commas."""
    return text(name).replace(",", " ").split()


def boolean(name, default):
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise wrong(name, f"“{value}” is neither true nor false.")
    return value in TRUE


def number(name, default):
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise wrong(name, f"“{value}” is not a whole number of 0 or more.")
    return int(value)


def positive(name, default):
    value = number(name, default)
    if not value:
        raise wrong(name, "“0” is not a whole number of 1 or more.")
    return value


def choice(name, default, choices):
    value = text(name, default)
    if value not in choices:
        raise wrong(name, f"“{value}” is none of {', '.join(choices)}.")
    return value


def time_zone(name, default):
    value = text(name, default)
    if value not in available_timezones():
        raise wrong(name, f"there is no time zone “{value}”, as in Asia/Riyadh.")
    return value


def folders(name):
    """Return the folder that a variable names, as a list; an empty one where it names none."""
    value = text(name)
    if value and not Path(value).is_dir():
        raise wrong(name, f"there is no folder “{value}”.")
    return [Path(value).resolve()] if value else []


def secret_key(name, default):
    """Return the secret key; a weak one of fewer than 50 characters is refused."""
    return checked_key(name, text(name, default), default)


def former_keys(name):
    """Return the keys that were the secret key before, which are looked at as closely."""
    return [checked_key(name, value) for value in words(name)]


def checked_key(name, value, default=None):
    if value != default and (len(value) < 50 or is_guessed(value, 10)):
        raise wrong(name, "it needs at least 50 characters, of at least 10 different kinds.")
    if value != default and value.startswith("django-insecure-"):
        raise wrong(name, "a key that begins with “django-insecure-” is public.")
    return value


def is_guessed(value, kinds):
    """Whether a secret has few different characters, or one part again and again."""
    parts = (value[:length] for length in range(1, len(value) // 2 + 1))
    is_repeated = any((part * len(value)).startswith(value) for part in parts)
    return len(set(value)) < kinds or is_repeated


def token(name):
    """Return a secret word of 20 characters or more, "" where there is none."""
    value = text(name)
    if value and (len(value) < 20 or not value.isascii() or not value.isprintable()):
        raise wrong(name, "it needs at least 20 characters, all of them ASCII.")
    if value and is_guessed(value, 8):
        raise wrong(name, "it needs at least 8 different characters, and no part again and again.")
    return value


def check_age_keys(name):
    """Refuse what is no key of age: one a line, comments after #; the library looks closer."""
    lines = [line.strip() for line in text(name).splitlines()]
    for line in lines:
        if line and not line.startswith("#") and not AGE_KEY.fullmatch(line):
            raise wrong(name, "a key of age begins with age1 or AGE-SECRET-KEY-1.")


def check_password(name, settings):
    """Refuse the password of a database that is empty or easily guessed.

    Through a socket, or by a certificate or a password file, PostgreSQL knows accounts otherwise.
    """
    options = settings.get("OPTIONS", {})
    knows_otherwise = {"sslcert", "passfile", "service", "gssencmode", "krbsrvname"} & set(options)
    host, password = settings["HOST"] or options.get("host", ""), settings["PASSWORD"]
    is_here = not host or host.startswith("/")
    if not password and not is_here and not knows_otherwise:
        raise wrong(name, "the database needs a password, a certificate, or a socket.")
    if password and (len(password) < 12 or is_guessed(password, 5)):
        raise wrong(name, "its password needs at least 12 characters, of 5 different kinds.")


def hosts(name, default):
    """Return host names without scheme, port or path."""
    values = words(name)
    for value in values:
        if "/" in value or (":" in value and not value.startswith("[")):
            raise wrong(name, f"“{value}” has to be a host name alone, without scheme or port.")
    return values or default


def issuer(name):
    """Return the address of an OpenID Connect provider, "" where there is none."""
    value = text(name).rstrip("/")
    host = urlsplit(value).hostname
    is_here = value.startswith("http://") and host in {"localhost", "127.0.0.1"}
    if value and not ((value.startswith("https://") and host) or is_here):
        raise wrong(name, "it has to be the address of a provider, https://….")
    return value


def networks(name):
    """Return networks of addresses, as in 192.0.2.0/24."""
    found = []
    for value in words(name):
        try:
            found.append(ip_network(value))
        except ValueError as error:
            raise wrong(name, f"“{value}” is no network, as in 192.0.2.0/24.") from error
    return found


def part(name, default, taken):
    """Return a part of an address that is none of those that are taken."""
    value = text(name, default)
    if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", value) or value in taken:
        raise wrong(name, f"“{value}” has to be small letters, digits and hyphens, and not taken.")
    return value


def origins(name):
    """Return origins, each with its scheme."""
    values = words(name)
    for value in values:
        if not value.startswith(("https://", "http://")):
            raise wrong(name, f"“{value}” has to begin with https:// or http://.")
    return values


def contacts(name):
    """Return the addresses (URIs) that people may turn to."""
    values = text(name).split()
    for value in values:
        if not re.fullmatch(r"(?:mailto:[^@]+@[^@]+|https://.+|tel:\+?[0-9-]+)", value):
            raise wrong(name, f"“{value}” has to begin with mailto:, https:// or tel:.")
        if not (value.isascii() and value.isprintable()):
            raise wrong(name, f"“{value}” has to be ASCII.")
    return values


def mailers(name):
    """Return Django's MAILERS for the SMTP server that a URL names.

    smtp:// begins encryption on the connection (STARTTLS), smtps:// opens an encrypted one, and
    smtp+plain:// has none, for a relay on the same machine.
    """
    kinds = {"smtp": (587, "use_tls"), "smtps": (465, "use_ssl"), "smtp+plain": (25, None)}
    try:
        parts = urlsplit(text(name))
        port, encryption = kinds[parts.scheme]
        port = parts.port or port
    except (ValueError, KeyError) as error:
        raise wrong(name, "it has to begin with smtp://, smtps:// or smtp+plain://.") from error
    if not parts.hostname:
        raise wrong(name, "it names no host.")
    options = {"host": parts.hostname, "port": port, "timeout": 5}
    if parts.username:
        options |= {
            "username": unquote(parts.username),
            "password": unquote(parts.password or ""),
        }
    if encryption:
        options[encryption] = True
    return {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    }


def database(name, default):
    """Return Django's settings of the database that a URL names: PostgreSQL or SQLite."""
    return parsed_database(name, text(name, default))


def caches(name):
    """Return Django's settings of caches: the database, and Valkey or Redis where a URL names one.

    What is counted against somebody who guesses passwords has to be the same in all processes, and
    to be there when Valkey is not, so it is in the database; sessions are looked up in Valkey.
    Parts of pages that are alike in all of them stay in the memory of each process.
    """
    found = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "accounts_cacheentry",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        },
        # Those of all records in both languages, and of some older versions: about 2 MB.
        "template_fragments": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 2_000},
        },
    }
    url = text(name)
    if not url:
        return found
    scheme, separator, place = url.partition("://")
    if scheme not in {"valkey", "valkeys", "redis", "rediss"} or not separator or not place:
        raise wrong(name, "it has to begin with valkey:// or redis://.")
    location = f"{scheme.replace('valkey', 'redis')}://{place}"
    backend = "django.core.cache.backends.redis.RedisCache"
    own = {"BACKEND": backend, "LOCATION": location, "KEY_PREFIX": "portal"}
    return found | {"sessions": own}


def replicas(name):
    """Return Django's settings of databases on PostgreSQL that URLs name, as replica1, replica2…"""
    found = {f"replica{n}": parsed_database(name, url) for n, url in enumerate(words(name), 1)}
    if any(settings["ENGINE"].endswith("sqlite3") for settings in found.values()):
        raise wrong(name, "replicas are those of PostgreSQL, postgresql://.")
    return found


def parsed_database(name, url):
    try:
        settings = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise wrong(name, "it is not the address of a database.") from error
    engine = settings["ENGINE"].rpartition(".")[2]
    if engine not in {"postgresql", "sqlite3"}:
        raise wrong(name, "it has to begin with postgresql:// or sqlite:///.")
    if not settings["NAME"]:
        raise wrong(name, "it names no database.")
    return settings
