"""`console1022 privacy …`: the export of a person's data, the register of data subjects' requests.

Start with `verbs.py`, which has the grammar.
"""
