"""The city's own data (TOML files): read, checked, and made into a `Catalogue`.

Knows no store. Start with `catalogue_loader.py`; `import_rights.py` says who may import data.
"""
