"""Measure back-ups from SQLite to PostgreSQL and back, with the content and made-up records.

python -m tests.with_postgresql python -m benchmarks.backup --records 100000

Each step is a command in a process of its own, on scratch databases. Its wall-clock time and its
highest memory (RSS) are printed, and at the end whether the checksums of all tables are equal.
"""

import argparse
import os
import subprocess
import sys
from functools import partial
from itertools import batched
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import django

SCRATCH = "benchmark_backup"
BATCH_SIZE = 500  # rows
# Of each 100 records: lines, paragraphs that cite them, changes in the history, accounts.
SHARES = {"lines": 35, "paragraphs": 25, "revisions": 5, "changes": 30, "accounts": 5}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--fill", action="store_true", help="fill the database, and nothing else")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    if options.fill:
        fill(options.records)
        return
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        parser.error("DATABASE_URL has to name a server of PostgreSQL.")
    with TemporaryDirectory(prefix="portal-benchmark-") as folder, scratch_database() as name:
        measure(Path(folder), urlunsplit(urlsplit(server)._replace(path=f"/{name}")), options)


class scratch_database:  # noqa: N801
    """Makes an empty database on the PostgreSQL server, and drops it at the end of the block."""

    def run(self, statement):
        from django.db import connection

        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)

    def __enter__(self):
        self.run(f"DROP DATABASE IF EXISTS {SCRATCH}")
        self.run(f"CREATE DATABASE {SCRATCH} ENCODING 'UTF8' TEMPLATE template0")
        return SCRATCH

    def __exit__(self, *error):
        self.run(f"DROP DATABASE {SCRATCH}")


def measure(folder, postgresql, options):
    """Run and time all steps; `postgresql` is the address of the scratch database."""
    first, second = (f"sqlite:///{folder / name}.sqlite3" for name in ("first", "second"))
    manage = [sys.executable, "manage.py"]
    key = folder / "key"
    key.write_text(new_key())
    files = [folder / name for name in ("first", "second", "third")]
    encrypted = folder / "encrypted"

    def step(name, command, database):
        seconds, memory = run_timed(command, database)
        print(f"{name:<42}{seconds:>8.1f} s{memory:>8.0f} MB", flush=True)

    def backup(origin, database, file, *more):
        step(f"back up {origin}", [*manage, "backup", file, *more], database)
        print(f"{'':<42}{file.stat().st_size / 1e6:>8.1f} MB of file")

    def restore(target, database, file, *more):
        step(f"restore {target}", [*manage, "restore", file, "--no-input", *more], database)

    for database in (first, postgresql, second):
        run_timed([*manage, "migrate", "--verbosity=0"], database)
    run_timed([*manage, "load_content", "--verbosity=0"], first)
    fill_command = [sys.executable, "-m", "benchmarks.backup", "--fill", "--records"]
    step("make the records", [*fill_command, str(options.records)], first)
    backup("SQLite", first, files[0])
    backup("SQLite, encrypted", first, encrypted, "--key-file", key)
    step("verify", [*manage, "restore", files[0], "--check"], first)
    restore("on an empty PostgreSQL", postgresql, files[0])
    restore("on a full PostgreSQL, encrypted", postgresql, encrypted, "--key-file", key)
    backup("PostgreSQL", postgresql, files[1])
    restore("on an empty SQLite", second, files[1])
    restore("on a full SQLite", second, files[1])
    backup("SQLite again", second, files[2])
    checksums = [table_checksums(file) for file in files]
    print(f"rows: {sum(rows for rows, _checksum in checksums[0].values())}")
    print(f"equal by checksum: {checksums[0] == checksums[1] == checksums[2]}")


def new_key():
    from pyrage.x25519 import Identity

    return str(Identity.generate())


def table_checksums(path):
    """Return the rows and the checksum of each table in a back-up: {name: (number, SHA-256)}."""
    from operations.backup.archive import open_archive

    with open_archive(path, []) as archive:
        for _row in archive.rows():
            pass
        tables = archive.trailer["tables"]
        return {name: (table["rows"], table["sha256"]) for name, table in tables.items()}


def run_timed(command, database):
    """Run a command on a database; return its seconds and its highest memory (RSS) in MB."""
    start = perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        # With DEBUG, Django keeps all queries in memory.
        env=os.environ | {"DATABASE_URL": database, "DEBUG": "false"},
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed.")
    return perf_counter() - start, usage.ru_maxrss / 1024


def fill(count):
    """Write `count` made-up records to a database that has the content."""
    from django.conf import settings
    from django.db import transaction
    from tqdm import tqdm

    from benchmarks.passages import build_lexicons
    from operations.backup.restoring import insert_rows, rebuild_indexes
    from operations.backup.tables import fields

    words = build_lexicons(settings.BASE_DIR / "fixtures")
    with transaction.atomic():
        for model, records in made_up_records(count, words):
            names = [field.attname for field in fields(model)]
            for batch in batched(records, BATCH_SIZE):
                insert_rows(model, [[record.get(name) for name in names] for record in batch])
        rebuild_indexes(partial(tqdm, disable=None))


def made_up_records(count, lexicons):
    """Yield each model with its records, as dicts from the attributes of the fields.

    `lexicons` are those of Arabic and English (benchmarks/passages.py).
    """
    from django.utils import timezone

    from accounts.models import User
    from history.models import Change, Revision
    from library.models import Article, Document, Line, Paragraph

    counts = {name: count * share // 100 for name, share in SHARES.items()}
    random, now, first = Random(1), timezone.now(), 1_000_000  # noqa: S311
    document = Document.objects.values_list("pk", flat=True).first()
    articles = list(Article.objects.values_list("pk", flat=True))

    def text(lexicon, words=30):
        return " ".join(lexicon.draw(random, words))

    def both(name, words=30):
        arabic, english = (text(lexicon, words) for lexicon in lexicons)
        return {name: arabic, f"{name}_ar": arabic, f"{name}_en": english}

    yield User, (
        {
            "id": first + n, "username": f"person-{n}", "password": f"!{n:040d}",
            "is_superuser": False, "is_staff": True, "is_active": True, "date_joined": now,
            "first_name": text(lexicons[0], 1), "last_name": text(lexicons[1], 1),
            "email": f"person-{n}@example.org",
        }
        for n in range(counts["accounts"])
    )  # fmt: skip
    yield Line, (
        {
            "id": first + n, "document_id": document, "number": first + n,
            "text": text(lexicons[0]), "boilerplate": "",
        }
        for n in range(counts["lines"])
    )  # fmt: skip
    yield Paragraph, (
        {
            "id": first + n, "code": f"X {n}", "line_id": first + n, "kind": "text",
            "number": 1_000 + n // len(articles), "article_id": articles[n % len(articles)],
            **both("text"),
        }
        for n in range(counts["paragraphs"])
    )  # fmt: skip
    yield Revision, (
        {
            "id": first + n, "made": now, "author_id": first, "author_name": "person-0",
            "comment": "",
        }
        for n in range(counts["revisions"])
    )  # fmt: skip
    yield Change, (
        {
            "id": first + n, "revision_id": first + n % counts["revisions"], "kind": "changed",
            "model": "library.paragraph", "record": first + n, "label": f"X {n}",
            "state": {"code": f"X {n}", "parent_id": None, **both("text")},
        }
        for n in range(counts["changes"])
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
