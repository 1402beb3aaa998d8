"""Hands a command to `loaded_server` and ends as it ended; nothing is imported that takes time."""

import os
import socket
import sys

FILES = (0, 1, 2)


def main() -> int:
    """Send arguments, folder and environment, each ended by a zero byte, and the three open files."""
    words = [
        os.getcwd(),  # noqa: PTH109 - pathlib takes longer to load than all this
        str(len(sys.argv) - 2),
        *sys.argv[2:],
        *(f"{name}={value}" for name, value in os.environ.items()),
    ]
    said = b"".join(os.fsencode(word) + b"\0" for word in words)
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(sys.argv[1])
        socket.send_fds(server, [len(said).to_bytes(8, "big")], FILES)
        server.sendall(said)
        ended = server.recv(1)
    return ended[0] if ended else 255


if __name__ == "__main__":
    sys.exit(main())
