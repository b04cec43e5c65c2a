"""Brings map data of the city into a profile: ward outlines, streets, assets, a base map.

Each import replaces a file as a whole or changes nothing and reports what it refused. Start with
`report.py`.
"""
