"""Outgoing calls."""
