"""One index for many machines: published once, fetched and checked by every replica."""
