"""Looks for leaks at the centre, generated from its catalog: every relation, column and function,
as every kind of login, in search of words that this login must never see.
"""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.states import Channel, Purpose
from console.services.ports.central.sync import Blob
from tests.fakes.postgres import Centre
from tests.integration.central.build import AT, event, forwarded, greet, received, reporter
from tests.integration.store.build import CATALOGUE

PERSON = "BiMatNguoiBao"
PHONE = "+84903777888"
OURS, THEIRS = "viec-cua-minh", "viec-nguoi-khac"
MINE, FOREIGN = "cap-nuoc", "chieu-sang"
OUTAGE = "mat-nuoc-den-17-gio"
FILE = b"anh cua don vi khac"

DENIED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.WrongObjectType,
    psycopg.errors.ObjectNotInPrerequisiteState,
)


SIDE_DOORS = tuple(
    sql.SQL(question)
    for question in (
        "select * from pg_stats where schemaname = 'hotline'",
        "select * from pg_stats_ext",
        "select * from pg_statistic",
        "select * from pg_stat_activity",
        "select * from pg_prepared_statements",
        "select * from pg_largeobject",
        "explain (analyze, verbose) select * from hotline.event",
        "select query_to_xml('select * from hotline.service_request', true, false, '')",
        "select table_to_xml('hotline.event', true, false, '')",
        "select schema_to_xml('hotline', true, false, '')",
        "select currtid2('hotline.event', '(0,1)')",
        "select description::int from hotline.service_request",
        "select * from hotline.service_request tablesample system (100)",
        "select * from hotline.event order by ctid desc",
        "table hotline.event for update",
        "select * from only hotline.service_request",
    )
)
"""What PostgreSQL itself would tell of our tables."""


@dataclass
class Planted:
    """What the probes know to ask for.

    Attributes:
        values: arguments to try, by type.
    """

    ours: UUID
    theirs: UUID
    install: UUID
    values: dict[str, list[object]] = field(default_factory=dict)


def plant(centre: Centre) -> Planted:
    """Two agencies with a request each, everything filled in; on the one's request the other worked
    too, and said the word that nobody else may read; a notice to both with that word for callers.
    """
    desk = centre.central("op-gieo")
    install = uuid7()
    greet(desk, 1, install)
    sha = hashlib.sha256(FILE).hexdigest()
    desk.put_chunk(Blob(sha, len(FILE), "image/jpeg", 0), 0, FILE)
    ids = {MINE: uuid7(), FOREIGN: uuid7()}
    for number, (agency, word) in enumerate(((MINE, OURS), (FOREIGN, THEIRS)), 1):
        request_id = ids[agency]
        message = e.MessageQueued(
            outreach_id=uuid7(), channel=Channel.SMS, purpose=Purpose.RESULT, text=PERSON
        )
        desk.push(
            [
                received(request_id, f"2600100001{number}", word),
                reporter(request_id, PHONE),
                event(request_id, e.NoteAdded(text=word)),
                event(request_id, message),
                forwarded(request_id, agency),
                event(request_id, e.MediaAttached(media=(sha,) if agency == FOREIGN else ())),
                event(request_id, e.AssignmentAccepted(agency=agency)),
                event(request_id, e.WorkStarted(agency=agency, text=word)),
            ]
        )
        desk.announce(request_id, word, "may-01")
    theirs = [
        e.NoteAdded(text=THEIRS),
        e.AssignmentRefused(agency=FOREIGN, reason=THEIRS),
        e.ExtensionAsked(agency=FOREIGN, reason=THEIRS, committed_at=AT),
        e.WorkStarted(agency=FOREIGN, text=THEIRS),
        e.MediaAttached(media=(sha,)),
        e.ResultReported(agency=FOREIGN, resolution_code="x", text=THEIRS, photos=(sha,)),
    ]
    both = ids[MINE]
    desk.push([forwarded(both, FOREIGN), *(event(both, fact, agency=FOREIGN) for fact in theirs)])
    notice = event(
        uuid7(),
        e.NoticeIssued(
            kind="outage", title=OUTAGE, text=OUTAGE, script=THEIRS, starts_at=AT,
            ends_at=AT + timedelta(days=1), everywhere=True, agencies=(FOREIGN, MINE),
        ),
    )  # fmt: skip
    desk.push([notice, event(notice.request_id, e.NoticeEnded(reason=OUTAGE))])
    wish = event(
        uuid7(),
        w.WishReceived(
            wish="delete", channel=Channel.VOICE, came_at=AT, answer_due_at=AT, due_at=AT,
            phones=(PHONE,), name=PERSON, text=PERSON,
        ),
    )  # fmt: skip
    # Whoever may push may say that an agency has it: it learns nothing of it all the same.
    desk.push(
        [wish, forwarded(wish.request_id, MINE), event(wish.request_id, w.WishDone(text=PERSON))]
    )
    while desk.project(CATALOGUE):
        pass
    with centre.connect() as link:
        link.execute("analyze")
    planted = Planted(ids[MINE], ids[FOREIGN], install)
    foreign = [each.event.id for each in desk.pull(0) if each.event.request_id == ids[FOREIGN]]
    planted.values = {
        "text": ["hcmc", FOREIGN, THEIRS, "viec", PHONE, sha, "'viec':*", "recording_played"],
        "uuid": [planted.theirs, planted.ours, install, foreign[1]],
        "_uuid": [[planted.theirs, planted.ours, notice.request_id], foreign],
        "int8": [0, 1, 6, 1 << 40],
        "int4": [0, 1, 1000],
        "jsonb": ["[]", "{}", f'[{{"request_id": "{planted.theirs}", "as_of_seq": 0}}]'],
        "bytea": [b"", FILE],
        "bool": [True],
        "date": ["2026-11-01"],
    }
    return planted


