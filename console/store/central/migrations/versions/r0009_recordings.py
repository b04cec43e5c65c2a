"""Recordings of calls as files of the switchboard, and which file belongs to which call.

The seat that took the call sends its copy, in resumable pieces like a photo. Somebody who listens
elsewhere asks by the call, which adds a line to the audit. Neither an agency nor a readable table
says which file it is.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

_TABLES = r"""
create table hotline.recording (
    stream text not null,
    pbx text not null check (length(pbx) between 1 and 100),
    call_id text not null check (length(call_id) between 1 and 200),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    login text not null,
    at bigint not null default hotline.now_ms(),
    primary key (stream, pbx, call_id));
create index recording_file on hotline.recording (sha256);
create index recording_at on hotline.recording (stream, at);
"""

_FUNCTIONS = r"""
create function hotline.note_recording(
    p_stream text, p_pbx text, p_call text, p_sha256 text)
returns void
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    if coalesce(my_role() not in ('operator', 'supervisor', 'administrator'), true) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    -- What a call's recording is stays as it was said first.
    insert into recording (stream, pbx, call_id, sha256, login)
    values (p_stream, p_pbx, p_call, p_sha256, session_user::text)
    on conflict do nothing;
end $$;

create function hotline.find_recording(p_stream text, p_pbx text, p_call text) returns text
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_sha256 text;
begin
    if coalesce(my_role() not in ('operator', 'supervisor', 'auditor', 'administrator'), true) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    select r.sha256 into v_sha256 from recording r
    where r.stream = p_stream and r.pbx = p_pbx and r.call_id = p_call;
    if found then
        perform log_act('recording_fetched', null, jsonb_build_object(
            'pbx', p_pbx, 'call_id', p_call));
    end if;
    return v_sha256;
end $$;

create function hotline.expire_recordings(p_days integer) returns bigint
language plpgsql volatile set search_path = hotline, pg_temp as $$
declare
    v_gone text[];
begin
    with gone as (
        delete from recording where at < now_ms() - p_days * 86400000::bigint returning sha256)
    select coalesce(array_agg(distinct g.sha256), '{}') from gone g into v_gone;
    v_gone := array(select s from unnest(v_gone) s
        where not exists (select from media m where m.sha256 = s)
            and not exists (select from recording r where r.sha256 = s
                and r.at >= now_ms() - p_days * 86400000::bigint));
    delete from blob_chunk where sha256 = any (v_gone);
    delete from attachment where sha256 = any (v_gone);
    if cardinality(v_gone) > 0 then
        perform log_act('recordings_expired', null, jsonb_build_object(
            'days', p_days, 'files', cardinality(v_gone)));
    end if;
    return cardinality(v_gone);
end $$;
comment on function hotline.expire_recordings(integer) is
    'the owner''s: recordings that are older go, with their files';

create or replace function hotline.may_see_file(p_sha256 text) returns boolean
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case
        when my_role() is null then false
        when my_agency() is null then true
        when exists (select from recording r where r.sha256 = p_sha256) then false
        else exists (select from media m join assigned a on a.request_id = m.request_id
            where m.sha256 = p_sha256 and a.agency = my_agency()
                and coalesce(m.agency, my_agency()) = my_agency())
        or exists (select from attachment f
            where f.sha256 = p_sha256 and f.login = session_user::text) end $$;
"""

_RIGHTS = r"""
alter table hotline.recording enable row level security;
alter table hotline.recording force row level security;
create policy owner on hotline.recording to hotline_owner using (true) with check (true);
revoke all on hotline.recording from public;
revoke all on function hotline.note_recording(text, text, text, text),
    hotline.find_recording(text, text, text), hotline.expire_recordings(integer) from public;
grant execute on function hotline.note_recording(text, text, text, text),
    hotline.find_recording(text, text, text) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _FUNCTIONS, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
