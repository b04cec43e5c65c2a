"""Rows that all seats of the switchboard share, and which gateway holds which channel.

They are written contacts, messages of ours, blocked senders, and opt-outs.

A row has two halves with a version each: what arrived (`said`) and what people did with it
(`step`). The later version of each half wins, so that a late part of a text and an operator's step
do not overwrite each other. The feed holds only the latest state of each row, numbered under a lock
like events. No login may select any of it, and agencies never get it.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_TABLES = r"""
create table hotline.shared (
    stream text not null,
    kind text not null check (kind in ('contact', 'outreach', 'blocked', 'opt_out')),
    key text not null check (length(key) between 1 and 400),
    said_v bigint not null,
    step_v bigint not null,
    said jsonb not null check (jsonb_typeof(said) = 'object'),
    step jsonb not null check (jsonb_typeof(step) = 'object'),
    seq bigint not null,
    login text not null,
    primary key (stream, kind, key)) with (fillfactor = 70);
create unique index shared_seq on hotline.shared (stream, seq);

create table hotline.shared_head (
    stream text primary key,
    last bigint not null default 0) with (fillfactor = 50);
alter table hotline.console add column shared_place bigint not null default 0;

create table hotline.lease (
    stream text not null,
    name text not null check (length(name) between 1 and 100),
    install_id uuid not null,
    workstation text not null check (length(workstation) <= 200),
    until bigint not null,
    primary key (stream, name)) with (fillfactor = 50);
comment on table hotline.lease is
    'its time is the server''s for everybody; a lock of a session would outlive a cut line';
"""

_SHARE = r"""
create function hotline.may_share(p_write boolean) returns void
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
begin
    if my_agency() is not null or my_role() is null or (p_write and my_role() = 'auditor') then
        raise exception 'not allowed' using errcode = '42501';
    end if;
end $$;

create function hotline.lock_shared(p_stream text) returns bigint
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_last bigint;
begin
    if not exists (select from stream s where s.stream = p_stream) then
        raise exception 'no stream %', p_stream using errcode = 'P0002';
    end if;
    insert into shared_head (stream) values (p_stream) on conflict do nothing;
    select h.last into v_last from shared_head h where h.stream = p_stream for update;
    return v_last;
end $$;

create function hotline.share_rows(p_stream text, p_rows jsonb) returns bigint
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    v_last bigint;
    v_new bigint;
begin
    perform may_share(true);
    v_last := lock_shared(p_stream);
    insert into shared as s (stream, kind, key, said_v, step_v, said, step, seq, login)
    select p_stream, m.kind, m.key, m.said_v, m.step_v, m.said, m.step,
        v_last + row_number() over (order by m.n), session_user::text
    from (
        select c.n, c.kind, c.key, greatest(c.said_v, o.said_v) as said_v,
            greatest(c.step_v, o.step_v) as step_v,
            case when o.key is null then c.said
                -- a number that a citizen was told stays
                when c.said_v > o.said_v then case
                    when o.said ->> 'number' is null then c.said
                    else c.said || jsonb_build_object('number', o.said -> 'number') end
                else o.said end as said,
            case when o.key is null or c.step_v > o.step_v then c.step else o.step end as step
        from (
            select distinct on (x.kind, x.key) x.*
            from rows from (jsonb_to_recordset(p_rows) as (
                kind text, key text, said_v bigint, step_v bigint, said jsonb, step jsonb))
                with ordinality as x(kind, key, said_v, step_v, said, step, n)
            order by x.kind, x.key, x.n desc) c
        left join shared o on o.stream = p_stream and o.kind = c.kind and o.key = c.key
        where o.key is null or c.said_v > o.said_v or c.step_v > o.step_v) m
    on conflict (stream, kind, key) do update set said_v = excluded.said_v,
        step_v = excluded.step_v, said = excluded.said, step = excluded.step,
        seq = excluded.seq, login = excluded.login;
    get diagnostics v_new = row_count;
    if v_new > 0 then
        update shared_head set last = v_last + v_new where stream = p_stream;
        perform pg_notify('hotline:' || p_stream, 'shared ' || (v_last + v_new));
    end if;
    return v_last + v_new;
end $$;

create function hotline.shared_after(
    p_stream text, p_install uuid, p_after bigint, p_limit integer)
