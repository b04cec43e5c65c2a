"""Files of the profile outside SQLite: photos and papers named by their content, sealed recordings.

Knows no table. Start with `spool.py`.
"""
