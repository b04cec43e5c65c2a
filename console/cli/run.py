"""`run`: the window."""

import os
import re
import socket
import sys

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb
from console.domain.errors import InputError, UnavailableError


def add(verbs: Verbs) -> None:
    """The grammar of `run`."""
    parser = add_verb(verbs, "run", "mở bàn trực (mặc định)", _run)
    parser.add_argument("--demo", action="store_true", help="dữ liệu và cuộc gọi mô phỏng")
    parser.add_argument(
        "--train", action="store_true", help="luyện tập với người gọi theo kịch bản"
    )


def _run(call: Call) -> int:
    from console.assembly.desktop import run_desktop

    _need_display()
    if call.given.demo and call.given.train:
        raise InputError("demo_or_train")
    return run_desktop(
        call.profile,
        call.config_file,
        user=call.user,
        lang=call.lang,
        demo=call.given.demo,
        train=call.given.train,
    )


def _need_display() -> None:
    """Without a display Qt aborts the process, and nobody learns why.

    Raises:
        UnavailableError: `no_display`.
    """
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = os.environ.get("WAYLAND_DISPLAY")
    other = chosen and not chosen.startswith("xcb")  # such as offscreen
    if not sys.platform.startswith("linux") or wayland or other:
        return
    display = os.environ.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if display and not local:
        return  # a display of another machine: Qt reports it
    if local:
        name = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where X servers listen
        for address in (name, f"\0{name}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                if link.connect_ex(address) == 0:
                    return
    raise UnavailableError("no_display", display=display or None)
