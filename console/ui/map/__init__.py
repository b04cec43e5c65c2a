"""The map on the screen. There is one map; pages lend it a slot. It is a web page, or painted by
Qt where no web page may run. Knows `console.map` and the widgets. Start with `view.py`.
"""
