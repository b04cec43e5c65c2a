"""Paper: texts with tables laid out page by page, preview, printer, PDF and Excel. Laid out in
pieces of a few milliseconds, so that calls go on. Start with `paper.py`.
"""
