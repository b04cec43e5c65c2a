"""Half-typed forms of a seat that died: the centre keeps a copy that a supervisor may take over.

A copy may name a citizen, so no login may select it. A supervisor sees only whose form it is and
since when, and only if the seat has been silent for ten minutes. Its content goes only to the
person who takes it over, with a line in the audit. It is deleted with the form, or after twelve
hours.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

_TABLE = r"""
create table hotline.draft_copy (
    stream text not null,
    id uuid not null,
    install_id uuid not null,
    login text not null,
    operator text not null check (length(operator) <= 60),
    workstation text not null,
    updated_at bigint not null,
    fields jsonb not null check (
        jsonb_typeof(fields) = 'object' and octet_length(fields::text) <= 262144),
    taken_by text,
    taken_at bigint,
    primary key (stream, id));
create index draft_copy_seat on hotline.draft_copy (install_id);
create index draft_copy_age on hotline.draft_copy (updated_at);
"""

_FUNCTIONS = r"""
create function hotline.left_draft_ids(p_stream text, p_install uuid) returns setof uuid
language sql stable security definer set search_path = hotline, pg_temp as $$
    select d.id from draft_copy d join console c on c.install_id = d.install_id
    where d.stream = p_stream and d.install_id <> p_install and d.taken_by is null
        and my_role() = 'supervisor' and c.seen_at < now_ms() - 600000
        and d.updated_at > now_ms() - 43200000 $$;
comment on function hotline.left_draft_ids(text, uuid) is
    'of seats that were not heard of for ten minutes, for a supervisor';

create function hotline.keep_drafts(
    p_stream text, p_install uuid, p_rows jsonb, p_gone uuid[])
returns table (id uuid, taken_by text, taken_at bigint)
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
declare
    v_where text := my_workstation(p_stream, p_install);
begin
    delete from draft_copy d where d.updated_at < now_ms() - 43200000;
    update draft_copy d set fields = '{}'
    where d.taken_at < now_ms() - 600000 and d.fields <> '{}';
    delete from draft_copy d
    where d.stream = p_stream and d.install_id = p_install and d.id = any (p_gone);
    insert into draft_copy as d (stream, id, install_id, login, operator, workstation, updated_at,
        fields)
    select distinct on (x.id) p_stream, x.id, p_install, session_user::text, x.operator, v_where,
        least(x.updated_at, now_ms() + 60000), x.fields
    from jsonb_to_recordset(p_rows) as x(
        id uuid, operator text, updated_at bigint, fields jsonb)
    where x.updated_at > now_ms() - 43200000
    order by x.id limit 50
    on conflict (stream, id) do update set login = excluded.login, operator = excluded.operator,
        workstation = excluded.workstation, updated_at = excluded.updated_at,
        fields = excluded.fields
    where d.install_id = excluded.install_id and d.taken_by is null;
    update console set seen_at = now_ms() where install_id = p_install;
    return query
    select d.id, d.taken_by, d.taken_at from draft_copy d
    where d.stream = p_stream and d.install_id = p_install and d.taken_by is not null;
end $$;
comment on function hotline.keep_drafts(text, uuid, jsonb, uuid[]) is
    'what is typed at this seat, what is typed there no more; which of it somebody took over';

create function hotline.left_drafts(p_stream text, p_install uuid)
returns table (id uuid, operator text, workstation text, updated_at bigint)
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
begin
    if my_role() is distinct from 'supervisor' then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    perform my_workstation(p_stream, p_install);
    return query
    select d.id, d.operator, d.workstation, d.updated_at from draft_copy d
    where d.stream = p_stream and d.id in (select left_draft_ids(p_stream, p_install))
    order by d.updated_at limit 200;
end $$;
comment on function hotline.left_drafts(text, uuid) is 'whose, where, since when; not what it says';

create function hotline.take_draft(p_stream text, p_install uuid, p_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v draft_copy;
begin
    if my_role() is distinct from 'supervisor' then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    perform my_workstation(p_stream, p_install);
    select * into v from draft_copy d where d.stream = p_stream and d.id = p_id for update;
    if v.taken_by = session_user::text and v.taken_at > now_ms() - 600000 then
        return v.fields;  -- the answer was lost
    end if;
    if v.id is null or not exists (
            select from left_draft_ids(p_stream, p_install) l where l = v.id) then
        return null;
    end if;
    update draft_copy set taken_by = session_user::text, taken_at = now_ms()
    where stream = p_stream and id = p_id;
    perform log_act('draft_taken', null, jsonb_build_object(
        'id', p_id, 'operator', v.operator, 'workstation', v.workstation));
    return v.fields;
end $$;
comment on function hotline.take_draft(text, uuid, uuid) is
    'what it says; it is his who takes it, for others it is there no more (null)';
"""

_RIGHTS = r"""
alter table hotline.draft_copy enable row level security;
alter table hotline.draft_copy force row level security;
create policy owner on hotline.draft_copy to hotline_owner using (true) with check (true);
revoke all on hotline.draft_copy from public;
revoke all on function hotline.left_draft_ids(text, uuid),
    hotline.keep_drafts(text, uuid, jsonb, uuid[]), hotline.left_drafts(text, uuid),
    hotline.take_draft(text, uuid, uuid) from public;
grant execute on function hotline.keep_drafts(text, uuid, jsonb, uuid[]),
    hotline.left_drafts(text, uuid), hotline.take_draft(text, uuid, uuid) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLE, _FUNCTIONS, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
