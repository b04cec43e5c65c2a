"""Reports: counted by the store, judged by `domain/reports`, worded, sealed, written as files.

Knows the read side and the desk. Start with `builder.py`; `access.py` is what screens and verbs
call.
"""
