"""What an error message means and what mends it."""
