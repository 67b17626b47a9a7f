"""A public portal at a free port, served as in production."""

import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from shutil import copytree

from django.conf import settings

from tests.ports import free_port
from tests.prepared import environment, run_command

MAX_START_SECONDS = 60  # on a busy machine


@contextmanager
def served(prepared, folder, prepare=lambda server: None, **variables):
    """Copy the folder `prepared` to `folder` and serve it; yield the Server.

    `prepare(server)` is called before the server starts; `variables` are added to its environment.
    """
    port = free_port()
    copytree(prepared, folder, dirs_exist_ok=True)
    server = Server(port, environment(folder) | variables, folder / "server.log")
    prepare(server)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Server(str):
    """The address of a server as a string, with methods to stop and start the server."""

    def __new__(cls, port, environment, log):
        server = super().__new__(cls, f"http://localhost:{port}")
        server.port, server.environment, server.log = port, environment, log
        return server

    def manage(self, *arguments):
        """Run a management command with the environment of the server."""
        run_command(self.environment, *arguments)

    def start(self):
        location = {"PORT": str(self.port), "VENV": sys.prefix}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [settings.BASE_DIR / "scripts" / "serve"],
                env={"WORKERS": "1"} | self.environment | location,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(f"{self}/healthz")

    def read_log(self):
        """Return what the server has written since its last start."""
        return self.log.read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wait_for(address):
    """Request an address until there is a response; raise OSError after MAX_START_SECONDS."""
    end = time.monotonic() + MAX_START_SECONDS
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:  # refused, or reset while it stops
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
