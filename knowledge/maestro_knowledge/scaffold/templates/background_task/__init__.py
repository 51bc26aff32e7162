"""Work that follows the answer."""
