"""The rail at the left: a button for each page with its key and count, and the person at the
seat. Start with `page_rail.py`.
"""
