"""Random queries of one agency's officer about all others' requests: none may be answered.

    python -m tests.soak.sync.officer_probes [PROBES] [--planted]

There are 40 agencies and 2,000 requests with one to three agencies each. Every request, every
reporter and every agency's step on a shared request contains a word of its own. A probe takes a
random officer, relation, column, comparison and foreign value, or a function. Whatever comes back
(rows, errors, plans) may only name what that agency was given, and nothing that another agency
said. `--planted` lets one event in a thousand through, a fault that this run must find: it exits
with 1 when nothing was found. 100,000 probes take about three minutes.
"""

import argparse
import hashlib
import random
import re
import sys
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.services.ports.central.shared_rows import SharedRow
from console.services.ports.central.sync import Blob
from tests.fakes.postgres import Centre, fresh_centre, shared_cluster
from tests.integration.central.build import event, forwarded, greet, received, reporter
from tests.integration.central.probes import functions, relations
from tests.integration.store.build import CATALOGUE
from tests.soak.time_budget import Slice, add_minutes

AGENCIES, REQUESTS = 40, 2000
WORD = re.compile(r"\b(?:viec|nguoi)(\d{6})\b")
"""`viec000123` is in the text of request 123, `nguoi000123` in its reporter."""
OWN = re.compile(r"\brieng(\d{2})x\d{6}\b")
"""`rieng07x000123`: what agency 7 says about its part of request 123."""
ANY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")

_PERSON: dict[str, object] = {
    "text": "nguoi000000",
    "uuid": str(uuid7()),
    "jsonb": '{"text": "nguoi000000"}',
    "bytea": b"nguoi000000",
    "int2": 1,
    "int4": 1,
    "int8": 1,
    "bool": False,
    "timestamptz": "2026-11-25 00:00+00",
    "_text": ["nguoi000000"],
}

_SHAPES = (
    "select * from {t} where {c}::text = %s",
    "select * from {t} where {c}::text like %s || '%%'",
    "select * from {t} where not ({c}::text = %s)",
    "select count(*), min({c}::text), max({c}::text) from {t} where {c}::text >= %s",
    "select {c} from {t} order by {c}::text desc limit 5 offset length(%s)",
    "select string_agg({c}::text, ',') from {t} where length({c}::text) = length(%s)",
    "select 1 / (length({c}::text) - length({c}::text)) from {t} where {c}::text <> %s",
    "select ({c}::text || %s)::date from {t}",
    "select t.*, u.* from {t} t join {u} u on u.stream = t.stream where t.{c}::text <> %s limit 50",
    "select * from {t} where exists (select from {u} u where u::text like '%%' || %s || '%%')",
    "with x as materialized (select * from {t}) select * from x where {c}::text > %s",
    "explain (analyze, costs off) select * from {t} where {c}::text = %s",
    "select * from {t} tablesample bernoulli (50) where {c}::text <> %s",
)


@dataclass
class City:
    """What was planted, and who may know it.

    Attributes:
        given: numbers of requests by agency.
        words: of each request, what to ask for.
    """

    centre: Centre
    given: dict[str, set[int]] = field(default_factory=dict)
    number_of: dict[str, int] = field(default_factory=dict)
    words: list[list[str]] = field(default_factory=list)


def made_city(rng: random.Random) -> City:
    """Push, fold and analyse all requests."""
    city = City(fresh_centre())
    agencies = [f"don-vi-{n}" for n in range(AGENCIES)]
    city.given = {agency: set() for agency in agencies}
    desk = city.centre.central("op1")
    greet(desk)
    for number in range(REQUESTS):
        request_id = uuid7()
        theirs = rng.sample(agencies, rng.choice((1, 1, 1, 2, 3)))
        sent = [
            received(request_id, f"{number:011}", f"viec{number:06}"),
            reporter(request_id, f"nguoi{number:06}"),
            *(forwarded(request_id, agency) for agency in theirs),
            *(event(request_id, e.WorkStarted(agency=agency, text=_own(agency, number)))
              for agency in theirs),
            *(event(request_id, e.NoteAdded(text=_own(agency, number)), agency=agency)
              for agency in theirs),
        ]  # fmt: skip
        desk.push(sent)
        for agency in theirs:
            city.given[agency].add(number)
        ids = [str(request_id), *(str(each.id) for each in sent)]
        city.number_of |= dict.fromkeys(ids, number)
        city.words.append([f"viec{number:06}", f"{number:011}", *ids])
        if number % 20 == 0:
            person = f"nguoi{number:06}"
            contact = SharedRow("contact", uuid7().hex, 1, 1, {"text": person}, {"flags": person})
            desk.share([contact])
            desk.announce(request_id, f"viec{number:06}", person)
            data = f"{person} viec{number:06}".encode()
            sha256 = hashlib.sha256(data).hexdigest()
            desk.put_chunk(Blob(sha256, len(data), "image/jpeg", 0), 0, data)
    while desk.project(CATALOGUE, 1000):
        pass
    for agency in agencies:
        city.centre.user(f"cb-{agency}", "officer", agency)
    with city.centre.connect() as link:
        _fill_the_rest(link)
        link.execute("vacuum analyze")
    return city


