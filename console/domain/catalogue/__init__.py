"""The city's own data, dated: kinds of trouble, agencies, norms, calendar and routing rules. Knows
no request. Start with `catalogue.py`.
"""
