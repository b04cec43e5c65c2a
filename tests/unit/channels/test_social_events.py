"""Webhook events documented by Meta and Zalo, other than plain texts and photos."""

from typing import Any

import pytest

from console.channels.facebook.events import of_conversation, of_feed
from console.channels.facebook.events import of_webhook as facebook
from console.channels.zalo.events import of_list
from console.channels.zalo.events import of_webhook as zalo
from console.domain.text.cleaning import clean

PAGE, OA = "1022", "oa"
AT = 1_795_000_000_000
CDN = "https://cdn.example.vn/a"


def said(message: dict[str, Any], where: str = "messaging") -> Any:
    event = {"sender": {"id": "u1"}, "recipient": {"id": PAGE}, "timestamp": AT,
             "message": {"mid": "m1", **message}}  # fmt: skip
    found = [*facebook({"object": "page", "entry": [{"id": PAGE, where: [event]}]}, PAGE)]
    return found[0] if found else None


def attached(kind: str, **payload: object) -> dict[str, Any]:
    return {"attachments": [{"type": kind, "payload": payload}]}


@pytest.mark.parametrize("kind", ["image", "video", "file", "reel"])
def test_files_of_a_page_are_fetched(kind: str) -> None:
    found = said(attached(kind, url=CDN))
    assert (found.urls, found.text) == ((CDN,), "")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "Xem", **attached("fallback", title="Ngập ở Đồng Tâm", url=CDN)},
         f"Xem\nNgập ở Đồng Tâm {CDN}"),
        ({"attachments": [{"type": "fallback", "title": "Bài viết", "URL": CDN, "payload": None}]},
         f"Bài viết {CDN}"),
        (attached("audio", url=CDN), f"[tin thoại] {CDN}"),
        (attached("image", url=CDN, sticker_id=369239263222822), "[nhãn dán]"),
        ({"text": "Vâng", "reply_to": {"mid": "m0"}, "quick_reply": {"payload": "YES"}}, "Vâng"),
    ],
)  # fmt: skip
def test_attachments_of_a_page_that_are_no_files_become_text(
    message: dict[str, Any], text: str
) -> None:
    found = said(message)
    assert (found.text, found.urls) == (text, ())


def test_a_place_that_somebody_shares_with_the_page() -> None:
    found = said(
        attached("location", coordinates={"lat": 10.77, "long": 106.7}, title="x", url=CDN)
    )
    assert (found.lat, found.long, found.urls) == (10.77, 106.7, ())


def test_a_message_that_its_sender_changed_took_back_or_sent_in_a_form_of_their_own() -> None:
    def one(**event: Any) -> Any:
        found = [*facebook({"entry": [{"messaging": [{"sender": {"id": "u1"}, **event}]}]}, PAGE)]
        return found[0] if found else None

    edited = one(message_edit={"mid": "m1", "text": "Ngập sâu hơn", "num_edit": 2})
    assert (edited.external_id, edited.text) == ("m1", "Ngập sâu hơn")
    assert (edited.flags, edited.changes) == (("edited",), True)
    assert one(message_edit={"mid": "m1", "text": "", "num_edit": 3}) is None
    gone = one(message={"mid": "m1", "is_deleted": True})
    assert (gone.flags, gone.changes) == (("removed",), True)
    odd = one(message={"mid": "m2", "is_unsupported": True})
    assert "Facebook" in odd.text
    assert not odd.changes


def test_messages_while_another_app_has_the_thread() -> None:
    assert said({"text": "Đèn tắt"}, where="standby").text == "Đèn tắt"


@pytest.mark.parametrize(
    "event",
    [
        {"delivery": {"mids": ["m1"], "watermark": AT}},
        {"read": {"watermark": AT}},
        {"reaction": {"reaction": "like", "mid": "m1", "action": "react"}},
        {"postback": {"title": "\u200b", "payload": " \u202e", "mid": "m9"}},
        {"postback": {"title": ["x"], "payload": {"a": 1}, "mid": "m9"}},
        {"postback": {"title": "Bắt đầu", "mid": True}, "timestamp": "never"},
        {"postback": {"title": "Bắt đầu", "mid": "m9"}, "sender": {"id": PAGE}},
        {"postback": "Bắt đầu"},
        {"optin": {"type": "notification_messages"}},
        {"referral": {"ref": "x", "source": "SHORTLINK", "type": "OPEN_THREAD"}},
        {"message": {"mid": "m1", "text": "x", "is_echo": True, "app_id": 1}},
        {"message": {"text": "without an id"}},
        {"pass_thread_control": {"new_owner_app_id": "1"}},
    ],
)
def test_what_is_no_message_of_a_person(event: dict[str, Any]) -> None:
    body = {"entry": [{"messaging": [{"sender": {"id": "u1"}, "timestamp": AT, **event}]}]}
    assert [*facebook(body, PAGE)] == []


