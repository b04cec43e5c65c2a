"""Working time, norms, urgency and who is warned of a deadline. Knows the catalogue but no request.
Start with `norms.py`.
"""
