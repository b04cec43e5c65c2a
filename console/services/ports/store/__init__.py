"""What services ask of the local store, by subject.

`store.py` joins the parts into `UnitOfWork` (writing) and `Queries` (reading). Start there.
"""
