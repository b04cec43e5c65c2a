"""Alembic's steps of the central schema. They import nothing of ours: a step never changes."""
