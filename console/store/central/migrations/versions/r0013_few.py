"""A push of a few events, such as a person's save, is stored event by event: simple statements cost
less than one made for five hundred, whose start took longer than its work.

A notification wakes every console, so under load they are sent ten times a second instead of forty.

The server's start time, its timeline and the number of restores show cheaply whether the centre is
a new incarnation; only when one of them has changed is the control file read.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

_NOTED = r"""
alter table hotline.stream add column noted text not null default '';
comment on column hotline.stream.noted is
    'server start, timeline and restore for which the incarnation was noted last';

create function hotline.told_hold(p_behind bigint) returns bigint
language sql immutable
return least(100, 25 + greatest(0, p_behind));
comment on function hotline.told_hold(bigint) is
    'milliseconds between two notifications: more while much comes, since each wakes every console';

create function hotline.may_push(p_event jsonb, p_agency text) returns boolean
language plpgsql stable set search_path = hotline, pg_temp as $$
declare
    v_request uuid := (p_event ->> 'request_id')::uuid;
begin
    return coalesce(p_event ->> 'role' = 'officer' and p_event ->> 'agency' = p_agency
        and officer_kind(p_event ->> 'kind')
        and coalesce(p_event #>> '{body,agency}', p_agency) = p_agency
        and (p_event ->> 'kind' <> 'step_taken_back'
            or may_take_back(v_request, p_event -> 'body', p_agency))
        and exists (select from assigned a
            where a.request_id = v_request and a.agency = p_agency), false);
end $$;
comment on function hotline.may_push(jsonb, text) is 'what an officer of this agency may push';

create function hotline.feed_events(
    p_stream text, p_after bigint, p_requests uuid[], p_now bigint)
returns void
language plpgsql volatile set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_told bigint;
begin
    with fresh as (
        select a.agency, e.id, row_number() over w as k,
            count(*) over (partition by a.agency) as m
        from assigned a join event e on e.request_id = a.request_id and e.stream = p_stream
        where a.request_id = any (p_requests)
            and (e.seq > p_after or a.since_seq > p_after)
            and not kept_from(e.kind, e.agency, e.body, a.agency)
        window w as (partition by a.agency order by e.seq)),
    counted as (
        insert into feed as f (stream, agency, last)
        select p_stream, x.agency, x.m from fresh x where x.k = 1 order by x.agency
        on conflict (stream, agency) do update set last = f.last + excluded.last
        returning f.agency, f.last),
    listed as (
        insert into feed_item (stream, agency, seq, event_id)
        select p_stream, x.agency, c.last - x.m + x.k, x.id
        from fresh x join counted c on c.agency = x.agency),
    noted as (
        insert into told as t (stream, agency, seq, at)
        select p_stream, c.agency, c.last, p_now from counted c
        on conflict (stream, agency) do update set seq = excluded.seq, at = excluded.at
            where not (t.at > excluded.at - told_hold(excluded.seq - t.seq)
                and t.at <= excluded.at)
        returning t.agency, t.seq)
    select count(pg_notify('hotline:' || p_stream || ':' || n.agency, n.seq::text))
    from noted n into v_told;
end $$;
comment on function hotline.feed_events(text, bigint, uuid[], bigint) is
    'what came after this number of these requests goes into the feeds of who ever had them';
"""

_MANY = r"""
create function hotline.push_many(
    p_stream text, p_events jsonb, p_agency text, p_last bigint, p_now bigint)
returns uuid[]
language plpgsql volatile set search_path = hotline, pg_temp
-- A batch is small and the log is large: by index, whatever the statistics of a young table say,
-- and planned once for a session.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_new bigint;
    v_requests uuid[];
begin
    with stored as (
        insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation, agency,
            hlc, schema_v, body, login, received_at)
        select d.id, p_stream, p_last + row_number() over (order by d.n), d.request_id, d.kind,
            d.at, d.actor, d.role, d.workstation, d.agency,
            least(d.hlc, (p_now + 60000) * 65536), d.schema_v, d.body, session_user::text, p_now
        from (
            select distinct on (x.id) x.*
            from rows from (jsonb_to_recordset(p_events) as (
                id uuid, request_id uuid, kind text, at bigint, actor text, role text,
                workstation text, agency text, hlc bigint, schema_v integer, body jsonb))
                with ordinality as x(id, request_id, kind, at, actor, role, workstation, agency,
                    hlc, schema_v, body, n)
            order by x.id, x.n) d
        where not exists (select from event e where e.id = d.id)
            and (p_agency is null or may_push(jsonb_build_object('role', d.role,
                'agency', d.agency, 'kind', d.kind, 'request_id', d.request_id,
                'body', d.body), p_agency))
        returning request_id, seq, kind, body),
    changed as (
        insert into dirty as t (request_id, stream, seq)
        select s.request_id, p_stream, max(s.seq) from stored s group by s.request_id
        on conflict (request_id) do update set seq = greatest(t.seq, excluded.seq)),
    given as (
        insert into assigned (request_id, agency, stream, since_seq)
        select s.request_id, s.body ->> 'agency', p_stream, min(s.seq)
        from stored s where s.kind = 'request_forwarded' and s.body ->> 'agency' is not null
        group by 1, 2
        on conflict do nothing)
    select count(*), array_agg(distinct s.request_id) from stored s into v_new, v_requests;
    if v_new > 0 then
        update stream set last = p_last + v_new where stream = p_stream;
    end if;
    return v_requests;
