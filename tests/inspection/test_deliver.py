"""Delivery: everybody on the list is told once; who cannot be reached is told later; nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from structlog.testing import capture_logs

from include.inspection.config import ConfigError
from include.inspection.outbox.box import Message, enqueue
from include.inspection.outbox.deliver import SETTINGS_FILE, DeliverySettings, deliver
from include.inspection.outbox.messengers import Messengers, SendError
from include.inspection.outbox.recipients import Recipient
from include.inspection.times import BEIJING
from tests.inspection.post_office import Mailbox, Receiver, http_server, settings, smtp_server

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 24, 12, tzinfo=BEIJING)
NEWS = Message("w-1", "yellow", "甲县政府办", "动态要闻即将逾期", "已 10 天未更新。", NOON, "4408000001")
LI = Recipient("甲县政府办", "yellow", "email", "li@example.gov.cn")
ROBOT = Recipient("*", "yellow", "wecom", "office")
WECOM = "/cgi-bin/webhook/send"


class Out:
    """A way out that notes what it was given; whoever stands in ``down`` fails."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.tried = 0
        self.down: dict[str, SendError] = {}

    def send(self, channel, address, title, body, facts) -> None:
        self.tried += 1
        if channel in self.down:
            raise self.down[channel]
        self.sent.append((channel, address, facts["key"]))


@pytest.fixture
def out():
    return Out()


def later(**delta: int) -> datetime:
    return NOON + timedelta(**delta)


def names(store, folder: str) -> list[str]:
    return sorted(key.removeprefix("outbox/") for key in store.keys(f"outbox/{folder}/"))


# --- over real servers


def test_a_message_reaches_mail_and_robot_and_is_sent_once(store):
    mailbox, receiver = Mailbox(), Receiver()
    messengers = Messengers(settings(receiver, mailbox.port))
    enqueue(store, [NEWS])
    with smtp_server(mailbox), http_server(receiver):
        assert deliver(store, [LI, ROBOT], messengers, NOON)["sent"] == 1
        for minutes in (0, 10, 1_440):
            enqueue(store, [NEWS])
            assert deliver(store, [LI, ROBOT], messengers, later(minutes=minutes))["sent"] == 0
    (mail,) = mailbox.mails
    assert mail.subject == "【黄色预警】动态要闻即将逾期" and "已 10 天未更新。" in mail.text
    assert "2026-11-24 12:00" in mail.text and "w-1" in mail.text
    assert receiver.texts(WECOM) == [f"{mail.subject}\n{mail.text.strip()}".replace("\r\n", "\n")]
    assert names(store, "pending") == [] and names(store, "sent") == ["sent/2026-11-24/w-1.json"]
    told = store.get_json("outbox/sent/2026-11-24/w-1.json")["channels"]
    assert {name: (state["state"], state["at"]) for name, state in told.items()} == {
        "email:li@example.gov.cn": ("sent", "2026-11-24T04:00:00Z"),
        "wecom:office": ("sent", "2026-11-24T04:00:00Z"),
    }


def test_a_messenger_that_is_down_delays_its_part_and_the_others_are_not_told_again(store):
    mailbox, receiver = Mailbox(), Receiver()
    messengers = Messengers(settings(receiver, mailbox.port))
    second = replace(NEWS, key="w-2", title="第二条")
    enqueue(store, [NEWS, second])
    with smtp_server(mailbox):
        counts = deliver(store, [LI, ROBOT], messengers, NOON)
        assert counts == {"sent": 0, "waiting": 2, "undelivered": 0, "failed": 1}
        assert len(mailbox.mails) == 2
        state = store.get_json("outbox/pending/w-1.json")["channels"]["wecom:office"]
        assert (state["state"], state["attempts"]) == ("failed", 1)
        assert state["next_try"] == "2026-11-24T04:02:00Z" and "企业微信连接失败" in state["error"]
        with http_server(receiver):
            assert deliver(store, [LI, ROBOT], messengers, later(minutes=10))["sent"] == 2
            assert deliver(store, [LI, ROBOT], messengers, later(minutes=20))["sent"] == 0
    assert len(mailbox.mails) == 2 and len(receiver.texts(WECOM)) == 2
    assert names(store, "pending") == []


