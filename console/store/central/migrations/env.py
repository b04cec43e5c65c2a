"""Tells Alembic to take the steps over the connection that it is given, all in one transaction.

`administration/setup.py` calls it after creating roles and schema and taking the owner's role.
"""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table="schema_step",
    version_table_schema="hotline",
    transactional_ddl=True,
)
context.run_migrations()
