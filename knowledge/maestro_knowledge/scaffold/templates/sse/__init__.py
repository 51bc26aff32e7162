"""Events that are pushed to browsers."""
