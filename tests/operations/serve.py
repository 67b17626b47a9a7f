"""Serve the portal by the server of the standard library, in a process of its own.

python -m tests.operations.serve prints its port, and serves until the process is ended.
"""

from wsgiref.simple_server import WSGIRequestHandler, make_server

from portal.wsgi import application


class SilentHandler(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    with make_server("localhost", 0, application, handler_class=SilentHandler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
