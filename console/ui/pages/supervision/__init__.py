"""**Giám sát**: live figures, what needs attention, the call room, clock pauses and citizens'
requests about their own data. Start with `page.py`.
"""
