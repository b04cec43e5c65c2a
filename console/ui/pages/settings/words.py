"""Texts of the settings page: sections, choices, ranges, and why something cannot be changed."""

from PySide6.QtCore import QCoreApplication

from console.config.settings import Loaded, SettingLine
from console.ui.text import formats

translate = QCoreApplication.translate

SECTIONS: dict[str, str] = {
    "seat": "Máy trạm",
    "central": "Trung tâm",
    "telephony": "Tổng đài",
    "sms": "Modem SMS",
    "mail": "Thư điện tử",
    "messages": "Tin nhắn trả lời",
    "media": "Tệp và ảnh",
    "open311": "Open311",
    "facebook": "Facebook",
    "zalo": "Zalo",
    "map": "Bản đồ",
    "audio": "Âm thanh",
    "ui": "Cửa sổ",
    "forecast": "Dự báo",
    "policy": "Chính sách",
}

CHOICES: dict[str, dict[str, str]] = {
    "telephony.adapter": {
        "none": "Không dùng",
        "ami": "Asterisk (AMI)",
        "modem": "Modem thoại",
        "webhook": "Tổng đài đám mây",
        "simulator": "Mô phỏng",
    },
    "ui.theme": {
        "auto": "Theo ca (tối ca đêm)",
        "light": "Sáng",
        "night": "Tối",
    },
    "ui.language": {"vi": "Tiếng Việt", "en": "English"},
}


def section_word(name: str) -> str:
    """The title of a section; its own name if it has no title."""
    return translate("settings", SECTIONS.get(name, name))


def label_of(line: SettingLine) -> str:
    """The setting's label in the language of the window."""
    return translate("settings", line.label)


def choice_word(key: str, value: str) -> str:
    """The text of a choice."""
    return translate("settings", CHOICES.get(key, {}).get(value, value))


def value_word(line: SettingLine, value: object) -> str:
    """A value as people read it; "" for nothing."""
    if isinstance(value, bool):
        return translate("settings", "có") if value else translate("settings", "không")
    if isinstance(value, (tuple, list)):
        return ", ".join(str(each) for each in value)
    if line.declared.metadata["choices"]:
        return choice_word(_plain(line.key), str(value))
    return str(value)


def range_words(line: SettingLine) -> str:
    """The allowed range: `1 đến 65535`; "" if anything is allowed."""
    meta = line.declared.metadata
    if meta["example"]:
        return translate("settings", "ví dụ {0}").format(meta["example"])
    if meta["low"] is not None and meta["high"] is not None:
        said = translate("settings", "{0} đến {1}")
        return said.format(formats.number(int(meta["low"])), formats.number(int(meta["high"])))
    if isinstance(line.declared.default, tuple):
        return translate("settings", "cách nhau bằng dấu phẩy")
    if meta["secret_file"]:
        return translate("settings", "đường dẫn tới tệp chỉ chủ máy đọc được (0600)")
    return ""


def wrong_words(line: SettingLine) -> str:
    """Why the value is not valid, and what is."""
    meta = line.declared.metadata
    if meta["low"] is not None:
        return translate("settings", "Phải là một số, {0}.").format(range_words(line))
    if meta["pattern"]:
        said = translate("settings", "Không đúng dạng; đúng thì như “{0}”.")
        return said.format(meta["example"] or value_word(line, line.declared.default))
    if isinstance(line.declared.default, tuple):
        return translate("settings", "Phải là các số cách nhau bằng dấu phẩy.")
    return translate("settings", "Giá trị này không dùng được.")


def source_words(line: SettingLine, loaded: Loaded) -> str:
    """Where the value comes from; "" if it is the default."""
    if line.source == "built-in":
        return ""
    if line.source == str(loaded.file):
        return translate("settings", "đặt tại máy này")
    return translate("settings", "đặt ở {0}").format(line.source)


def fixed_words(line: SettingLine, loaded: Loaded) -> str:
    """Why it cannot be changed here; "" if it can."""
    if line.locked:
        return translate("settings", "Quản trị đã khóa trong {0}").format(loaded.site_file)
    if line.key.startswith("policy."):
        return translate("settings", "Chỉ có hiệu lực trong {0}").format(loaded.site_file)
    if line.source not in ("built-in", str(loaded.file), str(loaded.site_file)):
        said = translate("settings", "{0} đang quyết định giá trị này; sửa ở đây không có tác dụng")
        return said.format(line.source)
    return ""


def _plain(key: str) -> str:
    name, *_, last = key.split(".")
    return f"{name}.{last}"
