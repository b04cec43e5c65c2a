"""The map without a web page: everything on it is drawn with Qt's painter.

Takes over where WebEngine may not run. Start with `view.py`.
"""
