"""nginx with the configuration of deploy/, at free ports and with its files in a folder."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

from django.conf import settings

from tests.ports import free_port

DEPLOY = settings.BASE_DIR / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MODULES = Path("/usr/lib/nginx/modules")
BROTLI = MODULES / "ngx_http_brotli_static_module.so"
MAIN = """{module}{user}
daemon off;
pcre_jit on;
pid {folder}/nginx.pid;
error_log stderr alert;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


class Proxy:
    """nginx in front of a portal; `http` and `https` are its ports.

    `backends` are the ports of the portal, `data` is its data folder, `changes` are (old, new)
    pairs of texts that are replaced in the configuration.
    """

    def __init__(self, folder, backends, data, *, changes=()):
        self.folder, self.http, self.https = Path(folder), free_port(), free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        certify(self.folder)
        self.configure(backends, data, changes)

    def configure(self, backends, data, changes):
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        # The machine may have no IPv6.
        text = re.sub(r"\n *listen \[::\][^\n]*", "", text)
        servers = [f"server 127.0.0.1:{port} max_fails=0;" for port in backends]
        if not BROTLI.exists():
            changes = [("brotli_static on;", ""), *changes]
        for old, new in [
            ("listen 80", f"listen 127.0.0.1:{self.http}"),
            ("listen 443", f"listen 127.0.0.1:{self.https}"),
            ("server 127.0.0.1:8000 max_fails=0;", "\n".join(servers)),
            ("portal.example.org", "localhost"),
            ("/var/lib/nginx/portal", f"{self.folder}/cache"),
            ("/var/log/nginx", str(self.folder)),
            ("/etc/portal/tls", str(self.folder)),
            ("/opt/portal/", f"{settings.BASE_DIR}/"),
            ("root /var/lib/portal", f"root {data}"),
            *changes,
        ]:
            assert old in text, f"deploy/nginx.conf has no “{old}”."
            text = text.replace(old, new)
        (self.folder / "portal.conf").write_text(text, encoding="utf-8")
        main = MAIN.format(
            folder=self.folder,
            module=f"load_module {BROTLI};" if BROTLI.exists() else "",
            user="user root;" if os.geteuid() == 0 else "",
        )
        (self.folder / "nginx.conf").write_text(main, encoding="utf-8")

    def command(self, *arguments):
        return [
            NGINX,
            "-e",
            "stderr",
            "-p",
            self.folder,
            "-c",
            self.folder / "nginx.conf",
            *arguments,
        ]

    def start(self):
        self.process = subprocess.Popen(self.command())
        end = time.monotonic() + 20
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.https), 1):
                return
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError("nginx does not start.")
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def request(self, path, method="GET", body=None, *, encrypted=True, **headers):
        """Send a request; return its HTTPResponse, with the body as bytes in `body`."""
        if encrypted:
            unverified = ssl._create_unverified_context()  # noqa: S323  (our own certificate)
            connection = HTTPSConnection("localhost", self.https, timeout=20, context=unverified)
        else:
            connection = HTTPConnection("localhost", self.http, timeout=20)
        # Without the port, as browsers send it to nginx on its usual ports.
        request_headers = {"Host": "localhost"} | {
            n.replace("_", "-"): v for n, v in headers.items()
        }
        with suppress(BrokenPipeError):
            connection.request(method, path, body, request_headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer


@contextmanager
def proxied(folder, backends, data, **options):
    """Start a Proxy and stop it after the block; the arguments are those of Proxy."""
    proxy = Proxy(folder, backends, data, **options)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def certify(folder):
    """Write a self-signed certificate for localhost and its key to a folder."""
    options = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"]
    command = ["openssl", "req", "-x509", *options.split(), *files]
    subprocess.run(command, check=True, capture_output=True)