def test_a_mail_server_that_is_down_loses_nothing(store):
    mailbox, receiver = Mailbox(), Receiver()
    messengers = Messengers(settings(receiver, mailbox.port))
    zhang = Recipient("甲县政府办", "yellow", "email", "zhang@example.gov.cn")
    enqueue(store, [replace(NEWS, key=f"w-{number}") for number in range(5)])
    counts = deliver(store, [LI, zhang], messengers, NOON)
    assert (counts["failed"], counts["waiting"]) == (1, 5), "one try tells that the server is down"
    with smtp_server(mailbox):
        assert deliver(store, [LI, zhang], messengers, later(minutes=10))["sent"] == 5
    assert sorted(address for mail in mailbox.mails for address in mail.to) == (
        [LI.address] * 5 + [zhang.address] * 5
    )


# --- how often


def test_pauses_grow_and_the_last_one_repeats(store, out):
    out.down["email"] = SendError("停机")
    enqueue(store, [NEWS])
    now, pauses = NOON, []
    for _ in range(8):
        deliver(store, [LI], out, now)
        due = datetime.fromisoformat(
            store.get_json("outbox/pending/w-1.json")["channels"]["email:li@example.gov.cn"]["next_try"]
        )
        tried = out.tried
        deliver(store, [LI], out, due - timedelta(seconds=1))
        assert out.tried == tried, "not before its time"
        pauses.append(round((due - now).total_seconds() / 60))
        now = due
        if not 8 <= now.astimezone(BEIJING).hour < 22:
            now += timedelta(hours=10)
    assert pauses == [2, 5, 15, 60, 180, 360, 360, 360]


def test_after_a_month_a_message_is_put_aside_with_its_history(store, out):
    out.down["email"] = SendError("停机")
    enqueue(store, [NEWS])
    deliver(store, [LI], out, NOON)
    with capture_logs() as log:
        counts = deliver(store, [LI], out, later(days=30))
    assert counts["undelivered"] == 1 and names(store, "pending") == []
    kept = store.get_json("outbox/undelivered/2026-12-24/w-1.json")
    assert kept["channels"]["email:li@example.gov.cn"]["attempts"] == 2
    assert any(entry["log_level"] == "error" and "已搁置" in entry["event"] for entry in log)


def test_no_more_to_one_address_in_one_run_than_it_bears(store, out):
    enqueue(store, [replace(NEWS, key=f"w-{number:02d}") for number in range(40)])
    assert [deliver(store, [ROBOT], out, later(minutes=10 * n))["sent"] for n in range(4)] == [15, 15, 10, 0]
    assert [key for _, _, key in out.sent] == [f"w-{number:02d}" for number in range(40)]


def test_a_message_that_a_robot_refuses_does_not_hold_up_those_behind_it(store, out):
    class Picky(Out):
        def send(self, channel, address, title, body, facts) -> None:
            if facts["key"] == "w-bad":
                raise SendError("内容被拒")
            super().send(channel, address, title, body, facts)

    picky = Picky()
    enqueue(store, [replace(NEWS, key="w-bad", level="red"), NEWS])
    assert deliver(store, [ROBOT], picky, NOON)["sent"] == 0
    assert deliver(store, [ROBOT], picky, later(minutes=1))["sent"] == 1
    assert names(store, "pending") == ["pending/w-bad.json"]


# --- who is told


def told(store, out, message: Message, *recipients: Recipient, now: datetime = NOON) -> list[str]:
    enqueue(store, [message])
    deliver(store, recipients, out, now)
    return [f"{channel}:{address}" for channel, address, _ in out.sent]