def _fill_the_rest(link: psycopg.Connection[Any]) -> None:
    """Put a row that names a person into every table that has none, as its owner would write it: an
    empty table cannot leak. Prints which tables stayed empty.
    """
    empty = []
    for table, columns in relations(link):
        name = sql.Identifier("hotline", table)
        if link.execute(sql.SQL("select 1 from {} limit 1").format(name)).fetchone():
            continue
        kinds = dict(
            link.execute(
                "select a.attname::text, t.typname::text from pg_attribute a "
                "join pg_type t on t.oid = a.atttypid where a.attrelid = %s::regclass "
                "and a.attnum > 0 and not a.attisdropped and a.attidentity = ''",
                (f"hotline.{table}",),
            ).fetchall()
        )
        values = [_PERSON.get(kinds[each]) for each in columns if each in kinds]
        insert = sql.SQL("insert into {} ({}) values ({})").format(
            name,
            sql.SQL(", ").join(map(sql.Identifier, (c for c in columns if c in kinds))),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        )
        try:
            with link.transaction():
                link.execute("set local session_replication_role = replica")
                link.execute(insert, values)
        except psycopg.errors.DatabaseError:
            empty.append(table)
    print(f"nothing in: {', '.join(empty) or 'no table'}", flush=True)


def _own(agency: str, number: int) -> str:
    return f"rieng{int(agency.rpartition('-')[2]):02}x{number:06}"


def leaked(city: City, agency: str, answer: str) -> bool:
    """Whether the answer names a request that the agency never had, any reporter, or what another
    agency said.
    """
    if "nguoi" in answer and re.search(r"nguoi\d{6}", answer):
        return True
    if any(f"don-vi-{int(n)}" != agency for n in OWN.findall(answer)):
        return True
    mine = city.given[agency]
    if any(int(n) not in mine for n in WORD.findall(answer)):
        return True
    named = (city.number_of.get(each) for each in ANY_ID.findall(answer))
    return any(number is not None and number not in mine for number in named)


def probe(
    link: psycopg.Connection[Any], rng: random.Random, city: City, agency: str, doors: "Doors"
) -> tuple[str, str]:
    """Ask one random query; return what came back."""
    foreign = rng.randrange(REQUESTS)
    while foreign in city.given[agency]:
        foreign = rng.randrange(REQUESTS)
    words = city.words[foreign]
    value = rng.choice(words)
    if rng.random() < 0.25:
        name, types = rng.choice(doors.functions)
        values: list[object] = [_argument(rng, kind, words) for kind in types]
        question = sql.SQL("select f::text from hotline.{}({}) f").format(
            sql.Identifier(name),
            sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.Identifier(t)) for t in types),
        )
    else:
        table, columns = rng.choice(doors.relations)
        other, _ = rng.choice(doors.relations)
        values = [value]
        shape = rng.choice(_SHAPES)
        if shape.startswith("select * from {t}") and (mine := doors.granted.get(table)):
            shape = shape.replace("*", ", ".join(f'"{each}"' for each in mine), 1)
        question = sql.SQL(shape).format(
            t=sql.Identifier("hotline", table),
            u=sql.Identifier("hotline", other),
            c=sql.Identifier(rng.choice(columns)),
        )
    try:
        with link.transaction(force_rollback=True):
            answer = "\n".join(map(str, link.execute(question, values).fetchall()))
    except psycopg.errors.DatabaseError as error:
        answer = str(error)  # it repeats the query, which is no leak
        for each in map(str, values):
            answer = answer.replace(each, "")
    if question.as_string().startswith("explain"):  # so does a plan
        answer = answer.replace(f"'{value}'", "")
    return question.as_string(), answer


def _argument(rng: random.Random, kind: str, words: list[str]) -> object:
    ids = words[2:]
    return {
        "text": rng.choice([words[0], words[1], "hcmc", f"'{words[0]}'"]),
        "uuid": rng.choice(ids),
        "_uuid": [rng.choice(ids)],
        "int4": rng.randrange(2000),
        "int8": rng.randrange(20_000),
        "jsonb": "[]",
        "bool": True,
        "bytea": b"x",
    }.get(kind)


@dataclass(frozen=True)
class Doors:
    """What an officer may try."""

    relations: list[tuple[str, list[str]]]
    functions: list[tuple[str, list[str]]]
    granted: dict[str, list[str]]


def granted(link: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """The columns that this login may read, so that `*` does not stop at one that it may not."""
    return dict(
        link.execute(
            "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c "
            "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
            "where c.relnamespace = 'hotline'::regnamespace and c.relkind in ('r', 'p', 'v') "
            "and has_column_privilege(c.oid, a.attnum, 'select') group by c.relname"
        ).fetchall()
    )


def main() -> int:
    """Ask; print what leaked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("probes", nargs="?", type=int, default=100_000)
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    city = made_city(rng)
    if given.planted:
        with city.centre.connect() as link:
            link.execute("create policy leak on hotline.event for select to hotline_officer "
                         "using (seq %% 1000 = 7)".replace("%%", "%"))  # fmt: skip
    piece, found, asked, answered = Slice(given.minutes), 0, 0, 0
    try:
        agencies = list(city.given)
        while asked < given.probes and not piece.over:
            agency = rng.choice(agencies)
            with city.centre.connect(f"cb-{agency}") as link:
                link.execute("set statement_timeout = '5s'")
                doors = Doors(relations(link), functions(link), granted(link))
                for _ in range(min(500, given.probes - asked)):
                    question, answer = probe(link, rng, city, agency, doors)
                    asked += 1
                    answered += bool(WORD.search(answer))
                    if leaked(city, agency, answer):
                        found += 1
                        if found <= 5:
                            print(f"{agency}: {question} -> {answer[:200]}")
    finally:
        city.centre.close()
        shared_cluster().close()
    print(f"{piece.words(asked, given.probes, 'probes')}: {found} leaks; "
          f"{answered:,} answers named a request of the asker's own")  # fmt: skip
    return int((found == 0) if given.planted else (found > 0 or answered == 0))


if __name__ == "__main__":
    sys.exit(main())
