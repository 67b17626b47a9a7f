"""A mail server on a thread, which refuses, hangs up or keeps silent where a test wants it to."""

import socketserver
import threading
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    """One connection: says "250" to everything but what the server has another reply for."""

    def handle(self):
        self.say("greeting", "220 test")
        while line := self.rfile.readline():
            word = line.split()[0].decode().lower()
            if word == "quit":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == "data" and "data" not in self.server.replies:
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(text.decode())
                word = "message"
            if not self.say(word, "250 yes"):
                return

    def say(self, word, usual):
        """Reply; False where the server hangs up instead, or after it has kept silent."""
        reply = self.server.replies.get(word, usual)
        if reply == "silence":
            self.server.is_over.wait()
        if reply in ("silence", "hang up"):
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False


@contextmanager
def mail_server(settings, timeout=5, **replies):
    """Yield a server that the portal sends to; `received` has the messages that it was given.

    `replies` may be changed meanwhile: what to say to a word (ehlo, mail, rcpt, data, message).
    """
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.replies, server.received, server.is_over = replies, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        send_to(settings, server.server_address[1], timeout)
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


def send_to(settings, port, timeout=5):
    """Let the portal send its mails to a port of this machine."""
    settings.SENDS_MAIL = settings.NOTIFY_BY_MAIL = True
    options = {"host": "127.0.0.1", "port": port, "timeout": timeout}
    settings.MAILERS = {
        "default": {"BACKEND": "notifications.smtp.EmailBackend", "OPTIONS": options}
    }
