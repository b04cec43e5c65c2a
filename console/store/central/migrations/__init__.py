"""Alembic's steps of the central schema.

They import nothing of ours, because a released step never changes. The newest file in `versions/`
is the newest step.
"""
