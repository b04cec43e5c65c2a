"""The event log, its gapless numbers and the agencies' feeds.

Events come in by `push_events` and go out by `pull_events`. Nothing else writes them, and nothing
changes or deletes them. A number comes from a counter row under a lock that lasts until the
transaction ends, so committed numbers have no gaps. (With an identity column or a time as cursor,
readers missed half of what eight writers wrote.)
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = r"""
create table hotline.event (
    id uuid primary key,
    stream text not null,
    seq bigint not null,
    request_id uuid not null,
    kind text not null check (kind ~ '^[a-z0-9_]{1,100}$'),
    at bigint not null,
    actor text not null,
    role text not null,
    workstation text not null,
    agency text,
    hlc bigint not null check (hlc >= 0),
    schema_v integer not null,
    body jsonb not null check (jsonb_typeof(body) = 'object'),
    login text not null,
    received_at bigint not null,
    unique (stream, seq));
create index event_request on hotline.event (request_id, seq);
create trigger event_unchanged before update or delete on hotline.event
    for each row execute function hotline.append_only();
create trigger event_kept before truncate on hotline.event
    for each statement execute function hotline.append_only();

create table hotline.incarnation (
    stream text not null,
    n integer not null,
    name text not null,
    after_seq bigint not null,
    primary key (stream, name));
comment on table hotline.incarnation is
    'where each incarnation began: what a later one had then, it has in common with an earlier';

create table hotline.assigned (
    request_id uuid not null,
    agency text not null check (agency <> '' and octet_length(agency) <= 40),
    stream text not null,
    since_seq bigint not null,
    primary key (request_id, agency));
comment on table hotline.assigned is 'which agency ever had which request';
create index assigned_agency on hotline.assigned (agency, request_id);

create table hotline.feed (
    stream text not null,
    agency text not null,
    last bigint not null default 0,
    primary key (stream, agency)) with (fillfactor = 50);

create table hotline.feed_item (
    stream text not null,
    agency text not null,
    seq bigint not null,
    event_id uuid not null references hotline.event (id),
    primary key (stream, agency, seq));
create unique index feed_item_event on hotline.feed_item (event_id, agency);

create table hotline.dirty (
    request_id uuid primary key,
    stream text not null,
    seq bigint not null) with (fillfactor = 50);
create index dirty_seq on hotline.dirty (stream, seq);

create function hotline.hidden_kind(p_kind text) returns boolean
language sql immutable
return p_kind in ('reporter_recorded', 'message_queued', 'message_delivered');
comment on function hotline.hidden_kind(text) is
    'kinds that name the reporter or quote a message to one: never in an agency''s feed';

create function hotline.officer_kind(p_kind text) returns boolean
language sql immutable
return p_kind in ('assignment_accepted', 'assignment_refused', 'work_started',
    'extension_asked', 'result_reported', 'note_added', 'media_attached');
comment on function hotline.officer_kind(text) is 'what an agency''s login may push';
"""

_PUSH = r"""
create function hotline.incarnation_now(p_stream text) returns text
language sql volatile security definer set search_path = hotline, pg_temp as $$
    select (select c.system_identifier::text from pg_control_system() c)
        || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || s.incarnation
    from stream s where s.stream = p_stream
$$;

create function hotline.note_incarnation(p_stream text) returns void
language sql volatile security definer set search_path = hotline, pg_temp as $$
    insert into incarnation (stream, n, name, after_seq)
    select s.stream,
        (select coalesce(max(i.n), 0) + 1 from incarnation i where i.stream = p_stream),
        now.name, s.last
    from stream s, incarnation_now(p_stream) as now(name)
    where s.stream = p_stream
        and not exists (select from incarnation i where i.stream = p_stream and i.name = now.name)
    on conflict do nothing
$$;
comment on function hotline.note_incarnation(text) is
    'before the first event of an incarnation is numbered: where it began';

create function hotline.push_events(p_stream text, p_events jsonb)
returns table (id uuid, seq bigint, hlc bigint)
language plpgsql volatile security definer set search_path = hotline, pg_temp
-- A batch is small and the log is large: by index, whatever the statistics of a young table say.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
    v_role text;
    v_agency text;
    v_last bigint;
    v_new bigint;
    v_now bigint;
    v_requests uuid[];
    v_ids uuid[] := array(select (x ->> 'id')::uuid from jsonb_array_elements(p_events) x);
