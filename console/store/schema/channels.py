"""The step for written channels: a contact's files, subject, reserved number and proposal; blocked
senders; how far each channel has read.
"""

CHANNELS = (
    "alter table contact add column media text not null default '[]'",
    "alter table contact add column proposal text not null default '[]'",
    "alter table contact add column about_id blob",
    "alter table contact add column number text",
    "alter table contact add column opened_at integer",
    "create unique index contact_number on contact (number) where number is not null",
    """create index contact_thread on contact (thread_key, received_at)
        where thread_key is not null""",
    """create table blocked (
        channel text not null, sender_key text not null, until integer not null,
        actor text not null, at integer not null, reason text not null,
        primary key (channel, sender_key)) without rowid""",
    """create table channel_note (
        channel text not null, key text not null, value text not null,
        primary key (channel, key)) without rowid""",
    # Steps that the public may follow: after them a citizen's app shows something new.
    """create index event_public on event (at) where kind in (
        'request_forwarded', 'work_started', 'extension_granted', 'result_reported',
        'request_closed', 'request_reopened', 'request_rejected', 'request_merged',
        'request_cancelled', 'info_asked')""",
)
"""A step of `steps.py`."""
