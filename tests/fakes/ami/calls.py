"""What happens at a hotline, in the order in which Asterisk 22 reports it: a queue that rings
phones, talks, transfers, ends. The dialogues of `tests/unit/telephony/asterisk/pbx/*.py` are made
of these.
"""

from tests.fakes.ami.pbx import Leg, Member, Pbx

NAMES = {"101": "Nguyễn Văn An", "102": "Lê Thị Bình", "103": "Phạm Cường"}
CITIZEN = "0903123456"


class Hotline(Pbx):
    """Queue 1022 with the phones 101 and 102, dialplan `agents`, a trunk `carrier`."""

    def opens(self, *phones: str, interface: str = "PJSIP/{}", queue: str = "1022") -> None:
        """These phones join the queue."""
        for phone in phones:
            name = NAMES.get(phone, phone)
            member = Member(queue, phone, name, interface.format(phone))
            self.members.append(member)
            self.emit("QueueMemberAdded", member.headers())

    def member(self, phone: str, status: str) -> None:
        """The queue notices what the phone does."""
        for member in self.members:
            if member.phone == phone and member.status != status:
                member.status = status
                self.emit("QueueMemberStatus", member.headers())

    def arrives(self, number: str = CITIZEN, name: str = "", queue: str = "1022") -> Leg:
        """A citizen calls and waits in the queue."""
        caller = self.channel(
            "PJSIP/carrier", number, state="Ring", context="from-trunk", exten=queue,
            caller_name=name,
        )  # fmt: skip
        self.state(caller, "Up")
        self.joins(caller, queue)
        return caller

    def joins(self, caller: Leg, queue: str = "1022") -> None:
        line = self.waiting.setdefault(queue, [])
        line.append(caller)
        caller.app, caller.data = "Queue", f"{queue},tk,,,300"
        self.emit(
            "QueueCallerJoin", caller.headers(), Queue=queue, Position=len(line), Count=len(line)
        )

    def leaves(self, caller: Leg, queue: str = "1022") -> None:
        line = self.waiting[queue]
        place = line.index(caller) + 1
        line.remove(caller)
        self.emit(
            "QueueCallerLeave", caller.headers(), Queue=queue, Position=place, Count=len(line)
        )

    def rings(self, caller: Leg, phone: str, queue: str = "1022") -> Leg:
        """The queue rings a phone."""
        leg = self.channel(f"PJSIP/{phone}", phone, caller)
        self.called(caller, leg, phone, queue)
        self.state(leg, "Ringing")
        self.member(phone, "6")
        self.dial_state(caller, leg)
        return leg

    def called(self, caller: Leg, leg: Leg, phone: str, queue: str = "1022") -> None:
        leg.line, leg.exten = caller.number, caller.exten
        fields = self._agent(queue, phone)
        self.emit("AgentCalled", caller.headers(), leg.headers("Dest"), **fields)
        leg.app = "AppQueue"
        self.dial_begin(caller, leg, f"PJSIP/{phone}")

    def dial_state(self, caller: Leg, leg: Leg) -> None:
        caller.line = leg.phone
        self.emit("DialState", caller.headers(), leg.headers("Dest"), DialStatus=leg.state.upper())

    def _agent(self, queue: str, phone: str) -> dict[str, str]:
        found = [m for m in self.members if (m.phone, m.queue) == (phone, queue)]
        interface = found[0].interface if found else f"PJSIP/{phone}"
        return {"Queue": queue, "Interface": interface, "MemberName": NAMES.get(phone, phone)}

    def picks_up(
        self, caller: Leg, leg: Leg, *lost: Leg, queue: str = "1022", recorded: bool = False
    ) -> None:
        """The phone answers; other phones that rang stop."""
        self.state(leg, "Up")
        self.member(leg.phone, "2")
        self.dial_end(caller, leg, "ANSWER")
        for other in lost:
            self.dial_end(caller, other, "CANCEL")
        if recorded:
            self.emit("MixMonitorStart", caller.headers())
        self.connected(caller, leg, leg.phone, queue)
        self.bridged(leg, caller)
        for other in lost:
            self.hang(other, cause="26")
            self.member(other.phone, "1")

    def connected(self, caller: Leg, leg: Leg, phone: str, queue: str = "1022") -> None:
        self.leaves(caller, queue)
        fields = self._agent(queue, phone)
        self.emit(
            "AgentConnect", caller.headers(), leg.headers("Dest"), **fields, HoldTime=4, RingTime=2
        )

    def talk(self, number: str = CITIZEN, name: str = "", phone: str = "101") -> tuple[Leg, Leg]:
        """A citizen in the queue, answered by this phone."""
        caller = self.arrives(number, name)
        own = self.rings(caller, phone)
        self.rest()
        self.wait(3)
        self.picks_up(caller, own)
        self.rest()
        return caller, own

    def no_answer(self, caller: Leg, leg: Leg, queue: str = "1022") -> None:
        """The queue gives up on this phone."""
        self.wait(15)
        self.ring_over(caller, leg, "15000", queue)
        for status in ("NOANSWER", "CANCEL"):
            self.dial_end(caller, leg, status)
        self.hang(leg, cause="0")
        self.member(leg.phone, "1")

    def ring_over(self, caller: Leg, leg: Leg, ms: str, queue: str = "1022") -> None:
        fields = self._agent(queue, leg.phone)
        self.emit("AgentRingNoAnswer", caller.headers(), leg.headers("Dest"), **fields, RingTime=ms)

    def refuses(
        self, caller: Leg, leg: Leg, cause: str, tech: str = "", status: str = "NOANSWER"
    ) -> None:
        """The phone itself refuses."""
        self.request(leg, cause, tech)
        self.dial_end(caller, leg, status)
        self.ring_over(caller, leg, "0")
        self.hang(leg, cause=cause, tech=tech)
        self.member(leg.phone, "1")

    def abandons(self, caller: Leg, *legs: Leg, queue: str = "1022") -> None:
        """The citizen gives up, whether or not phones are ringing."""
        self.request(caller)
        for leg in legs:
            for _ in range(2):
                self.dial_end(caller, leg, "CANCEL")
        self.given_up(caller, queue)
        self.hang(*legs, cause="0")
        self.leaves(caller, queue)
        for leg in legs:
            self.member(leg.phone, "1")
        self.soft(caller)
        self.hang(caller, cause="0")

    def given_up(self, caller: Leg, queue: str = "1022") -> None:
        place = self.waiting[queue].index(caller) + 1
        self.emit(
            "QueueCallerAbandon", caller.headers(),
            Queue=queue, Position=place, OriginalPosition=place, HoldTime=9,
        )  # fmt: skip

    def complete(self, caller: Leg, leg: Leg, reason: str, phone: str = "") -> None:
        fields = self._agent("1022", phone or leg.phone)
        self.emit(
            "AgentComplete", caller.headers(), leg.headers("Dest"), **fields,
            HoldTime=4, TalkTime=9, Reason=reason,
        )  # fmt: skip

    def ends(self, caller: Leg, *others: Leg, by: Leg | None = None, queued: bool = True) -> None:
        """Somebody in the bridge hangs up; the rest ends too."""
        first = by or caller
        self.wait(9)
        self.request(first, "" if first is caller else "16")
        if queued:
            self.complete(caller, others[0], "caller" if first is caller else "agent")
        self.leave(first)
        for leg in (caller, *others):
            if leg.bridge:
                self.leave(leg)
        for leg in (caller, *others):
            if leg is not first or leg is caller:
                self.soft(leg)
        for leg in (*others, caller):
            self.hang(leg)
            if leg is not caller:
                self.member(leg.phone, "1")

    def dials(self, phone: str, to: str, *, trunk: bool = False) -> tuple[Leg, Leg]:
        """A phone calls a colleague, or a number outside."""
        own = self.channel(f"PJSIP/{phone}", phone, state="Ring", exten=to)
        return own, self.rings_for(own, to, trunk=trunk)

    def rings_for(self, source: Leg, to: str, *, trunk: bool = False) -> Leg:
        """`Dial` in the dialplan."""
        place = ("from-trunk", to) if trunk else ("agents", to)
        name = "PJSIP/carrier" if trunk else f"PJSIP/{to}"
        leg = self.channel(name, to, source, line=source.number, context=place[0], exten=place[1])
        source.app, source.data = "Dial", f"{name},20"
        self.dial_begin(source, leg, f"{to}@carrier" if trunk else to)
        self.state(leg, "Ringing")
        self.dial_state(source, leg)
        self.member(leg.phone, "6")
        return leg

    def answered(self, source: Leg, leg: Leg) -> str:
        """The person called picks up."""
        self.state(leg, "Up")
        leg.exten = ""
        self.dial_end(source, leg, "ANSWER")
        if source.state != "Up":
            self.state(source, "Up")
        self.member(leg.phone, "2")
        return self.bridged(leg, source)

    def refer_blind(self, own: Leg, caller: Leg, to: str, context: str = "agents") -> None:
        """The phone sends REFER; the citizen goes to `to`, the operator is free."""
        self.emit("Unhold", own.headers())
        self.blind(own, caller, to, context)
        self.complete(caller, own, "transfer")
        for leg in (caller, own):
            self.leave(leg)
        self.hang(own)
        self.member(own.phone, "1")

    def blind(
        self, own: Leg, caller: Leg, to: str, context: str = "agents", result: str = "Success"
    ) -> None:
        self.emit(
            "BlindTransfer", [("Result", result)], own.headers("Transferer"),
            caller.headers("Transferee"), self._bridge(own.bridge, "basic", 2),
            IsExternal="Yes", Context=context, Extension=to,
        )  # fmt: skip
        if result == "Success":
            self.goes_to(caller, context, to)

    def refer_attended(self, own: Leg, mine: Leg, his: Leg, caller: Leg) -> None:
        """REFER with Replaces: the person who was asked, and answered, now has the citizen."""
        bridge = own.bridge
        self.emit("Unhold", own.headers())
        self.emit("Unhold", mine.headers())
        self.leave(his)
        self.leave(own)
        self.enter(his, bridge, swap=own)
        self.soft(mine, "1")
        self.attended(own, mine, caller, his)
        self.complete(caller, own, "transfer")
        self.leave(mine)
        self.soft(mine)
        self.hang(mine, own)
        self.member(own.phone, "1")

    def attended(self, own: Leg, mine: Leg, caller: Leg, his: Leg | None, **more: str) -> None:
        target = his.headers("TransferTarget") if his else []
        self.emit(
            "AttendedTransfer", [("Result", "Success")], own.headers("OrigTransferer"),
            mine.headers("SecondTransferer"), caller.headers("Transferee"), target,
            IsExternal="No", **{"DestType": "Bridge", **more},
        )  # fmt: skip

    def atxfer(self, own: Leg, to: str) -> tuple[Leg, Leg]:
        """AMI `Atxfer` up to the bridge of the consultation: both halves of its Local channel."""
        for digit in "*2":
            self.digit(own, digit, "0")
        self.emit("Hold", own.headers())
        for digit in to:
            self.digit(own, digit, "0")
        one, two = self.local(to, own)
        two.number = own.phone
        bridge = self.new_bridge()
        self.enter(one, bridge)
        self.leave(own)
        self.enter(own, bridge)
        return one, two

    def digit(self, leg: Leg, digit: str, ms: str = "120", way: str = "Received") -> None:
        self.emit("DTMFEnd", leg.headers(), Digit=digit, DurationMs=ms, Direction=way)

    def back(self, own: Leg, one: Leg, two: Leg, bridge: str) -> None:
        """The consultation is over, the operator is with the citizen again."""
        self.leave(own)
        self.soft(one)
        self.leave(one)
        self.enter(own, bridge)
        self.emit("Unhold", own.headers())
        self.hang(one)
        self.request(two, "16")
        if two.bridge:
            self.leave(two)
            self.soft(two)

    def originate(self, action_id: str, phone: str, number: str, ref: str) -> Leg:
        """The console's action, and the operator's own phone begins to ring."""
        self.dialled.append((action_id, number, ref, phone))
        self.sends(
            "Originate", action_id, Channel=f"PJSIP/{phone}", Context="agents", Exten=number,
            Priority="1", CallerID=f'"{number}" <{number}>', Timeout="20000", Async="true",
            Variable=f"REQUEST={ref}",
        )  # fmt: skip
        self.answers(action_id, message="Originate successfully queued")
        own = self.channel(f"PJSIP/{phone}", phone)
        own.number = own.line = number
        self.dial_begin(None, own, phone)
        return own

    def originated(
        self, action_id: str, leg: Leg | None, reason: str, phone: str = "101", number: str = ""
    ) -> None:
        """`OriginateResponse`, which all consoles get."""
        self.emit(
            "OriginateResponse",
            ActionID=action_id,
            Response="Success" if reason == "4" else "Failure",
            Channel=leg.name if leg else f"PJSIP/{phone}",
            Context="agents",
            Exten=number,
            Reason=reason,
            Uniqueid=leg.uid if leg else "<unknown>",
            CallerIDNum=number or "<unknown>",
            CallerIDName="<unknown>",
        )

    def own_phone_answers(self, action_id: str, own: Leg, number: str) -> Leg:
        """The operator picked up; the citizen is dialled."""
        self.state(own, "Ringing")
        self.state(own, "Up")
        self.dial_end(None, own, "ANSWER")
        self.originated(action_id, own, "4", number=number)
        own.number, own.exten = "1022", number
        out = self.channel("PJSIP/carrier", "<unknown>", own, context="from-trunk")
        out.number, out.exten, out.line = number, number, "1022"
        own.app, own.data = "Dial", f"PJSIP/{number}@carrier,45"
        self.dial_begin(own, out, f"{number}@carrier")
        return out

    def confers(self, leg: Leg, room: str, bridge: str) -> None:
        leg.app, leg.data = "ConfBridge", room
        self.emit(
            "ConfbridgeJoin", [("Conference", room)], self._bridge(bridge, "base", 1),
            leg.headers(), Admin="No", Muted="No",
        )  # fmt: skip
        self.enter(leg, bridge, kind="base")

    def leaves_room(self, leg: Leg, room: str) -> None:
        bridge = self._bridge(leg.bridge, "base", 1)
        self.emit("ConfbridgeLeave", [("Conference", room)], bridge, leg.headers(), Admin="No")
        self.leave(leg, "base")