def relations(link: psycopg.Connection[Any]) -> list[tuple[str, list[str]]]:
    """Every table, partition, view and materialized view with its columns."""
    return link.execute(
        "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where c.relnamespace = 'hotline'::regnamespace and c.relkind in ('r','p','v','m','f') "
        "group by c.relname order by c.relname"
    ).fetchall()


def functions(link: psycopg.Connection[Any]) -> list[tuple[str, list[str]]]:
    """Every function that this login may call, with the types of its arguments."""
    return link.execute(
        "select p.proname, array(select t.typname::text from unnest(p.proargtypes) with "
        "ordinality as a(o, n) join pg_type t on t.oid = a.o order by a.n) from pg_proc p "
        "where p.pronamespace = 'hotline'::regnamespace and p.prokind = 'f' "
        "and p.prorettype <> 'trigger'::regtype "
        "and has_function_privilege(p.oid, 'execute') order by p.proname"
    ).fetchall()


def answers(link: psycopg.Connection[Any], planted: Planted, most: int = 300
            ) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Everything this login can read: (what was asked, the answer as text)."""
    for name, columns in relations(link):
        table = sql.SQL("hotline.{}").format(sql.Identifier(name))
        for column in ("*", *columns):
            what = sql.SQL("*") if column == "*" else sql.Identifier(column)
            question = sql.SQL("select {} from {}").format(what, table)
            yield f"{name}.{column}", _text(link, question)
        counting = sql.SQL("select count(*) from {} t where t::text like %s").format(table)
        yield f"{name} like", _text(link, counting, (f"%{THEIRS}%",))
    for door in SIDE_DOORS:
        yield door.as_string(), _text(link, door)
    for name, types in functions(link):
        pools = [planted.values.get(each, [None]) for each in types]
        for arguments in itertools.islice(itertools.product(*pools), most):
            call = sql.SQL("select f::text from hotline.{}({}) f").format(
                sql.Identifier(name),
                sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.Identifier(t)) for t in types),
            )
            yield f"{name}{arguments}", _text(link, call, arguments)


def _text(
    link: psycopg.Connection[Any],
    question: sql.SQL | sql.Composed,
    values: tuple[object, ...] = (),
) -> str:
    try:
        with link.transaction(force_rollback=True):
            rows = link.execute(question, values or None).fetchall()
    except psycopg.errors.DatabaseError as error:
        told = str(error)  # it may quote a row; what was asked is no leak
        for value in sorted(map(str, values), key=len, reverse=True):
            told = told.replace(value, "") if value else told
        return told
    return "\n".join(str(row) for row in rows)


def told(
    centre: Centre, login: str, planted: Planted, *forbidden: tuple[str, ...]
) -> Iterator[list[str | None]]:
    """Ask everything once: for each question what told one of these words, or None, by the set of
    words.
    """
    with centre.connect(login) as link:
        for question, answer in answers(link, planted):
            what = question.partition("(")[0].partition(".")[0]
            yield [what if any(word in answer for word in words) else None for words in forbidden]


def leaks(
    centre: Centre, login: str, planted: Planted, *forbidden: tuple[str, ...]
) -> tuple[list[set[str]], int]:
    """What told one of these words, by the set of words, and how many questions were asked."""
    by_question = list(told(centre, login, planted, *forbidden))
    found = [{what for what in each if what} for each in zip(*by_question, strict=True)]
    return found, len(by_question)
