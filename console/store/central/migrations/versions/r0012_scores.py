"""Citizens who may be named are shared like the inbox; scores of calls go only to those who score.

A score is stored once and never changes. It is numbered by the counter of the shared rows, under
the same lock, but read by a function of its own, so an operator's seat does without it. Agencies
get neither.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

_TABLES = r"""
alter table hotline.shared drop constraint shared_kind_check;
alter table hotline.shared add constraint shared_kind_check
    check (kind in ('contact', 'outreach', 'blocked', 'opt_out', 'named_citizen'));

create table hotline.call_score (
    stream text not null,
    key uuid not null,
    seq bigint not null,
    said jsonb not null check (jsonb_typeof(said) = 'object' and octet_length(said::text) <= 16384),
    login text not null,
    primary key (stream, key));
create unique index call_score_seq on hotline.call_score (stream, seq);
create trigger call_score_unchanged before update or delete on hotline.call_score
    for each row execute function hotline.append_only();
create trigger call_score_kept before truncate on hotline.call_score
    for each statement execute function hotline.append_only();
"""

_FUNCTIONS = r"""
create function hotline.may_score() returns void
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
begin
    if coalesce(my_role() not in ('supervisor', 'auditor', 'administrator'), true) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
end $$;

create function hotline.share_scores(p_stream text, p_rows jsonb) returns bigint
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
declare
    v_last bigint;
    v_new bigint;
begin
    perform may_score();
    v_last := lock_shared(p_stream);
    insert into call_score (stream, key, seq, said, login)
    select p_stream, m.key, v_last + row_number() over (order by m.n), m.said, session_user::text
    from (
        select distinct on (x.key) x.key, x.said, x.n
        from rows from (jsonb_to_recordset(p_rows) as (key uuid, said jsonb))
            with ordinality as x(key, said, n)
        where not exists (select from call_score c where c.stream = p_stream and c.key = x.key)
        order by x.key, x.n) m;
    get diagnostics v_new = row_count;
    if v_new > 0 then
        update shared_head set last = v_last + v_new where stream = p_stream;
        perform pg_notify('hotline:' || p_stream, 'shared ' || (v_last + v_new));
    end if;
    return v_last + v_new;
end $$;

create function hotline.scores_after(p_stream text, p_after bigint, p_limit integer)
returns table (seq bigint, key uuid, said jsonb)
language plpgsql stable security definer set search_path = hotline, pg_temp as $$
#variable_conflict use_column
begin
    perform may_score();
    return query
    select c.seq, c.key, c.said from call_score c
    where c.stream = p_stream and c.seq > p_after order by c.seq limit least(p_limit, 1000);
end $$;
"""

_RIGHTS = r"""
alter table hotline.call_score enable row level security;
alter table hotline.call_score force row level security;
create policy owner on hotline.call_score to hotline_owner using (true) with check (true);
revoke all on hotline.call_score from public;
revoke all on function hotline.may_score(), hotline.share_scores(text, jsonb),
    hotline.scores_after(text, bigint, integer) from public;
grant execute on function hotline.share_scores(text, jsonb),
    hotline.scores_after(text, bigint, integer) to hotline_switchboard;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_TABLES, _FUNCTIONS, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
