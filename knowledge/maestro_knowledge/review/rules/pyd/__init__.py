"""Pydantic pitfalls."""
