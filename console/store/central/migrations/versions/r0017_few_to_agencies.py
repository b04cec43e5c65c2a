"""In a push of a few events, the agencies' feeds are also written event by event. A remark on a
request of an agency cost half as much again as on one that no agency has, mostly to start a
statement made for many.

A feed's item no longer has a foreign key to its event. Events are never deleted and only these
functions write feeds. The check locked and so rewrote the event's row, and it prevents partitioning
of the log. Looking up a number uses one plan per session: planning, with a partition per month,
took ten times as long as the look-up.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

_FEED = r"""
alter table hotline.feed_item drop constraint feed_item_event_id_fkey;

create function hotline.feed_append(p_stream text, p_mine text, p_ids uuid[]) returns bigint
language plpgsql volatile set search_path = hotline, pg_temp as $$
#variable_conflict use_column
declare
    v_last bigint;
begin
    insert into feed as f (stream, agency, last)
    values (p_stream, p_mine, cardinality(p_ids))
    on conflict (stream, agency) do update set last = f.last + excluded.last
    returning f.last into v_last;
    for n in 1 .. cardinality(p_ids) loop
        insert into feed_item (stream, agency, seq, event_id)
        values (p_stream, p_mine, v_last - cardinality(p_ids) + n, p_ids[n]);
    end loop;
    return v_last;
end $$;
comment on function hotline.feed_append(text, text, uuid[]) is
    'these events follow in the agency''s feed; where it ends then';

create function hotline.tell_agency(p_stream text, p_mine text, p_last bigint, p_now bigint)
returns void
language plpgsql volatile set search_path = hotline, pg_temp as $$
#variable_conflict use_column
begin
    insert into told as t (stream, agency, seq, at) values (p_stream, p_mine, p_last, p_now)
    on conflict (stream, agency) do update set seq = excluded.seq, at = excluded.at
        where not (t.at > excluded.at - told_hold(excluded.seq - t.seq) and t.at <= excluded.at);
    if found then
        perform pg_notify('hotline:' || p_stream || ':' || p_mine, p_last::text);
    end if;
end $$;
comment on function hotline.tell_agency(text, text, bigint, bigint) is
    'wakes the agency''s seats unless that was a moment ago: tell() does it then';
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
    v_kind text;
    v_body jsonb;
    v_id uuid;
    v_request uuid;
    v_hlc bigint;
    v_at integer;
    v_mine text;
    v_end bigint;
    v_given text;
    v_seen uuid[] := '{}';
    v_requests uuid[] := '{}';
    v_seqs bigint[] := '{}';
    v_fed text[] := '{}';
    v_ends bigint[] := '{}';
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
        if v_last > v_before
                and exists (select from assigned a where a.request_id = any (v_requests)) then
            perform feed_events(p_stream, v_before, v_requests, v_now);
        end if;
    else
        for n in 0 .. jsonb_array_length(p_events) - 1 loop
            v_event := p_events -> n;
            v_id := (v_event ->> 'id')::uuid;
            continue when v_id = any (v_seen);
            v_seen := v_seen || v_id;
            if v_agency is null or may_push(v_event, v_agency) then
                v_request := (v_event ->> 'request_id')::uuid;
                v_kind := v_event ->> 'kind';
                v_body := v_event -> 'body';
                v_hlc := least((v_event ->> 'hlc')::bigint, (v_now + 60000) * 65536);
                insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation,
                    agency, hlc, schema_v, body, login, received_at)
                values (v_id, p_stream, v_last + 1, v_request, v_kind,
                    (v_event ->> 'at')::bigint, v_event ->> 'actor', v_event ->> 'role',
                    v_event ->> 'workstation', v_event ->> 'agency', v_hlc,
                    (v_event ->> 'schema_v')::integer, v_body, session_user::text, v_now)
                on conflict (id) do nothing;
                if found then
                    v_last := v_last + 1;
                    v_given := case when v_kind = 'request_forwarded'
                        then v_body ->> 'agency' end;
                    if v_given is not null then
                        insert into assigned (request_id, agency, stream, since_seq)
                        values (v_request, v_given, p_stream, v_last)
                        on conflict do nothing;
                        if not found then
                            v_given := null;
                        end if;
                    end if;
                    for v_mine in select a.agency from assigned a
                            where a.request_id = v_request order by a.agency loop
                        if v_mine = v_given then
                            -- New to it: the whole life of the request, from the beginning.
                            v_end := feed_append(p_stream, v_mine, array(
                                select e.id from event e
                                where e.request_id = v_request and e.stream = p_stream
                                    and not kept_from(e.kind, e.agency, e.body, v_mine)
                                order by e.seq));
                        elsif not kept_from(v_kind, v_event ->> 'agency', v_body, v_mine) then
                            v_end := feed_append(p_stream, v_mine, array[v_id]);
                        else
                            continue;
                        end if;
                        v_at := coalesce(array_position(v_fed, v_mine), cardinality(v_fed) + 1);
                        v_fed[v_at] := v_mine;
                        v_ends[v_at] := v_end;
                    end loop;
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
        -- Agencies by name, as tell() takes these rows, then the stream's own.
        if cardinality(v_fed) = 1 then
            perform tell_agency(p_stream, v_fed[1], v_ends[1], v_now);
        elsif cardinality(v_fed) > 1 then
            perform tell_agency(p_stream, x.agency, x.last, v_now)
            from (select * from unnest(v_fed, v_ends) as u(agency, last) order by agency) x;
        end if;
    end if;

    if v_last > v_before then
        update told t set seq = v_last, at = v_now
        where t.stream = p_stream and t.agency = ''
            and not (t.at > v_now - told_hold(v_last - t.seq) and t.at <= v_now);
        if found then
            perform pg_notify('hotline:' || p_stream, v_last::text);
        end if;
    end if;
end $$;
"""

_NUMBER = r"""
create or replace function hotline.request_numbered(p_stream text, p_number text)
returns setof hotline.service_request
language plpgsql stable security definer set search_path = hotline, pg_temp
set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
    v_agency text := my_agency();
    v_row service_request;
begin
    if my_role() is null then
        return;
    end if;
    for v_row in
        select r.* from service_request r
        where r.number = p_number and r.stream = p_stream order by r.id
    loop
        if v_agency is null then
            return next v_row;
            return;
        elsif exists (select from assigned a
                where a.request_id = v_row.id and a.agency = v_agency) then
            return next own_part(v_row, v_agency);
            return;
        end if;
    end loop;
end $$;
"""

_RIGHTS = r"""
revoke all on function hotline.feed_append(text, text, uuid[]),
    hotline.tell_agency(text, text, bigint, bigint) from public;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_FEED, _PUSH, _NUMBER, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
