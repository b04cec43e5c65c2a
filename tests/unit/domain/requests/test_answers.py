"""Later changes to the answers of a kind of trouble: merged one by one, judged as in the form."""

from dataclasses import replace
from itertools import permutations

import pytest

from console.domain.errors import ConflictError, ConsoleError
from console.domain.privacy.agency_view import for_agency
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.codec import body_text, fact_body, fact_of
from console.domain.requests.fold.request import apply
from console.domain.requests.request import Request
from tests.unit.domain.build import Case, event, folded, received

BUS = (("route", "33"), ("plate", "51B-123.45"))


def bus(*answers: tuple[str, str]) -> Case:
    """A bus that did not stop."""
    case = Case()
    first = case.events[0]
    fact = received(service_code="bus.skipped", attributes=answers or BUS)
    case.events = [replace(first, fact=fact)]
    return case


def change(case: Case, *changes: tuple[str, object, object]) -> Request:
    return case.do(c.ChangeFields, changes=changes)


def refused(case: Case, *changes: tuple[str, object, object]) -> ConsoleError:
    with pytest.raises(ConsoleError) as caught:
        change(case, *changes)
    return caught.value


# --- judged


def test_one_answer_is_put_right_and_stays_in_its_place() -> None:
    case = bus()
    after = change(case, ("attributes.route", "33", " 150\n"))
    assert after.attributes == (("route", "150"), ("plate", "51B-123.45"))
    fact = case.events[-1].fact
    assert isinstance(fact, e.FieldsChanged)
    assert (fact.set, fact.old) == ({"attributes.route": "150"}, {"attributes.route": "33"})


def test_an_answer_that_was_not_known_comes_and_one_that_was_wrong_goes() -> None:
    case = bus(("route", "33"))
    assert change(case, ("attributes.plate", "", "51B-1")).attributes[1] == ("plate", "51B-1")
    assert change(case, ("attributes.plate", "51B-1", " ")).attributes == (("route", "33"),)
    unsaid = c.ChangeFields(request_id=case.id, changes=(("attributes.plate", "", ""),))
    assert case.decide(unsaid) == ()


def test_what_is_needed_cannot_be_taken_away() -> None:
    error = refused(bus(), ("attributes.route", "33", ""))
    assert (error.code, error.params) == ("attribute_needed", {"attribute": "Tuyến số"})


def test_a_gap_that_was_there_before_keeps_nobody_from_putting_the_rest_right() -> None:
    case = bus(("plate", "51B-123.45"))
    assert change(case, ("attributes.plate", "51B-123.45", "51B-9")).attributes == (
        ("plate", "51B-9"),
    )


def test_another_kind_keeps_what_it_asks_too_and_lets_the_rest_go() -> None:
    case = bus(*BUS, ("outside_city", "yes"))
    after = change(case, ("service_code", "bus.skipped", "light.off"))
    # An entry that no kind of trouble asks for is no answer: it stays.
    assert after.attributes == (("outside_city", "yes"),)
    fact = case.events[-1].fact
    assert isinstance(fact, e.FieldsChanged)
    assert fact.old == {
        "service_code": "bus.skipped",
        "attributes.route": "33",
        "attributes.plate": "51B-123.45",
    }
    assert after.conflicts == ()


def test_another_kind_brings_its_own_answers_along_and_needs_them() -> None:
    case = Case()
    other = ("service_code", "light.off", "bus.skipped")
    assert refused(case, other).code == "attribute_needed"
    after = change(case, ("attributes.route", None, "33"), other)
    assert (after.service_code, after.attributes) == ("bus.skipped", (("route", "33"),))


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("unknown_field", ("attributes.pole", None, "TD-1")),
        ("unknown_field", ("attributes.outside_city", "yes", None)),
        ("unknown_field", ("attributes.", None, "x")),
        ("unknown_field", ("attributes.a b", None, "x")),
        ("unknown_field", ("attributes", None, "x")),
        ("bad_value", ("attributes.route", "33", 33)),
        ("text_too_long", ("attributes.route", "33", "1" * 201)),
    ],
)
def test_answers_that_cannot_be(code: str, changed: tuple[str, object, object]) -> None:
    assert refused(bus(*BUS, ("outside_city", "yes")), changed).code == code


