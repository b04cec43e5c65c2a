"""How Alembic takes the steps: through the connection it is handed, all in one transaction.

`central/setup.py` calls it, after it made the roles and the schema and took the owner's role.
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
