"""Lists and requests on paper: layout in pages, preview, printer, PDF and Excel.

Start with `paper.py` (what stands on the paper); `page_layout.py` and `page_output.py` do the work.
"""
