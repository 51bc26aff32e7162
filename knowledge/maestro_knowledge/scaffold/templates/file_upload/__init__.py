"""Files that clients send, keep and take back."""
