"""When several agencies have a request, each reads only its own part.

An agency gets events about another agency's assignment without text, files or people, under a
pseudonym that says only "another agency"; they still determine the state of the request. It does
not get remarks of the other agency's officers. The pseudonym is derived with a secret of this
centre, so nobody can find out by trying which agency it is, and it stays the same.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_NARROW = r"""
create table hotline.secret (
    one boolean primary key default true check (one),
    salt uuid not null default gen_random_uuid());
insert into hotline.secret default values;
comment on table hotline.secret is 'nobody reads it: other_name() is made with it';

create function hotline.is_assignment(p_kind text) returns boolean
language sql immutable
return p_kind in ('request_forwarded', 'assignment_accepted', 'assignment_refused',
    'work_started', 'extension_asked', 'extension_granted', 'result_reported', 'clock_moved');
comment on function hotline.is_assignment(text) is
    'steps of the assignment of the agency that the body names: the state follows from them';

create function hotline.is_others(p_kind text, p_agency text, p_body jsonb, p_mine text)
returns boolean
language sql immutable
return coalesce(coalesce(p_body ->> 'agency', p_agency) <> p_mine, false)
    or (p_kind = 'step_taken_back' and jsonb_path_exists(p_body,
        '$.before.assignments[*] ? (@.agency != $mine)', jsonb_build_object('mine', p_mine)));
comment on function hotline.is_others(text, text, jsonb, text) is
    'whether an event tells of another agency''s assignment, or is of its officers';

create function hotline.kept_from(p_kind text, p_agency text, p_body jsonb, p_mine text)
returns boolean
language sql immutable
return hotline.hidden_kind(p_kind) or (
    not hotline.is_assignment(p_kind) and p_kind <> 'step_taken_back'
    and hotline.is_others(p_kind, p_agency, p_body, p_mine));
comment on function hotline.kept_from(text, text, jsonb, text) is
    'what never comes into the feed of this agency: who reported, what others'' officers remark';

create function hotline.other_name(p_request uuid, p_agency text) returns text
language sql stable set search_path = hotline, pg_temp as $$
    select 'other-' || left(encode(sha256(convert_to(
        s.salt::text || p_request::text || p_agency, 'UTF8')), 'hex'), 8) from secret s $$;

create function hotline.narrowed_body(p_kind text, p_body jsonb, p_name text) returns jsonb
language sql immutable set search_path = hotline, pg_temp as $$
    select coalesce((select jsonb_object_agg(b.key, b.value) from jsonb_each(p_body) b
            where b.key in ('due_at', 'acknowledge_due_at', 'committed_at', 'callback_due_at',
                'order', 'since', 'until')), '{}')
        || case p_kind when 'assignment_refused' then '{"reason": ""}'::jsonb
            when 'extension_asked' then '{"reason": ""}'
            when 'result_reported' then '{"resolution_code": "", "text": ""}'
            else '{}' end
        || jsonb_build_object('agency', p_name) $$;
comment on function hotline.narrowed_body(text, jsonb, text) is
    'dates, which the whole request hangs on, and nothing that anybody wrote';

