"""Loops that move events between the local store and the centre; no SQL."""
