"""The map painted by Qt without a web page: base map, wards, requests, pin and overlays. Start
with `view.py`.
"""
