"""What pages are built on: a page, a list with details, a page with filters, the stack that holds
the pages. Start with `page.py`.
"""
