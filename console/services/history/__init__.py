"""Import of an older system's history: read, understood row by row, stored batch by batch.

Knows `requests`, because an imported row becomes one. Start with `batches.py`.
"""
