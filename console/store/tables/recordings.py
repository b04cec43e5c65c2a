"""The table of this seat's recordings that the centre has (`schema/recordings.py`)."""

from sqlalchemy import Column, String, Table

from console.store.tables.definitions import metadata

recording_sent = Table(
    "recording_sent",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("why", String),
)
