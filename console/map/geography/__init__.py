"""The places of the city and how a place is written as numbers: wards old and new, assets with a
code, streets and landmarks that IT imported, coordinates, projection.

Reads files, imports nothing from other folders of the map. Start with `wards.py`.
"""
