"""Errors: what is raised, caught and shown."""
