"""city_data."""
