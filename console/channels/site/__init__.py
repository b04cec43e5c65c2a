"""The public read-only site: pages without script, feeds and photos.

Knows only what was published. Start with `server.py`.
"""
