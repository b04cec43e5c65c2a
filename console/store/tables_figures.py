"""The table of scored calls as SQLAlchemy Core sees it; the counted blocks beside it are read and
written by `report_blocks.py` alone, in plain SQL.
"""

from sqlalchemy import Column, Float, Integer, String, Table

from console.store.tables import Ms, metadata

call_score = Table(
    "call_score",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("pbx", String, nullable=False),
    Column("call_id", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("operator", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("marks", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("remark", String, nullable=False),
)
