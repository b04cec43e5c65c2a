"""**Báo cáo**: one report of one period, its drill-down, PDF and seal, and the scoring of sampled
calls. `pdf.py` works without a window, for the command line. Start with `page.py` and
`presenter.py`.
"""
