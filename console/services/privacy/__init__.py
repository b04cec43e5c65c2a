"""The citizen's rights over personal data: export, the register of wishes, consent to be named.

Works through the desk; every step leaves an audit line. Start with `wishes.py`.
"""
