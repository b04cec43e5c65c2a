"""What services ask of the local store. Start with `store.py`.

`queries.py` reads, `unit_of_work.py` writes; reports and quality have files of their own.
"""
