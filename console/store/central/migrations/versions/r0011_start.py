"""A new seat starts from the centre's lists instead of reading the whole stream.

It notes every request by id and number, sets its cursor to the end of the stream, and then fetches
the events of those requests that a seat keeps. Subjects other than requests (notices, orders,
shifts) are listed here, so that nobody has to search the whole log for them.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_TABLES = r"""
create table hotline.no_request (
    request_id uuid primary key,
    stream text not null);
comment on table hotline.no_request is 'subjects of events that fold to no request';
create index no_request_stream on hotline.no_request (stream);
insert into hotline.no_request (request_id, stream)
    select distinct e.request_id, e.stream from hotline.event e
    where not exists (select from hotline.service_request r where r.id = e.request_id)
    on conflict do nothing;
alter table hotline.console add column starts_until bigint not null default 0;
comment on column hotline.console.starts_until is
    'a seat that began from the lists reads histories without a line for each, until then';
"""

_PROJECT = r"""
create or replace function hotline.write_projection(p_stream text, p_rows jsonb) returns bigint
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
    v_fresh uuid[];
begin
    if not may_project() then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    perform make_months(array(
        select (x -> 'request' ->> 'id')::uuid from jsonb_array_elements(p_rows) x
        where x ? 'request'));
    with given as (
        select r.* from jsonb_array_elements(p_rows) x,
            jsonb_populate_record(null::service_request, x -> 'request') r
        where x ? 'request'
        order by r.id),
    written as (
        insert into service_request as t (id, stream, number, channel, state, is_open,
            needs_forward, service_code, priority, description, address_string, address, lat, long,
            cell_y, cell_x, ward_code, legacy_ward, road_class, attributes, agency, requested_at,
            updated_at, forward_due_at, callback_due_at, due_at, closed_at, info_expires_at,
            status_notes, photo, reporters, parent_id, verdict, bounces, reopened, publish_state,
            conflicts, skipped, version, as_of_seq, search_text)
        select id, p_stream, number, channel, state, is_open,
            needs_forward, service_code, priority, description, address_string, address, lat, long,
            cell_y, cell_x, ward_code, legacy_ward, road_class, attributes, agency, requested_at,
            updated_at, forward_due_at, callback_due_at, due_at, closed_at, info_expires_at,
            status_notes, photo, reporters, parent_id, verdict, bounces, reopened, publish_state,
            conflicts, skipped, version, as_of_seq, search_text
        from given
        on conflict (id) do update set
            number = excluded.number, channel = excluded.channel, state = excluded.state,
            is_open = excluded.is_open, needs_forward = excluded.needs_forward,
            service_code = excluded.service_code, priority = excluded.priority,
            description = excluded.description, address_string = excluded.address_string,
            address = excluded.address, lat = excluded.lat, long = excluded.long,
            cell_y = excluded.cell_y, cell_x = excluded.cell_x, ward_code = excluded.ward_code,
            legacy_ward = excluded.legacy_ward, road_class = excluded.road_class,
            attributes = excluded.attributes, agency = excluded.agency,
            requested_at = excluded.requested_at, updated_at = excluded.updated_at,
            forward_due_at = excluded.forward_due_at, callback_due_at = excluded.callback_due_at,
            due_at = excluded.due_at, closed_at = excluded.closed_at,
            info_expires_at = excluded.info_expires_at, status_notes = excluded.status_notes,
            photo = excluded.photo, reporters = excluded.reporters, parent_id = excluded.parent_id,
            verdict = excluded.verdict, bounces = excluded.bounces, reopened = excluded.reopened,
            publish_state = excluded.publish_state, conflicts = excluded.conflicts,
            skipped = excluded.skipped, version = excluded.version,
            as_of_seq = excluded.as_of_seq, search_text = excluded.search_text
        where t.as_of_seq < excluded.as_of_seq
        returning id)
    select coalesce(array_agg(w.id), '{}') from written w into v_fresh;

    delete from assignment where request_id = any (v_fresh);
    delete from queue_item where request_id = any (v_fresh);
    delete from reporter where request_id = any (v_fresh);
    delete from outreach where request_id = any (v_fresh);
    insert into assignment select r.* from jsonb_array_elements(p_rows) x,
        jsonb_populate_recordset(null::assignment, x -> 'assignments') r
        where r.request_id = any (v_fresh);
    insert into queue_item select r.* from jsonb_array_elements(p_rows) x,
        jsonb_populate_recordset(null::queue_item, x -> 'queue') r
        where r.request_id = any (v_fresh);
    insert into reporter (request_id, n, stream, contact_id, channel, consent, name, phone, email)
        select r.request_id, r.n, r.stream, r.contact_id, r.channel, r.consent, r.name, r.phone,
            r.email
        from jsonb_array_elements(p_rows) x,
            jsonb_populate_recordset(null::reporter, x -> 'reporters') r
        where r.request_id = any (v_fresh);
    insert into outreach select r.* from jsonb_array_elements(p_rows) x,
        jsonb_populate_recordset(null::outreach, x -> 'outreach') r
        where r.request_id = any (v_fresh)
        on conflict do nothing;
    delete from no_request where request_id = any (v_fresh);
    insert into no_request (request_id, stream)
        select (x ->> 'request_id')::uuid, p_stream from jsonb_array_elements(p_rows) x
        where not x ? 'request'
        on conflict do nothing;
    delete from dirty d using jsonb_array_elements(p_rows) x
    where d.request_id = (x ->> 'request_id')::uuid and d.seq <= (x ->> 'as_of_seq')::bigint;
    return cardinality(v_fresh);
