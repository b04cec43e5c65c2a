"""The tables of reports as SQLAlchemy Core sees them: scores of calls, sealed reports, citizens who
may be named. The counted blocks have no table here: reports read and write them in plain SQL.
"""

from sqlalchemy import Column, Float, Integer, LargeBinary, String, Table

from console.store.tables.definitions import Ms, metadata

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
    Column("id", LargeBinary, nullable=False),
)

sealed_report = Table(
    "sealed_report",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("name", String, nullable=False),
    Column("since", Ms, nullable=False),
    Column("until", Ms, nullable=False),
    Column("digest", String, nullable=False),
    Column("seal", String, nullable=False),
    Column("body", String, nullable=False),
)

named_citizen = Table(
    "named_citizen",
    metadata,
    Column("phone", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
)
