"""Search for a place while it is typed, and the port `Places`.

Knows geography and the address parser; offline. Start with `local_places.py`.
"""