create function hotline.narrowed_standing(p_request uuid, p_body jsonb, p_mine text) returns jsonb
language sql stable set search_path = hotline, pg_temp as $$
    select p_body || jsonb_build_object(
        'seen', (select string_agg(case when w.n = 1 or split_part(w.word, ':', 1) = p_mine
                then w.word
                else other_name(p_request, split_part(w.word, ':', 1))
                    || substr(w.word, strpos(w.word, ':')) end, ' ' order by w.n)
            from string_to_table(p_body ->> 'seen', ' ') with ordinality w(word, n)),
        'before', (p_body -> 'before') || jsonb_build_object(
            'status_notes', (select p_body #> '{before,status_notes}'
                from jsonb_array_elements(p_body #> '{before,assignments}') a
                where a ->> 'agency' = p_mine
                    and a -> 'result_text' = p_body #> '{before,status_notes}' limit 1),
            'assignments', coalesce((select jsonb_agg(
                case when a.value ->> 'agency' = p_mine then a.value
                    else a.value || jsonb_build_object('reason', null, 'resolution_code', null,
                        'result_text', null, 'photos', '[]'::jsonb,
                        'agency', other_name(p_request, a.value ->> 'agency')) end order by a.n)
                from jsonb_array_elements(p_body #> '{before,assignments}') with ordinality
                    a(value, n)), '[]'))) $$;
comment on function hotline.narrowed_standing(uuid, jsonb, text) is
    'a step taken back quotes how the request stood, all agencies'' parts with it';

create function hotline.for_agency(p_event hotline.event, p_mine text) returns hotline.event
language plpgsql stable set search_path = hotline, pg_temp as $$
begin
    if not is_others(p_event.kind, p_event.agency, p_event.body, p_mine) then
        return p_event;
    end if;
    if p_event.kind = 'step_taken_back' then
        p_event.body := narrowed_standing(p_event.request_id, p_event.body, p_mine);
        if p_event.agency <> p_mine then
            p_event.body := p_event.body || '{"reason": ""}';
        end if;
    else
        p_event.body := narrowed_body(p_event.kind, p_event.body, other_name(
            p_event.request_id, coalesce(p_event.body ->> 'agency', p_event.agency)));
    end if;
    if p_event.agency <> p_mine then
        p_event.actor := '';
        p_event.workstation := '';
        p_event.agency := other_name(p_event.request_id, p_event.agency);
    end if;
    return p_event;
end $$;

create or replace function hotline.officer_kind(p_kind text) returns boolean
language sql immutable
return p_kind in ('assignment_accepted', 'assignment_refused', 'work_started',
    'extension_asked', 'result_reported', 'note_added', 'media_attached', 'step_taken_back');

create function hotline.may_take_back(p_request uuid, p_body jsonb, p_mine text) returns boolean
language sql stable set search_path = hotline, pg_temp as $$
    select exists (select from event e where e.id = (p_body ->> 'event_id')::uuid
            and e.request_id = p_request and e.agency = p_mine and officer_kind(e.kind))
        and p_body #>> '{before,state}' in ('received', 'forwarded', 'accepted', 'refused',
            'in_progress', 'extended', 'resolved', 'reopened')
        and not is_others('step_taken_back', p_mine, p_body, p_mine) $$;
comment on function hotline.may_take_back(uuid, jsonb, text) is
    'an officer takes back a step of his own agency, on a request that no other agency has';

alter table hotline.media add column agency text;
comment on column hotline.media.agency is
    'whose officers named the file; null: everybody who has the request may see it';
update hotline.media m set agency = x.agency from (
    select e.request_id, f.value as sha256, min(e.agency) as agency
    from hotline.event e, lateral (values (e.body -> 'media'), (e.body -> 'photos')) l(list),
        lateral jsonb_array_elements_text(
            case when jsonb_typeof(l.list) = 'array' then l.list else '[]' end) f
    where e.body ? 'media' or e.body ? 'photos'
    group by 1, 2 having count(*) = count(e.agency) and count(distinct e.agency) = 1) x
where x.request_id = m.request_id and x.sha256 = m.sha256;

create or replace function hotline.event_media() returns trigger
language plpgsql set search_path = hotline, pg_temp as $$
begin
    insert into media as t (sha256, request_id, agency)
    select distinct m.value, new.request_id, new.agency
    from (values (new.body -> 'media'), (new.body -> 'photos')) as names(list),
        lateral jsonb_array_elements_text(
            case when jsonb_typeof(names.list) = 'array' then names.list else '[]' end) m
    where m.value ~ '^[0-9a-f]{64}$'
    on conflict (sha256, request_id) do update set agency = null
        where t.agency is distinct from excluded.agency and t.agency is not null;
    return null;
end $$;

create or replace function hotline.may_see_file(p_sha256 text) returns boolean
language sql stable security definer set search_path = hotline, pg_temp as $$
    select case
        when my_role() is null then false
        when my_agency() is null then true
        else exists (select from media m join assigned a on a.request_id = m.request_id
            where m.sha256 = p_sha256 and a.agency = my_agency()
                and coalesce(m.agency, my_agency()) = my_agency())
        or exists (select from attachment f
            where f.sha256 = p_sha256 and f.login = session_user::text) end $$;

create or replace function hotline.viewers(p_install uuid, p_request uuid)
returns table (name text, workstation text, seen_at bigint)
language sql stable security definer set search_path = hotline, pg_temp as $$
    select p.name, p.workstation, p.seen_at from presence p
        left join app_user u on u.login = p.login
    where p.request_id = p_request and p.install_id <> p_install
        and p.seen_at > now_ms() - 60000 and may_see_request(p_request)
        and (my_agency() is null or u.agency is null or u.agency = my_agency())
    order by p.name, p.workstation $$;
"""

_PULL = r"""
create or replace function hotline.pull_events(
    p_stream text, p_install uuid, p_after bigint, p_limit integer)
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan as $$
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
        select f.seq, n.id, n.seq, n.request_id, n.kind, n.at, n.actor, n.role, n.workstation,
            n.agency, n.hlc, n.schema_v, n.body
        from feed_item f join event e on e.id = f.event_id, for_agency(e, v_agency) n
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

create or replace function hotline.history_events(p_stream text, p_requests uuid[])
returns table (place bigint, id uuid, seq bigint, request_id uuid, kind text, at bigint,
    actor text, role text, workstation text, agency text, hlc bigint, schema_v integer, body jsonb)
language plpgsql volatile security definer set search_path = hotline, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan as $$
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
        return query
        select x.seq, x.id, x.seq, x.request_id, x.kind, x.at, x.actor, x.role, x.workstation,
            x.agency, x.hlc, x.schema_v, x.body
        from (select e.* from event e where e.request_id = any (p_requests) offset 0) x
        where x.stream = p_stream
        order by x.seq;
    else
        return query
        select n.seq, n.id, n.seq, n.request_id, n.kind, n.at, n.actor, n.role, n.workstation,
            n.agency, n.hlc, n.schema_v, n.body
        from (select e from event e where e.request_id = any (p_requests) offset 0) x,
            for_agency(x.e, v_agency) n
        where n.stream = p_stream and exists (select from feed_item f
            where f.event_id = n.id and f.agency = v_agency)
        order by n.seq;
    end if;
end $$;
"""

_SEARCH = r"""
alter function hotline.search_requests(text, text, integer) rename to found_requests;
revoke all on function hotline.found_requests(text, text, integer)
    from hotline_switchboard, hotline_officer;

create function hotline.own_part(p_row hotline.service_request, p_mine text)
returns hotline.service_request
language sql stable set search_path = hotline, pg_temp as $$
    select case when p_mine is null then p_row else jsonb_populate_record(p_row, jsonb_build_object(
        'agency', case when p_row.agency = p_mine then p_mine end,
        'status_notes', null, 'photo', null, 'bounces', 0)) end $$;

create function hotline.search_requests(p_stream text, p_query text, p_limit integer)
returns setof hotline.service_request
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
declare
    v_agency text := my_agency();
begin
    if v_agency is null then
        return query select * from found_requests(p_stream, p_query, p_limit);
    else
        return query select n.* from found_requests(p_stream, p_query, p_limit) r,
            own_part(r, v_agency) n;
    end if;
end $$;

create function hotline.request_numbered(p_stream text, p_number text)
returns setof hotline.service_request
language sql stable security definer set search_path = hotline, pg_temp as $$
    select n.* from service_request r, own_part(r, my_agency()) n
    where r.number = p_number and r.stream = p_stream and may_see_request(r.id)
    order by r.id limit 1 $$;
"""

_RIGHTS = r"""
do $$
declare
    t text;
begin
    foreach t in array array['secret'] loop
        execute format('alter table hotline.%I enable row level security', t);
        execute format('alter table hotline.%I force row level security', t);
        execute format(
            'create policy owner on hotline.%I to hotline_owner using (true) with check (true)', t);
    end loop;
end $$;
drop policy feed on hotline.event;
create policy feed on hotline.event for select to hotline_officer
    using (exists (select from hotline.feed_item f
            where f.event_id = event.id and f.agency = (select hotline.my_agency()))
        and not hotline.kept_from(kind, agency, body, (select hotline.my_agency()))
        and not hotline.is_others(kind, agency, body, (select hotline.my_agency())));
drop policy own on hotline.media;
create policy own on hotline.media for select to hotline_officer
    using (coalesce(agency, (select hotline.my_agency())) = (select hotline.my_agency())
        and exists (select from hotline.assigned a
            where a.request_id = media.request_id and a.agency = (select hotline.my_agency())));

revoke all on all tables in schema hotline from public;
revoke all on all functions in schema hotline from public;
-- Without the columns that may tell of another agency; `search_requests` and `request_numbered`
-- give the row with them where they are its own.
revoke select on hotline.service_request from hotline_officer;
grant select (id, stream, number, channel, state, is_open, needs_forward, service_code, priority,
        description, address_string, address, lat, long, cell_y, cell_x, ward_code, legacy_ward,
        road_class, attributes, requested_at, updated_at, forward_due_at, callback_due_at, due_at,
        closed_at, info_expires_at, reporters, parent_id, verdict, reopened, publish_state,
        conflicts, skipped, version, as_of_seq, search_text, search)
    on hotline.service_request to hotline_officer;
grant execute on function hotline.is_assignment(text),
    hotline.kept_from(text, text, jsonb, text), hotline.is_others(text, text, jsonb, text),
    hotline.search_requests(text, text, integer), hotline.request_numbered(text, text)
    to hotline_switchboard, hotline_officer;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_NARROW, _PULL, _SEARCH, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