end $$;
"""

_TELL = r"""
create or replace function hotline.tell(p_stream text, p_seq bigint) returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_now bigint := now_ms();
    v_last bigint;
    v_row record;
begin
    if my_role() is null then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if exists (select from told t where t.stream = p_stream and t.agency = '' and t.seq >= p_seq)
        and not exists (select from told t join feed f on f.stream = t.stream
            and f.agency = t.agency where t.stream = p_stream and t.seq < f.last) then
        return true;
    end if;
    perform set_config('synchronous_commit', 'off', true);
    select s.last into v_last from stream s where s.stream = p_stream;
    for v_row in
        update told t set seq = n.last, at = v_now
        from (select '' as agency, v_last as last
            union all select f.agency, f.last from feed f where f.stream = p_stream) n
        where t.stream = p_stream and t.agency = n.agency and t.seq < n.last
            and not (t.at > v_now - told_hold(n.last - t.seq) and t.at <= v_now)
        returning t.agency, t.seq
    loop
        perform pg_notify('hotline:' || p_stream || coalesce(':' || nullif(v_row.agency, ''), ''),
            v_row.seq::text);
    end loop;
    return exists (select from told t
        where t.stream = p_stream and t.agency = '' and t.seq >= p_seq);
end $$;
"""

_PUSH = r"""
create or replace function hotline.push_events(p_stream text, p_events jsonb)
returns table (id uuid, seq bigint, hlc bigint)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    c_few constant integer := 8;
    v_role text;
    v_agency text;
    v_before bigint;
    v_last bigint;
    v_now bigint;
    v_noted text;
    v_here text;
    v_event jsonb;
    v_id uuid;
    v_request uuid;
    v_hlc bigint;
    v_at integer;
    v_seen uuid[] := '{}';
    v_requests uuid[] := '{}';
    v_seqs bigint[] := '{}';
