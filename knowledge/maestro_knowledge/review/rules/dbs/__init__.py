"""Databases: engines, sessions, queries."""
