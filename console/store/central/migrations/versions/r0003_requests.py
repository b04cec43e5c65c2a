"""What the centre shows: projections folded from events by any operator's console, queues, search.

`service_request` is partitioned by the month of its id (UUIDv7), so that a search reads newest
first and stops early. Reporters are in a table of their own: no login reads a name or a number
except by `unmask()`, which writes the audit.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = r"""
create table hotline.service_request (
    id uuid primary key,
    stream text not null,
    number text not null,
    channel text not null,
    state text not null,
    is_open integer not null,
    needs_forward integer not null,
    service_code text not null,
    priority integer not null,
    description text not null,
    address_string text, address text,
    lat double precision, long double precision,
    cell_y integer, cell_x integer,
    ward_code text, legacy_ward text, road_class text,
    attributes text not null,
    agency text,
    requested_at bigint not null, updated_at bigint not null,
    forward_due_at bigint, callback_due_at bigint, due_at bigint, closed_at bigint,
    info_expires_at bigint,
    status_notes text,
    photo text,
    reporters integer not null,
    parent_id uuid,
    verdict text,
    bounces integer not null, reopened integer not null,
    publish_state text not null,
    conflicts integer not null, skipped integer not null, version integer not null,
    as_of_seq bigint not null,
    search_text text not null,
    search tsvector not null generated always as (to_tsvector('simple', search_text)) stored)
    partition by range (id);
create table hotline.service_request_rest partition of hotline.service_request default;
comment on table hotline.service_request_rest is 'ids that are no UUIDv7 of a known month';
create index request_number on hotline.service_request (number);
create index request_search on hotline.service_request using gin (search);
create index request_state on hotline.service_request (stream, state, requested_at);
create index request_cell on hotline.service_request (service_code, cell_y, cell_x)
    where is_open = 1;

create table hotline.request_month (low uuid primary key, high uuid not null, name text not null);

create table hotline.assignment (
    request_id uuid not null,
    agency text not null,
    stream text not null,
    state text not null,
    forwarded_at bigint not null,
    due_at bigint, acknowledge_due_at bigint, accepted_at bigint, resolved_at bigint,
    committed_at bigint, asked_at bigint,
    bounces integer not null,
    replaced integer not null,
    reason text, resolution_code text, result_text text,
    primary key (request_id, agency));
create index assignment_agency on hotline.assignment (agency, request_id);

create table hotline.queue_item (
    request_id uuid not null,
    agency text not null,
    stream text not null,
    deadline bigint not null,
    forwarded_at bigint not null,
    state text not null,
    priority integer not null,
    cell_y integer, cell_x integer,
    number text not null,
    service_code text not null,
    description text not null,
    address_string text,
    primary key (request_id, agency));
create index queue_agency on hotline.queue_item (stream, agency, deadline, forwarded_at);
create index queue_deadline on hotline.queue_item (stream, deadline);

create table hotline.reporter (
    request_id uuid not null,
    n integer not null,
    stream text not null,
    contact_id uuid,
    channel text not null,
    consent integer not null,
    name text, phone text, email text,
    phone_end text generated always as (right(phone, 3)) stored,
    primary key (request_id, n));
create index reporter_phone on hotline.reporter (phone) where phone is not null;

create table hotline.outreach (
    id uuid primary key,
    request_id uuid not null,
    stream text not null,
    channel text not null,
    purpose text not null,
    state text not null,
    created_at bigint not null,
    error text);
create index outreach_request on hotline.outreach (request_id);

create view hotline.open_queue with (security_invoker = true) as
select q.stream, q.agency, q.number, q.deadline, q.state, q.priority, q.service_code,
    q.description, q.address_string, q.request_id
from hotline.queue_item q;
"""

_PROJECT = r"""
create function hotline.may_project() returns boolean
language sql stable set search_path = hotline, pg_temp
as $$ select coalesce(my_role() in ('operator', 'supervisor', 'administrator'), false) $$;

