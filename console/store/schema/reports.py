"""The step that makes reports fast over a million requests, and stores sealed ones.

Reports on a long period read an index in the order of their groups, so that nothing is sorted;
those on a short one find their rows by time.
"""

REPORTS = (
    "create index assignment_given on assignment (forwarded_at)",
    "create index assignment_open on assignment (forwarded_at) where resolved_at is null",
    # Exactly as `queries/reports/agencies.py` groups: tenths of an hour within an agency.
    """create index assignment_hours on assignment (
        agency, (resolved_at - forwarded_at) / 360000, forwarded_at, due_at, resolved_at,
        committed_at, bounces) where resolved_at is not null""",
    """create index assignment_done_at on assignment (resolved_at, forwarded_at, due_at, agency)
        where resolved_at is not null""",
    """create index request_volume on service_request (
        channel, ward_code, service_code, requested_at)""",
    """create index request_unhappy on service_request (requested_at)
        where reopened > 0 or verdict = 'not_satisfied'""",
    """create table sealed_report (
        n integer primary key autoincrement, at integer not null, actor text not null,
        name text not null, since integer not null, until integer not null,
        digest text not null, seal text not null, body text not null)""",
    """create trigger sealed_unchanged before update on sealed_report
        begin select raise(abort, 'sealed reports are append-only'); end""",
    """create trigger sealed_undeleted before delete on sealed_report
        begin select raise(abort, 'sealed reports are append-only'); end""",
    # Thanking citizens in public is a separate purpose and needs a separate consent.
    """create table named_citizen (
        phone text primary key, name text not null, at integer not null, actor text not null)
        without rowid""",
)
"""A step of `steps.py`."""
