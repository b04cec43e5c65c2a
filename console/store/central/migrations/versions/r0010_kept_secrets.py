"""What gateways share: a secret that changes with each use, and the number of a report that an app
posts to two of them.

The gateways encrypt the secret (`channels/zalo/sealing.py`), so the database, its dumps and its
owner hold only ciphertext. Only the holder of the channel's lease gets it; reading and changing it
add lines to the audit. No login may select the table.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

_TABLE = r"""
create table hotline.kept_secret (
    stream text not null,
    name text not null check (length(name) between 1 and 100),
    gen bigint not null check (gen > 0),
    body bytea not null check (octet_length(body) <= 65536),
    kept_at bigint not null,
    install_id uuid not null,
    workstation text not null,
    login text not null,
    renewers uuid[] not null default '{}',
    renewing_at bigint,
    renewing_where text not null default '',
    primary key (stream, name)) with (fillfactor = 50);
comment on column hotline.kept_secret.renewers is
    'who began to renew this generation: one of them may have the next one in hand';
"""

_SECRETS = r"""
create function hotline.my_workstation(p_stream text, p_install uuid) returns text
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
declare
    v_where text;
begin
    perform may_share(true);
    select c.workstation into v_where from console c
    where c.install_id = p_install and c.login = session_user::text and c.stream = p_stream;
    if not found then
        raise exception 'this seat has not said hello' using errcode = '42501';
    end if;
    return v_where;
end $$;

create function hotline.has_lease(p_stream text, p_install uuid, p_name text) returns boolean
language sql volatile security definer set search_path = hotline, pg_temp as $$
    select exists (select from lease l where l.stream = p_stream and l.name = p_name
        and l.install_id = p_install and l.until > now_ms()) $$;

create function hotline.read_secret(
    p_stream text, p_install uuid, p_name text, p_known bigint)
returns table (gen bigint, body bytea, kept_at bigint, renewing_at bigint, renewing_where text)
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
declare
    v kept_secret;
begin
    perform my_workstation(p_stream, p_install);
    if not has_lease(p_stream, p_install, p_name) then
        return;
    end if;
    select * into v from kept_secret s where s.stream = p_stream and s.name = p_name;
    if not found then
        return query select 0::bigint, null::bytea, 0::bigint, null::bigint, ''::text;
        return;
    end if;
    if v.gen <> p_known and v.install_id <> p_install then
        perform log_act('secret_read', null, jsonb_build_object(
            'name', p_name, 'gen', v.gen, 'install_id', p_install));
    end if;
    return query select v.gen, case when v.gen <> p_known then v.body end, v.kept_at,
        v.renewing_at, v.renewing_where;
end $$;
comment on function hotline.read_secret(text, uuid, text, bigint) is
    'no row for who has no lease; generation 0 where nothing is kept; no body for who knows it';

create function hotline.begin_renewal(
    p_stream text, p_install uuid, p_name text, p_gen bigint)
returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_where text := my_workstation(p_stream, p_install);
begin
    if not has_lease(p_stream, p_install, p_name) then
        return false;
    end if;
    update kept_secret s set renewing_at = now_ms(), renewing_where = v_where,
        renewers = array_append(array_remove(s.renewers, p_install), p_install)
    where s.stream = p_stream and s.name = p_name and s.gen = p_gen;
    return found;
end $$;
comment on function hotline.begin_renewal(text, uuid, text, bigint) is
    'before a single-use token is used: whoever comes next knows that it may be used up';

create function hotline.keep_secret(
    p_stream text, p_install uuid, p_name text, p_before bigint, p_gen bigint, p_body bytea)
returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_where text := my_workstation(p_stream, p_install);
    v kept_secret;
begin
    select * into v from kept_secret s where s.stream = p_stream and s.name = p_name for update;
    if found and v.gen = p_gen and v.body = p_body then
        return true;  -- the answer was lost
    end if;
    if coalesce(v.gen, 0) <> p_before or p_gen <= p_before then
        return false;
    end if;
    -- Who began a renewal hands in what came of it, also when the lease ran out meanwhile.
    if not has_lease(p_stream, p_install, p_name)
            and not coalesce(p_install = any (v.renewers), false) then
        return false;
    end if;
    insert into kept_secret (stream, name, gen, body, kept_at, install_id, workstation, login)
    values (p_stream, p_name, p_gen, p_body, now_ms(), p_install, v_where, session_user::text)
    on conflict (stream, name) do update set gen = excluded.gen, body = excluded.body,
        kept_at = excluded.kept_at, install_id = excluded.install_id,
        workstation = excluded.workstation, login = excluded.login, renewers = '{}',
        renewing_at = null, renewing_where = ''
    where kept_secret.gen = p_before;
    if not found then
        return false;
    end if;
    perform log_act('secret_kept', null, jsonb_build_object(
        'name', p_name, 'gen', p_gen, 'install_id', p_install));
    return true;
end $$;
"""

_NUMBERS = r"""
create function hotline.tell_number(p_stream text, p_row jsonb) returns text
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set jit = off as $$
begin
    if p_row ->> 'kind' <> 'contact' then
        raise exception 'not a contact' using errcode = '22023';
    end if;
    perform share_rows(p_stream, jsonb_build_array(p_row));
    return (select s.said ->> 'number' from shared s
        where s.stream = p_stream and s.kind = 'contact' and s.key = p_row ->> 'key');
end $$;
comment on function hotline.tell_number(text, jsonb) is
    'before a sender hears a number: of several gateways the first one''s counts';

create function hotline.told_numbers(p_stream text, p_keys text[])
returns table (key text, number text)
language plpgsql stable security definer set search_path = hotline, pg_temp
set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
begin
    perform may_share(true);
    return query
    select s.key, s.said ->> 'number' from shared s
    where s.stream = p_stream and s.kind = 'contact' and s.key = any (p_keys[1:10])
        and s.said ->> 'number' is not null;
end $$;
"""

_RIGHTS = r"""
alter table hotline.kept_secret enable row level security;
alter table hotline.kept_secret force row level security;
create policy owner on hotline.kept_secret to hotline_owner using (true) with check (true);
revoke all on hotline.kept_secret from public;
revoke all on function hotline.my_workstation(text, uuid), hotline.has_lease(text, uuid, text),
    hotline.read_secret(text, uuid, text, bigint), hotline.begin_renewal(text, uuid, text, bigint),
    hotline.keep_secret(text, uuid, text, bigint, bigint, bytea),
    hotline.tell_number(text, jsonb), hotline.told_numbers(text, text[]) from public;
grant execute on function hotline.read_secret(text, uuid, text, bigint),
    hotline.begin_renewal(text, uuid, text, bigint),
    hotline.keep_secret(text, uuid, text, bigint, bigint, bytea),
    hotline.tell_number(text, jsonb), hotline.told_numbers(text, text[]) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLE, _SECRETS, _NUMBERS, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
