"""Many objects, one a line."""
