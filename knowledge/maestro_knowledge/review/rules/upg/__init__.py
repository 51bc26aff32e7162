"""Leftovers of older versions."""
