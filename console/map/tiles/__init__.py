"""Base maps: opens PMTiles and MBTiles files, decodes vector tiles, holds their drawing style.

Knows files only, not where the map shows them. Start with `basemap.py`.
"""
