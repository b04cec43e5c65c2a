"""Accounts, seats, and the audit that nobody can rewrite.

Row security depends on `session_user`, which a login cannot change: a policy asks `my_agency()`,
never a setting.
"""

from alembic import op

revision = "0001"
down_revision = None

_STEP = r"""
create function hotline.now_ms() returns bigint
language sql volatile set search_path = hotline, pg_temp
as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create function hotline.speaks_from() returns integer
language sql immutable set search_path = hotline, pg_temp
as $$ select 1 $$;
comment on function hotline.speaks_from() is
    'the oldest step that a console may know to work with this schema; a contract step raises it';

create table hotline.app_user (
    login text primary key check (login <> ''),
    role text not null
        check (role in ('operator', 'supervisor', 'officer', 'auditor', 'administrator')),
    agency text check (agency <> '' and octet_length(agency) <= 40),
    name text not null default '',
    active boolean not null default true,
    since bigint not null default hotline.now_ms(),
    check ((role = 'officer') = (agency is not null)));

create function hotline.my_agency() returns text
language sql stable security definer set search_path = hotline, pg_temp
as $$ select agency from app_user where login = session_user::text and active $$;

create function hotline.my_role() returns text
language sql stable security definer set search_path = hotline, pg_temp
as $$ select role from app_user where login = session_user::text and active $$;

create table hotline.stream (
    stream text primary key check (stream ~ '^[a-z0-9_-]{1,15}$'),
    last bigint not null default 0,
    incarnation uuid not null default gen_random_uuid(),
    min_console_version integer not null default 1) with (fillfactor = 20);
insert into hotline.stream (stream) values ('hcmc');

create table hotline.console_code (
    stream text not null,
    code integer not null check (code between 0 and 999),
    install_id uuid not null,
    primary key (stream, code));
comment on table hotline.console_code is
    'the first seat with a code keeps it for ever, so that no request number comes twice';

create table hotline.console (
    install_id uuid primary key,
    stream text not null,
    code integer not null,
    workstation text not null check (length(workstation) <= 200),
    version integer not null,
    login text not null,
    agency text,
    place bigint not null default 0,
    skew_ms bigint not null default 0,
    first_seen_at bigint not null default hotline.now_ms(),
    seen_at bigint not null default hotline.now_ms()) with (fillfactor = 50);
comment on column hotline.console.place is 'how far it has pulled: in the stream, or in its feed';

-- The audit: insert-only, each row holds the hash of the one before.
create table hotline.audit (
    n bigint primary key,
    at bigint not null,
    login text not null,
    act text not null check (act ~ '^[a-z_]{1,40}$'),
    request_id uuid,
    detail jsonb not null,
    before bytea not null,
    hash bytea not null);
create index audit_login on hotline.audit (login, act, at);
create index audit_request on hotline.audit (request_id) where request_id is not null;

create function hotline.audit_hash(
    p_before bytea, p_n bigint, p_at bigint, p_login text, p_act text, p_request uuid,
    p_detail jsonb)
returns bytea language sql immutable set search_path = hotline, pg_temp
as $$ select sha256(p_before || convert_to(
        jsonb_build_array(p_n, p_at, p_login, p_act, p_request, p_detail)::text, 'UTF8')) $$;

create function hotline.audit_chain() returns trigger
language plpgsql set search_path = hotline, pg_temp as $$
begin
    perform pg_advisory_xact_lock(10221, 0);
    select n + 1, hash into new.n, new.before from audit order by n desc limit 1;
    if not found then
        new.n := 1;
        new.before := '\x';
    end if;
    new.at := now_ms();
    new.login := session_user::text;
    new.hash := audit_hash(
        new.before, new.n, new.at, new.login, new.act, new.request_id, new.detail);
    return new;
end $$;
create trigger audit_chain before insert on hotline.audit
    for each row execute function hotline.audit_chain();

create function hotline.append_only() returns trigger
language plpgsql set search_path = hotline, pg_temp as $$
begin
    raise exception 'append-only: % of %', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger audit_unchanged before update or delete on hotline.audit
    for each row execute function hotline.append_only();
create trigger audit_kept before truncate on hotline.audit
    for each statement execute function hotline.append_only();

create function hotline.log_act(p_act text, p_request uuid, p_detail jsonb) returns void
language sql volatile security definer set search_path = hotline, pg_temp
as $$ insert into audit (act, request_id, detail) values (p_act, p_request, p_detail) $$;

create function hotline.record_act(p_act text, p_request uuid, p_detail jsonb) returns void
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    if my_role() is null then
        raise exception 'no account' using errcode = '42501';
    end if;
    if p_act not in ('recording_played', 'export_made') or length(p_detail::text) > 4000 then
        raise exception 'not an act' using errcode = '22023';
    end if;
    perform log_act(p_act, p_request, p_detail);
end $$;

create function hotline.audit_verify(out rows bigint, out head bytea, out first_bad bigint)
language sql stable security definer set search_path = hotline, pg_temp as $$
    select count(*), (select a.hash from audit a order by a.n desc limit 1),
        min(c.n) filter (where c.n <> c.expected_n or c.before <> c.expected_before
            or c.hash <> audit_hash(c.before, c.n, c.at, c.login, c.act, c.request_id, c.detail))
    from (
        select a.*, coalesce(lag(a.hash) over w, '\x') as expected_before,
            coalesce(lag(a.n) over w, 0) + 1 as expected_n
        from audit a window w as (order by a.n)) c $$;

do $$
declare
    t text;
begin
    foreach t in array array['app_user', 'stream', 'console_code', 'console', 'audit'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
end $$;

create policy own on hotline.app_user for select to hotline_officer
    using (login = session_user::text);
create policy staff on hotline.app_user for select to hotline_switchboard
    using ((select hotline.my_role()) in ('operator', 'supervisor', 'auditor', 'administrator'));
create policy staff on hotline.stream for select to hotline_switchboard
    using ((select hotline.my_role()) in ('operator', 'supervisor', 'auditor', 'administrator'));
create policy staff on hotline.console for select to hotline_switchboard
    using ((select hotline.my_role()) in ('operator', 'supervisor', 'auditor', 'administrator'));
create policy staff on hotline.audit for select to hotline_auditor
    using ((select hotline.my_role()) = 'auditor');

revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
grant select on hotline.app_user to hotline_officer, hotline_switchboard;
grant select on hotline.stream, hotline.console, hotline.schema_step to hotline_switchboard;
grant select on hotline.audit to hotline_auditor;
grant execute on function hotline.my_agency(), hotline.my_role(),
    hotline.record_act(text, uuid, jsonb), hotline.now_ms()
    to hotline_switchboard, hotline_officer;
grant execute on function hotline.audit_verify() to hotline_auditor, hotline_administrator;
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(_STEP.replace(":", r"\:"))
