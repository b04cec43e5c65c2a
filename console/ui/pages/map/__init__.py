"""**Bản đồ**: open requests on the map and as a list; notices with their areas. Start with
`page.py`.
"""
