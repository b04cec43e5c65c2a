"""The bus: every listener is called, and one that fails stops no other."""

from dataclasses import dataclass

from console.services.runtime.bus import Bus


@dataclass(frozen=True)
class _Rang:
    number: str


def test_listeners_hear_their_class_only() -> None:
    bus, heard = Bus(), list[object]()
    bus.subscribe(_Rang, heard.append)
    bus.publish("something else")
    bus.publish(_Rang("0903"))
    assert heard == [_Rang("0903")]


def test_a_failing_listener_is_counted_and_the_others_run() -> None:
    bus, heard = Bus(), list[object]()

    def stumble(_event: _Rang) -> None:
        raise ValueError

    bus.subscribe(_Rang, stumble)
    bus.subscribe(_Rang, heard.append)
    bus.publish(_Rang("1"))
    assert heard
    assert bus.failures == 1


def test_the_returned_function_ends_it() -> None:
    bus, heard = Bus(), list[object]()
    end = bus.subscribe(_Rang, heard.append)
    end()
    end()
    bus.publish(_Rang("1"))
    assert heard == []


async def test_the_loop_is_a_plain_one() -> None:
    import asyncio

    assert "Qt" not in type(asyncio.get_running_loop()).__name__
