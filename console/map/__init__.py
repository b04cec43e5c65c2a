"""Everything the city's map needs without a window: where things lie, what an address means, tiles
and the page.

It knows services, config and domain; no Qt. Start with `gazetteer/local_places.py`, the port that
the rest of the program asks.
"""
