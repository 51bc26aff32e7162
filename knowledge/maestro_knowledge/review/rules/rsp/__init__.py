"""Responses: what goes back, and whether the client can rely on it."""
