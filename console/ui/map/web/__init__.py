"""The map as a web page: the `app://` scheme, the bridge of checked messages, a browser profile
that keeps nothing. Only this folder imports WebEngine. Start with `view.py`.
"""
