"""What changes between two versions, and what that touches in a project."""
