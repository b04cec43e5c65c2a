"""The schema as numbered steps; `pragma user_version` says how many have been taken.

A step is a tuple of statements that run in one transaction. It never changes once released: a new
column is a new step. Steps import nothing else of ours. A step may also drop projections and have
them folded again.
"""

from console.store.schema.calls import CALLS, WRAP_UP
from console.store.schema.channels import CHANNELS
from console.store.schema.clock_warnings import WARNINGS
from console.store.schema.desk import DESK, WATCH
from console.store.schema.duplicates import PLACES
from console.store.schema.notices import NOTICES
from console.store.schema.open311_updates import TOLD
from console.store.schema.privacy import WISHES
from console.store.schema.public_site import SITE
from console.store.schema.recordings import RECORDINGS
from console.store.schema.report_blocks import FIGURES
from console.store.schema.report_call_blocks import CALL_BLOCKS
from console.store.schema.reports import REPORTS
from console.store.schema.shared_rows import NAMED_AND_SCORED, OPT_OUT, SHARED
from console.store.schema.synchronisation import LEFT_DRAFTS, START, SYNC_SIDE

SEARCH_INDEX = (
    """create virtual table request_fts using fts5 (
        text, reporter, content='', contentless_delete=1, prefix='2 3',
        tokenize='unicode61 remove_diacritics 0')""",
    # Merging within a save delayed every 64th save by 25 ms; the idle writer merges instead.
    "insert into request_fts (request_fts, rank) values ('automerge', 0)",
    "insert into request_fts (request_fts, rank) values ('crisismerge', 128)",
)
"""Creates the search index, also for a rebuild."""

_FIRST = (
    """create table event (
        n integer primary key, id blob not null unique, stream text not null, seq integer,
        request_id blob not null, kind text not null, at integer not null, actor text not null,
        role text not null, workstation text not null, agency text, hlc integer not null,
        schema_v integer not null, body text not null)""",
    "create index event_request on event (request_id)",
    "create unique index event_seq on event (stream, seq) where seq is not null",
    # Only the centre's answers (seq, and the clock value that it clamped) may ever change.
    """create trigger event_unchanged before update of
        n, id, stream, request_id, kind, at, actor, role, workstation, agency, schema_v, body
        on event begin select raise(abort, 'event is append-only'); end""",
    """create trigger event_undeleted before delete on event
        begin select raise(abort, 'event is append-only'); end""",
    """create table outbox (
        n integer primary key autoincrement, event_id blob not null unique, stream text not null,
        request_id blob not null)""",
    "create index outbox_request on outbox (request_id)",
    """create table service_request (
        rid integer primary key, id blob not null unique, stream text not null,
        number text not null, channel text not null, state text not null,
        is_open integer not null, needs_forward integer not null, service_code text not null,
        priority integer not null, description text not null, address_string text, address text,
        lat real, long real, cell_y integer, cell_x integer, ward_code text, legacy_ward text,
        road_class text, attributes text not null, agency text, requested_at integer not null,
        updated_at integer not null, forward_due_at integer, callback_due_at integer,
        due_at integer, closed_at integer, info_expires_at integer, status_notes text, photo text,
        reporters integer not null, parent_id blob, verdict text, bounces integer not null,
        reopened integer not null, publish_state text not null,
        conflicts integer not null, skipped integer not null,
        version integer not null, as_of_seq integer)""",
    "create index request_number on service_request (number)",
    "create index request_service on service_request (service_code, requested_at)",
    "create index request_ward on service_request (ward_code, state)",
    "create index request_state on service_request (state, requested_at)",
    "create index request_closed on service_request (closed_at, service_code) "
    "where closed_at is not null",
    "create index request_open on service_request (service_code, cell_y, cell_x) where is_open = 1",
    "create index request_forward on service_request (requested_at) where needs_forward = 1",
    "create index request_info on service_request (info_expires_at) "
    "where info_expires_at is not null",
    "create index request_parent on service_request (parent_id) where parent_id is not null",
    """create table assignment (
        rid integer not null, agency text not null, stream text not null, state text not null,
        forwarded_at integer not null, due_at integer, acknowledge_due_at integer,
        accepted_at integer, resolved_at integer, committed_at integer, asked_at integer,
        bounces integer not null, replaced integer not null, reason text, resolution_code text,
        result_text text,
        primary key (rid, agency)) without rowid""",
    "create index assignment_agency on assignment (agency, rid)",
    "create index assignment_resolved on assignment (agency, resolved_at, due_at) "
    "where resolved_at is not null",
    """create table queue_item (
        rid integer not null, agency text not null, stream text not null,
        deadline integer not null, forwarded_at integer not null, search_text text not null,
        primary key (rid, agency)) without rowid""",
    "create index queue_agency on queue_item (agency, deadline, forwarded_at)",
    "create index queue_deadline on queue_item (deadline, agency, forwarded_at)",
    """create table reporter (
        rid integer not null, n integer not null, stream text not null, contact_id blob,
        name text, phone text, email text, channel text not null, consent integer not null,
        primary key (rid, n)) without rowid""",
    "create index reporter_phone on reporter (phone) where phone is not null",
    """create table callback_item (
        rid integer not null, n integer not null, stream text not null, due_at integer not null,
        agency text, resolved_at integer, result_text text, attempts integer not null,
        last_outcome text, last_at integer, primary key (rid, n)) without rowid""",
    "create index callback_due on callback_item (due_at)",
    *SEARCH_INDEX,
    "create table word (word text primary key) without rowid",
    """create table contact (
        id blob primary key, stream text not null, channel text not null,
        external_id text not null, received_at integer not null, sender text, sender_key text,
        sender_name text, sent_at integer, text text not null, flags text not null,
        state text not null, request_id blob, reject_reason text, handled_by text,
        thread_key text, lat real, long real, raw blob not null)""",
    "create index contact_inbox on contact (state, received_at) where channel <> 'voice'",
    "create index contact_written on contact (received_at) where channel <> 'voice'",
    "create index contact_sender on contact (sender_key, received_at) where sender_key is not null",
    """create table outreach (
        id blob primary key, stream text not null, channel text not null,
        recipient text not null, text text not null, purpose text not null, state text not null,
        created_at integer not null, updated_at integer not null, request_id blob,
        contact_id blob, tries integer not null, refs text not null, error text)""",
    "create index outreach_state on outreach (channel, state, created_at)",
    "create index outreach_request on outreach (request_id, created_at) "
    "where request_id is not null",
    "create index outreach_contact on outreach (contact_id, created_at) "
    "where contact_id is not null",
    """create table call (
        pbx text not null, call_id text not null, stream text not null, state text not null,
        offered_at integer not null, contact_id blob not null, phone text, name text, queue text,
        direction text not null, operator text, answered_at integer, ended_at integer,
        end_reason text, primary key (pbx, call_id))""",
    "create index call_missed on call (phone, offered_at) "
    "where state in ('missed', 'abandoned', 'callback')",
    "create index call_contact on call (contact_id)",
    """create table sms_part (
        external_id text primary key, imsi text not null, sender text,
        received_at integer not null, scts integer, coding text not null, body blob not null,
        pdu blob not null, reference integer, reference_bits integer not null,
        total integer not null, sequence integer not null, flags text not null,
        contact_id blob)""",
    "create index sms_part_received on sms_part (received_at)",
    "create index sms_part_open on sms_part (received_at) where contact_id is null",
    """create table draft (
        id blob primary key, operator text not null, workstation text not null,
        updated_at integer not null, fields text not null, contact_id blob)""",
    "create table command_seen (id blob primary key, at integer not null) without rowid",
    "create index command_seen_at on command_seen (at)",
    "create table meta (key text primary key, value text not null) without rowid",
    """create table cursor (
        stream text primary key, seq integer not null, event_id blob,
        incarnation text not null)""",
    """create table dead_letter (
        event_id blob primary key, stream text not null, request_id blob not null,
        at integer not null, why text not null)""",
)

