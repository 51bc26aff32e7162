"""Tests of an application as a whole."""
