"""The sample files for the PBX's administrator agree with the code."""

import re
from pathlib import Path

from console.config.settings import TelephonySettings
from console.telephony.asterisk.client import EVENT_MASK
from console.telephony.asterisk.line import SPY
from console.telephony.asterisk.wire import ACTIONS

SAMPLES = Path(__file__).parents[4] / "resources" / "asterisk"


def text(name: str) -> str:
    return (SAMPLES / name).read_text("utf-8")


def value(name: str, key: str) -> str:
    found = re.search(rf"^{key}\s*=\s*([^;\n]*)", text(name), re.MULTILINE)
    assert found is not None, key
    return found[1].strip()


def test_the_account_reads_what_the_client_asks_for_and_may_do_no_more_than_it_needs() -> None:
    assert set(value("manager.conf", "read").split(",")) == set(EVENT_MASK.split(","))
    write = set(value("manager.conf", "write").split(","))
    assert write == {"system", "call", "agent", "user", "originate", "reporting"}
    assert not write & {"command", "config", "dialplan", "all", "aoc"}
    assert value("manager.conf", "timestampevents") == "yes"


def test_no_action_of_ours_needs_a_right_that_the_sample_withholds() -> None:
    assert not ACTIONS & {"Command", "GetConfig", "UpdateConfig", "ModuleLoad", "Setvar", "DBPut"}


def test_the_dialplan_has_the_places_that_the_console_dials() -> None:
    plan = text("extensions.conf")
    for prefix in SPY.values():
        assert f"_{prefix}XXX," in plan
    assert f"_{TelephonySettings().conference}XXX," in plan
    for event in ("OutboundEnd", "QueueExit", "CallbackRequest"):
        assert f"UserEvent({event}" in plan
    assert "MixMonitor(${UNIQUEID}.wav)" in plan


def test_what_a_person_typed_or_a_carrier_sent_is_digits_before_it_is_used() -> None:
    plan = text("extensions.conf")
    assert "Dial(PJSIP/${EXTEN}@" not in plan
    used = [line for line in plan.splitlines() if "UserEvent" in line and "CALLERID" in line]
    assert used
    assert all("FILTER(0-9" in line for line in used)


def test_the_queue_leaves_the_time_after_a_call_to_the_console() -> None:
    assert value("queues.conf", "wrapuptime") == "0"
    assert value("queues.conf", "persistentmembers") == "yes"
    assert "Event => talk" in text("pjsip_notify.conf")
