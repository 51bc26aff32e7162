"""What can be seen in the user's code and routes that speaks for a cause."""
