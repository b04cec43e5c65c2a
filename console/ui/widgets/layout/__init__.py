"""How widgets stand: rows of a form, sections, wrapping rows, a movable divider. Start with
`form_grid.py`.
"""
