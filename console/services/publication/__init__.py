"""What becomes public: closed requests, notices, open data.

A citizen's own words never leave through here. Start with `automatic.py`.
"""
