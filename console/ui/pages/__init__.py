"""The pages of the rail, a folder for each: `page.py` lays out and wires, `presenter.py` asks the
desk and holds what is shown. No page imports another; what two share is in `request/` or
`widgets/`.
"""
