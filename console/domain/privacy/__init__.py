"""What one person and one agency may read, and what a citizen may ask about his own data. Knows
requests; no other rule knows it. Start with `person.py`.
"""
