"""A person's preferences follow the login to every seat."""

from alembic import op

revision = "0008"
down_revision = "0007"

_LIKING = r"""
create table hotline.liking (
    login text not null,
    account text not null,
    at bigint not null,
    body text not null check (octet_length(body) <= 16384),
    primary key (login, account));
comment on table hotline.liking is
    'theme, text size, dividers, keys of an account that works through this login';

create function hotline.likes(p_account text) returns table (at bigint, body text)
language sql stable security definer set search_path = hotline, pg_temp as $$
    select l.at, l.body from liking l
    where l.login = session_user::text and l.account = p_account and my_role() is not null $$;
comment on function hotline.likes(text) is 'what the own login kept for this account';

create function hotline.keep_likes(p_account text, p_at bigint, p_body text) returns boolean
language plpgsql volatile security definer set search_path = hotline, pg_temp as $$
begin
    if my_role() is null then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    if length(p_account) > 64
        or (select count(*) from liking l where l.login = session_user::text) >= 200
            and not exists (select from liking l
                where l.login = session_user::text and l.account = p_account) then
        return false;
    end if;
    insert into liking as l (login, account, at, body)
    values (session_user::text, p_account, least(p_at, now_ms() + 60000), p_body)
    on conflict (login, account) do update set at = excluded.at, body = excluded.body
        where l.at < excluded.at;
    return found;
end $$;
comment on function hotline.keep_likes(text, bigint, text) is
    'keep it where it is newer than what is there; of two seats the later change stays';
"""

_RIGHTS = r"""
alter table hotline.liking enable row level security;
alter table hotline.liking force row level security;
create policy owner on hotline.liking to hotline_owner using (true) with check (true);
revoke all on hotline.liking from public;
revoke all on function hotline.likes(text), hotline.keep_likes(text, bigint, text) from public;
grant execute on function hotline.likes(text), hotline.keep_likes(text, bigint, text)
    to hotline_switchboard, hotline_officer;
"""


def upgrade() -> None:
    """Take the step."""
    for part in (_LIKING, _RIGHTS):
        op.execute(part.replace(":", r"\:"))
