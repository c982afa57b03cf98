"""Pure: a message in, bytes out; no I/O."""
