"""Builds and runs the server, over stdio, HTTP or the command line."""
