"""The step that stores the reports' counts of past months, and the scores of calls.

A block is thirty days. Its counts are a cache: when a row of the block changes, a trigger deletes
its row in `report_block`. Nobody then uses the block until it is counted again
(`writing/report_blocks.py`).
"""

BLOCK_MS = 30 * 86_400_000

_OF_NEW = f"delete from report_block where block = new.forwarded_at / {BLOCK_MS};"
_OF_OLD = f"delete from report_block where block = old.forwarded_at / {BLOCK_MS};"
_REQUEST = f"""delete from report_block where block =
    (select requested_at / {BLOCK_MS} from service_request where rid = {{0}}.rid);"""
_WHEN = " or ".join(
    f"old.{column} is not new.{column}"
    for column in (
        "agency",
        "forwarded_at",
        "due_at",
        "resolved_at",
        "committed_at",
        "bounces",
    )
)
_WHEN_REQUEST = " or ".join(
    f"old.{column} is not new.{column}"
    for column in ("channel", "service_code", "ward_code", "requested_at")
)

FIGURES = (
    "create index event_at on event (at)",
    """create table report_block (
        block integer primary key, made integer not null, settled_at integer not null)""",
    # `service` '' means all services together.
    """create table report_agency (
        block integer not null, service text not null, agency text not null, n integer not null,
        late integer not null, extended integer not null, bounced integer not null,
        tenths blob not null, primary key (block, service, agency)) without rowid""",
    """create table report_volume (
        block integer not null, service text not null, by text not null, key text not null,
        n integer not null, primary key (block, service, by, key)) without rowid""",
    f"""create trigger block_assignment_new after insert on assignment begin
        {_OF_NEW} {_REQUEST.format("new")} end""",
    f"""create trigger block_assignment_old after delete on assignment begin
        {_OF_OLD} {_REQUEST.format("old")} end""",
    f"""create trigger block_assignment_changed after update on assignment when {_WHEN} begin
        {_OF_OLD} {_OF_NEW} {_REQUEST.format("new")} end""",
    f"""create trigger block_request_new after insert on service_request begin
        delete from report_block where block = new.requested_at / {BLOCK_MS}; end""",
    f"""create trigger block_request_old after delete on service_request begin
        delete from report_block where block = old.requested_at / {BLOCK_MS}; end""",
    f"""create trigger block_request_changed after update on service_request
        when {_WHEN_REQUEST} begin
        delete from report_block
            where block in (old.requested_at / {BLOCK_MS}, new.requested_at / {BLOCK_MS});
        delete from report_block where block in (
            select forwarded_at / {BLOCK_MS} from assignment where rid = new.rid); end""",
    """create table call_score (
        n integer primary key autoincrement, pbx text not null, call_id text not null,
        at integer not null, actor text not null, operator text not null, sheet text not null,
        marks text not null, score real not null, remark text not null)""",
    "create index call_score_call on call_score (pbx, call_id, n)",
    "create index call_score_at on call_score (at)",
    """create trigger score_unchanged before update on call_score
        begin select raise(abort, 'scores are append-only'); end""",
    """create trigger score_undeleted before delete on call_score
        begin select raise(abort, 'scores are append-only'); end""",
)
"""A step of `steps.py`."""
