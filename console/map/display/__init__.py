"""What the map shows, for the web page and the painted map alike: its state, data as GeoJSON, the
heat map, and a seat's setup.

Knows views of requests, never how they are drawn. Start with `state.py`.
"""
