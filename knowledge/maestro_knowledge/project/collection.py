"""Keeping the garbage collector out of the way while millions of lasting objects are made."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What the collector looks through in two milliseconds; a module sent for review makes fewer objects.
FEW = 30_000

# What is frozen is so for the whole process. Where several threads review, one at a time may freeze: else one
# thaws what another has set aside, and collecting a little means to look through everything there is.
_FREEZING = threading.Lock()


@contextmanager
def discarded_afterwards() -> Iterator[None]:
    """Throws away at the end what was made inside and is not held any more, without looking at the rest."""
    if not _FREEZING.acquire(blocking=False):
        yield  # another thread collects in the end, this one's as well
        return
    try:
        gc.freeze()
        try:
            yield
        finally:
            gc.collect()
            gc.unfreeze()
    finally:
        _FREEZING.release()


@contextmanager
def paused_collection() -> Iterator[None]:
    """No automatic garbage collection inside, and none of what was made inside right after.

    Collecting while a million nodes are being created makes parsing six times slower. `freeze` and `unfreeze`
    together move everything to the oldest generation without looking at it. Where only few were made they
    stay among the young, where the collector finds them soon after the last one who held them is gone.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[0] > FEW and _FREEZING.acquire(blocking=False):
                gc.freeze()
                gc.unfreeze()
                _FREEZING.release()
            gc.enable()