@pytest.mark.parametrize(
    ("unit", "level", "heard"),
    [
        ("甲县政府办", "yellow", True),
        ("甲县政府办", "orange", False),
        ("4408000001", "info", True),
        ("*", "yellow", True),
        ("*", "red", False),
        ("乙县政府办", "info", False),
        ("甲县", "info", False),
    ],
)
def test_recipients_by_unit_site_and_level(store, out, unit, level, heard):
    assert told(store, out, NEWS, Recipient(unit, level, "email", "a@b.cn")) == ["email:a@b.cn"] * heard


def test_an_address_that_stands_on_several_lines_is_told_once(store, out):
    lines = [LI, replace(LI, unit="*"), replace(LI, unit="4408000001", name="李")]
    assert told(store, out, NEWS, *lines) == ["email:li@example.gov.cn"]


def test_the_most_urgent_go_first_then_the_oldest(store, out):
    later_red = replace(NEWS, key="c", level="red", at=later(minutes=1))
    enqueue(store, [NEWS, replace(NEWS, key="a", at=later(hours=-1)), later_red])
    deliver(store, [ROBOT], out, later(minutes=2))
    assert [key for _, _, key in out.sent] == ["c", "a", "w-1"]


def test_a_message_that_nobody_wants_waits_for_the_list_and_is_put_aside_after_three_days(store, out):
    enqueue(store, [NEWS, replace(NEWS, key="w-2")])
    with capture_logs() as log:
        assert deliver(store, [], out, later(days=2))["waiting"] == 2
    assert any("没有人接收" in entry["event"] for entry in log)
    store.delete("outbox/pending/w-2.json")
    assert deliver(store, [ROBOT], out, later(days=2, minutes=10))["sent"] == 1
    enqueue(store, [replace(NEWS, key="w-3")])
    assert deliver(store, [], out, later(days=3))["undelivered"] == 1
    assert names(store, "undelivered") == ["undelivered/2026-11-27/w-3.json"]


def test_what_the_list_leaves_out_on_purpose_is_put_aside_without_a_word(store, out):
    boss = Recipient("*", "red", "email", "boss@example.gov.cn")
    strict = replace(LI, level="orange")
    enqueue(store, [NEWS, replace(NEWS, key="w-info", level="info", unit="乙县政府办")])
    with capture_logs() as log:
        assert deliver(store, [strict, boss], out, NOON)["undelivered"] == 2
    assert [entry for entry in log if entry["log_level"] != "info"] == [] and out.sent == []
    assert store.get_json("outbox/undelivered/2026-11-24/w-1.json")["why"] == "收件人名单要求的级别更高"


def test_a_line_for_all_units_does_not_hide_that_a_unit_is_missing_on_the_list(store, out):
    boss = Recipient("*", "red", "email", "boss@example.gov.cn")
    enqueue(store, [NEWS, replace(NEWS, key="w-2")])
    with capture_logs() as log:
        assert deliver(store, [boss], out, NOON)["waiting"] == 2
    (told_once,) = [entry for entry in log if entry["log_level"] == "warning"]
    assert "“甲县政府办”的2条消息" in told_once["event"]


def test_somebody_struck_off_the_list_is_no_longer_waited_for(store, out):
    out.down["email"] = SendError("停机")
    enqueue(store, [NEWS])
    assert deliver(store, [LI, ROBOT], out, NOON)["waiting"] == 1
    assert deliver(store, [ROBOT], out, later(minutes=10))["sent"] == 1
    assert [channel for channel, _, _ in out.sent] == ["wecom"]


def test_all_struck_off_before_anybody_was_told(store, out):
    out.down["email"] = SendError("停机")
    enqueue(store, [NEWS])
    deliver(store, [LI], out, NOON)
    assert deliver(store, [], out, later(minutes=10))["waiting"] == 1
    assert deliver(store, [], out, later(days=3))["undelivered"] == 1


# --- when


