"""What one transaction of the writer may do, by subject.

`unit_of_work.py` joins the parts and stores events; start there.
"""
