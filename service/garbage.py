"""What a process holds until it ends is not searched for garbage again and again.

Almost all that a request leaves behind goes by its reference counts. What the interpreter's collector looks through is what
is left: the routes, the models and the code of the whole application, a hundred thousand objects that nobody ever drops.
"""

import gc

PENDING = 10_000
"""So many more containers made than dropped before the young ones are looked through; as it comes 700, which are fewer than
the requests of a burst hold while they wait."""


def settle() -> None:
    """Call when everything is loaded, before the work begins."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(PENDING, 10, 10)
