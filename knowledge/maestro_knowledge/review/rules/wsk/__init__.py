"""WebSockets: opening, talking, and the other side leaving."""
