"""Rooms that many clients talk in."""
