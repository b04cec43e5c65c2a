"""When a deadline passes, the gateway writes to the contact point in the city's data: the real
process and a real SMTP server, once for each deadline, even after a restart.
"""

from datetime import timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path

from console.assembly.core import build_core
from console.config.layers import load
from console.domain.requests.commands import LogRequest
from tests.fakes.gateway.process import GatewayProcess
from tests.fakes.mail.dovecot import PASSWORD, free_port
from tests.fakes.mail.smtp_peer import SmtpPeer
from tests.integration.sync.consoles import until

DATA = """
[seed]
version = "thu"

[[norm]]
code = "nhanh"
services = ["roads.pothole"]
resolve_hours = 0.0001

[[contact_point]]
code = "truc"
agency = "so-xay-dung"
name = "Trực ban"
role = "officer"
email = "truc@example.vn"
"""


def log(profile: Path, config: Path, number: int) -> str:
    """A report that is overdue at once."""
    with build_core(profile, load(profile, config)) as core:
        done = core.desk.do_now(
            LogRequest(service_code="roads.pothole", description=f"Ổ gà {number}",
                       address_string="66/1 Đồng Tâm", agency="so-xay-dung",
                       phone=f"090312345{number}")
        )  # fmt: skip
        assert done.number is not None
        assert core.desk.catalogue.version.endswith("+thu")
        detail = core.store.ask_now(lambda q: q.detail(done.request_id))  # type: ignore[arg-type]
        assert detail is not None
        due = detail.request.assignments[0].due_at
        assert due is not None
        assert due - detail.request.requested_at < timedelta(seconds=2)
        return done.number


def test_the_contact_point_hears_once_of_each(tmp_path: Path) -> None:
    data, profile = tmp_path / "data", tmp_path / "seat"
    data.mkdir()
    (data / "city.toml").write_text(DATA, "utf-8")
    with SmtpPeer(tmp_path, PASSWORD) as smtp:
        password = tmp_path / "password"
        password.write_text(PASSWORD, "utf-8")
        password.chmod(0o600)
        text = (
            f'[seat]\ndata = "{data}"\n[open311]\nlisten = "127.0.0.1:0"\n'
            f'[mail]\nimap_host = "127.0.0.1"\nimap_port = {free_port()}\nimap_tls = false\n'
            f'smtp_host = "127.0.0.1"\nsmtp_port = {smtp.port}\nsmtp_tls = false\n'
            f'username = "1022@example.vn"\npassword_file = "{password}"\n'
        )
        gateway = GatewayProcess(profile, text)
        config = tmp_path / "seat.toml"
        said = []
        for number in (1, 2):
            said.append(log(profile, config, number))
            with gateway:
                until(lambda wanted=number: len(smtp.mails) >= wanted)  # type: ignore[misc]
        assert [mail["to"] for mail in smtp.mails] == [["truc@example.vn"]] * 2
        for mail, own, other in zip(smtp.mails, said, reversed(said), strict=True):
            body = message_from_string(str(mail["mail"]), policy=default)
            words = body.get_body()
            assert words is not None
            shown = words.get_content().replace(" ", "")
            assert own in shown
            assert other not in shown
            assert "0903" not in shown
