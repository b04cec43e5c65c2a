"""Photos and documents in chunks, and who has a request open.

A file is named by its sha256 and checked against it when its last chunk arrives. An agency sees the
files that events of its requests name.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = r"""
create table hotline.attachment (
    sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint not null check (size > 0),
    mime text not null check (length(mime) <= 100),
    stored bigint not null default 0 check (stored <= size),
    login text not null,
    created_at bigint not null default hotline.now_ms());
create table hotline.blob_chunk (
    sha256 text not null,
    n integer not null,
    data bytea not null,
    primary key (sha256, n));
alter table hotline.blob_chunk alter column data set storage external;
create table hotline.media (
    sha256 text not null,
    request_id uuid not null,
    primary key (sha256, request_id));
comment on table hotline.media is 'which request''s events name which file';

create unlogged table hotline.presence (
    request_id uuid not null,
    install_id uuid not null,
    login text not null,
    name text not null check (length(name) <= 200),
    workstation text not null check (length(workstation) <= 200),
    seen_at bigint not null,
    primary key (request_id, install_id));

create function hotline.event_media() returns trigger
language plpgsql set search_path = hotline, pg_temp as $$
begin
    insert into media (sha256, request_id)
    select distinct m.value, new.request_id
    from (values (new.body -> 'media'), (new.body -> 'photos')) as names(list),
        lateral jsonb_array_elements_text(
            case when jsonb_typeof(names.list) = 'array' then names.list else '[]' end) m
    where m.value ~ '^[0-9a-f]{64}$'
    on conflict do nothing;
    return null;
end $$;
create trigger event_media after insert on hotline.event for each row
    when (new.body ? 'media' or new.body ? 'photos') execute function hotline.event_media();
"""

_BLOBS = r"""
create function hotline.may_see_file(p_sha256 text) returns boolean
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case
        when my_role() is null then false
        when my_agency() is null then true
        else exists (select from media m join assigned a on a.request_id = m.request_id
            where m.sha256 = p_sha256 and a.agency = my_agency())
        or exists (select from attachment f
            where f.sha256 = p_sha256 and f.login = session_user::text) end $$;

create function hotline.put_chunk(
    p_sha256 text, p_size bigint, p_mime text, p_n integer, p_data bytea)
returns bigint
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    c_chunk constant bigint := 1048576;
    c_most constant bigint := 104857600;
    v attachment;
    v_whole bytea;
begin
    if coalesce(my_role() = 'auditor', true) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if p_size > c_most then
        raise exception 'too large' using errcode = 'HL002';
    end if;
    insert into attachment (sha256, size, mime, login)
    values (p_sha256, p_size, p_mime, session_user::text) on conflict do nothing;
    select * into v from attachment where sha256 = p_sha256 for update;
    if v.size <> p_size then
        raise exception 'other size' using errcode = 'HL003';
    end if;
    if v.stored = v.size or p_n * c_chunk < v.stored then
        return v.stored;
    end if;
    -- Pieces come in order, each whole: `stored` says how far, so that anybody may go on.
    if p_n * c_chunk <> v.stored or octet_length(p_data) <> least(c_chunk, v.size - v.stored) then
        raise exception 'not the next piece' using errcode = 'HL003';
    end if;
    insert into blob_chunk (sha256, n, data) values (p_sha256, p_n, p_data)
    on conflict (sha256, n) do update set data = excluded.data;
    v.stored := v.stored + octet_length(p_data);
    if v.stored = v.size then
        select string_agg(b.data, '' order by b.n) into v_whole
        from blob_chunk b where b.sha256 = p_sha256;
        if encode(sha256(v_whole), 'hex') <> p_sha256 then
            delete from blob_chunk where sha256 = p_sha256;
            delete from attachment where sha256 = p_sha256;
            return -1;
        end if;
    end if;
    update attachment set stored = v.stored where sha256 = p_sha256;
    return v.stored;
end $$;

create function hotline.blob(p_sha256 text, out size bigint, out mime text, out stored bigint)
returns setof record
language sql stable security definer set search_path = hotline, pg_temp as $$
    select a.size, a.mime, a.stored from attachment a
    where a.sha256 = p_sha256 and may_see_file(p_sha256) $$;

create function hotline.chunk(p_sha256 text, p_n integer) returns bytea
language sql stable security definer set search_path = hotline, pg_temp as $$
    select b.data from blob_chunk b join attachment a on a.sha256 = b.sha256
    where b.sha256 = p_sha256 and b.n = p_n and a.stored = a.size and may_see_file(p_sha256) $$;
"""

_PRESENCE = r"""
create function hotline.may_see_request(p_request uuid) returns boolean
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case when my_role() is null then false when my_agency() is null then true
        else exists (select from assigned a
            where a.request_id = p_request and a.agency = my_agency()) end $$;

create function hotline.announce(
    p_install uuid, p_name text, p_workstation text, p_request uuid, p_here boolean)
returns void
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    if not may_see_request(p_request) then
        return;
    end if;
    perform set_config('synchronous_commit', 'off', true);
    if p_here then
        insert into presence (request_id, install_id, login, name, workstation, seen_at)
        values (p_request, p_install, session_user::text, p_name, p_workstation, now_ms())
        on conflict (request_id, install_id) do update set login = excluded.login,
            name = excluded.name, workstation = excluded.workstation, seen_at = excluded.seen_at;
    else
        delete from presence
        where request_id = p_request and install_id = p_install and login = session_user::text;
    end if;
    delete from presence where seen_at < now_ms() - 3600000;
end $$;

create function hotline.viewers(p_install uuid, p_request uuid)
returns table (name text, workstation text, seen_at bigint)
language sql stable security definer set search_path = hotline, pg_temp as $$
    select p.name, p.workstation, p.seen_at from presence p
    where p.request_id = p_request and p.install_id <> p_install
        and p.seen_at > now_ms() - 60000 and may_see_request(p_request)
    order by p.name, p.workstation $$;
"""

_RIGHTS = r"""
do $$
declare
    t text;
begin
    foreach t in array array['attachment', 'blob_chunk', 'media', 'presence'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
end $$;
create policy seen on hotline.attachment for select to hotline_switchboard, hotline_officer
    using (hotline.may_see_file(sha256));
create policy staff on hotline.media for select to hotline_switchboard
    using ((select hotline.my_role()) <> 'officer');
create policy own on hotline.media for select to hotline_officer
    using (exists (select from hotline.assigned a
        where a.request_id = media.request_id and a.agency = (select hotline.my_agency())));

revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
grant select on hotline.attachment, hotline.media to hotline_switchboard, hotline_officer;
grant execute on function hotline.may_see_file(text), hotline.may_see_request(uuid),
    hotline.put_chunk(text, bigint, text, integer, bytea), hotline.blob(text),
    hotline.chunk(text, integer), hotline.announce(uuid, text, text, uuid, boolean),
    hotline.viewers(uuid, uuid)
    to hotline_switchboard, hotline_officer;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _BLOBS, _PRESENCE, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
