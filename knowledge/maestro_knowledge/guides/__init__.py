"""Our own pattern guides."""
