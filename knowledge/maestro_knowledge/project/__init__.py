"""A user's project as facts, read without importing or running it."""