begin
    select role, agency into v_role, v_agency from app_user
    where login = session_user::text and active;
    if v_role is null or v_role = 'auditor' then
        raise exception 'this account may not push' using errcode = '42501';
    end if;
    perform pg_advisory_xact_lock(1022, hashtext(p_stream));
    select last into v_last from stream where stream = p_stream for update;
    if not found then
        raise exception 'no stream %', p_stream using errcode = 'P0002';
    end if;
    v_now := floor(extract(epoch from clock_timestamp()) * 1000)::bigint;
    if not exists (select from incarnation i where i.stream = p_stream and i.name = (
            select (select c.system_identifier::text from pg_control_system() c)
                || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || s.incarnation
            from stream s where s.stream = p_stream)) then
        perform note_incarnation(p_stream);
    end if;

    insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation, agency,
        hlc, schema_v, body, login, received_at)
    select d.id, p_stream, v_last + row_number() over (order by d.n), d.request_id, d.kind, d.at,
        d.actor, d.role, d.workstation, d.agency, least(d.hlc, (v_now + 60000) * 65536),
        d.schema_v, d.body, session_user::text, v_now
    from (
        select distinct on (x.id) x.*
        from rows from (jsonb_to_recordset(p_events) as (
            id uuid, request_id uuid, kind text, at bigint, actor text, role text,
            workstation text, agency text, hlc bigint, schema_v integer, body jsonb))
            with ordinality as x(id, request_id, kind, at, actor, role, workstation, agency,
                hlc, schema_v, body, n)
        order by x.id, x.n) d
    where not exists (select from event e where e.id = d.id)
        and (v_agency is null or (
            d.role = 'officer' and d.agency = v_agency and officer_kind(d.kind)
            and coalesce(d.body ->> 'agency', v_agency) = v_agency
            and exists (select from assigned a
                where a.request_id = d.request_id and a.agency = v_agency)));
    get diagnostics v_new = row_count;

    if v_new > 0 then
        update stream set last = v_last + v_new where stream = p_stream;
        v_requests := array(select distinct e.request_id from event e
            where e.stream = p_stream and e.seq > v_last);

        insert into assigned (request_id, agency, stream, since_seq)
        select e.request_id, e.body ->> 'agency', p_stream, min(e.seq)
        from event e
        where e.stream = p_stream and e.seq > v_last and e.kind = 'request_forwarded'
            and e.body ->> 'agency' is not null
        group by 1, 2
        on conflict do nothing;

        if exists (select from assigned a where a.request_id = any (v_requests)) then
            with fresh as (
                select a.agency, e.id, row_number() over w as k,
                    count(*) over (partition by a.agency) as m
                from assigned a join event e on e.request_id = a.request_id and e.stream = p_stream
                where a.request_id = any (v_requests)
                    and (e.seq > v_last or a.since_seq > v_last)
                    and not hidden_kind(e.kind)
                window w as (partition by a.agency order by e.seq)),
            counted as (
                insert into feed as f (stream, agency, last)
                select p_stream, x.agency, x.m from fresh x where x.k = 1 order by x.agency
                on conflict (stream, agency) do update set last = f.last + excluded.last
                returning f.agency, f.last),
            listed as (
                insert into feed_item (stream, agency, seq, event_id)
                select p_stream, x.agency, c.last - x.m + x.k, x.id
                from fresh x join counted c on c.agency = x.agency)
            select count(pg_notify('hotline:' || p_stream || ':' || c.agency, c.last::text))
            from counted c into v_new;
        end if;

        insert into dirty as t (request_id, stream, seq)
        select e.request_id, p_stream, max(e.seq)
        from event e where e.stream = p_stream and e.seq > v_last
        group by e.request_id
        on conflict (request_id) do update set seq = greatest(t.seq, excluded.seq);

        perform pg_notify('hotline:' || p_stream, s.last::text) from stream s
        where s.stream = p_stream;
    end if;

    return query
    select e.id, e.seq, e.hlc from event e
    where e.id = any (v_ids) and e.stream = p_stream
        and (v_agency is null or exists (select from assigned a
            where a.request_id = e.request_id and a.agency = v_agency))
    order by e.seq;
