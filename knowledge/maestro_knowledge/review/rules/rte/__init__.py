"""Routing: which path operation a request reaches, and with what."""
