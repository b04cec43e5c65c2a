"""Figures and charts, painted with Qt's painter.

Knows nothing of requests: numbers and words come in. Start with `chart.py`.
"""