end $$;
"""

_PULL = r"""
create function hotline.hello(
    p_stream text, p_code integer, p_install uuid, p_workstation text, p_version integer,
    p_clock bigint)
returns table (incarnation text, last bigint, agency text, role text, min_console_version integer,
    clock bigint, code_taken boolean, step integer, speaks_from integer)
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
declare
    v_role text := my_role();
    v_agency text := my_agency();
    v_now bigint := now_ms();
begin
    if v_role is null then
        raise exception 'no account for %', session_user using errcode = '42501';
    end if;
    if not exists (select from stream s where s.stream = p_stream) then
        raise exception 'no stream %', p_stream using errcode = 'P0002';
    end if;
    insert into console_code (stream, code, install_id) values (p_stream, p_code, p_install)
    on conflict do nothing;
    if not exists (select from console c where c.install_id = p_install) then
        perform log_act('console_registered', null, jsonb_build_object(
            'install_id', p_install, 'code', p_code, 'workstation', p_workstation));
    end if;
    insert into console as c (install_id, stream, code, workstation, version, login, agency,
        skew_ms)
    values (p_install, p_stream, p_code, p_workstation, p_version, session_user::text, v_agency,
        p_clock - v_now)
    on conflict (install_id) do update set
        -- a feed of another agency counts from its own beginning
        place = case when c.agency is distinct from excluded.agency or c.stream <> excluded.stream
            then 0 else c.place end,
        stream = excluded.stream, code = excluded.code, workstation = excluded.workstation,
        version = excluded.version, login = excluded.login, agency = excluded.agency,
        skew_ms = excluded.skew_ms, seen_at = v_now;
    perform note_incarnation(p_stream);
    return query
    select incarnation_now(p_stream),
        case when v_agency is null then s.last else coalesce((select f.last from feed f
            where f.stream = p_stream and f.agency = v_agency), 0) end,
        v_agency, v_role, s.min_console_version, now_ms(),
        exists (select from console_code k where k.stream = p_stream and k.code = p_code
            and k.install_id <> p_install),
        (select max(version_num)::integer from schema_step), speaks_from()
    from stream s where s.stream = p_stream;
end $$;

create function hotline.pull_events(
    p_stream text, p_install uuid, p_after bigint, p_limit integer)
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
    v_agency text := my_agency();
    v_place bigint;
    v_end bigint;
begin
    select c.place into v_place from console c
    where c.install_id = p_install and c.login = session_user::text and c.stream = p_stream
        and c.agency is not distinct from v_agency;
    if not found or my_role() is null then
        raise exception 'this seat has not said hello' using errcode = '42501';
    end if;
    p_limit := least(p_limit, 1000);
    if v_agency is null then
        return query
        select e.seq, e.id, e.seq, e.request_id, e.kind, e.at, e.actor, e.role, e.workstation,
            e.agency, e.hlc, e.schema_v, e.body
        from event e where e.stream = p_stream and e.seq > p_after order by e.seq limit p_limit;
        select least(s.last, p_after + p_limit) into v_end from stream s where s.stream = p_stream;
    else
        return query
        select f.seq, e.id, e.seq, e.request_id, e.kind, e.at, e.actor, e.role, e.workstation,
            e.agency, e.hlc, e.schema_v, e.body
        from feed_item f join event e on e.id = f.event_id
        where f.stream = p_stream and f.agency = v_agency and f.seq > p_after
        order by f.seq limit p_limit;
        select least(f.last, p_after + p_limit) into v_end from feed f
        where f.stream = p_stream and f.agency = v_agency;
    end if;
    if v_end > v_place then
        -- Where a seat stands is worth no wait for the disk.
        perform set_config('synchronous_commit', 'off', true);
        update console set place = v_end, seen_at = now_ms() where install_id = p_install;
    elsif v_end > p_after and v_agency is null then
        -- Reading again what the seat had: after a restore, or somebody copies reporters.
        perform log_act('events_read_again', null, jsonb_build_object(
            'install_id', p_install, 'from', p_after + 1, 'to', v_end));
    end if;
