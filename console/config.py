"""Every setting of the program, once: type, default, label, range, whether it is a secret.

Layers, later wins: built-in < /etc/console1022/console.toml < the profile's config.toml <
`--config FILE` < environment `CONSOLE1022_SECTION__KEY`. A key that /etc lists in `[policy] locked`
keeps its value from there. The settings page, the checks and `config --explain` follow from the
declarations (CONTRACT.md "Configuration").
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from console.domain.errors import InputError, UnavailableError

SITE_FILE = Path("/etc/console1022/console.toml")


def setting[T](  # noqa: PLR0913 - a keyword for each property
    default: T,
    label: str,
    *,
    choices: tuple[str, ...] = (),
    pattern: str = "",
    low: float | None = None,
    high: float | None = None,
    restart: bool = True,
    secret_file: bool = False,
    example: str = "",
) -> T:
    """Declare a setting.

    Args:
        default: the built-in value; its type is the setting's type.
        label: Vietnamese, for the settings page.
        choices: allowed values, empty = any.
        pattern: regular expression that a whole text must match, empty = any.
        low, high: allowed range of a number.
        restart: whether a change needs a restart.
        secret_file: names a file that only its owner may read.
        example: a value as it may look.
    """
    meta = {
        "label": label,
        "choices": choices,
        "pattern": pattern,
        "low": low,
        "high": high,
        "restart": restart,
        "secret_file": secret_file,
        "example": example,
    }
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class SeatSettings:
    """[seat]"""

    workstation: str = setting("", "Tên máy trạm")
    extension: str = setting("", "Số máy lẻ")
    console_code: str = setting("001", "Mã máy trong mã phản ánh", pattern=r"[0-9]{1,3}")
    data: str = setting("", "Thư mục dữ liệu riêng của thành phố", example="/etc/console1022/data")


@dataclass(frozen=True, slots=True)
class CentralSettings:
    """[central]"""

    url: str = setting(
        "", "Địa chỉ cơ sở dữ liệu trung tâm", example="postgresql://may07@trung-tam/hotline"
    )
    password_file: str = setting("", "Tệp mật khẩu trung tâm", secret_file=True)


@dataclass(frozen=True, slots=True)
class TelephonySettings:
    """[telephony]"""

    adapter: str = setting(
        "none", "Loại tổng đài", choices=("none", "ami", "modem", "webhook", "simulator")
    )
    host: str = setting("127.0.0.1", "Máy chủ tổng đài")
    port: int = setting(5038, "Cổng tổng đài", low=1, high=65535)
    username: str = setting("", "Tài khoản tổng đài")
    secret_file: str = setting("", "Tệp mật khẩu tổng đài", secret_file=True)
    queues: tuple[str, ...] = setting(("1022",), "Hàng chờ")
    tls: bool = setting(False, "Mã hoá TLS")
    context: str = setting("from-internal", "Ngữ cảnh gọi ra")
    conference: str = setting("7", "Đầu số phòng họp", pattern=r"[0-9]{1,6}")
    wrap_up_s: int = setting(30, "Thời gian hoàn tất sau cuộc gọi (giây)", low=0, high=600)
    recordings: str = setting("", "Nơi đọc tệp ghi âm", example="/srv/ghi-am/{leg}.wav")
    recordings_user: str = setting("", "Tài khoản đọc ghi âm (ARI)")
    recordings_secret_file: str = setting("", "Tệp mật khẩu đọc ghi âm", secret_file=True)
    recordings_copy: bool = setting(False, "Giữ bản sao mã hoá của ghi âm")
    recordings_key_file: str = setting("", "Tệp khoá mã hoá ghi âm")
    recordings_days: int = setting(180, "Số ngày giữ ghi âm (0 = mãi mãi)", low=0, high=3650)
    device: str = setting("", "Cổng modem thoại")
    baud: int = setting(115200, "Tốc độ cổng modem thoại", low=300, high=4_000_000)


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """[[sms]], one for each modem"""

    name: str = setting("gsm1", "Tên modem")
    device: str = setting("/dev/ttyUSB0", "Cổng modem")
    baud: int = setting(115200, "Tốc độ cổng", low=300, high=4_000_000)
    pin_file: str = setting("", "Tệp mã PIN", secret_file=True)
    balance_ussd: str = setting("", "Mã hỏi số dư", pattern=r"(\*[0-9*]{1,20}#)?", example="*101#")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """[mail]"""

    imap_host: str = setting("", "Máy chủ IMAP")
    imap_port: int = setting(993, "Cổng IMAP", low=1, high=65535)
    imap_tls: bool = setting(True, "IMAP qua TLS")
    smtp_host: str = setting("", "Máy chủ SMTP")
    smtp_port: int = setting(465, "Cổng SMTP", low=1, high=65535)
    smtp_tls: bool = setting(True, "SMTP qua TLS")
    username: str = setting("", "Tài khoản thư")
    password_file: str = setting("", "Tệp mật khẩu thư", secret_file=True)
    mailbox: str = setting("INBOX", "Hộp thư đến")
    processed: str = setting("Processed", "Thư mục đã xử lý")


@dataclass(frozen=True, slots=True)
class MessagesSettings:
    """[messages]"""

    quiet_from: int = setting(21, "Giờ bắt đầu không nhắn tin kết quả", low=0, high=23)
    quiet_to: int = setting(7, "Giờ nhắn tin kết quả trở lại", low=0, high=23)
    sms_price: int = setting(0, "Giá một tin SMS (đồng)", low=0, high=100_000)


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """[media]"""

    clamd: str = setting("", "Máy quét vi-rút (clamd)", example="/run/clamav/clamd.ctl")


@dataclass(frozen=True, slots=True)
class Open311Settings:
    """[open311]"""

    listen: str = setting("127.0.0.1:8311", "Địa chỉ Open311")
    api_keys_file: str = setting("", "Tệp khoá API", secret_file=True)
    public_url: str = setting("", "Địa chỉ công khai")


@dataclass(frozen=True, slots=True)
class FacebookSettings:
    """[facebook]"""

    page_id: str = setting("", "Trang Facebook")
    token_file: str = setting("", "Tệp mã truy cập Facebook", secret_file=True)
    graph_url: str = setting("https://graph.facebook.com", "Địa chỉ Graph API")


@dataclass(frozen=True, slots=True)
class ZaloSettings:
    """[zalo]"""

    oa_id: str = setting("", "Zalo OA")
    app_id: str = setting("", "Ứng dụng Zalo")
    secret_file: str = setting("", "Tệp khoá Zalo", secret_file=True)
    tokens_file: str = setting("", "Tệp mã truy cập Zalo", secret_file=True)
    api_url: str = setting("https://openapi.zalo.me", "Địa chỉ API Zalo")
    oauth_url: str = setting("https://oauth.zaloapp.com", "Địa chỉ đăng nhập Zalo")


@dataclass(frozen=True, slots=True)
class MapSettings:
    """[map]"""

    basemap: str = setting("", "Tệp bản đồ nền")
    tiles_url: str = setting("", "Địa chỉ ảnh bản đồ trực tuyến")
    wards: str = setting("", "Tệp ranh giới phường xã")
    center: tuple[float, ...] = setting((10.776, 106.701), "Tâm bản đồ")
    zoom: int = setting(12, "Mức phóng", low=1, high=19)


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """[audio]"""

    ring_device: str = setting("", "Loa chuông", restart=False)
    headset_in: str = setting("", "Micrô tai nghe", restart=False)
    headset_out: str = setting("", "Loa tai nghe", restart=False)
    ring_volume: int = setting(80, "Âm lượng chuông", low=0, high=100, restart=False)


@dataclass(frozen=True, slots=True)
class UiSettings:
    """[ui]"""

    theme: str = setting("auto", "Giao diện", choices=("auto", "light", "night"), restart=False)
    font_percent: int = setting(100, "Cỡ chữ (%)", low=100, high=200, restart=False)
    language: str = setting("vi", "Ngôn ngữ", choices=("vi", "en"))
    lock_after_min: int = setting(10, "Khóa máy sau (phút, 0 = không)", low=0, high=480)


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """[forecast]: the service level that operators are counted for; NENA: 90 % within 15 s."""

    level_percent: int = setting(90, "Mức phục vụ: nghe kịp (%)", low=50, high=99)
    within_s: int = setting(15, "Mức phục vụ: trong (giây)", low=5, high=120)
    handle_s: int = setting(240, "Xử lý một cuộc khi chưa có số liệu (giây)", low=10, high=1800)


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """[policy]"""

    locked: tuple[str, ...] = setting((), "Mục bị khoá")


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections."""

    seat: SeatSettings = field(default_factory=SeatSettings)
    central: CentralSettings = field(default_factory=CentralSettings)
    telephony: TelephonySettings = field(default_factory=TelephonySettings)
    sms: tuple[SmsSettings, ...] = ()
    mail: MailSettings = field(default_factory=MailSettings)
    messages: MessagesSettings = field(default_factory=MessagesSettings)
    media: MediaSettings = field(default_factory=MediaSettings)
    open311: Open311Settings = field(default_factory=Open311Settings)
    facebook: FacebookSettings = field(default_factory=FacebookSettings)
    zalo: ZaloSettings = field(default_factory=ZaloSettings)
    map: MapSettings = field(default_factory=MapSettings)
    audio: AudioSettings = field(default_factory=AudioSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    forecast: ForecastSettings = field(default_factory=ForecastSettings)
    policy: PolicySettings = field(default_factory=PolicySettings)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line of `config --explain` and of the settings page.

    Attributes:
        key: such as `telephony.port` or `sms.0.device`.
        source: built-in, a file's path, or the environment variable.
        locked: policy keeps people from changing it.
        declared: type, range and choices, as the section's class has them.
    """

    key: str
    label: str
    value: object
    source: str
    locked: bool
    restart: bool
    declared: Field[Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force and where each came from.

    Attributes:
        file: the profile's own file, whether it is there or not.
        site_file: the machine's, whose `[policy]` locks.
    """

    settings: Settings
    lines: tuple[SettingLine, ...]
    file: Path
    site_file: Path = SITE_FILE


SECTIONS: dict[str, type] = {
    "seat": SeatSettings,
    "central": CentralSettings,
    "telephony": TelephonySettings,
    "mail": MailSettings,
    "messages": MessagesSettings,
    "media": MediaSettings,
    "open311": Open311Settings,
    "facebook": FacebookSettings,
    "zalo": ZaloSettings,
    "map": MapSettings,
    "audio": AudioSettings,
    "ui": UiSettings,
    "forecast": ForecastSettings,
    "policy": PolicySettings,
}
"""Every section that stands once; `[[sms]]` may stand several times."""


def load(
    profile: Path,
    config_file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    site_file: Path = SITE_FILE,
) -> Loaded:
    """Read all layers.

    Raises:
        InputError: `config_broken`, `config_unknown_key`, `config_bad_value`; file and key are
            parameters.
        UnavailableError: `config_missing` when `config_file` is not there.
    """
    layers: list[tuple[str, dict[str, Any]]] = []
    site = _read(site_file, must=False)
    layers.append((str(site_file), site))
    layers.append((str(profile / "config.toml"), _read(profile / "config.toml", must=False)))
    if config_file is not None:
        layers.append((str(config_file), _read(config_file, must=True)))
    layers.extend(_environment(environ))
    locked = _locked(site.get("policy"))

    values: dict[str, dict[str, object]] = {name: {} for name in SECTIONS}
    sources: dict[str, str] = {}
    modems: list[dict[str, object]] = []
    modem_source = "built-in"
    for number, (source, layer) in enumerate(layers):
        for name, table in layer.items():
            if name == "sms":
                if number == 0 or "sms" not in locked:
                    modems, modem_source = _modems(table, source), source
                continue
            section = SECTIONS.get(name)
            if section is None or not isinstance(table, dict):
                raise InputError("config_unknown_key", file=source, key=name)
            for key, value in table.items():
                if number and (f"{name}.{key}" in locked or name in locked):
                    continue
                values[name][key] = _checked(section, name, key, value, source)
                sources[f"{name}.{key}"] = source
    settings = Settings(
        sms=tuple(SmsSettings(**entry) for entry in modems),  # type: ignore[arg-type]
        **{name: section(**values[name]) for name, section in SECTIONS.items()},
    )
    lines = _explain(settings, sources, locked, modem_source)
    return Loaded(settings, lines, profile / "config.toml", site_file)


def checked(key: str, value: object, source: str = "") -> object:
    """The value that a setting would have.

    Args:
        key: such as `telephony.port` or `sms.0.device`.
        value: as TOML gives it.

    Raises:
        InputError: `config_bad_value`, `config_unknown_key`.
    """
    name, *_number, last = key.split(".")
    section = SmsSettings if name == "sms" else SECTIONS.get(name)
    if section is None:
        raise InputError("config_unknown_key", file=source, key=key)
    return _checked(section, name, last, value, source)


def read_secret(path: str) -> str:
    """The text of a secret file, without the line end.

    Raises:
        UnavailableError: `secret_missing`.
        InputError: `secret_world_readable` when others than the owner may read it.
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError("secret_missing", file=path) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise InputError("secret_world_readable", file=path)
    return text.strip("\r\n")


def _read(path: Path, *, must: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if must:
            raise UnavailableError("config_missing", file=str(path)) from error
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError("config_missing", file=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError("config_broken", file=str(path), what=str(error)) from error


def _locked(policy: object) -> frozenset[str]:
    """Keys that the site's file keeps from people; a table of a wrong form is told of later."""
    keys = policy.get("locked") if isinstance(policy, dict) else None
    return frozenset(str(key) for key in keys) if isinstance(keys, list) else frozenset()


def _environment(environ: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, text in sorted(environ.items()):
        section, mark, key = name.removeprefix("CONSOLE1022_").lower().partition("__")
        if not name.startswith("CONSOLE1022_") or not mark or section not in SECTIONS:
            continue
        found.append((name, {section: {key: _from_text(SECTIONS[section], key, text)}}))
    return found


def _from_text(section: type, key: str, text: str) -> object:
    default = next((f.default for f in fields(section) if f.name == key), text)
    if isinstance(default, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if isinstance(default, int) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        try:
            return [float(p) for p in parts] if _of_numbers(default) else parts
        except ValueError:
            return text
    return text


def _of_numbers(default: tuple[object, ...]) -> bool:
    return bool(default) and isinstance(default[0], float)


def _modems(table: object, source: str) -> list[dict[str, object]]:
    if not isinstance(table, list) or not all(isinstance(entry, dict) for entry in table):
        raise InputError("config_unknown_key", file=source, key="sms")
    return [
        {key: _checked(SmsSettings, "sms", key, value, source) for key, value in entry.items()}
        for entry in table
    ]


def _checked(section: type, name: str, key: str, value: object, source: str) -> object:
    declared = next((f for f in fields(section) if f.name == key), None)
    if declared is None:
        raise InputError("config_unknown_key", file=source, key=f"{name}.{key}")
    default, meta = declared.default, declared.metadata
    if isinstance(default, tuple):
        item = (int, float) if _of_numbers(default) else str
        fits = isinstance(value, list) and all(isinstance(v, item) for v in value)
    else:
        fits = type(value) is type(default)
    if fits and meta["choices"]:
        fits = value in meta["choices"]
    if fits and meta["pattern"]:
        fits = re.fullmatch(meta["pattern"], str(value)) is not None
    if fits and isinstance(value, int) and not isinstance(value, bool):
        fits = (meta["low"] is None or value >= meta["low"]) and (
            meta["high"] is None or value <= meta["high"]
        )
    if not fits:
        raise InputError("config_bad_value", file=source, key=f"{name}.{key}", value=str(value))
    return tuple(value) if isinstance(value, list) else value


def _explain(
    settings: Settings, sources: dict[str, str], locked: frozenset[str], modem_source: str
) -> tuple[SettingLine, ...]:
    lines = []
    for name, section in SECTIONS.items():
        values = getattr(settings, name)
        for declared in fields(section):
            key = f"{name}.{declared.name}"
            lines.append(
                SettingLine(
                    key,
                    declared.metadata["label"],
                    getattr(values, declared.name),
                    sources.get(key, "built-in"),
                    key in locked or name in locked,
                    declared.metadata["restart"],
                    declared,
                )
            )
    for index, modem in enumerate(settings.sms):
        lines.extend(
            SettingLine(
                f"sms.{index}.{declared.name}",
                declared.metadata["label"],
                getattr(modem, declared.name),
                modem_source,
                "sms" in locked,
                declared.metadata["restart"],
                declared,
            )
            for declared in fields(SmsSettings)
        )
    return tuple(lines)
