"""What the Facebook page and the Zalo account share: polling, API calls, secrets in files, JSON of
others.

Start with `channel.py`.
"""
