"""Fields to type or choose in: search as you type, services, wards, places, periods, remarks. All
of them keep the word that an input method is still composing. Start with `search_combo.py`.
"""