end $$;
"""

_START = r"""
create function hotline.begin_start(p_stream text, p_install uuid, p_most integer)
returns table (seq bigint, event_id uuid, others uuid[])
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
begin
    if my_role() is null or my_agency() is not null then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if (select count(*) from (
            select from dirty d where d.stream = p_stream limit p_most + 1) x) > p_most then
        return;  -- the lists are far behind: the stream is quicker
    end if;
    update console set starts_until = now_ms() + 86400000
    where install_id = p_install and login = session_user::text and stream = p_stream
        and agency is null;
    if not found then
        raise exception 'this seat has not said hello' using errcode = '42501';
    end if;
    perform log_act('start_begun', null, jsonb_build_object('install_id', p_install));
    -- One statement, so that the place and what the lists do not have yet belong together.
    return query
    select s.last, e.id, array(
        select d.request_id from dirty d where d.stream = p_stream
        union select n.request_id from no_request n where n.stream = p_stream)
    from stream s join event e on e.stream = s.stream and e.seq = s.last
    where s.stream = p_stream;
end $$;
comment on function hotline.begin_start(text, uuid, integer) is
    'where a new seat may stand, and which subjects the lists of requests do not show; no row = '
    'read the stream. A line of the audit: it reads who reported, as by the stream';

create function hotline.start_events(p_stream text, p_install uuid, p_requests uuid[])
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
begin
    if my_role() is null or my_agency() is not null or cardinality(p_requests) > 200
        or not exists (select from console c where c.install_id = p_install
            and c.login = session_user::text and c.stream = p_stream
            and c.starts_until > now_ms()) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return query
    select e.seq, e.id, e.seq, e.request_id, e.kind, e.at, e.actor, e.role, e.workstation,
        e.agency, e.hlc, e.schema_v, e.body
    from event e where e.request_id = any (p_requests) and e.stream = p_stream
    order by e.request_id, e.seq;
end $$;

create function hotline.end_start(p_install uuid) returns void
language sql volatile security definer set search_path = hotline, pg_temp as $$
    update console set starts_until = 0
    where install_id = p_install and login = session_user::text $$;
"""

_RIGHTS = r"""
alter table hotline.no_request enable row level security;
alter table hotline.no_request force row level security;
create policy owner on hotline.no_request to hotline_owner using (true) with check (true);
revoke all on hotline.no_request from public;
revoke all on function hotline.begin_start(text, uuid, integer),
    hotline.start_events(text, uuid, uuid[]), hotline.end_start(uuid) from public;
grant execute on function hotline.begin_start(text, uuid, integer),
    hotline.start_events(text, uuid, uuid[]), hotline.end_start(uuid) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _PROJECT, _START, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
