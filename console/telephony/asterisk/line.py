"""A workstation's telephone line over AMI: the `Telephony` port.

A button asks the PBX; the result comes back as an event. A verb that the PBX denies this user for
good is removed from `capabilities`.
"""

import re

from console.domain.live_events import CallTaken
from console.domain.text.cleaning import clean
from console.domain.text.phone import dialled, is_dialable
from console.services.ports.telephony import NOT_SERVED, Reply
from console.telephony.asterisk.calls.legs import Call, Leg, looks_internal
from console.telephony.asterisk.calls.queues import SHARED
from console.telephony.asterisk.link import AmiLink

SPY = {"listen": "*31", "whisper": "*32", "barge": "*33"}
"""Dialplan prefixes before an operator's extension (`resources/asterisk/extensions.conf`): the
account may originate into one context only, never run an application of its choice.
"""
_NO_WORD = re.compile(r"[^\w.-]")


class AmiLine(AmiLink):
    """One workstation's view of the PBX, with what its operator can do."""

    async def answer(self, call_id: str) -> Reply:
        """Let the ringing phone answer by itself; needs one that obeys `Event: talk`."""
        call = self.tracker.book.calls.get(call_id)
        if call is None or self._extension not in call.rings:
            return Reply(False, "not_ringing")
        endpoint = self._interface.partition("/")[2]
        return await self._ask("answer", "PJSIPNotify", Endpoint=endpoint, Variable="Event=talk")

    async def hangup(self, call_id: str) -> Reply:
        """Hang up this operator's own leg, ringing or talking."""
        leg = self._own_leg(call_id)
        if leg is None:
            return Reply(False, "call_gone")
        self.tracker.pressed_hangup(call_id)
        return await self._ask("hangup", "Hangup", Channel=leg.channel, Cause="16")

    async def hold(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused: the phone holds, the line only sees it."""
        return NOT_SERVED

    async def resume_call(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused, as `hold`."""
        return NOT_SERVED

    async def blind(self, call_id: str, to: str) -> Reply:
        """Blind transfer by `Redirect` of the CITIZEN'S leg: `BlindTransfer` with it would hang the
        citizen up and join us to the target (trap 1).
        """
        call = self.tracker.book.calls.get(call_id)
        peer = self._peer_leg(call)
        if call is None or peer is None or self._extension not in call.talks:
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        return await self._ask(
            "blind",
            "Redirect",
            Channel=peer.channel,
            Context=self._context,
            Exten=to,
            Priority="1",
        )

    async def consult(self, call_id: str, to: str) -> Reply:
        """Consult a colleague while the citizen waits; hanging up completes the transfer."""
        leg = self._own_leg(call_id)
        if leg is None:
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        return await self._ask(
            "consult", "Atxfer", Channel=leg.channel, Context=self._context, Exten=to
        )

    async def cancel(self, call_id: str) -> Reply:
        """Back from the consultation to the citizen."""
        leg = self._own_leg(call_id)
        if leg is None:
            return Reply(False, "call_gone")
        return await self._ask("cancel", "CancelAtxfer", Channel=leg.channel)

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """Play one digit to the other party."""
        peer = self._peer_leg(self.tracker.book.calls.get(call_id))
        if peer is None or not re.fullmatch(r"[0-9*#A-D]", digit):
            return Reply(False, "call_gone" if peer is None else "bad_number")
        return await self._ask("dtmf", "PlayDTMF", Channel=peer.channel, Digit=digit)

    async def complete(self, call_id: str) -> Reply:
        """Complete the transfer: our leg hangs up, the PBX joins the others (04b)."""
        call, leg = self.tracker.book.calls.get(call_id), self._own_leg(call_id)
        if call is None or leg is None:
            return Reply(False, "call_gone")
        return await self._ask("complete", "Hangup", Channel=leg.channel, Cause="16")

    async def conference(self, call_id: str, to: str) -> Reply:
        """Both legs go into this workstation's room, then the third is called into it (12)."""
        call, own = self.tracker.book.calls.get(call_id), self._own_leg(call_id)
        peer = self._peer_leg(call)
        if call is None or peer is None or own is None or self._extension not in call.talks:
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        where = {"Context": self._context, "Exten": self._room, "Priority": "1"}
        rooms = self.tracker.book.conferences.values()
        if not any(own.uid in legs for legs in rooms):
            moved = await self._ask(
                "conference",
                "Redirect",
                Channel=peer.channel,
                ExtraChannel=own.channel,
                **where,
                **{f"Extra{key}": value for key, value in where.items()},
            )
            if not moved.accepted:
                return moved
        action_id = self._action_id()
        self.tracker.expect_guest(action_id, call_id, to)
        phone = f"PJSIP/{to}" if looks_internal(to) else f"Local/{dialled(to)}@{self._context}"
        return await self._ask(
            "conference",
            "Originate",
            action_id,
            Channel=phone,
            CallerID=f'"{self._extension}" <{self._extension}>',
            Timeout="20000",
            Async="true",
            **where,
        )

    async def spy(self, operator: str, way: str) -> Reply:
        """Ring my phone and connect it to the dialplan's place for listening in (13)."""
        if way not in SPY or not is_dialable(operator):
            return Reply(False, "bad_number")
        return await self._ask(
            "spy",
            "Originate",
            Channel=self._interface,
            Context=self._context,
            Exten=SPY[way] + operator,
            Priority="1",
            CallerID=f'"{way}" <{operator}>',
            Timeout="15000",
            Async="true",
        )

    async def record(self, call_id: str, state: str) -> Reply:
        """`mute` while personal data is read out, `unmute` afterwards (08); `on` and `off`."""
        peer = self._peer_leg(self.tracker.book.calls.get(call_id))
        if peer is None:
            return Reply(False, "call_gone")
        match state:
            case "mute" | "unmute":
                flag = "1" if state == "mute" else "0"
                return await self._ask(
                    "record", "MixMonitorMute", Channel=peer.channel, Direction="both", State=flag
                )
            case "on":
                return await self._ask(
                    "record", "MixMonitor", Channel=peer.channel, File=f"{peer.uid}.wav"
                )
            case "off":
                return await self._ask("record", "StopMixMonitor", Channel=peer.channel)
            case _:
                return NOT_SERVED

    async def share(self, taken: CallTaken) -> Reply:
        """Send a claim to the other consoles: they all follow the same PBX and read its user
        events.
        """
        return await self._ask(
            "share",
            "UserEvent",
            UserEvent=SHARED,
            Kind=taken.kind,
            Call=clean(taken.call_id, 80, lines=False),
            Person=clean(taken.person, 80, lines=False),
            TakenFrom=clean(taken.taken_from, 80, lines=False),
            Since=taken.at.isoformat(),
        )

    async def wrap_up(self) -> Reply:
        """The form was saved: wrap-up is over."""
        await self.end_wrap_up()
        return Reply(True)

    async def dial(self, number: str, ref: str) -> Reply:
        """Ring my phone, then the number. Whether the citizen answered comes as an event: the
        success of an Originate is only ours (trap 4). The dialplan gets the number as people here
        dial it.
        """
        number = dialled(number)
        if not is_dialable(number):
            return Reply(False, "bad_number")
        if not self._up:
            return Reply(False, "link_down")
        action_id = self._action_id()
        self.tracker.expect_dial(action_id, number, ref)
        reply = await self._ask(
            "dial",
            "Originate",
            action_id,
            Channel=self._interface,
            Context=self._context,
            Exten=number,
            Priority="1",
            CallerID=f'"{number}" <{number}>',
            Timeout="20000",
            Async="true",
            # A request's number may be made up by another console; a comma in it would begin a
            # variable or function of its own in the exchange.
            Variable=f"REQUEST={_NO_WORD.sub('', clean(ref, 80, lines=False))}",
        )
        if not reply.accepted:
            self.tracker.book.dials.pop(action_id, None)
        return reply

    async def pause(self, reason: str) -> Reply:
        """Take no calls from any queue."""
        text = " ".join(clean(reason, 80, lines=False).split())
        return await self._ask(
            "pause", "QueuePause", Interface=self._interface, Paused="true", Reason=text
        )

    async def resume(self) -> Reply:
        """Ready: end wrap-up, enter the missing queues, unpause."""
        await self.end_wrap_up()
        entered = await self._enter_queues()
        if not entered.accepted:
            return entered
        return await self._ask("resume", "QueuePause", Interface=self._interface, Paused="false")

    def _own_leg(self, call_id: str) -> Leg | None:
        call = self.tracker.book.calls.get(call_id)
        if call is None:
            return None
        legs = [leg for leg in self.tracker.book.all_of(call) if leg.operator == self._extension]
        return next((leg for leg in legs if leg.up), legs[0] if legs else None)

    def _peer_leg(self, call: Call | None) -> Leg | None:
        return self.tracker.book.legs.get(call.peer) if call is not None else None