end $$;

create function hotline.id_at(p_stream text, p_place bigint) returns uuid
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case
        when my_role() is null then null
        when my_agency() is null then
            (select e.id from event e where e.stream = p_stream and e.seq = p_place)
        else (select f.event_id from feed_item f where f.stream = p_stream
            and f.agency = my_agency() and f.seq = p_place) end $$;

create function hotline.history_events(p_stream text, p_requests uuid[])
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
    v_agency text := my_agency();
begin
    if my_role() is null or cardinality(p_requests) > 200 then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if v_agency is null then
        -- It names the reporters of requests that the seat no longer keeps.
        perform log_act('history_read', null, to_jsonb(p_requests));
    end if;
    return query
    select e.seq, e.id, e.seq, e.request_id, e.kind, e.at, e.actor, e.role, e.workstation,
        e.agency, e.hlc, e.schema_v, e.body
    from event e
    where e.request_id = any (p_requests) and e.stream = p_stream
        and (v_agency is null or exists (select from feed_item f
            where f.event_id = e.id and f.agency = v_agency))
    order by e.seq;
end $$;

create function hotline.common_since(p_stream text, p_incarnation text) returns bigint
language sql stable security definer set search_path = hotline, pg_temp as $$
    -- What a later incarnation began with was there before; what came after may be another's. An
    -- incarnation that was itself lost leaves the smallest beginning but the very first.
    select case
        when mine.n is not null then
            (select min(i.after_seq) from incarnation i where i.stream = p_stream and i.n > mine.n)
        else coalesce((select min(i.after_seq) from incarnation i where i.stream = p_stream
            and i.n > (select min(f.n) from incarnation f where f.stream = p_stream)), 0) end
    from (select (select i.n from incarnation i
        where i.stream = p_stream and i.name = p_incarnation) as n) mine
$$;
comment on function hotline.common_since(text, text) is
    'up to which number the stream is as it was in that incarnation; null = all of it';

create function hotline.renew_incarnation() returns void
language sql volatile set search_path = hotline, pg_temp
as $$ update stream set incarnation = gen_random_uuid() $$;
comment on function hotline.renew_incarnation() is
    'every restore calls it, so that the consoles notice that the centre went back';
"""

_RIGHTS = r"""
do $$
declare
    t text;
begin
    foreach t in array array['event', 'incarnation', 'assigned', 'feed', 'feed_item', 'dirty'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
end $$;

create policy staff on hotline.event for select to hotline_switchboard
    using ((select hotline.my_role()) <> 'officer' and not hotline.hidden_kind(kind));
create policy feed on hotline.event for select to hotline_officer
    using (exists (select from hotline.feed_item f
        where f.event_id = event.id and f.agency = (select hotline.my_agency())));
create policy staff on hotline.assigned for select to hotline_switchboard
    using ((select hotline.my_role()) <> 'officer');
create policy own on hotline.assigned for select to hotline_officer
    using (agency = (select hotline.my_agency()));
create policy staff on hotline.feed for select to hotline_switchboard
    using ((select hotline.my_role()) <> 'officer');
create policy own on hotline.feed for select to hotline_officer
    using (agency = (select hotline.my_agency()));
create policy own on hotline.feed_item for select to hotline_officer
    using (agency = (select hotline.my_agency()));
create policy staff on hotline.dirty for select to hotline_switchboard
    using ((select hotline.my_role()) <> 'officer');

revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
grant select on hotline.event, hotline.assigned, hotline.feed
    to hotline_switchboard, hotline_officer;
grant select on hotline.feed_item to hotline_officer;
grant select on hotline.dirty to hotline_switchboard;
grant execute on function hotline.push_events(text, jsonb),
    hotline.hello(text, integer, uuid, text, integer, bigint),
    hotline.pull_events(text, uuid, bigint, integer), hotline.id_at(text, bigint),
    hotline.history_events(text, uuid[]), hotline.common_since(text, text),
    hotline.hidden_kind(text), hotline.officer_kind(text)
    to hotline_switchboard, hotline_officer;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _PUSH, _PULL, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
