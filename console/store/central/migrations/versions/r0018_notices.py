"""Notices reach the agencies that they concern, which the notice names.

An agency reads it without the text for callers and without the other readers, as in
`domain/desk/notices.py`. A change or an end goes to everybody who ever had the notice. A trigger
does this, so that pushing stays unchanged; there are only a few notices a day. It notifies the
seats itself and does not touch `told`, whose rows must be locked in a fixed order.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

_FEED = r"""
create function hotline.event_notice() returns trigger
language plpgsql set search_path = hotline, pg_temp as $$
declare
    v_mine text;
begin
    for v_mine in
        select x.agency from (
            select n.agency from jsonb_array_elements_text(
                case when jsonb_typeof(new.body -> 'agencies') = 'array'
                    then new.body -> 'agencies' else '[]' end) n(agency)
            union
            select f.agency from event e join feed_item f on f.event_id = e.id
            where e.request_id = new.request_id and e.stream = new.stream) x
        order by x.agency
    loop
        perform pg_notify('hotline:' || new.stream || ':' || v_mine,
            feed_append(new.stream, v_mine, array[new.id])::text);
    end loop;
    return null;
end $$;
comment on function hotline.event_notice() is
    'a notice goes into the feeds of the agencies that it names, or named';
create trigger event_notice after insert on hotline.event for each row
    when (new.kind in ('notice_issued', 'notice_changed', 'notice_ended'))
    execute function hotline.event_notice();
"""

_NARROW = r"""
create or replace function hotline.is_others(
    p_kind text, p_agency text, p_body jsonb, p_mine text) returns boolean
language sql immutable
return coalesce(coalesce(p_body ->> 'agency', p_agency) <> p_mine, false)
    or p_kind in ('notice_issued', 'notice_changed', 'notice_ended')
    or (p_kind = 'step_taken_back' and (jsonb_path_exists(p_body,
            '$.before.assignments[*] ? (@.agency != $mine)', jsonb_build_object('mine', p_mine))
        or coalesce(replace(p_body ->> 'seen', ' ' || p_mine || ':', ' ')
            ~ ' [^ ]*:[^ ]*:', false)));
comment on function hotline.is_others(text, text, jsonb, text) is
    'whether an event tells of another agency''s assignment, is of its officers, or is a notice: '
    'an agency has it through `for_agency` only';

create or replace function hotline.for_agency(p_event hotline.event, p_mine text)
returns hotline.event
language plpgsql stable set search_path = hotline, pg_temp as $$
begin
    if not is_others(p_event.kind, p_event.agency, p_event.body, p_mine) then
        return p_event;
    end if;
    if p_event.kind in ('notice_issued', 'notice_changed', 'notice_ended') then
        if p_event.kind <> 'notice_ended' then
            p_event.body := p_event.body || jsonb_build_object('script', null, 'agencies',
                case when p_event.body -> 'agencies' ? p_mine then jsonb_build_array(p_mine)
                    else '[]' end);
        end if;
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
"""

_RIGHTS = r"""
revoke all on function hotline.event_notice() from public;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_FEED, _NARROW, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
