"""Parcels and their ways."""