def test_an_answer_of_a_former_kind_can_still_be_put_right() -> None:
    """An older console changed the kind and left it there."""
    case = bus()
    case.add(e.FieldsChanged(set={"service_code": "light.off"}, old={}))
    assert change(case, ("attributes.plate", "51B-123.45", None)).attributes == (("route", "33"),)


def test_a_race_names_the_question() -> None:
    error = refused(bus(), ("attributes.plate", "cũ", "mới"))
    assert isinstance(error, ConflictError)
    assert error.params == {"field": "Biển số xe", "theirs": "51B-123.45", "yours": "mới"}


# --- folded


def afar(old: object, new: object, hlc: int, code: str = "plate") -> e.StoredEvent:
    name = f"attributes.{code}"
    return event(e.FieldsChanged(set={name: new}, old={name: old}), bus().id, hlc=hlc)


def test_two_people_on_two_answers_merge() -> None:
    first = event(received(service_code="bus.skipped", attributes=BUS), bus().id, hlc=1)
    changes = (afar("51B-123.45", "51B-9", 5), afar("33", "150", 4, "route"))
    for order in permutations(changes):
        request = folded([first, *order])
        assert request.attributes == (("route", "150"), ("plate", "51B-9"))
        assert request.conflicts == ()


def test_of_one_answer_the_later_stays_and_the_other_is_shown() -> None:
    first = event(received(service_code="bus.skipped", attributes=BUS), bus().id, hlc=1)
    lan = replace(afar("51B-123.45", "51B-8", 4), actor="lan", workstation="ban-01")
    minh = replace(afar("51B-123.45", "51B-9", 5), actor="minh")
    for order in permutations((lan, minh)):
        request = folded([first, *order])
        assert dict(request.attributes)["plate"] == "51B-9"
        (lost,) = request.disputes
        assert (lost.field, lost.value, lost.actor) == ("attributes.plate", "51B-8", "lan")
        chosen = apply(request, afar("51B-9", "51B-8", 7))
        assert (dict(chosen.attributes)["plate"], chosen.disputes) == ("51B-8", ())


def test_one_took_an_answer_away_that_another_put_right() -> None:
    first = event(received(service_code="bus.skipped", attributes=BUS), bus().id, hlc=1)
    away = e.FieldsChanged(
        set={"service_code": "light.off", "attributes.plate": None},
        old={"service_code": "bus.skipped", "attributes.plate": "51B-123.45"},
    )
    request = folded([first, event(away, first.request_id, hlc=4), afar("51B-123.45", "51B-9", 5)])
    assert (request.service_code, dict(request.attributes)["plate"]) == ("light.off", "51B-9")
    assert [(d.field, d.value) for d in request.disputes] == [("attributes.plate", None)]


def test_what_is_no_answer_is_left_alone() -> None:
    odd = {"attributes.plate": 5, "attributes.": "x", "attributes.a b": "x", "priority": "high"}
    first = event(received(attributes=BUS), bus().id, hlc=1)
    request = folded([first, event(e.FieldsChanged(set=dict(odd)), first.request_id, hlc=2)])
    assert (request.attributes, request.priority.value) == (BUS, "high")


def test_a_hostile_console_cannot_make_a_request_of_a_million_answers() -> None:
    first = event(received(), bus().id, hlc=1)
    many = [
        event(
            e.FieldsChanged(set={f"attributes.q{k}.{n}": "x" for n in range(5000)}),
            first.request_id,
            hlc=k + 2,
        )
        for k in range(3)
    ]
    request = folded([first, *many])
    assert len(request.attributes) == len(request.stamps) == 120


def test_the_event_travels_and_an_agency_reads_it() -> None:
    fact = e.FieldsChanged(set={"attributes.plate": None}, old={"attributes.plate": "51B-1"})
    assert fact_of("fields_changed", fact_body(fact)) == fact
    assert '"attributes.plate":null' in body_text(fact)
    there = event(fact, bus().id)
    assert for_agency(there, "evn", lambda _id, name: name) == there