def pressed(where: str = "messaging", **button: object) -> Any:
    event = {"sender": {"id": "u1"}, "recipient": {"id": PAGE}, "timestamp": AT,
             "postback": button}  # fmt: skip
    found = [*facebook({"object": "page", "entry": [{"id": PAGE, where: [event]}]}, PAGE)]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ({"title": "Báo ngập", "payload": "FLOOD", "mid": "m9"}, "[bấm nút] Báo ngập"),
        ({"title": "Bắt đầu", "mid": "m9"}, "[bấm nút] Bắt đầu"),
        ({"payload": "GET_STARTED", "mid": "m9"}, "[bấm nút] GET_STARTED"),
        ({"title": "Báo\u202e\nngập\x07", "payload": "x", "mid": "m9"}, "[bấm nút] Báo ngập"),
        ({"title": "x" * 5000, "mid": "m9"}, "[bấm nút] " + "x" * 200),
    ],
)
def test_a_pressed_button_says_what_stood_on_it(button: dict[str, Any], text: str) -> None:
    found = pressed(**button)
    assert (found.external_id, found.sender, found.thread_key) == ("m9", "u1", "u1")
    assert (found.text, found.urls, found.changes) == (text, (), False)
    assert found.sent_at is not None
    assert pressed("standby", **button) == found


def test_a_repeated_button_press_without_an_id_is_one_message() -> None:
    once, again = pressed(title="Bắt đầu"), pressed(title="Bắt đầu")
    assert once.external_id == again.external_id
    assert once.external_id != pressed(title="Báo ngập").external_id


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"item": "comment", "verb": "add", "comment_id": "c1", "message": "Ngập"}, True),
        ({"item": "comment", "verb": "edited", "comment_id": "c1", "message": "Ngập sâu",
          "from": {"id": "u1", "name": "Lan"}}, True),
        ({"item": "status", "verb": "add", "post_id": "p1", "message": "Bài của trang"}, False),
        ({"item": "photo", "verb": "add", "post_id": "p1", "link": CDN, "message": "Ảnh",
          "from": {"id": "u1"}, "published": 1}, True),
        ({"item": "like", "verb": "add", "from": {"id": "u1"}, "post_id": "p1"}, False),
        ({"item": "reaction", "verb": "add", "reaction_type": "angry", "from": {"id": "u1"},
          "post_id": "p1"}, False),
        ({"item": "share", "verb": "add", "from": {"id": "u1"}, "post_id": "p1"}, False),
    ],
)  # fmt: skip
def test_changes_below_a_page(value: dict[str, Any], kept: bool) -> None:
    body = {"entry": [{"id": PAGE, "changes": [{"field": "feed", "value": value}]}]}
    assert bool([*facebook(body, PAGE)]) is kept


HOSTILE = "m\0\x1b[2J\u202e\ud800\u200b\x9b1"


def test_ids_of_a_page_and_an_account_are_clean_too() -> None:
    """A NUL would block the row at the centre, a lone surrogate on disk."""
    who = {"sender": {"id": HOSTILE}, "timestamp": AT}
    change = {"item": "comment", "from": {"id": HOSTILE, "name": HOSTILE}, "comment_id": HOSTILE,
              "post_id": HOSTILE, "message": HOSTILE}  # fmt: skip
    body = {"entry": [{
        "messaging": [{**who, "message": {"mid": HOSTILE, "text": HOSTILE}},
                      {**who, "postback": {"mid": HOSTILE, "title": HOSTILE}}],
        "changes": [{"value": change}],
    }]}  # fmt: skip
    row = {"id": HOSTILE, "from": {"id": HOSTILE, "name": HOSTILE}, "message": HOSTILE}
    listed = {"src": 1, "from_id": HOSTILE, "message_id": HOSTILE, "message": HOSTILE}
    found = [
        *facebook(body, PAGE),
        *of_conversation({"data": [row]}, PAGE),
        *of_feed({"data": [{**row, "comments": {"data": [row]}}]}, PAGE),
        zalo({"event_name": "user_send_text", "sender": {"id": HOSTILE},
              "message": {"msg_id": HOSTILE, "text": HOSTILE}}, OA),
        zalo({"event_name": "user_submit_info", "sender": {"id": HOSTILE}, "timestamp": HOSTILE,
              "info": {"name": HOSTILE}}, OA),
        *of_list({"data": [listed]}, OA),
    ]  # fmt: skip
    assert len(found) == 9
    for each in found:
        assert each is not None
        for value in (each.external_id, each.sender, each.text, getattr(each, "thread_key", "")):
            assert clean(value) == value


