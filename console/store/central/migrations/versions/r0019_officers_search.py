"""An officer's full-text search starts from the words or from the agency's requests, whichever are
fewer, newest first. Before, it checked every request with these words for the agency, which took
seconds at ten million requests.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

_SEARCH = r"""
create or replace function hotline.found_requests(p_stream text, p_query text, p_limit integer)
returns setof hotline.service_request
language plpgsql stable security definer set search_path = hotline, pg_temp set jit = off
-- What was asked for lies in memory mostly; a merge would read all months in order of id.
set random_page_cost = 1.1 set enable_mergejoin = off as $$
declare
    v_query tsquery := to_tsquery('simple', p_query);
    v_left integer := least(p_limit, 200);
    v_got integer;
    v_months uuid[] := array(select m.low from request_month m order by m.low desc);
    v_high uuid := (select m.high from request_month m order by m.low desc limit 1);
    v_low uuid;
    v_next integer := 1;
    v_wide integer := 1;
    v_agency text := my_agency();
begin
    -- As the owner, who may use the words' index: for others row security comes before it, row by
    -- row, because a search of words is not leakproof. So who may see what is said here.
    if my_role() is null then
        return;
    end if;
    -- Newest first. Bounds are constants, so that a plan opens the months it needs only.
    if v_high is not null and v_agency is null then
        -- A common word is found among the newest four thousand.
        execute format('select min(n.id::text)::uuid from (select r.id from service_request r '
            'where r.id >= %L and r.id < %L order by r.id desc limit 4000) n',
            v_months[1], v_high) into v_low;
        if v_low is not null then
            return query execute format('select r.* from service_request r where r.id >= %L '
                'and r.id < %L and r.search @@ $1 and r.stream = $2 order by r.id desc limit $3',
                v_low, v_high) using v_query, p_stream, v_left;
            get diagnostics v_got = row_count;
            v_left := v_left - v_got;
            v_high := v_low;
        end if;
    end if;
    -- A rarer one by the words' index: one month, two more, four more...
    while v_next <= cardinality(v_months) and v_left > 0 loop
        v_next := least(v_next + v_wide, cardinality(v_months) + 1);
        v_low := v_months[v_next - 1];
        if v_agency is null then
            return query execute format(
                'select r.* from (select r.* from service_request r where r.id >= %L and r.id < %L '
                'and r.search @@ $1 and r.stream = $2 offset 0) r order by r.id desc limit $3',
                v_low, v_high) using v_query, p_stream, v_left;
        else
            -- By the words or by what the agency was given in these months, whichever is less.
            return query execute format(
                'select r.* from assigned a join service_request r on r.id = a.request_id '
                'where a.agency = $4 and a.request_id >= %L and a.request_id < %L '
                'and r.id >= %L and r.id < %L and r.search @@ $1 and r.stream = $2 '
                'order by a.request_id desc limit $3',
                v_low, v_high, v_low, v_high) using v_query, p_stream, v_left, v_agency;
        end if;
        get diagnostics v_got = row_count;
        v_left := v_left - v_got;
        v_high := v_low;
        v_wide := v_wide * 2;
    end loop;
    if v_left > 0 then
        return query select r.* from service_request_rest r
            where r.search @@ v_query and r.stream = p_stream
                and (v_agency is null or exists (select from assigned a
                    where a.request_id = r.id and a.agency = v_agency))
            order by r.requested_at desc limit v_left;
    end if;
end $$;
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(_SEARCH.replace(":", r"\:"))
