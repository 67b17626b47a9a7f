"""Free ports for the servers that tests start."""

import socket


def free_port():
    """Return the number of a TCP port of 127.0.0.1 that no program uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
