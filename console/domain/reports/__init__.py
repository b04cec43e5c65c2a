"""The formulas behind the reports: figures, forecast and quality. Values in, values out. Start with
`figures.py`.
"""
