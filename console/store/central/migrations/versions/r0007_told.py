"""A push costs half as much, and notifications are limited.

A notification wakes every listening console. So at most forty a second are sent for a stream or an
agency's feed; the console that pushed sends the rest later by `tell()`.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

_TOLD = r"""
create table hotline.told (
    stream text not null,
    agency text not null default '',
    seq bigint not null,
    at bigint not null,
    primary key (stream, agency)) with (fillfactor = 20);
comment on table hotline.told is 'up to which number consoles were notified, and when';

create function hotline.tell(p_stream text, p_seq bigint) returns boolean
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
            and not (t.at > v_now - 25 and t.at <= v_now)
        returning t.agency, t.seq
    loop
        perform pg_notify('hotline:' || p_stream || coalesce(':' || nullif(v_row.agency, ''), ''),
            v_row.seq::text);
    end loop;
    return exists (select from told t
        where t.stream = p_stream and t.agency = '' and t.seq >= p_seq);
end $$;
comment on function hotline.tell(text, bigint) is
    'some moments after a push: notify of what was held back; false = ask again';
"""

_PUSH = r"""
create or replace function hotline.push_events(p_stream text, p_events jsonb)
returns table (id uuid, seq bigint, hlc bigint)
language plpgsql volatile security definer set search_path = hotline, pg_temp
-- A batch is small and the log is large: by index, whatever the statistics of a young table say,
-- and planned once for a session.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan as $$
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

    with stored as (
        insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation, agency,
            hlc, schema_v, body, login, received_at)
        select d.id, p_stream, v_last + row_number() over (order by d.n), d.request_id, d.kind,
            d.at, d.actor, d.role, d.workstation, d.agency,
            least(d.hlc, (v_now + 60000) * 65536), d.schema_v, d.body, session_user::text, v_now
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
                and (d.kind <> 'step_taken_back'
                    or may_take_back(d.request_id, d.body, v_agency))
                and exists (select from assigned a
                    where a.request_id = d.request_id and a.agency = v_agency)))
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
        update stream set last = v_last + v_new where stream = p_stream;
        if exists (select from assigned a where a.request_id = any (v_requests)) then
            with fresh as (
                select a.agency, e.id, row_number() over w as k,
                    count(*) over (partition by a.agency) as m
                from assigned a join event e on e.request_id = a.request_id and e.stream = p_stream
                where a.request_id = any (v_requests)
                    and (e.seq > v_last or a.since_seq > v_last)
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
                select p_stream, c.agency, c.last, v_now from counted c
                on conflict (stream, agency) do update set seq = excluded.seq, at = excluded.at
                    where not (t.at > excluded.at - 25 and t.at <= excluded.at)
                returning t.agency, t.seq)
            select count(pg_notify('hotline:' || p_stream || ':' || n.agency, n.seq::text))
            from noted n into v_new;
        end if;
        insert into told as t (stream, agency, seq, at)
        select p_stream, '', s.last, v_now from stream s where s.stream = p_stream
        on conflict (stream, agency) do update set seq = excluded.seq, at = excluded.at
            where not (t.at > excluded.at - 25 and t.at <= excluded.at);
        if found then
            perform pg_notify('hotline:' || p_stream, s.last::text) from stream s
            where s.stream = p_stream;
        end if;
    end if;

    -- Each by its id: sorted by the log's own index, the planner would walk the whole log.
    return query
    select x.id, x.seq, x.hlc from (
        select e.id, e.seq, e.hlc, e.request_id, e.stream from event e
        where e.id = any (v_ids) offset 0) x
    where x.stream = p_stream
        and (v_agency is null or exists (select from assigned a
            where a.request_id = x.request_id and a.agency = v_agency))
    order by x.seq;
end $$;
"""

_RIGHTS = r"""
alter table hotline.told enable row level security;
alter table hotline.told force row level security;
create policy owner on hotline.told to hotline_owner using (true) with check (true);
revoke all on hotline.told from public;
revoke all on function hotline.tell(text, bigint) from public;
grant execute on function hotline.tell(text, bigint) to hotline_switchboard, hotline_officer;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TOLD, _PUSH, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