begin
    select role, agency into v_role, v_agency from app_user
    where login = session_user::text and active;
    if v_role is null or v_role = 'auditor' then
        raise exception 'this account may not push' using errcode = '42501';
    end if;
    -- Whoever has this lock sees what the one before committed: it is let go of after the commit.
    perform pg_advisory_xact_lock(1022, hashtext(p_stream));
    select s.last, s.noted, extract(epoch from pg_postmaster_start_time())
        || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || s.incarnation
    into v_before, v_noted, v_here from stream s where s.stream = p_stream;
    if not found then
        raise exception 'no stream %', p_stream using errcode = 'P0002';
    end if;
    v_now := floor(extract(epoch from clock_timestamp()) * 1000)::bigint;
    if v_noted <> v_here then
        perform note_incarnation(p_stream);
        insert into told (stream, agency, seq, at) values (p_stream, '', 0, 0)
        on conflict do nothing;
        update stream set noted = v_here where stream = p_stream;
    end if;

    v_last := v_before;
    if jsonb_array_length(p_events) > c_few then
        v_requests := push_many(p_stream, p_events, v_agency, v_before, v_now);
        select s.last into v_last from stream s where s.stream = p_stream;
        -- Each by its id: sorted by the log's own index, the planner would walk the whole log.
        return query
        select x.id, x.seq, x.hlc from (
            select e.id, e.seq, e.hlc, e.request_id, e.stream from event e
            where e.id = any (array(select (x ->> 'id')::uuid
                from jsonb_array_elements(p_events) x)) offset 0) x
        where x.stream = p_stream
            and (v_agency is null or exists (select from assigned a
                where a.request_id = x.request_id and a.agency = v_agency))
        order by x.seq;
    else
        for n in 0 .. jsonb_array_length(p_events) - 1 loop
            v_event := p_events -> n;
            v_id := (v_event ->> 'id')::uuid;
            continue when v_id = any (v_seen);
            v_seen := v_seen || v_id;
            if v_agency is null or may_push(v_event, v_agency) then
                v_request := (v_event ->> 'request_id')::uuid;
                v_hlc := least((v_event ->> 'hlc')::bigint, (v_now + 60000) * 65536);
                insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation,
                    agency, hlc, schema_v, body, login, received_at)
                values (v_id, p_stream, v_last + 1, v_request, v_event ->> 'kind',
                    (v_event ->> 'at')::bigint, v_event ->> 'actor', v_event ->> 'role',
                    v_event ->> 'workstation', v_event ->> 'agency', v_hlc,
                    (v_event ->> 'schema_v')::integer, v_event -> 'body', session_user::text,
                    v_now)
                on conflict (id) do nothing;
                if found then
                    v_last := v_last + 1;
                    if v_event ->> 'kind' = 'request_forwarded'
                            and v_event #>> '{body,agency}' is not null then
                        insert into assigned (request_id, agency, stream, since_seq)
                        values (v_request, v_event #>> '{body,agency}', p_stream, v_last)
                        on conflict do nothing;
                    end if;
                    v_at := coalesce(array_position(v_requests, v_request),
                        cardinality(v_requests) + 1);
                    v_requests[v_at] := v_request;
                    v_seqs[v_at] := v_last;
                    id := v_id;
                    seq := v_last;
                    hlc := v_hlc;
                    return next;
                    continue;
                end if;
            end if;
            return query
            select e.id, e.seq, e.hlc from event e
            where e.id = v_id and e.stream = p_stream
                and (v_agency is null or exists (select from assigned a
                    where a.request_id = e.request_id and a.agency = v_agency));
        end loop;
        for n in 1 .. cardinality(v_requests) loop
            insert into dirty as t (request_id, stream, seq)
            values (v_requests[n], p_stream, v_seqs[n])
            on conflict (request_id) do update set seq = greatest(t.seq, excluded.seq);
        end loop;
        if v_last > v_before then
            update stream set last = v_last where stream = p_stream;
        end if;
    end if;

    if v_last > v_before then
        if exists (select from assigned a where a.request_id = any (v_requests)) then
            perform feed_events(p_stream, v_before, v_requests, v_now);
        end if;
        update told t set seq = v_last, at = v_now
        where t.stream = p_stream and t.agency = ''
            and not (t.at > v_now - told_hold(v_last - t.seq) and t.at <= v_now);
        if found then
            perform pg_notify('hotline:' || p_stream, v_last::text);
        end if;
    end if;
end $$;

revoke all on function hotline.told_hold(bigint), hotline.may_push(jsonb, text),
    hotline.feed_events(text, bigint, uuid[], bigint),
    hotline.push_many(text, jsonb, text, bigint, bigint) from public;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_NOTED, _MANY, _TELL, _PUSH):
        op.execute(part.replace(":", r"\:"))