# --- Zalo


def heard(event: str, message: dict[str, Any] | None = None, **more: object) -> Any:
    body = {"app_id": "1", "event_name": event, "sender": {"id": "z1"}, "recipient": {"id": OA},
            "timestamp": str(AT), **more}  # fmt: skip
    if message is not None:
        body["message"] = {"msg_id": "m1", **message}
    return zalo(body, OA)


@pytest.mark.parametrize("kind", ["image", "video", "file", "gif"])
def test_files_of_an_account_are_fetched(kind: str) -> None:
    found = heard(f"user_send_{kind}", {"text": "Xem", **attached(kind, url=CDN, thumbnail="x")})
    assert (found.urls, found.text) == ((CDN,), "Xem")


@pytest.mark.parametrize(
    ("event", "message", "text"),
    [
        ("user_send_link", {"text": CDN, **attached("link", description="Ngập ở Q12", url=CDN)},
         f"{CDN}\nNgập ở Q12 {CDN}"),
        ("user_send_business_card", attached("link", description='{"phone":"84903"}', url=CDN),
         f'{{"phone":"84903"}} {CDN}'),
        ("user_send_audio", attached("audio", url=CDN), f"[tin thoại] {CDN}"),
        ("user_send_sticker", attached("sticker", id="1", url=CDN), "[nhãn dán]"),
        ("anonymous_send_text", {"text": "Đèn tắt"}, "Đèn tắt"),
        ("user_send_text", {"text": "Vâng", "quote_msg_id": "m0"}, "Vâng"),
    ],
)  # fmt: skip
def test_attachments_of_an_account_that_are_no_files_become_text(
    event: str, message: dict[str, Any], text: str
) -> None:
    found = heard(event, message)
    assert (found.text, found.urls) == (text, ())


def test_several_photos_in_one_message() -> None:
    photos = [{"type": "image", "payload": {"url": f"{CDN}{n}"}} for n in range(3)]
    assert heard("user_send_image", {"attachments": photos}).urls == tuple(
        f"{CDN}{n}" for n in range(3)
    )


@pytest.mark.parametrize(
    ("row", "text", "urls"),
    [
        ({"type": "photo", "url": CDN, "message": "Xem"}, "Xem", (CDN,)),
        ({"type": "link", "message": "Xem", "links": [{"title": "Ngập", "url": CDN}]},
         f"Xem\nNgập {CDN}", ()),
        ({"type": "sticker", "url": CDN}, "[nhãn dán]", ()),
        ({"type": "voice", "url": CDN}, f"[tin thoại] {CDN}", ()),
        ({"type": "location", "location": {"latitude": "10.7", "longitude": "106.7"}}, "", ()),
    ],
)  # fmt: skip
def test_rows_of_the_list(row: dict[str, Any], text: str, urls: tuple[str, ...]) -> None:
    given = {"src": 1, "from_id": "z1", "message_id": "m1", "time": AT, **row}
    (found,) = of_list({"data": [given]}, OA)
    assert (found.text, found.urls) == (text, urls)


def test_rows_of_a_pages_list() -> None:
    row = {"id": "m1", "from": {"id": "u1"}, "message": "Xem", "sticker": CDN,
           "shares": {"data": [{"name": "Ngập", "link": CDN}, {"link": CDN}]}}  # fmt: skip
    (found,) = of_conversation({"data": [row]}, PAGE)
    assert found.text == f"Xem\nNgập {CDN}\n{CDN}\n[nhãn dán]"


def test_a_person_shares_name_and_number() -> None:
    info = {"name": "Lan", "phone": "84903123456", "address": "66/1 Đồng Tâm", "city": "TP.HCM"}
    found = heard("user_submit_info", info=info)
    assert (found.text, found.name) == ("Lan, 84903123456, 66/1 Đồng Tâm, TP.HCM", "Lan")
    assert found.external_id == heard("user_submit_info", info=info).external_id


@pytest.mark.parametrize(
    "event", ["user_seen_message", "user_received_message", "oa_send_text", "follow", "unfollow",
              "user_reacted_message", "user_click_chatnow", "shop_has_order", "oa_send_image"],
)  # fmt: skip
def test_other_events_are_no_message(event: str) -> None:
    assert heard(event, {"text": "x"}) is None
    assert zalo({"event_name": event, "follower": {"id": "z1"}}, OA) is None
