"""Digests of content that are at hand at once."""

try:  # as `random` does with its own: `hashlib` loads OpenSSL, which takes longer than hashing a project
    from _blake2 import blake2b
except ImportError:  # another interpreter
    from hashlib import blake2b

_BYTES = 32


def start_digest() -> blake2b:
    """A digest that is fed piece by piece; two contents never have the same in practice."""
    return blake2b(digest_size=_BYTES)
