"""Rooms, guests and their bookings."""
