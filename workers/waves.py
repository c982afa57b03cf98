"""How much mail is under way at one time; `service.batching` takes together what comes at once."""

MOST = 8
"""Hand-overs of one wave, and at one time: what a crash leaves in doubt."""
AT_WORK = 32
"""Deliveries that a process has claimed, so that the next waves are ready: what a crash delays by a lease."""