create function hotline.uuid_floor(p_month date) returns uuid
language sql immutable set search_path = hotline, pg_temp
as $$ select (lpad(to_hex(extract(epoch from p_month)::bigint * 1000), 12, '0')
    || '00000000000000000000')::uuid $$;

create function hotline.make_months(p_ids uuid[]) returns void
language plpgsql volatile set search_path = hotline, pg_temp as $$
declare
    v_month date;
begin
    for v_month in
        select distinct date_trunc('month', to_timestamp(
            ('x' || left(replace(i::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
            at time zone 'UTC')::date
        from unnest(p_ids) i
        where substr(i::text, 15, 1) = '7'
            -- a month that lies outside is a broken clock, not a reason for a table
            and i between uuid_floor('2013-01-01') and uuid_floor('2101-01-01')
            and not exists (select from request_month m where i >= m.low and i < m.high)
    loop
        begin
            execute format(
                'create table %I partition of service_request for values from (%L) to (%L)',
                'service_request_' || to_char(v_month, 'YYYYMM'),
                uuid_floor(v_month), uuid_floor((v_month + interval '1 month')::date));
            insert into request_month values (uuid_floor(v_month),
                uuid_floor((v_month + interval '1 month')::date), to_char(v_month, 'YYYYMM'));
        exception when duplicate_table or check_violation or invalid_object_definition then
            null;  -- made meanwhile; or the rest holds ids of that month, which then stay there
        end;
    end loop;
end $$;

create function hotline.events_to_project(p_stream text, p_limit integer)
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
begin
    if not may_project() then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return query
    select d.seq, e.id, e.seq, e.request_id, e.kind, e.at, e.actor, e.role, e.workstation,
        e.agency, e.hlc, e.schema_v, e.body
    from (select t.request_id, t.seq from dirty t where t.stream = p_stream
            order by t.seq limit least(p_limit, 1000)) d
        join event e on e.request_id = d.request_id and e.stream = p_stream
    order by e.request_id, e.seq;
end $$;

create function hotline.write_projection(p_stream text, p_rows jsonb) returns bigint
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
    delete from dirty d using jsonb_array_elements(p_rows) x
    where d.request_id = (x ->> 'request_id')::uuid and d.seq <= (x ->> 'as_of_seq')::bigint;
    return cardinality(v_fresh);
end $$;
"""

_ASK = r"""
create function hotline.search_requests(p_stream text, p_query text, p_limit integer)
returns setof hotline.service_request
language plpgsql stable security definer set search_path = hotline, pg_temp set jit = off as $$
declare
    v_query tsquery := to_tsquery('simple', p_query);
    v_left integer := least(p_limit, 200);
    v_got integer;
    v_months uuid[] := array(select m.low from request_month m order by m.low desc);
    v_high uuid := (select m.high from request_month m order by m.low desc limit 1);
    v_low uuid;
    v_next integer := 1;
    v_wide integer := 1;
    v_agency text := my_agency();
    c_theirs constant text := 'and ($4 is null or exists (select from assigned a '
        'where a.request_id = r.id and a.agency = $4)) ';
begin
    -- As the owner, who may use the words' index: for others row security comes before it, row by
    -- row, because a search of words is not leakproof. So who may see what is said here.
    if my_role() is null then
        return;
    end if;
    -- Newest first. Bounds are constants, so that a plan opens the months it needs only.
    if v_high is not null and v_agency is null then
        -- A common word is found among the newest four thousand.
        execute format('select min(n.id::text)::uuid from (select r.id from service_request r '
            'where r.id >= %L and r.id < %L order by r.id desc limit 4000) n',
            v_months[1], v_high) into v_low;
        if v_low is not null then
            return query execute format('select r.* from service_request r where r.id >= %L '
                'and r.id < %L and r.search @@ $1 and r.stream = $2 order by r.id desc limit $3',
                v_low, v_high) using v_query, p_stream, v_left;
            get diagnostics v_got = row_count;
            v_left := v_left - v_got;
            v_high := v_low;
        end if;
    end if;
    -- A rarer one by the words' index: one month, two more, four more...
    while v_next <= cardinality(v_months) and v_left > 0 loop
        v_next := least(v_next + v_wide, cardinality(v_months) + 1);
        return query execute format(
            'select r.* from (select r.* from service_request r where r.id >= %L and r.id < %L '
            'and r.search @@ $1 and r.stream = $2 ' || c_theirs || 'offset 0) r '
            'order by r.id desc limit $3',
            v_months[v_next - 1], v_high) using v_query, p_stream, v_left, v_agency;
        get diagnostics v_got = row_count;
        v_left := v_left - v_got;
        v_high := v_months[v_next - 1];
        v_wide := v_wide * 2;
    end loop;
    if v_left > 0 then
        return query select r.* from service_request_rest r
            where r.search @@ v_query and r.stream = p_stream
                and (v_agency is null or exists (select from assigned a
                    where a.request_id = r.id and a.agency = v_agency))
            order by r.requested_at desc limit v_left;
    end if;
end $$;

create function hotline.find_caller(p_stream text, p_phone text) returns setof uuid
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    if coalesce(my_role() not in ('operator', 'supervisor'), true) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    perform log_act('caller_looked_up', null, jsonb_build_object('phone_end', right(p_phone, 3)));
    return query select r.request_id from reporter r
        where r.phone = p_phone and r.stream = p_stream order by r.request_id desc limit 200;
end $$;

create function hotline.unmask(p_request uuid, p_reason text)
returns table (n integer, name text, phone text, email text)
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
declare
    v_role text := my_role();
    v_agency text := my_agency();
begin
    if v_role is null or v_role not in ('operator', 'supervisor', 'officer')
        or (v_agency is not null and not exists (select from assigned a
            where a.request_id = p_request and a.agency = v_agency)) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if coalesce(trim(p_reason), '') = '' or length(p_reason) > 1000 then
        raise exception 'a reason is needed' using errcode = '22023';
    end if;
    if (select count(*) from audit a where a.login = session_user::text and a.act = 'unmask'
            and a.at > now_ms() - 3600000) >= (case when v_agency is null then 200 else 60 end) then
        raise exception 'too many' using errcode = 'HL001';
    end if;
    perform log_act('unmask', p_request, jsonb_build_object('reason', p_reason));
    return query select r.n, r.name, r.phone, r.email from reporter r
        where r.request_id = p_request and (v_agency is null or r.consent = 1) order by r.n;
end $$;
"""

_RIGHTS = r"""
do $$
declare
    t text;
begin
    foreach t in array array['service_request', 'service_request_rest', 'request_month',
            'assignment', 'queue_item', 'reporter', 'outreach'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
    foreach t in array array['service_request', 'assignment', 'queue_item', 'reporter',
            'outreach'] loop
        execute format('create policy staff on hotline.%I for select to hotline_switchboard '
            'using ((select hotline.my_role()) <> ''officer'')', t);
    end loop;
    foreach t in array array['assignment', 'queue_item'] loop
        execute format('create policy own on hotline.%I for select to hotline_officer '
            'using (agency = (select hotline.my_agency()))', t);
    end loop;
end $$;
create policy own on hotline.service_request for select to hotline_officer
    using (exists (select from hotline.assigned a
        where a.request_id = service_request.id and a.agency = (select hotline.my_agency())));
create policy everybody on hotline.request_month for select
    to hotline_switchboard, hotline_officer using ((select hotline.my_role()) is not null);

revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
grant select on hotline.service_request, hotline.assignment, hotline.queue_item,
    hotline.open_queue, hotline.request_month to hotline_switchboard, hotline_officer;
grant select on hotline.outreach to hotline_switchboard;
grant select (request_id, n, stream, contact_id, channel, consent, phone_end) on hotline.reporter
    to hotline_switchboard;
grant execute on function hotline.search_requests(text, text, integer),
    hotline.unmask(uuid, text) to hotline_switchboard, hotline_officer;
grant execute on function hotline.events_to_project(text, integer),
    hotline.write_projection(text, jsonb), hotline.find_caller(text, text) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _PROJECT, _ASK, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
