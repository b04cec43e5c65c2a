"""Questions behind the reports.

Each figure is one condition (`conditions.py`), used to count and to list what was counted.
`blocks.py` says how past months are added up. Start with `agencies.py`.
"""
