"""Small windows that ask for one thing; shown with `show()` or `open()`, never run modally."""
