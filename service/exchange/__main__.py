"""Reads mails in a process of its own: what was made to exhaust a reader exhausts this one, and another takes over."""

import resource
import sys

import msgspec
from msgspec import Struct

from service.exchange.letters import Own
from service.exchange.reading import read

MOST_MEMORY = 1024 * 1024 * 1024
PREFIX = 4


class Asked(Struct, frozen=True):
    """One mail to read."""

    raw: bytes
    envelope_from: str
    envelope_to: str
    own: Own


def main() -> None:
    """A length of four bytes and a mail come in, a length and a letter go out, until there is nothing more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while head := incoming.read(PREFIX):
        asked = msgspec.msgpack.decode(incoming.read(int.from_bytes(head)), type=Asked)
        told = msgspec.msgpack.encode(read(asked.raw, asked.envelope_from, asked.envelope_to, asked.own))
        outgoing.write(len(told).to_bytes(PREFIX) + told)
        outgoing.flush()


if __name__ == "__main__":
    main()
