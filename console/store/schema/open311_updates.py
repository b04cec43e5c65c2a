"""The step that lists the updates which the public may follow by Open311: those of published
requests, and for the sender those of a request that came by an API key. So a list costs only what
it shows, however many other requests there are. Triggers keep it up to date, whoever writes.
"""

KINDS = (
    "request_forwarded", "work_started", "extension_granted", "result_reported",
    "request_closed", "request_reopened", "request_rejected", "request_merged",
    "request_cancelled", "info_asked",
)  # fmt: skip
"""Events after which a citizen's app shows something new."""
_IN_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
_KEYED = """instr({row}.proposal, '"api_key_name"') > 0"""


def _is_public(row: str) -> str:
    return (
        f"({row}.publish_state = 'public' and {row}.state not in ('rejected', 'merged', "
        "'cancelled'))"
    )


def _told(where: str) -> str:
    """The steps that somebody may follow, of the matching requests."""
    return f"""
        insert into told_step (at, n, request_id, public, key)
            select e.at, e.n, e.request_id, {_is_public("r")}, ifnull(c.key, '')
            from service_request r
            left join (select k.number, (select json_extract(v.value, '$[1]')
                    from json_each(k.proposal) v
                    where json_extract(v.value, '$[0]') = 'api_key_name') as key
                from contact k where k.number is not null and {_KEYED.format(row="k")}) c
                on c.number = r.number
            join event e on e.request_id = r.id and e.kind in ({_IN_KINDS})
            where {where} and ({_is_public("r")} or c.key is not null);"""


_NEW = "delete from told_step where request_id = new.id;" + _told("r.id = new.id")
_OF_NUMBER = """
        delete from told_step where request_id in
            (select r.id from service_request r where r.number = new.number);
""" + _told("r.number = new.number")
_CAME_BY_KEY = f"""exists (select 1 from contact k
    where k.number = new.number and {_KEYED.format(row="k")})"""

TOLD = (
    """create table told_step (
        at integer not null, n integer not null, request_id blob not null,
        public integer not null, key text not null,
        primary key (at, n)) without rowid""",
    "create index told_step_request on told_step (request_id)",
    "create index told_step_public on told_step (at, n) where public = 1",
    "create index told_step_key on told_step (key, at, n) where key <> ''",
    _told("r.publish_state = 'public'").strip(" ;\n"),
    _told(
        "r.publish_state <> 'public' and r.number in (select k.number from contact k "
        f"where k.number is not null and {_KEYED.format(row='k')})"
    ).strip(" ;\n"),
    f"""create trigger told_request_new after insert on service_request
        when new.publish_state = 'public' or {_CAME_BY_KEY} begin {_NEW} end""",
    f"""create trigger told_request_changed after update on service_request
        when new.publish_state = 'public' or old.publish_state = 'public' or {_CAME_BY_KEY}
        begin {_NEW} end""",
    # No query uses kind and time alone any more.
    "drop index event_public",
    """create trigger told_request_old after delete on service_request
        begin delete from told_step where request_id = old.id; end""",
    f"""create trigger told_contact_new after insert on contact
        when new.number is not null and {_KEYED.format(row="new")} begin {_OF_NUMBER} end""",
    f"""create trigger told_contact_changed after update of number, proposal on contact
        when new.number is not null and {_KEYED.format(row="new")}
            and (old.number is not new.number or old.proposal is not new.proposal)
        begin {_OF_NUMBER} end""",
)
"""A step of `steps.py`."""
