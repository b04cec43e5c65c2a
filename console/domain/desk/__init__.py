"""What the switchboard runs besides requests: notices, shifts and orders that pause clocks. Each
has events under its own id. Knows requests and the catalogue. Start with `notices.py`.
"""