_REFS_OF_MESSAGES = (
    # `n` grows with every reference, so the newest use of a repeated one is found without a scan.
    """create table outreach_ref (
        n integer primary key, channel text not null, ref text not null,
        outreach_id blob not null)""",
    "create index outreach_ref_known on outreach_ref (channel, ref)",
    """insert into outreach_ref (channel, ref, outreach_id)
        select o.channel, each.value, o.id from outreach o, json_each(o.refs) each
        order by o.updated_at, o.id""",
)

_PEOPLE = (
    """create table credential (
        user text primary key, hash text not null, set_at integer not null,
        failures integer not null, failed_at integer) without rowid""",
    """create table audit (
        n integer primary key autoincrement, at integer not null, actor text not null,
        role text not null, workstation text not null, act text not null,
        subject text not null, detail text not null, hash text not null)""",
    """create trigger audit_unchanged before update on audit
        begin select raise(abort, 'audit is append-only'); end""",
    """create trigger audit_undeleted before delete on audit
        begin select raise(abort, 'audit is append-only'); end""",
)

STEPS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _REFS_OF_MESSAGES,
    _PEOPLE,
    SYNC_SIDE,
    CHANNELS,
    CALLS,
    REPORTS,
    WARNINGS,
    SITE,
    NOTICES,
    FIGURES,
    SHARED,
    DESK,
    WRAP_UP,
    OPT_OUT,
    CALL_BLOCKS,
    RECORDINGS,
    WATCH,
    PLACES,
    START,
    NAMED_AND_SCORED,
    TOLD,
    LEFT_DRAFTS,
    WISHES,
)
"""Step k takes a file from `user_version` k to k + 1."""

VERSION = len(STEPS)
"""The `user_version` that this program writes."""