@pytest.mark.parametrize(
    ("clock", "level", "heard"),
    [
        ("21:59", "yellow", True),
        ("22:00", "yellow", False),
        ("23:30", "orange", False),
        ("23:30", "red", True),
        ("03:00", "yellow", False),
        ("07:29", "yellow", False),
        ("07:30", "yellow", True),
    ],
)
def test_quiet_hours_of_beijing_hold_back_all_but_the_highest_level(store, out, clock, level, heard):
    moment = datetime.fromisoformat(f"2026-11-24T{clock}+08:00")
    assert bool(told(store, out, replace(NEWS, level=level), ROBOT, now=moment.astimezone(UTC))) is heard
    morning = datetime(2026, 11, 25, 8, tzinfo=BEIJING)
    deliver(store, [ROBOT], out, morning)
    assert len(out.sent) == 1, "held back, not lost"


def test_quiet_hours_can_be_switched_off():
    always = replace(DeliverySettings.load(), quiet_from=datetime.min.time(), quiet_until=datetime.min.time())
    assert not always.holds_back(NEWS, later(hours=12))


def test_a_message_held_back_until_its_time_and_the_one_who_put_it_in_may_send_it_at_once(store, out):
    held = replace(NEWS, due_at=later(minutes=2))
    enqueue(store, [held, replace(NEWS, key="w-2", due_at=later(minutes=2))])
    assert deliver(store, [ROBOT], out, later(minutes=1))["waiting"] == 2
    assert deliver(store, [ROBOT], out, later(minutes=1), keys=["w-1"])["sent"] == 1
    assert deliver(store, [ROBOT], out, later(minutes=2))["sent"] == 1
    assert [key for _, _, key in out.sent] == ["w-1", "w-2"]


# --- cut short


def test_cut_short_between_copy_and_delete_nothing_is_sent_again(store, out):
    enqueue(store, [NEWS])
    pending = store.get("outbox/pending/w-1.json")
    deliver(store, [LI, ROBOT], out, NOON)
    done = store.get_json("outbox/sent/2026-11-24/w-1.json")
    store.put(
        "outbox/pending/w-1.json", json.dumps({**json.loads(pending), "channels": done["channels"]}).encode()
    )
    assert deliver(store, [LI, ROBOT], out, later(days=1))["sent"] == 1
    assert len(out.sent) == 2 and names(store, "sent") == ["sent/2026-11-24/w-1.json"]


def test_cut_short_after_the_first_channel_only_the_second_is_told(store):
    class Killed(Out):
        def send(self, channel, address, title, body, facts) -> None:
            if self.sent:
                raise KeyboardInterrupt
            super().send(channel, address, title, body, facts)

    enqueue(store, [NEWS])
    with pytest.raises(KeyboardInterrupt):
        deliver(store, [LI, ROBOT], Killed(), NOON)
    again = Out()
    assert deliver(store, [LI, ROBOT], again, NOON)["sent"] == 1
    assert [channel for channel, _, _ in again.sent] == ["wecom"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"message": {}}', b"\xff\xfe", b""])
def test_a_message_cut_in_half_is_told_and_the_others_go_on(store, out, body):
    enqueue(store, [NEWS])
    store.put("outbox/pending/broken.json", body)
    with capture_logs() as log:
        assert deliver(store, [ROBOT], out, NOON)["sent"] == 1
    assert any(entry["log_level"] == "error" and "broken.json" in entry["event"] for entry in log)
    assert store.exists("outbox/pending/broken.json"), "for people to look at"


# --- settings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("retry_minutes", []),
        ("give_up_days", 0),
        ("quiet", {"from": "25:00", "until": "07:00", "level": "red"}),
    ],
)
def test_settings_are_checked(tmp_path, field, value):
    data = yaml.safe_load(SETTINGS_FILE.read_text(encoding="utf-8"))
    path = tmp_path / "outbox.yaml"
    path.write_text(yaml.safe_dump({**data, field: value}), encoding="utf-8")
    with pytest.raises(ConfigError, match=field):
        DeliverySettings.load(path)
