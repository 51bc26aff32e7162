"""Several services asked at once."""
