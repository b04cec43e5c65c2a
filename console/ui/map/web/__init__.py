"""The map as a web page: its view, its `app://` scheme and the bridge for messages.

The page may read nothing but what the scheme serves. Start with `view.py`; only it and `page.py`
import WebEngine.
"""
