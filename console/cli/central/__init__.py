"""`console1022 central …`: what IT does with the database of the centre.

Start with `verbs.py`, which has the grammar; the other modules are named after what they handle.
"""
