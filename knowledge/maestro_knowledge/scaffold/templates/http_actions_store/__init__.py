"""Documents in a hosted store."""
