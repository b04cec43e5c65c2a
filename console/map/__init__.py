"""Map page, wards, addresses, gazetteer; no Qt."""
