"""Figures, bars and charts, painted by hand; each bar has its number in words. Start with
`chart.py`.
"""
