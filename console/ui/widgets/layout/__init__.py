"""Layouts and the rows that divide a page: grid of a form, section headers, splits.

Start with `form_grid.py`.
"""
