"""Programs that listen: on which port, from when on, and how they are ended."""

import os
import signal
import socket
import subprocess
import time

PATIENCE = 30
"""Seconds after which a program that does not listen is given up."""

GRACE = 3
"""Seconds that a program has to end on its own."""


def free_port():
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(process, port, log):
    """Return when a program can be connected to. Raises RuntimeError if it ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}: {log.read_text('utf-8', 'replace')[-2000:]}")


def end(process):
    """End the process and its children: ask first, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
