"""Public names of packages: found and described without importing anything; the one home of griffe."""
