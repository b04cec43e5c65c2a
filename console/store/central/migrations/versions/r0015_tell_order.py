"""Delayed notifications lock rows in the same order as a push: agencies by name, then the stream's
own. In another order the two deadlocked, and for a second everybody who pushed had to wait.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

_TELL = r"""
create or replace function hotline.tell(p_stream text, p_seq bigint) returns boolean
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
    for v_row in
        with due as (
            select t.agency, f.last from told t join feed f on f.stream = t.stream
                and f.agency = t.agency
            where t.stream = p_stream and t.seq < f.last
                and not (t.at > v_now - told_hold(f.last - t.seq) and t.at <= v_now)
            order by t.agency for update of t)
        update told t set seq = d.last, at = v_now from due d
        where t.stream = p_stream and t.agency = d.agency
        returning t.agency, t.seq
    loop
        perform pg_notify('hotline:' || p_stream || ':' || v_row.agency, v_row.seq::text);
    end loop;
    select s.last into v_last from stream s where s.stream = p_stream;
    update told t set seq = v_last, at = v_now
    where t.stream = p_stream and t.agency = '' and t.seq < v_last
        and not (t.at > v_now - told_hold(v_last - t.seq) and t.at <= v_now);
    if found then
        perform pg_notify('hotline:' || p_stream, v_last::text);
    end if;
    return exists (select from told t
        where t.stream = p_stream and t.agency = '' and t.seq >= p_seq);
end $$;
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(_TELL.replace(":", r"\:"))
