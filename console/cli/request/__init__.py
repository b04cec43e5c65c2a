"""`console1022 request …`: log, show and list requests, and take the steps of a request's life.

Holds the JSON forms of a request too. Start with `verbs.py`.
"""
