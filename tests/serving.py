"""A public portal on a port of its own, served as in production."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from shutil import copytree

from django.conf import settings

from tests.prepared import environment, run

PATIENCE = 60  # seconds that the server may take to start on a busy machine


@contextmanager
def served(prepared, folder, prepare=lambda server: None, **own):
    """A public server with its data in a folder, after `prepare(server)`; `own` is environment.

    The folder begins as a copy of the one that is `prepared`.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    copytree(prepared, folder, dirs_exist_ok=True)
    server = Server(port, environment(folder) | own)
    prepare(server)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Server(str):
    """The address of a server, which can be stopped and started again."""

    def __new__(cls, port, environment):
        server = super().__new__(cls, f"http://localhost:{port}")
        server.port, server.environment = port, environment
        return server

    def manage(self, *arguments):
        """Run one of the portal's commands on the server's database."""
        run(self.environment, *arguments)

    def start(self):
        here = {"PORT": str(self.port), "VENV": sys.prefix}
        self.process = subprocess.Popen(
            [settings.BASE_DIR / "scripts" / "serve"],
            env={"WORKERS": "1"} | self.environment | here,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(f"{self}/healthz")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wait_for(address):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:  # refused, or reset while it stops
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
