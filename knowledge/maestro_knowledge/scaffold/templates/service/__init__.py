"""A whole service."""
