"""The Open311 GeoReport v2 server for apps and portals: formats, checks and answers.

Runs on the web server of `web/`. Start with `server.py`.
"""
