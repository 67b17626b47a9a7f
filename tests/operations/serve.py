"""Serve the portal as it is deployed, by the server of the standard library: a program of its own.

python -m tests.operations.serve writes its port, and serves until it is ended.
"""

from wsgiref.simple_server import WSGIRequestHandler, make_server

from portal.wsgi import application


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    with make_server("localhost", 0, application, handler_class=Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
