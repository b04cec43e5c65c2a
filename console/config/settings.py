"""Every setting of the program, declared once: type, default, label, range, whether it is a secret.

The settings page, the checks and `config --explain` follow from these declarations. Where the
values come from is in `layers.py`.
"""

from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from console.config.values import checked_value, unknown_key
from console.domain.catalogue.city_area import CITY_CENTRE

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
    encrypted_store: bool = setting(False, "Mã hoá kho mới (kho đã có: lệnh store encrypt)")


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
    trunks: tuple[str, ...] = setting((), "Đường ra ngoài mang tên như máy nhánh")
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
    center: tuple[float, ...] = setting(CITY_CENTRE, "Tâm bản đồ")
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
    """[forecast]: the service level that staffing is calculated for; NENA: 90 % within 15 s."""

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
    """The settings in force and the source of each.

    Attributes:
        file: the profile's own file, whether it exists or not.
        site_file: the machine's file, whose `[policy]` locks settings.
    """

    settings: Settings
    lines: tuple[SettingLine, ...]
    file: Path
    site_file: Path = SITE_FILE


SECTIONS: dict[str, type] = {
    each.name: type(each.default_factory())
    for each in fields(Settings)
    if callable(each.default_factory)
}
"""Every section that occurs once; `[[sms]]` may occur several times."""


def checked(key: str, value: object, source: str = "") -> object:
    """The value that a setting would have.

    Args:
        key: such as `telephony.port` or `sms.0.device`.
        value: as TOML gives it.

    Raises:
        InputError: `config_bad_value`, `config_unknown_key`.
    """
    name = key.partition(".")[0]
    section = SmsSettings if name == "sms" else SECTIONS.get(name)
    if section is None:
        raise unknown_key(source, key, (*SECTIONS, "sms"))
    return checked_value(section, key, value, source)
