"""The store of one workstation: open, upgrade, check, back up, encrypt, prune.

Knows all of the local store, nothing of the centre. Start with `local_store.py`.
"""