returns table (seq bigint, kind text, key text, said_v bigint, step_v bigint, said jsonb,
    step jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
    v_place bigint;
    v_end bigint;
begin
    perform may_share(false);
    select c.shared_place into v_place from console c
    where c.install_id = p_install and c.login = session_user::text and c.stream = p_stream;
    if not found then
        raise exception 'this seat has not said hello' using errcode = '42501';
    end if;
    p_limit := least(p_limit, 1000);
    return query
    select s.seq, s.kind, s.key, s.said_v, s.step_v, s.said, s.step from shared s
    where s.stream = p_stream and s.seq > p_after order by s.seq limit p_limit;
    select max(x.seq) into v_end from (select s.seq from shared s
        where s.stream = p_stream and s.seq > p_after order by s.seq limit p_limit) x;
    if v_end > v_place then
        perform set_config('synchronous_commit', 'off', true);
        update console set shared_place = v_end where install_id = p_install;
    elsif v_end > p_after then
        -- Reading again what the seat had: after a restore, or somebody copies who wrote.
        perform log_act('contacts_read_again', null, jsonb_build_object(
            'install_id', p_install, 'from', p_after + 1, 'to', v_end));
    end if;
end $$;

create function hotline.shared_last(p_stream text) returns bigint
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case when my_role() is null or my_agency() is not null then 0
        else coalesce((select h.last from shared_head h where h.stream = p_stream), 0) end $$;
"""

_LEASES = r"""
create function hotline.take_lease(
    p_stream text, p_install uuid, p_name text, p_workstation text, p_life_ms integer)
returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_until bigint := now_ms() + least(greatest(p_life_ms, 1000), 120000);
begin
    perform may_share(true);
    -- Worth no wait for the disk: after a crash of the server everybody asks anew.
    perform set_config('synchronous_commit', 'off', true);
    insert into lease as l (stream, name, install_id, workstation, until)
    values (p_stream, p_name, p_install, p_workstation, v_until)
    on conflict (stream, name) do update set install_id = excluded.install_id,
        workstation = excluded.workstation, until = excluded.until
    where l.install_id = excluded.install_id or l.until < now_ms();
    return found;
end $$;

create function hotline.release_lease(p_stream text, p_install uuid, p_name text) returns void
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    perform may_share(true);
    -- The row stays, so that everybody sees which channel nobody holds.
    update lease set until = least(until, now_ms() - 1)
    where stream = p_stream and name = p_name and install_id = p_install;
end $$;

create function hotline.leases(p_stream text)
returns table (name text, install_id uuid, workstation text, silent_ms bigint)
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
begin
    perform may_share(false);
    return query
    select l.name, l.install_id, l.workstation, now_ms() - l.until from lease l
    where l.stream = p_stream order by l.name;
end $$;

create function hotline.claim_message(
    p_stream text, p_install uuid, p_lease text, p_row jsonb)
returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_last bigint;
    v record;
begin
    perform may_share(true);
    if not exists (select from lease l where l.stream = p_stream and l.name = p_lease
            and l.install_id = p_install and l.until > now_ms()) then
        return false;
    end if;
    v_last := lock_shared(p_stream);
    select s.step_v, s.step into v from shared s
    where s.stream = p_stream and s.kind = 'outreach' and s.key = p_row ->> 'key';
    if found and v.step = p_row -> 'step' and v.step ->> 'taken_by' = p_lease then
        return true;  -- the answer was lost
    end if;
    -- Who knows less than the centre hears the news first.
    if found and (v.step ->> 'state' <> 'queued' or v.step_v > (p_row ->> 'step_v')::bigint) then
        return false;
    end if;
    insert into shared as s (stream, kind, key, said_v, step_v, said, step, seq, login)
    values (p_stream, 'outreach', p_row ->> 'key', (p_row ->> 'said_v')::bigint,
        (p_row ->> 'step_v')::bigint, p_row -> 'said', p_row -> 'step', v_last + 1,
        session_user::text)
    on conflict (stream, kind, key) do update set step_v = excluded.step_v, step = excluded.step,
        seq = excluded.seq, login = excluded.login;
    update shared_head set last = v_last + 1 where stream = p_stream;
    perform pg_notify('hotline:' || p_stream, 'shared ' || (v_last + 1));
    return true;
end $$;
comment on function hotline.claim_message(text, uuid, text, jsonb) is
    'before the device hears of a message: of several gateways one sends it';
"""

_RIGHTS = r"""
do $$
declare
    t text;
begin
    foreach t in array array['shared', 'shared_head', 'lease'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
end $$;
revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
grant execute on function hotline.share_rows(text, jsonb),
    hotline.shared_after(text, uuid, bigint, integer), hotline.shared_last(text),
    hotline.take_lease(text, uuid, text, text, integer),
    hotline.release_lease(text, uuid, text), hotline.leases(text),
    hotline.claim_message(text, uuid, text, jsonb)
    to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _SHARE, _LEASES, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
