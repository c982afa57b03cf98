"""Ports for servers, below those that the kernel gives to clients: nobody takes one before its server does."""

import random
import socket
import time

CALM = range(20_000, 32_000)
PATIENCE = 60.0


def some(count: int) -> list[int]:
    """So many different ones that are free now."""
    found: list[int] = []
    for port in random.sample(CALM, len(CALM)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                found.append(port)
        if len(found) == count:
            break
    return found


def until_answered(port: int) -> None:
    """Wait for a program to listen."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return
