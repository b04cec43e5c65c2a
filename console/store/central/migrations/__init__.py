"""Alembic's steps of the central schema. They import nothing of ours: a step never changes.

PostgreSQL replaces a function whole, so a step that changes a line of one writes all of it out
again. What looks copied (`push_events` in 2, 7 and 13, `pull_events` in 2 and 6) is history: the
one of the highest step is in force; a change of it is a new step.
"""
